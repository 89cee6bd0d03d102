"""Recovery in trouble: it ends in an event, whatever fails, and what it came to is told as it is."""

from collections.abc import Callable
from decimal import Decimal

import pytest
import trio
from attrs import evolve

from batactors import CommandStatus, OrderState, RecoveryAttempt, RecoveryCompleted, RecoveryOutcome
from batactors.model.receipts import Difference, Proof, Trigger
from batactors.testing import Knobs, World, faults, moments, simulated
from tests.simulation.stories import bought, buy, fill, fills_of, happened, journaled, kinds_of, statuses_of, steps_of

ACCEPTED, REJECTED = CommandStatus.ACCEPTED, CommandStatus.REJECTED
UNKNOWN, NOT_EXECUTED = CommandStatus.UNKNOWN_EXECUTION, CommandStatus.NOT_EXECUTED
SHORT = Knobs(read_lag=1.0)
BY_ITSELF = evolve(SHORT, reconcile_every=3600.0)
"""No round of the reconciler helps: what is asked is asked for a reason."""
QUESTIONS = ("OpenOrders", "ClosedOrders", "QueryOrders", "TradesHistory")


async def until(condition: Callable[[], object]) -> None:
    """Look every now and then."""
    for _ in range(1000):
        if condition():
            return
        await trio.sleep(0.05)
    raise AssertionError("it did not happen within 50 s")


@pytest.mark.holds("X31")
@pytest.mark.parametrize("became", ["open", "filled", "partly", "canceled", "never"])
@simulated(seeds=2, knobs=BY_ITSELF)
async def test_the_verdict_on_a_lost_create_says_how_the_order_stands(world: World, became: str) -> None:
    """Open, filled, canceled with a part filled, or never there: each with its proof, and what is filled at what."""
    world.add(moments.Partition(direction="down", seconds=60.0))
    await trio.sleep(0.1)
    if became == "never":
        world.add(faults.LoseCommand(method="add_order"))
    handle = await buy(world, price="52000" if became == "filled" else "48000")
    await trio.sleep(0.5)
    if became == "partly":
        fill(world, handle, "0.2")
    if became in ("canceled", "partly"):
        (order,) = world.ledger.orders_by_client_id(str(handle.client_order_id))
        world.venue.cancel(order)
    world.network.heal(world.port)
    world.network.cut(world.port)
    assert (await handle.ack()).receipt.status is UNKNOWN
    verdict = await handle.verdict()
    assert verdict.order is not None
    found = (verdict.status, verdict.proof, verdict.order.state, verdict.order.filled)
    assert (
        found
        == {
            "open": (ACCEPTED, Proof.ORDER_OPEN, OrderState.ACCEPTED, 0),
            "filled": (ACCEPTED, Proof.ORDER_FILLED, OrderState.FILLED, Decimal("0.5")),
            "partly": (ACCEPTED, Proof.ORDER_CANCELED, OrderState.CANCELED, Decimal("0.2")),
            "canceled": (ACCEPTED, Proof.ORDER_CANCELED, OrderState.CANCELED, 0),
            "never": (NOT_EXECUTED, Proof.ABSENT, OrderState.NOT_EXECUTED, 0),
        }[became]
    )
    assert verdict.order.quantity == Decimal("0.5")
    assert verdict.evidence[0].source == "wire"
    await trio.sleep(2.0)
    assert sum(one.quantity for one in fills_of(journaled(world, handle))) == verdict.order.filled
    if became == "open":
        answered = await handle.cancel()
        whole = await answered.verdict()
        assert (whole.status, whole.proof) == (ACCEPTED, Proof.ANSWERED)
        assert whole.order is not None
        assert whole.order.client_order_id == handle.client_order_id
    await world.settled()


@pytest.mark.holds("X31")
@simulated(seeds=2, knobs=BY_ITSELF)
async def test_a_verdict_by_answer_says_how_the_order_stands_too(world: World) -> None:
    """Accepted and in the book; refused, with the venue's word."""
    handle = await bought(world)
    verdict = await handle.verdict()
    assert (verdict.proof, verdict.order_state) == (Proof.ANSWERED, OrderState.ACCEPTED)
    assert verdict.order is not None
    assert verdict.order.quantity == Decimal("0.5")
    refused = await buy(world, quantity="1000000")
    verdict = await refused.verdict()
    assert (verdict.status, verdict.proof, verdict.order_state) == (REJECTED, Proof.ANSWERED, OrderState.REJECTED)
    await handle.cancel()
    await world.settled()


