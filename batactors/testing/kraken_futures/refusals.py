"""The venue's ways to say no: at the door in three shapes, and by the status of an order, inside of a success."""

from typing import Final

from batactors.testing.venue.text import Json

# What a word of a status is called where an order event or orders/status gives a reason.
REASONS: Final[dict[str, str]] = {
    "marketSuspended": "MARKET_SUSPENDED",
    "marketInactive": "MARKET_NOT_FOUND",
    "invalidPrice": "INVALID_PRICE",
    "invalidSize": "INVALID_QUANTITY",
    "insufficientAvailableFunds": "INSUFFICIENT_MARGIN",
    "clientOrderIdAlreadyExist": "CLIENT_ORDER_ID_IN_USE",
    "clientOrderIdTooBig": "CLIENT_ORDER_ID_TOO_LONG",
    "outsidePriceCollar": "PRICE_COLLAR",
    "postWouldExecute": "POST_WOULD_EXECUTE",
    "iocWouldNotExecute": "IOC_WOULD_NOT_EXECUTE",
    "selfFill": "WOULD_EXECUTE_SELF",
    "wouldNotReducePosition": "WOULD_NOT_REDUCE_POSITION",
    "marketIsPostOnly": "MARKET_IS_POST_ONLY",
    "tooManyOrders": "ORDER_LIMIT_EXCEEDED",
    "orderForEditNotFound": "ORDER_FOR_EDIT_NOT_FOUND",
    "notFound": "ORDER_FOR_CANCELLATION_NOT_FOUND",
    "rejectedAfterExecution": "REJECTED_AFTER_EXECUTION",
}


class Refused(Exception):
    """The venue refuses a request at its door; nothing was done.

    Attributes:
        error: The word, or the message of a refusal with a code.
        code: Of the shape with `errors`; None for the shape with one word.
        status: Of HTTP.
    """

    def __init__(self, error: str, *, code: int | None = None, status: int = 200, word: str = "BAD_REQUEST") -> None:
        super().__init__(error)
        self.error = error
        self.code = code
        self.status = status
        self.word = word

    @property
    def body(self) -> Json:
        """The answer's body, without its time."""
        if self.code is None:
            return {"result": "error", "error": self.error}
        return {"status": self.word, "result": "error", "errors": [{"code": self.code, "message": self.error}]}


class Turned(Exception):
    """The venue turns an order or an edit down by its status; the request as such is a success."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status

    @property
    def reason(self) -> str:
        """The same, as an event of an order says it."""
        return REASONS.get(self.status, self.status)


def missing(name: str) -> Refused:
    """A parameter that must be there is not."""
    return Refused(f"Missing argument: {name}", code=10, status=400)


def bad(name: str) -> Refused:
    """A parameter that means nothing."""
    return Refused(f"Argument invalid: {name}", code=11, status=400)


def refusal_of(text: str) -> Refused:
    """What a fault's text means here: `92 INSUFFICIENT_MARGIN` has its code in it; a word is a word."""
    code, _, rest = text.partition(" ")
    if code.isdigit() and rest:
        return Refused(rest, code=int(code), status=500 if code == "92" else 400)
    return Refused(text)
