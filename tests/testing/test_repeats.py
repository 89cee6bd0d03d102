"""Two runs of one seed are compared, and the engine's own runs are equal in any process."""

import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
import trio

from batactors.testing.guard import NondeterminismError
from batactors.testing.repeats import check_repeats
from batactors.testing.schedule import Fifo
from batactors.testing.trace import Trace
from tests.testing.engine_simulation import trade, trade_and_digest

REPOSITORY = Path(__file__).parents[2]


async def pair(trace: Trace, first: str, second: str) -> None:
    async def say(name: str) -> None:
        await trio.sleep(1)
        trace.note("user", "did", name)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(say, first, name=first)
        nursery.start_soon(say, second, name=second)


def test_a_run_that_repeats_returns_what_it_returned() -> None:
    """Steps and lines are equal, whatever the strategy, and what the first run returned is returned."""

    async def main(name: str) -> Trace:
        trace = Trace()
        await pair(trace, name, "other")
        return trace

    assert len(check_repeats(main, "one", seed=1).events) == 2
    assert [event.text for event in check_repeats(main, "one", seed=1, strategy=Fifo()).events] == ["one", "other"]


def test_the_first_step_that_differs_is_named() -> None:
    """A run that looks at what the last run left is found out at the first task that is another."""
    runs = count()

    async def main() -> None:
        await pair(Trace(), "one", f"other {next(runs)}")

    with pytest.raises(
        NondeterminismError, match=r"seed 5 differ\n  step \d+, after '.*': first '0.*other 0', then '0"
    ):
        check_repeats(main, seed=5)


def test_the_first_line_that_differs_is_named() -> None:
    """The same steps may tell another story; the error shows the line before and both lines."""
    runs = count(1)

    async def main() -> Trace:
        trace = Trace()
        trace.note("user", "did", "begin")
        for number in range(next(runs)):
            trace.note("user", "did", str(number))
        return trace

    with pytest.raises(NondeterminismError) as caught:
        check_repeats(main, seed=5)
    assert str(caught.value) == (
        "two runs of seed 5 differ\n"
        "  line 3, after '0.000000 user: did 0': first 'nothing more', then '0.000000 user: did 1'"
    )


def test_lines_may_be_made_of_anything() -> None:
    """What a run returns is compared as the caller says."""
    runs = count()

    async def main() -> int:
        return next(runs)

    assert check_repeats(main, seed=5) == 0
    with pytest.raises(NondeterminismError, match="line 1: first '2', then '3'"):
        check_repeats(main, seed=5, lines=lambda result: [str(result)])


def test_a_second_run_that_fails_is_a_difference() -> None:
    """The error of the second run is the cause; an error of the first run is that run's own."""
    errors = [None, LookupError("no luck")]

    async def main() -> None:
        if error := errors.pop(0):
            raise error

    with pytest.raises(NondeterminismError, match="only the second failed: LookupError") as caught:
        check_repeats(main, seed=5)
    assert isinstance(caught.value.__cause__, LookupError)
    errors[:] = [LookupError("no luck")]
    with pytest.raises(LookupError):
        check_repeats(main, seed=5)


@pytest.mark.parametrize("seed", range(3))
def test_the_engine_repeats_step_by_step(seed: int) -> None:
    """Orders, fills, a cut and a crash of an actor: the same tasks take the same steps at the same moments."""
    assert len(check_repeats(trade, seed, seed=seed, strict=True).events) > 50


def test_the_engine_repeats_in_any_process() -> None:
    """Three fresh processes with other hash seeds tell the same, frame by frame, as this one does."""
    digests = [_digest_of_other_process(hash_seed) for hash_seed in ("0", "1", "random")]
    assert digests == [trade_and_digest(7)] * 3
    assert trade_and_digest(8) != digests[0]


def _digest_of_other_process(hash_seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.testing.engine_simulation", "7"],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()
