"""Tests as a user writes them, with the promises that they stand on."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from decimal import Decimal

import pytest
import trio

from batactors import Account, CommandHandle, CommandStatus, Happening, HealthStatus, OrderFilled
from batactors.testing import World, faults, moments, simulated
from batactors.testing.fault_script import Fault
from batactors.testing.simulation.moments import TimedFault


async def place(account: Account, transport: str = "auto") -> CommandHandle:
    """Bid for 1 BTC until the venue has it."""
    while True:
        order = await account.create_order(
            instrument="BTC/USD", side="buy", order_type="limit", quantity="1", price="48000", transport=transport
        )
        receipt = await order.resolved()
        if receipt.status is CommandStatus.ACCEPTED:
            return order
        assert receipt.retriable, receipt


async def take_back(order: CommandHandle) -> None:
    """Cancel it until that is done."""
    while (await (await order.cancel()).resolved()).retriable:
        pass


async def bought_with(order: CommandHandle) -> Decimal:
    """How much was bought, as told."""
    return sum([event.quantity async for event in order.events() if isinstance(event, OrderFilled)], Decimal(0))


class Bug(Exception):
    """A mistake in the user's own code."""


async def _follow_events(world: World, order: CommandHandle) -> None:
    async for _ in order.events(since=2):
        raise Bug


async def _follow_steps(world: World, order: CommandHandle) -> None:
    async for _ in order.lifecycle():
        raise Bug


async def _follow_reports(world: World, order: CommandHandle) -> None:
    async with aclosing(world.account.reports()) as reports:
        async for _ in reports:
            raise Bug


@pytest.mark.holds("D05")
@pytest.mark.parametrize("follow", [_follow_events, _follow_steps, _follow_reports])
@simulated(seeds=5)
async def test_a_users_bug_reaches_that_user_alone(
    world: World, follow: Callable[[World, CommandHandle], Awaitable[None]]
) -> None:
    """Whatever the code follows: its error goes to its own nursery; engine and other followers do not notice."""
    order = await place(world.account)
    (resting,) = world.ledger.open_orders()
    totals: list[Decimal] = []

    async def follow_well() -> None:
        totals.append(await bought_with(order.again()))

    world.start(follow_well)
    world.venue.fill(resting, Decimal("0.25"))
    with pytest.RaisesGroup(Bug):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(follow, world, order)
            world.venue.place_external(symbol="BTC/USD", side="buy", quantity=Decimal(1), price=Decimal(52_000))
    world.venue.fill(resting, Decimal("0.75"))

    assert await bought_with(order) == 1
    await world.settled()
    assert totals == [1]
    assert world.account.health().status is HealthStatus.HEALTHY
    assert not [event for event in world.happenings if event.what is Happening.CRASHED]


@pytest.mark.holds("X64")
@pytest.mark.parametrize(
    ("fault", "transport"),
    [
        (faults.LoseAck(method="add_order"), "websocket"),
        (faults.DelayAck(method="add_order", seconds=20), "websocket"),
        (faults.DuplicateFrame(count=3), "websocket"),
        (faults.SwapFrames(count=2), "websocket"),
        (faults.GoSilent(method="add_order"), "websocket"),
        (faults.HttpError(method="add_order", status=502, when="after"), "rest"),
        (faults.Stall(method="add_order", seconds=20), "rest"),
        (faults.RestartAfterCommand(method="add_order"), "websocket"),
        (moments.HalfOpen(when="event OrderFilled"), "websocket"),
        (moments.RestartVenue(when="event OrderFilled"), "websocket"),
    ],
    ids=lambda given: type(given).__name__ if not isinstance(given, str) else "",
)
@simulated(seeds=3)
async def test_the_simulated_venue_breaks_on_demand(world: World, fault: Fault | TimedFault, transport: str) -> None:
    """A lost or late ack, a frame twice or out of order, half-open, 5xx, a restart: survived, in virtual time."""
    world.add(fault, faults.LoseAck(method="cancel_order"))
    order = await place(world.account, transport)
    (resting,) = world.ledger.open_orders()
    for _ in range(2):
        world.venue.fill(resting, Decimal("0.25"))
        await trio.sleep(0.5)
    await take_back(order)
    assert await bought_with(order) == Decimal("0.5")
    await world.settled()
    assert world.struck[type(fault).__name__] >= 1
