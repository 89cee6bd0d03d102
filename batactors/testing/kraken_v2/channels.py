"""Subscribing and unsubscribing: who may, the acknowledgements (one for each symbol), and the first snapshots."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from batactors.testing.kraken_v2 import public, refusals, rows
from batactors.testing.kraken_v2.arguments import Symbols
from batactors.testing.kraken_v2.refusals import Refused
from batactors.testing.kraken_v2.requests import PRIVATE_CHANNELS, Request, Response, failure, success
from batactors.testing.kraken_v2.session import Session, Subscription
from batactors.testing.kraken_v2.tokens import Tokens
from batactors.testing.kraken_v2.wire import Json
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.market import Pair, Quote

MARKET_CHANNELS = ("ticker", "book", "trade", "ohlc")
SNAPSHOT_FILLS = 50
TRY_AUTH = "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com"
TRY_PUBLIC = "Public market data subscriptions are unavailable on this endpoint. Try ws.kraken.com"


class Markets(Symbols, Protocol):
    """What is traded, and how the market stands."""

    def quote(self, pair: Pair) -> Quote: ...


class Limits(Protocol):
    """How often may be traded."""

    def max_count(self, account: str) -> int:
        """The most that the counter of an account may come to."""
        ...

    def trading_level(self, account: str, symbol: str, now: datetime) -> Decimal:
        """How high the counter stands."""
        ...


class OwnChannel(Protocol):
    """A private channel that only one venue has."""

    def result(self, params: Json) -> Json:
        """The result of a subscription; refused when its parameters are wrong."""
        ...

    def snapshot(self, account: str, params: Json) -> list[tuple[str, Json | list[Json]]]:
        """What it begins with: the types of frames, and their data."""
        ...


class Channels:
    """The requests that are no trading commands."""

    def __init__(
        self,
        *,
        tokens: Tokens,
        ledger: Ledger,
        markets: Markets,
        rates: Limits,
        instruments: Callable[[], Json],
        now: Callable[[], datetime],
        own: Mapping[str, OwnChannel] | None = None,
    ) -> None:
        self._own = own or {}
        self._tokens = tokens
        self._ledger = ledger
        self._markets = markets
        self._rates = rates
        self._instruments = instruments
        self._now = now

    def answer(self, request: Request) -> Response:
        if request.method == "ping":
            return Response(frames=[{"method": "pong", "success": True}])
        if request.method not in ("subscribe", "unsubscribe"):
            raise Refused(refusals.UNKNOWN_METHOD)
        channel = request.params.get("channel")
        if channel in PRIVATE_CHANNELS or channel in self._own:
            return self._private(request, str(channel))
        if channel in MARKET_CHANNELS or channel == "instrument":
            return self._public(request, channel)
        raise Refused("Symbol(s) not found" if channel == "status" else "Subscription name invalid")

    def _private(self, request: Request, channel: str) -> Response:
        session = request.session
        if session.role == "public":
            raise Refused(TRY_AUTH)
        token = self._tokens.check(request.params.get("token"))
        key = (channel, token.account)
        if request.method == "unsubscribe":
            if key not in session.private:
                raise Refused("Subscription Not Found")
            session.private.pop(key).token.holders -= 1
            session.touch()
            return Response(frames=[success(request, {"channel": channel})])
        if key in session.private:
            raise Refused(f"Already subscribed to {channel} channel" if channel in self._own else "Already subscribed")
        own = self._own.get(channel)
        result = None if own is None else own.result(request.params)
        token.holders += 1
        subscription = session.private[key] = Subscription(channel, token, request.params)
        return Response(
            frames=[success(request, result or self._private_result(subscription))],
            then=lambda: self._snapshot(session, subscription),
        )

    def _private_result(self, subscription: Subscription) -> Json:
        params = subscription.params
        if subscription.channel == "balances":
            return {"channel": "balances", "snapshot": params.get("snapshot", True)}
        return {
            "channel": "executions",
            "maxratecount": self._rates.max_count(subscription.token.account),
            "snap_orders": params.get("snap_orders", True),
            "snap_trades": params.get("snap_trades", False),
            "snapshot": params.get("snap_orders", True) or params.get("snap_trades", False),
            "warnings": ["cancel_reason is deprecated, use reason"],
        }

    def _snapshot(self, session: Session, subscription: Subscription) -> None:
        params, account = subscription.params, subscription.token.account
        if own := self._own.get(subscription.channel):
            for kind, whole in own.snapshot(account, params):
                session.push(subscription.channel, whole, kind=kind, number=None)
            return
        if subscription.channel == "balances":
            wanted = params.get("snapshot", True)
            data = rows.balance_rows(self._ledger.balances(account))
        else:
            orders, fills = params.get("snap_orders", True), params.get("snap_trades", False)
            wanted = orders or fills
            mine = self._ledger.last_fills(account, SNAPSHOT_FILLS) if fills else []
            data = [rows.open_order_row(order) for order in self._ledger.open_orders(account)] if orders else []
            data += [rows.fill_row(fill) for fill in mine]
        if wanted:
            session.push(subscription.channel, data, kind="snapshot", number=subscription.next_number)

    def _public(self, request: Request, channel: str) -> Response:
        session = request.session
        if session.role == "auth":
            raise Refused(TRY_PUBLIC)
        if channel == "instrument":
            self._keep(request, channel, "")
            data = self._instruments()
            return Response(
                frames=[success(request, {"channel": channel, "snapshot": True})],
                then=lambda: session.push(channel, data, kind="snapshot", number=None),
            )
        symbols = request.params.get("symbol")
        if not isinstance(symbols, list) or not symbols:
            raise Refused("Symbol(s) not found")
        known = [pair for symbol in symbols if (pair := self._markets.by_symbol(str(symbol))) is not None]
        for pair in known:
            self._keep(request, channel, pair.symbol)
        return Response(
            frames=[self._symbol_frame(request, channel, str(symbol)) for symbol in symbols],
            then=lambda: self._public_snapshots(request, channel, known),
        )

    def _symbol_frame(self, request: Request, channel: str, symbol: str) -> Json:
        """One answer for each symbol, with what identifies the subscription."""
        if self._markets.by_symbol(symbol) is None:
            return failure(request, f"Currency pair not supported {symbol}") | {"symbol": symbol}
        names = ("depth", "interval", "event_trigger", "snapshot")
        kept = {name: request.params[name] for name in names if name in request.params}
        return success(request, {"channel": channel, "symbol": symbol, "snapshot": channel != "trade", **kept})

    def _public_snapshots(self, request: Request, channel: str, pairs: Sequence[Pair]) -> None:
        if request.method != "subscribe" or not request.params.get("snapshot", channel != "trade"):
            return
        for pair in pairs:
            quote, now = self._markets.quote(pair), self._now()
            data: list[Json] = []
            if channel == "ticker":
                data = [public.ticker_row(pair, quote, now)]
            elif channel == "book":
                data = [public.book_row(pair, None, quote, now)]
            elif channel == "trade":
                traded = [fill for fill in self._ledger.fills if fill.order.pair.symbol == pair.symbol]
                data = [public.trade_row(fill) for fill in traded[-SNAPSHOT_FILLS:]]
            request.session.push(channel, data, kind="snapshot", number=None)

    def _keep(self, request: Request, channel: str, symbol: str) -> None:
        if request.method == "subscribe":
            request.session.public[(channel, symbol)] = request.params
        else:
            request.session.public.pop((channel, symbol), None)
