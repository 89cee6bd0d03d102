"""However an engine is made to stop, and whatever hangs: it ends within its deadline, and says what it left."""

from collections.abc import Sequence
from functools import partial

import pytest
import trio

from batactors import CommandStatus, EngineConfig, EngineStopped, Happening, SupervisionConfig, Transport, run_engine
from batactors.actors.lane import Lane
from batactors.journal.memory import MemoryJournal
from batactors.journal.store import Entry
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork, VenueAccount
from batactors.testing import faults as f
from tests.engine.bench import Bench, open_bench, open_on, open_venue, venue_config
from tests.engine.test_crashes import crash_once
from tests.engine.test_stopping import MOST, kraken, stopped
from tests.engine.test_unknown_outcomes import place

pytestmark = [pytest.mark.usefixtures("network"), pytest.mark.holds("D06", "X66")]


@pytest.mark.parametrize("silent", ["silent", "gone"])
async def test_a_venue_that_hangs_costs_no_more_than_the_deadline(
    network: SimulatedNetwork, seams: Seams, silent: str
) -> None:
    """Neither an answer by REST that never comes nor a socket that says nothing keeps the engine from stopping."""
    async with open_bench(seams, answer=60.0, validity=20.0) as bench:
        bench.venue.faults.add(f.DelayCommand(method="add_order", transport="rest", seconds=1000.0))
        handle = await place(bench, transport="rest")
        await trio.sleep(0.2)
        if silent == "silent":
            bench.venue.go_silent()
        report = await stopped(bench)
        (left,) = report.left
        assert (left.command_id, left.transport) == (handle.command_id, Transport.REST)
        assert left.why == "the engine stopped before an answer came"
        assert left.unknown_since is not None
        assert report.forced == ()
    assert trio.current_time() - 0.2 < MOST + 1.0


class Hanging(MemoryJournal):
    """From some moment on it does not come back; then only a cancellation ends it, or not even that."""

    hangs = False
    shield = False

    async def append(self, entries: Sequence[Entry]) -> None:
        if self.hangs:
            with trio.CancelScope(shield=self.shield):
                await trio.sleep(100.0)
        await super().append(entries)


@pytest.mark.parametrize("shield", [False, True])
async def test_a_dedup_actor_that_hangs_is_cut_off(network: SimulatedNetwork, seams: Seams, shield: bool) -> None:
    """What it does not come to is told as left, with that nothing says whether it was sent; the report is in time,
    and says who had to be forced.
    """
    journal = Hanging()
    journal.shield = shield
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, journals=lambda name: journal) as bench:
            handle = await place(bench)
            await handle.resolved()
            journal.hangs = True
            async with trio.open_nursery() as nursery:
                nursery.start_soon(expect_the_end, bench)
                await trio.sleep(0.5)
                report = await stopped(bench)
            assert report.forced == ("dedup",)
            (left,) = report.left
            assert left.sent_at is None
            assert left.why == "it was registered, and nothing says whether it was sent"
            ended = trio.current_time()
        assert (trio.current_time() > ended + 50.0) is shield  # what shields itself, trio cannot end
        slow = [event.child for event in bench.engine.happenings if event.what is Happening.SLOW_STOP]
        assert slow == (["dedup"] if shield else [])


async def expect_the_end(bench: Bench) -> None:
    with pytest.raises(EngineStopped):
        await place(bench, price="40000")


