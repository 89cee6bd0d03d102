"""What a run draws without asking the seams, made to follow from a seed: trio's order of tasks, and libraries' keys."""

from collections.abc import Iterator, MutableSequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

import trio

from batactors.seams import SeededChance


class _Schedule:
    """What trio draws from. It sorts the tasks that are ready before it has them shuffled, so the seed decides."""

    def __init__(self, seed: int | str) -> None:
        self._random = SeededChance(seed).generator("schedule")
        self.used = False

    def shuffle(self, batch: MutableSequence[Any]) -> None:
        self.used = True
        self._random.shuffle(batch)

    def random(self) -> float:
        return self._random.random()

    def uniform(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)


@contextmanager
def deterministic_schedule(seed: int | str) -> Iterator[None]:
    """Let the trio runs inside repeat: the same program with the same seed takes the same steps, in any process.

    trio has no public way to say this. Two private names of its scheduler have meant this for years; if they move, this
    raises rather than let runs differ in silence. Put it around `trio.run`, not inside.
    """
    if trio.lowlevel.in_trio_run():
        raise RuntimeError("deterministic_schedule goes around trio.run, not inside of it")
    scheduler: Any = trio._core._run
    if not hasattr(scheduler, "_r") or not hasattr(scheduler, "_ALLOW_DETERMINISTIC_SCHEDULING"):
        raise RuntimeError(f"trio {trio.__version__} keeps its scheduler's private names elsewhere: look for them anew")
    before = scheduler._r, scheduler._ALLOW_DETERMINISTIC_SCHEDULING
    schedule = _Schedule(seed)
    scheduler._r, scheduler._ALLOW_DETERMINISTIC_SCHEDULING = schedule, True
    try:
        yield
    finally:
        scheduler._r, scheduler._ALLOW_DETERMINISTIC_SCHEDULING = before
    if not schedule.used:
        raise RuntimeError(f"no trio run took its order from the seed; does trio {trio.__version__} still ask for it?")


@contextmanager
def deterministic_entropy(seed: int | str) -> Iterator[None]:
    """Let the operating system's random bytes repeat, so that runs agree byte for byte.

    trio-websocket takes its keys and masks from there. They change no length and no order, so only a comparison of
    bytes needs this. TLS does not ask Python, so its bytes differ all the same.
    """
    with mock.patch("os.urandom", SeededChance(seed).generator("entropy").randbytes):
        yield
