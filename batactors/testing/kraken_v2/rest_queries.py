"""The REST calls that only look: at the market, at the account, at its past. Those on the account may lag behind."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from attrs import frozen

from batactors.testing.kraken_v2 import refusals
from batactors.testing.kraken_v2.listing import Listing
from batactors.testing.kraken_v2.refusals import Refused, invalid
from batactors.testing.kraken_v2.reports import amendment_report, order_report, ticker_report, trade_report
from batactors.testing.kraken_v2.rest_arguments import Arguments
from batactors.testing.kraken_v2.tokens import LIFETIME, Tokens
from batactors.testing.kraken_v2.wire import Json, moment_of_seconds, plain, seconds, short_stamp
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.market import Pair
from batactors.testing.venue.orders import ZERO, VenueFill, VenueOrder

QUERY_FUNDS = "query-funds"
QUERY_OPEN = "query-open-orders"
QUERY_CLOSED = "query-closed-orders"
WEBSOCKET = "websocket"
REST_COST = 1.0
REST_HISTORY_COST = 4.0
PAGE = 50
QUERY_MAXIMUM = 50
QUERY_TRADES_MAXIMUM = 20

Row = TypeVar("Row")


@frozen(kw_only=True)
class Asked:
    """One query of one account, and the moment (of trio's clock) whose state it is answered with."""

    account: str
    arguments: Arguments
    as_of: float


@frozen(kw_only=True)
class Query:
    """A private query: who may make it, what it costs, and who answers."""

    permissions: tuple[str, ...]
    answer: Callable[[Asked], Json]
    cost: float = REST_COST
    lags: bool = False  # whether it may show the past


class RestQueries:
    """Answers queries from the ledger."""

    def __init__(self, *, ledger: Ledger, listing: Listing, tokens: Tokens, now: Callable[[], datetime]) -> None:
        self.status = "online"
        self._ledger = ledger
        self._listing = listing
        self._tokens = tokens
        self._now = now
        self.public: dict[str, Callable[[Arguments], Json]] = {
            "Time": self._time,
            "SystemStatus": self._system_status,
            "Assets": lambda arguments: self._listing.asset_reports(),
            "AssetPairs": self._asset_pairs,
            "Ticker": self._ticker,
        }
        self.private: dict[str, Query] = {
            "GetWebSocketsToken": Query(permissions=(WEBSOCKET,), answer=self._token),
            "OpenOrders": Query(permissions=(QUERY_OPEN,), answer=self._open_orders, lags=True),
            "ClosedOrders": Query(permissions=(QUERY_CLOSED,), answer=self._closed_orders, lags=True),
            "QueryOrders": Query(permissions=(QUERY_OPEN, QUERY_CLOSED), answer=self._query_orders, lags=True),
            "OrderAmends": Query(permissions=(QUERY_OPEN, QUERY_CLOSED), answer=self._order_amends, lags=True),
            "TradesHistory": Query(permissions=(QUERY_CLOSED,), answer=self._trades, cost=REST_HISTORY_COST, lags=True),
            "QueryTrades": Query(permissions=(QUERY_CLOSED,), answer=self._query_trades, lags=True),
            "Balance": Query(permissions=(QUERY_FUNDS,), answer=self._balance),
            "BalanceEx": Query(permissions=(QUERY_FUNDS,), answer=self._balance_ex),
        }

    # -- public --------------------------------------------------------------------------------------------------------

    def _time(self, arguments: Arguments) -> Json:
        del arguments
        now = self._now()
        return {"unixtime": int(seconds(now)), "rfc1123": now.strftime("%a, %d %b %y %H:%M:%S +0000")}

    def _system_status(self, arguments: Arguments) -> Json:
        del arguments
        return {"status": self.status, "timestamp": short_stamp(self._now())}

    def _asset_pairs(self, arguments: Arguments) -> Json:
        return {self._listing.key(pair): self._listing.pair_report(pair) for pair in self._wanted(arguments)}

    def _ticker(self, arguments: Arguments) -> Json:
        return {self._listing.key(one): ticker_report(one, self._listing.quote(one)) for one in self._wanted(arguments)}

    def _wanted(self, arguments: Arguments) -> list[Pair]:
        names = arguments.words("pair")
        if not names:
            return list(self._listing)
        pairs = [pair for name in names if (pair := self._listing.named(name)) is not None]
        if len(pairs) < len(names):
            raise Refused(refusals.UNKNOWN_PAIR)
        return pairs

    # -- orders --------------------------------------------------------------------------------------------------------

    def _open_orders(self, asked: Asked) -> Json:
        return {"open": self._reports(asked, [order for order in self._mine(asked, "open") if not order.closed])}

    def _closed_orders(self, asked: Asked) -> Json:
        """Newest close first, fifty at a time."""
        arguments = asked.arguments
        by = arguments.text("closetime") or "both"
        start, end = self._bound(arguments, "start"), self._bound(arguments, "end")
        closed = [
            order
            for order in self._mine(asked, "closed", since=start)
            if order.closed and _within(_times(order, by), start, end)
        ]
        page = _page(closed, arguments)
        counted = {} if arguments.flag("without_count") else {"count": len(closed)}
        return {"closed": self._reports(asked, page), **counted}

    def _query_orders(self, asked: Asked) -> Json:
        txids = asked.arguments.words("txid")
        if not 1 <= len(txids) <= QUERY_MAXIMUM:
            raise invalid("txid")
        found = [self._ledger.order_as_of(asked.as_of, txid) for txid in txids]
        known = [order for order in found if order is not None and order.account == asked.account]
        if not known:
            raise Refused(refusals.INVALID_ORDER)
        return self._reports(asked, known)

    def _order_amends(self, asked: Asked) -> Json:
        order_id = asked.arguments.required("order_id")
        order = self._ledger.order_as_of(asked.as_of, order_id)
        if order is None or order.account != asked.account:
            raise Refused(refusals.UNKNOWN_ORDER)
        rows = self._ledger.amendments(order_id, asked.as_of)
        return {"amends": [amendment_report(row) for row in rows], "count": len(rows)}

    def _mine(self, asked: Asked, kind: str, since: datetime | None = None) -> list[VenueOrder]:
        """The orders that the query is about, as they stood: open ones oldest first, closed ones newest first."""
        client_order_id, userref = asked.arguments.text("cl_ord_id"), asked.arguments.integer("userref")
        ids = self._ledger.ids_open_since(asked.as_of) if kind == "open" else self._ledger.ids_closed_since(since)
        if client_order_id is not None:
            named = {order.order_id for order in self._ledger.orders_by_client_id(client_order_id)}
            ids = [order_id for order_id in ids if order_id in named]
        states = [self._ledger.order_as_of(asked.as_of, order_id) for order_id in ids]
        mine = [state for state in states if state is not None and state.account == asked.account]
        return [state for state in mine if userref in (None, state.terms.userref)]

    def _reports(self, asked: Asked, orders: Iterable[VenueOrder]) -> Json:
        with_trades = asked.arguments.flag("trades")
        return {
            order.order_id: order_report(
                self._listing.seen(order),
                self._listing,
                [fill.exec_id for fill in self._ledger.fills_of(order.order_id, asked.as_of)] if with_trades else None,
            )
            for order in orders
        }

    # -- trades --------------------------------------------------------------------------------------------------------

    def _trades(self, asked: Asked) -> Json:
        """Newest first, fifty at a time. `start` is exclusive, `end` inclusive; both take a time or a trade's id."""
        arguments = asked.arguments
        start, end = self._bound(arguments, "start"), self._bound(arguments, "end")
        late = self._ledger.fills_since(start, asked.as_of)
        mine = [fill for fill in late if fill.account == asked.account and _within([fill.at], start, end)]
        groups = _consolidate(mine) if arguments.flag("consolidate_taker", default=True) else [[fill] for fill in mine]
        groups.reverse()
        page = _page(groups, arguments)
        return {
            "trades": {group[0].exec_id: trade_report(group, self._listing) for group in page},
            "count": len(groups),
        }

    def _query_trades(self, asked: Asked) -> Json:
        wanted = asked.arguments.words("txid")
        if not 1 <= len(wanted) <= QUERY_TRADES_MAXIMUM:
            raise invalid("txid")
        known = self._ledger.fills_since(None, asked.as_of)
        mine = {fill.exec_id: fill for fill in known if fill.account == asked.account}
        return {txid: trade_report([mine[txid]], self._listing) for txid in wanted if txid in mine}

    def _bound(self, arguments: Arguments, name: str) -> datetime | None:
        """A limit of a window, from a time or from the id of a trade or an order."""
        text = arguments.text(name)
        if text is None:
            return None
        if text in self._ledger.orders:
            return self._ledger.orders[text].opened_at
        if not text[:1].isdecimal() or text.count("-") > 1:
            return next((fill.at for fill in self._ledger.fills if fill.exec_id == text), None)
        return moment_of_seconds(arguments.number(name) or ZERO)

    # -- account -------------------------------------------------------------------------------------------------------

    def _token(self, asked: Asked) -> Json:
        return {"token": self._tokens.issue(asked.account), "expires": int(LIFETIME.total_seconds())}

    def _balance(self, asked: Asked) -> Json:
        return {code: plain(total, decimals) for code, decimals, total, _ in self._totals(asked)}

    def _balance_ex(self, asked: Asked) -> Json:
        return {
            code: {"balance": plain(total, decimals), "hold_trade": plain(held, decimals)}
            for code, decimals, total, held in self._totals(asked)
        }

    def _totals(self, asked: Asked) -> list[tuple[str, int, Decimal, Decimal]]:
        totals = self._ledger.balances(asked.account)
        held = {asset.name: ZERO for asset in self._listing.currencies()}
        for order in self._ledger.open_orders(asked.account):
            name, much = self._listing.held(order)
            held[name] += much
        return [
            (asset.code, asset.decimals, totals[asset.name], held[asset.name])
            for asset in self._listing.currencies()
            if asset.name in totals
        ]


def _times(order: VenueOrder, by: str) -> list[datetime]:
    opened, closed = order.opened_at, order.closed_at or order.opened_at
    return {"open": [opened], "close": [closed]}.get(by, [opened, closed])


def _within(times: list[datetime], start: datetime | None, end: datetime | None) -> bool:
    return any((start is None or time > start) and (end is None or time <= end) for time in times)


def _page(rows: list[Row], arguments: Arguments) -> list[Row]:
    offset = arguments.integer("ofs") or 0
    return rows[offset : offset + PAGE]


def _consolidate(fills: list[VenueFill]) -> list[list[VenueFill]]:
    """The taker fills of one event as one group."""
    groups: dict[str | tuple[str, int], list[VenueFill]] = {}
    for fill in fills:
        groups.setdefault((fill.order_id, fill.event) if fill.liquidity == "t" else fill.exec_id, []).append(fill)
    return list(groups.values())
