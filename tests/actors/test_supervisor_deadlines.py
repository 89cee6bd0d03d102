"""How long a child may take to be ready, and to end."""

import pytest
import trio

from batactors.actors.supervisor import (
    ChildSpec,
    Happening,
    Intensity,
    Restart,
    StartTimeout,
    Strategy,
    SupervisorGaveUp,
    leaves,
)
from batactors.model.errors import Timeout
from tests.actors.families import Bench, Child, family

pytestmark = pytest.mark.holds("D02")


async def test_a_successor_is_not_begun_before_its_turn() -> None:
    """Not a step of a child is taken while the one before it only starts, however often that one fails to."""
    log: list[str] = []
    tries = 0

    async def stubborn(*, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        nonlocal tries
        tries += 1
        log.append(f"try {tries}")
        await trio.sleep(1.0)
        if tries < 3:
            raise OSError("not yet")
        log.append("ready")
        task_status.started()
        await trio.sleep_forever()

    later = Child(name="later", log=log)
    bench = Bench(ChildSpec(name="stubborn", run=stubborn), later.spec())
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        assert log == ["try 1", "try 2", "try 3", "ready", "later born", "later ready"]
        nursery.cancel_scope.cancel()


async def test_who_is_not_ready_in_time_is_cancelled_and_tried_again() -> None:
    """A start that takes too long is a failed one: it is told with a typed error that names the child, and repeated."""
    child = Child(starting=100.0)
    bench = Bench(child.spec(start_within=10.0))
    await bench.run_for(25.0)
    assert [born - child.born[0] for born in child.born] == [0.0, 11.0, 23.0]
    assert child.log[:2] == ["child born", "child gone"]
    assert [event.cause for event in bench.events] == [
        "StartTimeout: bench/child was not ready within 10 s",
        "StartTimeout: bench/child was not ready within 10 s",
    ]


async def test_a_start_that_is_too_slow_counts() -> None:
    """Too many failed starts end the supervisor, and the last one is the cause of its error."""
    bench = Bench(Child(starting=100.0).spec(start_within=10.0, intensity=Intensity(failures=1)))
    with pytest.raises(ExceptionGroup) as group:
        await bench.supervisor.run()
    (leaf,) = leaves(group.value)
    assert isinstance(leaf, SupervisorGaveUp)
    assert isinstance(leaf.__cause__, BaseExceptionGroup)
    (cause,) = leaves(leaf.__cause__)
    assert isinstance(cause, StartTimeout)
    assert isinstance(cause, Timeout)
    assert (cause.supervisor, cause.child, cause.within) == ("bench", "child", 10.0)


async def test_a_start_cut_short_whose_clean_up_fails_is_too_slow_all_the_same() -> None:
    """What the clean-up fails with is the cause of the timeout, and does not hide it."""

    async def run(*, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        try:
            await trio.sleep_forever()
        finally:
            raise OSError("clean-up failed")

    bench = Bench(ChildSpec(name="child", run=run, start_within=10.0))
    await bench.run_for(10.5)
    assert bench.events[0].cause == "StartTimeout: bench/child was not ready within 10 s"


async def test_who_bounds_its_own_steps_may_take_its_time() -> None:
    """Without a deadline a child is waited for, as a connection is to a venue that is down."""
    child = Child(starting=3_000.0)
    bench = Bench(child.spec(start_within=None))
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        assert len(child.born) == 1
        nursery.cancel_scope.cancel()


async def test_a_deadline_is_for_the_start_only() -> None:
    """Once ready, a child lives as long as it likes."""
    child = Child(starting=5.0)
    await Bench(child.spec(start_within=10.0)).run_for(1000.0)
    assert len(child.born) == 1


async def test_a_start_that_does_not_let_itself_be_cancelled_is_told() -> None:
    """Of a child that is neither ready nor ends, that is told; there is no second life beside it."""
    child = Child(starting=100.0, lingering=50.0)
    bench = Bench(child.spec(start_within=10.0, stop_within=5.0))
    await bench.run_for(61.5)
    assert bench.happened()[:2] == [Happening.SLOW_STOP, Happening.CRASHED]
    assert bench.events[0].at - child.born[0] == 15.0
    assert child.born[1] - child.born[0] == 61.0


async def test_stopping_is_in_reverse_order_one_by_one() -> None:
    """A supervisor that is stopped ends its children last first, each when the one after it is gone, and returns."""
    children, log = family("a", "b", "c", lingering=1.0)
    bench = Bench(*(child.spec() for child in children))
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        log.clear()
        began = trio.current_time()
        await bench.supervisor.stop()
        assert trio.current_time() - began == 3.0
    assert log == ["c gone", "b gone", "a gone"]
    assert bench.told[3:] == ["c stopped", "b stopped", "a stopped"]
    assert bench.supervisor.alive == ()


async def test_a_cancellation_ends_all_at_once() -> None:
    """Cancelled is not stopped: nobody waits for anybody."""
    children, _ = family("a", "b", "c", lingering=1.0)
    bench = Bench(*(child.spec() for child in children))
    began = trio.current_time()
    await bench.run_for(10.0)
    assert trio.current_time() - began == 11.0


@pytest.mark.parametrize("strategy", list(Strategy))
async def test_a_part_can_be_stopped(strategy: Strategy) -> None:
    """The children after one are stopped for good, also one that waits for its restart; the others are kept."""
    children, log = family("a", "b", "c")
    bench = Bench(*(child.spec() for child in children), strategy=strategy)
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        children[2].poke(ZeroDivisionError("boom"))
        await trio.sleep(0.5)
        await bench.supervisor.stop(after="a")
        log.clear()
        await trio.sleep(10.0)
        assert [line for line in log if "a" not in line.split()[0]] == []
        children[0].poke(ZeroDivisionError("boom"))
        await trio.sleep(30.0)
        assert bench.supervisor.alive == ("a",)
        assert not [line for line in log if not line.startswith("a")]
        await bench.supervisor.stop()


async def test_to_be_stopped_while_it_starts() -> None:
    """Who waits for the start is let go, and nobody who has not been started is."""
    children, log = family("a", "b", starting=5.0)
    bench = Bench(*(child.spec() for child in children))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(nursery.start, bench.supervisor.run)
        await trio.sleep(2.0)
        await bench.supervisor.stop()
    assert log == ["a born", "a gone"]


async def test_who_can_be_asked_ends_by_itself() -> None:
    """A child with a word for it is asked to end, and is not cancelled while it does so in time."""
    child = Child()
    bench = Bench(child.spec(stop=child.poke))
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        await bench.supervisor.stop()
    assert bench.happened() == [Happening.STARTED, Happening.STOPPED]
    assert child.log == ["child born", "child ready", "child gone"]


async def test_who_does_not_do_as_it_is_asked_is_cancelled_and_told() -> None:
    """Whoever was asked and has not ended in time is cancelled, and that is an event."""
    child = Child()
    bench = Bench(child.spec(stop=lambda: None, stop_within=5.0))
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        began = trio.current_time()
        await bench.supervisor.stop()
        assert trio.current_time() - began == 5.0
    assert bench.happened() == [Happening.STARTED, Happening.SLOW_STOP, Happening.STOPPED]
    assert bench.events[1].cause == "did not end by itself within 5 s; it is cancelled"


async def test_who_cannot_be_asked_is_cancelled() -> None:
    """A mistake in the asking costs no more than the good order; who is not ready yet is not asked at all."""

    def mistake() -> None:
        raise LookupError("stop")

    child, starting = Child(name="child"), Child(name="starting", starting=100.0)
    bench = Bench(child.spec(stop=mistake), starting.spec(stop=mistake, start_within=None))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(bench.supervisor.run)
        await trio.sleep(1.0)
        began = trio.current_time()
        await bench.supervisor.stop()
        assert trio.current_time() == began
    assert bench.told == ["child started", "starting stopped", "child stopped"]


@pytest.mark.parametrize("lives", [0, 1])
async def test_who_is_not_ready_is_not_asked(lives: int) -> None:
    """A child that only starts, for the first time or again, is cancelled at once: it could not do as it is asked."""
    child = Child(*[1.0] * lives, starting=2.0)
    asked: list[float] = []
    bench = Bench(child.spec(stop=lambda: asked.append(trio.current_time())))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(bench.supervisor.run)
        await trio.sleep(1.0 + lives * 4.0)
        assert len(child.born) == 1 + lives
        began = trio.current_time()
        await bench.supervisor.stop()
        assert trio.current_time() == began
    assert asked == []


@pytest.mark.parametrize("how", ["stop", "strategy", "cancel"])
async def test_who_takes_too_long_to_end_is_told_loudly(how: str) -> None:
    """A clean-up that goes on past its deadline is told; it is waited for, because trio cannot end it."""
    first, slow = Child(name="first"), Child(name="slow", lingering=20.0)
    bench = Bench(first.spec(), slow.spec(stop_within=5.0), strategy=Strategy.ONE_FOR_ALL)
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        began = trio.current_time()
        match how:
            case "stop":
                await bench.supervisor.stop()
                assert trio.current_time() - began == 20.0
            case "strategy":
                first.poke(ZeroDivisionError("boom"))
                await trio.sleep(50.0)
                assert slow.born[1] - began == 21.0
        nursery.cancel_scope.cancel()
    (told, *_) = [event for event in bench.events if event.what is Happening.SLOW_STOP]
    assert (told.child, told.at - began) == ("slow", 5.0)
    assert told.cause == "was cancelled, and has not ended within 5 s; it is waited for"


async def test_each_slow_one_is_told_at_its_own_time() -> None:
    """When all are cancelled at once, each has its own deadline, whatever the order of starting."""
    patient, hasty = Child(name="patient", lingering=20.0), Child(name="hasty", lingering=20.0)
    bench = Bench(patient.spec(stop_within=5.0), hasty.spec(stop_within=2.0))
    await bench.run_for(1.0)
    told = [(event.child, event.at - patient.born[0]) for event in bench.events if event.what is Happening.SLOW_STOP]
    assert told == [("hasty", 3.0), ("patient", 6.0)]


async def test_a_temporary_child_that_does_not_end_is_told_too() -> None:
    """Though it is not told of those that come and go."""
    slow = Child(name="slow", lingering=20.0)
    bench = Bench(slow.spec(restart=Restart.TEMPORARY))
    await bench.run_for(1.0)
    assert bench.told == ["slow slow to stop"]


async def test_a_clean_up_that_fails_when_stopped_is_told() -> None:
    """It does not keep the others from being stopped, nor from being started again."""

    async def run(*, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        try:
            task_status.started()
            await trio.sleep_forever()
        finally:
            raise OSError("clean-up failed")

    first = Child(name="first")
    bench = Bench(first.spec(), ChildSpec(name="bad", run=run), strategy=Strategy.ONE_FOR_ALL)
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        first.poke(ZeroDivisionError("boom"))
        await trio.sleep(5.0)
        await bench.supervisor.stop()
    assert bench.told == [
        "first started", "bad started", "first crashed", "bad crashed", "first started", "bad started", "bad crashed",
        "first stopped",
    ]  # fmt: skip


async def test_stopping_what_does_not_run_is_nothing() -> None:
    """Before its run and after it there is nobody to stop."""
    bench = Bench(Child().spec())
    await bench.supervisor.stop()
    await bench.run_for(1.0)
    await bench.supervisor.stop()


def test_a_nested_supervisor_has_time_for_all_its_children() -> None:
    """As a child it may take as long to stop as its children one after the other."""
    bench = Bench(Child(name="a").spec(stop_within=3.0), Child(name="b").spec(stop_within=4.0))
    assert bench.supervisor.as_child().stop_within == 8.0
    assert bench.supervisor.as_child(name="other", stop_within=1.0).stop_within == 1.0
