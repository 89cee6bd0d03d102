"""Orders and executions as the venue tells them, live and by REST: all numbers are text, and there may be none."""

from decimal import Decimal

from attrs import frozen

from batactors.testing.bybit import reasons
from batactors.testing.bybit.matching import BY_VENUE, LIQUIDATION
from batactors.testing.bybit.settings import INDEXES
from batactors.testing.bybit.terms import FALLS, RISES, SIDE_WORDS
from batactors.testing.bybit.wire import average, money, price, quantity, stamp
from batactors.testing.venue.market import Pair
from batactors.testing.venue.orders import ZERO, VenueFill, VenueOrder
from batactors.testing.venue.text import Json

FEES = {"m": "0.0002", "t": "0.00055"}


@frozen(kw_only=True)
class Payment:
    """Money that was paid for a position: an execution that trades nothing."""

    exec_id: str
    order_id: str
    account: str
    pair: Pair
    side: str
    kind: str
    quantity: Decimal
    price: Decimal
    fee: Decimal
    at: int
    seq: int


def order_row(order: VenueOrder, *, triggers_now: bool = False) -> Json:
    """One order."""
    pair, terms = order.pair, order.terms
    left = ZERO if order.closed else order.remaining
    conditional = terms.trigger_price is not None
    return {
        "category": "linear",
        "symbol": pair.symbol,
        "orderId": order.order_id,
        "orderLinkId": order.client_order_id or "",
        "parentOrderLinkId": "",
        "blockTradeId": "",
        "side": SIDE_WORDS[order.side],
        "positionIdx": INDEXES[terms.position_side],
        "orderStatus": reasons.status_of(order, triggers_now=triggers_now),
        "createType": terms.native_type if terms.native_type in BY_VENUE else "CreateByUser",
        "cancelType": reasons.cancel_type_of(order),
        "rejectReason": reasons.reject_reason_of(order),
        "avgPrice": average(order.average_price),
        "price": price(pair, order.limit_price) or "0",
        "qty": quantity(pair, order.quantity),
        "leavesQty": quantity(pair, left),
        "leavesValue": money(left * (order.limit_price or ZERO)),
        "cumExecQty": quantity(pair, order.filled),
        "cumExecValue": money(order.cost),
        "cumExecFee": money(order.fee),
        "cumFeeDetail": {pair.quote.name: money(order.fee)} if order.fee else {},
        "closedPnl": "0",
        "timeInForce": _time_in_force(order),
        "orderType": "Market" if order.at_market else "Limit",
        "stopOrderType": "Stop" if conditional else "",
        "triggerPrice": price(pair, order.trigger_price),
        "triggerBy": terms.trigger_reference if conditional else "",
        "triggerDirection": _direction(order) if conditional else 0,
        "takeProfit": "",
        "stopLoss": "",
        "tpslMode": "",
        "tpLimitPrice": "",
        "slLimitPrice": "",
        "tpTriggerBy": "",
        "slTriggerBy": "",
        "lastPriceOnCreated": "",
        "reduceOnly": terms.reduce_only,
        "closeOnTrigger": terms.close_position,
        "smpType": terms.self_trade or "None",
        "smpGroup": 0,
        "smpOrderId": "",
        "slippageTolerance": "0",
        "slippageToleranceType": "UNKNOWN",
        "createdTime": stamp(order.opened_at),
        "updatedTime": stamp(order.updated_at),
    }


def execution_row(fill: VenueFill) -> Json:
    """One fill."""
    order, pair = fill.order, fill.order.pair
    made_by = order.terms.native_type
    kind = "Trade" if made_by not in BY_VENUE else "BustTrade" if made_by == LIQUIDATION else "AdlTrade"
    return {
        "category": "linear",
        "symbol": pair.symbol,
        "orderId": order.order_id,
        "orderLinkId": order.client_order_id or "",
        "side": SIDE_WORDS[order.side],
        "orderPrice": price(pair, order.limit_price) or "0",
        "orderQty": quantity(pair, order.quantity),
        "leavesQty": quantity(pair, order.remaining),
        "orderType": "Market" if order.at_market else "Limit",
        "stopOrderType": "Stop" if order.terms.trigger_price is not None else "UNKNOWN",
        "execId": fill.exec_id,
        "execPrice": price(pair, fill.price),
        "execQty": quantity(pair, fill.quantity),
        "execValue": money(fill.cost),
        "execFee": money(fill.fee),
        "feeRate": FEES[fill.liquidity],
        "feeCurrency": pair.quote.name,
        "execType": kind,
        "execTime": stamp(fill.at),
        "isMaker": fill.liquidity == "m",
        "closedSize": "0",
        "execPnl": money(fill.realized),
        "createType": made_by if made_by in BY_VENUE else "CreateByUser",
        "extraFees": "",
        "markPrice": price(pair, fill.price),
        "indexPrice": "",
        "seq": fill.event,
    }


def fast_row(fill: VenueFill) -> Json:
    """The same fill, told ahead: without its fee, and of a maker without its client order id."""
    pair, maker = fill.order.pair, fill.liquidity == "m"
    return {
        "category": "linear",
        "symbol": pair.symbol,
        "execId": fill.exec_id,
        "execPrice": price(pair, fill.price),
        "execQty": quantity(pair, fill.quantity),
        "orderId": fill.order_id,
        "isMaker": maker,
        "orderLinkId": "" if maker else fill.client_order_id or "",
        "side": SIDE_WORDS[fill.order.side],
        "execTime": stamp(fill.at),
        "seq": fill.event,
    }


def payment_row(paid: Payment) -> Json:
    """Funding: what looks like a fill, and is none."""
    pair = paid.pair
    return {
        "category": "linear",
        "symbol": pair.symbol,
        "orderId": paid.order_id,
        "orderLinkId": "",
        "side": paid.side,
        "orderPrice": "0",
        "orderQty": "0",
        "leavesQty": "0",
        "orderType": "UNKNOWN",
        "stopOrderType": "UNKNOWN",
        "execId": paid.exec_id,
        "execPrice": price(pair, paid.price),
        "execQty": quantity(pair, paid.quantity),
        "execValue": money(paid.quantity * paid.price),
        "execFee": money(paid.fee),
        "feeRate": "0.0001",
        "feeCurrency": pair.quote.name,
        "execType": paid.kind,
        "execTime": str(paid.at),
        "isMaker": False,
        "closedSize": "0",
        "execPnl": "0",
        "createType": "",
        "extraFees": "",
        "seq": paid.seq,
    }


def _time_in_force(order: VenueOrder) -> str:
    terms = order.terms
    if order.at_market or terms.native_type in BY_VENUE:
        return "IOC"
    return "PostOnly" if terms.post_only else terms.native_type or terms.time_in_force.upper()


def _direction(order: VenueOrder) -> int:
    return RISES if order.terms.order_type.startswith("stop") == (order.side == "buy") else FALLS
