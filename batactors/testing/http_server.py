"""A small HTTP/1.1 server on trio streams, with h11, that hands upgrades to trio-websocket. For simulated venues only.

One port serves REST and WebSocket alike. It does on purpose what a good server never does: it goes half open, cuts
connections in the middle of a frame, and answers too late, when its application says so. It never waits for a client
without a bound.
"""

import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Protocol

import h11
import trio
from attrs import field, frozen
from trio_websocket import ConnectionClosed, WebSocketConnection, wrap_server_stream
from wsproto.utilities import LocalProtocolError

from batactors.testing.sockets import SimulatedSocket

SEND_SECONDS = 10.0  # a client that does not read for so long is gone
HEAD_SECONDS = 10.0  # a request that has begun must be whole within this
IDLE_SECONDS = 75.0  # a connection without requests is closed, later than clients drop theirs
CLOSE_SECONDS = 5.0  # a polite close that is not answered becomes a rude one
BODY_LIMIT = 1_000_000
MESSAGE_LIMIT = 1_000_000
SILENT_LIMIT = 1_000_000  # what piles up during a silence; the rest stays in the kernel
MESSAGE_QUEUE = 1_024
RECEIVE_BYTES = 65_536

SOCKET_ERRORS = (
    trio.BrokenResourceError,
    trio.ClosedResourceError,
    ConnectionClosed,
    h11.ProtocolError,
    LocalProtocolError,
)


@frozen(kw_only=True)
class HttpRequest:
    """One request, whole."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


@frozen(kw_only=True)
class HttpReply:
    """One answer, and the ways in which it may fail to arrive."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    stall: float = 0.0  # seconds before it is written
    cut: bool = False  # half of it is written, and the connection is reset
    headers: dict[str, str] = field(factory=dict)


class Application(Protocol):
    """What a venue provides."""

    async def handle_http(self, request: HttpRequest, connection: "Connection") -> HttpReply:
        """Answer a request."""
        ...

    async def handle_websocket(self, websocket: WebSocketConnection, path: str, connection: "Connection") -> None:
        """Hold a session until it ends."""
        ...


class Connection(trio.abc.Stream):
    """A client's TCP connection, which can replay what was read, fall silent, and be cut at any moment.

    `cut` is an ordinary call: a test or a fault does it between two awaits, and nobody else runs before it is done.
    """

    def __init__(self, stream: trio.SocketStream) -> None:
        self._stream = stream
        self._pending = bytearray()
        self._silent_until = -1.0
        self._closed = False
        self._changed = trio.Event()
        self.cut_in_next_frame = False
        self.is_websocket = False

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
        end = self._stream.socket
        if isinstance(end, SimulatedSocket):
            end.abort()
        else:
            # Without lingering, closing sends a reset and drops what was not sent yet.
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
            data = b""
            with trio.move_on_at(self._silent_until if self.silent else float("inf")) as scope:
                data = bytes(await self._stream.receive_some(RECEIVE_BYTES))
            if not data and not scope.cancelled_caught:
                # The client is gone. Through a dead line that could not be seen; here it frees the connection.
                return b""
            self._pending += data

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        await self._wait_for_voice()
        self._raise_if_closed()
        if self.cut_in_next_frame:
            data = data[: max(1, len(data) // 2)]
        with trio.move_on_after(SEND_SECONDS) as scope:
            await self._stream.send_all(data)
        if self.cut_in_next_frame or scope.cancelled_caught:
            self.cut()
            raise trio.BrokenResourceError("the connection was cut")

    async def wait_send_all_might_not_block(self) -> None:
        await self._stream.wait_send_all_might_not_block()

    async def aclose(self) -> None:
        self._closed = True
        self._wake()
        await self._stream.aclose()

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


async def serve_connection(connection: Connection, application: Application) -> None:
    """Serve one client until it leaves, or is cut off; what its socket does wrong ends here."""
    try:
        await _serve(connection, application)
    except* SOCKET_ERRORS:
        pass
    finally:
        with trio.move_on_after(CLOSE_SECONDS, shield=True):
            await connection.aclose()


async def _serve(connection: Connection, application: Application) -> None:
    exchange = _Exchange(connection)
    while True:
        request = await exchange.next_request()
        if request is None:
            return
        if request.headers.get("upgrade", "").lower() == "websocket":
            connection.replay(exchange.raw)
            await _serve_websocket(connection, request.path, application.handle_websocket)
            return
        reply = await application.handle_http(request, connection)
        if not await exchange.answer(reply):
            return


class _Exchange:
    """The HTTP side of one connection: requests in, replies out, and the bytes of the present request."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._http = h11.Connection(h11.SERVER)
        self.raw = b""

    async def next_request(self) -> HttpRequest | None:
        """The next request; None when the client leaves, dawdles, or sends too much."""
        if self._http.our_state is h11.DONE:
            self.raw = self._http.trailing_data[0]
            self._http.start_next_cycle()
        with trio.move_on_after(IDLE_SECONDS):
            while not self.raw:
                if not await self._receive():
                    return None
            with trio.move_on_after(HEAD_SECONDS):
                return await self._read_request()
        return None

    async def answer(self, reply: HttpReply) -> bool:
        """Write a reply, if the client waits for it; False when the connection cannot be used again."""
        if reply.stall > 0 and not await self._wait(reply.stall):
            return False
        headers = {"content-type": reply.content_type, "content-length": str(len(reply.body)), **reply.headers}
        data = self._http.send(h11.Response(status_code=reply.status, headers=list(headers.items()))) or b""
        data += self._http.send(h11.Data(data=reply.body)) or b""
        data += self._http.send(h11.EndOfMessage()) or b""
        self._connection.cut_in_next_frame |= reply.cut
        await self._connection.send_all(data)
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    async def _read_request(self) -> HttpRequest | None:
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                if self._http.they_are_waiting_for_100_continue:
                    await self._connection.send_all(
                        self._http.send(h11.InformationalResponse(status_code=100, headers=[])) or b""
                    )
                if not await self._receive():
                    return None
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > BODY_LIMIT:
                    return None
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return HttpRequest(
                    method=head.method.decode(),
                    target=head.target.decode(),
                    headers={name.decode().lower(): value.decode("latin-1") for name, value in head.headers},
                    body=bytes(body),
                )
            else:
                return None

    async def _receive(self) -> bool:
        data = await self._connection.receive_some()
        self._http.receive_data(data)
        self.raw += data
        return bool(data)

    async def _wait(self, seconds: float) -> bool:
        """Let time pass; False when the client hangs up meanwhile."""
        with trio.move_on_after(seconds):
            while await self._receive():
                pass
            return False
        return True


async def _serve_websocket(
    connection: Connection, path: str, handle: Callable[[WebSocketConnection, str, Connection], Awaitable[None]]
) -> None:
    connection.is_websocket = True
    async with trio.open_nursery() as nursery:
        websocket: WebSocketConnection | None = None
        # The library never returns from a handshake that the client abandons.
        with trio.move_on_after(HEAD_SECONDS):
            request = await wrap_server_stream(
                nursery,
                connection,
                message_queue_size=MESSAGE_QUEUE,
                max_message_size=MESSAGE_LIMIT,
                receive_buffer_size=RECEIVE_BYTES,
            )
            websocket = await request.accept()
        if websocket is not None:
            await handle(websocket, path, connection)
        nursery.cancel_scope.cancel()
