"""What the Unified WebSocket, or this codec, cannot carry for derivatives: told before anything is sent."""

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder, SettingCommand
from batactors.model.errors import Unsupported
from batactors.model.terms import OrderType, TimeInForce, TransportPolicy, TriggerBy
from batactors.venues.kraken_futures.words import VENUE
from batactors.venues.kraken_v2.ids import fits

REFERENCES: dict[TriggerBy | None, str] = {None: "last", TriggerBy.LAST: "last", TriggerBy.INDEX: "index"}
"""What a trigger may go by (documented)."""
BY_SOCKET = "commands go by the Unified WebSocket alone: let transport be auto, or websocket"
_TYPES = (OrderType.LIMIT, OrderType.MARKET)


def unsupported(message: str) -> Unsupported:
    """The error for something that cannot be carried."""
    return Unsupported(message, venue=VENUE)


def check(command: Command | SettingCommand) -> None:
    """Raise ``Unsupported`` for a command that cannot be carried, or not on the road that it insists on."""
    if command.transport is TransportPolicy.REST:
        raise unsupported(BY_SOCKET)
    match command:
        case CreateOrder():
            check_terms(command)
        case AmendOrder() | CancelOrder():
            pass
        case CancelAll():
            check_scope(command)
        case _:
            raise unsupported(f"this codec has no {command.operation} on the Unified WebSocket")


def check_order(order: CreateOrder) -> None:
    """Raise ``Unsupported`` for an order that would not be the one that was meant, as it is about to be sent."""
    check_terms(order)
    if not fits(order.client_order_id):
        raise unsupported(f"client order id {order.client_order_id!r} is in none of the three shapes that Kraken takes")


def check_terms(order: CreateOrder) -> None:
    """Raise ``Unsupported`` for an order whose terms cannot be carried."""
    if order.order_type not in _TYPES and not order.order_type.has_trigger:
        raise unsupported(f"this codec has no {order.order_type} orders: their offsets or parts have no field yet")
    if order.display_quantity is not None:
        raise unsupported("Kraken Futures has no iceberg orders: leave display_quantity out")
    if order.position_side is not None:
        raise unsupported("position_side is for accounts in hedge mode, which Kraken Futures does not have")
    if order.time_in_force is TimeInForce.GTD or order.expire_at is not None:
        raise unsupported("Kraken Futures has no GTD orders")
    if order.trigger_by not in REFERENCES:
        raise unsupported(
            f"the Unified WebSocket has triggers by the last and the index price, not the {order.trigger_by}"
        )


def check_scope(command: CancelAll) -> None:
    """Raise ``Unsupported`` for a part of the open orders: the only call there is cancels all of them."""
    if command.instrument is not None or command.conditional:
        raise unsupported(
            "the Unified WebSocket has no call that cancels all of one instrument, or of one kind: use"
            " cancel_open_orders()"
        )
