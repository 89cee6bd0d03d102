"""A simulated Kraken Spot on a real port: what a test starts, moves, breaks, and asks for the truth."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import trio
from attrs import frozen
from trio_websocket import WebSocketConnection

from batactors.seams import Seams
from batactors.testing.faults import FOREVER, FaultScript
from batactors.testing.http_server import CLOSE_SECONDS, Connection, HttpReply, HttpRequest, serve_connection
from batactors.testing.kraken_spot.accounts import VenueAccount
from batactors.testing.kraken_spot.agenda import Agenda
from batactors.testing.kraken_spot.checks import Checks
from batactors.testing.kraken_spot.credentials import Credentials
from batactors.testing.kraken_spot.gateway import Gateway
from batactors.testing.kraken_spot.ids import VenueIds
from batactors.testing.kraken_spot.ledger import Ledger
from batactors.testing.kraken_spot.market import DEFAULT_PAIRS, Markets, Pair, Quote, Side
from batactors.testing.kraken_spot.matching import MatchingEngine
from batactors.testing.kraken_spot.orders import Happened, Liquidity, OrderStatus, Placement, VenueOrder
from batactors.testing.kraken_spot.rates import Rates
from batactors.testing.kraken_spot.refusals import INVALID_SESSION
from batactors.testing.kraken_spot.rest import RestSide
from batactors.testing.kraken_spot.rest_commands import RestCommands
from batactors.testing.kraken_spot.rest_queries import RestQueries
from batactors.testing.kraken_spot.session import Session
from batactors.testing.kraken_spot.tokens import Tokens
from batactors.testing.kraken_spot.trading import Trading
from batactors.testing.kraken_spot.websocket import WebSocketSide
from batactors.testing.kraken_spot.ws_commands import WebSocketCommands

STATUSES = ("online", "cancel_only", "post_only", "maintenance")
ROLES = {"/v2": "both", "/public/v2": "public", "/auth/v2": "auth"}

AnyOrder = VenueOrder | str


@frozen(kw_only=True)
class VenueUrls:
    """Where a client finds the venue. `websocket` takes public and private requests alike; the other two are strict."""

    rest: str
    websocket_public: str
    websocket_auth: str
    websocket: str


class KrakenSpotVenue:
    """The venue. Start it with `await nursery.start(venue.serve, "127.0.0.1", 0)`; everything else is a plain call.

    Orders are named by order id, by client order id (the youngest, where that is not unique), or by the order itself.
    """

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
        """`latency` is how long each request travels, in seconds; answers and events do not travel."""
        seams = seams or Seams()
        self._now = seams.clock.now
        self.accounts = {account.api_key: account for account in accounts or (VenueAccount.demo(),)}
        self.faults = FaultScript()
        self.ledger = Ledger()
        self._ids = VenueIds(seams.chance.generator("kraken-spot-venue"), seed)
        self._markets = Markets(pairs)
        self._agenda = Agenda()
        self._latency = latency
        self._connections: list[Connection] = []
        self._up: trio.CancelScope | None = None
        self._down_for = 0.0
        self._build(rate_limits=rate_limits)

    def _build(self, *, rate_limits: bool) -> None:
        """Draw the wiring. Engine and ledger at the bottom, trading above them, the two transports on top."""
        now, faults, ledger, markets = self._now, self.faults, self.ledger, self._markets
        for account in self.accounts.values():
            for asset, amount in account.balances.items():
                ledger.deposit(account.api_key, asset, amount)
        rates = Rates({key: account.tier for key, account in self.accounts.items()}, enabled=rate_limits)
        tokens = self._tokens = Tokens(fresh=self._ids.token, now=now)
        self._engine = MatchingEngine(ledger=ledger, markets=markets, ids=self._ids, now=now)
        self._checks = Checks(ledger=ledger, markets=markets)
        trading = self._trading = Trading(
            ledger=ledger,
            engine=self._engine,
            checks=self._checks,
            rates=rates,
            faults=faults,
            agenda=self._agenda,
            now=now,
            publish=self._publish,
        )
        gateway = Gateway(trading=trading, ledger=ledger, now=now)
        self._websocket = WebSocketSide(
            accounts=self.accounts,
            tokens=tokens,
            commands=WebSocketCommands(trading=trading, gateway=gateway, markets=markets, now=now),
            gateway=gateway,
            ledger=ledger,
            markets=markets,
            rates=rates,
            faults=faults,
            agenda=self._agenda,
            world=self,
            now=now,
        )
        self._queries = RestQueries(ledger=ledger, markets=markets, checks=self._checks, tokens=tokens, now=now)
        self._rest = RestSide(
            credentials=Credentials(self.accounts),
            commands=RestCommands(trading=trading, gateway=gateway, markets=markets, now=now),
            queries=self._queries,
            gateway=gateway,
            rates=rates,
            faults=faults,
            world=self,
            now=now,
            publish=self._publish,
            latency=self._latency,
        )

    # -- serving -------------------------------------------------------------------------------------------------------

    async def serve(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        task_status: trio.TaskStatus[VenueUrls] = trio.TASK_STATUS_IGNORED,
    ) -> None:
        """Be there, until cancelled; restarts are lived through in here, on the same port."""
        listeners = (await trio.open_tcp_listeners(port, host=host))[:1]
        port = listeners[0].socket.getsockname()[1]
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._agenda.run)
            task_status.started(_urls(host, port))
            while True:
                with trio.CancelScope() as self._up:
                    await trio.serve_listeners(self._serve_stream, listeners)
                await trio.sleep(self._down_for)
                listeners = (await trio.open_tcp_listeners(port, host=host))[:1]

    async def _serve_stream(self, stream: trio.SocketStream) -> None:
        connection = Connection(stream)
        self._connections.append(connection)
        try:
            await serve_connection(connection, self)
        finally:
            self._connections.remove(connection)

    async def handle_http(self, request: HttpRequest, connection: Connection) -> HttpReply:
        """Answer a REST call; the server's business."""
        return await self._rest.handle(request, connection)

    async def handle_websocket(self, websocket: WebSocketConnection, path: str, connection: Connection) -> None:
        """Hold a WebSocket session; the server's business."""
        if path not in ROLES:
            with trio.move_on_after(CLOSE_SECONDS):
                await websocket.aclose(1008, "no such path")
            return
        session = Session(
            connection=connection,
            connection_id=self._ids.connection(),
            role=ROLES[path],
            faults=self.faults,
            agenda=self._agenda,
            latency=self._latency,
        )
        self._websocket.enter(session)
        try:
            await session.run(websocket, self._websocket)
        finally:
            self._websocket.leave(session)

    @property
    def connections(self) -> int:
        """How many sockets are open, REST and WebSocket."""
        return len(self._connections)

    @property
    def sessions(self) -> int:
        """How many WebSocket sessions are open."""
        return len(self._websocket.sessions)

    # -- knobs ---------------------------------------------------------------------------------------------------------

    @property
    def fill_in_parts(self) -> int:
        """How many fills a trade with the synthetic market is cut into."""
        return self._engine.fill_in_parts

    @fill_in_parts.setter
    def fill_in_parts(self, parts: int) -> None:
        self._engine.fill_in_parts = parts

    @property
    def ioc_remainder(self) -> OrderStatus:
        """How the rest of an ioc order ends: "canceled" or "expired"; the documents do not say which."""
        return self._engine.ioc_remainder

    @ioc_remainder.setter
    def ioc_remainder(self, status: OrderStatus) -> None:
        self._engine.ioc_remainder = status

    @property
    def unique_client_order_ids(self) -> bool:
        """Whether a client order id is refused while an open order has it; off, a resend is at its most dangerous."""
        return self._checks.unique_client_order_ids

    @unique_client_order_ids.setter
    def unique_client_order_ids(self, unique: bool) -> None:
        self._checks.unique_client_order_ids = unique

    # -- the market and the account ------------------------------------------------------------------------------------

    def set_market(
        self,
        symbol: str,
        *,
        bid: Decimal | None = None,
        ask: Decimal | None = None,
        last: Decimal | None = None,
        bid_quantity: Decimal | None = None,
        ask_quantity: Decimal | None = None,
    ) -> None:
        """Let the market stand here: what is marketable trades, what it crosses trades as maker, triggers fire.

        `last`, which triggers go by, is the middle unless given; a quantity of None has no end.
        """
        pair = self._markets.by_symbol(symbol)
        if pair is None:
            raise KeyError(f"the venue does not trade {symbol!r}")
        if last is None and bid is not None and ask is not None:
            last = ((bid + ask) / 2).quantize(pair.tick_size)
        before = self._markets.quote(pair)
        quote = Quote(bid=bid, ask=ask, last=last, bid_quantity=bid_quantity, ask_quantity=ask_quantity)
        self._trading.tell(self._engine.set_quote(pair, quote))
        self._websocket.publish_quote(pair, before)

    def fill(
        self, order: AnyOrder, quantity: Decimal, price: Decimal | None = None, liquidity: Liquidity = "m"
    ) -> VenueOrder:
        """Let a counterparty trade with a resting order, at its own price unless another is given."""
        found = self._open(order)
        at = price or found.limit_price or self._markets.quote(found.pair).price_for(found.side) or found.trigger_price
        if at is None:
            raise ValueError(f"there is no price to fill {found.order_id} at")
        self._trading.tell(self._engine.fill(found, quantity, at, liquidity))
        return self.ledger.orders[found.order_id]

    def cancel(self, order: AnyOrder, reason: str = "User requested") -> VenueOrder:
        """Cancel an order by hand, or for a reason of the venue's own."""
        found = self._open(order)
        self._trading.tell(self._engine.cancel(found, reason))
        return self.ledger.orders[found.order_id]

    def expire(self, order: AnyOrder) -> VenueOrder:
        """Let an order's time be over."""
        found = self._open(order)
        self._trading.tell(self._engine.expire(found))
        return self.ledger.orders[found.order_id]

    def restate(self, order: AnyOrder, *, quantity: Decimal, reason: str = "Reduce only") -> VenueOrder:
        """Let the venue change an order's quantity."""
        found = self._open(order)
        self._trading.tell(self._engine.restate(found, quantity, reason))
        return self.ledger.orders[found.order_id]

    def place_external(
        self,
        *,
        symbol: str,
        side: Side,
        quantity: Decimal,
        price: Decimal,
        cl_ord_id: str | None = None,
        account: str | None = None,
    ) -> VenueOrder:
        """Place an order on the same account by hand, as its owner does on the venue's own pages; it is not checked."""
        pair = self._markets.by_symbol(symbol)
        if pair is None:
            raise KeyError(f"the venue does not trade {symbol!r}")
        terms = Placement(
            pair=pair, side=side, order_type="limit", quantity=quantity, limit_price=price, client_order_id=cl_ord_id
        )
        order, happened = self._engine.place(account or next(iter(self.accounts)), terms, by_hand=True)
        self._trading.tell(happened)
        return order

    # -- trouble -------------------------------------------------------------------------------------------------------

    def cut(self, *, mid_frame: bool = False) -> None:
        """Reset every WebSocket, or have it break in the middle of a frame."""
        for session in list(self._websocket.sessions):
            session.cut(mid_frame=mid_frame)

    def close_sessions(self, code: int = 1001, reason: str = "CloudFlare WebSocket proxy restarting") -> None:
        """Close every WebSocket politely."""
        for session in list(self._websocket.sessions):
            session.close(code, reason)

    def go_silent(self, seconds: float = FOREVER) -> None:
        """Let every WebSocket that is open now go half open; new ones work."""
        for session in list(self._websocket.sessions):
            session.connection.go_silent(seconds)

    def restart(self, down_for: float = 0.0) -> None:
        """Drop everyone, refuse connections for so long, come back with the ledger as it was."""
        self._down_for = down_for
        for connection in list(self._connections):
            connection.cut()
        if self._up is not None:
            self._up.cancel()

    def invalidate_tokens(self, error: str = INVALID_SESSION) -> None:
        """Refuse every token given out so far; `EAPI:Invalid token` is the other text the venue has for it."""
        self._tokens.invalidate(error)

    def set_status(self, status: str) -> None:
        """Change the system status, and tell everyone."""
        if status not in STATUSES:
            raise ValueError(f"{status!r} is not one of {STATUSES}")
        self._trading.status = self._queries.status = status
        self._websocket.tell_status(status)
        if status != "maintenance":
            self._trading.leave_maintenance()

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _open(self, order: AnyOrder) -> VenueOrder:
        name = order.order_id if isinstance(order, VenueOrder) else order
        found = self.ledger.resolve(name)
        if found.closed:
            raise ValueError(f"{name} is {found.status}")
        return found

    def _publish(self, happened: Sequence[Happened]) -> None:
        self._websocket.publish(happened)

    def now(self) -> datetime:
        """The venue's time."""
        return self._now()


def _urls(host: str, port: int) -> VenueUrls:
    shown = f"[{host}]" if ":" in host else host
    return VenueUrls(
        rest=f"http://{shown}:{port}",
        websocket_public=f"ws://{shown}:{port}/public/v2",
        websocket_auth=f"ws://{shown}:{port}/auth/v2",
        websocket=f"ws://{shown}:{port}/v2",
    )
