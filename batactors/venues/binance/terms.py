"""Commands in the venue's parameters, the same over REST and over the WebSocket API (sections 4 and 8).

Whole numbers stay numbers, since the WebSocket API wants them so; money is text.
"""

from decimal import Decimal

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder
from batactors.model.money import plain
from batactors.model.terms import TimeInForce
from batactors.venues.binance.checks import check, check_address, check_amend, check_scope, unsupported
from batactors.venues.binance.ids import ALGO, fits, is_conditional, parts_of
from batactors.venues.binance.names import Names
from batactors.venues.binance.times import to_ms
from batactors.venues.binance.words import (
    ORDER_TYPE_WORDS,
    POSITION_SIDE_WORDS,
    POST_ONLY,
    SIDE_WORDS,
    TRIGGER_WORDS,
)

Params = dict[str, str | int]


def order_terms(order: CreateOrder, names: Names) -> Params:
    """An order that works at once.

    Raises:
        Unsupported: Binance, or this codec, cannot carry it.
    """
    _check(order)
    params = _common(order, names)
    params |= {"newClientOrderId": order.client_order_id}
    return params


def conditional_terms(order: CreateOrder, names: Names) -> Params:
    """An order that waits for a trigger: it has calls and an id of its own (section 4.4).

    Raises:
        Unsupported: Binance, or this codec, cannot carry it.
    """
    _check(order)
    if order.trigger_price is None:
        raise unsupported(f"a {order.order_type} order needs a trigger_price")
    params: Params = {"algoType": "CONDITIONAL", **_common(order, names)}
    params |= {"triggerPrice": plain(order.trigger_price), "clientAlgoId": order.client_order_id}
    if order.trigger_by is not None:
        params["workingType"] = TRIGGER_WORDS[order.trigger_by]
    return params


def amend_terms(amend: AmendOrder, names: Names) -> Params:
    """The new terms of a limit order, all of them (section 4.2).

    Raises:
        Unsupported: One is missing, or it is not one that can be changed.
    """
    check_amend(amend)
    assert amend.side is not None
    assert amend.quantity is not None
    assert amend.price is not None
    params = address(amend, names)
    if is_conditional(amend.venue_order_id):
        raise unsupported("Binance does not change orders that wait for a trigger: cancel it and place another")
    params |= {"side": SIDE_WORDS[amend.side], "quantity": plain(amend.quantity), "price": plain(amend.price)}
    return params


def address(command: AmendOrder | CancelOrder, names: Names) -> Params:
    """Which order is meant: by number if it is known, since a client order id is unique among open orders only.

    Raises:
        Unsupported: Neither is known.
    """
    check_address(command)
    conditional = is_conditional(command.venue_order_id) or (
        isinstance(command, CancelOrder) and command.venue_order_id is None and command.conditional
    )
    if conditional:
        return _algo_address(command)
    if command.venue_order_id is not None:
        symbol, number = parts_of(command.venue_order_id)
        return {"symbol": symbol, "orderId": number}
    assert command.instrument is not None
    return {"symbol": names.symbol(command.instrument), "origClientOrderId": str(command.client_order_id)}


def scope(command: CancelAll, names: Names) -> Params:
    """Whose orders are all cancelled.

    Raises:
        Unsupported: Those of every instrument.
    """
    check_scope(command)
    assert command.instrument is not None
    return {"symbol": names.symbol(command.instrument)}


def is_algo(command: Command) -> bool:
    """Whether it goes to the calls for orders that wait for a trigger."""
    match command:
        case CreateOrder():
            return command.order_type.has_trigger
        case CancelAll():
            return command.conditional
        case CancelOrder(venue_order_id=None):
            return command.conditional
        case AmendOrder() | CancelOrder():
            return is_conditional(command.venue_order_id)
        case _:
            return False


def _algo_address(command: AmendOrder | CancelOrder) -> Params:
    if command.venue_order_id is None:
        return {"clientAlgoId": str(command.client_order_id)}
    symbol, number = parts_of(command.venue_order_id)
    assert symbol == ALGO
    return {"algoId": number}


def _check(order: CreateOrder) -> None:
    check(order)
    if not fits(order.client_order_id):
        raise unsupported(
            f"client order id {order.client_order_id!r} is not of 1 to 36 letters, digits and .:/_-, or it begins as "
            "those of the venue's own orders do"
        )


def _common(order: CreateOrder, names: Names) -> Params:
    params: Params = {
        "symbol": names.symbol(order.instrument),
        "side": SIDE_WORDS[order.side],
        "type": ORDER_TYPE_WORDS[order.order_type],
        "quantity": plain(order.quantity),
    }
    if order.position_side is not None:
        params["positionSide"] = POSITION_SIDE_WORDS[order.position_side]
    if order.price is not None:
        params["price"] = _price(order, order.price)
    if order.order_type.has_price:
        # Without a price there is no time in force: what a market order cannot fill expires.
        params["timeInForce"] = POST_ONLY if order.post_only else order.time_in_force.value.upper()
    elif order.time_in_force not in (TimeInForce.GTC, TimeInForce.IOC):
        raise unsupported(f"a {order.order_type} order has no time in force, so not {order.time_in_force}")
    if order.expire_at is not None:
        params["goodTillDate"] = to_ms(order.expire_at)
    if order.reduce_only:
        params["reduceOnly"] = "true"
    return params


def _price(order: CreateOrder, price: Decimal) -> str:
    if not order.order_type.has_price:
        raise unsupported(f"a {order.order_type} order has no price")
    return plain(price)
