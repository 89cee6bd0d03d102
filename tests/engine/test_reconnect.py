"""Every session takes the same road: subscribe, confirm, snapshot, ask for what was missed, release what waited."""

from decimal import Decimal

import pytest
import trio

from batactors import (
    CommandHandle,
    CommandStatus,
    FillReport,
    HealthStatus,
    NewRisk,
    OrderFilled,
    OrderState,
    OrderStatusReport,
    Origin,
)
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import Bench, open_bench
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")


async def fills_of(handle: CommandHandle) -> list[OrderFilled]:
    return [event for event in await events_of(handle) if isinstance(event, OrderFilled)]


def port_of(bench: Bench) -> int:
    return int(bench.urls.rest.rsplit(":", 1)[1])


@pytest.mark.holds("R04", "B05", "X47")
async def test_what_was_missed_is_told_once(network: SimulatedNetwork, seams: Seams) -> None:
    """After a cut, what was told before and what was missed are each told once, the missed as replayed."""
    async with open_bench(seams) as bench:
        handle = await place(bench)
        await handle.resolved()
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.1"))
        await trio.sleep(0.5)
        bench.venue.restart(down_for=3.0)
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.2"))
        await trio.sleep(10.0)
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.2"))
        fills = await fills_of(handle)
        assert [(fill.quantity, fill.replayed) for fill in fills] == [
            (Decimal("0.1"), False),
            (Decimal("0.2"), True),
            (Decimal("0.2"), False),
        ]
        assert bench.account.health().reconnects >= 1


@pytest.mark.holds("R04", "X48", "X51")
async def test_more_fills_than_a_snapshot_holds_are_asked_for(network: SimulatedNetwork, seams: Seams) -> None:
    """The snapshot holds the last 50 fills; the others that were missed come from the history."""
    async with open_bench(seams) as bench:
        handle = await place(bench, quantity="1")
        await handle.resolved()
        bench.venue.restart(down_for=3.0)
        for _ in range(120):
            bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.005"))
        await trio.sleep(10.0)
        bench.venue.cancel(str(handle.client_order_id))
        fills = await fills_of(handle)
        assert len(fills) == 120
        assert len({fill.fill_id for fill in fills}) == 120
        assert {fill.origin for fill in fills} <= {Origin.SNAPSHOT, Origin.QUERY}


async def test_an_order_that_closed_meanwhile_is_asked_for(network: SimulatedNetwork, seams: Seams) -> None:
    """Terminal events are never replayed by the venue: an order missing in the snapshot is asked for, and told as
    closed.
    """
    async with open_bench(seams) as bench:
        handle = await place(bench)
        await handle.resolved()
        bench.venue.restart(down_for=2.0)
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.1"))
        bench.venue.cancel(str(handle.client_order_id), reason="by hand")
        with trio.fail_after(20.0):
            events = await events_of(handle)
        assert [type(event).__name__ for event in events] == [
            "OrderSubmitted", "OrderAccepted", "OrderFilled", "OrderCanceled",
        ]  # fmt: skip


@pytest.mark.holds("R05", "X47")
async def test_live_frames_wait_until_what_came_before_is_known(network: SimulatedNetwork, seams: Seams) -> None:
    """Fills that arrive while a session still asks for the missed ones are told after those, each once."""
    async with open_bench(seams) as bench:
        handle = await place(bench, quantity="1")
        await handle.resolved()
        bench.venue.restart(down_for=1.0)
        for _ in range(60):  # more than the snapshot holds, so that the first ones come from the history alone
            bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.01"))
        bench.venue.faults.add(f.Stall(method="TradesHistory", seconds=2.0))
        await trio.sleep(2.5)
        assert bench.venue.sessions, "the session is there, and asks"
        live = bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.02"))
        await trio.sleep(10.0)
        bench.venue.cancel(str(handle.client_order_id))
        fills = await fills_of(handle)
        assert len(fills) == 61
        assert fills[-1].quantity == Decimal("0.02"), f"{live} was told before what came before it"


@pytest.mark.holds("R06", "X52")
async def test_a_silent_socket_is_given_up(network: SimulatedNetwork, seams: Seams) -> None:
    """A connection that stays open and says nothing is ended after the stated silence, and a new one made."""
    async with open_bench(seams) as bench:
        handle = await place(bench)
        await handle.resolved()
        bench.venue.go_silent()
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.5"))
        with trio.fail_after(30.0):
            fills = await fills_of(handle)
        assert [fill.quantity for fill in fills] == [Decimal("0.5")]
        await trio.sleep(5.0)
        assert bench.account.health().reconnects == 1


