"""Sockets of the simulated network, as trio's socket hooks want them.

`SimulatedSocket` offers what trio's streams and listeners, and the libraries above them, use of a TCP socket: those run
on it unmodified. What is not here raises NotImplementedError through trio's own base class.
"""

import errno
import socket as stdlib
from collections import deque
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self, overload

import trio

from batactors.testing.link import Link, fail

if TYPE_CHECKING:
    from typing_extensions import Buffer

Address = tuple[str, int]


class Net(Protocol):
    """What a socket asks of the network it is plugged into."""

    def opened(self, socket: "SimulatedSocket") -> int:
        """Note that a socket exists, and number it."""
        ...

    def closed(self, socket: "SimulatedSocket", *, rudely: bool) -> None:
        """Note that a socket is no more, and whether its kernel sends a reset for it."""
        ...

    def claim(self, socket: "SimulatedSocket", port: int) -> int:
        """Give a port to this socket alone: this one, or any if it is 0."""
        ...

    async def dial(self, client: "SimulatedSocket", address: Address) -> None:
        """Connect this socket, or raise what the kernel would."""
        ...


class SimulatedSocket(trio.socket.SocketType):
    """A TCP socket over IPv4: new, then either a listener or one end of a connection, then closed."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self._net = net
        self._local: Address = ("0.0.0.0", 0)
        self._remote: Address | None = None
        self._inbound: Link | None = None
        self._outbound: Link | None = None
        self._waiting: deque[SimulatedSocket] | None = None  # accepted by the kernel, not yet by the listener
        self._bell = trio.lowlevel.ParkingLot()
        self._closed = False
        self.number = net.opened(self)
        self.connection = 0  # the number of the connection that it is an end of; 0 for none

    def __repr__(self) -> str:
        return f"<SimulatedSocket {self.number}: {self._local} to {self._remote}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _sock(self) -> "SimulatedSocket":
        # AnyIO reaches through trio's socket for the one of the standard library; it asks that one for addresses only.
        return self

    @property
    def family(self) -> stdlib.AddressFamily:
        return stdlib.AF_INET

    @property
    def type(self) -> stdlib.SocketKind:
        return stdlib.SOCK_STREAM

    @property
    def proto(self) -> int:
        return stdlib.IPPROTO_TCP

    @property
    def listening(self) -> bool:
        """Whether connections are accepted here."""
        return self._waiting is not None and not self._closed

    def fileno(self) -> int:
        # No real file has this number: whoever hands it to the operating system hears of it at once.
        return -1 if self._closed else 1_000_000_000 + self.number

    def getsockname(self) -> Address:
        self._check_open()
        return self._local

    def getpeername(self) -> Address:
        self._check_open()
        if self._remote is None:
            fail(errno.ENOTCONN)
        return self._remote

    @overload
    def getsockopt(self, level: int, optname: int) -> int: ...

    @overload
    def getsockopt(self, level: int, optname: int, buflen: int) -> bytes: ...

    def getsockopt(self, level: int, optname: int, buflen: int | None = None) -> int | bytes:
        self._check_open()
        accepts = (level, optname) == (stdlib.SOL_SOCKET, stdlib.SO_ACCEPTCONN) and self.listening
        return int(accepts) if buflen is None else int(accepts).to_bytes(buflen, "little")

    def setsockopt(self, level: int, optname: int, value: "int | Buffer | None", optlen: int | None = None) -> None:
        # Timing is the network's affair, whatever the options say.
        self._check_open()

    async def bind(self, address: Any) -> None:
        self._check_open()
        await trio.lowlevel.checkpoint()
        self._local = (address[0], self._net.claim(self, address[1]))

    def listen(self, backlog: int = 128) -> None:
        self._check_open()
        if self._local[1] == 0:
            self._local = (self._local[0], self._net.claim(self, 0))
        self._waiting = deque()

    def welcome(self, server: "SimulatedSocket") -> None:
        """Let the listener accept this end of a new connection."""
        assert self._waiting is not None
        self._waiting.append(server)
        self._bell.unpark_all()

    async def accept(self) -> "tuple[SimulatedSocket, Address]":
        self._check_open()
        await trio.lowlevel.checkpoint()
        while True:
            if self._waiting is None:
                fail(errno.EINVAL)
            if self._waiting:
                server = self._waiting.popleft()
                return server, server.getpeername()
            await self._bell.park()
            self._check_not_closed_meanwhile()

    async def connect(self, address: Any) -> None:
        self._check_open()
        if self._inbound is not None:
            fail(errno.EISCONN)
        try:
            await self._net.dial(self, address)
        except trio.Cancelled:
            # As trio does: a connection that is half made is of no use to anybody.
            self.close()
            raise

    def join(
        self, local: Address, remote: Address | None, inbound: Link | None, outbound: Link | None, connection: int = 0
    ) -> None:
        """Become one end of a connection, or nothing again if all is None."""
        self._local, self._remote, self.connection = local, remote, connection
        self._inbound, self._outbound = inbound, outbound

    async def recv(self, buflen: int, flags: int = 0, /) -> bytes:
        self._check_open()
        await trio.lowlevel.checkpoint_if_cancelled()
        inbound, _ = self._links()
        if (data := inbound.read(buflen)) is not None:
            await trio.lowlevel.cancel_shielded_checkpoint()
            return data
        while data is None:
            await inbound.wait_readable()
            self._check_not_closed_meanwhile()
            data = inbound.read(buflen)
        return data

    async def send(self, data: "Buffer", flags: int = 0, /) -> int:
        self._check_open()
        await trio.lowlevel.checkpoint_if_cancelled()
        inbound, outbound = self._links()
        waited = False
        while not outbound.room and not inbound.is_reset:
            await outbound.wait_writable()
            self._check_not_closed_meanwhile()
            waited = True
        if inbound.is_reset or outbound.ended:
            fail(errno.EPIPE)
        with memoryview(data) as view:
            written = bytes(view[: outbound.room])
        outbound.write(written)
        if not waited:
            await trio.lowlevel.cancel_shielded_checkpoint()
        return len(written)

    @property
    def room(self) -> int:
        """How many bytes can be written now; none if this is no end of a connection."""
        return self._outbound.room if self._outbound is not None else 0

    async def wait_writable(self) -> None:
        self._check_open()
        await trio.lowlevel.checkpoint()
        inbound, outbound = self._links()
        while not outbound.room and not inbound.is_reset:
            await outbound.wait_writable()
            self._check_not_closed_meanwhile()

    def is_readable(self) -> bool:
        self._check_open()
        return self._inbound is not None and self._inbound.has_news

    @property
    def did_shutdown_SHUT_WR(self) -> bool:
        return self._outbound is not None and self._outbound.ended

    def shutdown(self, flag: int) -> None:
        self._check_open()
        _, outbound = self._links()
        if flag != stdlib.SHUT_WR:
            raise NotImplementedError("only the writing side of a simulated socket can be shut down")
        outbound.end()

    def close(self) -> None:
        self._close(rudely=self._inbound is not None and bool(self._inbound.pieces))

    def _close(self, *, rudely: bool) -> None:
        if self._closed:
            return
        self._closed = True
        self._net.closed(self, rudely=rudely)
        self._bell.unpark_all()
        for server in self._waiting or ():
            server.abort()
        if self._inbound is not None:
            self._inbound.abandon()

    def abort(self) -> None:
        """Close with a reset instead of an end, as a kernel does for connections that nobody accepted."""
        if self._outbound is not None:
            self._outbound.reset(self._outbound.arrival(trio.current_time()))
        self._close(rudely=True)

    def _links(self) -> tuple[Link, Link]:
        if self._inbound is None or self._outbound is None:
            fail(errno.ENOTCONN)
        return self._inbound, self._outbound

    def _check_open(self) -> None:
        if self._closed:
            fail(errno.EBADF)

    def _check_not_closed_meanwhile(self) -> None:
        if self._closed:
            raise trio.ClosedResourceError("another task closed this socket")
