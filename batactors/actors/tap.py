"""Where an account's raw messages can be had: by users who follow them, and by a recorder.

Secrets are taken out before anybody sees a message: keys, tokens and signatures.
"""

from collections.abc import Callable, Sequence
from typing import Any

import trio

from batactors.actors.numbered import NumberedLog
from batactors.actors.recorder import Recorder
from batactors.journal.values import pack
from batactors.model.commands import Command
from batactors.model.facts import Fact
from batactors.model.ids import RequestId
from batactors.model.inputs import Input
from batactors.model.questions import AskToken, DropToken, KeepToken, Question
from batactors.model.raw import Direction, RawMessage
from batactors.seams import WallClock

REST = "rest"
KEPT = 1_000
"""Messages that are kept for followers; one that is slower is told how many it missed."""
OF_TOKENS = AskToken | KeepToken | DropToken


class Tap:
    """The raw messages of one account.

    Args:
        bare: Takes secrets out of a text.
    """

    def __init__(self, bare: Callable[[str], str], clock: WallClock) -> None:
        self._bare = bare
        self._clock = clock
        self.log = NumberedLog[RawMessage](KEPT)
        self.followers = 0
        self.recorder: Recorder | None = None

    @property
    def is_on(self) -> bool:
        """Whether anybody looks."""
        return self.followers > 0 or self.recorder is not None

    def heard(self, socket: str, session: int, frame: str | bytes, facts: Sequence[Fact]) -> None:
        """A frame came in, and was read as these."""
        text = frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
        self._tell(socket, Direction.IN, text)
        if self.recorder is not None:
            self.recorder.read("heard", {"socket": socket, "session": session, "text": text}, facts)

    def said(self, socket: str, session: int, texts: Sequence[str], how: dict[str, Any]) -> None:
        """These frames go out; ``how`` says by which call of the codec they were made."""
        for text in texts:
            self._tell(socket, Direction.OUT, text)
        if self.recorder is not None:
            self.recorder.line("said", {"socket": socket, "session": session, "texts": list(texts), **how})

    def asked(self, method: str, path: str, fields: object) -> None:
        """An HTTP request goes out, before it is signed."""
        if self.is_on:
            self._tell(REST, Direction.OUT, f"{method} {path} {dict(fields) if fields else ''}".rstrip())  # type: ignore[call-overload]

    def answered(self, question: Question, offset: int, status: int, body: bytes, facts: Sequence[Fact]) -> None:
        """A page of an answer came in."""
        if not self.is_on or isinstance(question, OF_TOKENS):
            return
        text = body.decode("utf-8", "replace")
        self._tell(REST, Direction.IN, f"{status} {text}")
        if self.recorder is not None:
            content = {"question": pack(question), "offset": offset, "status": status, "body": text}
            self.recorder.read("page", content, facts)

    def executed(
        self, commands: Sequence[Command], request_id: RequestId, status: int, body: bytes, facts: Sequence[Fact]
    ) -> None:
        """The response to commands came in."""
        if not self.is_on:
            return
        text = body.decode("utf-8", "replace")
        self._tell(REST, Direction.IN, f"{status} {text}")
        if self.recorder is not None:
            content = {"commands": pack(tuple(commands)), "request_id": request_id, "status": status, "body": text}
            self.recorder.read("executed", content, facts)

    def applied(self, given: Sequence[Input]) -> None:
        """The core was given these."""
        if self.recorder is not None:
            self.recorder.applied(given)

    def _tell(self, road: str, direction: Direction, text: str) -> None:
        if self.followers and trio.lowlevel.in_trio_run():
            self.log.add(RawMessage(on=self._clock.now(), road=road, direction=direction, text=self._bare(text)))
