"""Commands in the venue's parameters, the same over REST and the trade socket (sections 3 and 8). Money is text."""

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, CreateOrder
from batactors.model.errors import Unsupported
from batactors.model.money import plain
from batactors.venues.bybit.checks import check, check_address, check_amend, check_scope, unsupported
from batactors.venues.bybit.names import Names
from batactors.venues.bybit.words import (
    CATEGORY,
    DIRECTIONS,
    POSITION_INDEXES,
    POST_ONLY,
    SIDE_WORDS,
    STOPS,
    TRIGGER_WORDS,
)

Params = dict[str, object]
OrderCommand = CreateOrder | AmendOrder | CancelOrder


def terms_of(command: OrderCommand, names: Names) -> Params:
    """A command about an order, without its category, which a batch has once.

    Raises:
        Unsupported: Bybit, or this codec, cannot carry it.
    """
    match command:
        case CreateOrder():
            return _order(command, names)
        case AmendOrder():
            return _amend(command, names)
        case CancelOrder():
            return _address(command, names)


def scope(command: CancelAll, names: Names) -> Params:
    """Whose orders are all cancelled, those that wait for a trigger too.

    Raises:
        Unsupported: Those of every instrument.
    """
    check_scope(command)
    assert command.instrument is not None
    return {"category": CATEGORY, "symbol": names.symbol(command.instrument)}


def _order(order: CreateOrder, names: Names) -> Params:
    check(order)
    params: Params = {
        "symbol": names.symbol(order.instrument),
        "side": SIDE_WORDS[order.side],
        "orderType": "Limit" if order.order_type.has_price else "Market",
        "qty": plain(order.quantity),
    }
    if order.price is not None:
        params["price"] = plain(order.price)
    if order.order_type.has_price:
        params["timeInForce"] = POST_ONLY if order.post_only else order.time_in_force.value.upper()
    if order.order_type.has_trigger:
        params |= _trigger(order)
    if order.reduce_only:
        params["reduceOnly"] = True
    return params | {"positionIdx": POSITION_INDEXES[order.position_side], "orderLinkId": str(order.client_order_id)}


def _trigger(order: CreateOrder) -> Params:
    assert order.trigger_price is not None
    params: Params = {
        "triggerPrice": plain(order.trigger_price),
        "triggerDirection": DIRECTIONS[order.order_type in STOPS, order.side],
    }
    return params if order.trigger_by is None else params | {"triggerBy": TRIGGER_WORDS[order.trigger_by]}


def _amend(amend: AmendOrder, names: Names) -> Params:
    check_amend(amend)
    terms = {"qty": amend.quantity, "price": amend.price, "triggerPrice": amend.trigger_price}
    changed: Params = {name: plain(value) for name, value in terms.items() if value is not None}
    return _address(amend, names) | changed


def _address(command: AmendOrder | CancelOrder, names: Names) -> Params:
    """Which order is meant; by the venue's own id if it is known, which wins where both are given."""
    check_address(command)
    assert command.instrument is not None
    params: Params = {"symbol": names.symbol(command.instrument)}
    if command.venue_order_id is not None:
        return params | {"orderId": str(command.venue_order_id)}
    return params | {"orderLinkId": str(command.client_order_id)}


def no_settings(operation: str) -> Unsupported:
    """The error for a command that is about no order, where only such go."""
    return unsupported(f"{operation} is about no one order: it goes by REST")
