"""The venue's own truth: every order in all its states, every fill, every command that reached the engine.

Tests compare what a client believes with this. The ledger survives a restart of the venue, and can tell how things
stood at an earlier moment, which is what a lagging REST read shows. Such a moment is one of trio's clock: the venue's
own may be set back, and then what is recorded later has the earlier time.
"""

import bisect
import itertools
import math
from collections import defaultdict
from datetime import datetime
from decimal import Decimal

import trio

from batactors.testing.venue.orders import (
    ZERO,
    Amendment,
    CommandRecord,
    Happened,
    LedgerEntry,
    VenueFill,
    VenueOrder,
)
from batactors.testing.venue.waiting import Waiting


class Ledger:
    """What really happened. Only the engine writes here; anyone may read.

    Attributes:
        waiting: The orders that wait for a trigger, at a venue that keeps them apart until then.
    """

    def __init__(self) -> None:
        self.waiting = Waiting()
        self.orders: dict[str, VenueOrder] = {}
        self.fills: list[VenueFill] = []
        self.entries: list[LedgerEntry] = []
        self.commands: list[CommandRecord] = []
        self.happened: list[Happened] = []
        self._states: dict[str, list[tuple[float, VenueOrder]]] = {}  # with the moments of their beginnings
        self._open: dict[str, VenueOrder] = {}
        self._closed: list[str] = []  # in the order of their ends,
        self._closed_by: list[datetime] = []  # and the latest time that any of them had until then
        self._numbers: dict[str, int] = {}  # in the order of their beginnings
        self._amendments: dict[str, list[tuple[float, Amendment]]] = {}
        self._by_client_id: dict[str, list[str]] = {}
        self._by_child_id: dict[str, str] = {}
        self._fills_of: dict[str, list[VenueFill]] = {}
        self._filled_by: list[datetime] = []  # the latest time of any fill until then
        self._filled_at: dict[tuple[str, str, str], float] = {}  # the moment of each, by its key
        self._balances: dict[str, dict[str, Decimal]] = defaultdict(dict)

    # -- reading -------------------------------------------------------------------------------------------------------

    def orders_by_client_id(self, cl_ord_id: str) -> list[VenueOrder]:
        """Every order that ever had this client order id, oldest first; more than one is possible at this venue."""
        return [self.orders[order_id] for order_id in self._by_client_id.get(cl_ord_id, ())]

    def orders_as_wholes(self, client_order_id: str) -> list[VenueOrder]:
        """Every order that ever had this client order id; one that waited apart and what came of it are one order."""
        waited = self.waiting.by_client_id(client_order_id)
        came_of = {one.child_id for one in waited}
        others = [one for one in self.orders_by_client_id(client_order_id) if one.order_id not in came_of]
        return [self._now(one) for one in waited] + others

    def whole(self, order_id: str) -> VenueOrder | None:
        """The order of this id as it is now; of one that waited apart, what came of it as soon as that is there."""
        waited = self.waiting.orders.get(order_id)
        return self.orders.get(order_id) if waited is None else self._now(waited)

    def ids_of(self, order: VenueOrder) -> tuple[str, ...]:
        """All its ids: that under which it waited apart, and that of what came of it."""
        parent = self.waiting.parent_of(order.order_id)
        return (order.order_id,) if parent is None else (parent.order_id, order.order_id)

    def all_open(self, account: str | None = None) -> list[VenueOrder]:
        """The orders that still work, and those that wait apart."""
        return [*self.open_orders(account), *self.waiting.open(account)]

    def _now(self, waited: VenueOrder) -> VenueOrder:
        return self.orders.get(waited.child_id or "", waited)

    def order_of(self, live_id: str) -> VenueOrder | None:
        """The order that this id, its first or that of its child, means."""
        return self.orders.get(self._by_child_id.get(live_id, live_id))

    def open_orders(self, account: str | None = None) -> list[VenueOrder]:
        """The orders that still work, oldest first."""
        return [order for order in self._open.values() if account in (None, order.account)]

    def fills_of(self, order_id: str, as_of: float = math.inf) -> list[VenueFill]:
        """The fills that one order had by this moment, oldest first."""
        return [fill for fill in self._fills_of.get(order_id, ()) if self._filled_at[fill.key] <= as_of]

    def states(self, order_id: str) -> list[VenueOrder]:
        """All the states that an order went through, oldest first; those in which it waited apart come first."""
        return [*self.waiting.states(order_id), *(state for _, state in self._states.get(order_id, ()))]

    def amendments(self, order_id: str, as_of: float = math.inf) -> list[Amendment]:
        """The terms that an order had until this moment, oldest first."""
        return [amendment for moment, amendment in self._amendments.get(order_id, ()) if moment <= as_of]

    def ids_open_since(self, moment: float) -> list[str]:
        """The orders that are open, or were until some time after this moment; oldest first."""
        closed_later = itertools.takewhile(lambda order_id: self._states[order_id][-1][0] > moment, self._closed[::-1])
        return sorted([*self._open, *closed_later], key=lambda order_id: self._numbers[order_id])

    def ids_closed_since(self, time: datetime | None) -> list[str]:
        """The orders that closed after this time, and perhaps others; the last to close first."""
        first = 0 if time is None else bisect.bisect_right(self._closed_by, time)
        return self._closed[first:][::-1]

    def fills_since(self, time: datetime | None, as_of: float = math.inf) -> list[VenueFill]:
        """The fills from this time on that were there by this moment, and perhaps others; oldest first."""
        first = 0 if time is None else bisect.bisect_left(self._filled_by, time)
        return [fill for fill in self.fills[first:] if self._filled_at[fill.key] <= as_of]

    def last_fills(self, account: str, count: int) -> list[VenueFill]:
        """The youngest fills of an account, oldest first."""
        mine = (fill for fill in reversed(self.fills) if fill.account == account)
        return list(itertools.islice(mine, count))[::-1]

    def order_as_of(self, moment: float, order_id: str) -> VenueOrder | None:
        """One order as it stood then; None if it was not there yet."""
        states = reversed(self._states.get(order_id, []))
        return next((state for since, state in states if since <= moment), None)

    def balance(self, account: str, asset: str) -> Decimal:
        """The total of one currency, holds included."""
        return self._balances[account].get(asset, ZERO)

    def balances(self, account: str) -> dict[str, Decimal]:
        """The totals of an account by WebSocket asset name."""
        return dict(self._balances[account])

    # -- writing, for the engine ---------------------------------------------------------------------------------------

    def deposit(self, account: str, asset: str, amount: Decimal) -> Decimal:
        """Change a balance; the new total is returned."""
        self._balances[account][asset] = self.balance(account, asset) + amount
        return self._balances[account][asset]

    def record(self, happened: Happened) -> None:
        """Take in one step of an order."""
        order, now = happened.order, trio.current_time()
        if order.order_id not in self.orders and order.client_order_id is not None:
            self._by_client_id.setdefault(order.client_order_id, []).append(order.order_id)
        self.orders[order.order_id] = order
        if order.child_id is not None:
            self._by_child_id[order.child_id] = order.order_id
        self._states.setdefault(order.order_id, []).append((now, order))
        self._numbers.setdefault(order.order_id, len(self._numbers))
        if order.closed:
            self._open.pop(order.order_id, None)
            self._closed.append(order.order_id)
            self._closed_by.append(max([order.closed_at or order.updated_at, *self._closed_by[-1:]]))
        else:
            self._open[order.order_id] = order
        if happened.fill is not None:
            self.fills.append(happened.fill)
            self._filled_at[happened.fill.key] = now
            self._filled_by.append(max([happened.fill.at, *self._filled_by[-1:]]))
            self._fills_of.setdefault(order.order_id, []).append(happened.fill)
        self.entries.extend(happened.entries)
        self.happened.append(happened)

    def record_amendment(self, amendment: Amendment) -> None:
        """Take in one more set of terms."""
        self._amendments.setdefault(amendment.order.order_id, []).append((trio.current_time(), amendment))

    def record_command(self, command: CommandRecord) -> None:
        """Take in one command that reached the engine."""
        self.commands.append(command)

    def resolve(self, name: str) -> VenueOrder:
        """The order of this order id or client order id; the youngest where the latter is not unique."""
        if (found := self.order_of(name)) is not None:
            return found
        if name in self._by_client_id:
            return self.orders[self._by_client_id[name][-1]]
        raise KeyError(f"the venue has no order {name!r}")
