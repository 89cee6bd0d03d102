"""A simulated venue on a port: how it is served, watched, broken and banned, whatever its protocol."""

import math
import ssl
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

import trio
from trio_websocket import WebSocketConnection

from batactors.testing.connection import Connection
from batactors.testing.fault_script import FaultScript
from batactors.testing.faults import BANNED, FOREVER, RefuseUpgrade
from batactors.testing.http_server import HttpReply, HttpRequest, serve_connection
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.exchange import Exchange
from batactors.testing.venue.session import Session
from batactors.testing.venue.tap import Tap, Watch


class World(Protocol):
    """What a fault of a request may do to the venue as a whole."""

    def set_status(self, status: str) -> None: ...

    def restart(self, down_for: float) -> None: ...

    def ban(self, seconds: float, *, close_sessions: bool) -> None: ...


class Served(ABC):
    """Start it with `await nursery.start(venue.serve, "127.0.0.1", 0)`; everything else is a plain call."""

    faults: FaultScript
    _agenda: Agenda

    def __init__(self, *, tap: Tap) -> None:
        self._tap = tap
        self._connections: list[Connection] = []
        self._accepted = 0
        self._up: trio.CancelScope | None = None
        self._down_for = 0.0
        self._banned_until = -math.inf

    # -- for each venue to say -----------------------------------------------------------------------------------------

    @abstractmethod
    def addresses(self, host: str, port: int, s: str) -> Any:
        """Where a client finds the venue. `s` is what makes http and ws https and wss; the host is fit for a URL."""

    @property
    @abstractmethod
    def open_sessions(self) -> Sequence[Session]:
        """The WebSocket sessions that are open."""

    @abstractmethod
    def has_path(self, path: str) -> bool:
        """Whether WebSockets are accepted there."""

    @abstractmethod
    async def hold(self, websocket: WebSocketConnection, request: HttpRequest, connection: Connection) -> None:
        """Hold a WebSocket session until it ends."""

    @abstractmethod
    async def answer(self, request: HttpRequest, connection: Connection) -> HttpReply:
        """Answer a REST call."""

    @property
    @abstractmethod
    def tokens_given(self) -> Sequence[str]:
        """Every token that was ever given out: no text of a client may hold one."""

    @abstractmethod
    def invalidate_tokens(self) -> None:
        """Refuse, or kill, every token given out so far."""

    @abstractmethod
    def recover(self) -> None:
        """End what is wrong with the venue as a whole: a ban, a status."""

    def banned_reply(self) -> HttpReply:
        """What somebody who is banned is told."""
        return html(429, BANNED)

    # -- serving -------------------------------------------------------------------------------------------------------

    async def serve(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        ssl_context: ssl.SSLContext | None = None,
        task_status: trio.TaskStatus[Any] = trio.TASK_STATUS_IGNORED,
    ) -> None:
        """Be there, until cancelled; restarts are lived through in here, on the same port.

        Args:
            host: The address to listen at.
            port: Any that is free if it is 0.
            ssl_context: Serves https and wss with its certificate, instead of http and ws.
            task_status: Is told the addresses once the venue is open.
        """
        listeners = (await trio.open_tcp_listeners(port, host=host))[:1]
        port = listeners[0].socket.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._agenda.run)
            task_status.started(self.addresses(shown, port, "" if ssl_context is None else "s"))
            while True:
                with trio.CancelScope() as self._up:
                    await trio.serve_listeners(partial(self._serve_stream, ssl_context), listeners)
                await trio.sleep(self._down_for)
                listeners = (await trio.open_tcp_listeners(port, host=host))[:1]

    async def _serve_stream(self, ssl_context: ssl.SSLContext | None, stream: trio.SocketStream) -> None:
        self._accepted += 1
        connection = Connection(stream, self._accepted, ssl_context=ssl_context)
        self._connections.append(connection)
        try:
            await serve_connection(connection, self)
        finally:
            self._connections.remove(connection)

    def hear_http(self, request: HttpRequest, connection: Connection) -> None:
        """Note a request; the server's business."""
        self._tap.request(connection.number, request)

    def note_reply(self, reply: HttpReply, connection: Connection) -> None:
        """Note a reply; the server's business."""
        self._tap.reply(connection.number, reply)

    async def handle_http(self, request: HttpRequest, connection: Connection) -> HttpReply:
        """Answer a REST call; the server's business."""
        if self.banned:
            return self.banned_reply()
        return await self.answer(request, connection)

    def refuse_websocket(self, request: HttpRequest) -> HttpReply | None:
        """Refuse an upgrade; the server's business."""
        if self.banned:
            return self.banned_reply()
        if not self.has_path(request.path):
            return html(404)
        if refusal := self.faults.take(RefuseUpgrade, path=request.path):
            return html(refusal.status, refusal.body)
        return None

    async def handle_websocket(
        self, websocket: WebSocketConnection, request: HttpRequest, connection: Connection
    ) -> None:
        """Hold a WebSocket session; the server's business."""
        await self.hold(websocket, request, connection)

    @property
    def watch(self) -> Watch | None:
        """If set, it is called with all that crosses the wire, and may not wait.

        It is told the number of the connection (the simulated network's, where there is one), a word, the text without
        keys, tokens and nonces, and the client order id if the text names one and only one. The word is `request` or
        `frame up` for what has arrived, before any fault strikes, and `reply` or `frame down` for what was written
        whole.
        """
        return self._tap.watch

    @watch.setter
    def watch(self, watch: Watch | None) -> None:
        self._tap.watch = watch

    @property
    def connections(self) -> int:
        """How many sockets are open, REST and WebSocket."""
        return len(self._connections)

    @property
    def sessions(self) -> int:
        """How many WebSocket sessions are open."""
        return len(self.open_sessions)

    # -- trouble -------------------------------------------------------------------------------------------------------

    def cut(self, *, mid_frame: bool = False) -> None:
        """Reset every WebSocket, or have it break in the middle of a frame."""
        for session in list(self.open_sessions):
            session.cut(mid_frame=mid_frame)

    def close_sessions(self, code: int = 1001, reason: str = "CloudFlare WebSocket proxy restarting") -> None:
        """Close every WebSocket politely."""
        for session in list(self.open_sessions):
            session.close(code, reason)

    def go_silent(self, seconds: float = FOREVER) -> None:
        """Let every WebSocket that is open now go half open; new ones work."""
        for session in list(self.open_sessions):
            session.connection.go_silent(seconds)

    def restart(self, down_for: float = 0.0) -> None:
        """Drop everyone, refuse connections for so long, come back with the ledger as it was."""
        self._down_for = down_for
        for connection in list(self._connections):
            connection.cut()
        if self._up is not None:
            self._up.cancel()

    def ban(self, seconds: float = 600.0, *, close_sessions: bool = False) -> None:
        """Answer every REST request and every new WebSocket with HTTP 429, from now on for so long; 0 ends it.

        It is the proxy in front of the venue that does so, to an address that connects too often. WebSockets that stand
        go on, or are closed.
        """
        self._banned_until = trio.current_time() + seconds
        if close_sessions:
            self.close_sessions()

    @property
    def banned(self) -> bool:
        """Whether nobody gets in at present."""
        return trio.current_time() < self._banned_until


class SimulatedVenue(Exchange, Served):
    """Any simulated venue: what a test or a simulation does to one, without knowing which it is."""


def html(status: int, body: str = "<html><body>not found</body></html>") -> HttpReply:
    """What something in front of the venue answers."""
    return HttpReply(status=status, body=body.encode(), content_type="text/html")
