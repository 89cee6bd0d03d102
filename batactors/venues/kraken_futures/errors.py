"""What the venue's words mean for the thing that was asked (sections 3.1, 3.2 and 10), as a table.

A word that is not here is ``UNCLEAR`` for a command: to ask costs one call, to guess can cost an order.
"""

from enum import Enum

from attrs import frozen

from batactors.model.commands import Operation
from batactors.model.errors import ErrorKind
from batactors.model.facts import Answer


@frozen
class Meaning:
    """What a word means. ``retriable``: it concerns the moment, and nothing was done."""

    answer: Answer
    kind: ErrorKind
    retriable: bool = False
    post_only: bool = False
    clock: bool = False


class Outcome(Enum):
    """What became of the thing that was asked; each with its meaning in the words of facts."""

    DONE = Meaning(Answer.ACCEPTED, ErrorKind.UNKNOWN_EXECUTION)
    REFUSED = Meaning(Answer.REFUSED, ErrorKind.EXCHANGE_REJECT)
    WOULD_TAKE = Meaning(Answer.REFUSED, ErrorKind.EXCHANGE_REJECT, post_only=True)
    NOT_NOW = Meaning(Answer.REFUSED, ErrorKind.TEMPORARY_UNAVAILABLE, retriable=True)
    RATE_LIMITED = Meaning(Answer.REFUSED, ErrorKind.RATE_LIMITED, retriable=True)
    CLOCK = Meaning(Answer.REFUSED, ErrorKind.EXCHANGE_REJECT, retriable=True, clock=True)
    """It came after its ``processBefore``: our clock is to be measured."""
    NONCE = Meaning(Answer.REFUSED, ErrorKind.EXCHANGE_REJECT, retriable=True)
    KEY = Meaning(Answer.REFUSED, ErrorKind.AUTH_ERROR)
    FORBIDDEN = Meaning(Answer.REFUSED, ErrorKind.PERMISSION_DENIED)
    NO_SUCH_THING = Meaning(Answer.REFUSED, ErrorKind.UNSUPPORTED)
    NOT_OPEN = Meaning(Answer.NOT_OPEN, ErrorKind.EXCHANGE_REJECT)
    TAKEN = Meaning(Answer.UNCLEAR, ErrorKind.EXCHANGE_REJECT)
    """An order has this client order id: perhaps this very one."""
    UNKNOWN = Meaning(Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION)


# `sendStatus.status`, `editStatus.status`, `cancelStatus.status` and those of a batch's rows.
_STATUS: dict[Outcome, tuple[str, ...]] = {
    Outcome.NOT_NOW: ("marketSuspended", "marketInactive", "marketIsPostOnly", "tooManyOrders", "tooManySmallOrders"),
    Outcome.WOULD_TAKE: ("postWouldExecute",),
    Outcome.CLOCK: ("wouldProcessAfterSpecifiedTime",),
    Outcome.TAKEN: ("clientOrderIdAlreadyExist",),
    Outcome.NOT_OPEN: ("notFound", "orderForEditNotFound"),
    Outcome.REFUSED: (
        *("invalidPrice", "invalidSize", "invalidOrderType", "invalidSide", "insufficientAvailableFunds"),
        *("wouldCauseLiquidation", "clientOrderIdTooBig", "clientOrderIdTooLong", "clientOrderIdInvalid"),
        *("maxPositionViolation", "outsidePriceCollar", "wouldIncreasePriceDislocation", "orderForEditNotAStop"),
        *("iocWouldNotExecute", "selfFill", "wouldNotReducePosition", "fixedLeverageTooHigh"),
        *("cannotEditTriggerPriceOfTrailingStop", "cannotEditLimitPriceOfTrailingStop"),
    ),
}
STATUS: dict[str, Outcome] = {word: outcome for outcome, words in _STATUS.items() for word in words}

# `error`, and `errors[].message`, of an answer that is no success.
_ERRORS: dict[Outcome, tuple[str, ...]] = {
    Outcome.KEY: ("authenticationError",),
    Outcome.RATE_LIMITED: ("apiLimitExceeded",),
    Outcome.NONCE: ("nonceBelowThreshold", "nonceDuplicate"),
    Outcome.FORBIDDEN: ("accountInactive", "invalidAccount"),
    Outcome.NO_SUCH_THING: ("notFound", "NOT_FOUND", "404 NOT_FOUND"),
    Outcome.NOT_NOW: ("marketUnavailable",),
    Outcome.REFUSED: (
        *("invalidArgument", "requiredArgumentMissing", "invalidAmount", "invalidUnit", "Json Parse Error"),
        *("contractNotFound", "INSUFFICIENT_MARGIN", "insufficientFunds"),
    ),
    Outcome.UNKNOWN: ("Server Error", "Unavailable", "unknownError"),
}
ERRORS: dict[str, Outcome] = {word: outcome for outcome, words in _ERRORS.items() for word in words}

# `reason` of a REJECT row, and `error` of orders/status, where it says more than that the order was refused.
POST_ONLY = ("POST_WOULD_EXECUTE", "POST_WOULD_EXECUTE_REASON")


# The statuses that say that a command was done; an edit that crosses is "filled", and so is a create that takes.
DONE: dict[Operation, tuple[str, ...]] = {
    Operation.CREATE_ORDER: ("placed", "partiallyFilled", "filled"),
    Operation.AMEND_ORDER: ("edited", "placed", "partiallyFilled", "filled"),
    Operation.CANCEL_ORDER: ("cancelled",),
    Operation.CANCEL_ALL: ("cancelled", "noOrdersToCancel"),
}


def of_status(word: str | None, operation: Operation) -> Outcome:
    """What the status of a command, or of one row of a batch, says."""
    if word in DONE.get(operation, ()):
        return Outcome.DONE
    if operation is Operation.CANCEL_ORDER and word == "filled":
        return Outcome.NOT_OPEN
    outcome = STATUS.get(word or "", Outcome.UNKNOWN)
    if outcome is Outcome.NOT_OPEN and operation is Operation.CREATE_ORDER:
        return Outcome.UNKNOWN
    return outcome


def of_error(http: int, word: str | None, *, has_code: bool = False) -> Outcome:
    """What an answer that is no success says; ``has_code`` if it lists errors with codes."""
    # "Argument invalid: symbol" and the like add what they are about.
    known = ERRORS.get(word or "") or ERRORS.get((word or "").partition(":")[0].strip())
    if known is not None:
        return known
    if http == 429:
        return Outcome.RATE_LIMITED
    return Outcome.REFUSED if has_code and 400 <= http < 500 and http != 408 else Outcome.UNKNOWN
