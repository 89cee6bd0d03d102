"""Tells what happens to the sessions of WebSocket v1: two feeds of an order's life, between which there is no order."""

from collections.abc import Callable, Sequence
from datetime import datetime

from batactors.testing import faults as f
from batactors.testing.fault_script import FaultScript
from batactors.testing.kraken_futures import frames
from batactors.testing.kraken_futures.accounts import FuturesAccount
from batactors.testing.kraken_futures.checks import Checks
from batactors.testing.kraken_futures.habits import Habits
from batactors.testing.kraken_futures.lives import Lives, Told
from batactors.testing.kraken_futures.market import Contract, Markets, contract_of
from batactors.testing.kraken_futures.session import Session, Subscription
from batactors.testing.kraken_futures.trading import Rejection
from batactors.testing.kraken_futures.wire import ms
from batactors.testing.venue.dice import Dice
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.market import Pair, Quote
from batactors.testing.venue.orders import Happened
from batactors.testing.venue.positions import Positions
from batactors.testing.venue.text import Json


class Telling:
    """Every open session, and who is told what.

    A fault of a frame may be narrowed to a channel (`executions` are `open_orders` and `fills`, all others go by the
    name of their feed) and to an event; see `Told`.
    """

    def __init__(
        self,
        *,
        accounts: dict[str, FuturesAccount],
        ledger: Ledger,
        markets: Markets,
        positions: Positions,
        checks: Checks,
        habits: Habits,
        dice: Dice,
        faults: FaultScript,
        now: Callable[[], datetime],
    ) -> None:
        self.sessions: list[Session] = []
        self.followed: list[Callable[[Sequence[Happened]], None]] = []
        """Are told what has happened before anybody else is."""
        self._accounts = accounts
        self._ledger = ledger
        self._markets = markets
        self._positions = positions
        self._checks = checks
        self._habits = habits
        self._dice = dice
        self._faults = faults
        self._now = now
        self._lives = Lives(habits=habits, dice=dice)
        self._logged = len(ledger.entries)

    # -- the account ---------------------------------------------------------------------------------------------------

    def publish(self, happened: Sequence[Happened]) -> None:
        """Tell all of it now."""
        for follow in self.followed:
            follow(happened)
        if not happened:
            return
        told = self._lives.told(happened)
        early = [one for one in happened if one.fill is not None and self._balances_first(one)]
        moved = list(dict.fromkeys(step.order.account for step in happened if step.fill is not None))
        if early:
            self._tell_accounts(moved)
        for one in told:
            self._tell(one)
        if not early:
            self._tell_accounts(moved)
        for step in happened:
            if step.fill is not None:
                self._tell_public("trade", contract_of(step.order.pair), frames.trade_row(step.fill))

    def reject(self, rejection: Rejection) -> None:
        """Tell a refusal of the engine on `open_orders`, where it has a word."""
        words = {
            "postWouldExecute": "post_order_failed_because_it_would_filled",
            "iocWouldNotExecute": "ioc_order_failed_because_it_would_not_be_executed",
            "selfFill": "would_execute_self",
            "wouldNotReducePosition": "would_not_reduce_position",
        }
        order = rejection.order
        reason = self._lives.spelt(words[rejection.status])
        frame = frames.cancel_only(order.order_id, order.client_order_id, reason)
        self._tell(
            Told(
                account=order.account,
                event="rejected",
                client_order_id=order.client_order_id,
                symbol=order.pair.symbol,
                frame=frame,
            )
        )

    def account_changed(self, account: str) -> None:
        """Tell a change of balances or positions that no order has made."""
        self._tell_accounts([account])

    def snapshot(self, session: Session, subscription: Subscription) -> None:
        """What a private feed begins with."""
        account, feed = subscription.account, subscription.feed
        uid = self._accounts[account].uid
        if feed.startswith("open_orders"):
            orders = [frames.order_row(one, named=self._named()) for one in self._ledger.open_orders(account)]
            self._push(session, feed, {"feed": f"{feed}_snapshot", "account": uid, "orders": orders}, "snapshot")
        elif feed == "fills":
            last = self._ledger.last_fills(account, frames.SNAPSHOT_FILLS)
            fills = [frames.fill_row(one) for one in last if _wanted(subscription, one.order.pair.symbol)]
            self._push(session, feed, {"feed": "fills_snapshot", "account": uid, "fills": fills}, "snapshot")
        elif feed == "balances":
            self._push(session, feed, self._balances(subscription, "balances_snapshot"), "snapshot")
        elif feed == "open_positions":
            self._push(session, feed, self._open_positions(subscription), "snapshot")
        elif feed == "account_log":
            logs = self._logs(account, 0)[-500:]
            self._push(session, feed, {"feed": "account_log_snapshot", "logs": logs}, "snapshot")
        else:
            self._push(session, feed, {"feed": feed, "notifications": []}, "snapshot")

    def _tell(self, told: Told) -> None:
        twice = not told.fills and self._dice.falls(self._habits.repeats)
        for session in self.sessions:
            for feed in (told.feed, f"{told.feed}_verbose"):
                subscription = session.private.get(feed)
                if subscription is None or subscription.account != told.account:
                    continue
                if told.fills and not _wanted(subscription, told.symbol):
                    continue
                frame = self._frame(told) | {"feed": feed}
                for _ in range(2 if twice else 1):
                    self._push(session, feed, frame, "update", event=told.event, client_order_id=told.client_order_id)

    def _frame(self, told: Told) -> Json:
        if not told.fills:
            return told.frame or {}
        rows = [frames.fill_row(fill) for fill in told.fills]
        return {"feed": "fills", "username": self._accounts[told.account].uid, "fills": rows}

    def _tell_accounts(self, accounts: Sequence[str]) -> None:
        before, self._logged = self._logged, len(self._ledger.entries)
        for account in accounts:
            for session in self.sessions:
                mine = {feed: one for feed, one in session.private.items() if one.account == account}
                if one := mine.get("balances"):
                    self._push(session, "balances", self._balances(one, "balances"), "update")
                if one := mine.get("open_positions"):
                    self._push(session, "open_positions", self._open_positions(one), "update")
                if "account_log" in mine:
                    for row in self._logs(account, before):
                        self._push(session, "account_log", {"feed": "account_log", "new_entry": row}, "update")

    def _balances(self, subscription: Subscription, feed: str) -> Json:
        blocks = frames.balances(subscription.account, self._ledger, self._checks, self._markets)
        if feed == "balances":
            del blocks["holding"]  # an update has the blocks that changed only
        return {"feed": feed, **self._numbered(subscription), **blocks}

    def _open_positions(self, subscription: Subscription) -> Json:
        rows = frames.positions(self._positions.open(subscription.account), self._markets)
        return {"feed": "open_positions", **self._numbered(subscription), "positions": rows}

    def _numbered(self, subscription: Subscription) -> Json:
        uid = self._accounts[subscription.account].uid
        return {"account": uid, "timestamp": ms(self._now()), "seq": subscription.next_number()}

    def _logs(self, account: str, since: int) -> list[Json]:
        mine = [one for one in self._ledger.entries if one.account == account]
        already = sum(one.account == account for one in self._ledger.entries[:since])
        return [frames.log_row(one, number) for number, one in enumerate(mine, start=1) if number > already]

    def _balances_first(self, step: Happened) -> bool:
        narrowed = {"channel": "executions", "frame_type": "update", "event": step.exec_type}
        name = step.order.client_order_id
        return self._faults.take(f.BalancesFirst, **narrowed, client_order_id=name) is not None

    # -- the market ----------------------------------------------------------------------------------------------------

    def publish_quote(self, pair: Pair, before: Quote) -> None:
        """Tell the market's move."""
        contract = contract_of(pair)
        quote, now = self._markets.quote(contract), ms(self._now())
        self._tell_public("ticker", contract, frames.ticker(contract, quote, now))
        for change in frames.book_changes(contract, before, quote):
            number = self._markets.book_number(contract, 1)
            if not self._dice.falls(self._habits.book_gap):
                self._tell_public("book", contract, change | {"seq": number, "timestamp": now})

    def public_snapshot(self, session: Session, feed: str, contract: Contract) -> None:
        """What a public feed begins with; trades come newest first."""
        quote, now = self._markets.quote(contract), ms(self._now())
        if feed.startswith("ticker"):
            session.send(frames.ticker(contract, quote, now) | {"feed": feed})
        elif feed == "book":
            session.send(frames.book_snapshot(contract, quote, self._markets.book_number(contract), now))
        elif feed == "trade":
            traded = [one for one in self._ledger.fills if one.order.pair.symbol == contract.symbol]
            rows = [{"feed": "trade", **frames.trade_row(one)} for one in traded[-100:][::-1]]
            session.send({"feed": "trade_snapshot", "product_id": contract.symbol, "trades": rows})

    def _tell_public(self, feed: str, contract: Contract, frame: Json) -> None:
        for session in self.sessions:
            if (feed, contract.symbol) in session.public:
                session.deliver(feed, _occasion(feed, "update"), lambda: frame | {"feed": feed})

    # -- helpers -------------------------------------------------------------------------------------------------------

    def _push(
        self,
        session: Session,
        feed: str,
        frame: Json,
        kind: str,
        *,
        event: str | None = None,
        client_order_id: str | None = None,
    ) -> None:
        occasion = _occasion(feed, kind, event, client_order_id)
        if self._dice.falls(self._habits.oddities):
            session.send({"feed": "novelty", "timestamp": ms(self._now()), "n": [{"x": 1}]})
        session.disturb(occasion)
        if odd := self._faults.take(f.MalformedRow, **occasion):
            if "fills" in frame:
                frame = frame | {"fills": [dict(odd.row), *frame["fills"]]}
            else:
                session.send({"feed": feed, "order": dict(odd.row), "is_cancel": False, "reason": "partial_fill"})
        if strange := self._faults.take(f.UnknownEvent, **occasion):
            session.send({"feed": "novation", **strange.row})
        if self._dice.falls(self._habits.extras):
            frame = frame | {"novelty": {"a": ["new"]}}
        session.deliver(feed, occasion, lambda: frame)

    def _named(self) -> bool:
        return self._dice.falls(self._habits.deltas_named)


def _wanted(subscription: Subscription, symbol: str) -> bool:
    return not subscription.products or symbol in subscription.products


def _occasion(
    feed: str, kind: str, event: str | None = None, client_order_id: str | None = None
) -> dict[str, str | None]:
    channel = "executions" if feed.startswith("open_orders") or feed == "fills" else feed
    return {"channel": channel, "frame_type": kind, "event": event, "client_order_id": client_order_id}
