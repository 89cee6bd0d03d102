"""Giving up loudly, shutting down quietly, and telling both."""

from collections.abc import Callable
from typing import Any

import pytest
import trio

from batactors.actors.supervisor import (
    Backoff,
    ChildSpec,
    Happening,
    Intensity,
    Restart,
    SupervisorGaveUp,
    cause_of,
    leaves,
)
from batactors.model.errors import AuthError
from tests.actors.families import PATIENT, Bench, Child, boom


async def test_too_many_crashes_end_it_loudly() -> None:
    """More failures than survived within the time end the supervisor with a typed error that names child and cause."""
    child = Child(*boom(10))
    bench = Bench(child.spec(intensity=Intensity(failures=3, seconds=60.0)))
    with pytest.raises(ExceptionGroup) as group:
        await bench.supervisor.run()
    (leaf,) = leaves(group.value)
    assert isinstance(leaf, SupervisorGaveUp)
    assert "bench/child crashed 4 times in 60 s: ZeroDivisionError: boom 3" in str(leaf)
    assert bench.happened()[-1] is Happening.GAVE_UP
    assert len(child.born) == 4


async def test_crashes_that_are_far_apart_are_survived() -> None:
    """Only failures within the period count."""
    child = Child(*[31.0] * 20)
    await Bench(child.spec(intensity=Intensity(failures=3, seconds=60.0))).run_for(500.0)
    assert len(child.born) > 10


async def test_what_may_fail_for_ever_is_kept_for_ever() -> None:
    """Without an intensity a child is restarted however often it fails, and nothing is remembered of each time."""
    child = Child(*boom(500))
    bench = Bench(child.spec(intensity=None), backoff=Backoff(first=1.0, most=1.0, jitter=0.0))
    await bench.run_for(1000.0)
    assert len(child.born) == 501


async def test_a_fatal_error_ends_it_at_once() -> None:
    """An error after which a restart is pointless leaves as it is, without a second try, and ends the siblings too."""
    sibling, child = Child(name="sibling"), Child(AuthError("the key is refused"))
    bench = Bench(sibling.spec(), child.spec(), is_fatal=lambda error: isinstance(error, AuthError))
    with pytest.raises(ExceptionGroup) as group:
        await bench.supervisor.run()
    assert [type(leaf) for leaf in leaves(group.value)] == [AuthError]
    assert len(child.born) == 1
    assert bench.happened() == [Happening.STARTED, Happening.GAVE_UP]


async def test_several_errors_are_one_crash() -> None:
    """A child whose tasks fail together crashed once, with every cause told; one fatal among them is enough."""

    def failing(*errors: Exception) -> Callable[..., Any]:
        async def fail(error: Exception) -> None:
            raise error

        async def run(*, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
            task_status.started()
            async with trio.open_nursery() as nursery:
                for error in errors:
                    nursery.start_soon(fail, error)

        return run

    bench = Bench(ChildSpec(name="child", run=failing(OSError("one"), ValueError("two")), intensity=PATIENT))
    await bench.run_for(0.5)
    (crash,) = [event for event in bench.events if event.what is Happening.CRASHED]
    assert sorted(str(crash.cause).split("; ")) == ["OSError: one", "ValueError: two"]

    both = failing(OSError("one"), AuthError("two"))
    bench = Bench(ChildSpec(name="child", run=both), is_fatal=lambda error: isinstance(error, AuthError))
    with pytest.raises(ExceptionGroup) as group:
        await bench.supervisor.run()
    assert any(isinstance(leaf, AuthError) for leaf in leaves(group.value))


@pytest.mark.parametrize("moment", [0.5, 1.5, 2.5, 3.0])
async def test_a_cancellation_passes_through(moment: float) -> None:
    """Whether a child starts, lives or waits for its restart, a cancelled supervisor ends and leaves no task."""
    child = Child(1.0, *boom(3), starting=1.0)
    bench = Bench(child.spec())
    await bench.run_for(moment)
    assert Happening.GAVE_UP not in bench.happened()


@pytest.mark.parametrize("restart", list(Restart))
@pytest.mark.parametrize("intensity", [Intensity(failures=0, seconds=60.0), None])
async def test_an_error_while_it_is_cancelled_is_told_and_starts_nothing(
    restart: Restart, intensity: Intensity | None
) -> None:
    """A child whose clean-up fails at shutdown is told as crashed; nothing is restarted, and shutdown does not fail."""
    born = 0

    async def run(*, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        nonlocal born
        born += 1
        try:
            task_status.started()
            await trio.sleep_forever()
        finally:
            raise OSError("clean-up failed")

    bench = Bench(ChildSpec(name="child", run=run, restart=restart, intensity=intensity), is_fatal=lambda error: True)
    await bench.run_for(1.0)
    assert born == 1
    assert bench.happened()[-1] is Happening.CRASHED


async def test_it_never_spins() -> None:
    """Even without any pause, a child that ends at once leaves others their turn, and can be cancelled."""

    async def run(*, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        task_status.started()

    turns = 0

    async def other(scope: trio.CancelScope) -> None:
        nonlocal turns
        for _ in range(100):
            await trio.lowlevel.checkpoint()
            turns += 1
        scope.cancel()

    bench = Bench(ChildSpec(name="child", run=run, intensity=None), backoff=Backoff(first=0.0, most=0.0))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(bench.supervisor.run)
        nursery.start_soon(other, nursery.cancel_scope)
    assert turns == 100


async def test_what_happens_is_told_with_when_and_why() -> None:
    """Each start, end, crash and giving up is an event with its time, its cause, and the pause before the restart."""
    child = Child(ZeroDivisionError("boom"), 2.0)
    bench = Bench(child.spec())
    began = trio.current_time()
    await bench.run_for(20.0)
    told = [(event.what, event.at - began, event.cause, event.pause) for event in bench.events]
    assert told == [
        (Happening.STARTED, 0.0, None, None),
        (Happening.CRASHED, 0.0, "ZeroDivisionError: boom", 1.0),
        (Happening.STARTED, 1.0, None, None),
        (Happening.ENDED, 3.0, None, 2.0),
        (Happening.STARTED, 5.0, None, None),
    ]
    assert {(event.supervisor, event.child) for event in bench.events} == {("bench", "child")}


async def test_one_more_child_is_kept_by_its_kind() -> None:
    """A child that comes later, such as a subscriber, crashes alone, and that is told."""
    bench = Bench()
    await bench.supervisor.keep(Child(*boom(1), name="user").spec(restart=Restart.TEMPORARY))
    assert bench.happened("user") == [Happening.CRASHED]


def test_a_cause_is_one_line() -> None:
    """The errors of a group are told as the leaves that they are."""
    group = ExceptionGroup("outer", [ExceptionGroup("inner", [OSError("a")]), ValueError("b")])
    assert cause_of(group) == "OSError: a; ValueError: b"
