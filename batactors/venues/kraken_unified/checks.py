"""What the Unified WebSocket, or this codec, cannot carry for derivatives: told before anything is sent."""

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder, SettingCommand
from batactors.model.terms import TransportPolicy, TriggerBy
from batactors.venues.kraken_futures.checks import check_market, unsupported
from batactors.venues.kraken_v2.ids import fits

REFERENCES: dict[TriggerBy | None, str] = {None: "last", TriggerBy.LAST: "last", TriggerBy.INDEX: "index"}
"""What a trigger may go by (documented)."""
BY_SOCKET = "commands go by the Unified WebSocket alone: let transport be auto, or websocket"


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
    check_market(order)
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
