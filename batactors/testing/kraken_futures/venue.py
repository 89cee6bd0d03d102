"""A simulated Kraken Futures on a port: what a test starts, breaks, and asks for the truth."""

from collections.abc import Sequence

from attrs import frozen
from trio_websocket import WebSocketConnection

from batactors.seams import Seams
from batactors.testing.connection import Connection
from batactors.testing.http_server import HttpReply, HttpRequest
from batactors.testing.kraken_futures.accounts import FuturesAccount
from batactors.testing.kraken_futures.exchange import Exchange
from batactors.testing.kraken_futures.feeds import Feeds
from batactors.testing.kraken_futures.habits import Habits
from batactors.testing.kraken_futures.keys import TIER, spot_keys
from batactors.testing.kraken_futures.listing import Listing, NoCommands
from batactors.testing.kraken_futures.market import DEFAULT_CONTRACTS, Contract
from batactors.testing.kraken_futures.rest import RestSide
from batactors.testing.kraken_futures.road import Road
from batactors.testing.kraken_futures.session import Session
from batactors.testing.kraken_futures.tap import new_tap
from batactors.testing.kraken_futures.unified import ASSET_CLASS, Desk
from batactors.testing.kraken_futures.unified_telling import Limits
from batactors.testing.kraken_spot.rates import Rates
from batactors.testing.kraken_v2 import rest as v2_rest
from batactors.testing.kraken_v2 import session as v2
from batactors.testing.kraken_v2.channels import Channels
from batactors.testing.kraken_v2.commands import WebSocketCommands
from batactors.testing.kraken_v2.gateway import Gateway
from batactors.testing.kraken_v2.rest_queries import RestQueries
from batactors.testing.kraken_v2.websocket import WebSocketSide
from batactors.testing.venue import session
from batactors.testing.venue.venue import Served, SimulatedVenue, html

STATUSES = ("online", "cancel_only", "post_only", "maintenance")
V1, PRIVATE, PUBLIC = "/ws/v1", "/v2/private", "/v2/public"
ROLES = {PRIVATE: "auth", PUBLIC: "public"}


@frozen(kw_only=True)
class KrakenFuturesUrls:
    """Where a client finds the venue.

    Attributes:
        rest: The root of REST v3; paths begin with `/derivatives` and `/api`.
        websocket: The WebSocket v1, whole.
        unified: The Unified WebSocket with private data and trading, whole. Tokens for it come from `rest`, by the
            path of Spot's REST.
        unified_public: The Unified WebSocket with public data, whole.
    """

    rest: str
    websocket: str
    unified: str
    unified_public: str


