"""A simulated Bybit on a port: what a test starts, breaks, and asks for the truth."""

from collections.abc import Sequence
from typing import Any, Protocol

from attrs import frozen
from trio_websocket import WebSocketConnection

from batactors.seams import Seams
from batactors.testing.bybit.accounts import BybitAccount
from batactors.testing.bybit.calls import Answered, Call
from batactors.testing.bybit.exchange import Exchange
from batactors.testing.bybit.habits import Habits
from batactors.testing.bybit.market import DEFAULT_CONTRACTS, Contract
from batactors.testing.bybit.private import PrivateSide
from batactors.testing.bybit.rates import BAN_SECONDS
from batactors.testing.bybit.rest import RestSide
from batactors.testing.bybit.road import Road
from batactors.testing.bybit.sessions import PrivateSession, PublicSession, TradeSession, idle_of
from batactors.testing.bybit.tap import new_tap
from batactors.testing.bybit.trade import TradeSide
from batactors.testing.connection import Connection
from batactors.testing.http_server import HttpReply, HttpRequest
from batactors.testing.venue.session import Session
from batactors.testing.venue.venue import Served, SimulatedVenue, html

STATUSES = ("online", "cancel_only", "post_only", "maintenance")
PRIVATE, TRADE, PUBLIC = "/v5/private", "/v5/trade", "/v5/public/linear"
TOO_FREQUENT = "<html><body>access too frequent</body></html>"


class Side(Protocol):
    """Where the messages of one kind of sockets go."""

    def enter(self, session: Any) -> None: ...

    def leave(self, session: Any) -> None: ...

    def handle_message(self, session: Any, text: str | bytes) -> None: ...


@frozen(kw_only=True)
class BybitUrls:
    """Where a client finds the venue.

    Attributes:
        rest: The root of REST; paths begin with `/v5`.
        websocket: The root of the sockets: `/v5/private`, `/v5/trade` and `/v5/public/linear` follow.
    """

    rest: str
    websocket: str


class BybitVenue(Exchange, SimulatedVenue):
    """The venue. Start it with `await nursery.start(venue.serve, "127.0.0.1", 0)`; everything else is a plain call."""

    def __init__(
        self,
        *,
        seams: Seams | None = None,
        contracts: Sequence[Contract] = DEFAULT_CONTRACTS,
        accounts: Sequence[BybitAccount] = (),
        seed: int = 0,
        latency: float = 0.0,
        rate_limits: bool = True,
        habits: Habits | None = None,
    ) -> None:
        """Make a venue that is not open yet.

        Args:
            seams: Its clock and its chance; the machine's own unless given.
            contracts: What is traded.
            accounts: Who may trade; the demo account unless given.
            seed: Tells apart the ids of venues that share their seams.
            latency: How many seconds each request travels; answers and events do not travel.
            rate_limits: Whether counters refuse.
            habits: What it does now this way, now that.
        """
        super().__init__(
            seams=seams, contracts=contracts, accounts=accounts, seed=seed, rate_limits=rate_limits, habits=habits
        )
        Served.__init__(self, tap=new_tap())
        self._latency = latency
        self._private = PrivateSide(credentials=self._credentials, telling=self._telling, dcp=self._dcp)
        self._trade = TradeSide(credentials=self._credentials, rates=self.rates, ids=self._ids, now=self._now)
        road = Road(
            handlers={
                **self._handlers,
                "auth": self._log_on,
                "subscribe": self._private.subscribe,
                "unsubscribe": self._private.unsubscribe,
                "ping": lambda call: Answered({}),
            },
            credentials=self._credentials,
            rates=self.rates,
            trading=self._trading,
            tell=self._publish,
            ledger=self.ledger,
            habits=self.habits,
            dice=self._dice,
            faults=self.faults,
            agenda=self._agenda,
            world=self,
            now=self._now,
            latency=latency,
        )
        self._private.road = self._trade.road = road
        self._rest = RestSide(road=road)

    def _log_on(self, call: Call) -> Answered:
        side = self._trade if isinstance(call.session, TradeSession) else self._private
        return side.auth(call)

    # -- serving -------------------------------------------------------------------------------------------------------

    def addresses(self, host: str, port: int, s: str) -> BybitUrls:
        return BybitUrls(rest=f"http{s}://{host}:{port}", websocket=f"ws{s}://{host}:{port}")

    @property
    def open_sessions(self) -> Sequence[Session]:
        return [*self._telling.sessions, *self._trade.sessions, *self._public_side.sessions]

    def has_path(self, path: str) -> bool:
        return path in (PRIVATE, TRADE, PUBLIC)

    async def answer(self, request: HttpRequest, connection: Connection) -> HttpReply:
        return await self._rest.handle(request, connection)

    async def hold(self, websocket: WebSocketConnection, request: HttpRequest, connection: Connection) -> None:
        shared: dict[str, Any] = {
            "connection": connection,
            "name": self._ids.connection(),
            "idle": idle_of(request.query),
            "faults": self.faults,
            "agenda": self._agenda,
            "tap": self._tap,
            "latency": self._latency,
        }
        if request.path == TRADE:
            await self._run(TradeSession(**shared), self._trade, websocket)
        elif request.path == PRIVATE:
            await self._run(PrivateSession(**shared), self._private, websocket)
        else:
            await self._run(PublicSession(**shared), self._public_side, websocket)

    async def _run(self, session: Session, side: Side, websocket: WebSocketConnection) -> None:
        side.enter(session)
        try:
            await session.run(websocket, side)
        finally:
            side.leave(session)

    def refuse_websocket(self, request: HttpRequest) -> HttpReply | None:
        if not self.banned and self.has_path(request.path) and not self.rates.dial():
            return html(403, TOO_FREQUENT)
        return super().refuse_websocket(request)

    def banned_reply(self) -> HttpReply:
        return html(403, TOO_FREQUENT)

    @property
    def tokens_given(self) -> Sequence[str]:
        """There are none."""
        return ()

    # -- trouble -------------------------------------------------------------------------------------------------------

    def ban(self, seconds: float = BAN_SECONDS, *, close_sessions: bool = False) -> None:
        """Answer every REST request and every new WebSocket with HTTP 403, from now on for so long; 0 ends it."""
        Served.ban(self, seconds, close_sessions=close_sessions)

    def restart(self, down_for: float = 0.0) -> None:
        """Drop everyone, and come back with the ledger; `order/realtime` has forgotten the orders that had ended."""
        self.forget_closed_orders()
        Served.restart(self, down_for)

    def revoke(self, api_key: str) -> None:
        """Take a key away: requests are refused, those of sessions that it has logged on too."""
        self._credentials.revoke(api_key)

    def invalidate_tokens(self) -> None:
        """There are none; sessions are logged on for as long as they last."""

    def recover(self) -> None:
        """End what is wrong with the venue as a whole: a ban, a status."""
        self.ban(0)
        self.set_status("online")

    def set_status(self, status: str) -> None:
        """Change the system status: nobody is told, but requests are refused."""
        if status not in STATUSES:
            raise ValueError(f"{status!r} is not one of {STATUSES}")
        self._trading.status = status
