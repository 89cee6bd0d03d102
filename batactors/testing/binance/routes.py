"""Which requests there are, by REST and by the WS API, what they are called here, and what they cost.

The words are the bench's own: those of Kraken Spot's socket for commands that every venue has (`add_order`,
`amend_order`, `cancel_order`, `cancel_all`, `batch_add`, `batch_cancel`, `cancel_all_orders_after`), so that one fault
and one check serve every venue; all others are the WS API's word, or the last word of the REST path.
"""

from typing import Literal

from attrs import frozen

Security = Literal["none", "key", "signed"]


@frozen(kw_only=True)
class Route:
    """One kind of request.

    Attributes:
        weight: What it costs of the address's weight; `openOrders` without a symbol costs more.
        orders: What it costs of the account's orders in ten seconds, and in a minute.
        command: Whether the matching engine takes it: it is written into the ledger, and may be late.
        lags: Whether it may show the past.
    """

    weight: int = 1
    orders: tuple[int, int] = (0, 0)
    security: Security = "signed"
    command: bool = False
    lags: bool = False


ROUTES: dict[str, Route] = {
    "add_order": Route(weight=0, orders=(1, 1), command=True),
    "order.test": Route(weight=0, orders=(1, 1)),
    "amend_order": Route(weight=0, orders=(1, 1), command=True),
    "cancel_order": Route(command=True),
    "cancel_all": Route(command=True),
    "batch_add": Route(weight=5, orders=(5, 1), command=True),
    "batch_amend": Route(weight=5, orders=(5, 1), command=True),
    "batch_cancel": Route(weight=1, command=True),
    "cancel_all_orders_after": Route(weight=10, command=True),
    "order.status": Route(lags=True),
    "openOrder": Route(lags=True),
    "openOrders": Route(lags=True),
    "allOrders": Route(weight=5, lags=True),
    "userTrades": Route(weight=5, lags=True),
    "orderAmendment": Route(lags=True),
    "account.balance": Route(weight=5),
    "account.status": Route(weight=5),
    "account.position": Route(weight=5),
    "symbolConfig": Route(weight=5),
    "accountConfig": Route(weight=5),
    "leverageBracket": Route(),
    "rateLimit.order": Route(),
    "leverage": Route(command=True),
    "marginType": Route(command=True),
    "positionSide.dual": Route(command=True),
    "positionSide.read": Route(weight=30),
    "multiAssetsMargin.read": Route(weight=30),
    "commissionRate": Route(weight=20),
    "algoOrder.place": Route(weight=0, orders=(1, 1), command=True),
    "algoOrder.cancel": Route(command=True),
    "algoOpenOrders.cancel": Route(command=True),
    "algoOrder.status": Route(),
    "openAlgoOrders": Route(),
    "allAlgoOrders": Route(weight=5),
    "userDataStream.start": Route(security="key"),
    "userDataStream.ping": Route(security="key"),
    "userDataStream.stop": Route(security="key"),
    "session.logon": Route(weight=2),
    "session.status": Route(weight=2, security="none"),
    "session.logout": Route(weight=2, security="none"),
    "ping": Route(security="none"),
    "time": Route(security="none"),
    "exchangeInfo": Route(security="none"),
    "ticker.price": Route(security="none"),
    "ticker.book": Route(weight=2, security="none"),
    "premiumIndex": Route(security="none"),
    "depth": Route(weight=2, security="none"),
}
METHODS = tuple(ROUTES)
"""What a fault of a request may be narrowed to at this venue."""

ALL_SYMBOLS_WEIGHT = 40

