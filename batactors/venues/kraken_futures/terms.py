"""Commands' parameters, as the venue names them (section 3)."""

from decimal import Decimal

from batactors.model.commands import AmendOrder, CancelOrder, CreateOrder
from batactors.model.terms import OrderType, TimeInForce, TriggerBy
from batactors.venues.codec import Stamp
from batactors.venues.kraken_futures.checks import check_address, check_id, check_terms
from batactors.venues.kraken_futures.names import Names
from batactors.venues.kraken_futures.times import to_text

Params = dict[str, object]

_TRIGGERED = {
    OrderType.STOP_MARKET: "stp", OrderType.STOP_LIMIT: "stp",
    OrderType.TAKE_PROFIT_MARKET: "take_profit", OrderType.TAKE_PROFIT_LIMIT: "take_profit",
}  # fmt: skip
_IN_FORCE = {TimeInForce.GTC: "lmt", TimeInForce.IOC: "ioc", TimeInForce.FOK: "fok"}
_SIGNALS = {TriggerBy.LAST: "last", TriggerBy.MARK: "mark", TriggerBy.INDEX: "index"}


def order_terms(order: CreateOrder, names: Names) -> Params:
    """Of sendorder.

    Raises:
        Unsupported: The venue, or this codec, cannot carry them.
    """
    check_terms(order)
    check_id(order)
    params: Params = {
        "orderType": _type(order),
        "symbol": names.symbol(order.instrument),
        "side": order.side.value,
        "size": plain(order.quantity),
        "cliOrdId": order.client_order_id,
    }
    if order.order_type.has_price and order.price is not None:
        params["limitPrice"] = plain(order.price)
    if order.trigger_price is not None:
        params["stopPrice"] = plain(order.trigger_price)
    if order.trigger_by is not None:
        params["triggerSignal"] = _SIGNALS[order.trigger_by]
    if order.reduce_only:
        params["reduceOnly"] = True
    return params


def amend_terms(amend: AmendOrder) -> Params:
    """Of editorder. Our quantity is the total, which the venue takes in the mode ABSOLUTE alone."""
    check_address(amend)
    params = address(amend, "orderId")
    if amend.quantity is not None:
        params |= {"size": plain(amend.quantity), "qtyMode": "ABSOLUTE"}
    if amend.price is not None:
        params["limitPrice"] = plain(amend.price)
    if amend.trigger_price is not None:
        params["stopPrice"] = plain(amend.trigger_price)
    return params


def address(command: AmendOrder | CancelOrder, name: str = "order_id") -> Params:
    """Which order is meant: by the venue's id, or else by ours; the venue takes one of the two."""
    check_address(command)
    if command.venue_order_id is not None:
        return {name: command.venue_order_id}
    return {"cliOrdId": command.client_order_id}


def in_time(stamp: Stamp) -> Params:
    """When the venue shall no longer carry it out."""
    return {"processBefore": to_text(stamp.valid_until)}


def plain(value: Decimal) -> str:
    """The number without an exponent."""
    return format(value, "f")


def _type(order: CreateOrder) -> str:
    if order.order_type in _TRIGGERED:
        return _TRIGGERED[order.order_type]
    if order.order_type is OrderType.MARKET:
        return "mkt"
    return "post" if order.post_only else _IN_FORCE[order.time_in_force]
