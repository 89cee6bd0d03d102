"""What sessions of the Unified WebSocket are told: executions and balances as on Spot, and positions and margin."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from attrs import evolve

from batactors.testing.fault_script import FaultScript
from batactors.testing.kraken_futures.habits import Habits
from batactors.testing.kraken_futures.holdings import MarginChannel, PositionsChannel
from batactors.testing.kraken_futures.matching import BY_SWITCH, BY_USER, IOC, POST
from batactors.testing.kraken_futures.unified import Symbols
from batactors.testing.kraken_v2 import rows, telling
from batactors.testing.venue.dice import Dice
from batactors.testing.venue.orders import Happened, LedgerEntry

MAX_COUNT = 500
REASONS = {
    BY_USER: "User requested",
    BY_SWITCH: "CancelAllOrdersAfter Timeout",
    POST: "Post only order",
    IOC: "Immediate or cancel remainder",
}


class Limits:
    """The counter that the executions channel tells of; for derivatives it is unverified, and stands still."""

    def max_count(self, account: str) -> int:
        """The most that the counter of an account may come to."""
        del account
        return MAX_COUNT

    def trading_level(self, account: str, symbol: str, now: datetime) -> Decimal:
        """How high the counter stands."""
        del account, symbol, now
        return Decimal(0)


class Telling(telling.Telling):
    """Every open session of the Unified WebSocket. What commands of its sockets did is told to everybody."""

    full = True

    def __init__(
        self,
        *,
        markets: Symbols,
        faults: FaultScript,
        now: Callable[[], datetime],
        everybody: Callable[[Sequence[Happened]], None],
        positions: PositionsChannel,
        margin: MarginChannel,
        habits: Habits,
        dice: Dice,
    ) -> None:
        super().__init__(markets=markets, rates=Limits(), faults=faults, now=now)
        self._everybody = everybody
        self._positions = positions
        self._margin = margin
        self._habits = habits
        self._dice = dice

    def publish(self, happened: Sequence[Happened]) -> None:
        """Tell what a command did, here and on the feeds of WebSocket v1."""
        self._everybody(happened)

    def hear(self, happened: Sequence[Happened]) -> None:
        """Tell the sessions of the Unified WebSocket."""
        if not self.sessions:
            return
        super().publish([here for step in happened for here in self._steps(step)])
        for step in happened:
            for moved in step.positions:
                self.tell_position(moved.account, moved.symbol)
        for account in dict.fromkeys(step.order.account for step in happened):
            self.tell_margin(account)

    def tell_position(self, account: str, symbol: str) -> None:
        """Tell how a position stands; of one that was closed, that it is 0."""
        for session, subscription in self._listeners("positions", account):
            data = self._positions.data([self._positions.of(account, symbol)], subscription.params)
            session.push("positions", data, kind="update", number=None)

    def tell_margin(self, account: str) -> None:
        """Tell the margin, whole."""
        for session, subscription in self._listeners("margin", account):
            for kind, data in self._margin.snapshot(account, subscription.params):
                session.push("margin", data, kind=kind, number=None)

    def tell_entry(self, entry: LedgerEntry) -> None:
        """Tell a change of a balance that no order has made."""
        for session, subscription in self._listeners("balances", entry.account):
            session.push("balances", [rows.ledger_row(entry)], kind="update", number=subscription.next_number)
        self.tell_margin(entry.account)

    def _steps(self, step: Happened) -> list[Happened]:
        """A step as the v2 format has it: the last trade says `partially_filled` and `filled` follows, or it is all."""
        order = evolve(step.order, reason=REASONS.get(step.order.reason or "", step.order.reason), child_id=None)
        if step.exec_type == "trailed":
            return []
        if step.fill is None or order.status != "filled" or self._dice.falls(self._habits.last_trade_fills):
            fill = None if step.fill is None else evolve(step.fill, order=order)
            return [evolve(step, order=order, fill=fill)]
        before = evolve(order, status="partially_filled")
        traded = evolve(step, order=before, fill=evolve(step.fill, order=before))
        return [traded, Happened(exec_type="filled", order=order)]
