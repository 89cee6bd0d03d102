"""When an answer is lost: what became of each command is found out, never guessed."""

from decimal import Decimal

import pytest
import trio

from batactors import (
    CommandHandle,
    CommandStatus,
    LateAck,
    LifecycleEvent,
    OrderAccepted,
    OrderEvent,
    OrderFilled,
    OrderNotExecuted,
    OrderState,
    OrderSubmitted,
    RecoveryAttempt,
    RecoveryCompleted,
    RecoveryOutcome,
    RecoveryScheduled,
    Resolved,
    Sent,
    Transport,
)
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import Bench, open_bench

pytestmark = pytest.mark.usefixtures("network")


async def place(bench: Bench, **changes: object) -> CommandHandle:
    terms = {
        "instrument": "BTC/USD",
        "side": "buy",
        "order_type": "limit",
        "quantity": "0.5",
        "price": "50000",
        **changes,
    }
    return await bench.account.create_order(**terms)  # type: ignore[arg-type]


async def steps_of(handle: CommandHandle) -> list[LifecycleEvent]:
    return [step async for step in handle.lifecycle()]


async def events_of(handle: CommandHandle) -> list[OrderEvent]:
    return [event async for event in handle.events()]


def adds(bench: Bench) -> int:
    return sum(command.method == "add_order" for command in bench.venue.ledger.commands)


@pytest.mark.holds("G02", "G03")
async def test_a_command_that_never_arrived_is_proved_absent(network: SimulatedNetwork, seams: Seams) -> None:
    """A create that was lost on its way stays unknown until its validity ran out, then absence is proved; it is
    sent once.
    """
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.LoseCommand(method="add_order"))
        sent_at = trio.current_time()
        handle = await place(bench)
        assert (await handle.ack()).receipt.status is CommandStatus.UNKNOWN_EXECUTION
        receipt = await handle.resolved()
        assert receipt.status is CommandStatus.NOT_EXECUTED
        assert trio.current_time() >= sent_at + 5.0 + 1.0, "asked before its validity and the margin had run out"
        assert bench.venue.ledger.orders == {}
        assert adds(bench) == 0
        assert [type(event) for event in await events_of(handle)] == [OrderSubmitted, OrderNotExecuted]
        evidence = (await handle.verdict()).evidence
        assert any("no answer" in one.source for one in evidence)


@pytest.mark.holds("G02", "G03")
async def test_a_lost_session_leaves_the_create_unknown_and_the_venue_is_asked(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """A create whose session ended before the answer is found at the venue by its client order id, and not sent
    again.
    """
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.CutAfterCommand(method="add_order"))
        handle = await place(bench)
        receipt = await handle.resolved()
        assert receipt.status is CommandStatus.ACCEPTED
        assert bench.at_venue(handle.client_order_id).quantity == Decimal("0.5")
        assert adds(bench) == 1
        steps = [type(step) for step in await steps_of(handle)]
        assert steps[0] is Sent
        assert RecoveryScheduled in steps
        assert steps[-1] is Resolved
        (completed,) = [step for step in await steps_of(handle) if isinstance(step, RecoveryCompleted)]
        assert completed.report.outcome is RecoveryOutcome.SYNCHRONIZED


@pytest.mark.holds("G07")
async def test_the_stream_proves_acceptance(network: SimulatedNetwork, seams: Seams) -> None:
    """A create whose answer is lost is accepted as soon as the stream shows it; nothing is asked, nothing is
    unknown.
    """
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.LoseAck(method="add_order"))
        handle = await place(bench)
        with trio.fail_after(1.0):
            ack = await handle.ack()
        assert ack.receipt.status is CommandStatus.ACCEPTED
        assert ack.transport is Transport.WEBSOCKET
        await trio.sleep(10.0)
        assert not [step for step in await steps_of(handle) if isinstance(step, RecoveryScheduled)]


