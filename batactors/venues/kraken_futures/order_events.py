"""``orderEvents``: what became of an order at once, as the answer to a command tells it (section 3.2).

The rows have no promised order. An execution has neither fee nor liquidity, and is told again in full on the socket and
in the history, so that here it is told ahead.
"""

from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.facts import Fact, FillFact, OrderFact, Says
from batactors.model.ids import ClientOrderId, FillId, VenueOrderId
from batactors.venues.kraken_futures.feeds import positive, total_of
from batactors.venues.kraken_futures.names import Names
from batactors.venues.kraken_futures.quarantine import aside
from batactors.venues.kraken_futures.times import from_text
from batactors.venues.kraken_futures.words import POST_REFUSALS, SIDES, order_type_of
from batactors.venues.reading import UNREADABLE, Unsound, number, parts_of, quantity


@frozen(slots=False)
class EventOrder:
    """An order, or one that waits for a trigger, which spells its ids in its own way."""

    orderId: VenueOrderId | None = None
    uid: VenueOrderId | None = None
    cliOrdId: ClientOrderId | None = None
    clientId: ClientOrderId | None = None
    type: str | None = None
    symbol: str | None = None
    side: str | None = None
    quantity: Decimal | None = None
    filled: Decimal | None = None
    limitPrice: Decimal | None = None
    triggerPrice: Decimal | None = None
    stopPrice: Decimal | None = None
    lastUpdateTimestamp: str | None = None

    @property
    def id(self) -> VenueOrderId | None:
        """The venue's id."""
        return self.orderId or self.uid or None


@frozen(slots=False)
class EventRow:
    """One row."""

    type: str
    order: EventOrder | None = None
    orderTrigger: EventOrder | None = None
    old: EventOrder | None = None
    new: EventOrder | None = None
    uid: VenueOrderId | None = None
    reason: str | None = None
    executionId: FillId | None = None
    price: Decimal | None = None
    amount: Decimal | None = None
    orderPriorExecution: EventOrder | None = None

    @property
    def about(self) -> EventOrder | None:
        """The order that it is about, as it is now."""
        return self.order or self.orderTrigger or self.new or self.orderPriorExecution

    @property
    def order_id(self) -> VenueOrderId | None:
        """Its id; one of CANCEL and REJECT may be all that is told of it."""
        return (self.about.id if self.about is not None else None) or self.uid


_ROW = Decoder(EventRow)


@frozen(kw_only=True)
class Told:
    """What the rows about one order come to.

    Attributes:
        facts: What they say of it, its end last.
        filled: The venue's count after the last execution; ``None`` without one.
        rests: It was put into the book, or changed there.
    """

    facts: tuple[Fact, ...] = ()
    filled: Decimal | None = None
    rests: bool = False
    refused: str | None = None


def rows_of(events: Raw) -> tuple[list[EventRow], list[Fact]]:
    """The rows that can be read, and what is set aside of the others."""
    rows, bad = list[EventRow](), list[Fact]()
    for part in parts_of(events) if bytes(events)[:1] == b"[" else []:
        try:
            rows.append(_ROW.decode(part))
        except UNREADABLE as error:
            bad += aside(part, str(error))
    return rows, bad


def read_events(rows: Sequence[EventRow], names: Names, *, stays: bool) -> Told:
    """What rows about one order say; ``stays`` if what is not done of it would rest in the book."""
    facts, filled, total = list[Fact](), None, None
    rests = any(row.type in ("PLACE", "EDIT") for row in rows)
    for row in rows:
        if row.type in ("PLACE", "EDIT") and row.about is not None:
            facts += _working(row, row.about, names)
        elif row.type == "EXECUTION":
            try:
                facts.append(_fill(row, names))
            except UNREADABLE as error:
                facts += aside(row.executionId or "an execution", str(error))
                continue
            prior = row.orderPriorExecution
            if prior is not None and prior.filled is not None and row.amount is not None:
                after = prior.filled + row.amount
                if filled is None or after > filled:
                    filled, total = after, total_of(prior.quantity, prior.filled)
    end = _end(rows, filled, total, stays=stays and not any(row.type == "REJECT" for row in rows))
    refused = next((row.reason or "rejected" for row in rows if row.type == "REJECT"), None)
    return Told(facts=(*facts, *([] if end is None else [end])), filled=filled, rests=rests, refused=refused)


def _working(row: EventRow, order: EventOrder, names: Names) -> list[Fact]:
    if order.id is None:
        return []
    price = positive(order.limitPrice, "limitPrice")
    edited = row.type == "EDIT"
    return [
        OrderFact(
            says=Says.UPDATED if edited else Says.OPEN,
            venue_order_id=order.id,
            client_order_id=order.cliOrdId or order.clientId or None,
            instrument=names.find(order.symbol),
            side=SIDES.get(order.side),
            order_type=order_type_of(order.type, price),
            # Of a placed order that took some first, nobody says whether its quantity and its count are apart.
            quantity=total_of(order.quantity, order.filled) if edited else None,
            price=price if edited else None,
            trigger_price=positive(order.triggerPrice or order.stopPrice, "triggerPrice") if edited else None,
            occurred_at=from_text(order.lastUpdateTimestamp),
            changed_at=from_text(order.lastUpdateTimestamp),
        )
    ]


def _fill(row: EventRow, names: Names) -> FillFact:
    qty, price, prior = quantity(row.amount, "amount"), number(row.price, "price"), row.orderPriorExecution
    order = row.order_id
    if not row.executionId or not order or not qty or not price or price < 0:
        raise Unsound(f"not a fill: order {order}, {qty} at {price}")
    return FillFact(
        fill_id=row.executionId,
        venue_order_id=order,
        client_order_id=(prior.cliOrdId or None) if prior is not None else None,
        instrument=names.find(prior.symbol) if prior is not None else None,
        side=SIDES.get(prior.side) if prior is not None else None,
        quantity=qty,
        price=price,
        provisional=True,
    )


def _end(rows: Sequence[EventRow], filled: Decimal | None, total: Decimal | None, *, stays: bool) -> OrderFact | None:
    """How it ended, if it did: cancelled, refused after a part was executed, wholly taken, or taken as far as could be.

    One that was refused without an execution is no matter of facts: the answer itself says so.
    """
    executed = next((row for row in rows if row.type == "EXECUTION"), None)
    for row in rows:
        if row.type == "CANCEL" and row.order_id is not None:
            counted = quantity(row.order.filled, "filled") if row.order is not None else None
            count = max((one for one in (counted, filled) if one is not None), default=None)
            reason = row.reason or None
            return OrderFact(says=Says.CANCELED, venue_order_id=row.order_id, filled=count, reason=reason)
        if row.type == "REJECT" and executed is not None and row.order_id is not None:
            return OrderFact(
                says=Says.CANCELED, venue_order_id=row.order_id, filled=filled, reason=row.reason, refused=True,
                post_only=row.reason in POST_REFUSALS,
            )  # fmt: skip
    if executed is None or filled is None or any(row.type == "PLACE" for row in rows):
        return None
    if total is not None and filled >= total:
        return OrderFact(says=Says.FILLED, venue_order_id=executed.order_id, filled=filled)
    if stays or any(row.type == "EDIT" for row in rows):
        return None
    return OrderFact(
        says=Says.CANCELED, venue_order_id=executed.order_id, filled=filled, reason="the rest does not rest"
    )
