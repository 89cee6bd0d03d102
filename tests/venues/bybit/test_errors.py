"""The table of codes (section 10): what each says of a command, and of a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.model.account_facts import BackOffFact, ClockFact
from batactors.model.commands import Command
from batactors.model.errors import (
    AuthError,
    BatactorsError,
    ErrorKind,
    ExchangeReject,
    PermissionDenied,
    RateLimited,
    TemporaryUnavailable,
    Unsupported,
)
from batactors.model.facts import Answer, AnswerFact
from batactors.model.limits import Charge, Counts
from batactors.model.questions import AskInstruments, AskOpenOrders
from batactors.venues.bybit.errors import OUTCOMES, Outcome
from batactors.venues.bybit.limits import LIMITS
from tests.venues.bybit.samples import REQUEST, amend, cancel, create, envelope, only, read, taught


def told(code: int, command: Command | None = None, status: int = 200) -> AnswerFact:
    """The answer to a command."""
    fact = only(taught().read_command([command or create()], REQUEST, status, envelope({}, code, "words")))
    assert isinstance(fact, AnswerFact)
    assert (fact.message, fact.native_code) == (f"{code} words", str(code))
    return fact


@pytest.mark.parametrize("code", [-1, 429, 10000, 10016, 10019, 10429, 500000])
def test_codes_that_say_nothing_certain(code: int) -> None:
    """It may have been done (W6): never a refusal."""
    assert (told(code).answer, told(code).retriable) == (Answer.UNCLEAR, False)
    with pytest.raises(TemporaryUnavailable):
        read(AskInstruments(), envelope({}, code))


@pytest.mark.parametrize("code", [10014, 20006, 110030, 110072])
def test_an_id_that_the_venue_knows_may_be_of_this_very_request(code: int) -> None:
    """If it came twice, the first stands: asked, and not taken for a refusal."""
    assert told(code).answer is Answer.UNCLEAR


@pytest.mark.parametrize(
    "code",
    [10001, 10029, 110003, 110094, 110120, 110121, 110004, 110006, 110007, 110012, 110009, 110020, 110021, 110022,
     110023, 110017, 110024, 110028, 110044, 110045, 110063, 110066, 110103, 110064, 110074, 110090, 110092, 110093],
)  # fmt: skip
def test_codes_that_refuse(code: int) -> None:
    """It was surely not done, and would not be again."""
    fact = told(code)
    assert (fact.answer, fact.error, fact.retriable) == (Answer.REFUSED, ErrorKind.EXCHANGE_REJECT, False)
    with pytest.raises(ExchangeReject):
        read(AskInstruments(), envelope({}, code))


@pytest.mark.parametrize("code", [110001, 110008, 110010])
def test_an_order_that_is_not_there(code: int) -> None:
    """Filled, cancelled, not to be seen yet, or never there: never proof by itself (section 14, passivbot 514)."""
    assert [told(code, one).answer for one in (amend(), cancel())] == [Answer.NOT_OPEN] * 2
    assert told(code).answer is Answer.UNCLEAR


@pytest.mark.parametrize("code", [40004, 110079])
def test_it_is_too_early_for_a_change(code: int) -> None:
    """The order is as it was; another try may do."""
    assert (told(code, amend()).answer, told(code, amend()).retriable) == (Answer.REFUSED, True)


@pytest.mark.parametrize(
    ("code", "kind", "error"),
    [
        (10003, ErrorKind.AUTH_ERROR, AuthError), (10004, ErrorKind.AUTH_ERROR, AuthError),
        (33004, ErrorKind.AUTH_ERROR, AuthError), (10005, ErrorKind.PERMISSION_DENIED, PermissionDenied),
        (10010, ErrorKind.PERMISSION_DENIED, PermissionDenied), (10027, ErrorKind.PERMISSION_DENIED, PermissionDenied),
        (10028, ErrorKind.PERMISSION_DENIED, PermissionDenied), (10024, ErrorKind.COMPLIANCE_REQUIRED, ExchangeReject),
        (10404, ErrorKind.UNSUPPORTED, Unsupported), (10006, ErrorKind.RATE_LIMITED, RateLimited),
        (10018, ErrorKind.RATE_LIMITED, RateLimited), (10403, ErrorKind.RATE_LIMITED, RateLimited),
        (20003, ErrorKind.RATE_LIMITED, RateLimited),
    ],
)  # fmt: skip
def test_whose_fault_it_is(code: int, kind: ErrorKind, error: type[BatactorsError]) -> None:
    """Of the key, of the account, or of the pace; nothing was done."""
    fact = told(code)
    assert (fact.answer, fact.error, fact.refuses_token) == (Answer.REFUSED, kind, False)
    with pytest.raises(error) as caught:
        read(AskInstruments(), envelope({}, code))
    assert caught.value.native_code == str(code)
    assert fact.retriable is caught.value.retriable is (error is RateLimited)


def test_a_request_out_of_its_window_has_the_clock_measured() -> None:
    """It was refused, and a new one may do."""
    fact = told(10002)
    assert (fact.answer, fact.clock, fact.retriable) == (Answer.REFUSED, True, True)
    assert taught().heed(200, {}, envelope({}, 10002, "words")) == [ClockFact(reason="10002 words")]
    with pytest.raises(TemporaryUnavailable) as caught:
        read(AskInstruments(), envelope({}, 10002))
    assert caught.value.retriable


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (400, Answer.REFUSED, ErrorKind.EXCHANGE_REJECT), (401, Answer.REFUSED, ErrorKind.AUTH_ERROR),
        (403, Answer.REFUSED, ErrorKind.RATE_LIMITED), (404, Answer.REFUSED, ErrorKind.UNSUPPORTED),
        (408, Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION), (429, Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION),
        (500, Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION), (502, Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION),
        (200, Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION),
    ],
)  # fmt: skip
def test_a_gateway_answers_without_a_code(status: int, answer: Answer, kind: ErrorKind) -> None:
    """Then the status says whether it was let in."""
    for body in b"<html>", b"", b"[]", b'{"ret":0}':
        fact = only(taught().read_command([create()], REQUEST, status, body))
        assert (fact.answer, fact.error, fact.native_code) == (answer, kind, f"HTTP {status}")
        with pytest.raises(BatactorsError):
            read(AskOpenOrders(), body, status=status)


@given(st.integers(-10, 10**7))
def test_a_code_that_is_not_listed_is_unknown(code: int) -> None:
    """But for the family of refusals of orders; and no code at all is a success but zero."""
    if code == 0 or code in OUTCOMES or code in (110001, 110008, 110010):
        return
    expected = Answer.REFUSED if 110_000 <= code < 111_000 else Answer.UNCLEAR
    assert told(code).answer is expected


def test_each_outcome_has_a_code_or_a_use() -> None:
    """A row that nothing leads to says nothing."""
    assert set(Outcome) - set(OUTCOMES.values()) == {Outcome.NOT_OPEN}


# The pace (section 5).


@pytest.mark.parametrize(("status", "code"), [(403, None), (200, 10018)])
def test_an_address_that_asked_too_much_is_locked_out(status: int, code: int | None) -> None:
    """For ten minutes, and from everything."""
    body = b"access too frequent" if code is None else envelope({}, code, "words")
    (fact,) = taught().heed(status, {}, body)
    assert isinstance(fact, BackOffFact)
    assert (fact.seconds, fact.banned) == (600, True)


@pytest.mark.parametrize(("status", "code"), [(200, 10006), (200, 10429), (429, None), (200, 429)])
def test_an_account_that_asked_too_much_waits_a_second(status: int, code: int | None) -> None:
    """What counts is the last second; cancels still go out."""
    body = b"" if code is None else envelope({}, code, "words")
    (fact,) = taught().heed(status, {}, body)
    assert isinstance(fact, BackOffFact)
    assert (fact.seconds, fact.banned) == (1, False)


@pytest.mark.parametrize("body", [envelope({}), envelope({}, 110007), envelope({}, 10016)])
def test_other_answers_say_nothing_of_the_pace(body: bytes) -> None:
    """Nor do the headers: they count for one endpoint, and do not say for which."""
    assert taught().heed(200, {"X-Bapi-Limit": "10", "X-Bapi-Limit-Status": "0"}, body) == []


def test_each_leg_of_a_batch_counts() -> None:
    """In a second that rolls; and each request in five of the address."""
    codec = taught()
    assert codec.charges(create(), 7) == (
        Charge(counts=Counts.CREATES, amount=7), Charge(counts=Counts.REQUESTS, amount=1),
    )  # fmt: skip
    charged = {
        one.counts for asked in (amend(), cancel(), AskOpenOrders(), AskInstruments()) for one in codec.charges(asked)
    }
    assert charged == {Counts.AMENDS, Counts.CANCELS, Counts.READS, Counts.REQUESTS}
    assert codec.limits == LIMITS
    assert all(limit.rolling for limit in LIMITS)
    assert {limit.counts for limit in LIMITS} >= charged | {Counts.CREATES, Counts.SETTINGS}
