"""What drawn faults are narrowed to and aimed at, and the errors that they have a venue say: one set for each venue."""

from collections.abc import Mapping

from attrs import evolve, frozen

from batactors.testing import faults as f
from batactors.testing.simulation.plan import AnyFault

METHODS = ("add_order", "batch_add", "amend_order", "cancel_order", "batch_cancel", "cancel_all")
TIMEOUT = '{"code":-1007,"msg":"Timeout waiting for response from backend server. Send status unknown."}'
UNKNOWN = '{"code":-1000,"msg":"Unknown error, please check your request or try again later."}'
UNAVAILABLE = '{"msg":"Service Unavailable."}'
"""Which says that nothing was done."""
PROXY = "<html><head><title>520: Web server is returning an unknown error</title></head></html>"


@frozen(kw_only=True)
class FaultWords:
    """The words of one venue.

    Attributes:
        reads: What it calls the questions by REST.
        actors: Which crash.
        refused: An error that says no.
        unclear: Errors that say no, or nothing.
        of_adoption: And of one while an order is adopted.
        one_order: What it calls the question about one order.
        upgrades: The statuses with which a handshake is refused.
        bodies: What something in front of the venue says, or its gateway, of a request that may have been carried out.
        aims: What a kill, a cut or a crash is worth the most at.
        sent: How a line of the trace begins with which a command goes out.
        never: The kinds of faults that this venue does not have.
    """

    reads: tuple[str, ...]
    actors: tuple[str, ...]
    refused: str
    unclear: tuple[str, ...]
    aims: tuple[str, ...]
    of_adoption: tuple[str, ...]
    one_order: str
    sent: Mapping[str, str]
    upgrades: tuple[int, ...] = (401, 429, 503)
    bodies: tuple[str, ...] = (PROXY,)
    never: tuple[type[AnyFault], ...] = ()

    def can_do(self, fault: AnyFault) -> bool:
        """Whether the venue has such a fault."""
        return not isinstance(fault, self.never)


OF_THE_ENGINE = (
    "did Place",
    "did Cancel",
    "did Amend",
    "registered",
    "registered",
    "registered amend_order",
    "step Sent",
    "step Resolved",
    "step RecoveryScheduled",
    "event OrderAccepted",
    "event OrderFilled",
    "event OrderCanceled",
)
"""What happens at every venue, as worth a fault as what its wire says."""
KRAKEN_SPOT = FaultWords(
    reads=("OpenOrders", "ClosedOrders", "QueryOrders", "TradesHistory", "GetWebSocketsToken"),
    actors=("connection", "rest", "lane", "dedup", "reconciler", "metadata", "subscriber"),
    refused="EOrder:Insufficient funds",
    unclear=("EService:Unavailable", "EService:Timeout", "EGeneral:Internal error"),
    aims=(
        *OF_THE_ENGINE,
        "frame up add_order",
        "frame up cancel_order",
        "frame up amend_order",
        "frame up subscribe",
        "frame down executions",
        "frame down add_order",
        "request POST /0/private/AddOrder",
        "started connection",
        "crashed connection",
        "crashed dedup",
    ),
    of_adoption=(
        "registered adopt_order",
        "event OrderAdopted",
        "request POST /0/private/QueryOrders",
        "did Adopt",
    ),
    one_order="QueryOrders",
    sent={method: f"frame up {method}" for method in METHODS},
)

BINANCE = FaultWords(
    reads=("openOrders", "order.status", "userTrades", "allOrders", "userDataStream.start", "account.position"),
    actors=("user data", "commands", "rest", "lane", "dedup", "reconciler", "metadata", "subscriber"),
    refused="-2019 Margin is insufficient.",
    unclear=(
        "-1000 Unknown error, please check your request or try again later.",
        "-1001 Internal error; unable to process your request. Please try again.",
        "-1006 An unexpected response was received from the message bus. Execution status unknown.",
        "-1007 Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
        "-1008 Request throttled by system-level protection.",
    ),
    aims=(
        *OF_THE_ENGINE,
        "frame up order.place",
        "frame up order.cancel",
        "frame up order.modify",
        "frame down answer",
        "frame down ORDER_TRADE_UPDATE",
        "frame down TRADE_LITE",
        "request POST /fapi/v1/order",
        "request POST /fapi/v1/listenKey",
        "request GET /fapi/v1/openOrders",
        "started user data",
        "crashed user data",
        "started commands",
        "crashed dedup",
    ),
    of_adoption=(
        "registered adopt_order",
        "event OrderAdopted",
        "request GET /fapi/v1/order",
        "did Adopt",
    ),
    one_order="order.status",
    sent={
        "add_order": "frame up order.place",
        "amend_order": "frame up order.modify",
        "cancel_order": "frame up order.cancel",
        "batch_add": "request POST /fapi/v1/batchOrders",
        "batch_cancel": "request DELETE /fapi/v1/batchOrders",
        "cancel_all": "request DELETE /fapi/v1/allOpenOrders",
    },
    bodies=(PROXY, TIMEOUT, UNKNOWN),
    # No count shows that a frame is missing, no command carries a token, and a cancel is done or refused.
    never=(f.SkipSequence, f.RefuseToken, f.PendingCancel),
)

