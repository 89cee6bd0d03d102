"""Answers to questions over REST (section 4). An answer that is not one raises: it is not "nothing"."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from attrs import evolve, frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.account_facts import SwitchFact
from batactors.model.errors import DecodeError
from batactors.model.facts import Fact, FillFact, OrderFact, VenueTimeFact
from batactors.model.ids import VenueOrderId
from batactors.model.questions import (
    AskAmendments,
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskMargin,
    AskOpenOrders,
    AskOrder,
    AskOrders,
    AskPositions,
    AskTime,
    KeepSwitch,
    Page,
    Question,
)
from batactors.venues.kraken_futures.account_pages import read_accounts, read_positions
from batactors.venues.kraken_futures.checks import unsupported
from batactors.venues.kraken_futures.envelope import ENVELOPE, history_trouble, question_error, trouble_of
from batactors.venues.kraken_futures.history import read_ends, read_executions, read_terms
from batactors.venues.kraken_futures.instruments import INSTRUMENTS, read_instruments
from batactors.venues.kraken_futures.names import Names
from batactors.venues.kraken_futures.quarantine import each
from batactors.venues.kraken_futures.questions import LOOK_BACK, since_ms
from batactors.venues.kraken_futures.rest_rows import (
    FILL,
    FILLS,
    OPEN,
    OPENS,
    STATUS,
    STATUSES,
    read_fill,
    read_open,
    read_status,
)
from batactors.venues.kraken_futures.times import from_text
from batactors.venues.kraken_futures.words import VENUE
from batactors.venues.reading import UNREADABLE, Unsound

Body = TypeVar("Body")


@frozen(slots=False)
class OpenOrdersBody:
    """The answer to openorders."""

    openOrders: Raw


@frozen(slots=False)
class OrdersBody:
    """The answer to orders/status."""

    orders: Raw


@frozen(slots=False)
class FillsBody:
    """The answer to fills."""

    fills: Raw


@frozen(slots=False)
class SwitchStatus:
    """When the dead man's switch fires; "0" if it is off."""

    triggerTime: str | int


@frozen(slots=False)
class SwitchBody:
    """The answer to cancelallordersafter (section 3.3)."""

    status: SwitchStatus


_SWITCH = Decoder(SwitchBody)
_OPEN_ORDERS, _ORDERS, _FILLS = Decoder(OpenOrdersBody), Decoder(OrdersBody), Decoder(FillsBody)


def read_page(question: Question, offset: int, status: int, body: bytes, names: Names) -> Page:
    """Read one answer.

    Raises:
        BatactorsError: A leaf of it; the venue did not answer, or not so that it can be read.
    """
    of_history = _of_history(question, offset)
    trouble = history_trouble(status, body) if of_history else trouble_of(status, body)
    if trouble is not None:
        raise question_error(trouble)
    try:
        return _history(question, offset, body, names) if of_history else _page(question, offset, body, names)
    except UNREADABLE as problem:
        said = f"an answer of Kraken Futures cannot be read: {problem}"
        raise DecodeError(said, venue=VENUE, retriable=True) from problem


def _of_history(question: Question, offset: int) -> bool:
    if isinstance(question, AskFills | AskOrders):
        return bool(offset)
    if isinstance(question, AskAmendments):
        return True
    return isinstance(question, AskClosedOrders) and bool(offset or not question.client_order_id)


def _history(question: Question, offset: int, body: bytes, names: Names) -> Page:
    if isinstance(question, AskAmendments):
        return read_terms(body, offset, question.venue_order_id)
    if isinstance(question, AskOrders):
        page = read_ends(body, offset, names)
        return evolve(page, facts=tuple(fact for fact in page.facts if _is_one(fact, question.venue_order_ids)))
    return (read_executions if isinstance(question, AskFills) else read_ends)(body, offset, names)


def _page(question: Question, offset: int, body: bytes, names: Names) -> Page:
    match question:
        case AskInstruments():
            return Page(facts=tuple(read_instruments(INSTRUMENTS.decode(body).instruments)))
        case AskTime():
            return Page(facts=(_time(body),))
        case AskOpenOrders():
            rows = each(_OPEN_ORDERS.decode(body).openOrders, OPENS, OPEN, lambda row: [read_open(row, names)])
            return Page(facts=tuple(fact for fact in rows if _is_wanted(fact, question)))
        case AskOrders() | AskOrder() | AskClosedOrders():
            return _statuses(question, _status(body, names))
        case AskFills():
            return _fills(question.since, body, names)
        case AskBalances():
            return Page(facts=tuple(read_accounts(body, sums=False)))
        case AskMargin() if not offset:
            return Page(facts=tuple(read_accounts(body, sums=True)), next_offset=1)
        case AskMargin():
            return Page(facts=tuple(read_positions(body, names, None)))
        case KeepSwitch():
            time = _SWITCH.decode(body).status.triggerTime
            return Page(facts=(SwitchFact(is_armed=time not in ("0", 0)),))
        case AskPositions(instrument=wanted):
            return Page(facts=tuple(read_positions(body, names, wanted)))
        case _:
            raise unsupported(f"Kraken Futures has no answer to {question}")


def _is_wanted(fact: Fact, question: AskOpenOrders) -> bool:
    """Whether a row is of what was asked for; the venue lists all, and what cannot be read may be it."""
    if not isinstance(fact, OrderFact):
        return True
    if question.client_order_id is not None and fact.client_order_id != question.client_order_id:
        return False
    return question.instrument is None or fact.instrument in (None, question.instrument)


def _statuses(question: AskOrders | AskOrder | AskClosedOrders, facts: tuple[Fact, ...]) -> Page:
    """What orders/status knows. Not known there is not unknown: it may have closed more than five seconds ago."""
    if isinstance(question, AskOrder):
        return Page(facts=facts)
    told = [fact.venue_order_id for fact in facts if isinstance(fact, OrderFact)]
    wanted = question.venue_order_ids if isinstance(question, AskOrders) else ()
    is_all = all(one in told for one in wanted) and (bool(wanted) or bool(facts))
    is_open_ended = isinstance(question, AskOrders) and question.since is None
    return Page(facts=facts, next_offset=None if is_all or is_open_ended else since_ms(question.since))


def _is_one(fact: Fact, ids: Sequence[VenueOrderId]) -> bool:
    """Whether a row is of one of these; what cannot be read may be."""
    return not isinstance(fact, OrderFact) or fact.venue_order_id in ids


def _status(body: bytes, names: Names) -> tuple[Fact, ...]:
    return tuple(each(_ORDERS.decode(body).orders, STATUSES, STATUS, lambda row: [read_status(row, names)]))


def _fills(since: datetime, body: bytes, names: Names) -> Page:
    """The latest fills, without their fees; if there are any of the time asked for, the history has them all."""
    rows = each(_FILLS.decode(body).fills, FILLS, FILL, lambda row: [read_fill(row, names)])
    wanted = [fact for fact in rows if not isinstance(fact, FillFact) or _is_since(fact, since - LOOK_BACK)]
    return Page(facts=tuple(reversed(wanted)), next_offset=since_ms(since) if wanted else None)


def _is_since(fact: FillFact, since: datetime) -> bool:
    return fact.occurred_at is None or fact.occurred_at >= since


def _time(body: bytes) -> VenueTimeFact:
    time = from_text(ENVELOPE.decode(body).serverTime)
    if time is None:
        raise Unsound("an answer without the venue's time")
    return VenueTimeFact(now=time, resolution=0.001)
