"""The simulated venue's own clock is set, forward or back: what has happened has happened all the same."""

from datetime import timedelta
from decimal import Decimal

import pytest
import trio
from attrs import evolve

from batactors.seams import Seams
from batactors.testing import KrakenSpotVenue, VenueAccount, VirtualClock
from batactors.testing import faults as f
from tests.venue.client import Client

STEPS = pytest.mark.parametrize("step", [-1800.0, -0.5, 0.5, 600.0])


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def venue(seams: Seams, clock: VirtualClock) -> KrakenSpotVenue:
    """A venue that has a clock of its own."""
    return KrakenSpotVenue(seams=evolve(seams, clock=clock), accounts=[VenueAccount.demo()])


@STEPS
async def test_reads_show_what_is(venue: KrakenSpotVenue, clock: VirtualClock, client: Client, step: float) -> None:
    """Open orders, closed orders, terms and trades from before the step and after it are shown at once."""
    first, closed = await client.add(), await client.add()
    await client.call("CancelOrder", txid=closed)
    venue.fill(first, Decimal("0.001"))
    clock.skew += step
    second, closed_later = await client.add(), await client.add()
    await client.call("CancelOrder", txid=closed_later)
    venue.fill(second, Decimal("0.001"))
    assert set((await client.call("OpenOrders"))["open"]) == {first, second}
    assert set((await client.call("ClosedOrders"))["closed"]) == {closed, closed_later}
    trades = (await client.call("TradesHistory"))["trades"]
    assert {trade["ordertxid"] for trade in trades.values()} == {first, second}
    assert (await client.call("OrderAmends", order_id=second))["count"] == 1


@STEPS
async def test_a_late_read_is_as_late_as_ever(
    venue: KrakenSpotVenue, clock: VirtualClock, client: Client, step: float
) -> None:
    """How late a read is goes by the time that has passed, not by the clock."""
    first = await client.add()
    await trio.sleep(10)
    clock.skew += step
    second = await client.add()
    await trio.sleep(2)
    for late, seen in ((1, {first, second}), (5, {first}), (20, set())):
        venue.faults.add(f.ReadLag(seconds=late))
        assert set((await client.call("OpenOrders"))["open"]) == seen


async def test_a_window_of_the_history_goes_by_the_stamps(
    venue: KrakenSpotVenue, clock: VirtualClock, client: Client
) -> None:
    """The bounds of a query are compared with what stands on the rows, whatever their order."""
    order = await client.add()
    stamps = []
    for step in (0.0, -60.0, 120.0, -30.0):
        clock.skew += step
        venue.fill(order, Decimal("0.001"))
        stamps.append(clock.now())
    for start in sorted(stamps):
        asked = start - timedelta(milliseconds=1)
        trades = (await client.call("TradesHistory", start=f"{asked.timestamp():.6f}"))["trades"]
        assert len(trades) == sum(stamp >= start for stamp in stamps)


@STEPS
async def test_no_order_expires_before_its_time(
    venue: KrakenSpotVenue, clock: VirtualClock, client: Client, step: float
) -> None:
    """An order that is good for a minute is good for as long, and for longer if the clock is set back."""
    txid = await client.add(timeinforce="GTD", expiretm="+60")
    clock.skew += step
    await trio.sleep(59 - min(0.0, step))
    assert not venue.ledger.orders[txid].closed
    await trio.sleep(2)
    assert venue.ledger.orders[txid].status == "expired"


@STEPS
async def test_limits_and_switches_go_on(
    venue: KrakenSpotVenue, clock: VirtualClock, client: Client, step: float
) -> None:
    """The dead man's switch fires when its time has passed, and the counters let go of what they counted."""
    async with client.listening() as socket:
        while (await socket.place())["success"]:
            pass
        clock.skew += step
        await socket.ask("cancel_all_orders_after", timeout=60)
        assert not (await socket.place())["success"] or step > 0
        await trio.sleep(59)
        assert venue.ledger.open_orders()
        await trio.sleep(2)
        assert not venue.ledger.open_orders()
        assert (await socket.place())["success"]
