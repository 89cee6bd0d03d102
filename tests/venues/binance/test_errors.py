"""The tables of the venue's errors (sections 9.1 and 9.2), row by row."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.model.account_facts import BackOffFact
from batactors.model.commands import Operation
from batactors.model.errors import (
    AuthError,
    ErrorKind,
    ExchangeReject,
    PermissionDenied,
    RateLimited,
    TemporaryUnavailable,
    Unsupported,
)
from batactors.model.facts import Answer
from batactors.model.limits import Counts
from batactors.venues.binance.answers import ErrorBody, back_off, error_in, question_error, refusal
from batactors.venues.binance.errors import OUTCOMES, Outcome, of_code, outcome_of
from tests.venues.binance.samples import REQUEST, cancel, create, taught, text

CREATE, AMEND, CANCEL = Operation.CREATE_ORDER, Operation.AMEND_ORDER, Operation.CANCEL_ORDER
UNKNOWN_TEXT = "Unknown error, please check your request or try again later."
INTERNAL_TEXT = "Internal error; unable to process your request. Please try again."

# Section 9.2, one line for each of its rows: the codes, and what they say of a command.
TABLE: list[tuple[tuple[int, ...], Outcome]] = [
    ((-1000,), Outcome.UNKNOWN),
    ((-1001,), Outcome.UNKNOWN),
    ((-1006,), Outcome.UNKNOWN),
    ((-1007,), Outcome.UNKNOWN),
    ((-1008,), Outcome.NOT_EXECUTED),
    ((-1003, -1015), Outcome.RATE_LIMITED),
    ((-1016, -1020), Outcome.NO_SUCH_THING),
    ((-1021,), Outcome.CLOCK),
    ((-5028,), Outcome.CLOCK),
    ((-1022, -2014, -2015, -1002), Outcome.KEY),
    ((-1102, -1106, -1111, -1121, -1128, -1130), Outcome.REFUSED),
    ((-1125,), Outcome.TOKEN),
    ((-2010,), Outcome.REFUSED),
    ((-2012,), Outcome.UNKNOWN),
    ((-2018, -2019), Outcome.REFUSED),
    ((-2020,), Outcome.REFUSED),
    ((-2021,), Outcome.REFUSED),
    ((-2022,), Outcome.REFUSED),
    ((-2023,), Outcome.REFUSED),
    ((-2024, -2025, -2026, -2027, -2028), Outcome.REFUSED),
    ((-4000, -4001, -4002, -4003, -4004, -4005, -4013, -4014, -4016, -4023, -4024), Outcome.REFUSED),
    ((-4015,), Outcome.REFUSED),
    ((-4045,), Outcome.REFUSED),
    ((-4116,), Outcome.TAKEN),
    ((-4046, -4059), Outcome.DONE),
    ((-4047, -4048, -4067, -4068, -4531), Outcome.REFUSED),
    ((-4061,), Outcome.REFUSED),
    ((-4109, -4087, -4088), Outcome.FORBIDDEN),
    ((-4120,), Outcome.NO_SUCH_THING),
    ((-4131,), Outcome.REFUSED),
    ((-4118,), Outcome.REFUSED),
    ((-4137, -4138, -4140, -4141, -4142), Outcome.REFUSED),
    ((-4161,), Outcome.REFUSED),
    ((-4171,), Outcome.DONE),
    ((-4164,), Outcome.REFUSED),
    ((-4192,), Outcome.FORBIDDEN),
    ((-4202, -4203, -4204, -4205, -4206, -4207, -4208, -4209, -4403), Outcome.OWNER),
    ((-4400, -4401), Outcome.FORBIDDEN),
    ((-4402,), Outcome.OWNER),
    ((-5021,), Outcome.REFUSED),
    ((-5022,), Outcome.WOULD_TAKE),
    ((-5024, -5025, -5026, -5027, -5047), Outcome.REFUSED),
    ((-5043,), Outcome.UNCHANGED),
    ((-5029,), Outcome.REFUSED),
    ((-5037, -5038, -5039, -5040, -5041), Outcome.REFUSED),
]
ROWS = [(code, outcome) for codes, outcome in TABLE for code in codes]


@pytest.mark.parametrize(("code", "outcome"), ROWS)
def test_every_code(code: int, outcome: Outcome) -> None:
    """The code decides before the status, for every command."""
    for operation in (None, *Operation):
        for status in (400, 200, 503, 0):
            assert outcome_of(status, code, "any text", operation) is outcome


def test_the_table_is_whole() -> None:
    """No code is in our table that is not in the sheet's, and none of the sheet's is missing."""
    assert {code for code, _ in ROWS} == OUTCOMES.keys()


@pytest.mark.parametrize("code", [-2011, -2013])
def test_orders_that_are_not_open(code: int) -> None:
    """Of an order that is addressed it says that it is not open now; of one that is placed it says nothing sure."""
    assert [of_code(code, operation) for operation in (CANCEL, AMEND)] == [Outcome.NOT_OPEN] * 2
    assert [of_code(code, operation) for operation in (CREATE, None)] == [Outcome.UNKNOWN] * 2


@given(st.integers(-1199, -1100))
def test_any_complaint_about_a_parameter_is_a_refusal(code: int) -> None:
    """Also under a status that leaves things open."""
    assert outcome_of(500, code, None, CREATE).value.answer is Answer.REFUSED


# Section 9.1, row by row: status, code, text.
STATUSES: list[tuple[int, int | None, str | None, Outcome]] = [
    (400, -9999, "something new", Outcome.REFUSED),
    (401, -9999, None, Outcome.REFUSED),
    (409, -9999, None, Outcome.REFUSED),
    (403, None, None, Outcome.NOT_EXECUTED),
    (408, None, None, Outcome.UNKNOWN),
    (408, -9999, "Timeout waiting for response", Outcome.UNKNOWN),
    (408, -1007, None, Outcome.UNKNOWN),
    (429, -1003, None, Outcome.RATE_LIMITED),
    (429, -1015, None, Outcome.RATE_LIMITED),
    (429, None, None, Outcome.RATE_LIMITED),
    (418, -1003, "Way too many requests; IP banned until 1700000000000.", Outcome.RATE_LIMITED),
    (418, None, None, Outcome.RATE_LIMITED),
    (503, None, UNKNOWN_TEXT, Outcome.UNKNOWN),
    (503, -9999, UNKNOWN_TEXT, Outcome.UNKNOWN),
    (503, None, "Service Unavailable.", Outcome.NOT_EXECUTED),
    (503, -1008, "Request throttled by system-level protection.", Outcome.NOT_EXECUTED),
    (503, -1001, INTERNAL_TEXT, Outcome.UNKNOWN),
    (503, None, INTERNAL_TEXT, Outcome.UNKNOWN),
    (500, None, None, Outcome.UNKNOWN),
    (502, None, "Bad Gateway", Outcome.UNKNOWN),
    (504, None, None, Outcome.UNKNOWN),
    # Not in the sheet: nobody says how far a request came that a gateway answers.
    (502, None, "Service Unavailable.", Outcome.UNKNOWN),
    (503, None, "Service Unavailable", Outcome.UNKNOWN),
    (400, None, "Bad Request", Outcome.UNKNOWN),
    (404, None, None, Outcome.UNKNOWN),
    (302, None, None, Outcome.UNKNOWN),
    (200, -9999, None, Outcome.UNKNOWN),
]


@pytest.mark.parametrize("operation", [CREATE, AMEND, CANCEL, None])
@pytest.mark.parametrize(("status", "code", "said", "outcome"), STATUSES)
def test_every_status(
    status: int, code: int | None, said: str | None, outcome: Outcome, operation: Operation | None
) -> None:
    """Without a code that is known, the text and then the status decide; in doubt the outcome is unknown."""
    assert outcome_of(status, code, said, operation) is outcome


@pytest.mark.parametrize(
    "body", [b"", b"<html><h1>503 Service Unavailable</h1></html>", b'"Service Unavailable."', b"[]"]
)
def test_html_is_no_word_of_the_engine(body: bytes) -> None:
    """A page that says "Service Unavailable" may stand before a request that went through (W6)."""
    fact = taught().read_command([create()], REQUEST, 503, body)[0]
    assert (fact.answer, fact.error) == (Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION)  # type: ignore[union-attr]


# The six words of the brief: refused, not executed, unknown, not open, rate limited, clock.
@pytest.mark.parametrize(
    ("outcome", "answer", "kind", "retriable", "clock"),
    [
        (Outcome.REFUSED, Answer.REFUSED, ErrorKind.EXCHANGE_REJECT, False, False),
        (Outcome.NOT_EXECUTED, Answer.REFUSED, ErrorKind.TEMPORARY_UNAVAILABLE, True, False),
        (Outcome.UNKNOWN, Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION, False, False),
        (Outcome.NOT_OPEN, Answer.NOT_OPEN, ErrorKind.EXCHANGE_REJECT, False, False),
        (Outcome.RATE_LIMITED, Answer.REFUSED, ErrorKind.RATE_LIMITED, True, False),
        (Outcome.CLOCK, Answer.REFUSED, ErrorKind.EXCHANGE_REJECT, True, True),
        (Outcome.TAKEN, Answer.UNCLEAR, ErrorKind.EXCHANGE_REJECT, False, False),
        (Outcome.KEY, Answer.REFUSED, ErrorKind.AUTH_ERROR, False, False),
        (Outcome.DONE, Answer.ACCEPTED, ErrorKind.EXCHANGE_REJECT, False, False),
    ],
)
def test_what_outcomes_mean(
    outcome: Outcome, answer: Answer, kind: ErrorKind, retriable: bool, clock: bool
) -> None:  # fmt: skip
    """Only what was surely not done may be tried again (W7)."""
    meaning = outcome.value
    assert (meaning.answer, meaning.kind, meaning.retriable, meaning.clock) == (answer, kind, retriable, clock)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_nothing_uncertain_invites_a_second_try(outcome: Outcome) -> None:
    """It would invite to double the order (W7)."""
    assert outcome.value.answer is Answer.REFUSED or not outcome.value.retriable


def test_no_two_outcomes_are_one() -> None:
    """An enumeration makes one of two members with the same value."""
    assert len({outcome.value for outcome in Outcome}) == len(list(Outcome)) == len(Outcome.__members__)


def test_a_refusal_in_full() -> None:
    """With the venue's own words and code; a would-be taker is a post-only refusal."""
    body = text(
        {"code": -5022, "msg": "Due to the order could not be executed as maker, the Post Only order will be rejected."}
    )
    (fact,) = taught().read_command([create()], REQUEST, 400, body)
    assert fact == refusal(REQUEST, 400, ErrorBody(-5022, fact.message.partition(" ")[2]), CREATE)  # type: ignore[union-attr]
    assert (fact.answer, fact.post_only, fact.native_code) == (Answer.REFUSED, True, "-5022")
    assert fact.message.startswith("-5022 Due to")  # type: ignore[union-attr]


