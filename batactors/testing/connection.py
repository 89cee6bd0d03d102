"""The venue's end of a TCP connection: it can go half open and be cut at any moment, on any kind of socket."""

import contextlib
import math
import socket
import ssl
import struct

import trio

from batactors.testing.sockets import SimulatedSocket

SEND_SECONDS = 10.0  # a client that does not read for so long is gone
SILENT_LIMIT = 1_000_000  # what piles up during a silence; the rest stays in the kernel
RECEIVE_BYTES = 65_536
PING = 0x9  # of RFC 6455


class Connection(trio.abc.Stream):
    """A client's TCP connection, which can replay what was read, fall silent, and be cut at any moment.

    `cut` is an ordinary call: a test or a fault does it between two awaits, and nobody else runs before it is done.

    Args:
        stream: Its socket.
        number: What it is called: on a simulated network the network's number goes before this one.
        ssl_context: Encrypts it.
    """

    def __init__(
        self, stream: trio.SocketStream, number: int = 0, *, ssl_context: ssl.SSLContext | None = None
    ) -> None:
        end = self._socket = stream.socket
        self.number = end.connection if isinstance(end, SimulatedSocket) else number
        self._stream: trio.SocketStream | trio.SSLStream[trio.SocketStream] = stream
        if ssl_context is not None:
            self._stream = trio.SSLStream(stream, ssl_context, server_side=True, https_compatible=True)
        self._pending = bytearray()
        self._silent_until = -1.0
        self._closed = False
        self._changed = trio.Event()
        self.cut_in_next_frame = False
        self.is_websocket = False
        self.pinged_at = -math.inf
        """When the client last sent a ping frame, which the library answers without a word."""

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def silent(self) -> bool:
        return trio.current_time() < self._silent_until

    def replay(self, data: bytes) -> None:
        """Let this be read again, first."""
        self._pending[:0] = data

    def go_silent(self, seconds: float) -> None:
        """Nothing gets through for so long, in either direction; the socket stays open."""
        self._silent_until = trio.current_time() + seconds
        self._wake()

    def cut(self) -> None:
        """Reset the connection, now."""
        if self._closed:
            return
        self._closed = True
        end = self._socket
        if isinstance(end, SimulatedSocket):
            end.abort()
        else:
            # Without lingering, closing sends a reset and drops what was not sent yet.
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.close()
        self._wake()

    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        while True:
            self._raise_if_closed()
            if self._pending and not self.silent:
                await trio.lowlevel.checkpoint()
                data = bytes(self._pending[: max_bytes or RECEIVE_BYTES])
                del self._pending[: len(data)]
                return data
            if len(self._pending) >= SILENT_LIMIT:
                await self._wait_for_voice()
                continue
            data, cut_short = b"", False
            if self.silent:
                with trio.move_on_at(self._silent_until) as scope:
                    data = bytes(await self._stream.receive_some(RECEIVE_BYTES))
                cut_short = scope.cancelled_caught
            else:
                data = bytes(await self._stream.receive_some(RECEIVE_BYTES))
            if not data and not cut_short:
                # The client is gone. Through a dead line that could not be seen; here it frees the connection.
                return b""
            if self.is_websocket and data[:1] and data[0] & 0x0F == PING:  # a frame begins with what is written at once
                self.pinged_at = trio.current_time()
            self._pending += data

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        await self._wait_for_voice()
        self._raise_if_closed()
        if self.cut_in_next_frame:
            data = data[: max(1, len(data) // 2)]
        gone = False
        if self._has_room(len(data)):
            await self._stream.send_all(data)
        else:
            with trio.move_on_after(SEND_SECONDS) as scope:
                await self._stream.send_all(data)
            gone = scope.cancelled_caught
        if self.cut_in_next_frame or gone:
            self.cut()
            raise trio.BrokenResourceError("the connection was cut")

    async def wait_send_all_might_not_block(self) -> None:
        await self._stream.wait_send_all_might_not_block()

    async def aclose(self) -> None:
        was_cut, self._closed = self._closed, True
        self._wake()
        if was_cut:
            await trio.aclose_forcefully(self._stream)  # nothing can be said there any more, not even the end
        else:
            await self._stream.aclose()

    def _has_room(self, size: int) -> bool:
        """Whether so many bytes can surely be written without waiting for the client to read."""
        end = self._socket
        return self._stream.__class__ is trio.SocketStream and isinstance(end, SimulatedSocket) and size <= end.room

    async def _wait_for_voice(self) -> None:
        while self.silent and not self._closed:
            with trio.move_on_at(self._silent_until):
                await self._changed.wait()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = trio.Event()

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise trio.ClosedResourceError("the connection was cut")
