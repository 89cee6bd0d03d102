"""One direction of a simulated connection: what was written, and when it can be read.

Delivery is the reader's business: a piece of data carries the moment of its arrival, and whoever reads waits for it. So
there are no tasks that carry bytes about, and a network at rest costs nothing. What ends a connection (a FIN or an RST)
travels like data does, behind it and as slowly.
"""

import errno
import math
import os
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

import trio
from attrs import Factory, define, field

if TYPE_CHECKING:
    from random import Random

# The bytes of one packet on a narrow road; elsewhere a write travels whole, however long it is.
SEGMENT = 1_460

# What may be under way or unread in one direction before the writer has to wait. It opens as soon as the reader reads.
WINDOW = 65_536


def fail(code: int) -> NoReturn:
    """Raise what the kernel would."""
    raise OSError(code, os.strerror(code))


@define(eq=False, kw_only=True)
class Road:
    """The way to a port or back from it, which all its connections share: how long it takes, and what is wrong now."""

    latency: tuple[float, float]
    tick: float = 0.0
    closed_until: float = -math.inf
    slow_by: float = 0.0
    slow_until: float = -math.inf
    narrow_to: float = math.inf  # bytes per second
    narrow_until: float = -math.inf
    narrow_free: float = -math.inf  # when all that was sent before is through the narrow place
    bytes_until_cut: int | None = None
    bytes_until_flip: int | None = None

    def arrival(self, chance: "Random", leaves: float, size: int = 0) -> float:
        """When so many bytes arrive that are sent at this moment; they wait where the road is closed or narrow."""
        leaves = max(leaves, self.closed_until)
        takes = chance.uniform(*self.latency)
        if leaves < self.slow_until:
            takes += self.slow_by
        if leaves < self.narrow_until:
            # What is not through when the narrow place widens is through then.
            leaves = min(max(leaves, self.narrow_free) + size / self.narrow_to, self.narrow_until)
            self.narrow_free = leaves
        arrives = leaves + takes
        if self.tick and math.isfinite(arrives):
            # Two causes meet at one instant only if instants are coarse. The margin forgives the last bit of a float.
            arrives = math.ceil(arrives / self.tick - 1e-9) * self.tick
        return arrives


@define(eq=False)
class Piece:
    """Bytes on their way. An empty piece is a packet without data: the handshake's."""

    due: float
    data: bytes


