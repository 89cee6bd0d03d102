"""Five things that go wrong at a venue, and a test of each: ``pytest test_when_things_break.py``.

Each test runs once for each of its seeds, in virtual time. While it runs, the engine's own promises are watched, too.
"""

from decimal import Decimal

import pytest
import trio

from batactors import Account, CommandHandle, CommandStatus, Happening, HealthStatus, OrderFilled, RecoveryScheduled
from batactors.testing import Knobs, World, faults, moments, simulated

QUARTER = Decimal("0.25")


async def place(account: Account) -> CommandHandle:
    """Bid for 1 BTC, and again if that surely did not happen."""
    while True:
        order = await account.create_order(
            instrument="BTC/USD", side="buy", order_type="limit", quantity="1", price="48000"
        )
        receipt = await order.resolved()
        if receipt.status is CommandStatus.ACCEPTED:
            return order
        if not receipt.retriable:
            raise RuntimeError(f"could not buy: {receipt.message}")


async def take_back(order: CommandHandle) -> None:
    """Cancel an order, and again as long as that surely did not happen."""
    while True:
        cancel = await order.cancel()
        receipt = await cancel.resolved()
        if not receipt.retriable:
            return


async def bought_with(order: CommandHandle) -> Decimal:
    """Follow an order until it is settled; how much was bought, as far as we were told."""
    fills = [event async for event in order.events() if isinstance(event, OrderFilled)]
    return sum((fill.quantity for fill in fills), Decimal(0))


@simulated(seeds=10)
async def test_a_lost_ack(world: World) -> None:
    """The venue takes the order, and neither its answer nor its frames arrive: the strategy does not buy twice."""
    world.add(faults.LoseAck(method="add_order"), faults.LoseFrame(count=2))
    order = await place(world.account)

    steps = [type(step) async for step in order.lifecycle()]
    assert RecoveryScheduled in steps  # for a while nobody knew,
    assert len(world.ledger.open_orders()) == 1  # and there is one order all the same
    assert world.struck == {"LoseAck": 1, "LoseFrame": 2}


@simulated(seeds=10)
async def test_a_disconnect_in_the_middle_of_fills(world: World) -> None:
    """Two fills happen while nobody listens; each is told once, and the sum is right."""
    order = await place(world.account)
    (resting,) = world.ledger.open_orders()
    world.add(
        faults.CutInFrame(event="trade", nth=2),  # half of the second fill's frame, then a reset
        moments.RefuseConnections(when="reset", seconds=5),
    )
    for _ in range(4):
        world.venue.fill(resting, QUARTER)
        await trio.sleep(1)

    assert await bought_with(order) == 1
    world.sometimes([event async for event in order.events() if event.replayed], "a fill was heard from history")
    await world.settled()


@simulated(seeds=2, knobs=Knobs(rate_limits=True))
async def test_a_rate_limit_storm(world: World) -> None:
    """Quotes and cancels, more than the venue allows, and refusals besides: in the end no order is left."""
    world.add(faults.RefuseRate(method="add_order", nth=5, count=10))

    async def quote() -> None:
        await take_back(await place(world.account))

    async with trio.open_nursery() as nursery:
        for _ in range(40):
            nursery.start_soon(quote)

    assert len(world.ledger.orders) == 40
    assert not world.ledger.open_orders()
    assert world.struck["RefuseRate"] == 10
    world.sometimes(trio.current_time() > 60, "the venue's limits were felt")
    await world.settled()


@simulated(seeds=10)
async def test_a_venue_that_lies(world: World) -> None:
    """Reads that lag, frames that come twice or out of order, rows that nobody knows: each fill counts once."""
    order = await place(world.account)
    (resting,) = world.ledger.open_orders()
    world.add(
        faults.ReadLag(seconds=1, count=2),  # what REST says is a second old
        faults.DuplicateFrame(event="trade", extra=2, count=3),
        faults.SwapFrames(event="trade", nth=2),
        faults.UnknownEvent(event="trade"),
        faults.MalformedRow(event="trade"),
    )
    for _ in range(4):
        world.venue.fill(resting, QUARTER)
    await world.account.reconcile()

    assert await bought_with(order) == 1
    await world.settled()
    assert not world.venue.faults.waiting


@simulated(seeds=10)
async def test_a_crash_of_your_own_follower(world: World) -> None:
    """It reaches you alone: the engine, and whoever else follows the order, go on."""
    order = await place(world.account)
    (resting,) = world.ledger.open_orders()

    async def follow_with_a_bug() -> None:
        async for event in order.events():
            if isinstance(event, OrderFilled):
                raise ZeroDivisionError("a bug of mine")

    with pytest.RaisesGroup(ZeroDivisionError):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(follow_with_a_bug)
            world.venue.fill(resting, QUARTER)

    world.venue.fill(resting, 3 * QUARTER)
    assert await bought_with(order) == 1
    assert world.account.health().status is HealthStatus.HEALTHY
    assert not [event for event in world.happenings if event.what is Happening.CRASHED]
    await world.settled()
