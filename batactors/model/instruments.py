"""What can be traded, and in which sizes and prices."""

from datetime import datetime
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


class ListingChange(StrEnum):
    """What can happen to an instrument in a venue's list."""

    LISTED = "listed"
    """It is new, or there again."""
    DELISTED = "delisted"
    """It is in the list no more; it counts as halted from now on, and orders in it can still be cancelled."""
    CHANGED = "changed"
    """It has another tick, step, minimum, status or the like."""


@frozen(kw_only=True)
class QuantityLimits:
    """Quantities are multiples of ``step`` from ``minimum`` to ``maximum``, in base currency."""

    step: Decimal
    minimum: Decimal = Decimal(0)
    maximum: Decimal | None = None


@frozen(kw_only=True)
class Instrument:
    """One instrument of one venue.

    Attributes:
        tick: Prices are multiples of this, in quote currency.
        step: Quantities are multiples of this, in base currency.
        minimum_quantity: The smallest quantity of an order, in base currency.
        minimum_cost: The smallest price times quantity, in quote currency; zero where the venue has none.
        maximum_quantity: The largest quantity of an order, in base currency; ``None`` where the venue has none.
        market: The limits of market orders; ``None`` where the ones above hold for them, too.
        minimum_price: The lowest limit price; ``None`` where the venue has none.
        maximum_price: The highest limit price; ``None`` where the venue has none.
        price_band: Times the mark price, the lowest price of a sell and the highest of a buy.
        price_digits: How many decimals the venue shows of a price. Not the tick.
        quantity_digits: How many decimals the venue shows of a quantity. Not the step.
        maximum_open_orders: How many orders in it an account may have open.
        settle: What a derivative is settled and margined in; ``None`` for what is traded for delivery at once.
        aliases: Every other name that the venue has for it, on whatever road.
    """

    id: InstrumentId
    base: Asset
    quote: Asset
    tick: Decimal
    step: Decimal
    minimum_quantity: Decimal = Decimal(0)
    minimum_cost: Decimal = Decimal(0)
    maximum_quantity: Decimal | None = None
    market: QuantityLimits | None = None
    minimum_price: Decimal | None = None
    maximum_price: Decimal | None = None
    price_band: tuple[Decimal, Decimal] | None = None
    price_digits: int | None = None
    quantity_digits: int | None = None
    maximum_open_orders: int | None = None
    settle: Asset | None = None
    status: InstrumentStatus = InstrumentStatus.ONLINE
    aliases: tuple[str, ...] = ()

    def round_price(self, price: Decimal) -> Decimal:
        """The nearest price that the venue accepts."""
        return (price / self.tick).to_integral_value(rounding=ROUND_HALF_EVEN) * self.tick

    def round_quantity(self, quantity: Decimal) -> Decimal:
        """The largest quantity not above this one that the venue accepts."""
        return (quantity / self.step).to_integral_value(rounding=ROUND_DOWN) * self.step


@frozen(kw_only=True)
class InstrumentChange:
    """The venue's list of instruments is another than it was when it was read before.

    Attributes:
        instrument: As it is now.
        before: As it was; ``None`` for one that was never listed.
        fields: The names of the fields that differ.
        on: When the list was read (UTC, our clock).
        sequence: In the account's log, from 1.
    """

    what: ListingChange
    instrument: Instrument
    before: Instrument | None
    fields: tuple[str, ...]
    on: datetime
    sequence: int = 0