@define(eq=False, kw_only=True)
class Link:
    """What one end wrote and the other has not read, in order."""

    road: Road
    chance: "Random"
    # How probable it is that a write travels as two packets, and that a read gets only a part of what is there.
    split: float = 0.0
    reverse: "Link" = field(init=False)
    when_cut: Callable[[], None] = field(init=False)
    pieces: deque[Piece] = Factory(deque)
    unread: int = 0
    latest: float = -math.inf  # nothing overtakes what was sent before
    ended: bool = False  # the writer has sent its FIN,
    end_due: float = math.inf  # which arrives then
    broken: bool = False  # an RST is on its way to the reader
    reset_due: float = math.inf  # and arrives then
    abandoned: bool = False  # the reader has closed its end
    readable: trio.lowlevel.ParkingLot = Factory(trio.lowlevel.ParkingLot)
    writable: trio.lowlevel.ParkingLot = Factory(trio.lowlevel.ParkingLot)

    @property
    def room(self) -> int:
        """How many bytes the writer may write now."""
        return WINDOW - self.unread

    @property
    def is_reset(self) -> bool:
        """Whether the reader's end has learned that the connection is broken."""
        return self.reset_due <= trio.current_time()

    @property
    def has_news(self) -> bool:
        """Whether the reader would not have to wait."""
        first = self.pieces[0].due if self.pieces else math.inf
        return min(first, self.end_due, self.reset_due) <= trio.current_time()

    def arrival(self, leaves: float, size: int = 0) -> float:
        """When so many bytes arrive that leave at this moment, behind all that left before."""
        self.latest = max(self.latest, self.road.arrival(self.chance, leaves, size))
        return self.latest

    def write(self, data: bytes) -> None:
        """Send; the caller has made sure that there is room."""
        if len(data) > 1 and self.split and self.chance.random() < self.split:
            middle = self.chance.randrange(1, len(data))
            self._send(data[:middle])
            self._send(data[middle:])
        else:
            self._send(data)

    def _send(self, data: bytes) -> None:
        data = self._spoiled(data)
        budget = self.road.bytes_until_cut
        if budget is None or len(data) < budget:
            self.road.bytes_until_cut = None if budget is None else budget - len(data)
            self.put(data)
            return
        self.road.bytes_until_cut = None
        if budget:
            self.put(data[:budget])
        self.when_cut()
        self.cut(self.arrival(trio.current_time()))

    def _spoiled(self, data: bytes) -> bytes:
        """The data as it arrives: with one bit wrong, if this is where a bit is to be flipped."""
        ahead = self.road.bytes_until_flip
        if ahead is None:
            return data
        if ahead >= len(data):
            self.road.bytes_until_flip = ahead - len(data)
            return data
        self.road.bytes_until_flip = None
        wrong = data[ahead] ^ 1 << self.chance.randrange(8)
        return data[:ahead] + bytes([wrong]) + data[ahead + 1 :]

    def put(self, data: bytes) -> None:
        """Send, in one packet unless the road is narrow."""
        narrow = max(trio.current_time(), self.road.closed_until) < self.road.narrow_until
        step = SEGMENT if narrow else max(1, len(data))
        for start in range(0, max(1, len(data)), step):
            self._put(data[start : start + step])

    def _put(self, data: bytes) -> None:
        due = self.arrival(trio.current_time(), len(data))
        if self.abandoned:
            # Nobody is there to read it: its kernel answers with a reset. Until that is heard, it counts as unread.
            self.unread += len(data)
            self.reverse.reset(self.reverse.arrival(due))
        elif not self.broken or due < self.reset_due:
            self.pieces.append(Piece(due, data))
            self.unread += len(data)
            self.readable.unpark_all()

    async def packet(self, *, dialler: "Link") -> None:
        """Wait for a packet without data to arrive, and take it, unless the dialler, who reads there, gives up."""
        while not self.pieces or self.pieces[0].due > trio.current_time():
            if dialler.abandoned:
                raise trio.ClosedResourceError("another task closed this socket")
            if self.is_reset:
                fail(errno.ECONNRESET)
            await self.wait_readable()
        self.pieces.popleft()

    def read(self, limit: int) -> bytes | None:
        """What has arrived, at most this much; nothing (`b""`) after the end, and None while there is none yet."""
        now = trio.current_time()
        if not self.pieces or self.pieces[0].due > now:
            if self.end_due <= min(now, self.reset_due):
                return b""
            if self.reset_due <= now:
                fail(errno.ECONNRESET)
            return None
        if self.split and self.chance.random() < self.split:
            limit = self.chance.randint(1, min(limit, max(1, len(self.pieces[0].data))))
        taken: list[bytes] = []
        while limit and self.pieces and self.pieces[0].due <= now:
            piece = self.pieces[0]
            taken.append(piece.data[:limit])
            piece.data = piece.data[limit:]
            limit -= len(taken[-1])
            if not piece.data:
                self.pieces.popleft()
        data = b"".join(taken)
        self.unread -= len(data)
        self.writable.unpark_all()
        return data

    async def wait_readable(self) -> None:
        """Wait for the next arrival, or for news; the caller looks again."""
        next_due = min(self.pieces[0].due if self.pieces else math.inf, self.end_due, self.reset_due)
        if next_due == math.inf:
            await self.readable.park()  # most waits are of this kind, and a scope costs more than they do
            return
        with trio.move_on_at(next_due):
            await self.readable.park()

    async def wait_writable(self) -> None:
        """Wait for room, or for the news that the connection is broken; the caller looks again."""
        with trio.move_on_at(self.reverse.reset_due):
            await self.writable.park()

    def end(self) -> None:
        """Send the FIN: nothing more follows."""
        if not self.ended and not self.broken:
            self.ended = True
            self.end_due = self.arrival(trio.current_time())
            self.readable.unpark_all()

    def abandon(self) -> None:
        """Close the reader's end. Data that nobody will read makes the kernel reset instead of ending in peace."""
        now = trio.current_time()
        unwanted = bool(self.pieces)
        unread_due = self.pieces[0].due if unwanted else math.inf
        self.abandoned = True
        self.pieces.clear()
        self.unread = 0
        if unread_due > now:
            self.reverse.end()
        if unwanted:
            self.reverse.reset(self.reverse.arrival(max(now, unread_due)))
        self.wake()

    def reset(self, due: float) -> None:
        """Let the reader learn at this moment that the connection is broken. What arrives before can still be read."""
        self.broken = True
        self.reset_due = min(self.reset_due, due)
        while self.pieces and self.pieces[-1].due > self.reset_due:
            self.unread -= len(self.pieces.pop().data)
        self.wake()

    def cut(self, due: float) -> None:
        """Let both ends learn at the same moment that the connection is broken."""
        self.reset(due)
        self.reverse.reset(due)

    def hold(self, until: float) -> None:
        """Let nothing that has not arrived yet arrive before what leaves at this moment: the road is closed."""
        self._reschedule(max, until)

    def release(self) -> None:
        """Send all that has not arrived yet again, now: the road is open."""
        self.latest = trio.current_time()
        self._reschedule(lambda due, arrives: arrives, self.latest)

    def _reschedule(self, choose: Callable[[float, float], float], leaves: float) -> None:
        now = trio.current_time()
        arrives = self.arrival(leaves)
        for piece in self.pieces:
            if piece.due > now:
                piece.due = choose(piece.due, arrives)
        if self.ended and self.end_due > now:
            self.end_due = choose(self.end_due, arrives)
        if self.broken and self.reset_due > now:
            self.reset_due = choose(self.reset_due, arrives)
        self.wake()

    def wake(self) -> None:
        """Let everybody who waits look again."""
        for link in (self, self.reverse):
            link.readable.unpark_all()
            link.writable.unpark_all()
