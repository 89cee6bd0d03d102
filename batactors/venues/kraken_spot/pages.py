"""Answers to questions over REST, page by page (section 4). An answer that is not one raises: it is not "nothing"."""

from decimal import Decimal
from typing import TypeVar

from attrs import frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.errors import DecodeError
from batactors.model.facts import BalanceFact, Fact, Terms, TermsFact
from batactors.model.questions import (
    NAMES,
    AskAmendments,
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskOpenOrders,
    AskOrders,
    AskToken,
    Page,
    Question,
)
from batactors.venues.kraken_spot.checks import unsupported
from batactors.venues.kraken_spot.envelope import ENVELOPE
from batactors.venues.kraken_spot.errors import VENUE, question_error, status_error
from batactors.venues.kraken_spot.instruments import read_pair
from batactors.venues.kraken_spot.names import Names, asset_of
from batactors.venues.kraken_spot.quarantine import UNREADABLE, aside, number, text_of
from batactors.venues.kraken_spot.questions import IDS_AT_ONCE
from batactors.venues.kraken_spot.rest_rows import read_order, read_trade
from batactors.venues.kraken_spot.times import from_nanoseconds

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


_TOKEN, _OPEN, _CLOSED, _TRADES, _AMENDS = (
    Decoder(TokenResult),
    Decoder(OpenResult),
    Decoder(ClosedResult),
    Decoder(TradesResult),
    Decoder(AmendsResult),
)
_ROWS, _AMOUNT = Decoder(Rows), Decoder(Decimal)


def read_page(question: Question, offset: int, status: int, body: bytes, names: Names) -> Page:
    """Read one answer.

    Raises:
        BatactorsError: A leaf of it; the venue did not answer, or not so that it can be read.
    """
    if status != 200:
        raise status_error(status)
    result = _result(body)
    match question:
        case AskToken():
            return Page(token=_read(_TOKEN, result).token)
        case AskInstruments():
            pairs = _read(_ROWS, result)
            return Page(facts=tuple(fact for key, raw in pairs.items() for fact in read_pair(key, raw)))
        case AskOpenOrders():
            return Page(facts=_orders(_read(_OPEN, result).open, names))
        case AskClosedOrders():
            closed = _read(_CLOSED, result)
            return Page(facts=_orders(closed.closed, names), next_offset=_next(offset, closed.closed, closed.count))
        case AskOrders(venue_order_ids=ids):
            behind = offset + IDS_AT_ONCE
            return Page(facts=_orders(_read(_ROWS, result), names), next_offset=behind if behind < len(ids) else None)
        case AskFills():
            told = _read(_TRADES, result)
            fills = tuple(read_trade(key, raw, names) for key, raw in told.trades.items())
            return Page(facts=fills, next_offset=_next(offset, told.trades, told.count))
        case AskAmendments(venue_order_id=wanted):
            rows = _read(_AMENDS, result).amends
            return Page(facts=(TermsFact(venue_order_id=wanted, history=tuple(_terms(row) for row in rows)),))
        case AskBalances():
            return Page(facts=tuple(_balance(asset, raw) for asset, raw in _read(_ROWS, result).items()))
        case _:
            raise unsupported(f"Kraken Spot tells nothing of {NAMES[type(question)]}")


def _result(body: bytes) -> Raw:
    envelope = _read(ENVELOPE, body)
    if envelope.errors:
        raise question_error(envelope.errors)
    return envelope.result


def _read(decoder: Decoder[Result], raw: Raw | bytes) -> Result:
    try:
        return decoder.decode(raw)
    except UNREADABLE as error:
        raise DecodeError(f"an answer of Kraken cannot be read: {error}", venue=VENUE, retriable=True) from error


def _orders(rows: Rows, names: Names) -> tuple[Fact, ...]:
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


def _balance(asset: str, raw: Raw) -> Fact:
    try:
        total = _AMOUNT.decode(raw)
        number(total, "balance")
    except UNREADABLE as error:
        return aside(text_of(raw), f"balance of {asset}: {error}")
    return BalanceFact(asset=asset_of(asset), total=total)
