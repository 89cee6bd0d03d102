"""Bodies of answers, errors among them, and what they say of a command (sections 2, 4 and 9)."""

import re
from datetime import datetime

from attrs import frozen
from msgspec.json import Decoder

from batactors.model.account_facts import BackOffFact, ClockFact
from batactors.model.commands import Operation
from batactors.model.errors import (
    ERRORS,
    AuthError,
    BatactorsError,
    ExchangeReject,
    PermissionDenied,
    RateLimited,
    TemporaryUnavailable,
    Unsupported,
)
from batactors.model.facts import Answer, AnswerFact
from batactors.model.ids import ClientOrderId, RequestId, VenueOrderId
from batactors.model.limits import Counts
from batactors.venues.binance.errors import Outcome, outcome_of
from batactors.venues.binance.times import from_ms
from batactors.venues.binance.words import VENUE
from batactors.venues.reading import UNREADABLE

_BANNED = re.compile(r"\bbanned until (\d{12,14})\b")
SHORTEST_BAN = 120  # seconds (section 9.1)
_COUNTERS = {-1003: Counts.WEIGHT, -1015: Counts.ORDERS}
_MOST = 300  # characters of a text that we repeat: a page of HTML says no more


@frozen(slots=False)
class ErrorBody:
    """What an error says; some gateways leave the code out, and some answers write it as text."""

    code: int | str | None = None
    msg: str | None = None

    @property
    def number(self) -> int | None:
        """The code, if it is one."""
        if isinstance(self.code, str):
            digits = self.code.removeprefix("-")
            return int(self.code) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
        return self.code


ERROR = Decoder(ErrorBody)
NO_ERROR = ErrorBody()


def error_in(status: int, body: bytes) -> ErrorBody | None:
    """The error of an answer; ``None`` if it is a success, so far as status and code can tell."""
    try:
        error = ERROR.decode(body)
    except UNREADABLE:
        return None if status == 200 else NO_ERROR  # a list, or HTML
    if status == 200 and (error.number is None or error.number in (0, 200)):
        return None
    return error


def refusal(
    request_id: RequestId | None,
    status: int,
    error: ErrorBody,
    operation: Operation | None,
    *,
    leg: int | None = None,
    legs: int | None = None,
) -> AnswerFact:
    """The answer that an error is to a command, or to a leg of a batch."""
    meaning = outcome_of(status, error.number, error.msg, operation).value
    accepted = meaning.answer is Answer.ACCEPTED
    return AnswerFact(
        request_id=request_id,
        answer=meaning.answer,
        leg=leg,
        legs=legs,
        message=words_of(status, error),
        native_code=_native(status, error),
        error=None if accepted else meaning.kind,
        retriable=meaning.retriable,
        post_only=meaning.post_only,
        clock=meaning.clock,
    )


def unclear(
    request_id: RequestId | None, message: str, *, leg: int | None = None, legs: int | None = None
) -> AnswerFact:
    """An answer that says nothing certain."""
    kind = Outcome.UNKNOWN.value.kind
    return AnswerFact(
        request_id=request_id, answer=Answer.UNCLEAR, leg=leg, legs=legs, message=message[:_MOST], error=kind
    )


def accepted(
    request_id: RequestId | None,
    venue_order_id: VenueOrderId | None = None,
    client_order_id: ClientOrderId | None = None,
    *,
    leg: int | None = None,
    legs: int | None = None,
) -> AnswerFact:
    """A success."""
    return AnswerFact(
        request_id=request_id,
        answer=Answer.ACCEPTED,
        leg=leg,
        legs=legs,
        venue_order_id=venue_order_id,
        client_order_id=client_order_id,
    )


def question_error(status: int, error: ErrorBody) -> BatactorsError:
    """What a question raises when the venue did not answer it."""
    outcome = outcome_of(status, error.number, error.msg)
    kind: type[BatactorsError] = ERRORS[outcome.value.kind]
    if outcome is Outcome.UNKNOWN:
        kind = TemporaryUnavailable
    elif not issubclass(kind, AuthError | PermissionDenied | RateLimited | TemporaryUnavailable | Unsupported):
        kind = ExchangeReject
    retriable = outcome.value.retriable or kind is TemporaryUnavailable
    said = f"Binance answered {words_of(status, error)}"
    return kind(said, venue=VENUE, native_code=_native(status, error), retriable=retriable)


def banned_until(error: ErrorBody) -> datetime | None:
    """When a ban ends, if the text says so (section 9.1)."""
    found = _BANNED.search(error.msg or "")
    return None if found is None else from_ms(int(found[1]))


def back_off(status: int, error: ErrorBody, retry_after: str | None = None) -> list[BackOffFact]:
    """How long the venue wants to be left alone, if it says so; ``retry_after`` is the header, in seconds."""
    if outcome_of(status, error.number, error.msg) is not Outcome.RATE_LIMITED:
        return []
    told = retry_after or ""
    seconds = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None
    until, banned = banned_until(error), status == 418
    if banned and seconds is None and until is None:
        seconds = SHORTEST_BAN
    counts = _COUNTERS.get(error.number or 0)
    return [
        BackOffFact(reason=words_of(status, error), seconds=seconds, until=until, counts=counts, banned=banned)
    ]  # fmt: skip


def clock_doubt(status: int, error: ErrorBody) -> list[ClockFact]:
    """That a request came outside of its window, if it did."""
    if outcome_of(status, error.number, error.msg) is not Outcome.CLOCK:
        return []
    return [ClockFact(reason=words_of(status, error))]


def words_of(status: int, error: ErrorBody) -> str:
    """The venue's own words, short enough to be shown."""
    code = "" if error.code is None else f"{error.code} "
    return f"{code}{error.msg or f'HTTP status {status}'}"[:_MOST]


def _native(status: int, error: ErrorBody) -> str:
    return f"HTTP {status}" if error.code is None else str(error.code)[:_MOST]
