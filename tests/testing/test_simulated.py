"""What `@simulated` does to a test of a user's own."""

import inspect
import random
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from batactors.journal.store import Entry
from batactors.testing import (
    Check,
    InvariantViolation,
    Knobs,
    NondeterminismError,
    SimulationTimeout,
    World,
    moments,
    simulated,
)
from batactors.testing.simulated_run import SEEDS, TRACES, seeds_of


class NothingIsWritten(Check):
    """A promise that nobody has made."""

    def wrote(self, entry: Entry) -> Iterator[str]:
        yield f"{type(entry).__name__} was written"


async def place(world: World) -> None:
    """An order that rests."""
    order = await world.account.create_order(
        instrument="BTC/USD", side="buy", order_type="limit", quantity="1", price="48000"
    )
    await order.resolved()


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(SEEDS, raising=False)
    monkeypatch.setenv(TRACES, str(tmp_path / "traces"))


def test_it_is_an_ordinary_function_without_a_world() -> None:
    """pytest sees a function that is not async, and asks for no fixture `world`."""

    @simulated(seeds=2)
    async def test(tmp_path: Path, world: World, number: int = 1) -> None:
        """What it proves."""

    assert not inspect.iscoroutinefunction(test)
    assert list(inspect.signature(test).parameters) == ["tmp_path", "number"]
    assert (test.__name__, test.__doc__) == ("test", "What it proves.")


def test_each_seed_is_a_run_of_its_own() -> None:
    """So many seeds, or these; each world is new, its clock begins anew, and other arguments are passed on."""
    worlds: list[World] = []

    async def test(world: World, word: str) -> None:
        assert trio.current_time() < 1
        worlds.append(world)
        await place(world)
        await trio.sleep(20)
        assert (word, world.engine.account("kraken")) == ("given", world.account)

    simulated(seeds=2)(test)(word="given")
    simulated(seeds=(seed for seed in (1, 7)))(test)(word="given")
    digests = [world.trace.digest() for world in worlds]
    assert digests[1] == digests[2]
    assert len(set(digests)) == 3


def test_knobs_and_options_reach_the_world() -> None:
    """The world is set up as the decorator says."""
    told: list[float] = []

    @simulated(knobs=Knobs(latency=(0.5, 0.5)), options={"tier": "pro"})
    async def test(world: World) -> None:
        began = trio.current_time()
        await place(world)
        told.append(trio.current_time() - began)

    test()
    assert told[0] >= 1


def test_a_failure_says_how_to_see_it_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The error is the test's own, with the seed, the command, the end of the trace, and where the whole of it is."""
    monkeypatch.setenv("PYTEST_CURRENT_TEST", "tests/test_mine.py::test_it[a b] (call)")

    seen: list[World] = []

    @simulated(seeds=5)
    async def test(world: World) -> None:
        seen.append(world)
        await place(world)
        assert len(seen) <= 3

    with pytest.raises(AssertionError) as failure:
        test()
    assert type(failure.value) is AssertionError
    seed, file, end = failure.value.__notes__
    assert seed == "With seed 3. To run it alone: BATACTORS_SEEDS=3 pytest 'tests/test_mine.py::test_it[a b]'"
    path = Path(re.findall(r"is in (.*)", file)[0])
    assert path.parent == tmp_path / "traces"
    assert path.read_text().splitlines() == list(seen[-1].trace.lines())
    assert 30 < len(end.splitlines()) <= 41
    assert "Resolved Accepted of create_order" in end


def test_the_environment_names_the_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers and ranges, in place of what stands in the test; what is no seed is an error."""
    assert seeds_of(3) == range(3)
    assert seeds_of((5, 8)) == (5, 8)
    monkeypatch.setenv(SEEDS, "17, 3-5")
    assert seeds_of(3) == [17, 3, 4, 5]
    monkeypatch.setenv(SEEDS, "-1")
    with pytest.raises(ValueError, match="takes seeds such as"):
        seeds_of(3)
    monkeypatch.delenv(SEEDS)
    with pytest.raises(ValueError, match="a seed at least"):
        seeds_of(0)


def test_a_broken_promise_fails_the_test() -> None:
    """At once, wherever the test is, and by its name."""

    @simulated(checks=[NothingIsWritten])
    async def test(world: World) -> None:
        await place(world)
        raise AssertionError("not reached")

    with pytest.raises(InvariantViolation, match=r"NothingIsWritten, at .* s: Registered was written"):
        test()


def test_a_check_that_fails_itself_fails_the_test() -> None:
    """And does not look like a crash of the engine's, nor like what the test makes of an engine that stops."""

    class Broken(Check):
        def wrote(self, entry: Entry) -> Iterator[str]:
            raise ZeroDivisionError("a bug in the check")

    @simulated(checks=[Broken])
    async def test(world: World) -> None:
        await place(world)

    with pytest.raises(ZeroDivisionError, match="a bug in the check"):
        test()


