"""Tells what happens to the sessions that subscribed to it: executions, balances, and the public market."""

from collections.abc import Callable, Sequence
from datetime import datetime

from batactors.testing import faults as f
from batactors.testing.fault_script import FaultScript
from batactors.testing.kraken_v2 import public, rows
from batactors.testing.kraken_v2.channels import Limits, Markets
from batactors.testing.kraken_v2.session import Session, Subscription
from batactors.testing.kraken_v2.wire import Json
from batactors.testing.venue.market import Pair, Quote
from batactors.testing.venue.orders import Happened


class Telling:
    """Every open session, and who is told what.

    Attributes:
        full: Whether `new` has all of an order's terms. Spot tells them before, by `pending_new`.
    """

    full = False

    def __init__(self, *, markets: Markets, rates: Limits, faults: FaultScript, now: Callable[[], datetime]) -> None:
        self.sessions: list[Session] = []
        self._markets = markets
        self._rates = rates
        self._faults = faults
        self._now = now

    def publish(self, happened: Sequence[Happened]) -> None:
        """Tell what happened to those who subscribed: executions, then balances, then the public tape."""
        for step in happened:
            narrowed = {"channel": "executions", "frame_type": "update", "event": step.exec_type}
            first, second = self._tell_event, self._tell_entries
            if step.fill is not None and self._faults.take(
                f.BalancesFirst, **narrowed, client_order_id=step.order.client_order_id
            ):
                first, second = second, first
            first(step)
            second(step)
            if step.fill is not None:
                self._tell_public("trade", step.order.pair, [public.trade_row(step.fill)])

    def publish_quote(self, pair: Pair, before: Quote) -> None:
        """Tell the market's move."""
        quote = self._markets.quote(pair)
        self._tell_public("ticker", pair, [public.ticker_row(pair, quote, self._now())])
        row = public.book_row(pair, before, quote, self._now())
        if row["bids"] or row["asks"]:
            self._tell_public("book", pair, [row])

    def _tell_event(self, step: Happened) -> None:
        order = step.order
        row = rows.event_row(step, full=self.full)
        for session, subscription in self._listeners("executions", order.account):
            if subscription.params.get("order_status") is False and step.exec_type not in rows.MAJOR_EVENTS:
                continue
            if subscription.params.get("ratecounter") is True:
                level = self._rates.trading_level(order.account, order.pair.symbol, self._now())
                row = row | {"ratecount": level}
            session.push("executions", [row], kind="update", number=subscription.next_number)

    def _tell_entries(self, step: Happened) -> None:
        for entry in step.entries:
            for session, subscription in self._listeners("balances", entry.account):
                session.push("balances", [rows.ledger_row(entry)], kind="update", number=subscription.next_number)

    def _tell_public(self, channel: str, pair: Pair, data: list[Json]) -> None:
        for session in self.sessions:
            if (channel, pair.symbol) in session.public:
                session.push(channel, data, kind="update", number=None)

    def _listeners(self, channel: str, account: str) -> list[tuple[Session, Subscription]]:
        found = [(session, session.private.get((channel, account))) for session in self.sessions]
        return [(session, subscription) for session, subscription in found if subscription is not None]