_V3 = "request POST /derivatives/api/v3/"
KRAKEN_FUTURES = FaultWords(
    reads=("openorders", "orders/status", "fills", "history/orders", "history/executions", "accounts", "openpositions"),
    actors=("private feeds", "rest", "lane", "dedup", "reconciler", "metadata", "subscriber"),
    refused="92 INSUFFICIENT_MARGIN",
    unclear=("Server Error", "Unavailable", "unknownError", "novated"),
    aims=(
        *OF_THE_ENGINE,
        "frame up challenge",
        "frame up subscribe",
        "frame down challenge",
        "frame down subscribed",
        "frame down fills_snapshot",
        "frame down open_orders_snapshot",
        "frame down open_orders",
        "frame down fills",
        f"{_V3}sendorder",
        f"{_V3}editorder",
        f"{_V3}cancelorder",
        f"{_V3}orders/status",
        "request GET /derivatives/api/v3/openorders",
        "request GET /api/history/v3/orders",
        "started private feeds",
        "crashed private feeds",
        "crashed dedup",
    ),
    of_adoption=(
        "registered adopt_order",
        "event OrderAdopted",
        f"{_V3}orders/status",
        "did Adopt",
    ),
    one_order="orders/status",
    sent={
        "add_order": f"{_V3}sendorder",
        "amend_order": f"{_V3}editorder",
        "cancel_order": f"{_V3}cancelorder",
        "batch_add": f"{_V3}batchorder",
        "batch_cancel": f"{_V3}batchorder",
        "cancel_all": f"{_V3}cancelallorders",
    },
    bodies=(PROXY, '{"result":"error","error":"Server Error"}', '{"result":"error","error":"unknownError"}'),
    # No count shows that a frame is missing; a key that is refused is refused for good; a cancel is done or refused.
    never=(f.SkipSequence, f.RefuseToken, f.PendingCancel),
)

BYBIT = FaultWords(
    reads=("order/realtime", "order/history", "execution/list", "position/list"),
    actors=("private", "trade", "rest", "lane", "dedup", "reconciler", "metadata", "subscriber"),
    refused="110007 ab not enough for new order",
    unclear=(
        "10000 Server Timeout",
        "10016 Server error.",
        "10019 ws trade service is restarting, do not accept new request for the time being.",
        "10429 System level frequency protection.",
        "429 The trading service is experiencing a high server load. Please retry.",
    ),
    aims=(
        *OF_THE_ENGINE,
        "frame up order.create",
        "frame up order.amend",
        "frame up order.cancel",
        "frame up auth",
        "frame up subscribe",
        "frame down answer",
        "frame down answer",
        "frame down order.linear",
        "frame down execution.linear",
        "frame down execution.fast.linear",
        "request POST /v5/order/create",
        "request GET /v5/order/realtime",
        "request GET /v5/order/history",
        "started private",
        "crashed private",
        "started trade",
        "crashed dedup",
    ),
    of_adoption=(
        "registered adopt_order",
        "event OrderAdopted",
        "request GET /v5/order/realtime",
        "did Adopt",
    ),
    one_order="order/realtime",
    sent={
        "add_order": "frame up order.create",
        "amend_order": "frame up order.amend",
        "cancel_order": "frame up order.cancel",
        "batch_add": "frame up order.create-batch",
        "batch_cancel": "frame up order.cancel-batch",
        "cancel_all": "request POST /v5/order/cancel-all",
    },
    upgrades=(429, 503),
    bodies=(
        PROXY,
        '{"retCode":10000,"retMsg":"Server Timeout","result":{},"retExtInfo":{},"time":0}',
        '{"retCode":10016,"retMsg":"Server error.","result":{},"retExtInfo":{},"time":0}',
    ),
    # No count shows that a frame is missing; a key that is refused is refused for good; a cancel is taken or refused.
    never=(f.SkipSequence, f.RefuseToken, f.PendingCancel),
)

KRAKEN_UNIFIED = evolve(KRAKEN_SPOT, refused="EOrder:Insufficient margin", never=(f.PendingCancel,))
"""Spot's words: it speaks as Spot does."""

FAULT_WORDS: Mapping[str, FaultWords] = {
    "kraken-spot": KRAKEN_SPOT,
    "binance": BINANCE,
    "kraken-futures": KRAKEN_FUTURES,
    "kraken-futures-unified": KRAKEN_UNIFIED,
    "bybit": BYBIT,
}
