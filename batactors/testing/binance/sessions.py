"""The venue's two kinds of WebSockets: streams, which only push, and the WS API, which takes commands."""

from collections import deque
from typing import ClassVar
from urllib.parse import parse_qsl

import trio
from attrs import define, field
from trio_websocket import WebSocketConnection

from batactors.testing.connection import Connection
from batactors.testing.fault_script import FaultScript
from batactors.testing.http_server import HttpRequest
from batactors.testing.venue import session
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.tap import Tap

LIFE_SECONDS = 24 * 3_600.0
PING_EVERY = 180.0
PONG_WITHIN = 600.0
MESSAGES_MOST = 10  # in a second, on a stream; the pings that a client sends by itself are not seen here
ROUTES = ("public", "market", "private")


class Session(session.Session):
    """What both have in common: pings each three minutes, and an end after a day."""

    idle_seconds: ClassVar[float] = 1.0

    async def upkeep(self, websocket: WebSocketConnection) -> None:
        """Ping, cut off who does not answer, and end the session when its day is over."""
        async with trio.open_nursery() as nursery:
            with trio.move_on_after(LIFE_SECONDS):
                while True:
                    await trio.sleep(PING_EVERY)
                    nursery.start_soon(self._ping, websocket)
            self.close(1001, "")

    async def _ping(self, websocket: WebSocketConnection) -> None:
        with trio.move_on_after(PONG_WITHIN) as patience:
            await websocket.ping()
        if patience.cancelled_caught:
            self.connection.cut()


@define
class Address:
    """What the address of a stream asks for.

    Attributes:
        route: Of the three; empty for an old address without one.
        wrapped: Whether frames come inside of `stream` and `data`.
        streams: The names in it, listen keys among them.
        events: Of each listen key the events that it lists; None if it lists none.
    """

    route: str
    wrapped: bool
    streams: list[str] = field(factory=list)
    events: dict[str, frozenset[str] | None] = field(factory=dict)


def address_of(request: HttpRequest) -> Address:
    """Read the address of a stream, in any of its forms."""
    parts = request.path.strip("/").split("/")
    route = parts.pop(0) if parts and parts[0] in ROUTES else ""
    form = parts.pop(0) if parts else ""
    found = Address(route=route, wrapped=form == "stream", streams=list(parts))
    if form not in ("ws", "stream"):
        return Address(route="", wrapped=False)
    key = ""
    for name, value in parse_qsl(request.query, keep_blank_values=True):
        if name == "streams":
            found.streams += value.split("/")
        elif name == "listenKey":
            key = value
            found.streams.append(key)
        elif name == "events" and key:
            found.events[key] = frozenset(filter(None, value.split("/")))
    return found


class StreamSession(Session):
    """One socket of streams. It hears what its route owns, and nothing else, without a word about it."""

    def __init__(
        self, *, connection: Connection, address: Address, faults: FaultScript, agenda: Agenda, tap: Tap
    ) -> None:
        super().__init__(connection=connection, faults=faults, agenda=agenda, tap=tap)
        self.route = address.route
        self.wrapped = address.wrapped
        self.streams = dict.fromkeys(address.streams)
        self.events = address.events
        self._arrivals: deque[float] = deque(maxlen=MESSAGES_MOST + 1)

    def heard(self) -> None:
        """Cut off who talks too much."""
        now = trio.current_time()
        self._arrivals.append(now)
        if len(self._arrivals) > MESSAGES_MOST and now - self._arrivals[0] < 1.0:
            self.connection.cut()


class ApiSession(Session):
    """One socket of the WS API, with who has logged on to it."""

    def __init__(
        self,
        *,
        connection: Connection,
        connected_since: int,
        limits: bool,
        faults: FaultScript,
        agenda: Agenda,
        tap: Tap,
    ) -> None:
        super().__init__(connection=connection, faults=faults, agenda=agenda, tap=tap)
        self.connected_since = connected_since
        self.limits = limits  # whether answers tell the counts
        self.api_key = ""
        self.authorized_since: int | None = None
