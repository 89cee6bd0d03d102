"""Where a scene is played: an account at one venue, its market, and one road for commands."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import trio

from batactors import Account, CommandHandle, CommandReceipt, CommandStatus, NewOrder, OrderEvent, Unsupported
from batactors.model.terms import TransportPolicy
from batactors.testing.simulation.world import World

BID, ASK = Decimal(49_000), Decimal(51_000)
"""Where the market stands when a scene begins."""
LOW, HIGH = Decimal(47_000), Decimal(53_000)
"""Prices at which orders of ours rest, to buy and to sell, until the market moves there."""
LONG = 600.0
"""Virtual seconds; no proof takes longer."""
SOON = 5.0
"""Virtual seconds within which what is not troubled has been told."""


class Stand:
    """One venue's stage, for one scene.

    Args:
        road: By which commands go; `None` leaves it to the engine.
    """

    def __init__(self, world: World, road: TransportPolicy | None) -> None:
        self.world = world
        self.road = road

    @property
    def account(self) -> Account:
        """The account of the engine that runs now."""
        return self.world.account

    @property
    def instrument(self) -> str:
        """What is traded."""
        return self.world.stage.instrument

    @property
    def now(self) -> datetime:
        """The time at the engine's machine."""
        return self.world.clock.now()

    def order(self, **terms: Any) -> NewOrder:
        """A limit order to buy that rests, unless the terms say otherwise."""
        given: dict[str, Any] = {"side": "buy", "order_type": "limit", "quantity": "0.5"}
        given |= {"price": LOW} if terms.get("order_type", "limit") == "limit" else {}
        return NewOrder(instrument=self.instrument, transport=self.road, **(given | terms))

    async def place(self, **terms: Any) -> CommandHandle:
        """Place such an order, which the venue accepts.

        Raises:
            Unsupported: There are no such orders there.
        """
        (handle,) = await self.account.create_orders([self.order(**terms)])
        await self.done(handle)
        return handle

    async def done(self, handle: CommandHandle) -> CommandReceipt:
        """The receipt of a command that was carried out.

        Raises:
            Unsupported: It was not sent, since the venue has nothing to send it by.
        """
        receipt = await handle.resolved()
        if receipt.status is CommandStatus.NOT_EXECUTED and receipt.request_id is None:
            raise Unsupported(receipt.message or "not sent", venue=receipt.venue)
        assert receipt.status is CommandStatus.ACCEPTED, f"{receipt.operation}: {receipt.status}, {receipt.message}"
        return receipt

    async def told(self, handle: CommandHandle, *kinds: type[OrderEvent]) -> OrderEvent:
        """The first event of one of these kinds that an order's followers are told."""
        with trio.move_on_after(SOON):
            async for event in handle.events():
                if isinstance(event, kinds):
                    return event
        raise AssertionError(f"{' or '.join(kind.__name__ for kind in kinds)} was not told within {SOON:g} s")

    def move(self, price: Decimal) -> None:
        """Let the market stand at this price, and stay there."""
        self.world.venue.set_market(self.world.stage.symbol, bid=price - 1, ask=price + 1)

    def in_minutes(self, minutes: float) -> datetime:
        """A time so long from now."""
        return self.now + timedelta(minutes=minutes)