@pytest.mark.holds("R06", "X52")
async def test_a_quiet_account_keeps_its_socket(network: SimulatedNetwork, seams: Seams) -> None:
    """Fifty minutes without an order ends no session: heartbeats and pongs are signs of life."""
    async with open_bench(seams) as bench:
        await trio.sleep(3000.0)
        assert bench.account.health().reconnects == 0
        assert bench.account.health().status is HealthStatus.HEALTHY


@pytest.mark.holds("R06", "X52", "X50")
async def test_a_half_open_network_is_found(network: SimulatedNetwork, seams: Seams) -> None:
    """When the road down is cut silently, no error ever comes: the silence itself ends the session."""
    async with open_bench(seams) as bench:
        handle = await place(bench)
        await handle.resolved()
        network.partition(port_of(bench), 20.0, direction="down")
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.5"))
        with trio.fail_after(120.0):
            fills = await fills_of(handle)
        assert [fill.quantity for fill in fills] == [Decimal("0.5")]


@pytest.mark.holds("R02")
async def test_a_refused_token_is_fetched_again(network: SimulatedNetwork, seams: Seams) -> None:
    """Refused authentication is retried with back-off; health says disconnected and why, and commands go by REST."""
    async with open_bench(seams, new_risk_while_recovering=NewRisk.ALLOW) as bench:
        bench.venue.faults.add(f.RefuseToken(method="subscribe", count=6))
        bench.venue.cut()
        await trio.sleep(0.5)
        health = bench.account.health()
        assert health.status is HealthStatus.DISCONNECTED
        assert health.components["connection"].cause
        by_rest = await place(bench)
        assert (await by_rest.ack()).transport == "rest"
        socket_only = await place(bench, transport="websocket", price="49500")
        await trio.sleep(30.0)
        assert bench.account.health().status is HealthStatus.HEALTHY
        assert (await by_rest.resolved()).status is CommandStatus.ACCEPTED
        assert (await socket_only.resolved()).status in (CommandStatus.ACCEPTED, CommandStatus.NOT_EXECUTED)


