"""A small HTTP/1.1 server on trio streams, with h11, that hands upgrades to trio-websocket. For simulated venues only.

One port serves REST and WebSocket alike. It does on purpose what a good server never does: it goes half open, cuts
connections in the middle of a frame, and answers too late, when its application says so. It never waits for a client
without a bound.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

import h11
import trio
from attrs import field, frozen
from trio_websocket import ConnectionClosed, WebSocketConnection, wrap_server_stream
from wsproto.utilities import LocalProtocolError

from batactors.testing.connection import RECEIVE_BYTES, Connection

HEAD_SECONDS = 10.0  # a request that has begun must be whole within this
IDLE_SECONDS = 75.0  # a connection without requests is closed, later than clients drop theirs
CLOSE_SECONDS = 5.0  # a polite close that is not answered becomes a rude one
BODY_LIMIT = 1_000_000
MESSAGE_LIMIT = 1_000_000
MESSAGE_QUEUE = 1_024

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

    def hear_http(self, request: HttpRequest, connection: Connection) -> None:
        """Note a request, before anything is done about it; upgrades are requests too."""
        ...

    def note_reply(self, reply: HttpReply, connection: Connection) -> None:
        """Note a reply that was written."""
        ...

    async def handle_http(self, request: HttpRequest, connection: Connection) -> HttpReply:
        """Answer a request."""
        ...

    def refuse_websocket(self, request: HttpRequest) -> HttpReply | None:
        """Refuse an upgrade before it is made; None lets it be made."""
        ...

    async def handle_websocket(
        self, websocket: WebSocketConnection, request: HttpRequest, connection: Connection
    ) -> None:
        """Hold a session until it ends."""
        ...


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
        application.hear_http(request, connection)
        if request.headers.get("upgrade", "").lower() == "websocket":
            if refusal := application.refuse_websocket(request):
                await exchange.answer(refusal)
                application.note_reply(refusal, connection)
                return
            connection.replay(exchange.raw)
            await _serve_websocket(connection, request, application.handle_websocket)
            return
        reply = await application.handle_http(request, connection)
        if (usable := await exchange.answer(reply)) is None:
            return
        application.note_reply(reply, connection)
        if not usable:
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

    async def answer(self, reply: HttpReply) -> bool | None:
        """Write a reply, and say whether the connection can be used again; None if the client does not wait for it."""
        if reply.stall > 0 and not await self._wait(reply.stall):
            return None
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
    connection: Connection,
    request: HttpRequest,
    handle: Callable[[WebSocketConnection, HttpRequest, Connection], Awaitable[None]],
) -> None:
    connection.is_websocket = True
    async with trio.open_nursery() as nursery:
        websocket: WebSocketConnection | None = None
        # The library never returns from a handshake that the client abandons.
        with trio.move_on_after(HEAD_SECONDS):
            upgrade = await wrap_server_stream(
                nursery,
                connection,
                message_queue_size=MESSAGE_QUEUE,
                max_message_size=MESSAGE_LIMIT,
                receive_buffer_size=RECEIVE_BYTES,
            )
            websocket = await upgrade.accept()
        if websocket is not None:
            await handle(websocket, request, connection)
        nursery.cancel_scope.cancel()
