"""Answers to questions (section 4), page by page to the end. An answer that is not one raises: it is not "nothing".

An empty list is an answer: there is no such thing, or not yet.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from attrs import evolve
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.errors import DecodeError
from batactors.model.facts import Fact
from batactors.model.questions import (
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskMargin,
    AskOpenOrders,
    AskOrder,
    AskOrders,
    AskPositions,
    AskSettings,
    AskTime,
    AskWhetherValid,
    Page,
    Question,
)
from batactors.venues.bybit.account_rows import (
    read_account,
    read_leverage,
    read_position,
    read_position_mode,
    read_time,
    read_wallets,
)
from batactors.venues.bybit.answers import envelope_of, is_success, question_error
from batactors.venues.bybit.instruments import SYMBOL, SYMBOLS, read_instrument
from batactors.venues.bybit.names import Names
from batactors.venues.bybit.order_rows import place_in_time, read_history, read_order
from batactors.venues.bybit.places import WEEK_MS, Place
from batactors.venues.bybit.quarantine import each
from batactors.venues.bybit.questions import week_of
from batactors.venues.bybit.rows import (
    ACCOUNT,
    EXECUTION,
    EXECUTIONS,
    LIST,
    ORDER,
    ORDERS,
    POSITION,
    POSITIONS,
    TIME,
    Envelope,
    ListBody,
)
from batactors.venues.bybit.words import SETTLE_COINS, VENUE
from batactors.venues.reading import UNREADABLE, Unsound, parts_of

Row = TypeVar("Row")


def read_page(question: Question, offset: int, status: int, body: bytes, names: Names) -> Page:
    """Read one answer.

    Raises:
        BatactorsError: A leaf of it; the venue did not answer, or not so that it can be read.
    """
    read = envelope_of(body)
    if not is_success(status, read.retCode):
        raise question_error(status, read.retCode, read.retMsg)
    try:
        facts, after = _page(question, Place.of(offset), read, names)
    except UNREADABLE as problem:
        raise DecodeError(f"an answer of Bybit cannot be read: {problem}", venue=VENUE, retriable=True) from problem
    return Page(facts=tuple(facts), next_offset=None if after is None else after.number)


def _page(question: Question, place: Place, read: Envelope, names: Names) -> tuple[list[Fact], Place | None]:
    match question:
        case AskTime():
            return [read_time(TIME.decode(read.result))], None
        case AskWhetherValid():
            return [], None
        case AskSettings(instrument=None) if place.step == 0:
            return [read_account(ACCOUNT.decode(read.result))], Place(step=1)
        case AskInstruments():
            return _rows(read, place, SYMBOLS, SYMBOL, read_instrument)
        case AskSettings(instrument=None):
            return _rows(read, place, POSITIONS, POSITION, read_position_mode)
        case AskSettings(instrument=wanted):
            assert wanted is not None
            return _rows(read, place, POSITIONS, POSITION, lambda row: read_leverage(row, wanted, names))
        case AskBalances() | AskMargin() if place.step == 0:
            sums = isinstance(question, AskMargin)
            return read_wallets(_list(read).list, read.time, sums=sums), Place(step=1) if sums else None
        case AskMargin() | AskPositions():
            facts, after = _rows(read, place, POSITIONS, POSITION, lambda row: read_position(row, names))
            of_one = isinstance(question, AskPositions) and question.instrument is not None
            coins = range(len(SETTLE_COINS) + isinstance(question, AskMargin))
            return facts, after if of_one else after or _next_of(coins, place)
        case AskFills():
            return _fills(question, place, read, names)
        case AskOpenOrders() | AskClosedOrders() | AskOrder() | AskOrders():
            return _orders(question, place, read, names)
        case _:
            raise Unsound(f"Bybit does not answer {type(question).__name__}")


def _orders(
    question: AskOpenOrders | AskClosedOrders | AskOrder | AskOrders, place: Place, read: Envelope, names: Names
) -> tuple[list[Fact], Place | None]:
    facts, after = _rows(read, place, ORDERS, ORDER, lambda row: read_order(row, names))
    match question:
        case AskOpenOrders(client_order_id=None, instrument=None):
            after = after or _next_of(range(len(SETTLE_COINS)), place)
        case AskClosedOrders(client_order_id=None, since=since):
            after = after or _next_week(place, week_of(place, since), read.time)
        case AskOrder():
            # Not among what is open or has lately closed: perhaps among what closed before.
            after = Place(step=1) if place.step == 0 and not facts else None
        case AskOrders(venue_order_ids=ids):
            step = place.step + 1 if place.step % 2 == 0 and not facts else place.step // 2 * 2 + 2
            after = Place(step=step) if step < 2 * len(ids) else None
        case _:
            pass
    return facts, after


def _fills(question: AskFills, place: Place, read: Envelope, names: Names) -> tuple[list[Fact], Place | None]:
    body = _list(read)
    try:
        rows = sorted(EXECUTIONS.decode(body.list), key=place_in_time)
        facts = [fact for row in rows for fact in read_history(row, names)]
    except UNREADABLE:
        facts = each(body.list, EXECUTIONS, EXECUTION, lambda row: read_history(row, names))
    after = place.after(body.nextPageCursor, len(parts_of(body.list)))
    return facts, after or _next_week(place, week_of(place, question.since), read.time)


def _rows(
    read: Envelope,
    place: Place,
    every: Decoder[list[Row]],
    one: Decoder[Row],
    reading: Callable[[Row], Iterable[Fact]],
) -> tuple[list[Fact], Place | None]:
    body = _list(read)
    rows = parts_of(body.list)
    return each(body.list, every, one, reading), place.after(body.nextPageCursor, len(rows))


def _list(read: Envelope) -> ListBody:
    """A result that must hold a list: anything else does not say that there is nothing."""
    body = LIST.decode(read.result)
    _LIST.decode(body.list)
    return body


def _next_of(steps: range, place: Place) -> Place | None:
    """The first page of the next coin."""
    return Place(step=place.step + 1) if place.step + 1 in steps else None


def _next_week(place: Place, start: int | None, told_at: int | None) -> Place | None:
    """The first page of the week after, if that has begun by the venue's own clock."""
    if start is None:
        return None
    if told_at is None:
        raise Unsound("an answer without its time, which says whether there is more")
    return evolve(place, since=start + WEEK_MS, cursor="") if start + WEEK_MS <= told_at else None


_LIST = Decoder(list[Raw])