async def test_what_a_crashed_lane_held_is_told_as_not_sent(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lane that waits for its restart when the engine stops gives up what it holds: none of it was sent."""
    slowly = SupervisionConfig(backoff_first=100.0, backoff_most=100.0, stop_within=2.0)
    async with open_bench(seams, supervision=slowly) as bench:
        crash_once(monkeypatch, Lane, "_try")
        handle = await place(bench)
        await trio.sleep(0.5)
        with trio.fail_after(5.5):
            report = kraken(await bench.engine.stop())
        (settled,) = report.settled
        assert (settled.command_id, settled.status) == (handle.command_id, CommandStatus.NOT_EXECUTED)
        assert not bench.venue.ledger.orders


async def test_an_engine_that_is_cancelled_ends_at_once(network: SimulatedNetwork, seams: Seams) -> None:
    """A cancelled scope ends promptly, as trio's do: nothing is waited for, and the report says what is left."""
    async with open_venue(seams) as (venue, urls):
        config = EngineConfig(accounts={"kraken": venue_config(urls, VenueAccount.demo())})
        async with trio.open_nursery() as nursery:
            engine = await nursery.start(partial(run_engine, config, seams=seams))
            venue.faults.add(f.DelayCommand(method="add_order", seconds=2.0))
            handle = await engine.account("kraken").create_order(
                instrument="BTC/USD", side="buy", order_type="limit", quantity="0.5", price="50000"
            )
            await trio.sleep(0.5)
            began = trio.current_time()
            nursery.cancel_scope.cancel()
        assert trio.current_time() - began < 0.1
        assert engine.report is not None
        assert not engine.report.graceful
        (left,) = kraken(engine.report).left
        assert left.command_id == handle.command_id
        assert left.why == "it was sent, and no answer had come when the engine ended"
        assert await engine.stop() is engine.report


async def test_a_stop_that_has_begun_is_finished_if_there_is_time(network: SimulatedNetwork, seams: Seams) -> None:
    """With ``cancelled_within`` a cancellation in the middle of a stop does not break it off."""
    supervision = SupervisionConfig(cancelled_within=1.0)
    async with open_venue(seams) as (venue, urls):
        config = EngineConfig(accounts={"kraken": venue_config(urls, VenueAccount.demo())}, supervision=supervision)
        async with trio.open_nursery() as nursery:
            engine = await nursery.start(partial(run_engine, config, seams=seams))
            venue.faults.add(f.DelayCommand(method="add_order", seconds=3.0))
            await engine.account("kraken").create_order(
                instrument="BTC/USD", side="buy", order_type="limit", quantity="0.5", price="50000"
            )
            nursery.start_soon(engine.stop)
            await trio.sleep(0.5)
            nursery.cancel_scope.cancel()
        assert engine.report is not None
        assert engine.report.graceful
        assert [one.status for one in kraken(engine.report).settled] == [CommandStatus.ACCEPTED]


@pytest.mark.parametrize("how", ["cancelled", "error"])
async def test_time_can_be_given_to_a_cancelled_engine(network: SimulatedNetwork, seams: Seams, how: str) -> None:
    """With ``cancelled_within`` an engine that is cancelled, or whose block ends with an error, stops in good order."""
    supervision = SupervisionConfig(cancelled_within=5.0)
    bench: Bench | None = None
    began = trio.current_time()
    try:
        with trio.CancelScope() as scope:
            async with open_bench(seams, supervision=supervision) as bench:
                bench.venue.faults.add(f.DelayCommand(method="add_order", seconds=2.0))
                await place(bench)
                await trio.sleep(0.2)
                began = trio.current_time()
                if how == "cancelled":
                    scope.cancel()
                    await trio.lowlevel.checkpoint()
                raise ZeroDivisionError(how)
    except* ZeroDivisionError:
        assert how != "cancelled"
    assert bench is not None
    report = bench.engine.report
    assert report is not None
    if how == "cancelled":
        # The venue of this test is cancelled with it, and answers no more; the stop has had its time.
        assert kraken(report).left
    assert report.graceful
    assert 0.5 < trio.current_time() - began < MOST + 0.5


async def test_who_waits_for_the_stop_may_leave(network: SimulatedNetwork, seams: Seams) -> None:
    """To cancel a caller of ``stop`` does not cancel the stop; whoever calls again gets the one report."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.DelayCommand(method="add_order", seconds=2.0))
        await place(bench)
        with trio.move_on_after(0.5) as scope:
            await bench.engine.stop()
        assert scope.cancelled_caught
        report = await stopped(bench)
        assert [one.status for one in report.settled] == [CommandStatus.ACCEPTED]
        assert await bench.engine.stop() is bench.engine.report
