"""What the end of one child means for the others: Erlang's three strategies."""

from random import Random

import pytest
import trio

from batactors.actors.supervisor import (
    ChildEvent,
    Happening,
    Intensity,
    Restart,
    Strategy,
    Supervisor,
    SupervisorGaveUp,
    leaves,
)
from batactors.model.errors import AuthError
from tests.actors.families import PATIENT, STEADY, Bench, Child, family

pytestmark = pytest.mark.holds("D01")

ALL = Strategy.ONE_FOR_ALL
REST = Strategy.REST_FOR_ONE


async def after_a_crash(strategy: Strategy, which: str, **kinds: Restart) -> tuple[list[str], Bench]:
    """Crash one of three children that are all ready, wait for 10 s; what the children noted since the crash."""
    children, log = family("a", "b", "c")
    bench = Bench(
        *(child.spec(restart=kinds.get(child.name, Restart.PERMANENT)) for child in children), strategy=strategy
    )
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        log.clear()
        bench.events.clear()
        next(child for child in children if child.name == which).poke(ZeroDivisionError("boom"))
        await trio.sleep(10.0)
        noted = list(log)
        nursery.cancel_scope.cancel()
    return noted, bench


CASES = {
    (Strategy.ONE_FOR_ONE, "a"): ("", "a"),
    (Strategy.ONE_FOR_ONE, "b"): ("", "b"),
    (ALL, "a"): ("cb", "abc"),
    (ALL, "b"): ("ca", "abc"),
    (ALL, "c"): ("ba", "abc"),
    (REST, "a"): ("cb", "abc"),
    (REST, "b"): ("c", "bc"),
    (REST, "c"): ("", "c"),
}


@pytest.mark.parametrize(("strategy", "which"), CASES)
async def test_who_is_stopped_and_who_is_started_again(strategy: Strategy, which: str) -> None:
    """One for one concerns the child alone, one for all everybody, rest for one those after it; the last started is
    stopped first, and all are started again in their order, each when the one before is ready.
    """
    stopped, started = CASES[strategy, which]
    _, bench = await after_a_crash(strategy, which)
    assert bench.told == [
        f"{which} crashed",
        *(f"{name} stopped" for name in stopped),
        *(f"{name} started" for name in started),
    ]
    why = {event.cause for event in bench.events if event.what is Happening.STOPPED}
    assert why <= {f"{which} crashed"}


@pytest.mark.parametrize("strategy", [ALL, REST])
async def test_each_is_gone_before_the_one_before_it_is_stopped(strategy: Strategy) -> None:
    """Siblings are stopped one after the other in reverse order, and nobody is started before all have ended."""
    children, log = family("a", "b", "c", starting=1.0, lingering=2.0)
    bench = Bench(*(child.spec() for child in children), strategy=strategy)
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        log.clear()
        began = trio.current_time()
        children[0].poke(ZeroDivisionError("boom"))
        await trio.sleep(20.0)
        assert log == [
            "a gone", "c gone", "b gone", "a born", "a ready", "b born", "b ready", "c born", "c ready",
        ]  # fmt: skip
        # Two stops of 2 s one after the other, the pause of 1 s, then 1 s for each to be ready.
        assert [child.born[-1] - began for child in children] == [5.0, 6.0, 7.0]
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize(
    ("restart", "comes_back"), [(Restart.PERMANENT, True), (Restart.TRANSIENT, True), (Restart.TEMPORARY, False)]
)
async def test_a_sibling_that_was_stopped_comes_back_unless_temporary(restart: Restart, comes_back: bool) -> None:
    """Erlang's rule: a temporary child that is stopped because of a sibling is never started again."""
    log, _ = await after_a_crash(ALL, "a", b=restart)
    assert ("b born" in log) is comes_back
    assert {"a born", "c born"} <= set(log)


@pytest.mark.parametrize(("restart", "error"), [(Restart.TEMPORARY, True), (Restart.TRANSIENT, False)])
async def test_the_end_of_one_that_is_not_started_again_concerns_nobody(restart: Restart, error: bool) -> None:
    """The crash of a temporary child, and the good end of a transient one, leave the siblings alone."""
    children, log = family("a", "b", "c")
    bench = Bench(*(c.spec(restart=restart if c.name == "b" else Restart.PERMANENT) for c in children), strategy=ALL)
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        log.clear()
        children[1].poke(ZeroDivisionError("boom") if error else None)
        await trio.sleep(10.0)
        assert log == ["b gone"]
        nursery.cancel_scope.cancel()


