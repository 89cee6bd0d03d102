"""Part C of what must hold, on the simulated Kraken Spot: what the stream, REST and the clock say, late or wrongly."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
import trio

from batactors import (
    CommandHandle,
    CommandStatus,
    ComponentState,
    HealthStatus,
    LateAck,
    OrderCanceled,
    OrderEvent,
    OrderState,
    Origin,
    RecoveryAttempt,
    Resolved,
)
from batactors.testing import Knobs, World, faults, moments, simulated
from tests.simulation.stories import (
    bought,
    buy,
    fill,
    fills_of,
    happened,
    journaled,
    kinds_of,
    statuses_of,
    steps_of,
)

ACCEPTED, UNKNOWN = CommandStatus.ACCEPTED, CommandStatus.UNKNOWN_EXECUTION
BY_ITSELF = Knobs(read_lag=1.0, reconcile_every=3600.0)
"""No round of the reconciler helps: what is asked is asked for a reason."""


@pytest.mark.holds("Y12", "X50")
@simulated(seeds=3, knobs=BY_ITSELF)
async def test_what_cannot_be_read_does_not_end_the_stream(world: World) -> None:
    """An unknown event, a malformed row, garbage and an unknown channel: each is counted, and the session goes on."""
    order = await bought(world)
    world.add(
        faults.UnknownEvent(event="trade"),
        faults.MalformedRow(event="trade", nth=2),
        faults.Garbage(event="trade", nth=3),
        faults.UnknownChannel(event="trade", nth=4),
    )
    for _ in range(4):
        fill(world, order, "0.1")
        await trio.sleep(3.0)
    told = fills_of(journaled(world, order))
    assert [(one.quantity, one.origin) for one in told] == [(Decimal("0.1"), Origin.STREAM)] * 4
    assert [one.fill_id for one in told] == [one.exec_id for one in world.ledger.fills]
    kinds = ("quarantined", "ignored")
    counted = {what: many for what, many in world.account.counters().items() if what.startswith(kinds)}
    assert counted == {
        "quarantined: it names no order": 1,
        "quarantined: Expected `str | null`, got `int` - at `$.order_id`": 1,
        "quarantined: Input data was truncated": 1,
        "ignored: unknown channel novelty": 1,
    }
    assert len(happened(world, "request", "GET /auth/v2")) == 1, "there was one session"
    assert (world.account.health().reconnects, world.account.health().status) == (0, HealthStatus.HEALTHY)
    assert {one.child for one in world.happenings if str(one.what) == "crashed"} == set()
    await order.cancel()
    await world.settled()


@pytest.mark.holds("Y14")
@simulated(seeds=5, knobs=BY_ITSELF)
async def test_a_fill_while_nobody_is_connected_is_told_once(world: World) -> None:
    """Fills before a cut, while the engine dials, and after it are told once each to everyone, in order."""
    partly, wholly = await bought(world), await bought(world, quantity="0.2")
    told: list[list[OrderEvent]] = []
    for handle in (partly, partly.again(), wholly, wholly.again()):
        told.append([])
        world.start(follow, handle, told[-1])
    fill(world, partly, "0.1")
    await trio.sleep(1.0)
    world.add(moments.RefuseConnections(seconds=2.0), moments.Cut())
    await trio.sleep(1.0)
    fill(world, partly, "0.15")
    fill(world, wholly, "0.2")
    await trio.sleep(5.0)
    assert world.account.health().reconnects == 1
    fill(world, partly, "0.25")
    await world.settled()
    ours = [one.exec_id for one in world.ledger.fills_of(venue_id(world, partly))]
    for events in told[:2]:
        fills = fills_of(events)
        assert [(one.fill_id, one.replayed) for one in fills] == list(zip(ours, [False, True, False], strict=True))
        assert [one.filled for one in fills] == [Decimal("0.1"), Decimal("0.25"), Decimal("0.5")]
    for events in told[2:]:
        (one,) = fills_of(events)
        assert (one.quantity, one.replayed, events[-1].state) == (Decimal("0.2"), True, OrderState.FILLED)
    assert told[0] == told[1] == journaled(world, partly)
    assert told[2] == told[3] == journaled(world, wholly)
    assert world.account.counters()["silent: told before"] >= 1, "the venue told the first fill again"


async def follow(handle: CommandHandle, told: list[OrderEvent]) -> None:
    """Read all events of an order."""
    async for event in handle.events():
        told.append(event)


def venue_id(world: World, handle: CommandHandle) -> str:
    """What the venue calls an order."""
    (order,) = world.ledger.orders_by_client_id(str(handle.client_order_id))
    return order.order_id


@pytest.mark.holds("Y15")
@pytest.mark.parametrize("behind", [0.8, 30.0], ids=["as_stated", "more_than_stated"])
@pytest.mark.parametrize("method", ["OpenOrders", "ClosedOrders", "TradesHistory"])
@simulated(seeds=2, knobs=BY_ITSELF)
async def test_an_older_snapshot_by_rest_takes_nothing_back(world: World, method: str, behind: float) -> None:
    """A REST answer of before a fill, a cancel, an amend and a new order changes nothing that was told of them."""
    filled, canceled, amended = [await bought(world) for _ in range(3)]
    await trio.sleep(60.0)
    fill(world, filled, "0.1")
    await (await canceled.cancel()).resolved()
    await (await amended.amend(price="48100.3")).resolved()
    placed = await bought(world)
    await trio.sleep(0.2)
    orders = (filled, canceled, amended, placed)
    before = [list(journaled(world, order)) for order in orders]
    last = ["OrderFilled", "OrderCanceled", "OrderUpdated", "OrderAccepted"]
    assert kinds_of([events[-1] for events in before]) == last
    began = trio.current_time()
    world.add(faults.ReadLag(method=method, seconds=behind, count=2))
    await world.account.reconcile()
    (old,) = happened(world, "reply", {"TradesHistory": '"trades"'}.get(method, f'"{method[:-6].lower()}"'), began)
    listed = [venue_id(world, order) in old.text for order in orders]
    assert listed == [*[method == "OpenOrders"] * 3, False], "it was old"
    await trio.sleep(60.0)
    assert [journaled(world, order) for order in orders] == before
    assert len(fills_of(before[0])) == len(world.ledger.fills) == 1
    assert world.account.health().status is HealthStatus.HEALTHY
    assert (await placed.resolved()).status is ACCEPTED
    await (await world.account.cancel_all()).resolved()
    await world.settled()
    assert isinstance(journaled(world, filled)[-1], OrderCanceled)


@pytest.mark.holds("Y16")
@pytest.mark.parametrize("method", ["add_order", "cancel_order", "amend_order"])
@simulated(seeds=3, knobs=BY_ITSELF)
async def test_a_late_answer_settles_without_rest(world: World, method: str) -> None:
    """An answer that comes after the command had become unknown settles it, though no question got through."""
    order = await bought(world)
    await trio.sleep(10.0)  # so that REST's own connection is idle, and a question has to dial
    world.add(
        moments.RefuseConnections(seconds=60.0),
        faults.DelayAck(method=method, seconds=8.0),
        faults.LoseFrame(count=2 if method == "add_order" else 1),
    )
    began = trio.current_time()
    handle = await ask(world, order, method)
    assert (await handle.ack()).receipt.status is UNKNOWN
    assert trio.current_time() >= began + 6.0
    verdict = await handle.verdict()
    assert verdict.status is ACCEPTED
    assert began + 8.0 <= trio.current_time() <= began + 8.1
    steps = await steps_of(handle)
    (late,) = (step for step in steps if isinstance(step, LateAck))
    assert (late.ack.receipt.status, late.origin) == (ACCEPTED, Origin.ACK)
    assert isinstance(steps[-1], Resolved)
    assert await statuses_of(handle) == [UNKNOWN, ACCEPTED]
    assert all("TransportError" in step.note for step in steps if isinstance(step, RecoveryAttempt))
    assert happened(world, "request", since=began) == [], "no question came to the venue"
    assert verdict.evidence[-1].origin is Origin.ACK
    if method == "add_order":
        assert kinds_of(journaled(world, handle)) == ["OrderSubmitted", "OrderAccepted"]
    world.heal()
    await (await world.account.cancel_all()).resolved()
    await world.settled()


async def ask(world: World, order: CommandHandle, method: str) -> CommandHandle:
    """Send a command of this kind."""
    match method:
        case "cancel_order":
            return await order.cancel()
        case "amend_order":
            return await order.amend(quantity="1")
        case _:
            return await buy(world)


DEFAULTS = {"validity": None, "margin": None, "read_lag": None}
"""The venue's own patience, as a user has it who says nothing."""


