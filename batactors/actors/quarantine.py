"""What could not be read: it is logged whole, and kept in the journal, without a secret in it."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from zlib import crc32

from attrs import evolve

from batactors.actors.board import Board
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import DedupMessage, Tell
from batactors.journal.secrets_out import fit_to_keep
from batactors.journal.store import SetAside
from batactors.model.errors import DecodeError
from batactors.model.facts import Answer, AnswerFact, Fact, QuarantineFact
from batactors.model.inputs import Heard
from batactors.model.questions import AskToken, KeepToken, Question
from batactors.seams import WallClock

logger = logging.getLogger("batactors.quarantine")


def log_quarantined(source: str, facts: Sequence[Fact], secret: str | None = None) -> Sequence[Fact]:
    """Log what could not be read; the facts without the secret, should the venue ever echo it."""
    quarantined = {place: fact for place, fact in enumerate(facts) if isinstance(fact, QuarantineFact)}
    if not quarantined:
        return facts
    bare = list(facts)
    for place, fact in quarantined.items():
        raw = fact.raw.replace(secret, "(token)") if secret else fact.raw
        bare[place] = evolve(fact, raw=raw)
        logger.warning("%s: quarantined, %s: %s", source, fact.reason, raw)
    return bare


def set_aside_in(message: DedupMessage | None) -> list[SetAside]:
    """What of a message could not be read, for the journal."""
    if isinstance(message, SetAside):
        return [message]
    given = message.given if isinstance(message, Tell) else message
    facts = given.facts if isinstance(given, Heard) else ()
    return [
        SetAside(on=given.on, reason=fact.reason, text=fact.raw)
        for fact in facts
        if isinstance(fact, QuarantineFact) and isinstance(given, Heard)
    ]


REMEMBERED = 1_000
"""Of so many that were kept it is remembered that they were."""


class SpoiltAnswers:
    """Answers over REST that could not be read: logged, and left with the dedup actor, who writes them down.

    A venue that is asked again and again says the same again and again. Each is kept once, so that it does not push out
    what else was set aside. What may hold a token is not kept at all, but for what is wrong with it.
    """

    def __init__(self, dedup: Mailbox[DedupMessage], board: Board, clock: WallClock) -> None:
        self._dedup = dedup
        self._board = board
        self._clock = clock
        self._kept: dict[tuple[str, int], None] = {}
        """Where from, and the checksum of what it said."""

    @contextmanager
    def reading(self, path: str, question: Question, body: bytes) -> Iterator[None]:
        """While the answer to a question is read: if it cannot be, keep it, and let the error go on."""
        try:
            yield
        except DecodeError as error:
            self.keep(path, error.message, "" if isinstance(question, AskToken | KeepToken) else body)
            raise

    def rows(self, path: str, facts: Sequence[Fact]) -> None:
        """Keep what could not be read in an answer of which the rest could."""
        for fact in facts:
            if isinstance(fact, QuarantineFact):
                self.keep(path, fact.reason, fact.raw)

    def answer(self, path: str, facts: Sequence[Fact], body: bytes) -> None:
        """Keep the answer to a command, if it does not say what became of it."""
        for fact in facts:
            if isinstance(fact, AnswerFact) and fact.answer is Answer.UNCLEAR:
                self.keep(path, fact.message or "it says nothing", body)

    def keep(self, path: str, reason: str, text: str | bytes) -> None:
        """Keep an answer, or a part of one, and what is wrong with it."""
        content = self._board.bare(text if isinstance(text, str) else text.decode("utf-8", "replace"))
        aside = fit_to_keep(SetAside(on=self._clock.now(), reason=f"{path}: {reason}", text=content))
        logger.warning("%s: quarantined, %s: %s", path, reason, aside.text)
        mark = (aside.reason, crc32(aside.text.encode("utf-8", "replace")))
        # If there is no room for it now, it may come again.
        if mark not in self._kept and self._dedup.post(aside):
            self._kept[mark] = None
            if len(self._kept) > REMEMBERED:
                del self._kept[next(iter(self._kept))]
