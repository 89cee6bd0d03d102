"""An engine whose actors crash while it stops, and one with several accounts."""

from decimal import Decimal
from functools import partial

import pytest
import trio

from batactors import CommandStatus, EngineConfig, Happening, SupervisionConfig, run_engine
from batactors.actors.dedup import Dedup
from batactors.seams import Seams, SeededChance, SeededIds
from batactors.testing import (
    AwaitPoints,
    KrakenSpotVenue,
    SimulatedNetwork,
    VenueAccount,
    VirtualClock,
    run_in_virtual_time,
    virtual_keep_alive,
)
from batactors.testing import faults as f
from tests.engine.bench import ASK, BID, SUPERVISION, open_bench, venue_config
from tests.engine.test_crash_sweep import ACTORS
from tests.engine.test_crashes import Bug, crash_once
from tests.engine.test_stopping import MOST, kraken, stopped
from tests.engine.test_unknown_outcomes import place

TERMS = {"instrument": "BTC/USD", "side": "buy", "order_type": "limit", "quantity": "0.5", "price": "50000"}


@pytest.mark.holds("D04", "D06")
@pytest.mark.parametrize("actor", ACTORS)
def test_a_crash_while_it_stops_costs_no_more_than_the_deadline(actor: str) -> None:
    """Whichever actor crashes at whichever await point of a stop: the report is in time, and no verdict is wrong."""
    for nth in range(1, 20, 2):
        points = AwaitPoints()
        run_in_virtual_time(stop_through, points, actor, nth, seed=f"{actor} {nth}", instruments=[points])


async def stop_through(points: AwaitPoints, actor: str, nth: int) -> None:
    seams = Seams(clock=VirtualClock(), ids=SeededIds(nth), chance=SeededChance(nth))
    with SimulatedNetwork(seed=nth).installed(), virtual_keep_alive():
        async with open_bench(seams) as bench:
            bench.venue.faults.add(f.DelayCommand(method="add_order", seconds=1.0))
            handles = [await place(bench), await place(bench, price="40000", transport="rest")]
            points.crash(actor, nth=nth)
            report = await stopped(bench)
            told = {one.command_id: one.status for one in report.settled}
            left = {one.command_id for one in report.left}
            assert told.keys() | left == {handle.command_id for handle in handles}
            for handle in handles:
                there = bool(bench.venue.ledger.orders_by_client_id(str(handle.client_order_id)))
                status = told.get(handle.command_id)
                assert status is None or there is (status is CommandStatus.ACCEPTED)


@pytest.mark.holds("D06")
async def test_a_dedup_actor_that_is_down_is_not_waited_for(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If it does not come back in time, what was to be told to it is left, and the report names it."""
    slowly = SupervisionConfig(backoff_first=100.0, backoff_most=100.0)
    async with open_bench(seams, supervision=slowly) as bench:
        bench.venue.faults.add(f.LoseCommand(method="add_order"))
        handle = await place(bench)
        await trio.sleep(0.5)
        crash_once(monkeypatch, Dedup, "_handle")
        bench.venue.place_external(symbol="ETH/USD", side="sell", quantity=Decimal(3), price=Decimal(2500))
        await trio.sleep(0.5)
        report = await stopped(bench)
        assert report.forced == ("dedup",)
        assert [left.command_id for left in report.left] == [handle.command_id]
        assert report.left[0].sent_at is not None


@pytest.mark.holds("D06", "X66")
async def test_accounts_stop_side_by_side(network: SimulatedNetwork, seams: Seams) -> None:
    """One that hangs does not keep another's time from it; each has its own part of the report, and the run returns."""
    demo = VenueAccount.demo()
    other = VenueAccount(api_key="OTHER", api_secret=demo.api_secret, balances=demo.balances)
    venue = KrakenSpotVenue(seams=seams, accounts=[demo, other], rate_limits=False)
    async with trio.open_nursery() as nursery:
        urls = await nursery.start(venue.serve, "127.0.0.1", 0)
        venue.set_market("BTC/USD", bid=BID, ask=ASK)
        accounts = {"one": venue_config(urls, demo), "two": venue_config(urls, other)}
        async with trio.open_nursery() as inner:
            engine = await inner.start(
                partial(run_engine, EngineConfig(accounts=accounts, supervision=SUPERVISION), seams=seams)
            )
            venue.faults.add(f.LoseCommand(method="add_order"))
            lost = await engine.account("one").create_order(**TERMS)
            await trio.sleep(0.5)
            done = await engine.account("two").create_order(**TERMS)
            with trio.fail_after(MOST + 0.5):
                report = await engine.stop()
        # Nobody cancelled it.
        assert [left.command_id for left in report.accounts["one"].left] == [lost.command_id]
        assert [one.command_id for one in report.accounts["two"].settled] == [done.command_id]
        assert report.left.keys() == {"one"}
        last = engine.happenings[-1]
        assert (last.child, last.what) == ("engine", Happening.ENDED)
        nursery.cancel_scope.cancel()


@pytest.mark.holds("D06")
async def test_a_give_up_while_it_stops_ends_it_all_the_same(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An actor that is given up on during a stop ends the engine with its error; nobody waits for ever."""
    caught: list[BaseException] = []
    engine = None
    try:
        async with open_bench(seams, supervision=SupervisionConfig(failures=0)) as bench:
            engine = bench.engine
            bench.venue.faults.add(f.LoseCommand(method="add_order"))
            await place(bench)
            async with trio.open_nursery() as nursery:
                nursery.start_soon(engine.stop)
                await trio.sleep(1.0)
                crash_once(monkeypatch, Dedup, "_handle")
                bench.venue.place_external(symbol="ETH/USD", side="sell", quantity=Decimal(3), price=Decimal(2500))
                await trio.sleep(20.0)
    except* Exception as group:
        caught.append(group)
    assert caught
    assert engine is not None
    assert engine.report is not None
    assert not engine.report.graceful
    assert kraken(engine.report).left
    assert Bug.__name__ in str(engine.happenings[-1].cause)
