"""The words that faults are aimed with: what they may wait for, and whom they may strike."""

from difflib import get_close_matches

from batactors.config.rules import kind_of, listed
from batactors.model.commands import Operation
from batactors.model.lifecycle import LifecycleEvent
from batactors.model.order_events import OrderAccepted, OrderEvent

VENUES = ("kraken-spot", "binance", "kraken-futures", "kraken-futures-unified", "bybit")
ACTORS = (
    *("connection", "rest", "lane", "dedup", "reconciler", "metadata", "clock", "journal", "subscriber"),
    *("user data", "commands"),  # Binance's sockets
    *("private", "trade"),  # Bybit's
    "private feeds",  # Kraken Futures' socket
)
STATUSES = ("online", "maintenance", "cancel_only", "post_only")
BINANCE_METHODS = (
    *("batch_amend", "order.test", "order.status", "openOrder", "openOrders", "allOrders", "userTrades"),
    *("orderAmendment", "account.balance", "account.status", "account.position", "symbolConfig", "accountConfig"),
    *("leverageBracket", "rateLimit.order", "leverage", "marginType", "positionSide.dual", "positionSide.read"),
    *("multiAssetsMargin.read", "commissionRate", "algoOrder.place", "algoOrder.cancel", "algoOpenOrders.cancel"),
    *("algoOrder.status", "openAlgoOrders", "allAlgoOrders", "userDataStream.start", "userDataStream.ping"),
    *("userDataStream.stop", "session.logon", "session.status", "session.logout", "time", "exchangeInfo"),
    *("ticker.price", "ticker.book", "premiumIndex", "depth"),
)
"""Of a request to Binance, where it is none that every venue has: the WS API's word, or the last one of the path."""
KRAKEN_FUTURES_METHODS = (
    *("batch", "openorders", "orders/status", "fills", "accounts", "openpositions", "instruments", "tickers"),
    *(
        "instruments/status",
        "orderbook",
        "history",
        "history/orders",
        "history/triggers",
        "history/executions",
        "history/account-log",
    ),
    *("challenge", "open_orders", "open_orders_verbose", "balances", "open_positions", "account_log"),
    "notifications_auth",
)
"""Of a request to Kraken Futures: the last part of the path; of a frame of WebSocket v1, its feed or its event."""
BYBIT_METHODS = (
    *("order/pre-check", "order/realtime", "order/history", "execution/list", "position/list", "set-leverage"),
    *("switch-mode", "set-margin-mode", "wallet-balance", "account/info", "fee-rate", "query-dcp-info", "query-api"),
    *("instruments-info", "auth"),
)
"""Of a request to Bybit: the end of the path, or the operation of the socket."""
METHODS = (
    *("add_order", "amend_order", "cancel_order", "cancel_all", "batch_add", "batch_cancel"),
    *("edit_order", "cancel_all_orders_after", "subscribe", "unsubscribe", "ping"),
    *("OpenOrders", "ClosedOrders", "QueryOrders", "TradesHistory", "QueryTrades", "OrderAmends"),
    *("GetWebSocketsToken", "Balance", "BalanceEx"),
    *("Time", "SystemStatus", "Assets", "AssetPairs", "Ticker"),
    *BINANCE_METHODS,
    *KRAKEN_FUTURES_METHODS,
    *BYBIT_METHODS,
)
"""Of a request: on all roads Kraken Spot's WebSocket word, where it has one; the name of the query otherwise."""
OTHER_METHODS = {
    "create_order": "add_order",
    "place_order": "add_order",
    "new_order": "add_order",
    "add": "add_order",
    "modify_order": "amend_order",
    "cancel": "cancel_order",
    "create_orders": "batch_add",
    "cancel_orders": "batch_cancel",
    "AddOrder": "add_order",
    "AddOrderBatch": "batch_add",
    "AmendOrder": "amend_order",
    "EditOrder": "edit_order",
    "CancelOrder": "cancel_order",
    "CancelOrderBatch": "batch_cancel",
    "CancelAll": "cancel_all",
    "CancelAllOrdersAfter": "cancel_all_orders_after",
}
"""What others call them, we among them."""
CHANNELS = (
    *("executions", "balances", "ticker", "book", "trade", "ohlc", "instrument", "status", "heartbeat"),
    *("ACCOUNT_CONFIG_UPDATE", "ALGO_UPDATE", "listenKeyExpired", "bookTicker"),
    *("open_positions", "account_log", "notifications_auth", "position"),
)
EVENTS = (
    *("pending_new", "new", "trade", "filled", "amended", "canceled", "expired"),
    *("restated", "iceberg_refill", "status", "calculated", "trade_lite"),
    *("partial_fill", "full_fill", "rejected"),
)
"""What a frame of the executions begins with."""
KINDS = (
    *("registered", "step", "event", "report", "frame up", "frame down", "request", "reply"),
    *("opened", "refused", "closed", "reset", "started", "crashed", "ended", "gave up"),
    *("fault", "did", "phase"),
)
"""Of what happens, as the trace has them."""
PARTICULARS = {
    "event": tuple(kind.__name__ for kind in (*OrderEvent.__subclasses__(), *OrderAccepted.__subclasses__())),
    "step": tuple(kind.__name__ for kind in LifecycleEvent.__subclasses__()),
    "registered": tuple(map(str, Operation)),
}
"""What follows the kind, where it is one of a few words."""


def meant_by(method: object) -> str | None:
    """The venue's word, for one that others use."""
    return OTHER_METHODS.get(method) if isinstance(method, str) else None


def aim_complaint(when: object) -> str | None:
    """What is wrong with what a fault is to wait for, as the rest of a sentence; or nothing."""
    if not isinstance(when, str):
        return f"is {kind_of(when)}: write how a line of the trace begins, such as 'step Sent'"
    kind = next((kind for kind in KINDS if when == kind or when.startswith(f"{kind} ")), None)
    if kind is None:
        return f"is {when!r}, which nothing begins with: write {listed(KINDS)}, and what follows it{_near_kind(when)}"
    rest = when[len(kind) + 1 :]
    words = PARTICULARS.get(kind, ())
    first, space, _ = rest.partition(" ")
    first = first.rstrip(",")
    if not words or first in words or (not space and any(word.startswith(first) for word in words)):
        return None
    near = get_close_matches(first, words, n=1)
    meant = f"; did you mean '{kind} {near[0]}'?" if near else ""
    return f"is {when!r}, and there is no such {kind}: write {kind!r}, or with it {listed(words)}{meant}"


def _near_kind(when: str) -> str:
    for kind, words in PARTICULARS.items():
        first = when.partition(" ")[0]
        if first in words or first.removeprefix(kind) in words:
            return f"; did you mean '{kind} {first.removeprefix(kind)}'?"
    near = get_close_matches(when.lower(), KINDS, n=1) or get_close_matches(when.lower().partition(" ")[0], KINDS, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