PATHS: dict[tuple[str, str], str] = {
    ("POST", "/fapi/v1/order"): "add_order",
    ("POST", "/fapi/v1/order/test"): "order.test",
    ("PUT", "/fapi/v1/order"): "amend_order",
    ("DELETE", "/fapi/v1/order"): "cancel_order",
    ("GET", "/fapi/v1/order"): "order.status",
    ("POST", "/fapi/v1/batchOrders"): "batch_add",
    ("PUT", "/fapi/v1/batchOrders"): "batch_amend",
    ("DELETE", "/fapi/v1/batchOrders"): "batch_cancel",
    ("DELETE", "/fapi/v1/allOpenOrders"): "cancel_all",
    ("POST", "/fapi/v1/countdownCancelAll"): "cancel_all_orders_after",
    ("GET", "/fapi/v1/openOrder"): "openOrder",
    ("GET", "/fapi/v1/openOrders"): "openOrders",
    ("GET", "/fapi/v1/allOrders"): "allOrders",
    ("GET", "/fapi/v1/userTrades"): "userTrades",
    ("GET", "/fapi/v1/orderAmendment"): "orderAmendment",
    ("GET", "/fapi/v2/balance"): "account.balance",
    ("GET", "/fapi/v3/balance"): "account.balance",
    ("GET", "/fapi/v2/account"): "account.status",
    ("GET", "/fapi/v3/account"): "account.status",
    ("GET", "/fapi/v2/positionRisk"): "account.position",
    ("GET", "/fapi/v3/positionRisk"): "account.position",
    ("GET", "/fapi/v1/symbolConfig"): "symbolConfig",
    ("GET", "/fapi/v1/accountConfig"): "accountConfig",
    ("GET", "/fapi/v1/leverageBracket"): "leverageBracket",
    ("GET", "/fapi/v1/rateLimit/order"): "rateLimit.order",
    ("POST", "/fapi/v1/leverage"): "leverage",
    ("POST", "/fapi/v1/marginType"): "marginType",
    ("POST", "/fapi/v1/positionSide/dual"): "positionSide.dual",
    ("GET", "/fapi/v1/positionSide/dual"): "positionSide.read",
    ("GET", "/fapi/v1/multiAssetsMargin"): "multiAssetsMargin.read",
    ("GET", "/fapi/v1/commissionRate"): "commissionRate",
    ("POST", "/fapi/v1/algoOrder"): "algoOrder.place",
    ("DELETE", "/fapi/v1/algoOrder"): "algoOrder.cancel",
    ("GET", "/fapi/v1/algoOrder"): "algoOrder.status",
    ("GET", "/fapi/v1/openAlgoOrders"): "openAlgoOrders",
    ("GET", "/fapi/v1/allAlgoOrders"): "allAlgoOrders",
    ("DELETE", "/fapi/v1/algoOpenOrders"): "algoOpenOrders.cancel",
    ("POST", "/fapi/v1/listenKey"): "userDataStream.start",
    ("PUT", "/fapi/v1/listenKey"): "userDataStream.ping",
    ("DELETE", "/fapi/v1/listenKey"): "userDataStream.stop",
    ("GET", "/fapi/v1/ping"): "ping",
    ("GET", "/fapi/v1/time"): "time",
    ("GET", "/fapi/v1/exchangeInfo"): "exchangeInfo",
    ("GET", "/fapi/v1/ticker/price"): "ticker.price",
    ("GET", "/fapi/v2/ticker/price"): "ticker.price",
    ("GET", "/fapi/v1/ticker/bookTicker"): "ticker.book",
    ("GET", "/fapi/v1/premiumIndex"): "premiumIndex",
    ("GET", "/fapi/v1/depth"): "depth",
}

WS_METHODS: dict[str, str] = {
    "order.place": "add_order",
    "order.modify": "amend_order",
    "order.cancel": "cancel_order",
    "order.status": "order.status",
    "algoOrder.place": "algoOrder.place",
    "algoOrder.cancel": "algoOrder.cancel",
    "account.balance": "account.balance",
    "v2/account.balance": "account.balance",
    "account.status": "account.status",
    "v2/account.status": "account.status",
    "account.position": "account.position",
    "v2/account.position": "account.position",
    "userDataStream.start": "userDataStream.start",
    "userDataStream.ping": "userDataStream.ping",
    "userDataStream.stop": "userDataStream.stop",
    "session.logon": "session.logon",
    "session.status": "session.status",
    "session.logout": "session.logout",
    "depth": "depth",
    "ticker.price": "ticker.price",
    "ticker.book": "ticker.book",
}
