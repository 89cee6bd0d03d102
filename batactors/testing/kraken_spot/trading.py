"""The commands of the venue, whatever transport they came by: how often, whether now, and then the engine.

What happened is collected here and taken by the caller after each command, because a command may be refused half way
and what had happened by then must still be told.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from batactors.testing.fault_script import FaultScript
from batactors.testing.faults import FillBeforeAmend, FillBeforeCancel, PendingCancel, RaceFault, RefuseRow
from batactors.testing.kraken_spot.checks import Checks
from batactors.testing.kraken_spot.matching import MatchingEngine
from batactors.testing.kraken_spot.rates import AMEND_COSTS, CANCEL_COSTS, EDIT_COSTS, Rates, surcharge
from batactors.testing.kraken_v2 import refusals
from batactors.testing.kraken_v2.refs import Canceled, OrderRef
from batactors.testing.kraken_v2.refusals import Refused
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import Happened, Placement, VenueOrder
from batactors.testing.venue.switch import DeadMansSwitch

SWITCH_MAXIMUM = 86_400
SWITCH_REASON = "CancelAllOrdersAfter Timeout"


class Trading:
    """The commands, each whole in one step."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        engine: MatchingEngine,
        checks: Checks,
        rates: Rates,
        faults: FaultScript,
        agenda: Agenda,
        now: Callable[[], datetime],
        publish: Callable[[list[Happened]], None],
    ) -> None:
        self.status = "online"
        self.happened: list[Happened] = []
        self._ledger = ledger
        self._engine = engine
        self._checks = checks
        self._rates = rates
        self._faults = faults
        self._agenda = agenda
        self._now = now
        self._publish = publish
        self._switch = DeadMansSwitch(agenda=agenda, fire=self._fire)
        self._fired_in_maintenance: list[str] = []

    def take_happened(self) -> list[Happened]:
        """What the last command did, once."""
        happened, self.happened = self.happened, []
        return happened

    def tell(self, happened: list[Happened]) -> None:
        """Keep what happened outside a command together with the rest, and tell it at once."""
        self._publish(happened)
        for step in happened:
            self._schedule_expiry(step)

    # -- place ---------------------------------------------------------------------------------------------------------

    def place(self, account: str, terms: Placement, *, validate: bool = False) -> VenueOrder | None:
        """One new order; None for one that was only validated."""
        self._charge(account, terms.pair.symbol, 1)
        return self._enter(account, terms, validate)

    def place_batch(
        self, account: str, rows: Sequence[Placement], *, validate: bool = False
    ) -> list[VenueOrder | Refused | None]:
        """Several orders of one pair; a row that the engine refuses does not undo the others."""
        self._charge(account, rows[0].pair.symbol, len(rows) / 2)
        outcomes: list[VenueOrder | Refused | None] = []
        for terms in rows:
            try:
                if fault := self._faults.take(RefuseRow, method="batch_add", client_order_id=terms.client_order_id):
                    raise Refused(fault.error)
                outcomes.append(self._enter(account, terms, validate))
            except Refused as refusal:
                outcomes.append(refusal)
        return outcomes

    def _enter(self, account: str, terms: Placement, validate: bool) -> VenueOrder | None:
        self._open_for(terms)
        self._checks.placement(account, terms)
        mine = [o for o in self._ledger.open_orders(account) if o.pair.symbol == terms.pair.symbol]
        if self._rates.enabled and len(mine) >= self._rates.tier(account).open_orders:
            raise Refused(refusals.ORDERS_LIMIT)
        if validate:
            return None
        order, happened = self._engine.place(account, terms)
        self._collect(happened)
        return order

    # -- change --------------------------------------------------------------------------------------------------------

    def amend(
        self,
        account: str,
        ref: OrderRef,
        *,
        quantity: Decimal | None = None,
        limit_price: Decimal | None = None,
        trigger_price: Decimal | None = None,
        post_only: bool = False,
    ) -> tuple[str, VenueOrder]:
        """New terms in place; the amend id and the order are returned."""
        self._not_in_maintenance()
        self._race(FillBeforeAmend, "amend_order", self._find(account, ref)[:1])
        order = self._find_one(account, ref, refusals.UNKNOWN_ORDER)
        self._charge(account, order.pair.symbol, 1 + surcharge(AMEND_COSTS, self._age(order)))
        self._checks.amendment(order, quantity, limit_price, trigger_price)
        if (post_only or order.terms.post_only) and self._checks.crosses(order, limit_price):
            raise Refused(refusals.POST_ONLY)
        amend_id, happened = self._engine.amend(
            order, quantity=quantity, limit_price=limit_price, trigger_price=trigger_price
        )
        self._collect(happened)
        return amend_id, self._ledger.orders[order.order_id]

    def edit(
        self, account: str, ref: OrderRef, change: Callable[[VenueOrder], Placement], *, validate: bool = False
    ) -> tuple[VenueOrder, VenueOrder | None]:
        """Cancel and place anew; the old and the new order are returned."""
        order = self._find_one(account, ref, refusals.UNKNOWN_ORDER)
        terms = change(order)
        self._charge(account, order.pair.symbol, 1 + surcharge(EDIT_COSTS, self._age(order)))
        self._open_for(terms)
        if order.triggered or order.filled > terms.quantity:
            raise Refused(refusals.NOT_EDITABLE)
        self._checks.placement(account, terms, replaces=order)
        if validate:
            return order, None
        successor, happened = self._engine.replace(order, terms)
        self._collect(happened)
        return order, successor

    # -- cancel --------------------------------------------------------------------------------------------------------

    def cancel(self, account: str, ref: OrderRef) -> Canceled:
        """Cancel what is meant; refused when nothing such is open."""
        self._not_in_maintenance()
        orders = self._find(account, ref)
        self._race(FillBeforeCancel, "cancel_order", orders)
        orders = [order for order in self._current(orders) if not order.closed]
        if not orders:
            raise Refused(refusals.INVALID_ORDER)
        if fault := self._faults.take(PendingCancel, method="cancel_order", client_order_id=orders[0].client_order_id):
            self._agenda.after(fault.seconds, lambda: self._cancel_late(orders))
            return Canceled(orders=tuple(orders), pending=True)
        return Canceled(orders=tuple(self._take_off(account, orders)))

    def cancel_many(self, account: str, refs: Sequence[OrderRef]) -> int:
        """Cancel those of them that are open."""
        self._not_in_maintenance()
        found = {order.order_id: order for ref in refs for order in self._find(account, ref)}
        return len(self._take_off(account, list(found.values())))

    def cancel_all(self, account: str) -> int:
        """Cancel everything that is open."""
        self._not_in_maintenance()
        return len(self._take_off(account, self._ledger.open_orders(account)))

    def cancel_all_after(self, account: str, seconds: int) -> datetime | None:
        """Arm, replace or (with 0) disarm the dead man's switch; the moment it will fire is returned."""
        if seconds >= SWITCH_MAXIMUM:
            raise Refused(refusals.TIMEOUT_TOO_LONG)
        if seconds < 0:
            raise refusals.invalid("timeout")
        return self._now() + timedelta(seconds=seconds) if self._switch.set(account, seconds) else None

    def leave_maintenance(self) -> None:
        """Do what fell due while the engine was away."""
        accounts, self._fired_in_maintenance = self._fired_in_maintenance, []
        for account in accounts:
            self._fire(account)

    # -- helpers -------------------------------------------------------------------------------------------------------

    def _fire(self, account: str) -> None:
        if self.status == "maintenance":
            self._fired_in_maintenance.append(account)
            return
        for order in self._ledger.open_orders(account):
            self.tell(self._engine.cancel(order, SWITCH_REASON))

    def _take_off(self, account: str, orders: Sequence[VenueOrder]) -> list[VenueOrder]:
        for order in orders:
            # Charged, but not refused above the threshold: the documents state no exemption and no refusal either.
            self._rates.trade(account, order.pair.symbol, surcharge(CANCEL_COSTS, self._age(order)), self._now())
            self._collect(self._engine.cancel(order))
        return self._current(orders)

    def _cancel_late(self, orders: Sequence[VenueOrder]) -> None:
        for order in self._current(orders):
            if not order.closed:
                self.tell(self._engine.cancel(order))

    def _race(self, kind: type[RaceFault], method: str, orders: Sequence[VenueOrder]) -> None:
        """Let a counterparty be quicker than the command."""
        for order in orders:
            if fault := self._faults.take(kind, method=method, client_order_id=order.client_order_id):
                half = order.pair.quantity_for(order.remaining, Decimal(2))
                quantity = order.remaining if fault.share == "all" else half
                price = order.limit_price or order.trigger_price or Decimal(1)
                self._collect(self._engine.fill(order, quantity, price, "m"))

    def _current(self, orders: Sequence[VenueOrder]) -> list[VenueOrder]:
        return [self._ledger.orders[order.order_id] for order in orders]

    def _find(self, account: str, ref: OrderRef) -> list[VenueOrder]:
        """The open orders that a command means."""
        if ref.order_id is not None:
            order = self._ledger.orders.get(ref.order_id)
            candidates = [order] if order is not None and order.account == account else []
        elif ref.client_order_id is not None:
            named = self._ledger.orders_by_client_id(ref.client_order_id)
            candidates = [order for order in named if order.account == account]
        else:
            mine = self._ledger.open_orders(account)
            candidates = [order for order in mine if ref.userref and order.terms.userref == ref.userref]
        return [order for order in candidates if not order.closed]

    def _find_one(self, account: str, ref: OrderRef, otherwise: str) -> VenueOrder:
        found = self._find(account, ref)
        if not found:
            raise Refused(otherwise)
        return found[0]

    def _open_for(self, terms: Placement) -> None:
        """Refuse what the present system status does not take."""
        self._not_in_maintenance()
        if self.status == "cancel_only" or (self.status == "post_only" and not terms.post_only):
            raise Refused(f"EService:Market in {self.status} mode")

    def _not_in_maintenance(self) -> None:
        if self.status == "maintenance":
            raise Refused(refusals.UNAVAILABLE)

    def _charge(self, account: str, symbol: str, cost: float) -> None:
        if not self._rates.trade(account, symbol, cost, self._now()):
            raise Refused(refusals.TRADING_RATE)

    def _age(self, order: VenueOrder) -> float:
        return (self._now() - order.aged_from).total_seconds()

    def _collect(self, happened: list[Happened]) -> None:
        self.happened += happened
        for step in happened:
            self._schedule_expiry(step)

    def _schedule_expiry(self, step: Happened) -> None:
        if step.exec_type == "pending_new" and step.order.terms.expire_at is not None:
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
                self.tell(self._engine.expire(order))

        self._agenda.after((time - self._now()).total_seconds(), expire)
