"""What Kraken, or this codec, cannot carry on any road: told before anything is sent."""

from batactors.model.commands import CreateOrder
from batactors.model.errors import Unsupported
from batactors.model.terms import OrderType
from batactors.venues.kraken_spot.errors import VENUE
from batactors.venues.kraken_spot.ids import fits

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
