"""The venue's way to say no: one exception with code, text and HTTP status, and the codes with what they mean."""

from typing import Final

from batactors.testing.venue.text import Json

PARAMETER, WINDOW, KEY, SIGNATURE, PERMISSION, LIMIT = 10001, 10002, 10003, 10004, 10005, 10006
GONE, DUPLICATE, REPEATED = 110001, 110072, 20006

TEXTS: Final[dict[int, str]] = {
    429: "The trading service is experiencing a high server load. Please retry.",
    10000: "Server Timeout",
    10001: "Request parameter error.",
    10002: "The request time exceeds the time window range.",
    10003: "API key is invalid.",
    10004: "Error sign, please check your signature generation algorithm.",
    10005: "Permission denied, please check your API key permissions.",
    10006: "Too many visits. Exceeded the API Rate Limit.",
    10016: "Server error.",
    10018: "Exceeded the IP Rate Limit.",
    10019: "ws trade service is restarting, do not accept new request for the time being.",
    10403: "exceed IP rate limit. 3000 requests per second.",
    10404: "op type is not found, or category is not correct.",
    10429: "System level frequency protection.",
    20001: "Repeat auth",
    20006: "reqId is duplicated",
    33004: "Your api key has expired.",
    110001: "order not exists or too late to cancel",
    110003: "Order price exceeds the allowable range.",
    110007: "ab not enough for new order",
    110008: "The order has been completed or cancelled.",
    110009: "The number of stop orders exceeds the maximum allowable limit.",
    110010: "The order has been cancelled.",
    110013: "Cannot set leverage due to risk limit level.",
    110017: "orderQty will be truncated to zero.",
    110020: "Not allowed to have more than 500 active orders.",
    110024: "You have an existing position, so the position mode cannot be switched.",
    110025: "Position mode is not modified.",
    110028: "You have existing open orders, so the position mode cannot be switched.",
    110043: "Set leverage has not been modified.",
    110064: "Modified order quantity must be greater than the executed quantity.",
    110066: "Trading is currently not allowed.",
    110072: "OrderLinkedID is duplicate",
    110074: "This contract is not live.",
    110079: "The order is processing and can not be operated, please try again later.",
    110092: "expect Rising, but trigger_price[] <= current[]",
    110093: "expect Falling, but trigger_price[] >= current[]",
    110094: "Order does not meet minimum order value",
    110103: "Only Post-Only orders are available at this stage",
    500000: "Internal error",
    3400045: "Set margin mode failed",
}
"""The codes that this venue says by itself. The texts are like the venue's own; clients must go by the code."""


class Refused(Exception):
    """The venue refuses a request.

    Attributes:
        code: The venue's.
        text: What stands beside it.
        status: Of the HTTP answer; 200 for nearly all.
        result: What stands in the answer all the same.
    """

    def __init__(self, code: int, text: str | None = None, *, status: int = 200, result: Json | None = None) -> None:
        self.code = code
        self.text = TEXTS.get(code, "Refused.") if text is None else text
        self.status = status
        self.result: Json = result or {}
        super().__init__(f"{code} {self.text}")


def bad(text: str) -> Refused:
    """A parameter that means nothing, or is not there."""
    return Refused(PARAMETER, text)


def missing(name: str) -> Refused:
    """A parameter that must be there is not, or is empty."""
    return Refused(PARAMETER, f"params error: {name} is required")


def refusal_of(text: str, code: int = 110007) -> Refused:
    """What a fault's text means here: `110007 ab not enough` has its code in it; another text gets a code."""
    first, _, rest = text.partition(" ")
    if first.removeprefix("-").isdigit():
        return Refused(int(first), rest or None)
    return Refused(code, text)
