"""Part C of what must hold, on the simulated Kraken Spot: commands of which nobody says what became of them."""

from decimal import Decimal

import pytest
import trio
from attrs import evolve

from batactors import (
    CommandStatus,
    OrderState,
    Origin,
    Proof,
    Reach,
    RecoveryAttempt,
    RecoveryCompleted,
    RecoveryOutcome,
)
from batactors.testing import Knobs, World, faults, moments, simulated
from batactors.testing.fault_script import Fault
from tests.simulation.stories import (
    bought,
    buy,
    happened,
    is_proved,
    journaled,
    kinds_of,
    methods_at_venue,
    receipts_of,
    statuses_of,
    steps_of,
)

ACCEPTED, REJECTED = CommandStatus.ACCEPTED, CommandStatus.REJECTED
UNKNOWN, NOT_EXECUTED = CommandStatus.UNKNOWN_EXECUTION, CommandStatus.NOT_EXECUTED
SHORT = Knobs(read_lag=1.0)
"""Of a venue whose reads trail little, so that absence is proved soon: 7 s after the write at the earliest."""
BY_ITSELF = evolve(SHORT, reconcile_every=3600.0)
"""No round of the reconciler helps: what is asked is asked for a reason."""


@pytest.mark.holds("Y01")
@pytest.mark.parametrize(
    ("transport", "fault"),
    [
        ("websocket", faults.LoseCommand(method="cancel_order")),
        ("websocket", faults.CutBeforeCommand(method="cancel_order")),
        ("rest", faults.HttpError(method="cancel_order", when="before")),
    ],
    ids=["lost", "cut", "http_error"],
)
@simulated(seeds=2, knobs=SHORT)
async def test_a_cancel_that_never_came_is_not_accepted(world: World, transport: str, fault: Fault) -> None:
    """A cancel that was lost with its answer is told as unknown, then as not executed, with the order open."""
    order = await bought(world)
    standing = (await order.verdict()).order
    assert standing is not None
    world.add(fault)
    cancel = await world.account.cancel_order(order.client_order_id, transport=transport)
    verdict = await cancel.verdict()
    assert (verdict.status, verdict.order_state) == (NOT_EXECUTED, OrderState.ACCEPTED)
    assert is_proved(verdict, "the order is still open")
    assert (verdict.proof, verdict.order) == (Proof.STILL_OPEN, evolve(standing, filled=Decimal(0)))
    assert verdict.reach is not Reach.NOT_SENT
    assert await statuses_of(cancel) == [UNKNOWN, NOT_EXECUTED]
    assert [receipt.retriable for receipt in await receipts_of(cancel)] == [False, True]
    assert methods_at_venue(world) == ["add_order"]
    assert [one.status for one in world.ledger.open_orders()] == ["new"]
    assert kinds_of(journaled(world, order)) == ["OrderSubmitted", "OrderAccepted"]
    again = await order.cancel()
    assert (await again.resolved()).status is ACCEPTED
    await world.settled()


@pytest.mark.holds("Y01")
@simulated(seeds=2, knobs=SHORT)
async def test_a_cancel_is_accepted_when_the_order_is_canceled_and_not_before(world: World) -> None:
    """A cancel that is put off, with its answer lost, stays unknown as long as the order is open."""
    order = await bought(world)
    world.add(faults.PendingCancel(seconds=6.5), faults.LoseAck(method="cancel_order"))
    cancel = await order.cancel()
    assert (await cancel.ack()).receipt.status is UNKNOWN
    await trio.sleep(0.2)
    assert [one.status for one in world.ledger.open_orders()] == ["new"]
    assert world.account.health().unknown_commands == 1
    verdict = await cancel.verdict()
    assert (verdict.status, verdict.order_state) == (ACCEPTED, OrderState.CANCELED)
    asked = [one.says for one in verdict.evidence if one.source == "orders by id"]
    assert asked, "it was asked for, in vain"
    assert all(says.startswith("open: ") for says in asked)
    assert (verdict.evidence[-1].origin, verdict.proof) == (Origin.STREAM, Proof.ORDER_CLOSED)
    assert await statuses_of(cancel) == [UNKNOWN, ACCEPTED]
    await world.settled()


