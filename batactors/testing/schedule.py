"""What a run draws without asking the seams, made to follow from a seed: trio's order of tasks, and libraries' keys.

trio runs the tasks that are ready in rounds, one step each. It sorts a round by the tasks' age before it has it
shuffled, so whoever shuffles decides the order, and an order found in one process is the same order in another. How to
decide is a value, a `Strategy`; mix them: each finds races that the others miss.
"""

import os
import random
from collections.abc import Callable, Iterator, MutableSequence, Sequence
from contextlib import contextmanager
from functools import cache
from types import BuiltinFunctionType
from typing import Any, TypeAlias
from unittest import mock
from weakref import WeakKeyDictionary

import trio
from attrs import frozen

from batactors.seams import SeededChance
from batactors.testing.right_values import require

# A moment of change of `Pct` comes within a number of choices whose bits are drawn first, up to this many. So half of
# them come within the first 512: a short run meets some, and a long one does not meet all at its start.
MOST_BITS = 17


@frozen
class Fifo:
    """The oldest task first."""


@frozen
class Lifo:
    """The youngest task first."""


@frozen
class Uniform:
    """Any order of a round is as likely as any other."""


@frozen
class Pct:
    """Probabilistic concurrency testing: a task keeps its place before or behind the others for long.

    Each task has a random priority, and the highest goes first. At a few random moments the one whose turn it is falls
    behind all others. Races that need one task to be slow for many rounds are found sooner than by `Uniform`.

    Attributes:
        changes: How many such moments there are.
    """

    changes: int = 3

    def __attrs_post_init__(self) -> None:
        require(self)


@frozen
class Replay:
    """The order that these choices say. Record them with `recorded`; a shorter list of smaller ones is simpler.

    Attributes:
        choices: Which of the tasks that are ready is next, counted from the oldest, at each moment at which more than
            one is; the first are about tasks of trio's own. A number that is too large counts on from the oldest. After
            the last choice the oldest goes first.
    """

    choices: tuple[int, ...] = ()

    def __attrs_post_init__(self) -> None:
        require(self)


Strategy: TypeAlias = Fifo | Lifo | Uniform | Pct | Replay

Batch: TypeAlias = MutableSequence[Any]
"""The tasks of a round, the oldest first; trio takes them from the end."""


def _oldest_first(batch: Batch) -> None:
    batch.reverse()


def _youngest_first(batch: Batch) -> None:
    pass


def _as_replayed(choices: Sequence[int]) -> Callable[[Batch], None]:
    coming = iter(choices)

    def order(batch: Batch) -> None:
        ready = list(batch)
        turns = [ready.pop(next(coming, 0) % len(ready)) for _ in range(len(ready) - 1)]
        batch[:] = [*ready, *reversed(turns)]

    return order


class _Priorities:
    """What `Pct` knows of a run: each task's priority, drawn when it is first seen, and the moments of change."""

    def __init__(self, changes: int, draw: random.Random) -> None:
        self._draw = draw
        self._changes = {draw.randrange(1 << draw.randint(1, MOST_BITS)) for _ in range(changes)}
        self._choices = 0
        self._behind = 0.0
        self._priorities: WeakKeyDictionary[Any, float] = WeakKeyDictionary()

    def order(self, batch: Batch) -> None:
        for task in batch:
            if task not in self._priorities:
                self._priorities[task] = self._draw.random()
        turns = []
        ready = list(batch)
        while len(ready) > 1:
            if self._choices in self._changes:
                self._behind -= 1.0
                self._priorities[max(ready, key=self._priorities.__getitem__)] = self._behind
            self._choices += 1
            turns.append(max(ready, key=self._priorities.__getitem__))
            ready.remove(turns[-1])
        batch[:] = [*ready, *reversed(turns)]


def _orderer(strategy: Strategy, draw: random.Random) -> Callable[[Batch], None]:
    match strategy:
        case Fifo():
            return _oldest_first
        case Lifo():
            return _youngest_first
        case Uniform():
            return draw.shuffle
        case Pct(changes=changes):
            return _Priorities(changes, draw).order
        case Replay(choices=choices):
            return _as_replayed(choices)


