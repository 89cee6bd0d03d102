"""Restarting what crashed, more slowly each time."""

from itertools import pairwise
from random import Random

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from batactors.actors.supervisor import (
    Backoff,
    ChildSpec,
    Happening,
    Restart,
)
from tests.actors.families import PATIENT, STEADY, Bench, Child, boom


def test_backoff_grows_to_its_most() -> None:
    """Each pause is longer than the last by the factor, up to the longest."""
    chance = Random(0)
    assert [STEADY.pause(failures, chance) for failures in range(1, 7)] == [1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    assert STEADY.pause(10**9, chance) == 8.0


@given(failures=st.integers(1, 10**6), jitter=st.floats(0, 1), seed=st.integers())
def test_chance_takes_away_its_part_and_no_more(failures: int, jitter: float, seed: int) -> None:
    """With jitter a pause is shorter by that part at most, and never nothing."""
    whole = Backoff(first=0.5, factor=2.0, most=30.0, jitter=0.0).pause(failures, Random(seed))
    pause = Backoff(first=0.5, factor=2.0, most=30.0, jitter=jitter).pause(failures, Random(seed))
    assert 0 < pause <= whole
    assert pause >= whole * (1 - jitter)


async def test_children_start_in_order_when_the_one_before_is_ready() -> None:
    """A child is started only when the one before it reports that it can work, and the supervisor is ready last."""
    first, second = Child(name="first", starting=2.0), Child(name="second", starting=3.0)
    bench = Bench(first.spec(), second.spec())
    async with trio.open_nursery() as nursery:
        began = trio.current_time()
        await nursery.start(bench.supervisor.run)
        assert trio.current_time() - began == 5.0
        assert second.born[0] - first.born[0] == 2.0
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize(
    ("restart", "life", "lives"),
    [
        (Restart.PERMANENT, 0.5, 3), (Restart.PERMANENT, ZeroDivisionError(), 2),
        (Restart.TRANSIENT, 0.5, 1), (Restart.TRANSIENT, ZeroDivisionError(), 2),
        (Restart.TEMPORARY, 0.5, 1), (Restart.TEMPORARY, ZeroDivisionError(), 1),
    ],
)  # fmt: skip
async def test_which_children_come_back(restart: Restart, life: Exception | float, lives: int) -> None:
    """A permanent child comes back whenever it ends, a transient one when it crashes, a temporary one never."""
    child = Child(life, *([life] if isinstance(life, float) and restart is Restart.PERMANENT else []))
    await Bench(child.spec(restart=restart)).run_for(10.0)
    assert len(child.born) == lives


async def test_a_crash_of_one_child_leaves_the_others() -> None:
    """The siblings of a child that crashes live on."""
    lucky, unlucky = Child(name="lucky"), Child(*boom(3), name="unlucky")
    await Bench(lucky.spec(), unlucky.spec()).run_for(60.0)
    assert len(lucky.born) == 1
    assert len(unlucky.born) == 4


@pytest.mark.holds("X49")
async def test_pauses_grow_and_begin_again_after_a_stable_life() -> None:
    """Restarts come more slowly each time, and at the first pace again after a child has lived long enough."""
    child = Child(*boom(4), 40.0, *boom(2))
    await Bench(child.spec()).run_for(120.0)
    gaps = [later - earlier for earlier, later in pairwise(child.born)]
    assert gaps == [1.0, 2.0, 4.0, 8.0, 41.0, 2.0, 4.0]


async def test_a_long_start_that_fails_is_no_stable_life() -> None:
    """A child that needs long to find out that it cannot start is restarted ever more slowly: it never lived."""
    born: list[float] = []

    async def dial(*, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        born.append(trio.current_time())
        await trio.sleep(40.0)
        raise OSError("no answer")

    await Bench(ChildSpec(name="child", run=dial, intensity=None, start_within=None)).run_for(200.0)
    assert [later - earlier - 40.0 for earlier, later in pairwise(born)] == [1.0, 2.0, 4.0, 8.0]


async def test_a_child_that_fails_before_it_is_ready_is_tried_again() -> None:
    """The supervisor is ready once every child has been, however many tries that takes."""
    tries = 0

    async def run(*, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        nonlocal tries
        tries += 1
        if tries < 4:
            raise OSError("not yet")
        task_status.started()
        await trio.sleep_forever()

    later = Child(name="later")
    bench = Bench(ChildSpec(name="child", run=run), later.spec())
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        assert tries == 4
        assert len(later.born) == 1
        assert bench.happened() == [Happening.CRASHED] * 3 + [Happening.STARTED]
        nursery.cancel_scope.cancel()


async def test_a_child_that_never_says_that_it_is_ready_crashed() -> None:
    """To end without having been ready is a crash, whatever the child meant by it."""

    async def run(*, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        await trio.sleep(1.0)

    bench = Bench(ChildSpec(name="child", run=run, intensity=PATIENT))
    await bench.run_for(10.0)
    assert set(bench.happened()) == {Happening.CRASHED}
    assert "started" in str(bench.events[0].cause)


async def test_a_temporary_child_that_fails_to_start_holds_up_nobody() -> None:
    """Its siblings start all the same, and the supervisor is ready."""

    async def run(*, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        raise OSError("never")

    later = Child(name="later")
    bench = Bench(ChildSpec(name="child", run=run, restart=Restart.TEMPORARY), later.spec())
    await bench.run_for(10.0)
    assert len(later.born) == 1
    assert bench.happened() == [Happening.CRASHED]
