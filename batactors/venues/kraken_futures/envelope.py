"""What every answer over REST is wrapped in (section 2), and the answers that are errors."""

from attrs import field, frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.commands import Operation
from batactors.model.errors import (
    ERRORS,
    AuthError,
    BatactorsError,
    ExchangeReject,
    PermissionDenied,
    RateLimited,
    TemporaryUnavailable,
)
from batactors.model.facts import Answer, AnswerFact
from batactors.model.ids import ClientOrderId, RequestId, VenueOrderId
from batactors.venues.kraken_futures.errors import Outcome, of_error
from batactors.venues.kraken_futures.words import VENUE
from batactors.venues.reading import UNREADABLE

NOTHING = Raw(b"null")
_MOST = 300  # characters of a text that we repeat: a page of HTML says no more


@frozen(slots=False)
class ErrorRow:
    """One of a list of errors."""

    code: int | None = None
    message: str | None = None


@frozen(slots=False)
class Envelope:
    """Any answer: a success, an error as one word, or errors as a list."""

    result: str | None = None
    error: str | None = None
    errors: list[ErrorRow] = field(factory=list)
    status: Raw = NOTHING
    serverTime: str | None = None

    @property
    def word(self) -> str | None:
        """The venue's word for what is wrong."""
        return self.error or next((row.message for row in self.errors if row.message), None)


ENVELOPE = Decoder(Envelope)
_BARE = Envelope()


@frozen
class Trouble:
    """Why an answer is none: its outcome, and the words for it."""

    outcome: Outcome
    word: str
    native: str


def trouble_of(status: int, body: bytes) -> Trouble | None:
    """What is wrong with an answer; ``None`` if it is a success, as far as its envelope tells."""
    try:
        envelope = ENVELOPE.decode(body)
    except UNREADABLE:
        envelope = _BARE
    if status == 200 and envelope.result == "success" and envelope.word is None:
        return None
    outcome = of_error(status, envelope.word, has_code=any(row.code is not None for row in envelope.errors))
    word = envelope.word or f"HTTP status {status}"
    return Trouble(outcome, word[:_MOST], (envelope.word or f"HTTP {status}")[:_MOST])


def history_trouble(status: int, body: bytes) -> Trouble | None:
    """The same of an answer of the history, which has no word for success."""
    trouble = trouble_of(status, body)
    if trouble is None or status != 200:
        return trouble
    try:
        envelope = ENVELOPE.decode(body)
    except UNREADABLE:
        return trouble
    return None if envelope.word is None and envelope.result in (None, "success") else trouble


def answer(
    outcome: Outcome,
    request_id: RequestId | None,
    word: str | None = None,
    *,
    venue_order_id: VenueOrderId | None = None,
    client_order_id: ClientOrderId | None = None,
    place: tuple[int, int] | None = None,
) -> AnswerFact:
    """The answer to a command, or to a leg of a batch: ``place`` is which, and of how many."""
    meaning, accepted = outcome.value, outcome.value.answer is Answer.ACCEPTED
    return AnswerFact(
        request_id=request_id,
        answer=meaning.answer,
        leg=None if place is None else place[0],
        legs=None if place is None else place[1],
        venue_order_id=venue_order_id or None,
        client_order_id=client_order_id or None,
        message=None if accepted or word is None else word[:_MOST],
        native_code=None if accepted or word is None or outcome is Outcome.UNKNOWN else word[:_MOST],
        error=None if accepted else meaning.kind,
        retriable=meaning.retriable,
        post_only=meaning.post_only,
        clock=meaning.clock,
    )


def refusal(trouble: Trouble, request_id: RequestId, operation: Operation) -> AnswerFact:
    """The answer that trouble is to a command: the whole request was turned away, or nobody knows."""
    return answer(trouble.outcome, request_id, trouble.word)


def question_error(trouble: Trouble) -> BatactorsError:
    """What a question raises when the venue did not answer it."""
    meaning = trouble.outcome.value
    kind: type[BatactorsError] = ERRORS[meaning.kind]
    if trouble.outcome is Outcome.UNKNOWN:
        kind = TemporaryUnavailable
    elif not issubclass(kind, AuthError | PermissionDenied | RateLimited | TemporaryUnavailable):
        kind = ExchangeReject
    retriable = meaning.retriable or kind is TemporaryUnavailable
    said = f"Kraken Futures answered {trouble.word}"
    return kind(said, venue=VENUE, native_code=trouble.native, retriable=retriable)
