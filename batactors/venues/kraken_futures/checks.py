"""What Kraken Futures, or this codec, cannot carry: told before anything is sent."""

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder, SettingCommand
from batactors.model.errors import Unsupported
from batactors.model.terms import OrderType, TimeInForce, TransportPolicy
from batactors.venues.kraken_futures.ids import fits
from batactors.venues.kraken_futures.words import VENUE

_TYPES = (OrderType.LIMIT, OrderType.MARKET)


def unsupported(message: str) -> Unsupported:
    """The error for something that cannot be carried."""
    return Unsupported(message, venue=VENUE)


def check(command: Command | SettingCommand) -> None:
    """Raise ``Unsupported`` for a command that cannot be carried on any road, or not on the one that it insists on."""
    if command.transport is TransportPolicy.WEBSOCKET:
        raise unsupported("Kraken Futures takes no commands on its socket: let transport be auto, or rest")
    match command:
        case CreateOrder():
            check_terms(command)
        case AmendOrder() | CancelOrder():
            check_address(command)
            if isinstance(command, AmendOrder) and command.post_only is not None:
                raise unsupported("Kraken Futures changes quantity, price and trigger of an order, nothing else")
        case CancelAll():
            if command.conditional:
                raise unsupported("Kraken Futures cancels orders of every kind together: leave conditional out")
        case _:
            raise unsupported(f"this codec has no {command.operation} for Kraken Futures")


def check_market(order: CreateOrder) -> None:
    """Raise ``Unsupported`` for an order that the market does not have, by whichever protocol."""
    if order.order_type not in _TYPES and not order.order_type.has_trigger:
        raise unsupported(f"this codec has no {order.order_type} orders: their offsets or parts have no field yet")
    if order.display_quantity is not None:
        raise unsupported("Kraken Futures has no iceberg orders: leave display_quantity out")
    if order.position_side is not None:
        raise unsupported("position_side is for accounts in hedge mode, which Kraken Futures does not have")
    if order.time_in_force is TimeInForce.GTD or order.expire_at is not None:
        raise unsupported("Kraken Futures has no GTD orders")


def check_terms(order: CreateOrder) -> None:
    """Raise ``Unsupported`` for an order whose terms cannot be carried."""
    check_market(order)
    at_once = order.order_type is OrderType.MARKET and order.time_in_force is TimeInForce.IOC  # as they are there
    if order.time_in_force is not TimeInForce.GTC and order.order_type is not OrderType.LIMIT and not at_once:
        raise unsupported(f"{order.time_in_force} is for limit orders, not for a {order.order_type} order")
    if order.post_only and (order.order_type is not OrderType.LIMIT or order.time_in_force is not TimeInForce.GTC):
        raise unsupported("post-only is an order type of its own: for limit orders without another time in force")


def check_id(order: CreateOrder) -> None:
    """Raise ``Unsupported`` for a client order id that does not go out as it is; a shorter one may stand for it."""
    if not fits(order.client_order_id):
        raise unsupported(f"client order id {order.client_order_id!r} has more than 100 characters, or strange ones")


def check_address(command: AmendOrder | CancelOrder) -> None:
    """Raise ``Unsupported`` for a command of which nobody can say which order it means."""
    if command.venue_order_id is None and command.client_order_id is None:
        raise unsupported("an order is addressed by its venue order id, or by its client order id")