@pytest.mark.holds("G06")
async def test_a_late_answer_settles_an_unknown_command(network: SimulatedNetwork, seams: Seams) -> None:
    """An answer that comes after the command became unknown settles it, though the venue's REST says nothing."""
    async with open_bench(seams, recovery_patience=300.0) as bench:
        resting = await place(bench)
        await resting.resolved()
        bench.venue.faults.add(
            f.DelayAck(method="cancel_order", seconds=9.0),
            f.LoseFrame(event="canceled"),
            f.HttpError(method="OpenOrders", count=100, status=502),
            f.HttpError(method="ClosedOrders", count=100, status=502),
            f.HttpError(method="QueryOrders", count=100, status=502),
            f.HttpError(method="TradesHistory", count=100, status=502),
        )
        cancel = await resting.cancel()
        assert (await cancel.ack()).receipt.status is CommandStatus.UNKNOWN_EXECUTION
        receipt = await cancel.resolved()
        assert receipt.status is CommandStatus.ACCEPTED
        assert any(isinstance(step, LateAck) for step in await steps_of(cancel))
        bench.venue.faults.clear()
        assert (await events_of(resting))[-1].state is OrderState.CANCELED


@pytest.mark.holds("G08")
async def test_a_lost_cancel_is_not_told_as_accepted(network: SimulatedNetwork, seams: Seams) -> None:
    """A cancel that never arrived ends as not executed once the order is seen open after its validity; it may be
    repeated.
    """
    async with open_bench(seams) as bench:
        resting = await place(bench)
        await resting.resolved()
        bench.venue.faults.add(f.LoseCommand(method="cancel_order"))
        cancel = await resting.cancel()
        receipt = await cancel.resolved()
        assert receipt.status is CommandStatus.NOT_EXECUTED
        assert not bench.at_venue(resting.client_order_id).closed
        again = await resting.cancel()
        assert (await again.resolved()).status is CommandStatus.ACCEPTED
        assert (await events_of(resting))[-1].state is OrderState.CANCELED


async def test_a_cancel_whose_answer_is_lost_is_settled_by_the_closed_order(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """A cancel that was carried out and not answered is accepted by the order's being seen canceled."""
    async with open_bench(seams) as bench:
        resting = await place(bench)
        await resting.resolved()
        bench.venue.faults.add(f.LoseAck(method="cancel_order"))
        cancel = await resting.cancel()
        with trio.fail_after(1.0):
            assert (await cancel.resolved()).status is CommandStatus.ACCEPTED


@pytest.mark.holds("G09")
async def test_a_cancel_of_a_filled_order_is_asked_for_before_it_is_rejected(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """`Invalid order` says only that it is not open: the order is found filled, all its fills are told, then it
    is rejected.
    """
    async with open_bench(seams) as bench:
        resting = await place(bench)
        await resting.resolved()
        bench.venue.faults.add(f.FillBeforeCancel(share="all"), f.LoseFrame(event="trade"), f.LoseFrame(event="filled"))
        cancel = await resting.cancel()
        receipt = await cancel.resolved()
        assert receipt.status is CommandStatus.REJECTED
        assert (await cancel.verdict()).order_state is OrderState.FILLED
        fills = [event for event in await events_of(resting) if isinstance(event, OrderFilled)]
        assert sum(fill.quantity for fill in fills) == Decimal("0.5")


@pytest.mark.holds("G10")
async def test_a_lost_amend_is_judged_by_the_terms_that_are_seen(network: SimulatedNetwork, seams: Seams) -> None:
    """An amend that never arrived ends as not executed, one that was carried out as accepted, by the order's terms."""
    async with open_bench(seams) as bench:
        resting = await place(bench)
        await resting.resolved()
        bench.venue.faults.add(f.LoseCommand(method="amend_order"))
        lost = await resting.amend(price="50001")
        assert (await lost.resolved()).status is CommandStatus.NOT_EXECUTED
        assert bench.at_venue(resting.client_order_id).limit_price == Decimal("50000")
        bench.venue.faults.add(f.CutAfterCommand(method="amend_order"))
        done = await resting.amend(price="50002")
        assert (await done.resolved()).status is CommandStatus.ACCEPTED
        assert bench.at_venue(resting.client_order_id).limit_price == Decimal("50002")


async def test_a_create_that_lands_late_is_seen(network: SimulatedNetwork, seams: Seams) -> None:
    """An order that the venue carries out at the end of its validity, its session long gone, is never told as
    absent.
    """
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.DelayCommand(method="add_order", seconds=4.5))
        handle = await place(bench)
        await trio.sleep(0.5)
        bench.venue.cut()
        receipt = await handle.resolved()
        assert receipt.status is CommandStatus.ACCEPTED
        assert not bench.at_venue(handle.client_order_id).closed


async def test_an_answer_that_says_nothing_certain_is_unknown(network: SimulatedNetwork, seams: Seams) -> None:
    """`EService:Unavailable` proves nothing: the venue is asked, and only its silence after the validity is proof."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.Refuse(method="add_order", error="EService:Unavailable"))
        handle = await place(bench)
        ack = await handle.ack()
        assert ack.receipt.status is CommandStatus.UNKNOWN_EXECUTION
        assert not ack.receipt.retriable
        assert (await handle.resolved()).status is CommandStatus.NOT_EXECUTED


async def test_reads_that_fail_are_repeated(network: SimulatedNetwork, seams: Seams) -> None:
    """A failed question is no empty answer: it is asked again until the verdict is there, and each attempt is told."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(
            f.CutAfterCommand(method="add_order"),
            f.HttpError(method="OpenOrders", count=3, status=502),
            f.HttpError(method="TradesHistory", count=3, status=520),
        )
        handle = await place(bench)
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED


