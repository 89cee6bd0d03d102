"""Binance replays nothing: what happened while nobody listened is asked for, wherever it happened, and told once."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import (
    CommandStatus,
    FillReport,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderState,
    OrderStatusReport,
    OrderTriggered,
)
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.binance.bench import Bench, open_bench
from tests.engine.binance.story import (
    EVENTS,
    cut,
    events_of,
    fill,
    fills_in,
    healthy,
    name_of,
    rest,
    told_so_far,
)

pytestmark = pytest.mark.usefixtures("network")

ETH = "ETH/USDT:USDT"
STOP: dict[str, Any] = {
    "instrument": "BTC/USDT:USDT", "side": "sell", "order_type": "stop_market", "quantity": "0.2",
    "trigger_price": "45000", "price": None,
}  # fmt: skip


def account_of(bench: Bench) -> str:
    return next(iter(bench.venue.accounts))


def restart(bench: Bench) -> None:
    """The whole venue is away for a while."""
    bench.venue.restart(down_for=3.0)


def lose_stream(bench: Bench) -> None:
    """The stream alone is away."""
    bench.venue.faults.add(f.RefuseUpgrade(path="/private/ws", count=5))
    cut(bench, EVENTS)


OUTAGES = pytest.mark.parametrize("outage", [restart, lose_stream], ids=lambda one: one.__name__)


async def reports_of(bench: Bench) -> list[Any]:
    """All that was reported of others' orders so far."""
    reports: list[Any] = []
    with trio.move_on_after(1.0):
        async for report in bench.account.reports():
            reports.append(report)
    return reports


@pytest.mark.holds("R04", "Y14", "X47")
@OUTAGES
async def test_fills_and_ends_in_an_outage(
    network: SimulatedNetwork, seams: Seams, outage: Callable[[Bench], None]
) -> None:
    """Fills of orders that are still open, orders that filled, and orders that were cancelled or expired, on symbols
    with and without other open orders of ours: each is told once, in order, with the true end.
    """
    async with open_bench(seams) as bench:
        await healthy(bench)
        partly, wholly = await rest(bench), await rest(bench, price="47000")
        alone = await rest(bench, instrument=ETH, price="1800", quantity="2")  # nothing of ours is left there then
        canceled = await rest(bench, instrument=ETH, price="1700", quantity="3")
        expired = await rest(bench, price="46000")
        fill(bench, partly, "0.1")
        await trio.sleep(1.0)
        outage(bench)
        fill(bench, partly, "0.15")
        fill(bench, wholly, "0.2")
        fill(bench, wholly, "0.3")
        fill(bench, alone, "2")
        fill(bench, canceled, "1")
        bench.venue.cancel(name_of(canceled))
        bench.venue.expire(name_of(expired))
        await trio.sleep(1.0)
        await healthy(bench)
        assert fills_in(await events_of(wholly, within=5.0)) == [Decimal("0.2"), Decimal("0.3")]
        assert fills_in(await events_of(alone, within=5.0)) == [Decimal("2")]
        assert [type(event) for event in await events_of(canceled, within=5.0)][1:] == [
            OrderAccepted, OrderFilled, OrderCanceled,
        ]  # fmt: skip
        assert (await events_of(expired, within=5.0))[-1].state is OrderState.EXPIRED
        fill(bench, partly, "0.25")
        events = await events_of(partly)
        assert fills_in(events) == [Decimal("0.1"), Decimal("0.15"), Decimal("0.25")]
        assert [event.replayed for event in events if isinstance(event, OrderFilled)] == [False, True, False]


