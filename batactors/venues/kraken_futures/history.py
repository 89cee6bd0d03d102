"""The history: ends of orders, and executions with their fees and client ids (section 4)."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from attrs import field, frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.facts import Fact, FillFact, OrderFact, Says, Terms, TermsFact
from batactors.model.ids import ClientOrderId, FillId, VenueOrderId
from batactors.model.questions import Page
from batactors.model.terms import Liquidity
from batactors.venues.kraken_futures.envelope import NOTHING
from batactors.venues.kraken_futures.feeds import fees_of, positive, total_of
from batactors.venues.kraken_futures.names import Names
from batactors.venues.kraken_futures.quarantine import aside
from batactors.venues.kraken_futures.rest_rows import ended, is_refusal
from batactors.venues.kraken_futures.times import from_ms
from batactors.venues.kraken_futures.words import EDITS, FORCED_ORDERS, POST_REFUSALS, SIDES, order_type_of
from batactors.venues.reading import UNREADABLE, Unsound, number, quantity


@frozen(slots=False)
class OrderRow:
    """An order in the history. ``quantity`` is what is left of it."""

    uid: VenueOrderId
    tradeable: str | None = None
    direction: str | None = None
    quantity: Decimal | None = None
    filled: Decimal | None = None
    limitPrice: Decimal | None = None
    orderType: str | None = None
    clientId: ClientOrderId | None = None
    lastUpdateTimestamp: int | None = None


@frozen(slots=False)
class OrderEvent:
    """What happened to an order."""

    order: OrderRow | None = None
    newOrder: OrderRow | None = None
    reason: str | None = None
    orderError: str | None = None


@frozen(slots=False)
class FeeRow:
    """What one side of an execution paid."""

    fee: Decimal | None = None


@frozen(slots=False)
class ExecutionRow:
    """An execution. Of the two orders the account's own is there, and the other is empty."""

    uid: FillId
    quantity: Decimal
    price: Decimal
    makerOrder: Raw = field(default=NOTHING, repr=False)
    takerOrder: Raw = field(default=NOTHING, repr=False)
    makerOrderData: FeeRow | None = None
    takerOrderData: FeeRow | None = None
    timestamp: int | None = None


@frozen(slots=False)
class Execution:
    """The event of an execution."""

    execution: ExecutionRow


@frozen(slots=False)
class Element:
    """An entry of the history: its event has one name."""

    event: dict[str, Raw]
    timestamp: int | None = None


@frozen(slots=False)
class HistoryBody:
    """A page of the history."""

    elements: list[Raw]
    continuationToken: str | None = None


_BODY, _ELEMENT = Decoder(HistoryBody), Decoder(Element)
_ORDER, _EVENT, _EXECUTION = Decoder(OrderRow), Decoder(OrderEvent), Decoder(Execution)


def read_ends(body: bytes, offset: int, names: Names) -> Page:
    """The orders that a page tells the end of, each as it was told last.

    What else happened to an order says nothing that is still so: those that work are told as open.
    """
    latest: dict[VenueOrderId, OrderFact] = {}

    def end(name: str, raw: Raw) -> Iterator[Fact]:
        fact = _end(name, _EVENT.decode(raw), names) if name in _ENDS else None
        if fact is not None and fact.venue_order_id is not None:
            latest[fact.venue_order_id] = fact
        yield from ()

    bad, following = _read(body, offset, end)
    return Page(facts=(*latest.values(), *bad), next_offset=following)


def read_terms(body: bytes, offset: int, wanted: VenueOrderId) -> Page:
    """The terms of one order that a page tells of, oldest first: what it was placed with, and what edits made of it."""
    found: list[Terms] = []

    def note(name: str, raw: Raw) -> Iterator[Fact]:
        event = _EVENT.decode(raw) if name in _TERMS else None
        order = event and (event.newOrder or event.order)
        if event is not None and order and order.uid == wanted:
            edited = name == "OrderUpdated" and (event.reason or "").upper() in EDITS
            if edited or name == "OrderPlaced":
                found.append(_terms(order, by_user=edited))
        yield from ()

    bad, following = _read(body, offset, note)
    told = (TermsFact(venue_order_id=wanted, history=tuple(found)),) if found else ()
    return Page(facts=(*told, *bad), next_offset=following)