async def test_a_transient_child_that_had_ended_comes_back_with_the_others() -> None:
    """Erlang's rule: its spec is kept, and a restart of the whole starts it again."""
    children, log = family("a", "b")
    bench = Bench(children[0].spec(restart=Restart.TRANSIENT), children[1].spec(), strategy=ALL)
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        children[0].poke()
        await trio.sleep(5.0)
        log.clear()
        children[1].poke(ZeroDivisionError("boom"))
        await trio.sleep(5.0)
        assert log == ["b gone", "a born", "a ready", "b born", "b ready"]
        nursery.cancel_scope.cancel()


async def test_a_permanent_child_that_ends_well_counts_as_well() -> None:
    """For one that is to live always, to end is as good a reason as to crash."""
    children, _ = family("a", "b")
    bench = Bench(*(child.spec() for child in children), strategy=ALL)
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        children[0].poke()
        await trio.sleep(5.0)
        assert bench.told[2:] == ["a ended", "b stopped", "a started", "b started"]
        nursery.cancel_scope.cancel()


async def test_siblings_that_crash_together_are_one_failure() -> None:
    """Of children that crash at one moment one is the reason; the other's crash is told, and not counted."""
    children, _ = family("a", "b")
    bench = Bench(*(child.spec(intensity=Intensity(failures=1)) for child in children), strategy=ALL)
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        for child in children:
            child.poke(ZeroDivisionError("boom"))
        await trio.sleep(5.0)
        assert sorted(bench.told[2:4]) == ["a crashed", "b crashed"]
        assert bench.told[4:] == ["a started", "b started"]
        nursery.cancel_scope.cancel()


async def test_a_fatal_error_beside_another_crash_is_seen() -> None:
    """The crash that no restart can help ends the supervisor also when a sibling's came first."""
    children, _ = family("a", "b")
    bench = Bench(*(c.spec() for c in children), strategy=ALL, is_fatal=lambda error: isinstance(error, AuthError))
    with pytest.RaisesGroup(pytest.RaisesExc(AuthError, match="refused"), flatten_subgroups=True):
        async with trio.open_nursery() as nursery:
            await nursery.start(bench.supervisor.run)
            children[0].poke(ZeroDivisionError("boom"))
            children[1].poke(AuthError("refused"))
            await trio.sleep(5.0)


async def test_a_fatal_error_while_others_are_stopped_is_seen() -> None:
    """A sibling that is to be stopped crashes by itself before its turn, with what no restart can help: it leaves."""
    children, _ = family("a", "b", "c", lingering=2.0)
    bench = Bench(*(c.spec() for c in children), strategy=ALL, is_fatal=lambda error: isinstance(error, AuthError))
    with pytest.RaisesGroup(pytest.RaisesExc(AuthError, match="refused"), flatten_subgroups=True):
        async with trio.open_nursery() as nursery:
            await nursery.start(bench.supervisor.run)
            children[0].poke(ZeroDivisionError("boom"))
            await trio.sleep(1.0)  # c is being stopped
            children[1].poke(AuthError("refused"))
            await trio.sleep(30.0)


async def test_a_crash_while_others_are_started_begins_anew() -> None:
    """While the rest are started again, an earlier child crashes: those that were on their way are stopped, too."""
    children, log = family("a", "b", "c", starting=3.0)
    bench = Bench(*(child.spec() for child in children), strategy=REST)
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        children[1].poke(ZeroDivisionError("boom"))
        await trio.sleep(2.0)  # b is starting
        log.clear()
        children[0].poke(ZeroDivisionError("boom"))
        await trio.sleep(30.0)
        assert log == [
            "a gone", "b gone", "a born", "a ready", "b born", "b ready", "c born", "c ready",
        ]  # fmt: skip
        nursery.cancel_scope.cancel()


