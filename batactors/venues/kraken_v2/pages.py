"""Answers to questions over REST, page by page (section 4). An answer that is not one raises: it is not "nothing"."""

from decimal import Decimal
from typing import TypeVar

from attrs import frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.account_facts import SwitchFact
from batactors.model.errors import DecodeError, ExchangeReject
from batactors.model.facts import BalanceFact, Fact, Terms, TermsFact, VenueTimeFact
from batactors.model.questions import (
    NAMES,
    AskAmendments,
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskOpenOrders,
    AskOrders,
    AskTime,
    AskToken,
    AskWhetherValid,
    KeepSwitch,
    Page,
    Question,
)
from batactors.venues.kraken_v2.assets import asset_of
from batactors.venues.kraken_v2.dialect import Dialect, Naming
from batactors.venues.kraken_v2.envelope import ENVELOPE
from batactors.venues.kraken_v2.errors import question_error, status_error
from batactors.venues.kraken_v2.instruments import read_pair
from batactors.venues.kraken_v2.quarantine import UNREADABLE, aside, number, text_of
from batactors.venues.kraken_v2.questions import IDS_AT_ONCE
from batactors.venues.kraken_v2.rest_rows import read_order, read_trade
from batactors.venues.kraken_v2.rows import SWITCH
from batactors.venues.kraken_v2.times import from_nanoseconds, from_seconds

# What it says of an order that it does not know. Of several in one question, it does not say of which.
NO_SUCH_ORDER = ("EOrder:Invalid order", "EOrder:Unknown order")
FULL_PAGE = 50  # rows, of ClosedOrders and TradesHistory

Result = TypeVar("Result")
Rows = dict[str, Raw]


@frozen
class TokenResult:
    """Of GetWebSocketsToken."""

    token: str


@frozen
class OpenResult:
    """Of OpenOrders."""

    open: Rows


@frozen
class ClosedResult:
    """Of ClosedOrders; ``count`` is that of all pages."""

    closed: Rows
    count: int | None = None


@frozen
class TradesResult:
    """Of TradesHistory; ``count`` is that of all pages."""

    trades: Rows
    count: int | None = None


@frozen
class AmendRow:
    """A set of terms; the first row is the original one."""

    amend_type: str
    order_qty: Decimal | None = None
    limit_price: Decimal | None = None
    trigger_price: Decimal | None = None
    timestamp: int | None = None


@frozen
class AmendsResult:
    """Of OrderAmends, oldest first; times are nanoseconds."""

    amends: tuple[AmendRow, ...]


@frozen
class TimeResult:
    """Of Time, in whole seconds since 1970."""

    unixtime: Decimal


@frozen
class PlacedResult:
    """Of AddOrder. An order that was only checked has no id (section 3)."""

    txid: list[str] | str | None = None


_TOKEN, _TIME, _OPEN, _CLOSED, _TRADES, _AMENDS = (
    Decoder(TokenResult),
    Decoder(TimeResult),
    Decoder(OpenResult),
    Decoder(ClosedResult),
    Decoder(TradesResult),
    Decoder(AmendsResult),
)
_PLACED = Decoder(PlacedResult)
_ROWS, _AMOUNT = Decoder(Rows), Decoder(Decimal)


def read_page(question: Question, offset: int, status: int, body: bytes, dialect: Dialect) -> Page:
    """Read one answer.

    Raises:
        BatactorsError: A leaf of it; the venue did not answer, or not so that it can be read.
    """
    if status != 200:
        raise status_error(status, dialect.venue)
    try:
        result = _result(body, dialect)
    except ExchangeReject:
        only_that = all(one.startswith(NO_SUCH_ORDER) for one in _read(ENVELOPE, body, dialect).errors)
        if only_that and _is_of_one_order(question):
            return Page()
        raise
    if isinstance(question, AskWhetherValid):
        return _checked(result, dialect)
    return _page(question, offset, result, dialect)


def _checked(result: Raw, dialect: Dialect) -> Page:
    placed = _read(_PLACED, result, dialect).txid
    if placed:
        raise DecodeError(f"an order was to be checked, and {dialect.name} says that it placed {placed}")
    return Page()


