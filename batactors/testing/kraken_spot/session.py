"""One WebSocket v2 session: status first, subscriptions with their sequences, heartbeats, faults of pushed frames.

A session writes through a bounded queue, so that no client can make the venue wait: one that does not read is cut off.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import trio
from attrs import define, frozen
from trio_websocket import WebSocketConnection

from batactors.testing.connection import Connection
from batactors.testing.fault_script import FaultScript
from batactors.testing.faults import (
    CutInFrame,
    DelayFrame,
    DuplicateFrame,
    Garbage,
    LoseFrame,
    MalformedRow,
    SkipSequence,
    SwapFrames,
    UnknownChannel,
    UnknownEvent,
)
from batactors.testing.http_server import CLOSE_SECONDS
from batactors.testing.kraken_spot.agenda import Agenda
from batactors.testing.kraken_spot.tap import Tap
from batactors.testing.kraken_spot.tokens import Token
from batactors.testing.kraken_spot.wire import Json, encode

HEARTBEAT_SECONDS = 1.0
LONELY_SECONDS = 60.0  # without a (private) subscription the venue hangs up
QUEUE_LIMIT = 10_000
HEARTBEAT = encode({"channel": "heartbeat"})


@frozen
class Outgoing:
    """A frame to write. Cut in half, it is the last one."""

    data: bytes
    cut: bool = False


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


class Requests(Protocol):
    """Where a session takes the messages of its client."""

    def handle_message(self, session: "Session", text: str | bytes) -> None:
        """Deal with one message, whole, without waiting."""
        ...


class Session:
    """One client's WebSocket."""

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
        self.connection = connection
        self.connection_id = connection_id
        self.role = role  # "public", "auth", or "both" for the combined path
        self.private: dict[tuple[str, str], Subscription] = {}  # by channel and account
        self.public: dict[tuple[str, str], Json] = {}  # by channel and symbol, with the parameters
        self._faults = faults
        self._agenda = agenda
        self._tap = tap
        self._latency = latency
        self._closing: tuple[int, str] | None = None
        self._held: dict[str, Outgoing] = {}
        self._to_queue, self._from_queue = trio.open_memory_channel[Outgoing](QUEUE_LIMIT)
        self._active_at = trio.current_time()

    @property
    def alive(self) -> bool:
        return not self.connection.closed

    # -- called by the venue; nothing here waits -----------------------------------------------------------------------

    def send(self, frame: Any) -> None:
        """Put a frame in the queue. A queue that is full, or a session that is over, loses it."""
        self._put(Outgoing(encode(frame)))

    def push(self, channel: str, rows: Sequence[Json] | Json, *, kind: str, number: Callable[[], int] | None) -> None:
        """Put a frame of a channel in the queue, or whatever the script of faults makes of it."""
        event, client_order_id = _subject(rows)
        occasion = {"channel": channel, "frame_type": kind, "event": event, "client_order_id": client_order_id}
        if unknown := self._faults.take(UnknownChannel, **occasion):
            self.send(dict(unknown.frame))
        if garbage := self._faults.take(Garbage, **occasion):
            self._put(Outgoing(garbage.text.encode()))
        for odd in (MalformedRow, UnknownEvent):
            if strange := self._faults.take(odd, **occasion):
                rows = [dict(strange.row), *rows] if isinstance(rows, list) else rows
        if self._faults.take(LoseFrame, **occasion):
            return
        frame: Json = {"channel": channel, "type": kind, "data": rows}
        if number is not None:
            frame["sequence"] = number()
        if self._faults.take(SkipSequence, **occasion):
            return
        outgoing = Outgoing(encode(frame), cut=self._faults.take(CutInFrame, **occasion) is not None)
        if delay := self._faults.take(DelayFrame, **occasion):
            self._agenda.after(delay.seconds, lambda: self._put(outgoing))
        elif self._faults.take(SwapFrames, **occasion):
            self._held[channel] = outgoing
        else:
            duplicate = self._faults.take(DuplicateFrame, **occasion)
            for _ in range(1 + (duplicate.extra if duplicate else 0)):
                self._put(outgoing)
            if held := self._held.pop(channel, None):
                self._put(held)

    def cut(self, *, mid_frame: bool = False) -> None:
        """Break the connection: now, or in the middle of the next frame, which is made up for the purpose."""
        if mid_frame:
            self._put(Outgoing(encode({"channel": "heartbeat", "padding": "x" * 64}), cut=True))
        else:
            self.connection.cut()

    def close(self, code: int, reason: str) -> None:
        """Close politely, in front of everything that still waits in the queue."""
        self._closing = (code, reason)
        self._put(Outgoing(b""))

    def touch(self) -> None:
        """Note that the client, or the state of its private subscriptions, gives a reason to stay."""
        self._active_at = trio.current_time()

    # -- tasks ---------------------------------------------------------------------------------------------------------

    async def run(self, websocket: WebSocketConnection, requests: Requests) -> None:
        """Hold the session until one side ends it."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._write, websocket)
            nursery.start_soon(self._watch)
            while True:
                message = await websocket.get_message()
                self._tap.frame_up(self.connection.number, message)
                if self._latency > 0:
                    due = trio.current_time() + self._latency
                    self._agenda.after(due - trio.current_time(), lambda m=message: self._take(requests, m))  # type: ignore[misc]
                else:
                    self._take(requests, message)

    def _take(self, requests: Requests, message: str | bytes) -> None:
        if self.role != "auth":
            self.touch()
        if self.alive:
            requests.handle_message(self, message)

    async def _write(self, websocket: WebSocketConnection) -> None:
        while True:
            outgoing = None
            with trio.move_on_after(HEARTBEAT_SECONDS):
                outgoing = await self._from_queue.receive()
            if self._closing is not None:
                await self._hang_up(websocket, *self._closing)
                return
            if outgoing is None:
                outgoing = self._idle()
            if outgoing is not None:
                self.connection.cut_in_next_frame |= outgoing.cut
                await websocket.send_message(outgoing.data.decode())
                self._tap.frame_down(self.connection.number, outgoing.data)

    def _idle(self) -> Outgoing | None:
        """What is said when nothing flows: first what was held back for an exchange, then the heartbeat."""
        if self._held:
            return self._held.pop(next(iter(self._held)))
        return Outgoing(HEARTBEAT) if self.private or self.public else None

    async def _watch(self) -> None:
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

    async def _hang_up(self, websocket: WebSocketConnection, code: int, reason: str) -> None:
        with trio.move_on_after(CLOSE_SECONDS):
            await websocket.aclose(code, reason or None)
        self.connection.cut()

    def _put(self, outgoing: Outgoing) -> None:
        try:
            self._to_queue.send_nowait(outgoing)
        except trio.WouldBlock:
            self.connection.cut()


def _subject(rows: Sequence[Json] | Json) -> tuple[str | None, str | None]:
    """What a frame is about, for faults that are meant for one kind of event or one order."""
    first = rows[0] if isinstance(rows, list) and rows else {}
    return first.get("exec_type"), first.get("cl_ord_id")
