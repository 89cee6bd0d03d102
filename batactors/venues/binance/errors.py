"""What Binance's codes mean for the thing that was asked (section 9.2), as a table.

A code that is not here is a refusal only where the status says so: to ask costs one call, to guess can cost an order.
"""

from enum import Enum

from attrs import frozen

from batactors.model.commands import Operation
from batactors.model.errors import ErrorKind
from batactors.model.facts import Answer


@frozen
class Meaning:
    """What an error means. ``retriable``: it concerns the moment, and nothing was done."""

    answer: Answer
    kind: ErrorKind
    retriable: bool = False
    post_only: bool = False
    clock: bool = False


class Outcome(Enum):
    """What became of the thing that was asked; each with its meaning in the words of facts."""

    REFUSED = Meaning(Answer.REFUSED, ErrorKind.EXCHANGE_REJECT)
    UNCHANGED = Meaning(Answer.REFUSED, ErrorKind.EXCHANGE_REJECT, retriable=True)
    """An amend for which it is too early: the order is as it was."""
    WOULD_TAKE = Meaning(Answer.REFUSED, ErrorKind.EXCHANGE_REJECT, post_only=True)
    NOT_EXECUTED = Meaning(Answer.REFUSED, ErrorKind.TEMPORARY_UNAVAILABLE, retriable=True)
    """Turned away at the door, whatever it was."""
    UNKNOWN = Meaning(Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION)
    TAKEN = Meaning(Answer.UNCLEAR, ErrorKind.EXCHANGE_REJECT)
    """An open order has this client order id: perhaps this very one, if its frame came twice."""
    NOT_OPEN = Meaning(Answer.NOT_OPEN, ErrorKind.EXCHANGE_REJECT)
    RATE_LIMITED = Meaning(Answer.REFUSED, ErrorKind.RATE_LIMITED, retriable=True)
    CLOCK = Meaning(Answer.REFUSED, ErrorKind.EXCHANGE_REJECT, retriable=True, clock=True)
    """It came outside of its window: our clock is to be measured."""
    KEY = Meaning(Answer.REFUSED, ErrorKind.AUTH_ERROR)
    TOKEN = Meaning(Answer.REFUSED, ErrorKind.AUTH_ERROR, retriable=True)
    FORBIDDEN = Meaning(Answer.REFUSED, ErrorKind.PERMISSION_DENIED)
    OWNER = Meaning(Answer.REFUSED, ErrorKind.COMPLIANCE_REQUIRED)
    NO_SUCH_THING = Meaning(Answer.REFUSED, ErrorKind.UNSUPPORTED)
    DONE = Meaning(Answer.ACCEPTED, ErrorKind.EXCHANGE_REJECT)
    """It was so before."""


_TABLE: dict[Outcome, tuple[int, ...]] = {
    Outcome.UNKNOWN: (-1000, -1001, -1006, -1007, -2012),
    Outcome.NOT_EXECUTED: (-1008,),
    Outcome.RATE_LIMITED: (-1003, -1015),
    Outcome.CLOCK: (-1021, -5028),
    Outcome.KEY: (-1002, -1022, -2014, -2015),
    Outcome.TOKEN: (-1125,),
    Outcome.NO_SUCH_THING: (-1016, -1020, -4120),
    Outcome.TAKEN: (-4116,),
    Outcome.WOULD_TAKE: (-5022,),
    Outcome.UNCHANGED: (-5043,),
    Outcome.FORBIDDEN: (-4087, -4088, -4109, -4192, -4400, -4401),
    Outcome.OWNER: (*range(-4209, -4201), -4402, -4403),
    Outcome.DONE: (-4046, -4059, -4171),
    Outcome.REFUSED: (
        *(-1102, -1106, -1111, -1121, -1128, -1130),
        *(-2010, -2018, -2019, -2020, -2021, -2022, -2023, -2024, -2025, -2026, -2027, -2028),
        *(-4000, -4001, -4002, -4003, -4004, -4005, -4013, -4014, -4015, -4016, -4023, -4024, -4045),
        *(-4047, -4048, -4067, -4068, -4531, -4061, -4118, -4131, -4137, -4138, -4140, -4141, -4142, -4161, -4164),
        *(-5021, -5024, -5025, -5026, -5027, -5029, -5047, -5037, -5038, -5039, -5040, -5041),
    ),
}
OUTCOMES: dict[int, Outcome] = {code: outcome for outcome, codes in _TABLE.items() for code in codes}
PARAMETERS = range(-1199, -1099)  # -11xx: something about a parameter

# Of a command that addresses an order: it is filled, cancelled, was never there, or the venue's reads lag (section 12).
ABSENT = (-2011, -2013)
_ADDRESSING = (Operation.AMEND_ORDER, Operation.CANCEL_ORDER)


def of_code(code: int, operation: Operation | None = None) -> Outcome | None:
    """What a code says by itself; ``None`` if it is not in the table."""
    if code in ABSENT:
        return Outcome.NOT_OPEN if operation in _ADDRESSING else Outcome.UNKNOWN
    if code in PARAMETERS:
        return OUTCOMES.get(code, Outcome.REFUSED)
    return OUTCOMES.get(code)


def outcome_of(status: int, code: int | None, text: str | None, operation: Operation | None = None) -> Outcome:
    """What an answer that is no success means for a command of this operation, or for a question.

    The code counts first, since the text changes, then the text, then the status (section 9).
    """
    outcome = None if code is None else of_code(code, operation)
    if outcome is not None:
        return outcome
    if status in (418, 429):
        return Outcome.RATE_LIMITED
    if status == 403:
        return Outcome.NOT_EXECUTED  # the firewall
    if status == 503 and text == "Service Unavailable.":
        return Outcome.NOT_EXECUTED
    # A gateway answers without a code, and then nobody says how far the request came.
    if 400 <= status < 500 and status != 408 and code is not None:
        return Outcome.REFUSED
    return Outcome.UNKNOWN
