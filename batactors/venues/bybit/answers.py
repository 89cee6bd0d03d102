"""Answers to commands, errors among them, and what any answer says of our pace and our clock (sections 2, 5 and 10)."""

from collections.abc import Mapping

from attrs import frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.account_facts import BackOffFact, ClockFact, UsageFact
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
from batactors.model.facts import Answer, AnswerFact, Fact
from batactors.model.ids import ClientOrderId, RequestId, VenueOrderId
from batactors.venues.bybit.errors import Outcome, outcome_of
from batactors.venues.bybit.limits import COUNTS
from batactors.venues.bybit.rows import ENVELOPE, NOTHING, Envelope
from batactors.venues.bybit.words import VENUE
from batactors.venues.reading import UNREADABLE

_MOST = 300  # characters of a text that we repeat: a page of HTML says no more
LOCKED_OUT = 600
"""Seconds that an address has to be silent which has asked too much."""
_UNREADABLE = Envelope()


@frozen(slots=False)
class ResultRow:
    """What a success says of its order, by itself or in a list."""

    orderId: VenueOrderId | None = None
    orderLinkId: ClientOrderId | None = None


@frozen(slots=False)
class ResultList:
    """What a success of a batch says of its orders."""

    list: "list[ResultRow]"


@frozen(slots=False)
class CodeRow:
    """What became of one leg of a batch."""

    code: int
    msg: str | None = None


@frozen(slots=False)
class CodeList:
    """What became of each leg of a batch."""

    list: "list[CodeRow]"


_RESULT, _RESULTS, _CODES = Decoder(ResultRow), Decoder(ResultList), Decoder(CodeList)


def envelope_of(body: bytes) -> Envelope:
    """The body of an answer; without a code if it is no answer of the venue's own."""
    try:
        return ENVELOPE.decode(body)
    except UNREADABLE:
        return _UNREADABLE  # HTML of a gateway, or nothing


def is_success(status: int, code: int | None) -> bool:
    """Whether an answer is no error, so far as status and code can tell."""
    return status == 200 and code == 0


