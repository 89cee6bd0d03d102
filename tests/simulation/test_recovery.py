"""How what is unknown is found out, on the wire: one reconciler, as few questions as prove it, and no more after."""

import re
from decimal import Decimal
from itertools import pairwise

import pytest
import trio
from attrs import evolve

from batactors import CommandHandle, CommandStatus, OrderState, RecoveryAttempt, RecoveryScheduled
from batactors.model.receipts import PassReport, Proof, Reach
from batactors.testing import Knobs, World, faults, moments, simulated
from batactors.testing.trace import TraceEvent
from batactors.testing.venue.orders import VenueOrder
from tests.simulation.stories import bought, buy, fills_of, happened, is_proved, journaled, statuses_of, steps_of

ACCEPTED, REJECTED = CommandStatus.ACCEPTED, CommandStatus.REJECTED
UNKNOWN, NOT_EXECUTED = CommandStatus.UNKNOWN_EXECUTION, CommandStatus.NOT_EXECUTED
BY_ITSELF = Knobs(read_lag=1.0, reconcile_every=3600.0)
"""No round of the reconciler helps: what is asked is asked for a reason."""
SLOWLY = evolve(BY_ITSELF, read_lag=30.0)
"""Absence takes half a minute: time to be asked for again and again."""
PRIVATE = "/private/"
OFFSET = re.compile(r"ofs=(\d+)")


def questions(world: World, since: float = 0.0, call: str = "") -> list[TraceEvent]:
    """The private questions by REST that reached the venue."""
    asked = happened(world, "request", f"{PRIVATE}{call}", since)
    return [one for one in asked if "GetWebSocketsToken" not in one.text]


def external(world: World, *, trades: bool = False) -> VenueOrder:
    """Somebody else's order, which rests or trades at once."""
    price, quantity = ("52000", "0.001") if trades else ("1000", "1")
    return world.venue.place_external(symbol="BTC/USD", side="buy", quantity=Decimal(quantity), price=Decimal(price))


@pytest.mark.holds("X38")
@simulated(seeds=2, knobs=SLOWLY)
async def test_many_lost_commands_take_no_more_questions_than_one(world: World) -> None:
    """Twelve creates of one outage are looked for together: a look at the lists serves them all."""
    asked = []
    for lost in (1, 12):
        world.add(faults.LoseCommand(method="add_order", count=lost))
        began = trio.current_time()
        handles = [await buy(world) for _ in range(lost)]
        for handle in handles:
            assert (await handle.resolved()).status is NOT_EXECUTED
        asked.append(len(questions(world, began)))
        assert trio.current_time() < began + 5 + 1 + 30 + 15
    one, twelve = asked
    assert one >= 6, "it was asked for again and again"
    assert twelve <= one + 3, f"{one} for one command, {twelve} for twelve"
    await world.settled()


