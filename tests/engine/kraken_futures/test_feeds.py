"""The two feeds of an order's life, from the wire to the subscriber: what is left is no total, and no order holds."""

from decimal import Decimal

import pytest
import trio

from batactors import (
    CommandStatus,
    FillReport,
    Missed,
    OrderAccepted,
    OrderCanceled,
    OrderEvent,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    OrderState,
    OrderStatusReport,
    OrderSubmitted,
    OrderUpdated,
    Report,
)
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.testing.kraken_futures import Habits
from tests.engine.kraken_futures.bench import SYMBOL, Bench, open_bench
from tests.engine.kraken_futures.story import Wire
from tests.engine.stories import events_of, fill, fills_in, healthy, place, rest, told_so_far

pytestmark = pytest.mark.usefixtures("network")

QUIET = {"repeats": 0.0, "oddities": 0.0, "extras": 0.0, "feeds_apart": 0.0, "fills_together": 0.0}
DELTAS_FIRST = Habits(fills_first=0.0, **QUIET)  # type: ignore[arg-type]  # floats, all of them
FILLS_FIRST = Habits(fills_first=1.0, **QUIET)  # type: ignore[arg-type]
NAMELESS = Habits(cancels_named=0.0, deltas_named=0.0, cancels_whole=0.0, **QUIET)  # type: ignore[arg-type]
PLACED, PART, FULL = "new_placed_order_by_user", "partial_fill", "full_fill"
either_first = pytest.mark.parametrize(
    ("habits", "life"),
    [(DELTAS_FIRST, [PART, "fill"]), (FILLS_FIRST, ["fill", PART])],
    ids=["deltas_first", "fills_first"],
)


def kinds_of(events: list[OrderEvent]) -> list[type[OrderEvent]]:
    """What they are."""
    return [type(event) for event in events]


@pytest.mark.holds("F01", "F02", "F03", "F04")
@either_first
@pytest.mark.parametrize(
    ("total", "parts", "left"),
    [("1", ["0.14", "0.86"], [1.0, 0.86, 0.0]), ("10", ["4", "3", "3"], [10.0, 6.0, 3.0, 0.0])],
    ids=["of_1", "of_10"],
)
async def test_the_captured_sequences(
    network: SimulatedNetwork, seams: Seams, habits: Habits, life: list[str], total: str, parts: list[str],
    left: list[float],
) -> None:  # fmt: skip
    """An order of 1 filled as 0.14 + 0.86, and one of 10 as 4 + 3 + 3: each fill, no update, filled with the last.

    The wire counts down what is left, before the fills or behind them, as it was captured.
    """
    async with open_bench(seams, habits=habits) as bench:
        await healthy(bench)
        wire = Wire(bench.venue)
        order = await rest(bench, quantity=total)
        for part in parts:
            fill(bench, order, part)
            await trio.sleep(0.2)
        events = await events_of(order)
        assert kinds_of(events) == [OrderSubmitted, OrderAccepted, *[OrderFilled] * len(parts)]
        assert fills_in(events) == [Decimal(part) for part in parts]
        assert events[-1].state is OrderState.FILLED
        assert [one.state for one in events[2:-1]] == [OrderState.PARTIALLY_FILLED] * (len(parts) - 1)
        assert [qty for _, _, qty, _ in wire.orders()] == left
        last = [FULL if one == PART else one for one in life]
        assert wire.life() == [PLACED, *life * (len(parts) - 1), *last]


@pytest.mark.holds("F01", "F06", "F08")
async def test_an_edit_of_an_order_that_is_filled_in_part(network: SimulatedNetwork, seams: Seams) -> None:
    """The wire says what is left of the new terms; the update has the total, and the fills told stay told."""
    async with open_bench(seams, habits=DELTAS_FIRST) as bench:
        await healthy(bench)
        wire = Wire(bench.venue)
        order = await rest(bench, quantity="1")
        fill(bench, order, "0.4")
        await trio.sleep(0.5)
        amend = await order.amend(quantity="2", price="48500")
        assert (await amend.resolved()).status is CommandStatus.ACCEPTED
        fill(bench, order, "1.6")
        events = await events_of(order)
        (update,) = [event for event in events if isinstance(event, OrderUpdated)]
        assert (update.quantity, update.price) == (Decimal(2), Decimal(48500))
        assert fills_in(events) == [Decimal("0.4"), Decimal("1.6")]
        assert ("edited_by_user", False, 1.6, 0.4) in list(wire.orders())