class _Schedule:
    """What trio draws from."""

    def __init__(self, seed: int | str, strategy: Strategy, recorded: list[int] | None) -> None:
        self._random = SeededChance(seed).generator("schedule")
        self._order = _orderer(strategy, self._random)
        self._least = 1 if isinstance(strategy, Pct) else 2
        """How many tasks there must be to order; `Pct` has to see each task."""
        self._recorded = recorded
        self.used = False

    def shuffle(self, batch: Batch) -> None:
        self.used = True
        if len(batch) < self._least:
            return
        if self._recorded is None or len(batch) < 2:
            self._order(batch)
            return
        ready = list(batch)
        self._order(batch)
        for task in batch[:0:-1]:
            self._recorded.append(ready.index(task))
            ready.remove(task)

    def random(self) -> float:
        return self._random.random()

    def uniform(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)


@contextmanager
def deterministic_schedule(
    seed: int | str, strategy: Strategy = Uniform(), *, recorded: list[int] | None = None
) -> Iterator[None]:
    """Let the trio runs inside repeat: the same program with the same seed takes the same steps, in any process.

    trio has no public way to say this. Two private names of its scheduler have meant this for years; if they move, or
    mean something else, this raises rather than let runs differ in silence. Put it around `trio.run`, not inside.

    Args:
        seed: What `Uniform` and `Pct` draw from.
        strategy: How to choose among the tasks that are ready together.
        recorded: If given, each choice is added to it, for a `Replay` of the run.
    """
    if trio.lowlevel.in_trio_run():
        raise RuntimeError("deterministic_schedule goes around trio.run, not inside of it")
    _check_that_trio_obeys()
    schedule = _Schedule(seed, strategy, recorded)
    with _installed(schedule):
        yield
    if not schedule.used:
        raise RuntimeError(f"no trio run took its order from the seed; does trio {trio.__version__} still ask for it?")


@contextmanager
def _installed(schedule: _Schedule) -> Iterator[None]:
    scheduler: Any = trio._core._run
    if not hasattr(scheduler, "_r") or not hasattr(scheduler, "_ALLOW_DETERMINISTIC_SCHEDULING"):
        raise RuntimeError(f"trio {trio.__version__} keeps its scheduler's private names elsewhere: look for them anew")
    before = scheduler._r, scheduler._ALLOW_DETERMINISTIC_SCHEDULING
    scheduler._r, scheduler._ALLOW_DETERMINISTIC_SCHEDULING = schedule, True
    try:
        yield
    finally:
        scheduler._r, scheduler._ALLOW_DETERMINISTIC_SCHEDULING = before


@cache
def _check_that_trio_obeys() -> None:
    """Run three tasks forwards and backwards, once per process: a millisecond against days of runs that differ."""
    for strategy, expected in ((Fifo(), [0, 1, 2]), (Lifo(), [2, 1, 0])):
        order: list[int] = []
        with _installed(_Schedule(0, strategy, None)):
            trio.run(_three_tasks, order)
        if order != expected:
            raise RuntimeError(f"trio {trio.__version__} runs {order} where we say {expected}: it schedules anew")


async def _three_tasks(order: list[int]) -> None:
    async def step(number: int) -> None:
        order.append(number)

    async with trio.open_nursery() as nursery:
        for number in range(3):
            nursery.start_soon(step, number)


@contextmanager
def deterministic_entropy(seed: int | str) -> Iterator[None]:
    """Let the operating system's random bytes repeat, so that runs agree byte for byte.

    Libraries for WebSockets take their keys and masks from there; `uuid.uuid4`, `secrets` and `random.SystemRandom`
    take all they give. The hidden generator of `random`, which trio-websocket asks, starts from the seed too, and goes
    on afterwards where it was. TLS does not ask Python, so its bytes differ all the same.
    """
    draw = SeededChance(seed).generator("entropy").randbytes
    hidden: random.Random = random._inst
    before = hidden.getstate()
    # `random` holds the function under a name of its own, and `secrets` takes it from there.
    with mock.patch("os.urandom", draw), mock.patch("random._urandom", draw):
        hidden.seed(f"hidden-{seed}")
        try:
            yield
        finally:
            hidden.setstate(before)


def entropy_is_deterministic() -> bool:
    """Whether somebody has put something else in the place of the operating system's random bytes."""
    return not isinstance(os.urandom, BuiltinFunctionType)