def test_what_does_not_repeat_is_refused() -> None:
    """Real time and unseeded chance fail the test, also where it swallows the error."""

    @simulated
    async def asks_the_clock(world: World) -> None:
        time.time()

    @simulated
    async def draws(world: World) -> None:
        with suppress(NondeterminismError):
            random.random()

    @simulated
    async def is_seeded(world: World) -> None:
        world.seams.chance.generator("mine").random()

    is_seeded()
    for test in (asks_the_clock, draws):
        with pytest.raises(NondeterminismError, match="called"):
            test()


def test_what_is_never_reached_fails_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """`sometimes` asks for one seed of all; a run of a single seed by hand is not asked."""
    seen: list[World] = []

    @simulated(seeds=3)
    async def test(world: World) -> None:
        seen.append(world)
        world.sometimes(len(seen) == 2, "the second")
        world.sometimes(False, "the moon")

    with pytest.raises(AssertionError, match=r"true in no run.*: the moon$"):
        test()
    monkeypatch.setenv(SEEDS, "0")
    test()


def test_a_hang_ends() -> None:
    """A test that waits for what never comes fails after its timeout, in virtual seconds."""

    @simulated(timeout=50)
    async def test(world: World) -> None:
        await trio.sleep_forever()

    with pytest.raises(SimulationTimeout, match="not done after 50"):
        test()


def test_a_task_beside_the_test_fails_it() -> None:
    """What `world.start` runs is a part of the test; one error comes alone, several come as a group."""

    async def fail(text: str) -> None:
        raise ZeroDivisionError(text)

    @simulated
    async def one(world: World) -> None:
        world.start(fail, "one")
        await trio.sleep_forever()

    @simulated
    async def two(world: World) -> None:
        world.start(fail, "one")
        world.start(fail, "two")
        await trio.sleep_forever()

    with pytest.raises(ZeroDivisionError) as failure:
        one()
    assert failure.value.__context__ is None
    with pytest.RaisesGroup(ZeroDivisionError, ZeroDivisionError, flatten_subgroups=True):
        two()


def test_skips_stay_skips() -> None:
    """`pytest.skip` within the test is not taken for an error of the world's."""

    @simulated
    async def test(world: World) -> None:
        pytest.skip("not today")

    with pytest.raises(pytest.skip.Exception, match="not today"):
        test()


@settings(max_examples=3, deadline=None)
@given(quantity=st.integers(1, 5))
@simulated
async def test_hypothesis_goes_outside(world: World, quantity: int) -> None:
    """Each example is a run of its own, so each has a new venue."""
    await place(world)
    assert len(world.ledger.orders) == 1


def test_what_cannot_be_decorated_says_so() -> None:
    """A function that is not async, takes no world, or is wrapped by hypothesis already."""

    def not_async(world: World) -> None: ...
    async def no_world() -> None: ...
    @given(st.none())
    async def given_first(world: World, nothing: None) -> None: ...

    for test, reason in ((not_async, "is for async"), (no_world, "does not take it"), (given_first, "above")):
        with pytest.raises(TypeError, match=reason):
            simulated(test)  # type: ignore[arg-type]


def test_settled_waits_for_the_end() -> None:
    """It returns when everything has its end, after recovery if need be."""

    @simulated(seeds=3)
    async def test(world: World) -> None:
        await place(world)
        world.add(moments.Kill(down_for=5), moments.Cut(when="event OrderFilled"))
        (order,) = world.ledger.open_orders()
        world.venue.fill(order, order.remaining)
        await world.settled()
        assert world.machine.lives == 2

    test()


def test_settled_names_what_is_open() -> None:
    """When the time is over, it is an error that says what has no end."""

    @simulated
    async def test(world: World) -> None:
        await place(world)
        await world.settled(within=30)

    with pytest.raises(
        AssertionError, match=r"not settled after 30 .*\norder \w+ is open at the venue, with 0 of 1 filled"
    ):
        test()
