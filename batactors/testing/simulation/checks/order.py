"""In order (P3)."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar

from batactors.journal.store import Entry
from batactors.model.commands import AdoptOrder, CreateOrder
from batactors.model.order_events import (
    OrderAccepted,
    OrderAdopted,
    OrderEvent,
    OrderFilled,
    OrderNotExecuted,
    OrderRejected,
    OrderSubmitted,
    OrderTriggered,
    OrderUpdated,
)
from batactors.model.terms import OrderState, Origin
from batactors.testing.simulation.checks.base import Check, Scene

STATUSES = {
    OrderState.FILLED: ("filled",),
    # An order that may not rest and may not take is one that the venue cancels and that we call rejected.
    OrderState.REJECTED: ("canceled", "expired"),
    OrderState.CANCELED: ("canceled",),
    OrderState.EXPIRED: ("expired",),
}
"""What the venue calls an order that we have told as closed."""


class InOrder(Check):
    """Submitted, Accepted once, what happened, one end; the end is true, and all fills are told before it.

    An order of somebody else begins with its adoption, and with the fills that were reported.
    """

    promise: ClassVar[str] = "P3"

    def wrote(self, entry: Entry) -> Iterator[str]:
        if not isinstance(entry, OrderEvent):
            return
        events = self.scene.record.events[entry.client_order_id]
        before = events[:-1]
        first = OrderAdopted if entry.client_order_id in self.scene.record.adopted else OrderSubmitted
        if (type(entry) is first) != (not before):
            yield f"{entry.client_order_id} begins with {[type(event).__name__ for event in events]}"
        accepted = sum(isinstance(event, OrderAccepted) for event in events)
        if accepted > 1:
            yield f"{entry.client_order_id} is accepted {accepted} times"
        if not accepted and not isinstance(entry, OrderSubmitted | OrderRejected | OrderNotExecuted):
            yield f"{entry.client_order_id}: {type(entry).__name__} is told before it is accepted"
        if before and before[-1].is_terminal and not entry.late:
            yield f"{entry.client_order_id}: {type(entry).__name__} after it had ended, and not marked as late"
        if isinstance(entry, OrderFilled):
            total = _told(events)
            if entry.filled != total:
                yield f"{entry.client_order_id}: a fill says that {entry.filled} are filled, and {total} were told"
        if isinstance(entry, OrderFilled | OrderTriggered):
            yield from self._trigger(entry, events)
        if isinstance(entry, OrderAdopted):
            yield from self._adopted(entry)
        if entry.is_terminal and not (before and before[-1].is_terminal):
            yield from self._end(entry, events)

    def _trigger(self, entry: OrderFilled | OrderTriggered, events: list[OrderEvent]) -> Iterator[str]:
        """One that waits is told as triggered once, when it has been, and before it is filled."""
        create = self.scene.record.commands[self.scene.record.creates[entry.client_order_id]]
        times = sum(isinstance(event, OrderTriggered) for event in events)
        waits = isinstance(create, CreateOrder) and create.order_type.has_trigger
        if isinstance(entry, OrderFilled):
            if waits and not times and not entry.late and not isinstance(create, AdoptOrder):
                yield f"{entry.client_order_id} is filled before it is told as triggered"
        elif times > 1 or not waits:
            yield f"{entry.client_order_id} is told as triggered {times} times, and waits for a trigger: {waits}"
        elif any(order.waits_for_trigger for order in self.at_venue(entry.client_order_id)):
            yield f"{entry.client_order_id} is told as triggered, and waits still"

    def _adopted(self, entry: OrderAdopted) -> Iterator[str]:
        order = self.at_venue(entry.client_order_id)[0]
        who = f"{order.order_id} is adopted"
        reported = sum((fill.quantity for fill in self.reported(entry.client_order_id)), Decimal(0))
        if entry.filled != reported:
            yield f"{who} with {entry.filled} told, and {reported} were reported"
        if not entry.filled <= entry.counted <= order.filled:
            yield f"{who} with {entry.counted} counted, {entry.filled} told, and the venue counts {order.filled}"
        # One that waits, or did, has one type before its trigger and another after it.
        waited = order.waits_for_trigger or len(self.scene.ledger.ids_of(order)) > 1
        kind = entry.order_type if waited else order.terms.order_type
        if (entry.side, entry.order_type) != (order.side, kind):
            yield f"{who} as {entry.side} {entry.order_type}, and it is {order.side} {order.terms.order_type}"

    def _end(self, entry: OrderEvent, events: list[OrderEvent]) -> Iterator[str]:
        who = f"{entry.client_order_id} is told as {entry.state}"
        orders = self.at_venue(entry.client_order_id)
        if not orders:
            if entry.state not in (OrderState.REJECTED, OrderState.NOT_EXECUTED):
                yield f"{who}, and the venue never had it"
            return
        order = orders[0]
        if entry.state is OrderState.NOT_EXECUTED or order.status not in STATUSES[entry.state]:
            yield f"{who}, and it is {order.status} at the venue"
        elif (told := _told(events)) != order.filled:
            yield f"{who} with {told} filled, and {order.filled} are at the venue"
        elif order.reason and order.reason == self.scene.words.never_rested and entry.state is not OrderState.REJECTED:
            yield f"{who}, and it never rested: as post only, the venue would not have it in its book"

    def settled(self) -> Iterator[str]:
        for client_order_id in self.scene.record.creates:
            events = self.scene.record.events[client_order_id]
            orders = self.at_venue(client_order_id)
            if orders and orders[0].closed and not (events and events[-1].is_terminal):
                state = events[-1].state if events else "nothing"
                yield f"{client_order_id} is {orders[0].status} at the venue, and told as {state}"


def _told(events: list[OrderEvent]) -> Decimal:
    """How much of the order was told as filled, by reports too if it was adopted."""
    fills = [event.quantity for event in events if isinstance(event, OrderFilled)]
    return sum(fills, sum((event.filled for event in events if isinstance(event, OrderAdopted)), Decimal(0)))


class TermsInOrder(Check):
    """The terms that are told of an order are terms that it had, and never older than those told before."""

    promise: ClassVar[str] = "P3"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._reached: defaultdict[str, int] = defaultdict(int)

    def wrote(self, entry: Entry) -> Iterator[str]:
        if not isinstance(entry, OrderUpdated | OrderAdopted) or entry.synthesized:
            return
        orders = self.at_venue(entry.client_order_id)
        states = self.scene.ledger.states(orders[0].order_id) if orders else []
        reached = self._reached[entry.client_order_id]
        for place, state in enumerate(states[reached:], reached):
            if (state.quantity, state.limit_price) == (entry.quantity, entry.price):
                self._reached[entry.client_order_id] = place
                return
        if entry.origin is Origin.STREAM and "SwapFrames" in self.scene.struck:
            return  # swapped frames of one instant are told as they are heard; then the venue is asked
        terms = f"{entry.quantity} @ {entry.price}"
        yield f"{entry.client_order_id} is told as {terms} by {entry.origin}, which it is not, or no longer"