@pytest.mark.holds("Y20", "D12")
@pytest.mark.parametrize("transport", ["websocket", "rest"])
@pytest.mark.parametrize("restarted", [False, True], ids=["running", "restarted"])
@pytest.mark.parametrize("by", [3.0, -3.0, 30.0, -30.0])
@simulated(options=DEFAULTS)
async def test_orders_are_accepted_by_a_clock_that_is_wrong(
    world: World, transport: str, restarted: bool, by: float
) -> None:
    """With the machine's clock 3 or 30 s off, either way, creates, amends and cancels are accepted, on both roads.

    What a deadline is judged by is the venue's clock, and by that it is set: with Kraken's own validity of 5 s, too.
    """
    world = await with_the_clock_set(world, by, restarted)
    await place_amend_and_cancel(world, transport)
    offset = world.account.health().clock_offset
    assert offset is not None
    assert abs(offset + by) < 0.6, "what it is off by is known"


@pytest.mark.holds("Y20", "D12", "X55")
@pytest.mark.parametrize("by", [4000.0, -4000.0])
@simulated(seeds=2, options=DEFAULTS)
async def test_a_clock_that_is_set_alarms_and_changes_no_deadline(world: World, by: float) -> None:
    """A clock that is set by an hour while the engine runs is noticed, and no order is refused for it."""
    await trio.sleep(10.0)
    assert world.account.health().components["clock"].state is ComponentState.UP
    await with_the_clock_set(world, by, restarted=False)
    await place_amend_and_cancel(world, "rest")
    await trio.sleep(11.0)
    clock = world.account.health().components["clock"]
    assert clock.state is ComponentState.DEGRADED
    which = "ahead of" if by > 0 else "behind"
    assert clock.cause is not None
    assert which in clock.cause


