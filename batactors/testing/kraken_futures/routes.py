"""Which requests REST has, what they are called here, and what they cost.

The words of commands are the bench's own: those of Kraken Spot's socket for what every venue has (`add_order`,
`amend_order`, `cancel_order`, `cancel_all`, `batch_add`, `batch_cancel`, `cancel_all_orders_after`), so that one fault
and one check serve every venue. Every other request goes by the last part of its path, those of the history with
`history/` before it.
"""

from attrs import frozen

DERIVATIVES, HISTORY = "/derivatives/api/v3/", ("/api/history/v3/", "/api/history/v2/")  # v2 is the older name


@frozen(kw_only=True)
class Route:
    """One kind of request.

    Attributes:
        cost: Of its budget; `batchorder` costs one more for each row, `fills` 25 with lastFillTime.
        private: Whether it has to be signed.
        command: Whether the matching engine takes it: it is written into the ledger, and may be late.
        lags: Whether it may show the past.
    """

    cost: int = 0
    private: bool = True
    command: bool = False
    lags: bool = False
    budget: str = "derivatives"


ROUTES: dict[str, Route] = {
    "add_order": Route(cost=10, command=True),
    "amend_order": Route(cost=10, command=True),
    "cancel_order": Route(cost=10, command=True),
    "cancel_all": Route(cost=25, command=True),
    "cancel_all_orders_after": Route(cost=25, command=True),
    "batch_add": Route(cost=9, command=True),
    "batch_amend": Route(cost=9, command=True),
    "batch_cancel": Route(cost=9, command=True),
    "batch": Route(cost=9, command=True),
    "openorders": Route(cost=2, lags=True),
    "orders/status": Route(cost=1, lags=True),
    "fills": Route(cost=2, lags=True),
    "accounts": Route(cost=2),
    "openpositions": Route(cost=2),
    "instruments": Route(private=False),
    "instruments/status": Route(private=False),
    "tickers": Route(private=False),
    "orderbook": Route(private=False),
    "history": Route(private=False),
    "history/orders": Route(cost=1, lags=True, budget="history"),
    "history/triggers": Route(cost=1, lags=True, budget="history"),
    "history/executions": Route(cost=1, lags=True, budget="history"),
    "history/account-log": Route(cost=1, lags=True, budget="history"),
}
COMMANDS = {
    "sendorder": "add_order",
    "editorder": "amend_order",
    "cancelorder": "cancel_order",
    "cancelallorders": "cancel_all",
    "cancelallordersafter": "cancel_all_orders_after",
}
BATCHES = {"send": "batch_add", "edit": "batch_amend", "cancel": "batch_cancel"}
POSTED = (*COMMANDS, "batchorder", "orders/status")