@pytest.mark.holds("R04")
async def test_more_fills_than_a_page_holds(network: SimulatedNetwork, seams: Seams) -> None:
    """1,200 fills in an outage, more than one answer can have, are told once each."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench, quantity="1.2")
        restart(bench)
        for _ in range(1_200):
            fill(bench, order, "0.001")
        events = await events_of(order, within=120.0)
        ids = [event.fill_id for event in events if isinstance(event, OrderFilled)]
        assert len(ids) == len(set(ids)) == 1_200


@OUTAGES
async def test_others_orders_in_an_outage(
    network: SimulatedNetwork, seams: Seams, outage: Callable[[Bench], None]
) -> None:
    """An order placed by hand is reported once, with its end and its fills, though it began and ended while nobody
    listened, on a symbol where this engine never traded.
    """
    async with open_bench(seams) as bench:
        await healthy(bench)
        known = bench.venue.place_external(
            symbol="BTCUSDT", side="buy", quantity=Decimal("0.5"), price=Decimal("47500")
        ).order_id
        await trio.sleep(1.0)
        outage(bench)
        unknown = bench.venue.place_external(
            symbol="ETHUSDT", side="buy", quantity=Decimal("0.3"), price=Decimal("1850")
        ).order_id
        bench.venue.fill(unknown, quantity=Decimal("0.1"))
        bench.venue.cancel(unknown)
        bench.venue.fill(known, quantity=Decimal("0.5"))
        await trio.sleep(2.0)
        await healthy(bench)
        reports = await reports_of(bench)
        last = {r.venue_order_id: r.state for r in reports if isinstance(r, OrderStatusReport)}
        assert sorted(last.values()) == sorted([OrderState.CANCELED, OrderState.FILLED])
        fills = [r.quantity for r in reports if isinstance(r, FillReport)]
        assert sorted(fills) == [Decimal("0.1"), Decimal("0.5")]


@OUTAGES
async def test_a_conditional_order_that_triggered_in_an_outage(
    network: SimulatedNetwork, seams: Seams, outage: Callable[[Bench], None]
) -> None:
    """One that triggered and filled, and one that was cancelled while it waited: told as such, once."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        triggers, ends = await rest(bench, **STOP), await rest(bench, **{**STOP, "trigger_price": "44000"})
        waits = await rest(bench, **{**STOP, "trigger_price": "40000"})
        await trio.sleep(1.0)
        outage(bench)
        await trio.sleep(0.1)
        algos = bench.venue._algos  # the account's owner cancels it by hand
        algos.cancel(next(one for one in algos.open(account_of(bench)) if one.client_algo_id == name_of(ends)))
        bench.venue.set_market("BTCUSDT", bid=Decimal("44500"), ask=Decimal("44600"))
        await trio.sleep(2.0)
        await healthy(bench)
        events = await events_of(triggers, within=30.0)
        kinds = [type(event) for event in events]
        assert kinds[:3] == [kinds[0], OrderAccepted, OrderTriggered]
        assert sum(fills_in(events)) == Decimal("0.2")
        assert events[-1].state is OrderState.FILLED
        assert (await events_of(ends, within=30.0))[-1].state is OrderState.CANCELED
        assert [type(event) for event in await told_so_far(waits)][1:] == [OrderAccepted]
        assert (await (await waits.cancel()).resolved()).status is CommandStatus.ACCEPTED


async def test_reads_that_trail_after_an_outage(network: SimulatedNetwork, seams: Seams) -> None:
    """Where the venue's reads trail by half a minute after a new session, what they show later is told later, once."""
    async with open_bench(seams, read_lag=60.0) as bench:
        await healthy(bench)
        order, ends = await rest(bench), await rest(bench, price="47000")
        await trio.sleep(5.0)
        lose_stream(bench)
        fill(bench, order, "0.2")
        bench.venue.cancel(name_of(ends))
        bench.venue.habits.read_lag = 30.0
        await trio.sleep(2.0)
        with trio.fail_after(180.0):
            assert (await events_of(ends, within=180.0))[-1].state is OrderState.CANCELED
        await trio.sleep(60.0)
        bench.venue.habits.read_lag = 0.0
        await healthy(bench)
        assert fills_in(await told_so_far(order)) == [Decimal("0.2")]
        fill(bench, order, "0.3")
        assert fills_in(await events_of(order)) == [Decimal("0.2"), Decimal("0.3")]


async def test_others_orders_at_the_beginning_of_a_long_outage(network: SimulatedNetwork, seams: Seams) -> None:
    """An order of others that came and went, without a fill, is reported though rounds were made in the outage: to know
    the fills up to now says nothing of what has closed.
    """
    async with open_bench(seams, reconcile_every=5.0) as bench:
        await healthy(bench)
        await rest(bench)
        await trio.sleep(10.0)
        bench.venue.faults.add(f.RefuseUpgrade(path="/private/ws", count=20))
        cut(bench, EVENTS)
        await trio.sleep(0.1)
        gone = bench.venue.place_external(
            symbol="BTCUSDT", side="buy", quantity=Decimal("0.5"), price=Decimal("47500")
        ).order_id
        bench.venue.cancel(gone)
        await trio.sleep(30.0)
        bench.venue.faults.clear()
        await healthy(bench)
        told = [one for one in await reports_of(bench) if isinstance(one, OrderStatusReport)]
        assert [one.state for one in told] == [OrderState.CANCELED]
