"""The reads of orders and executions. They may lag: each is answered with the state of some moment ago."""

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter

import trio

from batactors.testing.bybit.calls import Answered, Arguments, Call
from batactors.testing.bybit.habits import Habits
from batactors.testing.bybit.market import Markets
from batactors.testing.bybit.pages import page_of
from batactors.testing.bybit.refusals import bad, missing
from batactors.testing.bybit.rows import Payment, execution_row, order_row, payment_row
from batactors.testing.bybit.terms import category_in, contract_in
from batactors.testing.bybit.wire import ms
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import VenueFill, VenueOrder

DAY = 86_400_000
WEEK, TWO_YEARS = 7 * DAY, 730 * DAY
REMEMBERED = 500
"""So many closed orders `order/realtime` knows."""


class OrderQueries:
    """The handlers of reads, by the bench's word.

    Attributes:
        payments: What was paid for positions.
    """

    def __init__(self, *, ledger: Ledger, markets: Markets, habits: Habits, now: Callable[[], datetime]) -> None:
        self.payments: list[Payment] = []
        self._ledger = ledger
        self._markets = markets
        self._habits = habits
        self._now = now
        self._remembers_since = -1.0
        self.handlers: dict[str, Callable[[Call], Answered]] = {
            "order/realtime": self._realtime,
            "order/history": self._history,
            "execution/list": self._executions,
        }

    def forget(self) -> None:
        """The service has restarted: closed orders are found in the history only."""
        self._remembers_since = trio.current_time()

    def _realtime(self, call: Call) -> Answered:
        """Orders that are open, or have lately closed; the newest first."""
        category_in(call.arguments)
        as_of = min(call.as_of, trio.current_time() - self._habits.realtime_lag)
        arguments = call.arguments
        named = arguments.text("orderId") or arguments.text("orderLinkId")
        if not named:
            self._scoped(arguments)
        closed_too = bool(named) or arguments.text("openOnly") == "1"
        mine = [one for one in self._then(call, as_of) if self._chosen(arguments, one)]
        open_now = [one for one in mine if not one.closed]
        closed = [one for one in mine if one.closed and self._remembered(one)] if closed_too else []
        if not named and closed_too:
            open_now = []
        found = sorted([*open_now, *closed[:REMEMBERED]], key=attrgetter("opened_at"), reverse=True)
        return self._orders(arguments, found)

    def _history(self, call: Call) -> Answered:
        """Orders that have ended, in a week; the newest first. It knows those that never traded for a day only."""
        category_in(call.arguments)
        as_of = min(call.as_of, trio.current_time() - self._habits.history_lag)
        arguments, now = call.arguments, ms(self._now())
        named = arguments.text("orderId") or arguments.text("orderLinkId")
        since, until = (now - TWO_YEARS, now + DAY) if named else self._window(arguments)
        found = [
            one
            for one in self._then(call, as_of)
            if one.closed
            and self._chosen(arguments, one)
            and since <= ms(one.opened_at) <= until
            and (one.filled or now - ms(one.updated_at) <= DAY)
        ]
        return self._orders(arguments, sorted(found, key=attrgetter("opened_at"), reverse=True))

    def _executions(self, call: Call) -> Answered:
        """Executions of all kinds, in a week; the newest first, and those of one moment in no order."""
        category_in(call.arguments)
        as_of = min(call.as_of, trio.current_time() - self._habits.history_lag)
        arguments = call.arguments
        since, until = self._window(arguments)
        if arguments.text("orderId") and arguments.text("startTime") is None:
            since = ms(self._now()) - TWO_YEARS
        fills = [one for one in self._ledger.fills_since(None, as_of) if one.account == call.account]
        fills = [one for one in fills if self._chosen(arguments, one.order) and since <= ms(one.at) <= until]
        rows: list[tuple[int, str, VenueFill | Payment]] = [(ms(one.at), one.exec_id, one) for one in fills]
        paid = [one for one in self.payments if one.account == call.account and since <= one.at <= until]
        named = arguments.text("orderId") or arguments.text("orderLinkId")
        symbol = arguments.text("symbol")
        rows += [(one.at, one.exec_id, one) for one in paid if not named and symbol in (None, one.pair.symbol)]
        rows.sort(key=lambda row: (-row[0], row[1]))
        kind = arguments.text("execType")
        told = [row for row in rows if kind in (None, _told(row[2])["execType"])]
        page = page_of(arguments, told, lambda row: row[1], lambda row: _told(row[2]), limit=50, most=100,
                       cursor_at_end=self._habits.cursor_at_end)  # fmt: skip
        return Answered(page)

    def _orders(self, arguments: Arguments, found: list[VenueOrder]) -> Answered:
        page = page_of(
            arguments, found, lambda one: one.order_id, order_row, limit=20, most=50,
            cursor_at_end=self._habits.cursor_at_end,
        )  # fmt: skip
        return Answered(page)

    def _then(self, call: Call, as_of: float) -> list[VenueOrder]:
        """The account's orders as they were at that moment, the last to begin first."""
        mine = [one.order_id for one in self._ledger.orders.values() if one.account == call.account]
        then = [self._ledger.order_as_of(as_of, order_id) for order_id in reversed(mine)]
        return [one for one in then if one is not None]

    def _remembered(self, order: VenueOrder) -> bool:
        """Whether it had not ended yet when the service last restarted."""
        then = self._ledger.order_as_of(self._remembers_since, order.order_id)
        return then is None or not then.closed

    def _scoped(self, arguments: Arguments) -> None:
        if not any(arguments.text(name) for name in ("symbol", "baseCoin", "settleCoin")):
            raise missing("symbol or settleCoin or baseCoin")

    def _chosen(self, arguments: Arguments, order: VenueOrder) -> bool:
        """Whether a request asks for it: an order id goes before a client order id, and that before a contract."""
        if order_id := arguments.text("orderId"):
            return order.order_id == order_id
        if name := arguments.text("orderLinkId"):
            return order.client_order_id == name
        kind = arguments.text("orderFilter")
        if not {"Order": not order.waits_for_trigger, "StopOrder": order.waits_for_trigger}.get(kind or "", True):
            return False
        if arguments.text("symbol"):
            return order.pair.symbol == contract_in(arguments, self._markets).symbol
        base, settle = arguments.text("baseCoin"), arguments.text("settleCoin")
        return base in (None, order.pair.base.name) and settle in (None, order.pair.quote.name)

    def _window(self, arguments: Arguments) -> tuple[int, int]:
        """The times between which is asked: seven days at most, and the last seven unless said."""
        since, until, now = arguments.integer("startTime"), arguments.integer("endTime"), ms(self._now())
        if since is None and until is None:
            return now - WEEK, now + DAY
        if since is None:
            assert until is not None
            return until - WEEK, until
        until = since + WEEK if until is None else until
        if not 0 <= until - since <= WEEK:
            raise bad("The time range between startTime and endTime cannot exceed 7 days")
        if since < now - TWO_YEARS:
            raise bad("Only the data of the last two years can be queried")
        return since, until


def _told(one: VenueFill | Payment) -> dict[str, object]:
    return execution_row(one) if isinstance(one, VenueFill) else payment_row(one)
