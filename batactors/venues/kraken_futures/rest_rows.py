"""Orders and fills as REST v3 tells them (section 4), as facts."""

from decimal import Decimal

from attrs import field, frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.facts import FillFact, OrderFact, Says
from batactors.model.ids import ClientOrderId, FillId, VenueOrderId
from batactors.venues.kraken_futures.envelope import NOTHING
from batactors.venues.kraken_futures.feeds import positive, total_of
from batactors.venues.kraken_futures.names import Names
from batactors.venues.kraken_futures.times import from_text
from batactors.venues.kraken_futures.words import (
    EXPIRIES,
    FORCED_FILLS,
    FORCED_ORDERS,
    LIQUIDITY,
    POST_REFUSALS,
    REFUSALS,
    SIDES,
    order_type_of,
)
from batactors.venues.reading import Unsound, number, quantity


@frozen(slots=False)
class OpenRow:
    """An entry of openorders. One that waits for its trigger has no ``unfilledSize``, as some have reported."""

    order_id: VenueOrderId
    cliOrdId: ClientOrderId | None = None
    cli_ord_id: ClientOrderId | None = None
    status: str | None = None
    side: str | None = None
    orderType: str | None = None
    symbol: str | None = None
    limitPrice: Decimal | None = None
    stopPrice: Decimal | None = None
    filledSize: Decimal | None = None
    unfilledSize: Decimal | None = None
    lastUpdateTime: str | None = None


@frozen(slots=False)
class StatusOrder:
    """The order of an entry of orders/status. ``quantity`` is what is left of it."""

    orderId: VenueOrderId
    type: str | None = None
    cliOrdId: ClientOrderId | None = None
    symbol: str | None = None
    side: str | None = None
    quantity: Decimal | None = None
    filled: Decimal | None = None
    limitPrice: Decimal | None = None
    lastUpdateTimestamp: str | None = None
    priceTriggerOptions: Raw = field(default=NOTHING, repr=False)


@frozen(slots=False)
class StatusRow:
    """An entry of orders/status."""

    order: StatusOrder
    status: str | None = None
    updateReason: str | None = None
    error: str | None = None


@frozen(slots=False)
class FillRow:
    """An entry of fills. It has no fee."""

    fill_id: FillId
    order_id: VenueOrderId
    size: Decimal
    price: Decimal
    cliOrdId: ClientOrderId | None = None
    cli_ord_id: ClientOrderId | None = None
    symbol: str | None = None
    side: str | None = None
    fillTime: str | None = None
    fillType: str | None = None


OPEN, OPENS = Decoder(OpenRow), Decoder(list[OpenRow])
STATUS, STATUSES = Decoder(StatusRow), Decoder(list[StatusRow])
FILL, FILLS = Decoder(FillRow), Decoder(list[FillRow])

_STATUS = {
    "ENTERED_BOOK": Says.OPEN,
    "TRIGGER_PLACED": Says.OPEN,
    "FULLY_EXECUTED": Says.FILLED,
    "CANCELLED": Says.CANCELED,
    "REJECTED": Says.CANCELED,
    "TRIGGER_ACTIVATION_FAILURE": Says.CANCELED,
}


def read_open(row: OpenRow, names: Names) -> OrderFact:
    """An open order."""
    price = positive(row.limitPrice, "limitPrice")
    return OrderFact(
        says=Says.OPEN,
        venue_order_id=row.order_id,
        client_order_id=row.cliOrdId or row.cli_ord_id or None,
        instrument=names.find(row.symbol),
        side=SIDES.get(row.side),
        order_type=order_type_of(row.orderType, price),
        quantity=total_of(row.unfilledSize, row.filledSize),
        price=price,
        trigger_price=positive(row.stopPrice, "stopPrice"),
        filled=quantity(row.filledSize, "filledSize"),
        whole=True,
        occurred_at=from_text(row.lastUpdateTime),
        changed_at=from_text(row.lastUpdateTime),
    )


def read_status(row: StatusRow, names: Names) -> OrderFact:
    """An order that is open, or closed within the last five seconds."""
    order, reason = row.order, (row.updateReason or "").upper()
    says = ended(_STATUS.get(row.status or "", Says.UNCLEAR), reason)
    closed = says in (Says.CANCELED, Says.EXPIRED)
    waits = order.type == "TRIGGER_ORDER" and row.status != "TRIGGER_ACTIVATION_FAILURE"
    return OrderFact(
        says=says,
        venue_order_id=order.orderId,
        client_order_id=order.cliOrdId or None,
        instrument=names.find(order.symbol),
        side=SIDES.get(order.side),
        # Which kind of trigger it waits for is not told here; that an order is none of that kind is.
        order_type=None if waits else order_type_of("lmt", None),
        quantity=None if closed else total_of(order.quantity, order.filled),
        price=positive(order.limitPrice, "limitPrice"),
        filled=quantity(order.filled, "filled"),
        reason=row.error or (row.updateReason if closed else None),
        refused=row.status == "REJECTED" or (closed and is_refusal(reason)),
        post_only=closed and (reason in POST_REFUSALS or row.error in POST_REFUSALS),
        whole=True,
        forced=FORCED_ORDERS.get((order.type or "").casefold()),
        occurred_at=from_text(order.lastUpdateTimestamp),
        changed_at=from_text(order.lastUpdateTimestamp),
    )


def read_fill(row: FillRow, names: Names) -> FillFact:
    """A fill, told ahead: its fee is in the history, under the same id."""
    qty, price = quantity(row.size, "size"), number(row.price, "price")
    if not row.fill_id or not row.order_id or not qty or not price or price < 0:
        raise Unsound(f"not a fill: order {row.order_id}, {qty} at {price}")
    return FillFact(
        fill_id=row.fill_id,
        venue_order_id=row.order_id,
        client_order_id=row.cliOrdId or row.cli_ord_id or None,
        instrument=names.find(row.symbol),
        side=SIDES.get(row.side),
        quantity=qty,
        price=price,
        liquidity=LIQUIDITY.get(row.fillType, LIQUIDITY[None]),
        forced=FORCED_FILLS.get(row.fillType),
        provisional=True,
        occurred_at=from_text(row.fillTime),
    )


def ended(says: Says, reason: str) -> Says:
    """Cancelled or expired, by the venue's reason."""
    return Says.EXPIRED if says is Says.CANCELED and reason in EXPIRIES else says


def is_refusal(reason: str) -> bool:
    """Whether the engine refused the order, rather than anybody cancelling it."""
    return reason in (*REFUSALS, *POST_REFUSALS)
