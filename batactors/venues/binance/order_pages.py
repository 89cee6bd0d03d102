"""Answers to questions about orders and fills (section 4), page by page."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from attrs import frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.facts import Fact, QuarantineFact, Terms, TermsFact
from batactors.model.questions import (
    AskAmendments,
    AskClosedOrders,
    AskFills,
    AskOpenOrders,
    AskOrder,
    AskOrders,
    Page,
    Question,
)
from batactors.venues.binance.ids import is_conditional
from batactors.venues.binance.names import Names
from batactors.venues.binance.order_rows import positive, read_algo, read_order, read_trade
from batactors.venues.binance.quarantine import each
from batactors.venues.binance.questions import FULL_PAGE
from batactors.venues.binance.rows import ALGO, ALGOS, ORDER, ORDERS, TRADE, TRADES
from batactors.venues.binance.times import from_ms
from batactors.venues.reading import UNREADABLE, Unsound, parts_of, quantity


@frozen(slots=False)
class ChangeRow:
    """A term before and after."""

    before: Decimal | None = None
    after: Decimal | None = None


@frozen(slots=False)
class ChangesRow:
    """The terms that an amendment changed, or did not."""

    price: ChangeRow
    origQty: ChangeRow
    count: int = 0


@frozen(slots=False)
class AmendmentRow:
    """An amendment; the shape is that of the public documentation."""

    amendment: ChangesRow
    time: int | None = None


@frozen(slots=False)
class NumberRow:
    """Of a row, the number by which the venue counts it."""

    id: int | None = None
    orderId: int | None = None
    algoId: int | None = None


_AMENDMENTS, _NUMBER = Decoder(list[AmendmentRow]), Decoder(NumberRow)
_LIST, _OBJECT = Decoder(list[Raw]), Decoder(dict[str, Raw])


def read_orders(
    question: AskOpenOrders | AskClosedOrders | AskOrder | AskOrders | AskFills | AskAmendments,
    offset: int,
    body: bytes,
    names: Names,
) -> Page:
    """Read one answer about orders or fills.

    Raises:
        ValueError, msgspec.MsgspecError: It is not of the right shape.
    """
    match question:
        case AskFills():
            rows = a_list(body)
            fills = tuple(each(rows, TRADES, TRADE, lambda row: [read_trade(row, names)]))
            by_time = not offset and question.after is None and not question.from_first
            return Page(facts=fills + _perhaps_cut(rows, by_time=by_time), next_offset=_next(rows, "id"))
        case AskAmendments(venue_order_id=wanted):
            history = tuple(_history(_AMENDMENTS.decode(body)))
            return Page(facts=(TermsFact(venue_order_id=wanted, history=history),) if history else ())
        case AskClosedOrders(client_order_id=None):
            rows = a_list(body)
            return Page(
                facts=_orders(rows, names, conditional=question.conditional)
                + _perhaps_cut(rows, by_time=not offset and not question.from_first),
                next_offset=_next(rows, "algoId" if question.conditional else "orderId"),
            )
        case AskOpenOrders() if body.lstrip()[:1] == b"[" or question.client_order_id is None:
            return Page(facts=_orders(a_list(body), names, conditional=question.conditional))
        case AskOrders(venue_order_ids=ids):
            conditional = is_conditional(ids[offset])
            facts = _orders(_an_object(body), names, conditional=conditional)
            return Page(facts=facts, next_offset=next_id(question, offset))
        case AskOpenOrders() | AskClosedOrders() | AskOrder():
            return Page(facts=_orders(_an_object(body), names, conditional=question.conditional))


def _orders(rows: Raw, names: Names, *, conditional: bool) -> tuple[Fact, ...]:
    if conditional:
        return tuple(each(rows, ALGOS, ALGO, lambda row: [read_algo(row, names)]))
    return tuple(each(rows, ORDERS, ORDER, lambda row: [read_order(row, names)]))


def _history(rows: Sequence[AmendmentRow]) -> Iterator[Terms]:
    """The terms before the first amendment that is told, and after each; the venue tells the latest first."""
    ordered = sorted(rows, key=lambda row: (row.time or 0, row.amendment.count))
    for row in ordered[:1]:
        changes = row.amendment
        yield Terms(
            by_user=False,
            quantity=quantity(changes.origQty.before, "origQty"),
            price=positive(changes.price.before, "price"),
        )
    for row in ordered:
        changes = row.amendment
        yield Terms(
            by_user=True,
            quantity=quantity(changes.origQty.after, "origQty"),
            price=positive(changes.price.after, "price"),
            since=from_ms(row.time),
        )


def _perhaps_cut(rows: Raw, *, by_time: bool) -> tuple[Fact, ...]:
    """That a full page which began at a time is no whole answer: without a number, the most recent rows are told."""
    if not by_time or len(parts_of(rows)) < FULL_PAGE:
        return ()
    reason = "a full page by time, before which there may be more that was not told"
    return (QuarantineFact(raw="", reason=reason, cut=True),)


def _next(rows: Raw, name: str) -> int | None:
    """Where the next page begins, if this one is full: behind its highest number, whatever can be read of its rows."""
    parts = parts_of(rows)
    if len(parts) < FULL_PAGE:
        return None
    highest = 0
    for part in parts:
        try:
            highest = max(highest, getattr(_NUMBER.decode(part), name) or 0)
        except UNREADABLE:
            continue
    if not highest:
        raise Unsound("a full page without numbers to go on from")
    return highest + 1


def next_id(question: Question, offset: int) -> int | None:
    """The place of the next of several orders that are asked for one by one."""
    if not isinstance(question, AskOrders):
        return None
    return offset + 1 if offset + 1 < len(question.venue_order_ids) else None


def of_one_order(question: Question) -> bool:
    """Whether it asks for one order, which the venue answers with an error if it does not know it."""
    match question:
        case AskOrder() | AskOrders() | AskAmendments():
            return True
        case AskOpenOrders() | AskClosedOrders():
            return question.client_order_id is not None
        case _:
            return False


def a_list(body: bytes) -> Raw:
    """A body that must be a list: anything else does not say that there is nothing."""
    _LIST.decode(body)
    return Raw(body)


def _an_object(body: bytes) -> Raw:
    _OBJECT.decode(body)
    return Raw(body)