def read_executions(body: bytes, offset: int, names: Names) -> Page:
    """The fills of a page, in full."""

    def fill(name: str, raw: Raw) -> Iterator[Fact]:
        if name == "Execution":
            yield from _fills(_EXECUTION.decode(raw).execution, names)

    facts, following = _read(body, offset, fill)
    return Page(facts=tuple(facts), next_offset=following)


def _read(body: bytes, offset: int, read: Callable[[str, Raw], Iterable[Fact]]) -> tuple[list[Fact], int | None]:
    """The facts of a page, and from when on to ask for the next: from its last moment on, so that none is missed."""
    page = _BODY.decode(body)
    facts, last = list[Fact](), 0
    for part in page.elements:
        try:
            element = _ELEMENT.decode(part)
            last = max(last, element.timestamp or 0)
            for name in element.event:
                facts += read(name, element.event[name])
        except UNREADABLE as error:
            facts += aside(part, str(error))
    if not page.continuationToken or not page.elements:
        return facts, None
    if last <= offset:
        raise Unsound(f"a page of the history goes on, and nothing on it is later than {offset}")
    return facts, last


_TERMS = ("OrderPlaced", "OrderUpdated")
_ENDS = ("OrderPlaced", "OrderUpdated", "OrderCancelled", "OrderRejected")


def _end(name: str, event: OrderEvent, names: Names) -> OrderFact | None:
    order, reason = event.newOrder or event.order, (event.reason or "").upper()
    if order is None:
        return None
    left, filled = quantity(order.quantity, "quantity"), quantity(order.filled, "filled")
    if name in ("OrderCancelled", "OrderRejected"):
        says = ended(Says.CANCELED, reason)
    elif filled and left == 0:
        says = Says.FILLED
    else:
        return None
    refused = name == "OrderRejected" or (says is Says.CANCELED and is_refusal(reason))
    return OrderFact(
        says=says,
        venue_order_id=order.uid,
        client_order_id=order.clientId or None,
        instrument=names.find(order.tradeable),
        side=SIDES.get(order.direction),
        order_type=order_type_of(order.orderType, order.limitPrice),
        filled=filled,
        reason=None if says is Says.FILLED else event.orderError or event.reason,
        refused=refused,
        post_only=refused and (reason in POST_REFUSALS or event.orderError in POST_REFUSALS),
        whole=True,
        forced=FORCED_ORDERS.get((order.orderType or "").casefold()),
        occurred_at=from_ms(order.lastUpdateTimestamp),
    )


def _terms(order: OrderRow, *, by_user: bool) -> Terms:
    return Terms(
        by_user=by_user,
        quantity=total_of(order.quantity, order.filled),
        price=positive(order.limitPrice, "limitPrice"),
        since=from_ms(order.lastUpdateTimestamp),
    )


def _fills(row: ExecutionRow, names: Names) -> Iterator[FillFact]:
    """The fill of each side that is the account's own; two of a trade with itself."""
    qty, price = quantity(row.quantity, "quantity"), number(row.price, "price")
    sides = (
        (row.makerOrder, row.makerOrderData, Liquidity.MAKER),
        (row.takerOrder, row.takerOrderData, Liquidity.TAKER),
    )
    own = [(_ORDER.decode(raw), data, liquidity) for raw, data, liquidity in sides if not _is_empty(raw)]
    if not row.uid or not qty or not price or price < 0 or len(own) != 1:
        raise Unsound(f"not a fill: {len(own)} own orders, {qty} at {price}")
    ((order, data, liquidity),) = own
    instrument = names.find(order.tradeable)
    yield FillFact(
        fill_id=row.uid,
        venue_order_id=order.uid,
        client_order_id=order.clientId or None,
        instrument=instrument,
        side=SIDES.get(order.direction),
        order_type=order_type_of(order.orderType, order.limitPrice),
        quantity=qty,
        price=price,
        fees=fees_of(names.settle(instrument), None if data is None else data.fee),
        liquidity=liquidity,
        whole=True,
        forced=FORCED_ORDERS.get((order.orderType or "").casefold()),
        occurred_at=from_ms(row.timestamp),
    )


def _is_empty(raw: Raw) -> bool:
    return bytes(raw).strip() in (b"null", b"{}", b'""')
