"""The table of the venue's errors (section 12)."""

import pytest

from batactors.model.commands import Operation
from batactors.model.errors import AuthError, ErrorKind, ExchangeReject, PermissionDenied, RateLimited
from batactors.model.errors import TemporaryUnavailable as Unavailable
from batactors.model.facts import Answer
from batactors.venues.kraken_v2.errors import ADDRESSED, MEANINGS, meaning_of, question_error, status_error, worst_of

CREATE, AMEND, CANCEL = Operation.CREATE_ORDER, Operation.AMEND_ORDER, Operation.CANCEL_ORDER


@pytest.mark.parametrize(
    ("error", "kind", "retriable"),
    [
        ("EAPI:Invalid key", ErrorKind.AUTH_ERROR, False),
        ("EAPI:Invalid nonce", ErrorKind.AUTH_ERROR, True),
        ("EAPI:Invalid token", ErrorKind.AUTH_ERROR, True),
        ("ESession:Invalid session", ErrorKind.AUTH_ERROR, True),
        ("EAuth:Account temporary disabled", ErrorKind.AUTH_ERROR, False),
        ("EGeneral:Permission denied", ErrorKind.PERMISSION_DENIED, False),
        ("EAPI:Rate limit exceeded", ErrorKind.RATE_LIMITED, True),
        ("EOrder:Rate limit exceeded", ErrorKind.RATE_LIMITED, True),
        ("EOrder:Domain rate limit exceeded", ErrorKind.RATE_LIMITED, True),
        ("EService:Throttled: 1767323045", ErrorKind.RATE_LIMITED, True),
        ("EGeneral:Temporary lockout", ErrorKind.RATE_LIMITED, True),
        ("EGeneral:Invalid arguments:cl_ord_id", ErrorKind.EXCHANGE_REJECT, False),
        ("EGeneral:Unknown method", ErrorKind.UNSUPPORTED, False),
        ("EQuery:Unknown asset pair", ErrorKind.EXCHANGE_REJECT, False),
        ("Currency pair not supported XBT/USD", ErrorKind.EXCHANGE_REJECT, False),
        ("Unsupported field: 'x'", ErrorKind.UNSUPPORTED, False),
        ("EOrder:Insufficient funds", ErrorKind.EXCHANGE_REJECT, False),
        ("EOrder:Invalid price:Invalid price argument.", ErrorKind.EXCHANGE_REJECT, False),
        ("EOrder:Reduce only:Non-PC", ErrorKind.EXCHANGE_REJECT, False),
        ("EService:Market in cancel_only mode", ErrorKind.TEMPORARY_UNAVAILABLE, True),
        ("EService:Market in post_only mode", ErrorKind.TEMPORARY_UNAVAILABLE, True),
        ("EBM:limit exceeded:CAL", ErrorKind.COMPLIANCE_REQUIRED, False),
    ],
)
@pytest.mark.parametrize("operation", list(Operation))
def test_definite_refusals(error: str, kind: ErrorKind, retriable: bool, operation: Operation) -> None:
    """These say, for any command, that it was not done, and of what kind the refusal is."""
    meaning = meaning_of(error, operation)
    assert (meaning.answer, meaning.kind, meaning.retriable) == (Answer.REFUSED, kind, retriable)


@pytest.mark.parametrize(
    "error",
    [
        "EService:Unavailable", "EService:Busy", "EService:Timeout", "EService:Deadline elapsed",
        "EGeneral:Internal error", "EGeneral:Internal error:17", "EDatabase:Internal error",
        "EOrder:Reduce only:Position is closed", "EOrder:cl_ord_id already in use",
        "EOrder:Something new", "EOrder", "EService:Something new", "EGeneral:Something new", "EAPI:Something new",
        "ENew:Category", "something else", "", "EOrder:Insufficient fundsies", "EOrder:Reduce only:New", "EAuthority",
    ],
)  # fmt: skip
@pytest.mark.parametrize("operation", list(Operation))
def test_unknown_outcomes_and_unknown_words(error: str, operation: Operation) -> None:
    """These say nothing certain, and a new string is not guessed at: it has to be asked about, never repeated."""
    meaning = meaning_of(error, operation)
    assert (meaning.answer, meaning.retriable) == (Answer.UNCLEAR, False)


@pytest.mark.parametrize("error", ADDRESSED)
def test_not_open(error: str) -> None:
    """These concern the order that a cancel or an amend addresses; of a create they say nothing certain."""
    assert meaning_of(error, AMEND).answer is Answer.NOT_OPEN
    expected = Answer.ACCEPTED if error == "EOrder:Cancel pending" else Answer.NOT_OPEN
    assert meaning_of(error, CANCEL).answer is expected
    assert meaning_of(error, CREATE).answer is Answer.UNCLEAR


@pytest.mark.parametrize("error", MEANINGS)
def test_whatever_is_unclear_must_not_be_repeated(error: str) -> None:
    """Retriable means refused: a new command cannot do it twice."""
    assert not MEANINGS[error].retriable or MEANINGS[error].answer is Answer.REFUSED


def test_of_several_errors_the_least_certain_counts() -> None:
    """One refusal does not make certain what another error leaves open."""
    assert worst_of(["EOrder:Insufficient funds", "EService:Busy"])[0] == "EService:Busy"
    assert worst_of(["EOrder:Insufficient funds", "EOrder:Invalid price"])[1].answer is Answer.REFUSED
    for beside in ("EOrder:Cancel pending", "EOrder:Invalid order", "EOrder:Insufficient funds"):
        for errors in ([beside, "EService:Timeout"], ["EService:Timeout", beside]):
            assert worst_of(errors, CANCEL)[1].answer is Answer.UNCLEAR
    assert worst_of(["EOrder:Cancel pending", "EOrder:Invalid order"], CANCEL)[1].answer is Answer.NOT_OPEN


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("EAPI:Invalid signature", AuthError),
        ("EGeneral:Permission denied", PermissionDenied),
        ("EAPI:Rate limit exceeded", RateLimited),
        ("EService:Unavailable", Unavailable),
        ("EGeneral:Internal error", Unavailable),
        ("EGeneral:Invalid arguments", ExchangeReject),
        ("EGeneral:Unknown method", ExchangeReject),
        ("EOrder:Invalid order", ExchangeReject),
        ("EOrder:Something new", ExchangeReject),
    ],
)
def test_questions_raise(error: str, kind: type[Exception]) -> None:
    """A question that was refused raises the leaf of its kind, with the venue's words."""
    raised = question_error([error], "kraken-spot")
    assert type(raised) is kind
    assert (raised.venue, raised.native_code) == ("kraken-spot", error)


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (502, Unavailable), (403, Unavailable)])
def test_other_statuses_than_200(status: int, kind: type[Exception]) -> None:
    """An answer from in front of the venue teaches nothing; one may ask again."""
    raised = status_error(status, "kraken-spot")
    assert type(raised) is kind
    assert raised.retriable
