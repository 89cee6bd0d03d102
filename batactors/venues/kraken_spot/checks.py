"""What Kraken, or this codec, cannot carry on any road: told before anything is sent."""

from batactors.model.commands import CancelAll, Command, CreateOrder
from batactors.model.errors import Unsupported
from batactors.model.terms import OrderType, TriggerBy
from batactors.venues.kraken_v2.ids import fits

VENUE = "kraken-spot"
_TRAILING = (OrderType.TRAILING_STOP, OrderType.TRAILING_STOP_LIMIT)


def unsupported(message: str) -> Unsupported:
    """The error for something that cannot be carried."""
    return Unsupported(message, venue=VENUE)


def check(order: CreateOrder) -> None:
    """Raise ``Unsupported`` for an order that would not be the one that was meant, as it is about to be sent."""
    check_terms(order)
    if not fits(order.client_order_id):
        raise unsupported(f"client order id {order.client_order_id!r} is in none of the three shapes that Kraken takes")


def check_terms(order: CreateOrder) -> None:
    """Raise ``Unsupported`` for an order whose terms Kraken, or this codec, cannot carry."""
    if order.order_type in _TRAILING:
        raise unsupported(f"a {order.order_type} order needs an offset, which CreateOrder has no field for")
    if order.display_quantity is not None and order.order_type is not OrderType.ICEBERG:
        raise unsupported(f"display_quantity is for an iceberg order, not for a {order.order_type} order")
    if order.position_side is not None:
        raise unsupported("position_side is for accounts in hedge mode, which Kraken Spot does not have")
    if order.trigger_by is TriggerBy.MARK:
        raise unsupported("Kraken Spot triggers by the last price or by the index, not by a mark price")


def no_settings(command: Command) -> Unsupported:
    """The error for a command that changes a setting: positions, and what there is to set for them, are not spot's."""
    return unsupported(f"Kraken Spot has no {command.operation}: it has no positions, and no settings for them")


def check_scope(command: CancelAll) -> None:
    """Raise ``Unsupported`` for a part of the open orders: the only call there is cancels all of them."""
    if command.instrument is not None or command.conditional:
        raise unsupported(
            "Kraken Spot has no call that cancels all of one instrument, or of one kind: use cancel_open_orders()"
        )