@pytest.mark.holds("F05")
async def test_an_order_that_takes_is_told_by_its_fills_alone(network: SimulatedNetwork, seams: Seams) -> None:
    """`open_orders` never shows it: accepted, filled in full, ended, with the fees that only `fills` has."""
    async with open_bench(seams, habits=DELTAS_FIRST) as bench:
        await healthy(bench)
        wire = Wire(bench.venue)
        events = await events_of(await place(bench, price="51500"))
        assert kinds_of(events) == [OrderSubmitted, OrderAccepted, OrderFilled]
        assert events[-1].state is OrderState.FILLED
        assert isinstance(events[-1], OrderFilled)
        assert [str(fee.asset) for fee in events[-1].fees] == ["USD"]
        assert not list(wire.orders())


@pytest.mark.holds("F07")
async def test_an_edit_that_crosses(network: SimulatedNetwork, seams: Seams) -> None:
    """The fills come before the delta that tells of the edit: updated, filled, ended, and the amend is accepted."""
    async with open_bench(seams, habits=FILLS_FIRST) as bench:
        await healthy(bench)
        order = await rest(bench)
        amend = await order.amend(price="51500")
        assert (await amend.resolved()).status is CommandStatus.ACCEPTED
        events = await events_of(order)
        assert sum(fills_in(events)) == Decimal("0.5")
        (update,) = [event for event in events if isinstance(event, OrderUpdated) and not event.synthesized]
        assert (update.quantity, update.price) == (Decimal("0.5"), Decimal(51500))
        assert events[-1].state is OrderState.FILLED


@pytest.mark.holds("F09")
async def test_a_state_that_is_told_twice_is_told_once(network: SimulatedNetwork, seams: Seams) -> None:
    """Each delta comes again: one Accepted, one Updated, one end."""
    async with open_bench(seams, habits=Habits(repeats=1.0)) as bench:
        await healthy(bench)
        wire = Wire(bench.venue)
        order = await rest(bench)
        await (await order.amend(price="48500")).resolved()
        await (await order.cancel()).resolved()
        events = await events_of(order)
        assert kinds_of(events) == [OrderSubmitted, OrderAccepted, OrderUpdated, OrderCanceled]
        assert wire.life().count(PLACED) == wire.life().count("edited_by_user") == 2


@pytest.mark.holds("F10")
async def test_an_edit_is_the_first_delta_that_is_heard(network: SimulatedNetwork, seams: Seams) -> None:
    """A fill came before any delta, and the one of its placement is lost: the edit is told all the same."""
    async with open_bench(seams, habits=FILLS_FIRST) as bench:
        await healthy(bench)
        bench.venue.faults.add(
            f.LoseFrame(event="new"), f.LoseFrame(event=PART), f.LoseAck(method="amend_order"),
        )  # fmt: skip
        order = await rest(bench)
        fill(bench, order, "0.1")
        amend = await order.amend(price="48500")
        assert (await amend.resolved()).status is CommandStatus.ACCEPTED
        events = await told_so_far(order)
        assert OrderFilled in kinds_of(events)
        (update,) = [event for event in events if isinstance(event, OrderUpdated)]
        assert (update.quantity, update.price) == (Decimal("0.5"), Decimal(48500))


@pytest.mark.holds("F11", "F12")
async def test_deltas_without_our_id(network: SimulatedNetwork, seams: Seams) -> None:
    """No delta and no cancel has the client order id: all are told of the order that has the venue's."""
    async with open_bench(seams, habits=NAMELESS) as bench:
        await healthy(bench)
        wire = Wire(bench.venue)
        order = await rest(bench)
        bench.venue.faults.add(f.LoseAck(method="amend_order"), f.LoseAck(method="cancel_order"))
        amend = await order.amend(price="48500")
        assert (await amend.resolved()).status is CommandStatus.ACCEPTED
        await trio.sleep(11.0)  # REST takes one command at a time, and waits so long for the answer to the amend
        await order.cancel()
        events = await events_of(order)
        assert kinds_of(events) == [OrderSubmitted, OrderAccepted, OrderUpdated, OrderCanceled]
        assert not any("cli_ord_id" in str(frame) for frame in wire.of("open_orders"))
        with trio.move_on_after(1.0):
            async for report in bench.account.reports():
                pytest.fail(f"told as another's: {report}")