async def with_the_clock_set(world: World, by: float, restarted: bool) -> World:
    """The engine's machine has its clock set while the engine runs, or before it is started again."""
    world.add(moments.StepClock(by=by))
    await trio.sleep(0.0)
    if restarted:
        world.add(moments.Kill())
        await trio.sleep(0.5)
        await world.account_again()
    return world


async def place_amend_and_cancel(world: World, transport: str) -> None:
    """Each is accepted at once, and is done; then a fill is told as ever."""
    order = await buy(world, transport=transport)
    amend = await world.account.amend_order(order.client_order_id, quantity="0.7", transport=transport)
    for handle in (order, amend):
        assert await statuses_of(handle) == [ACCEPTED]
    fill(world, order, "0.3")
    await trio.sleep(1.0)
    cancel = await world.account.cancel_order(order.client_order_id, transport=transport)
    assert await statuses_of(cancel) == [ACCEPTED]
    await world.settled()
    assert_told(
        journaled(world, order), ["OrderSubmitted", "OrderAccepted", "OrderUpdated", "OrderFilled", "OrderCanceled"]
    )
    (there,) = world.ledger.orders.values()
    assert (there.status, there.quantity, there.filled) == ("canceled", Decimal("0.7"), Decimal("0.3"))


def assert_told(events: Sequence[OrderEvent], kinds: Sequence[str]) -> None:
    """Each once, and in this order."""
    assert kinds_of(events) == list(kinds)
