"""The commands, whatever road they came by: acknowledged by the front, and carried out by the matching engine later.

What happened at once is collected here and taken by the caller after each command; what happens later is told then. A
command that was acknowledged may come too late, or be refused, and then no answer says so.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

import trio

from batactors.testing.bybit import reasons
from batactors.testing.bybit.checks import Checks
from batactors.testing.bybit.habits import Habits
from batactors.testing.bybit.ids import VenueIds
from batactors.testing.bybit.matching import MatchingEngine
from batactors.testing.bybit.refusals import DUPLICATE, GONE, Refused
from batactors.testing.bybit.terms import OrderRef
from batactors.testing.fault_script import FaultScript
from batactors.testing.faults import FillBeforeAmend, FillBeforeCancel, RaceFault, RefuseLater
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.dice import Dice
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import Happened, Placement, VenueOrder

CANCELED_AT_ONCE = 500
NOTICE, KEPT = "notice", "kept"
Named = tuple[str, str]
"""Order id and client order id, as answers have them."""


class Trading:
    """The commands.

    Attributes:
        status: `online`, `cancel_only` (no new order gets in), `post_only` (only post-only orders do), or `maintenance`
            (no command is taken).
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        engine: MatchingEngine,
        checks: Checks,
        ids: VenueIds,
        habits: Habits,
        dice: Dice,
        faults: FaultScript,
        agenda: Agenda,
        publish: Callable[[list[Happened]], None],
    ) -> None:
        self.status = "online"
        self._happened: list[Happened] = []
        self._flying: dict[str, tuple[str, str | None]] = {}
        self._ledger = ledger
        self._engine = engine
        self._checks = checks
        self._ids = ids
        self._habits = habits
        self._dice = dice
        self._faults = faults
        self._agenda = agenda
        self._publish = publish
        self._last_landing = 0.0

    def take_happened(self) -> list[Happened]:
        """What the last command did, once."""
        happened, self._happened = self._happened, []
        return happened

    def tell(self, happened: list[Happened]) -> None:
        """Tell at once what happened outside of a command."""
        self._publish([*happened, *self._engine.knock_out(happened)])

    # -- commands ------------------------------------------------------------------------------------------------------

    def place(self, account: str, terms: Placement, *, validate: bool = False) -> Named:
        """Acknowledge a new order, or only see whether it would be."""
        self._open_for(terms)
        name = terms.client_order_id
        if name is not None and (account, name) in self._flying.values() and self._checks.unique_client_order_ids:
            raise Refused(DUPLICATE)
        terms = self._checks.placement(account, terms)
        if validate:
            return "", name or ""
        order_id = self._ids.order()
        refusal = self._faults.take(RefuseLater, method="add_order", client_order_id=name)
        self._flying[order_id] = (account, name)

        def land() -> list[Happened]:
            del self._flying[order_id]
            if refusal is not None:
                return self._engine.reject(account, terms, order_id, refusal.error)
            order, happened = self._engine.place(account, terms, order_id=order_id)
            return [*happened, *self._without_position(order)]

        self._land(land)
        return order_id, name or ""

    def amend(
        self, account: str, ref: OrderRef, quantity: Decimal | None, price: Decimal | None, trigger: Decimal | None
    ) -> Named:
        """Acknowledge new terms for an order."""
        if self.status in ("cancel_only", "maintenance"):
            raise Refused(110066)
        order = self._addressed(account, ref, FillBeforeAmend, "amend_order")
        if not order.closed:
            self._checks.amendment(order, quantity, price, trigger)
        refusal = self._faults.take(RefuseLater, method="amend_order", client_order_id=order.client_order_id)

        def land() -> list[Happened]:
            now = self._ledger.orders[order.order_id]
            if now.closed or refusal is not None or (quantity is not None and quantity <= now.filled):
                told = not now.closed and self._dice.falls(self._habits.late_amends_told)
                return [Happened(exec_type=KEPT, order=now)] if told else []
            return self._engine.amend(now, quantity=quantity, price=price, trigger=trigger)

        self._land(land)
        return order.order_id, order.client_order_id or ""

    def cancel(self, account: str, ref: OrderRef) -> Named:
        """Acknowledge the cancel of an order."""
        if self.status == "maintenance":
            raise Refused(110066)
        order = self._addressed(account, ref, FillBeforeCancel, "cancel_order")
        refusal = self._faults.take(RefuseLater, method="cancel_order", client_order_id=order.client_order_id)
        self._land(lambda: [] if refusal is not None else self._taken_off(order.order_id, reasons.BY_USER))
        return order.order_id, order.client_order_id or ""

    def cancel_all(self, account: str, wanted: Callable[[VenueOrder], bool]) -> list[Named]:
        """Acknowledge to take these off the book, or 500 of them if they are more."""
        if self.status == "maintenance":
            raise Refused(110066)
        orders = [order for order in self._ledger.open_orders(account) if wanted(order)]
        if len(orders) > CANCELED_AT_ONCE:
            self._dice.shuffle(orders)
            orders = orders[:CANCELED_AT_ONCE]
        self._land(lambda: [step for one in orders for step in self._taken_off(one.order_id, reasons.BY_USER)])
        return [(order.order_id, order.client_order_id or "") for order in orders]

    def disconnected(self, account: str) -> None:
        """The sockets of an account are dead, and its orders go."""
        for order in self._ledger.open_orders(account):
            self.tell(self._engine.cancel(order, reasons.BY_DCP))

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

    def _addressed(self, account: str, ref: OrderRef, race: type[RaceFault], method: str) -> VenueOrder:
        """The order that a command names, which a fill may be quicker to reach."""
        order = self.find(account, ref)
        if order is None or order.closed:
            raise Refused(GONE if order is None else self._habits.gone_code)
        if fault := self._faults.take(race, method=method, client_order_id=order.client_order_id):
            half = order.pair.quantity_for(order.remaining, Decimal(2)) or order.remaining
            quantity = order.remaining if fault.share == "all" else half
            self._collect(self._engine.fill(order, quantity, order.limit_price or Decimal(1), "m"))
            order = self._ledger.orders[order.order_id]
        if order.closed and self._dice.falls(self._habits.races_seen):
            raise Refused(self._habits.gone_code)
        return order

    def _taken_off(self, order_id: str, reason: str) -> list[Happened]:
        """What a cancel does at the matching engine: of a filled order it is told as one that it did not find."""
        order = self._ledger.orders[order_id]
        if order.status == "filled":
            return [Happened(exec_type=NOTICE, order=order)]
        return [] if order.closed else self._engine.cancel(order, reason)

    def _without_position(self, order: VenueOrder) -> list[Happened]:
        """A reduce-only order whose position has gone while it was on its way."""
        if order.closed or not order.terms.reduce_only or order.waits_for_trigger:
            return []
        amount = self._checks.position(order)
        reduces = amount < 0 if order.side == "buy" else amount > 0
        return [] if reduces else self._engine.cancel(order, reasons.BY_REDUCE_ONLY)

    def _open_for(self, terms: Placement) -> None:
        """Refuse what the present status of the system does not take."""
        if self.status in ("cancel_only", "maintenance"):
            raise Refused(110066)
        if self.status == "post_only" and not terms.post_only:
            raise Refused(110103)

    def _land(self, job: Callable[[], list[Happened]]) -> None:
        """Let the matching engine have a command, now or a little later, and after those before it."""
        now = trio.current_time()
        due = max(self._last_landing, now + self._dice.within(self._habits.matching_delay))
        if due <= now:
            self._collect(job())
            return
        self._last_landing = due
        self._agenda.after(due - now, lambda: self.tell(job()))

    def _collect(self, happened: Sequence[Happened]) -> None:
        """Keep what happened until the command is answered."""
        self._happened += [*happened, *self._engine.knock_out(list(happened))]