class KrakenFuturesVenue(Exchange, SimulatedVenue):
    """The venue. Start it with `await nursery.start(venue.serve, "127.0.0.1", 0)`; everything else is a plain call."""

    def __init__(
        self,
        *,
        seams: Seams | None = None,
        contracts: Sequence[Contract] = DEFAULT_CONTRACTS,
        accounts: Sequence[FuturesAccount] = (),
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
            rate_limits: Whether budgets refuse.
            habits: What it does now this way, now that.
        """
        super().__init__(
            seams=seams, contracts=contracts, accounts=accounts, seed=seed, rate_limits=rate_limits, habits=habits
        )
        Served.__init__(self, tap=new_tap())
        self._latency = latency
        self._feeds = Feeds(
            credentials=self._credentials,
            markets=self._markets,
            telling=self._telling,
            faults=self.faults,
            fresh=self._ids.uuid,
        )
        road = Road(
            credentials=self._credentials,
            rates=self.rates,
            trading=self._trading,
            publish=self._telling.publish,
            habits=self.habits,
            handlers=self._handlers,
            ledger=self.ledger,
            dice=self._dice,
            faults=self.faults,
            agenda=self._agenda,
            world=self,
            now=self._now,
            latency=latency,
        )
        self._rest = RestSide(road=road)
        desk = Desk(trading=self._trading, faults=self.faults, now=self._now)
        gateway = Gateway(trading=desk, ledger=self.ledger, now=self._now)
        self._unified_side = WebSocketSide(
            accounts=self.accounts,
            tokens=self._tokens,
            commands=WebSocketCommands(trading=desk, gateway=gateway, markets=self._symbols, now=self._now),
            channels=Channels(
                tokens=self._tokens,
                ledger=self.ledger,
                markets=self._symbols,
                rates=Limits(),
                instruments=self._symbols.instruments,
                now=self._now,
                own=self._own_channels,
            ),
            telling=self._unified,
            gateway=gateway,
            faults=self.faults,
            agenda=self._agenda,
            world=self,
            now=self._now,
            asset_class=ASSET_CLASS,
        )
        self._spot_queries = RestQueries(
            ledger=self.ledger,
            listing=Listing(markets=self._markets, checks=self._checks),
            tokens=self._tokens,
            now=self._now,
        )
        self._spot_rest = v2_rest.RestSide(
            credentials=spot_keys(self.accounts),
            commands=NoCommands(),
            queries=self._spot_queries,
            gateway=gateway,
            rates=Rates(dict.fromkeys(self.accounts, TIER), enabled=rate_limits),
            faults=self.faults,
            world=self,
            now=self._now,
            publish=self._telling.publish,
            latency=latency,
            asset_class=ASSET_CLASS,
        )

    # -- serving -------------------------------------------------------------------------------------------------------

    def addresses(self, host: str, port: int, s: str) -> KrakenFuturesUrls:
        return KrakenFuturesUrls(
            rest=f"http{s}://{host}:{port}",
            websocket=f"ws{s}://{host}:{port}{V1}",
            unified=f"ws{s}://{host}:{port}{PRIVATE}",
            unified_public=f"ws{s}://{host}:{port}{PUBLIC}",
        )

    @property
    def open_sessions(self) -> Sequence[session.Session]:
        return [*self._telling.sessions, *self._unified.sessions]

    def has_path(self, path: str) -> bool:
        return path == V1 or (path in ROLES and self.habits.unified)

    async def answer(self, request: HttpRequest, connection: Connection) -> HttpReply:
        side = self._spot_rest if request.path.startswith("/0/") else self._rest
        return await side.handle(request, connection)

    async def hold(self, websocket: WebSocketConnection, request: HttpRequest, connection: Connection) -> None:
        if request.path in ROLES:
            await self._hold_unified(websocket, request, connection)
            return
        session = Session(
            connection=connection,
            habits=self.habits,
            now=self._now,
            faults=self.faults,
            agenda=self._agenda,
            tap=self._tap,
            latency=self._latency,
        )
        self._feeds.enter(session)
        try:
            await session.run(websocket, self._feeds)
        finally:
            self._feeds.leave(session)

    async def _hold_unified(self, websocket: WebSocketConnection, request: HttpRequest, connection: Connection) -> None:
        session = v2.Session(
            connection=connection,
            connection_id=self._ids.connection(),
            role=ROLES[request.path],
            faults=self.faults,
            agenda=self._agenda,
            tap=self._tap,
            latency=self._latency,
        )
        self._unified_side.enter(session)
        try:
            await session.run(websocket, self._unified_side)
        finally:
            self._unified_side.leave(session)

    def refuse_websocket(self, request: HttpRequest) -> HttpReply | None:
        if request.path == V1 and not self.banned and self._now() >= self.habits.v1_ends:
            return html(410)
        return super().refuse_websocket(request)

    @property
    def tokens_given(self) -> Sequence[str]:
        """The challenges too: whoever reads one may not sign it, but nobody needs to."""
        return [*self._feeds.given, *self._tokens.given]

    # -- trouble -------------------------------------------------------------------------------------------------------

    def revoke(self, api_key: str) -> None:
        """Take a key away: requests and subscriptions are refused; feeds that run go on."""
        self._credentials.revoke(api_key)

    def invalidate_tokens(self) -> None:
        """Forget every challenge given out so far, and every token of the Unified WebSocket."""
        for one in self._telling.sessions:
            one.challenges.clear()
        self._tokens.invalidate()

    def recover(self) -> None:
        """End what is wrong with the venue as a whole: a ban, a status."""
        self.ban(0)
        if self._trading.status != "online":
            self.set_status("online")

    def set_status(self, status: str) -> None:
        """Change the system status. Only the Unified WebSocket is told."""
        if status not in STATUSES:
            raise ValueError(f"{status!r} is not one of {STATUSES}")
        self._trading.status = self._spot_queries.status = status
        self._unified_side.tell_status(status)
