"""The venue's way to say no: one exception that carries the exact text, and the texts used in several places."""

from typing import Final

INVALID_ARGUMENTS: Final = "EGeneral:Invalid arguments"
PERMISSION_DENIED: Final = "EGeneral:Permission denied"
UNKNOWN_METHOD: Final = "EGeneral:Unknown method"
UNKNOWN_PAIR: Final = "EQuery:Unknown asset pair"
INVALID_ORDER: Final = "EOrder:Invalid order"
UNKNOWN_ORDER: Final = "EOrder:Unknown order"
NOT_EDITABLE: Final = "EOrder:Order not editable"
NOTHING_TO_AMEND: Final = "EOrder:No amendable parameters specified"
INSUFFICIENT_FUNDS: Final = "EOrder:Insufficient funds"
QUANTITY_MINIMUM: Final = "EOrder:Order minimum not met"
COST_MINIMUM: Final = "EOrder:Cost minimum not met"
TICK_SIZE: Final = "EOrder:Tick size check failed"
INVALID_PRICE: Final = "EOrder:Invalid price"
POST_ONLY: Final = "EOrder:Post only order"
CLIENT_ID_IN_USE: Final = "EOrder:cl_ord_id already in use"  # as third parties report it; not in the documents
NO_POSITION: Final = "EOrder:Reduce only:No position exists"
ORDERS_LIMIT: Final = "EOrder:Orders limit exceeded"
TRADING_RATE: Final = "EOrder:Rate limit exceeded"
API_RATE: Final = "EAPI:Rate limit exceeded"
DEADLINE_ELAPSED: Final = "EService:Deadline elapsed"
UNAVAILABLE: Final = "EService:Unavailable"
INVALID_SESSION: Final = "ESession:Invalid session"
TIMEOUT_TOO_LONG: Final = "EGeneral:Invalid timeout argument:above max"


class Refused(Exception):
    """The venue refuses a request with this text."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


def invalid(argument: str) -> Refused:
    """The refusal that names the argument it is about."""
    return Refused(f"{INVALID_ARGUMENTS}:{argument}")
