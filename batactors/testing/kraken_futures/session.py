"""One session of WebSocket v1, and its subscriptions."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

import trio
from attrs import define
from trio_websocket import WebSocketConnection

from batactors.testing.connection import Connection
from batactors.testing.fault_script import FaultScript
from batactors.testing.kraken_futures.habits import Habits
from batactors.testing.kraken_futures.wire import ms
from batactors.testing.venue import session
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.tap import Tap
from batactors.testing.venue.text import encode

MESSAGES_MOST = 100  # in a second
HEARTBEAT = "heartbeat"


@define(eq=False)
class Subscription:
    """One private feed of one account in one session, with its numbers where the feed has some."""

    feed: str
    account: str
    products: tuple[str, ...] = ()
    number: int = -1

    def next_number(self) -> int:
        self.number += 1
        return self.number


class Session(session.Session):
    """One client's WebSocket v1."""

    idle_seconds: ClassVar[float] = 1.0

    def __init__(
        self,
        *,
        connection: Connection,
        habits: Habits,
        now: Callable[[], datetime],
        faults: FaultScript,
        agenda: Agenda,
        tap: Tap,
        latency: float = 0.0,
    ) -> None:
        super().__init__(connection=connection, faults=faults, agenda=agenda, tap=tap, latency=latency)
        self.challenges: list[str] = []
        self.private: dict[str, Subscription] = {}
        self.public: dict[tuple[str, str], bool] = {}
        self.heartbeat = False
        self._habits = habits
        self._now = now
        self._since = trio.current_time()
        self._second = (0, 0)

    def idle(self) -> bytes | None:
        return encode({"feed": HEARTBEAT, "time": ms(self._now())}) if self.heartbeat else None

    def heard(self) -> None:
        """Cut off who talks too much."""
        second, count = self._second
        now = int(trio.current_time())
        self._second = (now, count + 1 if now == second else 1)
        if self._second[1] > MESSAGES_MOST:
            self.connection.cut()

    async def upkeep(self, websocket: WebSocketConnection) -> None:
        """Hang up on a client that sends no ping frames, and on everybody when the protocol's time is over."""
        while True:
            last = max(self.connection.pinged_at, self._since)
            left = last + self._habits.ping_within - trio.current_time()
            ends = (self._habits.v1_ends - self._now()).total_seconds()
            if left <= 0 or ends <= 0:
                self.close(1000, "")
                return
            await trio.sleep(min(left, ends))