@pytest.mark.holds("X43", "X44")
@simulated(knobs=evolve(BY_ITSELF, recovery_patience=30.0), timeout=7200.0)
async def test_an_hour_without_rest_ends_in_a_verdict(world: World) -> None:
    """No question is answered for an hour: told as uncertain in time, asked on, slowly, and settled when it can be."""
    world.add(*(faults.HttpError(method=one, count=100_000, status=502) for one in QUESTIONS))
    world.add(faults.LoseCommand(method="add_order"))
    handle = await buy(world)
    began = trio.current_time()
    receipt = await handle.resolved()
    assert (receipt.status, receipt.retriable) == (UNKNOWN, False)
    assert trio.current_time() < began + 6 + 30 + 1
    steps = world.record.steps[handle.command_id]
    (completed,) = (step for step in steps if isinstance(step, RecoveryCompleted))
    assert completed.report.outcome is RecoveryOutcome.STILL_UNCERTAIN
    assert completed.report.verdict.status is UNKNOWN
    await trio.sleep_until(began + 3600.0)
    asked = [one for one in happened(world, "request", "/private/") if "Token" not in one.text]
    assert 300 < len(asked) < 700, "every ten seconds, and not given up"
    assert world.account.health().unknown_commands == 1
    with pytest.raises(Exception, match="502"):
        await world.account.reconcile()
    world.venue.faults.clear()
    healed = trio.current_time()
    await until(lambda: handle.command_id in world.record.verdicts)
    assert (await handle.resolved()).status is NOT_EXECUTED
    assert trio.current_time() < healed + 30.0
    outcomes = [step.report.outcome for step in await steps_of(handle) if isinstance(step, RecoveryCompleted)]
    assert outcomes == [RecoveryOutcome.STILL_UNCERTAIN, RecoveryOutcome.SYNCHRONIZED]
    told = sum(isinstance(step, RecoveryAttempt) for step in await steps_of(handle))
    assert 100 <= told < 120, "of a long recovery, ever fewer attempts are told"
    await world.settled()


@pytest.mark.holds("X44", "X38", "Y05")
@pytest.mark.parametrize("actor", ["dedup", "reconciler", "rest"])
@pytest.mark.parametrize("point", [1, 2, 3, 5, 8])
@simulated(seeds=2, knobs=SHORT)
async def test_a_crash_in_the_middle_of_a_pass_loses_no_command(world: World, actor: str, point: int) -> None:
    """Whoever crashes while the venue is asked, what was unknown is asked for again, and has its verdict."""
    world.add(faults.Stall(method="ClosedOrders", seconds=1.0))
    world.add(faults.CutAfterCommand(method="add_order"), faults.LoseCommand(method="add_order", nth=2))
    landed, lost = await buy(world), await buy(world)
    await until(lambda: happened(world, "request", "ClosedOrders"))
    world.add(moments.Crash(actor=actor, point=point))
    await trio.sleep(2.0)
    assert (await landed.resolved()).status is ACCEPTED
    assert (await lost.resolved()).status is NOT_EXECUTED
    assert await statuses_of(lost) == [UNKNOWN, NOT_EXECUTED]
    assert kinds_of(journaled(world, landed)) == ["OrderSubmitted", "OrderAccepted"]
    report = await world.account.reconcile()
    assert (report.outcome, report.asked) == (RecoveryOutcome.SYNCHRONIZED, 0)
    await landed.cancel()
    await world.settled()


@pytest.mark.holds("X43")
@simulated(seeds=2, knobs=BY_ITSELF)
async def test_a_cancel_all_that_the_venue_does_not_bear_out_is_diverged(world: World) -> None:
    """Lost, while somebody took one of the two orders off the book: told as diverged, with each order's two states."""
    one, two = await bought(world), await bought(world)
    world.add(faults.LoseCommand(method="cancel_all"))
    cancel = await world.account.cancel_all()
    (order,) = world.ledger.orders_by_client_id(str(one.client_order_id))
    world.venue.cancel(order)
    receipt = await cancel.resolved()
    assert (receipt.status, receipt.retriable) == (UNKNOWN, False)
    (completed,) = (step for step in world.record.steps[cancel.command_id] if isinstance(step, RecoveryCompleted))
    report = completed.report
    assert report.outcome is RecoveryOutcome.DIVERGED
    assert report.note.startswith("partly done: 1 of 2 orders were canceled, 1 are still open")
    difference = Difference(of=str(two.client_order_id), field="state", ours="canceled", theirs="accepted")
    assert report.verdict.differences == (difference,)
    assert report.summary is not None
    assert (report.summary.asked, report.summary.diverged) == (1, 1)
    assert report.summary.outcome is RecoveryOutcome.DIVERGED
    assert Trigger.UNKNOWN_EXECUTION in report.summary.triggers
    assert isinstance((await steps_of(cancel))[-1], RecoveryCompleted), "nothing more is waited for"
    with trio.fail_after(1.0):
        assert [(await cancel.receipt()).status for _ in range(3)] == [UNKNOWN] * 3
    await two.cancel()
    await world.settled()