@pytest.mark.holds("Y02")
@pytest.mark.parametrize(
    ("transport", "fault"),
    [
        ("websocket", faults.LoseAck(method="add_order")),
        ("websocket", faults.CutAfterCommand(method="add_order")),
        ("rest", faults.CutReply(method="add_order")),
    ],
    ids=["lost", "cut", "cut_reply"],
)
@simulated(seeds=2, knobs=SHORT)
async def test_a_create_whose_refusal_is_lost_is_not_executed(world: World, transport: str, fault: Fault) -> None:
    """A create that the venue refused, with the refusal lost, is unknown, and not executed when that is proved."""
    world.add(fault)
    handle = await buy(world, quantity="1000000", transport=transport)
    verdict = await handle.verdict()
    assert [command.errors for command in world.ledger.commands] == [("EOrder:Insufficient funds",)]
    assert verdict.status is NOT_EXECUTED
    assert next(one.source for one in verdict.evidence if one.source != "wire") == "no answer"
    assert is_proved(verdict, "no endpoint knows of it")
    assert verdict.proof is Proof.ABSENT
    endpoints = {one.source: one for one in verdict.evidence if one.as_of is not None}
    assert list(endpoints) == ["open orders", "closed orders"], "each says so for itself"
    assert all(one.says == "does not have it" for one in endpoints.values())
    assert sum(one.times for one in endpoints.values()) >= 4
    assert await statuses_of(handle) == [UNKNOWN, NOT_EXECUTED]
    assert kinds_of(journaled(world, handle)) == ["OrderSubmitted", "OrderNotExecuted"]
    assert world.ledger.orders == {}
    await world.settled()


@pytest.mark.holds("Y03")
@simulated(seeds=3, knobs=SHORT)
async def test_two_creates_of_one_outage_have_two_verdicts(world: World) -> None:
    """Of two creates that one outage leaves unknown, the one that landed is accepted and the other not executed."""
    world.add(moments.Partition(direction="down", seconds=30.0), faults.LoseCommand(method="add_order"))
    await trio.sleep(0.1)
    lost, landed = await buy(world), await buy(world)
    await trio.sleep(1.0)
    world.network.heal(world.port)
    world.network.cut(world.port)
    for handle in (lost, landed):
        assert (await handle.ack()).receipt.status is UNKNOWN
    assert world.account.health().unknown_commands == 2
    accepted, not_executed = await landed.verdict(), await lost.verdict()
    assert (accepted.status, accepted.order_state) == (ACCEPTED, OrderState.ACCEPTED)
    assert (not_executed.status, not_executed.order_state) == (NOT_EXECUTED, OrderState.NOT_EXECUTED)
    assert is_proved(not_executed, "no endpoint knows of it")
    assert (accepted.proof, not_executed.proof) == (Proof.ORDER_OPEN, Proof.ABSENT)
    assert [one.client_order_id for one in world.ledger.open_orders()] == [landed.client_order_id]
    assert methods_at_venue(world) == ["add_order"], "nothing was sent a second time"
    assert kinds_of(journaled(world, landed)) == ["OrderSubmitted", "OrderAccepted"]
    assert kinds_of(journaled(world, lost)) == ["OrderSubmitted", "OrderNotExecuted"]
    await landed.cancel()
    await world.settled()


@pytest.mark.holds("Y05")
@pytest.mark.parametrize("of_another", [False, True], ids=["whole_round", "recovery"])
@simulated(seeds=3, knobs=BY_ITSELF)
async def test_what_becomes_unknown_during_a_pass_is_not_lost(world: World, of_another: bool) -> None:
    """A create that becomes unknown while the reconciler waits for an answer is asked for right after that pass."""
    world.add(faults.Stall(method="OpenOrders", seconds=3.0))
    if of_another:
        world.add(faults.Refuse(method="add_order", error="EService:Unavailable"))
        first = await buy(world)
        assert (await first.ack()).receipt.status is UNKNOWN
    else:
        world.start(world.account.reconcile)
    await trio.sleep(1.0)
    world.add(faults.Refuse(method="add_order", error="EService:Unavailable"))
    handle = await buy(world)
    assert (await handle.ack()).receipt.status is UNKNOWN
    (scheduled,) = (one for one in happened(world, "step", "RecoveryScheduled") if one.order == handle.client_order_id)
    asked = happened(world, "request", "OpenOrders")
    assert len(asked) == 1, "the pass had begun, and no other"
    assert asked[0].at < scheduled.at
    verdict = await handle.verdict()
    replied = next(one for one in happened(world, "reply", '"open"'))
    assert scheduled.at < replied.at
    attempts = [one for one in happened(world, "step", "RecoveryAttempt") if one.order == handle.client_order_id]
    assert attempts[0].at < replied.at + 1.0
    assert verdict.status is NOT_EXECUTED
    assert trio.current_time() < scheduled.at + 20.0
    await world.settled()


