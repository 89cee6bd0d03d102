"""What Binance, or this codec, cannot carry on any road: told before anything is sent."""

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, CreateOrder
from batactors.model.errors import Unsupported
from batactors.model.positions import PositionSide
from batactors.model.terms import OrderType, TimeInForce, TriggerBy
from batactors.venues.binance.words import VENUE

_TYPES = (OrderType.LIMIT, OrderType.MARKET)


def unsupported(message: str) -> Unsupported:
    """The error for something that cannot be carried."""
    return Unsupported(message, venue=VENUE)


def check(order: CreateOrder) -> None:
    """Raise ``Unsupported`` for an order whose terms Binance, or this codec, cannot carry."""
    if order.order_type not in _TYPES and not order.order_type.has_trigger:
        raise unsupported(f"this codec has no {order.order_type} orders: their offsets or parts have no field yet")
    if order.display_quantity is not None:
        raise unsupported("Binance USD-M has no iceberg orders: leave display_quantity out")
    if order.trigger_by is TriggerBy.INDEX:
        raise unsupported("Binance USD-M triggers by the last or the mark price, not by the index")
    if order.time_in_force is TimeInForce.GTD and order.expire_at is None:
        raise unsupported("a GTD order needs expire_at")
    if order.expire_at is not None and order.time_in_force is not TimeInForce.GTD:
        raise unsupported(f"expire_at is for GTD orders, not for {order.time_in_force}")
    if order.post_only and (order.time_in_force is not TimeInForce.GTC or not order.order_type.has_price):
        raise unsupported("post-only is itself a time in force at Binance: for orders with a price and without another")
    if order.reduce_only and order.position_side in (PositionSide.LONG, PositionSide.SHORT):
        raise unsupported("in hedge mode an order reduces by its position_side: leave reduce_only out")


def check_amend(amend: AmendOrder) -> None:
    """Raise ``Unsupported`` for an amend that Binance cannot carry: it wants every term of a limit order again."""
    if amend.trigger_price is not None or amend.post_only is not None:
        raise unsupported("Binance changes the quantity and the price of an order, nothing else")
    missing = [name for name in ("side", "quantity", "price") if getattr(amend, name) is None]
    if missing:
        raise unsupported(f"Binance wants every term of an amended order again: {', '.join(missing)} is missing")


def check_scope(command: CancelAll) -> None:
    """Raise ``Unsupported`` for a cancel of all orders of all instruments: there is no such call."""
    if command.instrument is None:
        raise unsupported(
            "Binance cancels all orders of one instrument at a time: give instrument=..., or use cancel_open_orders()"
        )


def check_address(command: AmendOrder | CancelOrder) -> None:
    """Raise ``Unsupported`` for a command of which nobody can say which order it means."""
    if command.venue_order_id is None and (command.client_order_id is None or command.instrument is None):
        raise unsupported("nobody here knows which order it is: name its venue order id, or its instrument too")
