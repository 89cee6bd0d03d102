"""What can be traded, and in which sizes and prices."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from attrs import frozen

from batactors.model.ids import Asset, InstrumentId


class InstrumentStatus(StrEnum):
    """What may be done with an instrument now."""

    ONLINE = "online"
    CANCEL_ONLY = "cancel_only"
    POST_ONLY = "post_only"
    LIMIT_ONLY = "limit_only"
    REDUCE_ONLY = "reduce_only"
    HALTED = "halted"
    UNKNOWN = "unknown"


@frozen(kw_only=True)
class Instrument:
    """One instrument of one venue.

    Attributes:
        tick: Prices are multiples of this, in quote currency.
        step: Quantities are multiples of this, in base currency.
        minimum_quantity: The smallest quantity of an order, in base currency.
        minimum_cost: The smallest price times quantity, in quote currency; zero where the venue has none.
        aliases: Every other name that the venue has for it, on whatever road.
    """

    id: InstrumentId
    base: Asset
    quote: Asset
    tick: Decimal
    step: Decimal
    minimum_quantity: Decimal = Decimal(0)
    minimum_cost: Decimal = Decimal(0)
    status: InstrumentStatus = InstrumentStatus.ONLINE
    aliases: tuple[str, ...] = ()

    def round_price(self, price: Decimal) -> Decimal:
        """The nearest price that the venue accepts."""
        return (price / self.tick).to_integral_value(rounding=ROUND_HALF_EVEN) * self.tick

    def round_quantity(self, quantity: Decimal) -> Decimal:
        """The largest quantity not above this one that the venue accepts."""
        return (quantity / self.step).to_integral_value(rounding=ROUND_DOWN) * self.step
