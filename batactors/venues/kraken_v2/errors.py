"""What Kraken's error strings mean for the thing that was asked (section 12), as a table.

A string that is not here is ``UNCLEAR`` for a command: to ask costs one call, to guess can cost an order.
"""

from attrs import evolve, frozen

from batactors.model.commands import Operation
from batactors.model.errors import (
    ERRORS,
    AuthError,
    BatactorsError,
    ErrorKind,
    ExchangeReject,
    PermissionDenied,
    RateLimited,
    TemporaryUnavailable,
)
from batactors.model.facts import Answer


@frozen
class Meaning:
    """What an error means. ``retriable``: it concerns the moment, and nothing was done."""

    answer: Answer
    kind: ErrorKind
    retriable: bool = False
    post_only: bool = False


_REFUSED = Meaning(Answer.REFUSED, ErrorKind.EXCHANGE_REJECT)
_NOT_NOW = Meaning(Answer.REFUSED, ErrorKind.TEMPORARY_UNAVAILABLE, retriable=True)
_TOO_MANY = Meaning(Answer.REFUSED, ErrorKind.RATE_LIMITED, retriable=True)
_KEY = Meaning(Answer.REFUSED, ErrorKind.AUTH_ERROR)
_TOKEN = Meaning(Answer.REFUSED, ErrorKind.AUTH_ERROR, retriable=True)
_FORBIDDEN = Meaning(Answer.REFUSED, ErrorKind.PERMISSION_DENIED)
_NO_SUCH_THING = Meaning(Answer.REFUSED, ErrorKind.UNSUPPORTED)
_OWNER = Meaning(Answer.REFUSED, ErrorKind.COMPLIANCE_REQUIRED)
_UNCLEAR = Meaning(Answer.UNCLEAR, ErrorKind.EXCHANGE_REJECT)
_DOWN = Meaning(Answer.UNCLEAR, ErrorKind.TEMPORARY_UNAVAILABLE)

# A key is the whole string, or all of it up to a colon, a space or a bracket; the longest that fits counts.
_TABLE: dict[Meaning, tuple[str, ...]] = {
    _KEY: ("EAPI:Invalid key", "EAPI:Invalid signature", "EAuth"),
    _TOKEN: ("EAPI:Invalid nonce", "EAPI:Invalid token", "ESession:Invalid session"),
    _FORBIDDEN: ("EGeneral:Permission denied", "ETrade:Locked", "ETrade:User Locked"),
    _OWNER: ("EBM:limit exceeded:CAL",),
    _TOO_MANY: (
        "EAPI:Rate limit exceeded",
        "EGeneral:Too many requests",
        "EGeneral:Temporary lockout",
        "EService:Throttled",
        "EOrder:Rate limit exceeded",
        "EOrder:Domain rate limit exceeded",
        "Exceeded msg rate",
    ),
    _NO_SUCH_THING: (
        "EAPI:Feature disabled",
        "EGeneral:Unknown method",
        "Subscription name invalid",
        "Unsupported field",
        "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com",
        "Public market data subscriptions are unavailable on this endpoint. Try ws.kraken.com",
    ),
    _NOT_NOW: ("EService:Market in", "EOrder:Orders limit exceeded", "EOrder:Scheduled orders limit exceeded"),
    evolve(_REFUSED, post_only=True): ("EOrder:Post only order",),
    _REFUSED: (
        "EAPI:Bad request",
        "EGeneral:Invalid arguments",
        "EGeneral:Invalid timeout argument",
        "EQuery:Unknown asset pair",
        "Currency pair not supported",
        "Symbol(s) not found",
        "Price(s) not found",
        "Limit_price(s) not found",
        "Malformed request",
        "EOrder:Insufficient funds",
        "EOrder:Insufficient margin",
        "EOrder:Insufficient initial margin",
        "EOrder:Order minimum not met",
        "EOrder:Cost minimum not met",
        "EOrder:Tick size check failed",
        "EOrder:Invalid price",
        "EOrder:Positions limit exceeded",
        "EOrder:Margin allowance exceeded",
        "EOrder:Margin level too low",
        "EOrder:Margin position size exceeded",
        "EOrder:Not enough leaves qty",
        "EOrder:Cannot open position",
        "EOrder:Cannot open opposing position",
        "EOrder:Reduce only:Non-PC",
        "EOrder:Reduce only:No position exists",
        "EOrder:Unknown position",
    ),
    _UNCLEAR: (
        "EOrder:Reduce only:Position is closed",  # its text adds that a part was executed
        # An open order has this id: perhaps this very one, if its frame came twice. Unverified text.
        "EOrder:cl_ord_id already in use",
    ),
    _DOWN: (
        "EService:Unavailable",
        "EService:Busy",
        "EService:Timeout",
        "EService:Deadline elapsed",  # meant as "not executed"; asking is cheap
        "EGeneral:Internal error",
        "EDatabase:Internal error",
    ),
}
MEANINGS: dict[str, Meaning] = {prefix: meaning for meaning, prefixes in _TABLE.items() for prefix in prefixes}

