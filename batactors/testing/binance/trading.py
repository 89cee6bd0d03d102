"""The commands on ordinary orders, whatever road they came by. Each is whole in one step.

What happened is collected here and taken by the caller after each command, because a command may be refused half way
and what had happened by then must still be told.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from batactors.testing.binance.checks import Checks
from batactors.testing.binance.matching import MatchingEngine
from batactors.testing.binance.refusals import Refused
from batactors.testing.binance.terms import OrderRef
from batactors.testing.fault_script import FaultScript
from batactors.testing.faults import FillBeforeAmend, FillBeforeCancel, RaceFault
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import Happened, Placement, VenueOrder
from batactors.testing.venue.switch import DeadMansSwitch

SWITCH_REASON = "Countdown"
GOOD_TILL_REASON = "Good till date"


class Trading:
    """The commands.

    Attributes:
        status: `online`, `cancel_only` (new orders are throttled by -1008 unless they reduce), `post_only` (only GTX
            orders and those that reduce get in) or `maintenance` (everything is answered with 503).
        cancel_all_after: So many seconds after its answer a cancel of all orders is carried out.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        engine: MatchingEngine,
        checks: Checks,
        faults: FaultScript,
        agenda: Agenda,
        now: Callable[[], datetime],
        publish: Callable[[list[Happened]], None],
    ) -> None:
        self.status = "online"
        self.cancel_all_after = 0.01
        self._happened: list[Happened] = []
        self._ledger = ledger
        self._engine = engine
        self._checks = checks
        self._faults = faults
        self._agenda = agenda
        self._now = now
        self._publish = publish
        self._switch = DeadMansSwitch(agenda=agenda, fire=self._fire)

    def take_happened(self) -> list[Happened]:
        """What the last command did, once."""
        happened, self._happened = self._happened, []
        return happened

    def tell(self, happened: list[Happened]) -> None:
        """Tell at once what happened outside of a command."""
        happened = [*happened, *self._engine.knock_out(happened)]
        self._schedule(happened)
        self._publish(happened)

    def collect(self, happened: list[Happened]) -> None:
        """Keep what happened until the command is answered."""
        happened = [*happened, *self._engine.knock_out(happened)]
        self._schedule(happened)
        self._happened += happened

    # -- commands ------------------------------------------------------------------------------------------------------

    def place(
        self, account: str, terms: Placement, *, validate: bool = False, by_hand: bool = False
    ) -> VenueOrder | None:
        """One new order; None for one that was only validated."""
        self.open_for(terms)
        self._checks.placement(account, terms)
        if validate:
            return None
        order, happened = self._engine.place(account, terms, by_hand=by_hand)
        self.collect(happened)
        return order

    def modify(
        self,
        account: str,
        ref: OrderRef,
        *,
        side: str,
        quantity: Decimal,
        price: Decimal,
        modify_id: str | None,
        reduce_only: bool,
    ) -> VenueOrder:
        """New terms in place; or the end of the order, by the venue's rules."""
        order = self.find(account, ref)
        self._race(FillBeforeAmend, "amend_order", order)
        order = self.find(account, ref)
        if order is None or order.closed:
            raise Refused(-2013)
        if side != order.side:
            raise Refused(-1117)
        if reduce_only and not order.terms.reduce_only:
            raise Refused(-5047)
        if self.status == "cancel_only" and not order.terms.reduce_only:
            raise Refused(-1008)
        self._checks.modification(order, quantity, price)
        self.collect(self._engine.amend(order, quantity=quantity, limit_price=price, modify_id=modify_id))
        return self._ledger.orders[order.order_id]

    def cancel(self, account: str, ref: OrderRef) -> VenueOrder:
        """Take one order off the book."""
        self._race(FillBeforeCancel, "cancel_order", self.find(account, ref))
        order = self.find(account, ref)
        if order is None or order.closed:
            raise Refused(-2011)
        self.collect(self._engine.cancel(order))
        return self._ledger.orders[order.order_id]

    def cancel_all(self, account: str, symbol: str) -> int:
        """Accept to take everything of a symbol off the book; it is done a little later."""
        orders = self._open(account, symbol)
        self._agenda.after(self.cancel_all_after, lambda: self._cancel_late(orders))
        return len(orders)

    def count_down(self, account: str, symbol: str, seconds: float) -> None:
        """Arm, replace or (with 0) disarm the switch of a symbol."""
        self._switch.set(f"{account} {symbol}", seconds)

    # -- helpers -------------------------------------------------------------------------------------------------------

    def find(self, account: str, ref: OrderRef) -> VenueOrder | None:
        """The order that is named, in any state: of several with one client order id the open one, or the newest."""
        if ref.order_id is not None:
            order = self._ledger.orders.get(ref.order_id)
            named = [] if order is None else [order]
        else:
            named = self._ledger.orders_by_client_id(ref.client_order_id or "")
        mine = [one for one in named if one.account == account and one.pair.symbol == ref.symbol]
        return next((one for one in mine if not one.closed), mine[-1] if mine else None)

    def open_for(self, terms: Placement) -> None:
        """Refuse what the present status of the system does not take."""
        exempt = terms.reduce_only or terms.close_position
        if self.status == "cancel_only" and not exempt:
            raise Refused(-1008)
        if self.status == "post_only" and not (exempt or terms.post_only):
            raise Refused(-1008)

    def _open(self, account: str, symbol: str) -> list[VenueOrder]:
        return [order for order in self._ledger.open_orders(account) if order.pair.symbol == symbol]

    def _cancel_late(self, orders: Sequence[VenueOrder], reason: str = "User requested") -> None:
        for order in orders:
            current = self._ledger.orders[order.order_id]
            if not current.closed:
                self.tell(self._engine.cancel(current, reason))

    def _fire(self, key: str) -> None:
        account, _, symbol = key.partition(" ")
        self._cancel_late(self._open(account, symbol), SWITCH_REASON)

    def _race(self, kind: type[RaceFault], method: str, order: VenueOrder | None) -> None:
        """Let a counterparty be quicker than the command."""
        if order is None or order.closed:
            return
        if fault := self._faults.take(kind, method=method, client_order_id=order.client_order_id):
            half = order.pair.quantity_for(order.remaining, Decimal(2)) or order.remaining
            quantity = order.remaining if fault.share == "all" else half
            self.collect(self._engine.fill(order, quantity, order.limit_price or Decimal(1), "m"))

    def _schedule(self, happened: Sequence[Happened]) -> None:
        for step in happened:
            if step.exec_type == "new" and step.order.terms.expire_at is not None:
                self._expire_at(step.order.order_id, step.order.terms.expire_at)

    def _expire_at(self, order_id: str, time: datetime) -> None:
        """Expire an order then, and not before, even if the clock is set back meanwhile."""

        def expire() -> None:
            order = self._ledger.orders[order_id]
            if order.closed:
                return
            if self._now() < time:
                self._expire_at(order_id, time)
            else:
                self.tell(self._engine.expire(order, GOOD_TILL_REASON))

        self._agenda.after((time - self._now()).total_seconds(), expire)
