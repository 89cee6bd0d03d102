"""A codec's session with a tap on it: what is read and made there can be seen as it goes by."""

from collections.abc import Sequence

from batactors.actors.tap import Tap
from batactors.journal.values import pack
from batactors.model.commands import Command
from batactors.model.facts import Fact
from batactors.model.ids import RequestId
from batactors.venues.codec import Session, Stamp, Unsigned

Made = str | Unsigned[str]


class TappedSession:
    """One session.

    Args:
        session: The codec's own.
        socket: What health calls the socket.
        number: The session's, among those of its socket.
    """

    def __init__(self, session: Session, tap: Tap, socket: str, number: int) -> None:
        self._session = session
        self._tap = tap
        self._socket = socket
        self._number = number

    @property
    def awaits(self) -> tuple[str, ...]:
        return self._session.awaits

    def path(self, token: str | None) -> str:
        return self._session.path(token)

    def opening(self, token: str | None, stamp: Stamp) -> tuple[Made, ...]:
        made = self._session.opening(token, stamp)
        self._said(made, {"opening": _packed(stamp)})
        return made

    def ping(self) -> str | None:
        made = self._session.ping()
        if made is not None:
            self._said((made,), {"ping": True})
        return made

    def encode(self, commands: Sequence[Command], *, request_id: RequestId, token: str | None, stamp: Stamp) -> Made:
        made = self._session.encode(commands, request_id=request_id, token=token, stamp=stamp)
        if self._tap.is_on:
            how = {"commands": pack(tuple(commands)), "request_id": request_id, "stamp": _packed(stamp)}
            self._said((made,), how)
        return made

    def decode(self, frame: str | bytes) -> list[Fact]:
        facts = self._session.decode(frame)
        if self._tap.is_on:
            self._tap.heard(self._socket, self._number, frame, facts)
        return facts

    def _said(self, made: Sequence[Made], how: dict[str, object]) -> None:
        if self._tap.is_on:
            # The signature is the one thing in a frame that nobody but the venue needs to see.
            texts = [one if isinstance(one, str) else one.signed(b"") for one in made]
            self._tap.said(self._socket, self._number, texts, how)


def _packed(stamp: Stamp) -> dict[str, object]:
    return {"now": pack(stamp.now), "valid_until": pack(stamp.valid_until), "nonce": stamp.nonce}