# Of a command that addresses an order: it is filled, cancelled, being cancelled, or was never there.
_GONE = Meaning(Answer.NOT_OPEN, ErrorKind.EXCHANGE_REJECT)
ADDRESSED: dict[str, Meaning] = {
    "EOrder:Invalid order": _GONE,
    "EOrder:Unknown order": _GONE,
    "EOrder:Order not editable": _GONE,
    "EOrder:No amendable parameters specified": _GONE,
    "EOrder:Cancel pending": _GONE,
}
_OF_OPERATION: dict[Operation | None, dict[str, Meaning]] = {
    Operation.AMEND_ORDER: ADDRESSED,
    Operation.CANCEL_ORDER: ADDRESSED | {"EOrder:Cancel pending": Meaning(Answer.ACCEPTED, ErrorKind.EXCHANGE_REJECT)},
}


_LEAVES_OPEN = (Answer.UNCLEAR, Answer.NOT_OPEN, Answer.ACCEPTED, Answer.REFUSED)
"""What leaves most open first."""


def meaning_of(error: str, operation: Operation | None = None) -> Meaning:
    """What an error string means for a command of this operation, or for a question."""
    for table in (_OF_OPERATION.get(operation, {}), MEANINGS):
        fitting = [prefix for prefix in table if _begins(error, prefix)]
        if fitting:
            return table[max(fitting, key=len)]
    return _DOWN if error.startswith(("EService", "EGeneral", "EDatabase")) else _UNCLEAR


def worst_of(errors: list[str], operation: Operation | None = None) -> tuple[str, Meaning]:
    """Of several errors in one response, the one that leaves most open."""
    meanings = [(error, meaning_of(error, operation)) for error in errors]
    return min(meanings, key=lambda pair: _LEAVES_OPEN.index(pair[1].answer))


def question_error(errors: list[str], venue: str) -> BatactorsError:
    """What a question raises when the venue answered it with these errors."""
    error, meaning = worst_of(errors)
    kind = ERRORS[meaning.kind]
    if not issubclass(kind, AuthError | PermissionDenied | RateLimited | TemporaryUnavailable):
        kind = ExchangeReject
    retriable = meaning.retriable or kind is TemporaryUnavailable
    return kind(f"Kraken answered {'; '.join(errors)}", venue=venue, native_code=error, retriable=retriable)


def status_error(status: int, venue: str) -> BatactorsError:
    """What a question raises when it was answered with an HTTP status other than 200: nothing was learned."""
    kind = RateLimited if status == 429 else TemporaryUnavailable
    return kind(f"Kraken answered with HTTP status {status}", venue=venue, native_code=f"HTTP {status}", retriable=True)


def _begins(error: str, prefix: str) -> bool:
    return error.startswith(prefix) and error[len(prefix) : len(prefix) + 1] in ("", ":", " ", "(")