@pytest.mark.holds("Y05", "X38")
@simulated(seeds=3, knobs=evolve(BY_ITSELF, read_lag=40.0))
async def test_what_becomes_unknown_during_a_pause_is_asked_for_at_once(world: World) -> None:
    """While one command is asked for with ever longer pauses, another that becomes unknown does not wait for them."""
    world.add(faults.LoseCommand(method="add_order", count=2))
    await (await buy(world)).ack()
    await trio.sleep(15.0)
    handle = await buy(world)
    assert (await handle.ack()).receipt.status is UNKNOWN
    await trio.sleep(1.0)
    attempts = [one for one in happened(world, "step", "RecoveryAttempt") if one.order == handle.client_order_id]
    assert attempts
    assert (await handle.resolved()).status is NOT_EXECUTED
    await world.settled()


@pytest.mark.holds("Y07")
@pytest.mark.parametrize("landed", [True, False], ids=["landed", "refused"])
@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (faults.HttpError(method="OpenOrders", count=3, status=502), "Kraken answered with HTTP status 502"),
        (faults.CutReply(method="OpenOrders", count=3), "TransportError"),
        (faults.Stall(method="OpenOrders", count=3), "Timeout"),
    ],
    ids=["http_error", "cut_reply", "stall"],
)
@simulated(knobs=BY_ITSELF)
async def test_questions_that_fail_are_no_answers(world: World, fault: Fault, says: str, landed: bool) -> None:
    """Where the first three questions fail, the fourth settles it; those that failed prove nothing."""
    world.add(fault)
    if landed:  # with the answer spoilt and the stream's two frames lost, asking is the only way to know
        world.add(faults.HttpError(method="add_order", when="after"), faults.LoseFrame(count=2))
    else:  # unknown when its validity has run out, so that each answer counts
        world.add(faults.LoseCommand(method="add_order"))
    handle = await buy(world, transport="rest" if landed else "websocket")
    verdict = await handle.verdict()
    steps = await steps_of(handle)
    notes = [step.note for step in steps if isinstance(step, RecoveryAttempt)]
    assert [says in note for note in notes[:4]] == [True, True, True, False]
    (completed,) = (step for step in steps if isinstance(step, RecoveryCompleted))
    assert completed.report.outcome is RecoveryOutcome.SYNCHRONIZED
    assert await statuses_of(handle) == [UNKNOWN, verdict.status]
    if landed:
        assert (verdict.status, notes[3:]) == (ACCEPTED, ["1 rows"])
        await handle.cancel()
    else:
        assert (verdict.status, notes[3:]) == (NOT_EXECUTED, ["0 rows", "0 rows"])
        assert is_proved(verdict, "no endpoint knows of it")
    await world.settled()


@pytest.mark.holds("Y09")
@pytest.mark.parametrize("disk", [0.0, 0.2], ids=["while_it_waits", "while_it_is_written"])
@pytest.mark.parametrize(
    ("fault", "status"),
    [(faults.CutAfterCommand(method="add_order"), ACCEPTED), (faults.LoseCommand(method="add_order"), NOT_EXECUTED)],
    ids=["landed", "lost"],
)
def test_a_caller_that_gives_up_cancels_nothing(disk: float, fault: Fault, status: CommandStatus) -> None:
    """A caller that leaves 50 ms after it asked leaves the command to the engine, which follows it to its verdict."""

    @simulated(seeds=2, knobs=evolve(SHORT, disk=disk, latency=(0.05, 0.1)))
    async def story(world: World) -> None:
        world.add(fault)
        with trio.move_on_after(0.05) as scope:
            await (await buy(world)).ack()
        assert scope.cancelled_caught
        await trio.sleep(disk)
        (handle,) = world.account.commands()
        assert (await handle.resolved()).status is status
        assert await statuses_of(handle) == [UNKNOWN, status]
        assert len(world.ledger.orders) == (status is ACCEPTED)
        assert world.account.commands() == []
        if status is ACCEPTED:
            await handle.cancel()
        await world.settled()

    story()
