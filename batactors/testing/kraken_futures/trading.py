"""The commands on orders, whatever road they came by. Each is whole in one step.

What happened is collected here and taken by the caller after each command, because a command may be turned down half
way and what had happened by then must still be told.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import trio
from attrs import evolve, frozen

from batactors.testing.fault_script import FaultScript
from batactors.testing.faults import FillBeforeAmend, FillBeforeCancel, RaceFault
from batactors.testing.kraken_futures.checks import Checks
from batactors.testing.kraken_futures.habits import Habits
from batactors.testing.kraken_futures.matching import BY_SWITCH, BY_USER, POST, MatchingEngine
from batactors.testing.kraken_futures.refusals import Turned
from batactors.testing.kraken_futures.terms import OrderRef
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.dice import Dice
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import Happened, Placement, VenueOrder
from batactors.testing.venue.switch import DeadMansSwitch

LATE_REFUSAL = 0.02


@frozen(kw_only=True)
class Rejection:
    """An order that the engine turned down: it was never in the book, but the venue remembers it."""

    order: VenueOrder
    status: str
    reason: str
    at: float


class Trading:
    """The commands.

    Attributes:
        status: `online`, `cancel_only` (marketSuspended), `post_only` (marketIsPostOnly) or `maintenance`
            (everything is `Unavailable`).
        rejections: What the engine has turned down, oldest first.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        engine: MatchingEngine,
        checks: Checks,
        habits: Habits,
        dice: Dice,
        faults: FaultScript,
        agenda: Agenda,
        now: Callable[[], datetime],
        publish: Callable[[list[Happened]], None],
        reject: Callable[[Rejection], None],
    ) -> None:
        self.status = "online"
        self.rejections: list[Rejection] = []
        self._happened: list[Happened] = []
        self._ledger = ledger
        self._engine = engine
        self._checks = checks
        self._habits = habits
        self._dice = dice
        self._faults = faults
        self._agenda = agenda
        self._now = now
        self._publish = publish
        self._reject = reject
        self._switch = DeadMansSwitch(agenda=agenda, fire=self._fire)

    def take_happened(self) -> list[Happened]:
        """What the last command did, once."""
        happened, self._happened = self._happened, []
        return happened

    def tell(self, happened: list[Happened]) -> None:
        """Tell at once what happened outside of a command."""
        self._publish([*happened, *self._engine.knock_out(happened)])

    # -- commands ------------------------------------------------------------------------------------------------------

    def place(self, account: str, terms: Placement) -> tuple[VenueOrder, list[Happened]]:
        """One new order, and what it did at once.

        Raises:
            Turned: It may not enter.
        """
        self._open_for(terms)
        self._checks.placement(account, terms)
        if terms.trail is not None:
            terms = evolve(terms, trigger_price=self._engine.trailed(terms, None) or terms.trail)
        try:
            order, happened = self._engine.place(account, terms)
        except Turned as turned:
            order = self._engine.turned_down(account, terms)
            if turned.status == "postWouldExecute" and self._dice.falls(self._habits.late_refusals):
                return self._refuse_late(order)
            self._turn_down(order, turned)
            raise
        self.collect(happened)
        return self._ledger.orders[order.order_id], happened

    def edit(
        self,
        account: str,
        ref: OrderRef,
        *,
        size: Decimal | None,
        absolute: bool,
        limit_price: Decimal | None,
        trigger_price: Decimal | None,
    ) -> tuple[VenueOrder, list[Happened]]:
        """New terms in place. A relative size is what shall be open; an absolute one includes what has traded."""
        self._race(FillBeforeAmend, "amend_order", self.find(account, ref))
        order = self.find(account, ref)
        if order is None or order.closed:
            raise Turned("orderForEditNotFound")
        if self.status == "cancel_only":
            raise Turned("marketSuspended")
        quantity = order.quantity if size is None else size + (0 if absolute else order.filled)
        self._checks.edit(order, quantity, limit_price, trigger_price)
        happened = self._engine.amend(order, quantity=quantity, limit_price=limit_price, trigger_price=trigger_price)
        self.collect(happened)
        return self._ledger.orders[order.order_id], happened

    def cancel(self, account: str, ref: OrderRef) -> tuple[VenueOrder, list[Happened]]:
        """Take one order off the book.

        Raises:
            Turned: `filled` for one that traded whole just now, `notFound` for any other that is not open.
        """
        before = self.find(account, ref)
        was_open = before is not None and not before.closed
        self._race(FillBeforeCancel, "cancel_order", before)
        order = self.find(account, ref)
        if order is None or order.closed:
            raise Turned("filled" if order is not None and was_open and order.status == "filled" else "notFound")
        happened = self._engine.cancel(order, BY_USER)
        self.collect(happened)
        return self._ledger.orders[order.order_id], happened

    def cancel_all(self, account: str, symbol: str | None, reason: str = BY_USER) -> list[Happened]:
        """Take everything off the book, or everything in one contract."""
        happened: list[Happened] = []
        for order in self._ledger.open_orders(account):
            if symbol in (None, order.pair.symbol):
                happened += self._engine.cancel(order, reason)
        self.collect(happened)
        return happened

    def cancel_all_after(self, account: str, seconds: float) -> bool:
        """Arm, replace or (with 0) disarm the switch of the account; whether it is armed now."""
        return self._switch.set(account, seconds)

    # -- helpers -------------------------------------------------------------------------------------------------------

    def find(self, account: str, ref: OrderRef) -> VenueOrder | None:
        """The order that is named, in any state: of several with one client order id the open one, or the newest."""
        if ref.order_id is not None:
            order = self._ledger.order_of(ref.order_id)
            named = [] if order is None else [order]
        else:
            named = self._ledger.orders_by_client_id(ref.client_order_id or "")
        mine = [one for one in named if one.account == account]
        return next((one for one in mine if not one.closed), mine[-1] if mine else None)

    def collect(self, happened: list[Happened]) -> None:
        """Keep what happened until the command is answered."""
        knocked = self._engine.knock_out(happened)
        self._happened += [*happened, *knocked]

    def _open_for(self, terms: Placement) -> None:
        if self.status == "cancel_only":
            raise Turned("marketSuspended")
        if self.status == "post_only" and not terms.post_only:
            raise Turned("marketIsPostOnly")

    def _turn_down(self, order: VenueOrder, turned: Turned) -> None:
        rejection = Rejection(order=order, status=turned.status, reason=turned.reason, at=trio.current_time())
        self.rejections.append(rejection)
        if self._dice.falls(self._habits.refusals_told):
            self._reject(rejection)

    def _refuse_late(self, order: VenueOrder) -> tuple[VenueOrder, list[Happened]]:
        """Say that it rests, and take it off."""
        order = evolve(order, status="new", closed_at=None)
        happened = [self._engine.started(order)]
        self.collect(happened)

        def refuse() -> None:
            found = self._ledger.orders[order.order_id]
            if not found.closed:
                self.tell(self._engine.cancel(found, POST))

        self._agenda.after(LATE_REFUSAL, refuse)
        return self._ledger.orders[order.order_id], happened

    def _fire(self, account: str) -> None:
        self.cancel_all(account, None, BY_SWITCH)
        self._publish(self.take_happened())

    def _race(self, kind: type[RaceFault], method: str, order: VenueOrder | None) -> None:
        """Let a counterparty be quicker than the command."""
        if order is None or order.closed:
            return
        if fault := self._faults.take(kind, method=method, client_order_id=order.client_order_id):
            half = order.pair.quantity_for(order.remaining, Decimal(2)) or order.remaining
            quantity = order.remaining if fault.share == "all" else half
            price = order.limit_price or order.trigger_price or Decimal(1)
            self.collect(self._engine.fill(order, quantity, price, "m"))
