"""A WebSocket as the engine needs it: text in, text out, and any trouble ends it at once with one kind of error.

The only importer of trio-websocket, whose traps are dealt with here: a handshake that never returns when the peer goes
away, a rejection that leaves through the nursery, a send that a timeout corrupts, a close that waits for ever.
"""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import h11
import trio
import wsproto.utilities
from trio_websocket import (
    ConnectionClosed,
    ConnectionRejected,
    HandshakeError,
    WebSocketConnection,
    wrap_client_stream,
)

from batactors.actors.supervisor import leaves
from batactors.model.errors import TransportError

QUEUE = 4096
"""Frames that wait inside trio-websocket; with its default of 1 a slow reader keeps the pongs from being seen."""
LARGEST = 16 * 1024 * 1024
"""Bytes of one frame; snapshots of accounts with many orders are large."""
CLOSING = 1.0
"""Seconds for the closing handshake; a dead peer never answers it."""

Stream = trio.SocketStream | trio.SSLStream[trio.SocketStream]


class Socket:
    """One open WebSocket."""

    def __init__(self, connection: WebSocketConnection, url: str, send_within: float) -> None:
        self._connection = connection
        self._url = url
        self._send_within = send_within
        self.is_whole = True
        """No frame has been begun and not ended; after such a one, whatever follows would be read as its rest."""

    async def send(self, frame: str) -> None:
        """Write a frame.

        Raises:
            TransportError: It could not be written whole, in time. The session is of no more use: part of the frame may
                have left, and whatever followed would be read as its rest.
        """
        self.is_whole = False
        with trio.move_on_after(self._send_within):
            try:
                await self._connection.send_message(frame)
                self.is_whole = True
            except (ConnectionClosed, trio.BrokenResourceError, trio.ClosedResourceError, OSError) as error:
                raise TransportError(f"{self._url} closed while a frame was sent: {_why(error)}") from error
            return
        raise TransportError(f"{self._url} took no frame within {self._send_within:g} s")

    async def ping(self, *, within: float) -> bool:
        """Send a ping of the protocol, and see whether its pong came within so many seconds.

        Raises:
            TransportError: The session has ended.
        """
        with trio.move_on_after(within):
            try:
                await self._connection.ping()
                return True
            except (ConnectionClosed, trio.BrokenResourceError, trio.ClosedResourceError, OSError) as error:
                raise TransportError(f"{self._url} closed while a ping was sent: {_why(error)}") from error
        return False

    async def receive(self) -> str | bytes:
        """The next frame.

        Raises:
            TransportError: The session has ended.
        """
        try:
            return await self._connection.get_message()
        except (ConnectionClosed, trio.BrokenResourceError, trio.ClosedResourceError, OSError) as error:
            raise TransportError(f"{self._url} closed: {_why(error)}") from error


@asynccontextmanager
async def open_socket(url: str, path: str = "", *, within: float, send_within: float) -> AsyncIterator[Socket]:
    """Dial, and close whatever happens.

    Args:
        url: ``wss://`` or ``ws://``.
        path: What stands behind it. It may hold a token, so that no error shows it.
        within: Seconds for the whole of resolving, connecting and both handshakes.
        send_within: Seconds for one frame to be written.

    Raises:
        ExceptionGroup: Of ``TransportError``, if it could not be opened.
    """
    try:
        async with trio.open_nursery() as nursery:
            stream: Stream | None = None
            try:
                with trio.move_on_after(within) as dialing:
                    stream = await _open_stream(url)
                    connection = await _shake_hands(nursery, stream, url, path)
                if dialing.cancelled_caught:
                    raise TransportError(f"{url} could not be opened: no answer within {within:g} s")
                socket = Socket(connection, url, send_within)
                yield socket
                if socket.is_whole:
                    with trio.move_on_after(CLOSING):
                        await connection.aclose()
            finally:
                # trio-websocket leaves the stream open after an abnormal end, so it is closed by who opened it.
                if stream is not None:
                    await trio.aclose_forcefully(stream)
                nursery.cancel_scope.cancel()
    except* (ConnectionRejected, h11.ProtocolError, wsproto.utilities.ProtocolError) as group:
        # They leave through the nursery that the connection's reader runs in.
        trouble = TransportError(f"{url} refused the WebSocket: {'; '.join(_why(error) for error in leaves(group))}")
        raise ExceptionGroup("no WebSocket", [trouble]) from group


async def _open_stream(url: str) -> Stream:
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "wss"
    try:
        if secure:
            context = ssl.create_default_context()
            return await trio.open_ssl_over_tcp_stream(
                host, parts.port or 443, ssl_context=context, https_compatible=True
            )
        return await trio.open_tcp_stream(host, parts.port or 80)
    except OSError as error:
        raise TransportError(f"{url} could not be opened: {_why(error)}") from error


async def _shake_hands(nursery: trio.Nursery, stream: Stream, url: str, path: str) -> WebSocketConnection:
    parts = urlsplit(url.rstrip("/") + path if path else url)
    resource = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        if isinstance(stream, trio.SSLStream):
            await stream.do_handshake()  # later, trio-websocket would keep to itself what went wrong
        return await wrap_client_stream(
            nursery, stream, parts.netloc, resource, message_queue_size=QUEUE, max_message_size=LARGEST
        )
    except (HandshakeError, ConnectionClosed, OSError, trio.BrokenResourceError, trio.ClosedResourceError) as error:
        # Of an encryption that failed, such as by a certificate that is not trusted, the cause says why.
        raise TransportError(f"{url} could not be opened: {_why(error.__cause__ or error)}") from error


def _why(error: BaseException) -> str:
    if isinstance(error, ConnectionRejected):
        return f"HTTP {error.status_code}"
    if isinstance(error, ConnectionClosed) and error.reason is not None:
        reason = error.reason
        return f"code {reason.code} {reason.name}{f', {reason.reason}' if reason.reason else ''}"
    return f"{type(error).__name__} {error}".rstrip()
