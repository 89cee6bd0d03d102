"""Conditional orders as events and answers have them."""

from batactors.testing.binance.algo_orders import AlgoOrder
from batactors.testing.binance.wire import ms, price, quantity
from batactors.testing.venue.text import Json


def algo_event(order: AlgoOrder) -> Json:
    """The `o` of an ALGO_UPDATE, but for what has traded."""
    return {
        "caid": order.client_algo_id,
        "aid": order.algo_id,
        "at": "CONDITIONAL",
        "o": order.kind,
        "s": order.symbol.symbol,
        "S": order.side.upper(),
        "ps": order.position_side,
        "f": order.time_in_force,
        "q": quantity(order.symbol, order.quantity),
        "X": order.status,
        "ai": order.order_id,
        "act": order.kind if order.order_id else "",
        "tp": price(order.symbol, order.trigger_price),
        "p": price(order.symbol, order.limit_price),
        "V": "EXPIRE_MAKER",
        "wt": order.working_type,
        "pm": "NONE",
        "cp": order.close_position,
        "pP": False,
        "R": order.reduce_only,
        "tt": ms(order.updated_at) if order.order_id else 0,
        "gtd": 0,
        "rm": order.reason,
        "ia": order.extreme is not None or order.kind != "TRAILING_STOP_MARKET",
    }


def algo_row(order: AlgoOrder) -> Json:
    """One conditional order as answers have it."""
    return {
        "algoId": order.algo_id,
        "clientAlgoId": order.client_algo_id,
        "algoType": "CONDITIONAL",
        "orderType": order.kind,
        "symbol": order.symbol.symbol,
        "side": order.side.upper(),
        "positionSide": order.position_side,
        "timeInForce": order.time_in_force,
        "quantity": quantity(order.symbol, order.quantity),
        "algoStatus": order.status,
        "actualOrderId": order.order_id,
        "triggerPrice": price(order.symbol, order.trigger_price),
        "price": price(order.symbol, order.limit_price),
        "workingType": order.working_type,
        "priceMatch": "NONE",
        "closePosition": order.close_position,
        "priceProtect": False,
        "reduceOnly": order.reduce_only,
        "selfTradePreventionMode": "EXPIRE_MAKER",
        "goodTillDate": 0,
        "createTime": ms(order.created_at),
        "updateTime": ms(order.updated_at),
        "triggerTime": ms(order.updated_at) if order.order_id else 0,
    }
