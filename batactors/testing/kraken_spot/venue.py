"""A simulated Kraken Spot on a port: what a test starts, breaks, and asks for the truth."""

from collections.abc import Sequence

from attrs import frozen
from trio_websocket import WebSocketConnection

from batactors.seams import Seams
from batactors.testing.connection import Connection
from batactors.testing.http_server import HttpReply, HttpRequest
from batactors.testing.kraken_spot.accounts import VenueAccount
from batactors.testing.kraken_spot.exchange import Exchange
from batactors.testing.kraken_spot.instruments import instrument_data
from batactors.testing.kraken_spot.listing import Listing
from batactors.testing.kraken_spot.market import DEFAULT_PAIRS, Pair
from batactors.testing.kraken_spot.rest_commands import RestCommands
from batactors.testing.kraken_v2.channels import Channels
from batactors.testing.kraken_v2.commands import WebSocketCommands
from batactors.testing.kraken_v2.credentials import Credentials
from batactors.testing.kraken_v2.refusals import INVALID_SESSION
from batactors.testing.kraken_v2.rest import RestSide
from batactors.testing.kraken_v2.rest_queries import RestQueries
from batactors.testing.kraken_v2.session import Session
from batactors.testing.kraken_v2.tap import new_tap
from batactors.testing.kraken_v2.websocket import WebSocketSide
from batactors.testing.venue.venue import Served, SimulatedVenue

STATUSES = ("online", "cancel_only", "post_only", "maintenance")
ROLES = {"/v2": "both", "/public/v2": "public", "/auth/v2": "auth"}


@frozen(kw_only=True)
class VenueUrls:
    """Where a client finds the venue. `websocket` takes public and private requests alike; the other two are strict."""

    rest: str
    websocket_public: str
    websocket_auth: str
    websocket: str


class KrakenSpotVenue(Exchange, SimulatedVenue):
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
        Served.__init__(self, tap=new_tap())
        self._latency = latency
        ledger, markets, trading, gateway = self.ledger, self._markets, self._trading, self._gateway
        self._websocket = WebSocketSide(
            accounts=self.accounts,
            tokens=self._tokens,
            commands=WebSocketCommands(trading=trading, gateway=gateway, markets=markets, now=self._now),
            channels=Channels(
                tokens=self._tokens,
                ledger=ledger,
                markets=markets,
                rates=self._rates,
                instruments=lambda: instrument_data(markets),
                now=self._now,
            ),
            telling=self._telling,
            gateway=gateway,
            faults=self.faults,
            agenda=self._agenda,
            world=self,
            now=self._now,
        )
        listing = Listing(markets=markets, checks=self._checks)
        self._queries = RestQueries(ledger=ledger, listing=listing, tokens=self._tokens, now=self._now)
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

    def addresses(self, host: str, port: int, s: str) -> VenueUrls:
        return VenueUrls(
            rest=f"http{s}://{host}:{port}",
            websocket_public=f"ws{s}://{host}:{port}/public/v2",
            websocket_auth=f"ws{s}://{host}:{port}/auth/v2",
            websocket=f"ws{s}://{host}:{port}/v2",
        )

    @property
    def open_sessions(self) -> Sequence[Session]:
        return self._telling.sessions

    def has_path(self, path: str) -> bool:
        return path in ROLES

    async def answer(self, request: HttpRequest, connection: Connection) -> HttpReply:
        return await self._rest.handle(request, connection)

    async def hold(self, websocket: WebSocketConnection, request: HttpRequest, connection: Connection) -> None:
        session = Session(
            connection=connection,
            connection_id=self._ids.connection(),
            role=ROLES[request.path],
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
    def tokens_given(self) -> Sequence[str]:
        return self._tokens.given

    # -- trouble -------------------------------------------------------------------------------------------------------

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
