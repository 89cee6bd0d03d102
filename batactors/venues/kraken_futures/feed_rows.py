"""Frames of WebSocket v1 as they are written (sections 7 to 8.3). Every field that may be missing has a default."""

from decimal import Decimal

from attrs import field, frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.ids import ClientOrderId, FillId, VenueOrderId
from batactors.venues.kraken_futures.envelope import NOTHING


@frozen(slots=False)
class Frame:
    """Any frame: one of the connection has an ``event``, one of a feed has its name."""

    event: str | None = None
    feed: str | None = None
    message: str | None = None
    reason: str | None = None
    is_cancel: bool | None = None
    order_id: VenueOrderId | None = None
    cli_ord_id: ClientOrderId | None = None
    order: Raw = field(default=NOTHING, repr=False)
    orders: Raw = field(default=NOTHING, repr=False)
    fills: Raw = field(default=NOTHING, repr=False)
    positions: Raw = field(default=NOTHING, repr=False)
    flex_futures: Raw = field(default=NOTHING, repr=False)


@frozen(slots=False)
class OrderRow:
    """An order. ``qty`` is what is left of it, ``filled`` what is done: the total is their sum (section 8.1)."""

    order_id: VenueOrderId
    instrument: str | None = None
    qty: Decimal | None = None
    filled: Decimal | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    type: str | None = None
    cli_ord_id: ClientOrderId | None = None
    direction: int | None = None
    time: int | None = None
    last_update_time: int | None = None


@frozen(slots=False)
class FillRow:
    """A fill. ``remaining_order_qty`` is what it left of its order."""

    fill_id: FillId
    order_id: VenueOrderId
    qty: Decimal
    price: Decimal
    instrument: str | None = None
    time: int | None = None
    buy: bool | None = None
    remaining_order_qty: Decimal | None = None
    cli_ord_id: ClientOrderId | None = None
    fill_type: str | None = None
    fee_paid: Decimal | None = None
    fee_currency: str | None = None
    order_type: str | None = None


@frozen(slots=False)
class PositionRow:
    """A position; its balance is negative if it is short."""

    instrument: str
    balance: Decimal
    entry_price: Decimal | None = None
    mark_price: Decimal | None = None
    liquidation_threshold: Decimal | None = None
    pnl: Decimal | None = None


@frozen(slots=False)
class CurrencyRow:
    """A currency of the multi-collateral wallet."""

    quantity: Decimal | None = None
    available: Decimal | None = None


@frozen(slots=False)
class Flex:
    """The multi-collateral wallet; an update carries what has changed."""

    currencies: dict[str, CurrencyRow] = field(factory=dict)


FRAME = Decoder(Frame)
ORDER, ORDERS = Decoder(OrderRow), Decoder(list[OrderRow])
FILL, FILLS = Decoder(FillRow), Decoder(list[FillRow])
POSITION, POSITIONS = Decoder(PositionRow), Decoder(list[PositionRow])
FLEX = Decoder(Flex)
