"""Orders as they are thought of: one instrument, one side, one size, and a price beside the market's."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from batactors import Instrument, NewOrder

if TYPE_CHECKING:
    from random import Random

MONEY = (100, 1200)
"""The size of an order, in quote currency."""
TRIGGER_AWAY = Decimal("0.0005")
"""Of the price: near enough for a stop to be triggered within the run."""


class Draft:
    """One order to be. All that chance decides about it is decided when it is made."""

    def __init__(self, instruments: Sequence[Instrument], price_of: Callable[[str], Decimal], chance: "Random") -> None:
        self.instrument = chance.choice(instruments)
        self.side = chance.choice(("buy", "sell"))
        self.price = price_of(self.instrument.id)
        money = Decimal(chance.randint(*MONEY))
        step = max(self.instrument.step, Decimal("0.0001"))
        self.quantity = max((money / self.price).quantize(step), self.instrument.minimum_quantity * 2)

    @property
    def outward(self) -> int:
        """The direction that leads away from the market: down for who buys."""
        return -1 if self.side == "buy" else 1

    def beside(self, away: Decimal) -> Decimal:
        """The price so far away from the market, as a part of it; below zero is beyond it, where an order takes."""
        return self.instrument.round_price(self.price * (1 + self.outward * away))

    def limit(
        self, away: Decimal, *, time_in_force: str = "gtc", post_only: bool = False, transport: str | None = None
    ) -> NewOrder:
        """As a limit order."""
        return NewOrder(
            instrument=self.instrument.id, side=self.side, order_type="limit", quantity=self.quantity,
            price=self.beside(away), time_in_force=time_in_force, post_only=post_only, transport=transport,
        )  # fmt: skip

    def market(self) -> NewOrder:
        """As a market order."""
        return NewOrder(instrument=self.instrument.id, side=self.side, order_type="market", quantity=self.quantity)

    def stop(self) -> NewOrder:
        """As a stop: it buys when the price has risen, or sells when it has fallen."""
        trigger = self.instrument.round_price(self.price * (1 - self.outward * TRIGGER_AWAY))
        return NewOrder(
            instrument=self.instrument.id, side=self.side, order_type="stop_market", quantity=self.quantity,
            trigger_price=trigger,
        )  # fmt: skip
