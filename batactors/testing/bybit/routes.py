"""Which requests there are, by REST and by socket, what they are called here, and how many a second may have.

The words are the bench's own: those of Kraken Spot's socket for commands that every venue has, so that one fault and
one check serve every venue; all others are the end of the REST path, or the operation of the socket.
"""

from typing import Literal

from attrs import frozen

Security = Literal["none", "signed", "session"]


@frozen(kw_only=True)
class Route:
    """One kind of request.

    Attributes:
        limit: So many an account may ask in any second; 0 for no limit. Each leg of a batch counts.
        counts: Whose counter it shares: that of another word, or its own.
        command: Whether the venue writes it down, and it may be late.
        lags: Whether it may show the past.
    """

    limit: int = 50
    counts: str = ""
    security: Security = "signed"
    command: bool = False
    lags: bool = False


ROUTES: dict[str, Route] = {
    "add_order": Route(limit=10, command=True),
    "amend_order": Route(limit=10, command=True),
    "cancel_order": Route(limit=10, command=True),
    "cancel_all": Route(limit=10, command=True),
    "batch_add": Route(limit=10, counts="add_order", command=True),
    "batch_amend": Route(limit=10, counts="amend_order", command=True),
    "batch_cancel": Route(limit=10, counts="cancel_order", command=True),
    "cancel_all_orders_after": Route(limit=10, command=True),
    "order/pre-check": Route(limit=10),
    "order/realtime": Route(lags=True),
    "order/history": Route(lags=True),
    "execution/list": Route(lags=True),
    "position/list": Route(),
    "set-leverage": Route(limit=10, command=True),
    "switch-mode": Route(limit=10, command=True),
    "set-margin-mode": Route(limit=10, command=True),
    "wallet-balance": Route(),
    "account/info": Route(),
    "fee-rate": Route(limit=5),
    "query-dcp-info": Route(),
    "query-api": Route(),
    "time": Route(limit=0, security="none"),
    "instruments-info": Route(limit=0, security="none"),
    "orderbook": Route(limit=0, security="none"),
    "tickers": Route(limit=0, security="none"),
    "auth": Route(limit=0, security="session"),
    "subscribe": Route(limit=0, security="session"),
    "unsubscribe": Route(limit=0, security="session"),
    "ping": Route(limit=0, security="session"),
}
METHODS = tuple(ROUTES)
"""What a fault of a request may be narrowed to at this venue."""

PATHS: dict[tuple[str, str], str] = {
    ("POST", "/v5/order/create"): "add_order",
    ("POST", "/v5/order/amend"): "amend_order",
    ("POST", "/v5/order/cancel"): "cancel_order",
    ("POST", "/v5/order/cancel-all"): "cancel_all",
    ("POST", "/v5/order/create-batch"): "batch_add",
    ("POST", "/v5/order/amend-batch"): "batch_amend",
    ("POST", "/v5/order/cancel-batch"): "batch_cancel",
    ("POST", "/v5/order/disconnected-cancel-all"): "cancel_all_orders_after",
    ("POST", "/v5/order/pre-check"): "order/pre-check",
    ("GET", "/v5/order/realtime"): "order/realtime",
    ("GET", "/v5/order/history"): "order/history",
    ("GET", "/v5/execution/list"): "execution/list",
    ("GET", "/v5/position/list"): "position/list",
    ("POST", "/v5/position/set-leverage"): "set-leverage",
    ("POST", "/v5/position/switch-mode"): "switch-mode",
    ("POST", "/v5/account/set-margin-mode"): "set-margin-mode",
    ("GET", "/v5/account/wallet-balance"): "wallet-balance",
    ("GET", "/v5/account/info"): "account/info",
    ("GET", "/v5/account/fee-rate"): "fee-rate",
    ("GET", "/v5/account/query-dcp-info"): "query-dcp-info",
    ("GET", "/v5/user/query-api"): "query-api",
    ("GET", "/v5/market/time"): "time",
    ("GET", "/v5/market/instruments-info"): "instruments-info",
    ("GET", "/v5/market/orderbook"): "orderbook",
    ("GET", "/v5/market/tickers"): "tickers",
}

TRADE_OPS: dict[str, str] = {
    "order.create": "add_order",
    "order.amend": "amend_order",
    "order.cancel": "cancel_order",
    "order.create-batch": "batch_add",
    "order.amend-batch": "batch_amend",
    "order.cancel-batch": "batch_cancel",
}
BATCHES = ("batch_add", "batch_amend", "batch_cancel")
