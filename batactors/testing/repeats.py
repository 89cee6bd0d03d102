"""Does a simulation repeat? Run it twice, and say where the second run leaves the first."""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import zip_longest
from typing import Any, TypeVar

import trio
from trio.lowlevel import Task

from batactors.testing.guard import NondeterminismError
from batactors.testing.trace import Trace
from batactors.testing.virtual_time import run_in_virtual_time

T = TypeVar("T")

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def check_repeats(
    async_fn: Callable[..., Awaitable[T]],
    *args: object,
    seed: int | str,
    lines: Callable[[T], Iterable[str]] | None = None,
    **options: Any,
) -> T:
    """Run a simulation twice with one seed, compare them step by step, and return what the first run returned.

    What is compared is which task took each step and when, and what the run tells: the lines of the `Trace` that it
    returns, or any others. Both runs are in this process, so what depends on the process alone (the order of a set of
    strings) is not seen: for that, compare the digests of traces from two processes.

    Args:
        async_fn: What to run. It must make all that it needs anew, and leave nothing behind for the second run.
        *args: Its arguments.
        seed: The seed of both runs.
        lines: How to make lines of what it returns, if that is no `Trace`.
        **options: Passed on to `run_in_virtual_time`.

    Raises:
        NondeterminismError: The second run differs from the first. The text says at which step or line, and how.
    """
    first, second = _Steps(), _Steps()
    result = run_in_virtual_time(async_fn, *args, seed=seed, instruments=[first], **options)
    told = _lines(result, lines)  # before the second run, which could change it
    try:
        again = run_in_virtual_time(async_fn, *args, seed=seed, instruments=[second], **options)
    except Exception as error:
        differences = _difference("step", first.steps, second.steps)
        raise NondeterminismError(_text(seed, [*differences, f"only the second failed: {error!r}"])) from error
    differences = [
        *_difference("step", first.steps, second.steps),
        *_difference("line", told, _lines(again, lines)),
    ]
    if differences:
        raise NondeterminismError(_text(seed, differences))
    return result


class _Steps(trio.abc.Instrument):
    """Which task took each step, and when."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def before_task_step(self, task: Task) -> None:
        self.steps.append(f"{trio.current_time():.6f} {ADDRESS.sub('', task.name)}")


def _lines(result: T, lines: Callable[[T], Iterable[str]] | None) -> list[str]:
    if lines is not None:
        return list(lines(result))
    return list(result.lines()) if isinstance(result, Trace) else []


def _difference(what: str, first: Sequence[str], second: Sequence[str]) -> list[str]:
    """The first place where these differ, in words; none if they do not."""
    for number, (one, other) in enumerate(zip_longest(first, second, fillvalue="nothing more"), 1):
        if one != other:
            before = f", after {first[number - 2]!r}" if number > 1 else ""
            return [f"{what} {number}{before}: first {one!r}, then {other!r}"]
    return []


def _text(seed: int | str, differences: Sequence[str]) -> str:
    return "\n  ".join([f"two runs of seed {seed!r} differ", *differences])
