"""A simulated Kraken Spot on a port: what a test starts, breaks, and asks for the truth."""

import math
import ssl
from collections.abc import Sequence
from functools import partial

import trio
from attrs import frozen
from trio_websocket import WebSocketConnection

from batactors.seams import Seams
from batactors.testing.connection import Connection
from batactors.testing.faults import BANNED, FOREVER, RefuseUpgrade
from batactors.testing.http_server import HttpReply, HttpRequest, serve_connection
from batactors.testing.kraken_spot.accounts import VenueAccount
from batactors.testing.kraken_spot.channels import Channels
from batactors.testing.kraken_spot.credentials import Credentials
from batactors.testing.kraken_spot.exchange import Exchange
from batactors.testing.kraken_spot.market import DEFAULT_PAIRS, Pair
from batactors.testing.kraken_spot.refusals import INVALID_SESSION
from batactors.testing.kraken_spot.rest import RestSide, html
from batactors.testing.kraken_spot.rest_commands import RestCommands
from batactors.testing.kraken_spot.rest_queries import RestQueries
from batactors.testing.kraken_spot.session import Session
from batactors.testing.kraken_spot.tap import Tap, Watch
from batactors.testing.kraken_spot.websocket import WebSocketSide
from batactors.testing.kraken_spot.ws_commands import WebSocketCommands

STATUSES = ("online", "cancel_only", "post_only", "maintenance")
ROLES = {"/v2": "both", "/public/v2": "public", "/auth/v2": "auth"}


@frozen(kw_only=True)
class VenueUrls:
    """Where a client finds the venue. `websocket` takes public and private requests alike; the other two are strict."""

    rest: str
    websocket_public: str
    websocket_auth: str
    websocket: str


class KrakenSpotVenue(Exchange):
    """The venue. Start it with `await nursery.start(venue.serve, "127.0.0.1", 0)`; everything else is a plain call."""

    def __init__(
        self,
        *,
        seams: Seams | None = None,
        pairs: Sequence[Pair] = DEFAULT_PAIRS,
        accounts: Sequence[VenueAccount] = (),
        seed: int = 0,
        latency: float = 0.0,
        rate_limits: bool = True,
    ) -> None:
        """Make a venue that is not open yet.

        Args:
            seams: Its clock and its chance; the machine's own unless given.
            pairs: What is traded.
            accounts: Who may trade; the demo account unless given.
            seed: Tells apart the ids of venues that share their seams.
            latency: How many seconds each request travels; answers and events do not travel.
            rate_limits: Whether counters count and refuse.
        """
        super().__init__(seams=seams, pairs=pairs, accounts=accounts, seed=seed, rate_limits=rate_limits)
        self._latency = latency
        self._tap = Tap()
        self._connections: list[Connection] = []
        self._accepted = 0
        self._up: trio.CancelScope | None = None
        self._down_for = 0.0
        self._banned_until = -math.inf
        ledger, markets, trading, gateway = self.ledger, self._markets, self._trading, self._gateway
        self._websocket = WebSocketSide(
            accounts=self.accounts,
            tokens=self._tokens,
            commands=WebSocketCommands(trading=trading, gateway=gateway, markets=markets, now=self._now),
            channels=Channels(tokens=self._tokens, ledger=ledger, markets=markets, rates=self._rates, now=self._now),
            telling=self._telling,
            gateway=gateway,
            faults=self.faults,
            agenda=self._agenda,
            world=self,
            now=self._now,
        )
        self._queries = RestQueries(
            ledger=ledger, markets=markets, checks=self._checks, tokens=self._tokens, now=self._now
        )
        self._rest = RestSide(
            credentials=Credentials(self.accounts),
            commands=RestCommands(trading=trading, gateway=gateway, markets=markets, now=self._now),
            queries=self._queries,
            gateway=gateway,
            rates=self._rates,
            faults=self.faults,
            world=self,
            now=self._now,
            publish=self._telling.publish,
            latency=latency,
        )

    # -- serving -------------------------------------------------------------------------------------------------------

    async def serve(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        ssl_context: ssl.SSLContext | None = None,
        task_status: trio.TaskStatus[VenueUrls] = trio.TASK_STATUS_IGNORED,
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
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._agenda.run)
            task_status.started(_urls(host, port, "" if ssl_context is None else "s"))
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
            return html(429, BANNED)
        return await self._rest.handle(request, connection)

    def refuse_websocket(self, path: str) -> HttpReply | None:
        """Refuse an upgrade; the server's business."""
        if self.banned:
            return html(429, BANNED)
        if path not in ROLES:
            return html(404)
        if refusal := self.faults.take(RefuseUpgrade, path=path):
            return html(refusal.status, refusal.body)
        return None

    async def handle_websocket(self, websocket: WebSocketConnection, path: str, connection: Connection) -> None:
        """Hold a WebSocket session; the server's business."""
        session = Session(
            connection=connection,
            connection_id=self._ids.connection(),
            role=ROLES[path],
            faults=self.faults,
            agenda=self._agenda,
            tap=self._tap,
            latency=self._latency,
        )
        self._websocket.enter(session)
        try:
            await session.run(websocket, self._websocket)
        finally:
            self._websocket.leave(session)

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
    def tokens_given(self) -> Sequence[str]:
        """Every token that was ever given out: no text of a client may hold one."""
        return self._tokens.given

    @property
    def connections(self) -> int:
        """How many sockets are open, REST and WebSocket."""
        return len(self._connections)

    @property
    def sessions(self) -> int:
        """How many WebSocket sessions are open."""
        return len(self._telling.sessions)

    # -- trouble -------------------------------------------------------------------------------------------------------

    def cut(self, *, mid_frame: bool = False) -> None:
        """Reset every WebSocket, or have it break in the middle of a frame."""
        for session in list(self._telling.sessions):
            session.cut(mid_frame=mid_frame)

    def close_sessions(self, code: int = 1001, reason: str = "CloudFlare WebSocket proxy restarting") -> None:
        """Close every WebSocket politely."""
        for session in list(self._telling.sessions):
            session.close(code, reason)

    def go_silent(self, seconds: float = FOREVER) -> None:
        """Let every WebSocket that is open now go half open; new ones work."""
        for session in list(self._telling.sessions):
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

    def invalidate_tokens(self, error: str = INVALID_SESSION) -> None:
        """Refuse every token given out so far; `EAPI:Invalid token` is the other text the venue has for it."""
        self._tokens.invalidate(error)

    def recover(self) -> None:
        """End what is wrong with the venue as a whole: a ban, a status."""
        self.ban(0)
        if self._trading.status != "online":
            self.set_status("online")

    def set_status(self, status: str) -> None:
        """Change the system status, and tell everyone."""
        if status not in STATUSES:
            raise ValueError(f"{status!r} is not one of {STATUSES}")
        self._trading.status = self._queries.status = status
        self._websocket.tell_status(status)
        if status != "maintenance":
            self._trading.leave_maintenance()


def _urls(host: str, port: int, s: str) -> VenueUrls:
    shown = f"[{host}]" if ":" in host else host
    return VenueUrls(
        rest=f"http{s}://{shown}:{port}",
        websocket_public=f"ws{s}://{shown}:{port}/public/v2",
        websocket_auth=f"ws{s}://{shown}:{port}/auth/v2",
        websocket=f"ws{s}://{shown}:{port}/v2",
    )
