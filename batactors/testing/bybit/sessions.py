"""The venue's three kinds of WebSockets: private data, commands, and public data."""

from typing import Any, ClassVar
from urllib.parse import parse_qs

import trio
from trio_websocket import WebSocketConnection

from batactors.testing.connection import Connection
from batactors.testing.fault_script import FaultScript
from batactors.testing.venue import session
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.tap import Tap

IDLE_SECONDS = 600.0
LOOKS_EVERY = 30.0
SHORTEST, LONGEST = 30.0, 600.0


class Session(session.Session):
    """What they have in common: who has logged on, and an end after ten minutes without a word."""

    idle_seconds: ClassVar[float] = 1.0

    def __init__(
        self,
        *,
        connection: Connection,
        name: str,
        idle: float,
        faults: FaultScript,
        agenda: Agenda,
        tap: Tap,
        latency: float,
    ) -> None:
        super().__init__(connection=connection, faults=faults, agenda=agenda, tap=tap, latency=latency)
        self.name = name
        self.account = ""
        self._idle_most = idle
        self._heard_at = trio.current_time()

    def heard(self) -> None:
        self._heard_at = trio.current_time()

    async def upkeep(self, websocket: WebSocketConnection) -> None:
        """Cut off who says nothing; it is looked for from time to time."""
        del websocket
        while True:
            await trio.sleep(LOOKS_EVERY)
            if trio.current_time() - self._heard_at >= self._idle_most:
                self.connection.cut()


class PrivateSession(Session):
    """One socket of private data, with its topics."""

    def __init__(self, **shared: Any) -> None:
        super().__init__(**shared)
        self.topics: dict[str, None] = {}


class TradeSession(Session):
    """One socket of commands."""


class PublicSession(PrivateSession):
    """One socket of public data, with its topics."""


def idle_of(query: str) -> float:
    """How long a client wants to be let alone: `max_active_time` in the address, as `30s` or `1m`."""
    (text,) = parse_qs(query).get("max_active_time", ["10m"])[:1]
    number, unit = text[:-1], text[-1:]
    if not number.isdecimal() or unit not in ("s", "m"):
        return IDLE_SECONDS
    return min(LONGEST, max(SHORTEST, int(number) * (60 if unit == "m" else 1)))