async def test_the_pause_is_kept_though_a_sibling_crashes_meanwhile() -> None:
    """A crash of an earlier child during a pause does not shorten it for the child that waits."""
    children, _ = family("a", "b")
    backoffs = Bench(*(child.spec() for child in children), strategy=REST)
    async with trio.open_nursery() as nursery:
        await nursery.start(backoffs.supervisor.run)
        for _ in range(3):  # pauses of 1, 2, 4 s
            children[1].poke(ZeroDivisionError("boom"))
            await trio.sleep(0.5)
            if len(children[1].born) < 3:
                await trio.sleep(3.0)
        began = trio.current_time()
        children[0].poke(ZeroDivisionError("boom"))
        await trio.sleep(10.0)
        assert children[0].born[-1] - began == 1.0
        assert children[1].born[-1] - began == 3.5
        nursery.cancel_scope.cancel()


async def test_failures_are_counted_for_each_child() -> None:
    """Three crashes of each of two children are no four of one; together they are six, if that is what counts."""

    def lives() -> list[Child]:
        return [Child(*[ZeroDivisionError("boom")] * 3, name=name) for name in ("a", "b")]

    own = Intensity(failures=3, seconds=60.0)
    await Bench(*(child.spec(intensity=own) for child in lives())).run_for(30.0)
    bench = Bench(*(child.spec(intensity=own) for child in lives()), intensity=Intensity(failures=5, seconds=60.0))
    with pytest.raises(ExceptionGroup) as group:
        await bench.supervisor.run()
    (leaf,) = leaves(group.value)
    assert isinstance(leaf, SupervisorGaveUp)
    assert "6 times in 60 s" in str(leaf)


async def test_who_may_fail_for_ever_uses_up_nobodys_patience() -> None:
    """A child without an intensity does not count among all of them."""
    child = Child(*[ZeroDivisionError("boom")] * 20)
    bench = Bench(child.spec(intensity=None), intensity=Intensity(failures=0))
    await bench.run_for(300.0)
    assert len(child.born) == 21


@pytest.mark.parametrize("together", [False, True])
async def test_the_give_up_of_a_nested_supervisor_is_the_crash_of_a_child(together: bool) -> None:
    """The outer one starts the whole inner one again, with a patience that begins anew, and gives up in its turn."""
    events: list[ChildEvent] = []
    child = Child(*[ZeroDivisionError(f"boom {number}") for number in range(9)], name="child")
    sibling = Child(name="sibling")
    inner = Supervisor(
        "inner", [child.spec(intensity=PATIENT if together else Intensity(failures=1))], backoff=STEADY,
        chance=Random(0), watch=events.append, intensity=Intensity(failures=1) if together else None,
    )  # fmt: skip
    outer = Bench(sibling.spec(), inner.as_child(intensity=Intensity(failures=2)))
    with pytest.raises(ExceptionGroup) as group:
        await outer.supervisor.run()
    (leaf,) = leaves(group.value)
    assert isinstance(leaf, SupervisorGaveUp)
    assert (leaf.supervisor, leaf.child) == ("bench", "inner")
    assert "SupervisorGaveUp: inner/child " in leaf.cause
    assert "crashed 2 times in 60 s: ZeroDivisionError: boom 5" in leaf.cause
    # Whether it is told as ready before its child's crash is told depends on whose turn comes first.
    ends = [what for what in outer.happened("inner") if what is not Happening.STARTED]
    assert ends == [Happening.CRASHED, Happening.CRASHED, Happening.GAVE_UP]
    assert len(child.born) == 6
    assert len(sibling.born) == 1


async def test_a_nested_supervisor_is_stopped_in_its_own_order() -> None:
    """When the outer one stops it, it stops its children last first, and they end before the sibling before it."""
    children, log = family("a", "b", lingering=1.0)
    first = Child(name="first", log=log)
    inner = Supervisor("inner", [c.spec() for c in children], backoff=STEADY, chance=Random(0))
    bench = Bench(first.spec(), inner.as_child())
    async with trio.open_nursery() as nursery:
        await nursery.start(bench.supervisor.run)
        log.clear()
        await bench.supervisor.stop()
        assert log == ["b gone", "a gone", "first gone"]
        assert bench.told[-2:] == ["inner stopped", "first stopped"]


def test_two_children_of_one_name_are_refused() -> None:
    """Names are what events and errors tell children apart by."""
    with pytest.raises(ValueError, match="'bench' has two children of one name: twin, twin"):
        Bench(Child(name="twin").spec(), Child(name="twin").spec(intensity=PATIENT))
