"""The sockets of streams: subscribing is always answered with success, whether or not there is such a stream."""

from typing import Any

from batactors.testing.binance.sessions import StreamSession
from batactors.testing.binance.telling import Telling
from batactors.testing.venue.text import Json, decode

# The shape of these errors differs by fault at the venue, and is unverified.
UNREADABLE: Json = {"error": {"code": 3, "msg": "Invalid JSON: expected value at line 1 column 1"}, "id": None}


class Streams:
    """Where the messages of every socket of streams go."""

    def __init__(self, telling: Telling) -> None:
        self._telling = telling

    def enter(self, session: StreamSession) -> None:
        """A socket is open."""
        self._telling.sessions.append(session)

    def leave(self, session: StreamSession) -> None:
        """A socket is gone; the listen keys that it carried live on."""
        self._telling.sessions.remove(session)

    def handle_message(self, session: StreamSession, text: str | bytes) -> None:
        """Deal with one message of a client."""
        try:
            message = decode(text)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            session.send(UNREADABLE)
            return
        number, params = message.get("id"), message.get("params")
        names = [name for name in params if isinstance(name, str)] if isinstance(params, list) else []
        result: Any = None
        match message.get("method"):
            case "SUBSCRIBE":
                session.streams |= dict.fromkeys(names)
            case "UNSUBSCRIBE":
                for name in names:
                    session.streams.pop(name, None)
            case "LIST_SUBSCRIPTIONS":
                result = list(session.streams)
            case _:
                session.send({"error": {"code": 2, "msg": "Invalid request: unknown variant"}, "id": number})
                return
        session.send({"result": result, "id": number})