def _page(question: Question, offset: int, result: Raw, dialect: Dialect) -> Page:
    names = dialect.names
    match question:
        case AskToken():
            return Page(token=_read(_TOKEN, result, dialect).token)
        case AskInstruments():
            pairs = _read(_ROWS, result, dialect)
            return Page(facts=tuple(fact for key, raw in pairs.items() for fact in read_pair(key, raw)))
        case AskOpenOrders():
            return Page(facts=_orders(_read(_OPEN, result, dialect).open, names))
        case AskClosedOrders():
            closed = _read(_CLOSED, result, dialect)
            behind = _next(offset, closed.closed, closed.count)
            return Page(facts=_orders(closed.closed, names), next_offset=behind, total=closed.count)
        case AskOrders(venue_order_ids=ids):
            then = offset + IDS_AT_ONCE
            return Page(
                facts=_orders(_read(_ROWS, result, dialect), names), next_offset=then if then < len(ids) else None
            )
        case AskFills():
            told = _read(_TRADES, result, dialect)
            fills = tuple(read_trade(key, raw, names) for key, raw in told.trades.items())
            return Page(facts=fills, next_offset=_next(offset, told.trades, told.count), total=told.count)
        case AskAmendments(venue_order_id=wanted):
            rows = _read(_AMENDS, result, dialect).amends
            return Page(facts=(TermsFact(venue_order_id=wanted, history=tuple(_terms(row) for row in rows)),))
        case AskBalances():
            return Page(facts=tuple(_balance(asset, raw) for asset, raw in _read(_ROWS, result, dialect).items()))
        case KeepSwitch():
            return Page(facts=(SwitchFact(is_armed=_read(SWITCH, result, dialect).triggerTime not in ("0", 0)),))
        case AskTime():
            return Page(facts=(_time(_read(_TIME, result, dialect), dialect),))
        case _:
            raise dialect.unsupported(f"{dialect.name} tells nothing of {NAMES[type(question)]}")


def _is_of_one_order(question: Question) -> bool:
    """Whether a refusal for an order that the venue does not know can only be about the order that is asked for."""
    match question:
        case AskOrders(venue_order_ids=ids):
            return len(ids) == 1
        case AskOpenOrders(client_order_id=wanted) | AskClosedOrders(client_order_id=wanted):
            return wanted is not None
        case _:
            return isinstance(question, AskAmendments)


def _result(body: bytes, dialect: Dialect) -> Raw:
    envelope = _read(ENVELOPE, body, dialect)
    if envelope.errors:
        raise question_error(envelope.errors, dialect.venue)
    return envelope.result


def _read(decoder: Decoder[Result], raw: Raw | bytes, dialect: Dialect) -> Result:
    try:
        return decoder.decode(raw)
    except UNREADABLE as error:
        raise DecodeError(
            f"an answer of Kraken cannot be read: {error}", venue=dialect.venue, retriable=True
        ) from error


def _orders(rows: Rows, names: Naming) -> tuple[Fact, ...]:
    return tuple(read_order(key, raw, names) for key, raw in rows.items())


def _next(offset: int, rows: Rows, count: int | None) -> int | None:
    # Rows that appear meanwhile push the others to later pages: some are told twice, and none is passed over.
    behind = offset + len(rows)
    more = len(rows) >= FULL_PAGE if count is None else behind < count
    return behind if rows and more else None


def _terms(row: AmendRow) -> Terms:
    return Terms(
        by_user=row.amend_type == "user",
        quantity=row.order_qty,
        price=row.limit_price,
        trigger_price=row.trigger_price,
        since=from_nanoseconds(row.timestamp),
    )


def _time(told: TimeResult, dialect: Dialect) -> Fact:
    now = from_seconds(told.unixtime)
    if now is None:
        raise DecodeError(f"an answer of Kraken cannot be read: {told.unixtime} is no time", venue=dialect.venue)
    return VenueTimeFact(now=now, resolution=1.0)


def _balance(asset: str, raw: Raw) -> Fact:
    try:
        total = _AMOUNT.decode(raw)
        number(total, "balance")
    except UNREADABLE as error:
        return aside(text_of(raw), f"balance of {asset}: {error}")
    return BalanceFact(asset=asset_of(asset), total=total)
