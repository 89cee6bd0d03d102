"""Restarting what crashed, more slowly each time, and giving up loudly."""

from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from batactors.actors.supervisor import (
    Backoff,
    ChildEvent,
    ChildSpec,
    Happening,
    Intensity,
    Restart,
    Supervisor,
    SupervisorGaveUp,
    cause_of,
    leaves,
)
from batactors.model.errors import AuthError

STEADY = Backoff(first=1.0, factor=2.0, most=8.0, jitter=0.0, stable_after=30.0)
PATIENT = Intensity(failures=1000, seconds=3600.0)


class Child:
    """Does what it is told at each of its lives: crash or end after so long, or live on."""

    def __init__(self, *lives: Exception | float, name: str = "child", starting: float = 0.0) -> None:
        self.name = name
        self.starting = starting
        self.born: list[float] = []
        self._lives = list(lives)

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        self.born.append(trio.current_time())
        await trio.sleep(self.starting)
        task_status.started()
        life = self._lives.pop(0) if self._lives else None
        if isinstance(life, Exception):
            raise life
        await trio.sleep(life if life is not None else float("inf"))

    def spec(self, **fields: Any) -> ChildSpec:
        usual: dict[str, Any] = {"name": self.name, "run": self.run, "intensity": PATIENT}
        return ChildSpec(**(usual | fields))


class Bench:
    """A supervisor with its events."""

    def __init__(self, *specs: ChildSpec, backoff: Backoff = STEADY, **options: Any) -> None:
        self.events: list[ChildEvent] = []
        self.supervisor = Supervisor(
            "bench", specs, backoff=backoff, chance=Random(0), watch=self.events.append, **options
        )

    def happened(self, child: str = "child") -> list[Happening]:
        return [event.what for event in self.events if event.child == child]

    async def run_for(self, seconds: float) -> None:
        """Run so long, and be gone without a trace."""
        before = trio.lowlevel.current_statistics().tasks_living
        with trio.move_on_after(seconds):
            await self.supervisor.run()
        assert trio.lowlevel.current_statistics().tasks_living == before


def boom(count: int) -> list[Exception]:
    return [ZeroDivisionError(f"boom {number}") for number in range(count)]


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

    await Bench(ChildSpec(name="child", run=dial, intensity=None)).run_for(200.0)
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
