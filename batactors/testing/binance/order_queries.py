"""The reads of orders and trades. They may lag: each is answered with the state of some moment ago."""

from collections.abc import Callable
from datetime import datetime, timedelta

import trio

from batactors.testing.binance.calls import Call
from batactors.testing.binance.habits import Habits
from batactors.testing.binance.market import Markets
from batactors.testing.binance.refusals import Refused, bad
from batactors.testing.binance.road import Handler
from batactors.testing.binance.rows import amendment_rows, query_row, trade_row
from batactors.testing.binance.terms import ref_in, symbol_in
from batactors.testing.binance.trading import Trading
from batactors.testing.binance.wire import ms
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import VenueFill, VenueOrder
from batactors.testing.venue.text import Json

PAGE, PAGE_MOST = 500, 1_000
WINDOW = 7 * 86_400_000
KEPT = timedelta(days=90)
KEPT_EMPTY = timedelta(days=3)
"""So long a canceled or expired order without a fill can be found."""


class OrderQueries:
    """The handlers of reads, by the bench's word."""

    def __init__(
        self, *, trading: Trading, ledger: Ledger, markets: Markets, habits: Habits, now: Callable[[], datetime]
    ) -> None:
        self._trading = trading
        self._ledger = ledger
        self._markets = markets
        self._habits = habits
        self._now = now
        self.handlers: dict[str, Handler] = {
            "order.status": lambda call: query_row(self._find(call)),
            "openOrder": self._open_order,
            "openOrders": self._open_orders,
            "allOrders": self._all_orders,
            "userTrades": self._user_trades,
            "orderAmendment": self._amendments,
        }

    def _find(self, call: Call) -> VenueOrder:
        """The order that is named, as it was at that moment."""
        order = self._trading.find(call.account, ref_in(call.arguments, self._markets))
        then = None if order is None else self._ledger.order_as_of(call.as_of, order.order_id)
        if then is None or not self._kept(then) or self._is_young(then):
            raise Refused(-2013)
        return then

    def _open_order(self, call: Call) -> Json:
        order = self._find(call)
        if order.closed:
            raise Refused(-2013)
        return query_row(order)

    def _open_orders(self, call: Call) -> list[Json]:
        only = symbol_in(call.arguments, self._markets).symbol if call.arguments.text("symbol") else None
        return [query_row(order) for order in self._mine(call, only) if not order.closed]

    def _all_orders(self, call: Call) -> list[Json]:
        """From an order id on, or in a window of at most seven days; the oldest first, of a full page the newest."""
        symbol = symbol_in(call.arguments, self._markets).symbol
        since, until, limit = self._window(call)
        first = call.arguments.integer("orderId")
        orders = [order for order in self._ever(call, symbol) if self._kept(order)]
        if first is not None:
            return [query_row(order) for order in orders if int(order.order_id) >= first][:limit]
        found = [query_row(order) for order in orders if since <= ms(order.opened_at) <= until]
        return found[:limit] if call.arguments.integer("startTime") is not None else found[-limit:]

    def _user_trades(self, call: Call) -> list[Json]:
        """From a trade on, or in a window of at most seven days; the oldest first, of a full page the newest."""
        symbol = symbol_in(call.arguments, self._markets).symbol
        since, until, limit = self._window(call)
        first, order_id = call.arguments.integer("fromId"), call.arguments.text("orderId")
        timed = any(call.arguments.text(name) is not None for name in ("startTime", "endTime"))
        if first is not None and timed:
            raise Refused(-1128)
        fills = [
            fill
            for fill in self._ledger.fills_since(None, call.as_of)
            if fill.account == call.account and fill.order.pair.symbol == symbol
            if order_id in (None, fill.order_id)
        ]
        if first is not None:
            return [trade_row(fill) for fill in fills if fill.trade_id >= first][:limit]
        found = [trade_row(fill) for fill in fills if since <= self._time(fill) <= until]
        return found[:limit] if call.arguments.integer("startTime") is not None else found[-limit:]

    def _amendments(self, call: Call) -> list[Json]:
        return amendment_rows(self._ledger.amendments(self._find(call).order_id, call.as_of))

    def _mine(self, call: Call, symbol: str | None) -> list[VenueOrder]:
        """The orders that were open then, or are now."""
        then = [self._ledger.order_as_of(call.as_of, one) for one in self._ledger.ids_open_since(call.as_of)]
        mine = [one for one in then if one is not None and one.account == call.account]
        return [one for one in mine if symbol in (None, one.pair.symbol)]

    def _ever(self, call: Call, symbol: str) -> list[VenueOrder]:
        ids = [one.order_id for one in self._ledger.orders.values() if one.account == call.account]
        then = [self._ledger.order_as_of(call.as_of, one) for one in ids]
        return [one for one in then if one is not None and one.pair.symbol == symbol]

    def _window(self, call: Call) -> tuple[int, int, int]:
        """The times between which is asked, and how many rows there may be."""
        arguments, now = call.arguments, ms(self._now())
        since, until = arguments.integer("startTime"), arguments.integer("endTime")
        limit = arguments.integer("limit")
        if limit is not None and not 0 < limit <= PAGE_MOST:
            raise bad("limit")
        if since is not None and until is not None and not 0 <= until - since <= WINDOW:
            raise Refused(-4166, "Search window is restricted to recent 7 days only.")  # the code is unverified
        if since is None:
            since = (until if until is not None else now) - WINDOW
        return since, min(since + WINDOW, until if until is not None else now + 60_000), limit or PAGE

    def _kept(self, order: VenueOrder) -> bool:
        age = self._now() - order.updated_at
        empty = order.status in ("canceled", "expired") and not order.filled
        return age <= (KEPT_EMPTY if empty else KEPT)

    def _is_young(self, order: VenueOrder) -> bool:
        """Whether the order is there, and cannot be found yet."""
        lost = self._habits.lost_reads
        return lost > 0 and self._ledger.order_as_of(trio.current_time() - lost, order.order_id) is None

    def _time(self, fill: VenueFill) -> int:
        return ms(fill.at)