@pytest.mark.holds("R02")
async def test_a_token_that_cannot_be_fetched_is_tried_again(network: SimulatedNetwork, seams: Seams) -> None:
    """A failing token request latches nothing off: it is tried until it works."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.HttpError(method="GetWebSocketsToken", count=5, status=502))
        bench.venue.cut()
        await trio.sleep(30.0)
        assert bench.account.health().status is HealthStatus.HEALTHY
        assert bench.venue.faults.fired["HttpError"] == 5


@pytest.mark.holds("R03", "X54")
async def test_a_subscription_that_is_not_confirmed_is_made_again(network: SimulatedNetwork, seams: Seams) -> None:
    """A lost confirmation is noticed, and the session begun again: nothing is taken for subscribed that is not."""
    async with open_bench(seams, answer=3.0) as bench:
        bench.venue.faults.add(f.LoseAck(method="subscribe"))
        bench.venue.cut()
        await trio.sleep(2.0)
        assert bench.account.health().status is HealthStatus.DISCONNECTED
        await trio.sleep(10.0)
        assert bench.account.health().status is HealthStatus.HEALTHY


async def test_a_snapshot_that_never_comes_is_asked_for(network: SimulatedNetwork, seams: Seams) -> None:
    """Without a snapshot frame, what is open is asked for by HTTP, and the session is ready all the same."""
    async with open_bench(seams, answer=3.0) as bench:
        handle = await place(bench)
        await handle.resolved()
        bench.venue.faults.add(f.LoseFrame(frame_type="snapshot"))
        bench.venue.restart(down_for=1.0)
        bench.venue.cancel(str(handle.client_order_id))
        with trio.fail_after(30.0):
            events = await events_of(handle)
        assert events[-1].is_terminal
        await trio.sleep(5.0)
        assert bench.account.health().status is HealthStatus.HEALTHY


@pytest.mark.holds("R07")
async def test_reading_waits_for_nobody(network: SimulatedNetwork, seams: Seams) -> None:
    """While REST hangs and a follower sleeps, frames are read and told, and the socket lives."""
    async with open_bench(seams, answer=60.0) as bench:
        handle = await place(bench, quantity="1")
        await handle.resolved()
        bench.venue.faults.add(f.Stall(method="OpenOrders", seconds=50.0), f.SkipSequence(event="new"))
        other = await place(bench, price="49500")  # its skipped sequence number makes the reconciler ask, and hang
        await trio.sleep(1.0)
        for _ in range(100):
            bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.01"))
            await trio.sleep(0.1)
        with trio.fail_after(1.0):
            fills = await fills_of(handle)
        assert len(fills) == 100
        assert bench.account.health().reconnects == 0
        assert other.client_order_id is not None


@pytest.mark.holds("C12", "X51")
async def test_a_gap_in_the_sequence_is_made_good(network: SimulatedNetwork, seams: Seams) -> None:
    """A frame that was lost on the way shows as a gap, and what it said is asked for."""
    async with open_bench(seams) as bench:
        handle = await place(bench)
        await handle.resolved()
        bench.venue.faults.add(f.SkipSequence(event="trade"))
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.2"))
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.3"))
        with trio.fail_after(15.0):
            fills = await fills_of(handle)
        assert sorted(fill.quantity for fill in fills) == [Decimal("0.2"), Decimal("0.3")]
        assert bench.account.counters()["gap: executions"] == 1
        assert bench.account.health().reconnects == 0


@pytest.mark.holds("G04")
async def test_nothing_is_sent_late(network: SimulatedNetwork, seams: Seams) -> None:
    """What was meant for a session that has ended is told as not sent, and never reaches the venue."""
    async with open_bench(seams, send_within=2.0) as bench:
        bench.venue.restart(down_for=20.0)
        await trio.sleep(0.5)
        handle = await place(bench, transport="websocket")
        receipt = await handle.resolved()
        assert receipt.status is CommandStatus.NOT_EXECUTED
        assert receipt.retriable
        await trio.sleep(60.0)
        assert bench.account.health().status is HealthStatus.HEALTHY
        assert bench.venue.ledger.orders == {}


@pytest.mark.holds("X50")
async def test_frames_that_cannot_be_read_end_nothing(
    network: SimulatedNetwork, seams: Seams, caplog: pytest.LogCaptureFixture
) -> None:
    """A malformed row, an unknown event and an unknown channel are set aside and counted; their siblings are told."""
    async with open_bench(seams) as bench:
        handle = await place(bench)
        await handle.resolved()
        bench.venue.faults.add(f.MalformedRow(), f.UnknownEvent(nth=2), f.UnknownChannel(nth=3))
        for _ in range(5):
            bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.1"))
        with trio.fail_after(15.0):
            fills = await fills_of(handle)
        assert len(fills) == 5
        (count,) = [count for name, count in bench.account.counters().items() if name.startswith("quarantined")][:1]
        assert count == 1
        assert '"last_qty":"much"' in caplog.text, "the whole of it is in the log"
        assert bench.account.health().reconnects == 0


async def test_orders_of_others_that_came_and_went_are_reported(network: SimulatedNetwork, seams: Seams) -> None:
    """An order placed by hand is reported once, with its end, though it began and ended while nobody listened."""
    async with open_bench(seams) as bench:
        known = bench.venue.place_external(
            symbol="BTC/USD", side="buy", quantity=Decimal("0.5"), price=Decimal("49500")
        ).order_id
        await trio.sleep(1.0)
        bench.venue.restart(down_for=3.0)
        unknown = bench.venue.place_external(
            symbol="BTC/USD", side="buy", quantity=Decimal("0.3"), price=Decimal("49500")
        ).order_id
        bench.venue.fill(unknown, quantity=Decimal("0.1"))
        bench.venue.cancel(unknown)
        bench.venue.fill(known, quantity=Decimal("0.5"))
        await trio.sleep(10.0)
        reports = []
        with trio.move_on_after(1.0):
            async for report in bench.account.reports():
                reports.append(report)
        last = {r.venue_order_id: r.state for r in reports if isinstance(r, OrderStatusReport)}
        assert last == {known: OrderState.FILLED, unknown: OrderState.CANCELED}
        fills = {r.venue_order_id: r.quantity for r in reports if isinstance(r, FillReport)}
        assert fills == {known: Decimal("0.5"), unknown: Decimal("0.1")}
        assert len([r for r in reports if isinstance(r, FillReport)]) == 2