def refusal(
    request_id: RequestId | None,
    status: int,
    code: int | None,
    text: str | None,
    operation: Operation | None,
    *,
    leg: int | None = None,
    legs: int | None = None,
    row: ResultRow | None = None,
) -> AnswerFact:
    """The answer that an error is to a command, or to a leg of a batch."""
    meaning = outcome_of(status, code, operation).value
    return AnswerFact(
        request_id=request_id,
        answer=meaning.answer,
        leg=leg,
        legs=legs,
        venue_order_id=(row.orderId or None) if row is not None else None,
        client_order_id=(row.orderLinkId or None) if row is not None else None,
        message=words_of(status, code, text),
        native_code=f"HTTP {status}" if code is None else str(code),
        error=None if meaning.answer is Answer.ACCEPTED else meaning.kind,
        retriable=meaning.retriable,
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


def came(
    request_id: RequestId | None, row: ResultRow, *, leg: int | None = None, legs: int | None = None
) -> AnswerFact:
    """A success, which says that a command came; its order says what becomes of it."""
    if not row.orderId:
        return unclear(request_id, "success, without the order's id", leg=leg, legs=legs)
    return AnswerFact(
        request_id=request_id, answer=Answer.PENDING, leg=leg, legs=legs, venue_order_id=row.orderId,
        client_order_id=row.orderLinkId or None,
    )  # fmt: skip


def read_one(
    request_id: RequestId | None, status: int, read: Envelope, result: Raw, operation: Operation | None
) -> Fact:
    """The answer to one command about an order. Never raises."""
    if not is_success(status, read.retCode):
        return refusal(request_id, status, read.retCode, read.retMsg, operation)
    try:
        return came(request_id, _RESULT.decode(result))
    except UNREADABLE as problem:
        return unclear(request_id, f"success, with a result that cannot be read: {problem}")


def read_batch(
    request_id: RequestId | None, status: int, read: Envelope, result: Raw, operation: Operation | None
) -> list[Fact]:
    """One answer for each leg of a batch, by its place, or one for all of them. Never raises.

    The whole is a success even if each leg has failed; what became of the legs stands beside their ids.
    """
    if not is_success(status, read.retCode):
        return [refusal(request_id, status, read.retCode, read.retMsg, operation)]
    try:
        codes = _CODES.decode(read.retExtInfo).list
    except UNREADABLE as problem:
        return [unclear(request_id, f"success, without what became of each order: {problem}")]
    try:
        rows = [] if result is NOTHING else _RESULTS.decode(result).list
    except UNREADABLE:
        rows = []
    legs, facts = len(codes), list[Fact]()
    for leg, code in enumerate(codes):
        row = rows[leg] if len(rows) == legs else ResultRow()
        if code.code == 0:
            facts.append(came(request_id, row, leg=leg, legs=legs))
        else:
            facts.append(refusal(request_id, 200, code.code, code.msg, operation, leg=leg, legs=legs, row=row))
    return facts or [unclear(request_id, "success, without a row")]


def question_error(status: int, code: int | None, text: str | None) -> BatactorsError:
    """What a question raises when the venue did not answer it."""
    outcome = outcome_of(status, code)
    kind: type[BatactorsError] = ERRORS[outcome.value.kind]
    if outcome in (Outcome.UNKNOWN, Outcome.TAKEN, Outcome.CLOCK):
        kind = TemporaryUnavailable
    elif not issubclass(kind, AuthError | PermissionDenied | RateLimited | TemporaryUnavailable | Unsupported):
        kind = ExchangeReject
    native = None if code is None else str(code)
    retriable = outcome.value.retriable or kind is TemporaryUnavailable
    return kind(words_of(status, code, text), venue=VENUE, native_code=native, retriable=retriable)


def heed(status: int, body: bytes) -> list[UsageFact | BackOffFact | ClockFact]:
    """For how long the venue wants to be left alone, and whether our clock is wrong, by an answer over HTTP.

    Its headers count for one endpoint, and do not say for which.
    """
    read = envelope_of(body)
    return [] if is_success(status, read.retCode) else [*warnings_of(status, read.retCode, read.retMsg)]


def warnings_of(status: int, code: int | None, text: str | None) -> list[BackOffFact | ClockFact]:
    """What an error says of our pace and our clock."""
    outcome, reason = outcome_of(status, code), words_of(status, code, text)
    if outcome is Outcome.CLOCK:
        return [ClockFact(reason=reason)]
    if code == 10018 or (code is None and status == 403):
        return [BackOffFact(reason=reason, seconds=LOCKED_OUT, banned=True)]
    if outcome is Outcome.RATE_LIMITED or code in (429, 10429) or status == 429:
        return [BackOffFact(reason=reason, seconds=1)]  # what counts is the last second
    return []


def usage_of(header: Mapping[str, object], operation: Operation | None) -> list[UsageFact]:
    """How much of its limit an account has used, as the trade socket tells it with each answer."""
    told = {name.lower(): str(value) for name, value in header.items()}
    texts = [told.get(name, "") for name in ("x-bapi-limit", "x-bapi-limit-status")]
    if operation not in COUNTS or not all(text.isascii() and text.isdigit() and len(text) < 6 for text in texts):
        return []
    limit, left = (int(text) for text in texts)
    if not 0 <= left <= limit or not limit:
        return []
    assert operation is not None
    return [UsageFact(counts=COUNTS[operation], interval=1, used=limit - left, limit=limit)]


def words_of(status: int, code: int | None, text: str | None) -> str:
    """The venue's own words, short enough to be shown."""
    number = "" if code is None else f"{code} "
    return f"{number}{text or f'HTTP status {status}'}"[:_MOST]
