"""The venue's way to say no: one exception with code, text and HTTP status, and the codes with what they mean."""

from typing import Final

from batactors.testing.venue.text import Json

# The HTTP status of a code, where it is not 400.
STATUSES: Final[dict[int, int]] = {
    -1000: 503,  # unverified: the sheet says only that the outcome is unknown
    -1001: 503,
    -1003: 429,
    -1006: 503,
    -1007: 408,
    -1008: 503,
    -1015: 429,
    -2014: 401,
    -2015: 401,
}

TEXTS: Final[dict[int, str]] = {
    -1000: "An unknown error occurred while processing the request.",
    -1001: "Internal error; unable to process your request. Please try again.",
    -1002: "You are not authorized to execute this request.",
    -1003: "Too many requests; current limit is 2400 requests per minute.",
    -1006: "An unexpected response was received from the message bus. Execution status unknown.",
    -1007: "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
    -1008: "Request throttled by system-level protection. Reduce-only/close-position orders are exempt.",
    -1015: "Too many new orders; current limit is 300 orders per TEN_SECONDS.",
    -1021: "Timestamp for this request is outside of the recvWindow.",
    -1022: "Signature for this request is not valid.",
    -1102: "Mandatory parameter was not sent, was empty/null, or malformed.",
    -1106: "A parameter was sent when not required.",
    -1111: "Precision is over the maximum defined for this asset.",
    -1115: "Invalid timeInForce.",
    -1116: "Invalid orderType.",
    -1117: "Invalid side.",
    -1121: "Invalid symbol.",
    -1125: "This listenKey does not exist.",
    -1128: "Combination of optional parameters invalid.",
    -1130: "Invalid data sent for a parameter.",
    -2010: "Order would be rejected.",
    -2011: "Unknown order sent.",
    -2013: "Order does not exist.",
    -2014: "API-key format invalid.",
    -2015: "Invalid API-key, IP, or permissions for action.",
    -2019: "Margin is insufficient.",
    -2021: "Order would immediately trigger.",
    -2022: "ReduceOnly Order is rejected.",
    -2025: "Reach max open order limit.",
    -4001: "Price less than 0.",
    -4002: "Price greater than max price.",
    -4003: "Quantity less than or equal to zero.",
    -4004: "Quantity less than min quantity.",
    -4005: "Quantity greater than max quantity.",
    -4013: "Price less than min price.",
    -4014: "Price not increased by tick size.",
    -4015: "Client order id is not valid.",
    -4016: "Price is higher than mark price multiplier cap.",
    -4023: "Qty not increased by step size.",
    -4024: "Price is lower than mark price multiplier floor.",
    -4028: "Leverage is not valid.",
    -4045: "Reach max stop order limit.",
    -4046: "No need to change margin type.",
    -4047: "Margin type cannot be changed if there exists open orders.",
    -4048: "Margin type cannot be changed if there exists position.",
    -4059: "No need to change position side.",
    -4061: "Order's position side does not match user's setting.",
    -4067: "Position side cannot be changed if there exists open orders.",
    -4068: "Position side cannot be changed if there exists position.",
    -4116: "ClientOrderId is duplicated.",
    -4120: "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.",
    -4131: "The counterparty's best price does not meet the PERCENT_PRICE filter limit.",
    -4137: "Quantity must be zero with closePosition equals true.",
    -4138: "Reduce only must be true with closePosition equals true.",
    -4164: "Order's notional must be no smaller than the minimum (unless you choose reduce only).",
    -5021: "Due to the order could not be filled immediately, the FOK order has been rejected.",
    -5022: "Due to the order could not be executed as maker, the Post Only order will be rejected.",
    -5024: "Symbol is not in trading status. Order amendment is not permitted.",
    -5025: "Only limit order is supported.",
    -5026: "Exceed maximum modify order limit.",
    -5027: "No need to modify the order.",
    -5028: "Timestamp for this request is outside of the ME recvWindow.",
    -5029: "Order's notional must be no smaller than the minimum.",
    -5037: "Invalid price match.",
    -5038: "Price match only supports order type: LIMIT, STOP AND TAKE_PROFIT.",
    -5039: "Invalid self trade prevention mode.",
    -5040: "The goodTillDate timestamp must be greater than the current time plus 600 seconds.",
    -5041: "No depth matches this BBO order.",
    -5043: "A pending modification already exists for this order.",
    -5047: "The order is not a reduce only order.",
}
"""The codes that this venue says by itself. The texts are like the venue's own; clients must go by the code."""


class Refused(Exception):
    """The venue refuses a request.

    Attributes:
        code: The venue's; None for a body without one.
        text: What stands beside it.
        status: Of the HTTP answer, and of the WS API's.
        headers: On top of the usual ones.
    """

    def __init__(
        self, code: int | None, text: str | None = None, *, status: int | None = None, headers: Json | None = None
    ) -> None:
        self.code = code
        self.text = TEXTS.get(code or 0, "Refused.") if text is None else text
        self.status = STATUSES.get(code or 0, 400) if status is None else status
        self.headers: dict[str, str] = headers or {}
        super().__init__(f"{code} {self.text}")

    @property
    def body(self) -> Json:
        """The answer's body, or the WS API's `error`."""
        return {"msg": self.text} if self.code is None else {"code": self.code, "msg": self.text}

    @property
    def error(self) -> str:
        """Code and text in one, as the ledger keeps them."""
        return f"{self.code} {self.text}"


def missing(name: str) -> Refused:
    """A parameter that must be there is not, or is empty."""
    return Refused(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


def unwanted(name: str) -> Refused:
    """A parameter that must not be there."""
    return Refused(-1106, f"Parameter '{name}' sent when not required.")


def bad(name: str) -> Refused:
    """A parameter that means nothing."""
    return Refused(-1130, f"Data sent for parameter '{name}' is not valid.")


def refusal_of(text: str, status: int | None = None) -> Refused:
    """What a fault's text means here: `-2019 Margin is insufficient.` has its code in it; another is a bare refusal."""
    code, _, rest = text.partition(" ")
    if code.removeprefix("-").isdigit():
        return Refused(int(code), rest or None, status=status)
    return Refused(-2010, text, status=status)