async def test_the_handle_of_an_unknown_command_does_not_hang(network: SimulatedNetwork, seams: Seams) -> None:
    """When the venue cannot be asked, `resolved` tells after the patience that it is unknown, and later the verdict."""
    async with open_bench(seams, recovery_patience=20.0) as bench:
        bench.venue.faults.add(f.LoseCommand(method="add_order"))
        handle = await place(bench)
        bench.venue.faults.add(
            f.HttpError(method="OpenOrders", count=1000, status=502),
            f.HttpError(method="TradesHistory", count=1000, status=502),
        )
        receipt = await handle.resolved()
        assert receipt.status is CommandStatus.UNKNOWN_EXECUTION
        assert not receipt.retriable
        assert bench.account.health().unknown_commands == 1
        bench.venue.faults.clear()
        await trio.sleep(30.0)
        assert (await handle.resolved()).status is CommandStatus.NOT_EXECUTED
        assert sum(isinstance(step, RecoveryAttempt) for step in await steps_of(handle)) >= 2


async def test_two_unknown_creates_have_two_verdicts(network: SimulatedNetwork, seams: Seams) -> None:
    """Of two unknown creates, one of which landed, the one is accepted and the other not executed."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.LoseCommand(method="add_order"), f.CutAfterCommand(method="add_order", nth=2))
        first, second = await place(bench), await place(bench)
        assert (await second.resolved()).status is CommandStatus.ACCEPTED
        assert (await first.resolved()).status is CommandStatus.NOT_EXECUTED


async def test_cancelling_who_waits_cancels_nothing(network: SimulatedNetwork, seams: Seams) -> None:
    """A caller that gives up after 50 ms only stops watching: the command is sent, followed and resolved."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.DelayAck(method="add_order", seconds=2.0), f.LoseFrame(count=2))
        handle = await place(bench)
        with trio.move_on_after(0.05) as scope:
            await handle.ack()
        assert scope.cancelled_caught
        (same,) = bench.account.commands()
        assert same.command_id == handle.command_id
        assert (await same.resolved()).status is CommandStatus.ACCEPTED


async def test_accepted_is_told_before_anything_else(network: SimulatedNetwork, seams: Seams) -> None:
    """An order found filled only by asking is told in order: submitted, accepted, its fills, the last one closing
    it.
    """
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.CutAfterCommand(method="add_order"))
        handle = await place(bench, price="52000")
        await handle.resolved()
        events = await events_of(handle)
        assert [type(event) for event in events[:2]] == [OrderSubmitted, OrderAccepted]
        assert events[-1].state is OrderState.FILLED
        assert sum(event.quantity for event in events if isinstance(event, OrderFilled)) == Decimal("0.5")