@pytest.mark.holds("X38")
@simulated(seeds=2, knobs=SLOWLY)
async def test_the_asking_is_single_flight_and_ever_slower(world: World) -> None:
    """No question goes out before the one before was answered; the looks follow each other more and more slowly."""
    order = await bought(world)
    world.add(faults.LoseCommand(method="add_order", count=3), faults.LoseCommand(method="cancel_order"))
    began = trio.current_time()
    handles = [await buy(world), await buy(world), await order.cancel()]
    for handle in handles:
        assert (await handle.verdict()).status in (NOT_EXECUTED, ACCEPTED)
    roads = [one for one in world.trace.events if one.kind in ("request", "reply") and one.at >= began]
    assert [one.kind for one in roads] == ["request", "reply"] * (len(roads) // 2)
    looks = [one.at for one in questions(world, began, "OpenOrders")]
    gaps = [after - before for before, after in pairwise(looks)]
    assert len(gaps) >= 4
    assert all(after > 1.2 * before for before, after in pairwise(gaps[:-1])), gaps
    assert max(gaps) < 31.0
    await order.cancel()
    await world.settled()


@pytest.mark.holds("X38")
@simulated(seeds=2, knobs=BY_ITSELF)
async def test_many_who_ask_at_once_are_answered_by_one_pass(world: World) -> None:
    """Twenty calls of `reconcile` while one pass goes on are one more pass, and each of them gets its report."""
    world.add(faults.Stall(method="OpenOrders", seconds=2.0))
    reports: list[PassReport] = []

    async def ask() -> None:
        reports.append(await world.account.reconcile())

    began = trio.current_time()
    world.start(ask)
    await trio.sleep(0.5)
    for _ in range(20):
        world.start(ask)
    await trio.sleep(5.0)
    assert len(reports) == 21
    first, *others = [report.number for report in reports]
    assert set(others) == {first + 1}
    assert len(questions(world, began, "OpenOrders")) == 2
    assert all(report.ended_at is not None and not report.failure for report in reports)
    await world.settled()


@pytest.mark.holds("X39")
@pytest.mark.parametrize("operation", ["add_order", "amend_order", "cancel_order"])
@simulated(seeds=2, knobs=BY_ITSELF)
async def test_what_the_stream_proves_is_not_asked_for(world: World, operation: str) -> None:
    """The answer is lost, the stream shows the effect that only this command can have had: nothing is asked."""
    order = await bought(world)
    began = trio.current_time()
    world.add(faults.LoseAck(method=operation))
    match operation:
        case "add_order":
            handle = await buy(world)
        case "amend_order":
            handle = await order.amend(price="48100")
        case _:
            handle = await order.cancel()
    verdict = await handle.verdict()
    proofs = {"add_order": Proof.ORDER_OPEN, "amend_order": Proof.NEW_TERMS, "cancel_order": Proof.ORDER_CLOSED}
    assert (verdict.status, verdict.proof, verdict.reach) == (ACCEPTED, proofs[operation], Reach.SENT)
    await trio.sleep(20.0)
    assert questions(world, began) == []
    assert not [step for step in await steps_of(handle) if isinstance(step, RecoveryScheduled)]
    await (await world.account.cancel_all()).resolved()
    await world.settled()


@pytest.mark.holds("X38", "Y16")
@pytest.mark.parametrize("by", ["answer", "stream"])
@simulated(seeds=2, knobs=SLOWLY)
async def test_what_settles_it_meanwhile_ends_the_asking(world: World, by: str) -> None:
    """A late answer, or a late frame of the stream, settles a cancel that is being asked for: no pass follows."""
    order = await bought(world)
    if by == "answer":
        world.add(faults.DelayAck(method="cancel_order", seconds=20.0), faults.LoseFrame(event="canceled"))
        world.add(faults.ReadLag(method="QueryOrders", count=100, seconds=29.0))
    else:
        world.add(faults.PendingCancel(seconds=20.0), faults.LoseAck(method="cancel_order"))
    cancel = await order.cancel()
    verdict = await cancel.verdict()
    settled = trio.current_time()
    assert verdict.status is ACCEPTED
    attempts = [step for step in await steps_of(cancel) if isinstance(step, RecoveryAttempt)]
    assert len(attempts) >= 4
    if by == "stream":
        await trio.sleep(120.0)
        assert len(questions(world, settled)) <= 1, "one may have been under way"
    assert await statuses_of(cancel) == [UNKNOWN, ACCEPTED]
    world.heal()
    await world.settled()


@pytest.mark.holds("X40", "X45")
@simulated(seeds=2, knobs=BY_ITSELF)
async def test_a_lost_cancel_of_an_order_that_the_venue_does_not_know_is_settled(world: World) -> None:
    """Asked by its id, the venue refuses to know it: that is an answer, and no failure of the pass."""
    world.add(faults.LoseCommand(method="cancel_order"))
    lost = await buy(world, transport="rest")
    cancel = await world.account.cancel_order(venue_order_id="OABCDE-FGHIJ-KLMNOP")
    assert (await cancel.ack()).receipt.status is UNKNOWN
    verdict = await cancel.verdict()
    assert (verdict.status, verdict.proof) == (NOT_EXECUTED, Proof.ABSENT)
    assert is_proved(verdict, "no endpoint knows of the order")
    said = {one.says for one in verdict.evidence if one.source == "orders by id"}
    assert said == {"does not have it"}
    report = await world.account.reconcile()
    assert (report.failure, report.asked) == (None, 0)
    await lost.cancel()
    await world.settled()


@pytest.mark.holds("X41")
@pytest.mark.parametrize("grows", [False, True], ids=["still", "while_it_is_read"])
@simulated(seeds=2, knobs=evolve(BY_ITSELF, latency=(0.01, 0.03)))
async def test_the_lists_are_read_to_the_end_from_when_the_command_was_sent(world: World, grows: bool) -> None:
    """Behind 130 orders that closed and traded since, two lost ones are found on the last page, with every fill."""
    symbol = "BTC/USD"
    for _ in range(60):  # from long before: outside of the window
        world.venue.cancel(
            world.venue.place_external(symbol=symbol, side="buy", quantity=Decimal("1"), price=Decimal("1000"))
        )
    await trio.sleep(300.0)
    world.add(moments.RefuseConnections(seconds=8.0), moments.Partition(direction="down", seconds=8.0))
    await trio.sleep(0.1)
    handles = [await buy(world, price="52000", quantity=quantity) for quantity in ("0.3", "0.2")]
    await trio.sleep(0.5)
    assert len(world.ledger.fills) == 2
    world.network.cut(world.port)
    for number in range(130):
        await trio.sleep(0.01)
        order = external(world, trades=number % 2 == 1)
        if not order.closed:
            world.venue.cancel(order)

    async def others() -> None:
        for _ in range(600 if grows else 0):
            await trio.sleep(0.02)
            external(world, trades=True)

    await trio.sleep(4.0)
    world.start(others)
    for handle, quantity in zip(handles, ("0.3", "0.2"), strict=True):
        verdict = await handle.verdict()
        assert (verdict.status, verdict.proof, verdict.order_state) == (ACCEPTED, Proof.ORDER_FILLED, OrderState.FILLED)
        assert verdict.order is not None
        assert verdict.order.filled == Decimal(quantity)
        await trio.sleep(1.0)
        assert [one.quantity for one in fills_of(journaled(world, handle))] == [Decimal(quantity)]
    pages = [int(found[1]) for one in questions(world, 300.0, "ClosedOrders") if (found := OFFSET.search(one.text))]
    assert max(pages) >= 100
    assert grows or max(pages) <= 150, "not those of long before"
    await trio.sleep(15.0)
    await world.settled()


@pytest.mark.holds("X41")
@simulated(seeds=2, knobs=evolve(BY_ITSELF, read_lag=5.0))
async def test_a_page_that_is_older_than_the_one_before_it_is_read_again_from_further_in_front(world: World) -> None:
    """Another machine of the venue's answers the second page, and trails: no row is passed over."""
    for number in range(60):
        if number == 52:
            await trio.sleep(4.0)
        world.venue.cancel(external(world))
    await trio.sleep(0.2)
    began = trio.current_time()
    world.add(faults.ReadLag(method="ClosedOrders", nth=2, seconds=3.0))
    await world.account.reconcile()
    pages = [int(found[1]) for one in questions(world, began, "ClosedOrders") if (found := OFFSET.search(one.text))]
    assert pages[:3] == [0, 50, 42], "eight rows further in front"
    await world.settled()


@pytest.mark.holds("X42")
@simulated(seeds=2, knobs=SLOWLY)
async def test_one_look_serves_the_orders_of_all_instruments(world: World) -> None:
    """Kraken lists all instruments at once: four lost creates on two of them are one question for the open ones."""
    world.venue.set_market("ETH/USD", bid=Decimal("1900"), ask=Decimal("2100"))
    world.add(faults.LoseCommand(method="add_order", count=4))
    began = trio.current_time()
    handles: list[CommandHandle] = []
    for number in range(4):
        terms = {"instrument": "ETH/USD", "price": "1800"} if number % 2 else {}
        handles.append(await buy(world, **terms))
    for handle in handles:
        assert (await handle.resolved()).status is NOT_EXECUTED
    attempts = [step for step in await steps_of(handles[-1]) if isinstance(step, RecoveryAttempt)]
    assert len(questions(world, began, "OpenOrders")) <= len(attempts) + 1
    assert len(questions(world, began, "ClosedOrders")) <= len(attempts) + 1
    await world.settled()
