"""A simulated Binance USD-M on a port: what a test starts, breaks, and asks for the truth."""

from collections.abc import Sequence
from urllib.parse import parse_qs

import trio
from attrs import frozen
from trio_websocket import WebSocketConnection

from batactors.seams import Seams
from batactors.testing.binance.accounts import BinanceAccount
from batactors.testing.binance.calls import Answer
from batactors.testing.binance.exchange import Exchange
from batactors.testing.binance.habits import Habits
from batactors.testing.binance.market import DEFAULT_SYMBOLS, Symbol
from batactors.testing.binance.rates import BAN_FIRST
from batactors.testing.binance.refusals import Refused
from batactors.testing.binance.rest import RestSide, reply_of
from batactors.testing.binance.road import Road
from batactors.testing.binance.sessions import ApiSession, StreamSession, address_of
from batactors.testing.binance.streams import Streams
from batactors.testing.binance.tap import new_tap
from batactors.testing.binance.wire import ms
from batactors.testing.binance.ws_api import WebSocketApi
from batactors.testing.connection import Connection
from batactors.testing.http_server import HttpReply, HttpRequest
from batactors.testing.venue.session import Session
from batactors.testing.venue.venue import Served, SimulatedVenue

STATUSES = ("online", "cancel_only", "post_only", "maintenance")
API = "/ws-fapi/v1"
HANDSHAKE_WEIGHT = 5


@frozen(kw_only=True)
class BinanceUrls:
    """Where a client finds the venue.

    Attributes:
        rest: The root of REST; paths begin with `/fapi`.
        websocket_api: The WS API, whole.
        websocket_streams: The root of the streams: routes and paths (`/private/ws?listenKey=...`) follow.
    """

    rest: str
    websocket_api: str
    websocket_streams: str


class BinanceVenue(Exchange, SimulatedVenue):
    """The venue. Start it with `await nursery.start(venue.serve, "127.0.0.1", 0)`; everything else is a plain call."""

    def __init__(
        self,
        *,
        seams: Seams | None = None,
        symbols: Sequence[Symbol] = DEFAULT_SYMBOLS,
        accounts: Sequence[BinanceAccount] = (),
        seed: int = 0,
        latency: float = 0.0,
        rate_limits: bool = True,
        habits: Habits | None = None,
    ) -> None:
        """Make a venue that is not open yet.

        Args:
            seams: Its clock and its chance; the machine's own unless given.
            symbols: What is traded.
            accounts: Who may trade; the demo account unless given.
            seed: Tells apart the ids of venues that share their seams.
            latency: How many seconds each request travels; answers and events do not travel.
            rate_limits: Whether counters refuse.
            habits: What it does now this way, now that.
        """
        super().__init__(
            seams=seams, symbols=symbols, accounts=accounts, seed=seed, rate_limits=rate_limits, habits=habits
        )
        Served.__init__(self, tap=new_tap())
        self._api = WebSocketApi(credentials=self._credentials, rates=self.rates, now=self._now)
        self._streams = Streams(self._telling)
        self._road = Road(
            handlers=self._handlers | self._api.handlers,
            credentials=self._credentials,
            rates=self.rates,
            trading=self._trading,
            ledger=self.ledger,
            telling=self._telling,
            habits=self.habits,
            dice=self._dice,
            faults=self.faults,
            agenda=self._agenda,
            world=self,
            now=self._now,
            latency=latency,
        )
        self._api.road = self._road
        self._rest = RestSide(road=self._road)

    # -- serving -------------------------------------------------------------------------------------------------------

    def addresses(self, host: str, port: int, s: str) -> BinanceUrls:
        return BinanceUrls(
            rest=f"http{s}://{host}:{port}",
            websocket_api=f"ws{s}://{host}:{port}{API}",
            websocket_streams=f"ws{s}://{host}:{port}",
        )

    @property
    def open_sessions(self) -> Sequence[Session]:
        return [*self._api.sessions, *self._telling.sessions]

    def has_path(self, path: str) -> bool:
        """Every path is accepted: one that means nothing stays silent."""
        del path
        return True

    async def answer(self, request: HttpRequest, connection: Connection) -> HttpReply:
        return await self._rest.handle(request, connection)

    async def hold(self, websocket: WebSocketConnection, request: HttpRequest, connection: Connection) -> None:
        if request.path == API:
            await self._hold_api(websocket, request, connection)
            return
        stream = StreamSession(
            connection=connection,
            address=address_of(request),
            faults=self.faults,
            agenda=self._agenda,
            tap=self._tap,
        )
        self._streams.enter(stream)
        try:
            await stream.run(websocket, self._streams)
        finally:
            self._streams.leave(stream)

    async def _hold_api(self, websocket: WebSocketConnection, request: HttpRequest, connection: Connection) -> None:
        session = ApiSession(
            connection=connection,
            connected_since=ms(self._now()),
            limits=parse_qs(request.query).get("returnRateLimits") != ["false"],
            faults=self.faults,
            agenda=self._agenda,
            tap=self._tap,
        )
        self._api.enter(session)
        try:
            await session.run(websocket, self._api)
        finally:
            self._api.leave(session)

    def banned_reply(self) -> HttpReply:
        until = ms(self._now()) + round((self._banned_until - trio.current_time()) * 1_000)
        refusal = Refused(-1003, f"Way too many requests; IP banned until {until}.", status=418)
        return reply_of(Answer(body=refusal.body, status=refusal.status))

    def refuse_websocket(self, request: HttpRequest) -> HttpReply | None:
        if request.path == API and not self.banned:
            try:
                self.rates.weigh(HANDSHAKE_WEIGHT)
            except Refused as refusal:
                return reply_of(Answer(body=refusal.body, status=refusal.status))
        return super().refuse_websocket(request)

    @property
    def tokens_given(self) -> Sequence[str]:
        return self._keys.given

    # -- trouble -------------------------------------------------------------------------------------------------------

    def ban(self, seconds: float = BAN_FIRST, *, close_sessions: bool = False) -> None:
        """Answer every REST request and every new WebSocket with HTTP 418, from now on for so long; 0 ends it."""
        Served.ban(self, seconds, close_sessions=close_sessions)

    def revoke(self, api_key: str) -> None:
        """Take a key away: requests are refused, and sessions that are logged on with it are told so."""
        self._credentials.revoke(api_key)
        self._api.revoke(api_key)

    def restore_keys(self) -> None:
        """Give back every key that was taken away."""
        self._credentials.restore()

    def invalidate_tokens(self) -> None:
        """Kill every listen key, and tell nobody: sockets that carry one stay open and silent."""
        self._keys.close_all()

    def recover(self) -> None:
        """End what is wrong with the venue as a whole: a ban, a status, keys that were taken away."""
        self.ban(0)
        self.restore_keys()
        self.set_status("online")

    def set_status(self, status: str) -> None:
        """Change the system status: nobody is told, but requests are refused."""
        if status not in STATUSES:
            raise ValueError(f"{status!r} is not one of {STATUSES}")
        self._trading.status = status
