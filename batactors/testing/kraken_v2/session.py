"""One WebSocket v2 session: status first, subscriptions with their sequences, heartbeats, odd rows in pushed frames."""

from collections.abc import Callable, Sequence
from typing import ClassVar

import trio
from attrs import define
from trio_websocket import WebSocketConnection

from batactors.testing.connection import Connection
from batactors.testing.fault_script import FaultScript
from batactors.testing.faults import MalformedRow, UnknownEvent
from batactors.testing.kraken_v2.tap import HEARTBEAT
from batactors.testing.kraken_v2.tokens import Token
from batactors.testing.kraken_v2.wire import Json
from batactors.testing.venue import session
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.tap import Tap

LONELY_SECONDS = 60.0  # without a (private) subscription the venue hangs up


@define(eq=False)
class Subscription:
    """One private channel of one account in one session; the numbers begin with its snapshot."""

    channel: str
    token: Token
    params: Json
    sequence: int = 0

    def next_number(self) -> int:
        self.sequence += 1
        return self.sequence


class Session(session.Session):
    """One client's WebSocket."""

    idle_seconds: ClassVar[float] = 1.0  # a heartbeat a second

    def __init__(
        self,
        *,
        connection: Connection,
        connection_id: int,
        role: str,
        faults: FaultScript,
        agenda: Agenda,
        tap: Tap,
        latency: float = 0.0,
    ) -> None:
        super().__init__(connection=connection, faults=faults, agenda=agenda, tap=tap, latency=latency)
        self.connection_id = connection_id
        self.role = role  # "public", "auth", or "both" for the combined path
        self.private: dict[tuple[str, str], Subscription] = {}  # by channel and account
        self.public: dict[tuple[str, str], Json] = {}  # by channel and symbol, with the parameters
        self._active_at = trio.current_time()

    def push(self, channel: str, rows: Sequence[Json] | Json, *, kind: str, number: Callable[[], int] | None) -> None:
        """Put a frame of a channel in the queue, or whatever the script of faults makes of it."""
        event, client_order_id = _subject(rows)
        occasion = {"channel": channel, "frame_type": kind, "event": event, "client_order_id": client_order_id}
        self.disturb(occasion)
        for odd in (MalformedRow, UnknownEvent):
            if strange := self._faults.take(odd, **occasion):
                rows = [dict(strange.row), *rows] if isinstance(rows, list) else rows

        def frame() -> Json:
            return {"channel": channel, "type": kind, "data": rows} | ({"sequence": number()} if number else {})

        self.deliver(channel, occasion, frame)

    def touch(self) -> None:
        """Note that the client, or the state of its private subscriptions, gives a reason to stay."""
        self._active_at = trio.current_time()

    def heard(self) -> None:
        if self.role != "auth":
            self.touch()

    def idle(self) -> bytes | None:
        return HEARTBEAT.encode() if self.private or self.public else None

    async def upkeep(self, websocket: WebSocketConnection) -> None:
        """Hang up on a client that wants nothing."""
        while True:
            wanted = self.private if self.role == "auth" else self.private or self.public
            if wanted:
                self.touch()
            left = self._active_at + LONELY_SECONDS - trio.current_time()
            if left <= 0:
                self.close(1000, "")
                return
            await trio.sleep(left)


def _subject(rows: Sequence[Json] | Json) -> tuple[str | None, str | None]:
    """What a frame is about, for faults that are meant for one kind of event or one order."""
    first = rows[0] if isinstance(rows, list) and rows else {}
    return first.get("exec_type"), first.get("cl_ord_id")