@pytest.mark.holds("F14")
@pytest.mark.parametrize("lost", [False, True], ids=["answered", "by_the_feed_alone"])
async def test_what_the_engine_refuses_is_rejected(network: SimulatedNetwork, seams: Seams, lost: bool) -> None:
    """A post-only order that would take is rejected as such, and not canceled: by the answer, or by `open_orders`."""
    async with open_bench(seams, habits=Habits(refusals_told=1.0)) as bench:
        await healthy(bench)
        if lost:
            bench.venue.faults.add(f.LoseAck(method="add_order"))
        order = await place(bench, price="51500", post_only=True)
        events = await events_of(order)
        assert kinds_of(events) == [OrderSubmitted, OrderRejected]
        assert isinstance(events[-1], OrderRejected)
        assert events[-1].due_post_only
        assert (await order.resolved()).status is CommandStatus.REJECTED


@pytest.mark.holds("A10")
async def test_what_was_in_the_book_is_not_rejected_any_more(network: SimulatedNetwork, seams: Seams) -> None:
    """A post-only order that is shown, and taken off then because it would take: accepted, and canceled for that."""
    async with open_bench(seams, habits=Habits(late_refusals=1.0, **QUIET)) as bench:  # type: ignore[arg-type]
        await healthy(bench)
        events = await events_of(await place(bench, price="51500", post_only=True))
        assert kinds_of(events) == [OrderSubmitted, OrderAccepted, OrderCanceled]
        assert isinstance(events[-1], OrderCanceled)
        assert "post" in (events[-1].reason or "").casefold()


@pytest.mark.holds("F15")
async def test_the_contract_ends(network: SimulatedNetwork, seams: Seams) -> None:
    """The order is told as expired, with the venue's reason."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench)
        bench.venue.expire_contract(SYMBOL)
        events = await events_of(order)
        assert isinstance(events[-1], OrderExpired)
        assert (events[-1].reason or "").casefold() == "contract_expired"


@pytest.mark.holds("F15")
async def test_the_venue_takes_the_position_away(network: SimulatedNetwork, seams: Seams) -> None:
    """Our orders are canceled for their reason; the venue's own order is another's, and its fill is counted."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        await events_of(await place(bench, price="51500"))
        order = await rest(bench)
        reports: list[Report] = []
        async with trio.open_nursery() as nursery:
            await nursery.start(follow, bench, reports)
            bench.venue.liquidate(SYMBOL)
            events = await events_of(order)
            await trio.sleep(2.0)
            nursery.cancel_scope.cancel()
        assert isinstance(events[-1], OrderCanceled)
        assert (events[-1].reason or "").casefold() == "not_enough_margin"
        (taken,) = [one for one in reports if isinstance(one, FillReport)]
        assert taken.quantity == Decimal("0.5")
        assert any(isinstance(one, OrderStatusReport) and one.forced == "liquidation" for one in reports) or (
            taken.forced == "liquidation"
        )
        positions = await bench.account.fetch_positions()
        assert not any(one.quantity for one in positions.values())


async def follow(
    bench: Bench, reports: list[Report], *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
) -> None:
    """Note every report."""
    task_status.started()
    async for report in bench.account.reports():
        assert not isinstance(report, Missed)
        reports.append(report)


@pytest.mark.holds("F17")
async def test_one_bad_fill_loses_no_other(network: SimulatedNetwork, seams: Seams) -> None:
    """A frame of `fills` has a row that cannot be read before the good ones: these are told, and nothing is cut."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench)
        bench.venue.faults.add(f.MalformedRow(event="trade", row={"fill_id": 7}))
        fill(bench, order, "0.2")
        fill(bench, order, "0.3")
        assert fills_in(await events_of(order)) == [Decimal("0.2"), Decimal("0.3")]
        assert bench.account.health().reconnects == 0
        assert any("quarantined" in name for name in bench.account.counters())
