"""One WebSocket of one client, at any venue: what is written goes through a queue, and faults of pushed frames strike.

The queue is bounded, so that no client can make the venue wait: one that does not read is cut off.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol

import trio
from attrs import frozen
from trio_websocket import WebSocketConnection

from batactors.testing.connection import Connection
from batactors.testing.fault_script import FaultScript
from batactors.testing.faults import (
    CutInFrame,
    DelayFrame,
    DuplicateFrame,
    Garbage,
    LoseFrame,
    SkipSequence,
    SwapFrames,
    UnknownChannel,
)
from batactors.testing.http_server import CLOSE_SECONDS
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.tap import Tap
from batactors.testing.venue.text import encode

QUEUE_LIMIT = 10_000


@frozen
class Outgoing:
    """A frame to write. Cut in half, it is the last one."""

    data: bytes
    cut: bool = False


class Requests(Protocol):
    """Where a session takes the messages of its client."""

    def handle_message(self, session: Any, text: str | bytes) -> None:
        """Deal with one message, whole, without waiting."""
        ...


class Session:
    """One client's WebSocket."""

    idle_seconds: ClassVar[float] = 1.0
    """After so long without a frame `idle` is asked for one."""

    def __init__(
        self, *, connection: Connection, faults: FaultScript, agenda: Agenda, tap: Tap, latency: float = 0.0
    ) -> None:
        self.connection = connection
        self._faults = faults
        self._agenda = agenda
        self._tap = tap
        self._latency = latency
        self._closing: tuple[int, str] | None = None
        self._held: dict[str, Outgoing] = {}
        self._to_queue, self._from_queue = trio.open_memory_channel[Outgoing](QUEUE_LIMIT)

    @property
    def alive(self) -> bool:
        return not self.connection.closed

    # -- for each venue to say -----------------------------------------------------------------------------------------

    def idle(self) -> bytes | None:
        """What is said when nothing flows."""
        return None

    async def upkeep(self, websocket: WebSocketConnection) -> None:
        """What goes on beside reading and writing, until the session ends."""
        await trio.sleep_forever()

    def heard(self) -> None:
        """A message of the client has arrived."""

    # -- called by the venue; nothing here waits -----------------------------------------------------------------------

    def send(self, frame: Any) -> None:
        """Put a frame in the queue. A queue that is full, or a session that is over, loses it."""
        self._put(Outgoing(encode(frame)))

    def disturb(self, occasion: Mapping[str, str | None]) -> None:
        """Say what the script of faults has said before a frame of this kind."""
        if unknown := self._faults.take(UnknownChannel, **occasion):
            self.send(dict(unknown.frame))
        if garbage := self._faults.take(Garbage, **occasion):
            self._put(Outgoing(garbage.text.encode()))

    def deliver(self, stream: str, occasion: Mapping[str, str | None], frame: Callable[[], Any]) -> None:
        """Put a frame in the queue, or whatever the script of faults makes of it.

        Args:
            stream: What it belongs to: two frames of one stream may change places.
            occasion: What a fault may be narrowed to.
            frame: Makes it, if it is not lost without a trace; where frames are numbered, that takes the number.
        """
        if self._faults.take(LoseFrame, **occasion):
            return
        data = encode(frame())
        if self._faults.take(SkipSequence, **occasion):
            return
        outgoing = Outgoing(data, cut=self._faults.take(CutInFrame, **occasion) is not None)
        if delay := self._faults.take(DelayFrame, **occasion):
            self._agenda.after(delay.seconds, lambda: self._put(outgoing))
        elif self._faults.take(SwapFrames, **occasion):
            self._held[stream] = outgoing
        else:
            duplicate = self._faults.take(DuplicateFrame, **occasion)
            for _ in range(1 + (duplicate.extra if duplicate else 0)):
                self._put(outgoing)
            if held := self._held.pop(stream, None):
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

    # -- tasks ---------------------------------------------------------------------------------------------------------

    async def run(self, websocket: WebSocketConnection, requests: Requests) -> None:
        """Hold the session until one side ends it."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._write, websocket)
            nursery.start_soon(self.upkeep, websocket)
            while True:
                message = await websocket.get_message()
                self._tap.frame_up(self.connection.number, message)
                if self._latency > 0:
                    due = trio.current_time() + self._latency
                    self._agenda.after(due - trio.current_time(), lambda m=message: self._take(requests, m))  # type: ignore[misc]
                else:
                    self._take(requests, message)

    def _take(self, requests: Requests, message: str | bytes) -> None:
        self.heard()
        if self.alive:
            requests.handle_message(self, message)

    async def _write(self, websocket: WebSocketConnection) -> None:
        while True:
            outgoing = None
            with trio.move_on_after(self.idle_seconds):
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
        """What is said when nothing flows: first what was held back for an exchange."""
        if self._held:
            return self._held.pop(next(iter(self._held)))
        data = self.idle()
        return None if data is None else Outgoing(data)

    async def _hang_up(self, websocket: WebSocketConnection, code: int, reason: str) -> None:
        with trio.move_on_after(CLOSE_SECONDS):
            await websocket.aclose(code, reason or None)
        self.connection.cut()

    def _put(self, outgoing: Outgoing) -> None:
        try:
            self._to_queue.send_nowait(outgoing)
        except trio.WouldBlock:
            self.connection.cut()