def test_a_success_may_say_no() -> None:
    """A body with a negative code is no success, whatever its status (W14)."""
    fact = taught().read_command([cancel()], REQUEST, 200, b'{"code":-2011,"msg":"Unknown order sent."}')[0]
    assert fact.answer is Answer.NOT_OPEN  # type: ignore[union-attr]


@pytest.mark.parametrize("body", [b'{"code":200,"msg":"success"}', b'{"code":"200","msg":"success"}', b"{}", b"[]"])
def test_successes(body: bytes) -> None:
    """200 is a code of success, as a number and as text (sections 4.1 and 4.4)."""
    assert error_in(200, body) is None


@pytest.mark.parametrize("code", ["-2011", -2011])
def test_a_code_may_be_text(code: object) -> None:
    """The venue writes some as text (section 4.4)."""
    error = error_in(400, text({"code": code, "msg": "m"}))
    assert error is not None
    assert error.number == -2011


def test_a_code_that_is_none() -> None:
    """A text that is no number is no code."""
    error = error_in(400, text({"code": "x" * 50, "msg": "m"}))
    assert error is not None
    assert error.number is None


@pytest.mark.parametrize(
    ("status", "code", "kind", "retriable"),
    [
        (400, -2014, AuthError, False),
        (400, -1125, AuthError, True),
        (400, -4109, PermissionDenied, False),
        (429, -1003, RateLimited, True),
        (503, -1008, TemporaryUnavailable, True),
        (503, None, TemporaryUnavailable, True),
        (408, -1007, TemporaryUnavailable, True),
        (400, -1121, ExchangeReject, False),
        (400, -1021, ExchangeReject, True),
        (400, -1020, Unsupported, False),
    ],
)
def test_what_questions_raise(status: int, code: int | None, kind: type[Exception], retriable: bool) -> None:
    """A question that was not answered may be asked again, if time can help it."""
    error = question_error(status, ErrorBody(code, "text"))
    assert type(error) is kind
    assert (error.retriable, error.venue) == (retriable, "binance")
    assert error.native_code == (f"HTTP {status}" if code is None else str(code))


def test_bans() -> None:
    """Until when, or how long, if the venue says so (section 9.1 and 9.3, W51)."""
    banned = ErrorBody(
        -1003, "Way too many requests; IP(1.2.3.4) banned until 1700000000123. Please use the websocket."
    )
    (fact,) = back_off(418, banned)
    assert fact.until == datetime(2023, 11, 14, 22, 13, 20, 123_000, tzinfo=UTC)
    (told,) = back_off(429, ErrorBody(-1003, "Too many requests"), "17")
    assert told == BackOffFact(reason="-1003 Too many requests", seconds=17, counts=Counts.WEIGHT)
    (silent,) = back_off(429, ErrorBody(), "soon")
    assert (silent.seconds, silent.until, silent.counts, silent.banned) == (None, None, None, False)
    assert fact.banned
    assert not told.banned
    (short,) = back_off(418, ErrorBody())
    assert (short.seconds, short.banned) == (120, True)
    (orders,) = back_off(400, ErrorBody(-1015, "Too many new orders"))
    assert orders.counts is Counts.ORDERS
    assert back_off(400, ErrorBody(-2019, "Margin is insufficient.")) == []
