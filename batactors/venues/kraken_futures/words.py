"""Kraken Futures' words and ours. What is not here becomes ``None``, or a reason to ask; it is not guessed at."""

from decimal import Decimal

from attrs import frozen

from batactors.model.facts import Says
from batactors.model.positions import Forced
from batactors.model.terms import Liquidity, OrderType, Side

VENUE = "kraken-futures"

SIDES: dict[str | int | None, Side] = {
    "buy": Side.BUY, "sell": Side.SELL, "Buy": Side.BUY, "Sell": Side.SELL, 0: Side.BUY, 1: Side.SELL,
}  # fmt: skip

# The words of the socket, of REST and of the history (sections 3.2, 4 and 8.1).
_TYPES: dict[str, OrderType] = {
    "limit": OrderType.LIMIT, "lmt": OrderType.LIMIT, "post": OrderType.LIMIT, "ioc": OrderType.LIMIT,
    "fok": OrderType.LIMIT, "market": OrderType.MARKET, "mkt": OrderType.MARKET,
    "trailing_stop": OrderType.TRAILING_STOP,
}  # fmt: skip
_STOPS = ("stop", "stp", "stop_loss")
_TAKES = ("take_profit", "takeprofit")
MARKETS = ("mkt", "market", "ioc", "fok")


def order_type_of(word: str | None, price: Decimal | None) -> OrderType | None:
    """The type; whether one that waits for a trigger has a limit is seen by its price."""
    if word is None:
        return None
    word = word.casefold()
    if word in _STOPS:
        return OrderType.STOP_LIMIT if price else OrderType.STOP_MARKET
    if word in _TAKES:
        return OrderType.TAKE_PROFIT_LIMIT if price else OrderType.TAKE_PROFIT_MARKET
    return _TYPES.get(word)


@frozen
class Reason:
    """What a ``reason`` of ``open_orders`` means (section 8.1).

    Attributes:
        stays: What it says of an order that stays in the book; ``None`` if it is no word for that.
        leaves: What it says of one that leaves it.
        refused: The engine refused the order: if it never rested, it was never in the book.
        fills: It is of a fill, which changes no terms.
    """

    stays: Says | None = None
    leaves: Says | None = None
    refused: bool = False
    fills: bool = False
    post_only: bool = False
    forced: Forced | None = None


_CANCELED = Reason(leaves=Says.CANCELED)
_REFUSED = Reason(leaves=Says.CANCELED, refused=True)
_POST_ONLY = Reason(leaves=Says.CANCELED, refused=True, post_only=True)

REASONS: dict[str | None, Reason] = {
    "new_placed_order_by_user": Reason(stays=Says.OPEN),
    "partial_fill": Reason(stays=Says.OPEN, fills=True),
    "full_fill": Reason(leaves=Says.FILLED, fills=True),
    "edited_by_user": Reason(stays=Says.UPDATED),
    # The order that waited fired. Whether it leaves as it does so is not agreed on: it goes on all the same.
    "stop_order_triggered": Reason(stays=Says.TRIGGERED, leaves=Says.TRIGGERED),
    "limit_order_from_stop": Reason(stays=Says.TRIGGERED),
    # On the book it is the venue's own order; when one of ours leaves for it, it was cancelled.
    "liquidation": Reason(stays=Says.OPEN, leaves=Says.CANCELED, forced=Forced.LIQUIDATION),
    "cancelled_by_user": _CANCELED,
    "cancelled_by_admin": _CANCELED,
    "dead_man_switch": _CANCELED,
    "not_enough_margin": _CANCELED,
    "market_inactive": _CANCELED,
    "contract_expired": Reason(leaves=Says.EXPIRED),
    "ioc_order_failed_because_it_would_not_be_executed": _REFUSED,
    "would_execute_self": _REFUSED,
    "would_not_reduce_position": _REFUSED,
    "post_order_failed_because_it_would_filled": _POST_ONLY,
    "post_order_failed_because_it_would_be_filled": _POST_ONLY,
    # "order_for_edit_not_found" is of an edit that failed, and says nothing certain of an order: it is asked for.
}
UNKNOWN_REASON = Reason()

# `updateReason` of orders/status, and `reason` of the history, which writes it small (section 4).
EDITS = ("EDITED_BY_USER",)
EXPIRIES = ("CONTRACT_EXPIRED", "EXPIRED")
REFUSALS = (
    "IOC_WOULD_NOT_EXECUTE_REASON", "WOULD_EXECUTE_SELF_REASON", "WOULD_NOT_REDUCE_POSITION",
    "IOC_WOULD_NOT_EXECUTE", "WOULD_EXECUTE_SELF",
)  # fmt: skip
POST_REFUSALS = ("POST_WOULD_EXECUTE_REASON", "POST_WOULD_EXECUTE")

LIQUIDITY: dict[str | None, Liquidity] = {
    "maker": Liquidity.MAKER, "taker": Liquidity.TAKER, "takerAfterEdit": Liquidity.TAKER, None: Liquidity.UNKNOWN,
}  # fmt: skip
FORCED_FILLS: dict[str | None, Forced] = {
    "liquidation": Forced.LIQUIDATION,
    "partialLiquidation": Forced.LIQUIDATION,
    "assignor": Forced.LIQUIDATION,
    "unwindBankrupt": Forced.LIQUIDATION,
    "assignee": Forced.DELEVERAGING,
    "unwindCounterparty": Forced.DELEVERAGING,
}
FORCED_ORDERS: dict[str | None, Forced] = {
    "liquidation": Forced.LIQUIDATION, "assignment": Forced.DELEVERAGING, "unwind": Forced.DELEVERAGING,
}  # fmt: skip
