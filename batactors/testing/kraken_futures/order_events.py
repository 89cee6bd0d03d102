"""What a command's answer tells of the orders it touched: `orderEvents`. A `quantity` is what remains, everywhere."""

from collections.abc import Sequence

from attrs import evolve

from batactors.testing.kraken_futures.habits import Habits
from batactors.testing.kraken_futures.matching import SELF
from batactors.testing.kraken_futures.trading import Rejection
from batactors.testing.kraken_futures.wire import num, stamp
from batactors.testing.venue.dice import Dice
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import ZERO, Happened, VenueOrder
from batactors.testing.venue.text import Json


class OrderEvents:
    """Makes the events of what a command did."""

    def __init__(self, *, ledger: Ledger, habits: Habits, dice: Dice) -> None:
        self._ledger = ledger
        self._habits = habits
        self._dice = dice

    def placed(self, order: VenueOrder, happened: Sequence[Happened]) -> list[Json]:
        """Of a new order: PLACE if it rests, EXECUTION for each trade, and how it ended if it did."""
        events = [self._execution(step) for step in happened if step.fill is not None]
        if not order.closed:
            self._add_place(events, order)
        elif order.reason == SELF:
            events.append(reject_event(order, "REJECTED_AFTER_EXECUTION"))
        elif order.status != "filled" and events and self._dice.falls(self._habits.ioc_cancel_row):
            events.append(cancel_event(order))
        return events

    def edited(self, before: VenueOrder, happened: Sequence[Happened]) -> list[Json]:
        """Of an edit: EDIT, and the trades that it led to."""
        events: list[Json] = []
        for step in happened:
            if step.exec_type == "amended":
                named = ("orderTrigger", trigger_row) if step.order.waits_for_trigger else ("", order_row)
                old, new = named[1](before), named[1](step.order)
                events.append({"type": "EDIT", "old": old, "new": new, "reducedQuantity": None})
            elif step.fill is not None:
                events.append(self._execution(step, prior_edit=before))
            elif step.exec_type == "canceled":
                events.append(cancel_event(step.order))
        return events

    def _add_place(self, events: list[Json], order: VenueOrder) -> None:
        event: Json = {"type": "PLACE", "reducedQuantity": None}
        event |= {"orderTrigger": trigger_row(order)} if order.waits_for_trigger else {"order": order_row(order)}
        events.insert(0 if self._dice.falls(self._habits.place_first) else len(events), event)

    def _execution(self, step: Happened, prior_edit: VenueOrder | None = None) -> Json:
        fill = step.fill
        assert fill is not None
        return {
            "type": "EXECUTION",
            "executionId": fill.exec_id,
            "price": num(fill.price),
            "amount": num(fill.quantity),
            "orderPriorEdit": None if prior_edit is None else order_row(prior_edit),
            "orderPriorExecution": order_row(evolve(step.order, filled=step.order.filled - fill.quantity)),
            "takerReducedQuantity": None,
        }


def cancel_event(order: VenueOrder) -> Json:
    """An order was taken off."""
    if order.waits_for_trigger:
        return {"type": "CANCEL", "uid": order.live_id, "orderTrigger": trigger_row(order)}
    return {"type": "CANCEL", "uid": order.live_id, "order": order_row(order)}


def reject_event(order: VenueOrder, reason: str) -> Json:
    """An order, or what was left of one, was turned down."""
    return {"type": "REJECT", "uid": order.live_id, "order": order_row(order), "reason": reason}


def rejected_events(rejection: Rejection | None) -> list[Json]:
    """The events of a new order that the engine has turned down."""
    return [] if rejection is None else [reject_event(rejection.order, rejection.reason)]


def order_row(order: VenueOrder) -> Json:
    """An order in an event, and in orders/status."""
    return {
        "orderId": order.live_id,
        "cliOrdId": order.client_order_id,
        "type": event_type(order),
        "symbol": order.pair.symbol,
        "side": order.side,
        "quantity": num(order.remaining),
        "filled": num(order.filled),
        "limitPrice": num(order.limit_price or ZERO),
        "reduceOnly": order.terms.reduce_only,
        "timestamp": stamp(order.opened_at),
        "lastUpdateTimestamp": stamp(order.updated_at),
    }


def trigger_row(order: VenueOrder) -> Json:
    """A stop that waits, in an event."""
    upward = order.terms.order_type.startswith("stop") == (order.side == "buy")
    return {
        "uid": order.order_id,
        "clientId": order.client_order_id,
        "type": "lmt" if order.limit_price is not None else "mkt",
        "symbol": order.pair.symbol,
        "side": order.side,
        "quantity": num(order.quantity),
        "limitPrice": num(order.limit_price),
        "triggerPrice": num(order.trigger_price),
        "triggerSide": "trigger_above" if upward else "trigger_below",
        "triggerSignal": f"{order.terms.trigger_reference}_price",
        "reduceOnly": order.terms.reduce_only,
        "timestamp": stamp(order.opened_at),
        "lastUpdateTimestamp": stamp(order.updated_at),
        "startTime": None,
    }


def event_type(order: VenueOrder) -> str:
    """What an event calls the kind of an order that works."""
    kind = order.terms.native_type
    if kind in ("post", "fok", "liquidation"):
        return kind
    if kind in ("ioc", "mkt") or order.at_market:
        return "ioc"
    return "lmt"
