"""Kraken's words and ours. A word that is not here is not guessed at: it becomes ``None``, or a reason to ask."""

from batactors.model.facts import Says
from batactors.model.instruments import InstrumentStatus
from batactors.model.terms import Liquidity, OrderType, Side, TimeInForce

ORDER_TYPES: dict[str | None, OrderType] = {
    "limit": OrderType.LIMIT,
    "market": OrderType.MARKET,
    "stop-loss": OrderType.STOP_MARKET,
    "stop-loss-limit": OrderType.STOP_LIMIT,
    "take-profit": OrderType.TAKE_PROFIT_MARKET,
    "take-profit-limit": OrderType.TAKE_PROFIT_LIMIT,
    "trailing-stop": OrderType.TRAILING_STOP,
    "trailing-stop-limit": OrderType.TRAILING_STOP_LIMIT,
    "iceberg": OrderType.ICEBERG,
}
ORDER_TYPE_WORDS: dict[OrderType, str] = {ours: theirs for theirs, ours in ORDER_TYPES.items() if theirs}

SIDES: dict[str | None, Side] = {"buy": Side.BUY, "sell": Side.SELL}

TIMES_IN_FORCE: dict[str | None, TimeInForce] = {
    spelling: tif for tif in TimeInForce for spelling in (tif.value, tif.value.upper())
}

LIQUIDITY: dict[str | None, Liquidity] = {"m": Liquidity.MAKER, "t": Liquidity.TAKER}

# `order_status` of the executions channel. There is no "rejected": a refused order has only its error response.
STREAM_STATUS: dict[str | None, Says] = {
    "pending_new": Says.PENDING,
    "new": Says.OPEN,
    "partially_filled": Says.OPEN,
    "triggered": Says.TRIGGERED,
    "filled": Says.FILLED,
    "canceled": Says.CANCELED,
    "expired": Says.EXPIRED,
}

# `status` of an order over REST. "closed" is wholly filled; a cancelled order may still have executed in part.
REST_STATUS: dict[str | None, Says] = {
    "pending": Says.PENDING,
    "open": Says.OPEN,
    "closed": Says.FILLED,
    "canceled": Says.CANCELED,
    "expired": Says.EXPIRED,
}

ENDS = (Says.FILLED, Says.CANCELED, Says.EXPIRED)

INSTRUMENT_STATUS: dict[str | None, InstrumentStatus] = {
    "online": InstrumentStatus.ONLINE,
    "cancel_only": InstrumentStatus.CANCEL_ONLY,
    "post_only": InstrumentStatus.POST_ONLY,
    "limit_only": InstrumentStatus.LIMIT_ONLY,
    "reduce_only": InstrumentStatus.REDUCE_ONLY,
    "delisted": InstrumentStatus.HALTED,
    "maintenance": InstrumentStatus.HALTED,
    "work_in_progress": InstrumentStatus.HALTED,
}

# The words of the status channel with which new orders are surely refused. Any other may be tried: the venue will say.
SHUT = ("cancel_only", "maintenance")


def is_post_only(reason: str | None) -> bool:
    """Whether the venue closed an order because it would have taken liquidity; the reason is free text."""
    return reason is not None and "post only" in reason.casefold().replace("_", " ").replace("-", " ")