@pytest.mark.holds("X43")
@simulated(seeds=2, knobs=evolve(BY_ITSELF, silence=3600.0))
async def test_a_pass_after_which_both_sides_still_differ_is_diverged_and_then_not(world: World) -> None:
    """The venue counts a fill that its history does not have for minutes: both numbers, until the fill is there."""
    order = await bought(world)
    synchronized = await world.account.reconcile()
    assert (synchronized.outcome, synchronized.differences) == (RecoveryOutcome.SYNCHRONIZED, ())
    assert Trigger.MANUAL in synchronized.triggers
    world.add(faults.LoseFrame(event="trade"), faults.ReadLag(method="TradesHistory", count=1000, seconds=200.0))
    fill(world, order, "0.2")
    await trio.sleep(1.0)
    early = await world.account.reconcile()
    assert early.differences == (), "the fill may still be on its way"
    await trio.sleep(20.0)
    report = await world.account.reconcile()
    assert report.outcome is RecoveryOutcome.DIVERGED
    (difference,) = report.differences
    assert (difference.of, difference.field) == (order.client_order_id, "filled")
    assert [Decimal(one or "") for one in (difference.ours, difference.theirs)] == [Decimal(0), Decimal("0.2")]
    world.venue.faults.clear()
    await trio.sleep(240.0)
    report = await world.account.reconcile()
    assert (report.outcome, report.differences, report.failure) == (RecoveryOutcome.SYNCHRONIZED, (), None)
    assert report.number > synchronized.number
    await order.cancel()
    await world.settled()


@pytest.mark.holds("X46")
@simulated(seeds=2, knobs=evolve(SHORT, reconcile_every=20.0))
async def test_rounds_are_made_with_nobody_following_and_more_often_while_there_is_no_session(world: World) -> None:
    """All well: every 20 s what is open, and the fills. No session: twice as often. Whoever asks gets the rest."""
    began = trio.current_time()
    await trio.sleep(200.0)
    calm = [one.at for one in happened(world, "request", "OpenOrders", began)]
    assert 9 <= len(calm) <= 11
    assert len(happened(world, "request", "TradesHistory", began)) == len(calm)
    assert happened(world, "request", "ClosedOrders", began) == [], "what closed is told, and asked for after a gap"
    await world.account.reconcile()
    assert len(happened(world, "request", "ClosedOrders", began)) == 1
    order = world.venue.place_external(symbol="BTC/USD", side="buy", quantity=Decimal(1), price=Decimal(1000))
    await trio.sleep(1.0)
    world.add(faults.RefuseUpgrade(count=1000))
    world.venue.cut()
    began = trio.current_time()
    await trio.sleep(200.0)
    assert world.account.health().components["connection"].state != "up"
    hasty = happened(world, "request", "OpenOrders", began)
    assert 18 <= len(hasty) <= 24
    world.venue.cancel(order)
    await trio.sleep(15.0)
    told = [report for report in world.record.reports if report.venue_order_id == order.order_id]
    assert str(getattr(told[-1], "state", "")) == "canceled", "known without a session, and without a follower"
    world.venue.faults.clear()
    await world.settled()


@pytest.mark.holds("X46", "X38")
@pytest.mark.parametrize("trouble", ["calm", "no_session", "lost"])
@simulated(
    timeout=7200.0,
    knobs=Knobs(rate_limits=True, read_lag=60.0, reconcile_every=60.0, backoff_most=30.0),
    options={"tier": "starter"},
)
async def test_on_the_lowest_tier_no_question_is_ever_refused(world: World, trouble: str) -> None:
    """An hour of rounds, of lost commands, or without a session: the venue's counter of calls never runs over."""
    if trouble == "no_session":
        world.add(faults.RefuseUpgrade(count=100_000))
        world.venue.cut()
    began = trio.current_time()
    while trio.current_time() < began + 3600.0:
        if trouble == "lost":
            world.add(faults.LoseCommand(method="add_order", count=3))
            for _ in range(3):
                await buy(world)
        await trio.sleep(600.0)
    asked = [one for one in happened(world, "request", "/private/", began) if "Token" not in one.text]
    assert len(asked) > 60
    assert happened(world, "reply", "Rate limit exceeded") == []
    world.heal()
    await world.settled(within=1200.0)
