"""What Bybit, or this codec, cannot carry on any road: told before anything is sent."""

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, CreateOrder
from batactors.model.errors import Unsupported
from batactors.model.settings import SetMarginMode
from batactors.model.terms import OrderType, TimeInForce
from batactors.venues.bybit.ids import fits
from batactors.venues.bybit.words import VENUE

_TYPES = (OrderType.LIMIT, OrderType.MARKET)


def unsupported(message: str) -> Unsupported:
    """The error for something that cannot be carried."""
    return Unsupported(message, venue=VENUE)


def check(order: CreateOrder) -> None:
    """Raise ``Unsupported`` for an order whose terms Bybit, or this codec, cannot carry."""
    kind = order.order_type
    if kind not in _TYPES and not kind.has_trigger:
        raise unsupported(f"this codec has no {kind} orders: their offsets or parts have no field yet")
    if kind.has_trigger and order.trigger_price is None:
        raise unsupported(f"a {kind} order needs a trigger_price")
    if order.display_quantity is not None:
        raise unsupported("Bybit linear has no iceberg orders: leave display_quantity out")
    if order.time_in_force is TimeInForce.GTD or order.expire_at is not None:
        raise unsupported("Bybit linear has no orders that end at a time: leave GTD and expire_at out")
    if order.post_only and (order.time_in_force is not TimeInForce.GTC or not kind.has_price):
        raise unsupported("post-only is itself a time in force at Bybit: for orders with a price and without another")
    if not kind.has_price and order.price is not None:
        raise unsupported(f"a {kind} order has no price")
    if not kind.has_price and order.time_in_force is TimeInForce.FOK:
        raise unsupported(f"a {kind} order takes what it gets at once: it has no time in force, so not fok")
    if not fits(order.client_order_id):
        raise unsupported(f"client order id {order.client_order_id!r} is not of 1 to 36 letters, digits, - and _")


def check_amend(amend: AmendOrder) -> None:
    """Raise ``Unsupported`` for an amend that Bybit cannot carry."""
    if amend.post_only is not None:
        raise unsupported(
            "Bybit changes quantity, price and trigger price of an order, and not whether it is post-only"
        )
    if amend.quantity is None and amend.price is None and amend.trigger_price is None:
        raise unsupported("an amend changes the quantity, the price or the trigger price")


def check_address(command: AmendOrder | CancelOrder) -> None:
    """Raise ``Unsupported`` for a command of which nobody can say which order it means."""
    if command.instrument is None:
        raise unsupported("Bybit wants the instrument with every id of an order: give instrument=...")
    if command.venue_order_id is None and command.client_order_id is None:
        raise unsupported("an order is addressed by its venue order id or by its client order id")


def check_scope(command: CancelAll) -> None:
    """Raise ``Unsupported`` for a cancel of all orders of all instruments: a call is for one, or one settling coin."""
    if command.instrument is None:
        raise unsupported(
            "Bybit has no call that cancels the orders of every instrument: give instrument=..., or use "
            "cancel_open_orders()"
        )


def check_margin_mode(command: SetMarginMode) -> None:
    """Raise ``Unsupported`` for a margin mode of one instrument."""
    if command.instrument is not None:
        raise unsupported("Bybit has one margin mode for the whole account: give None in place of the instrument")
