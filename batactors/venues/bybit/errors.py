"""What Bybit's codes mean for the thing that was asked (section 10), as a table.

Nearly every refusal comes with the HTTP status 200: the code decides, and the status only where there is no code. What
is in neither table is unknown: to ask costs one call, to guess can cost an order.
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
    clock: bool = False


class Outcome(Enum):
    """What became of the thing that was asked; each with its meaning in the words of facts."""

    REFUSED = Meaning(Answer.REFUSED, ErrorKind.EXCHANGE_REJECT)
    UNCHANGED = Meaning(Answer.REFUSED, ErrorKind.EXCHANGE_REJECT, retriable=True)
    """A change for which it is too early: the order is as it was."""
    UNKNOWN = Meaning(Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION)
    TAKEN = Meaning(Answer.UNCLEAR, ErrorKind.EXCHANGE_REJECT)
    """The venue knows this id already: perhaps of this very request, if its frame came twice."""
    NOT_OPEN = Meaning(Answer.NOT_OPEN, ErrorKind.EXCHANGE_REJECT)
    RATE_LIMITED = Meaning(Answer.REFUSED, ErrorKind.RATE_LIMITED, retriable=True)
    CLOCK = Meaning(Answer.REFUSED, ErrorKind.EXCHANGE_REJECT, retriable=True, clock=True)
    """It came outside of its window: our clock is to be measured."""
    KEY = Meaning(Answer.REFUSED, ErrorKind.AUTH_ERROR)
    FORBIDDEN = Meaning(Answer.REFUSED, ErrorKind.PERMISSION_DENIED)
    OWNER = Meaning(Answer.REFUSED, ErrorKind.COMPLIANCE_REQUIRED)
    NO_SUCH_THING = Meaning(Answer.REFUSED, ErrorKind.UNSUPPORTED)
    DONE = Meaning(Answer.ACCEPTED, ErrorKind.EXCHANGE_REJECT)
    """It was so before."""


_TABLE: dict[Outcome, tuple[int, ...]] = {
    Outcome.UNKNOWN: (-1, 429, 10000, 10016, 10019, 10429, 500000),
    Outcome.TAKEN: (10014, 20006, 110030, 110072),
    Outcome.RATE_LIMITED: (10006, 10018, 10403, 20003),
    Outcome.CLOCK: (10002,),
    Outcome.KEY: (10003, 10004, 33004),
    Outcome.FORBIDDEN: (10005, 10010, 10027, 10028),
    Outcome.OWNER: (10024,),
    Outcome.NO_SUCH_THING: (10404,),
    Outcome.UNCHANGED: (40004, 110079),
    Outcome.DONE: (110025, 110043),
    Outcome.REFUSED: (10001, 10029, 3400045),
}
OUTCOMES: dict[int, Outcome] = {code: outcome for outcome, codes in _TABLE.items() for code in codes}
OF_CONTRACTS = range(110_000, 111_000)
"""Refusals of an order or a setting, each for its reason."""

# Of a command that addresses an order: it is filled, cancelled, not visible yet, or was never there.
NOT_THERE = (110001, 110008, 110010)
_ADDRESSING = (Operation.AMEND_ORDER, Operation.CANCEL_ORDER)

_STATUSES: dict[int, Outcome] = {
    400: Outcome.REFUSED,
    401: Outcome.KEY,
    403: Outcome.RATE_LIMITED,  # the address has asked too much
    404: Outcome.NO_SUCH_THING,
}


def outcome_of(status: int, code: int | None, operation: Operation | None = None) -> Outcome:
    """What an answer that is no success means for a command of this operation, or for a question."""
    if code is None:
        return _STATUSES.get(status, Outcome.UNKNOWN)
    if code in NOT_THERE:
        return Outcome.NOT_OPEN if operation in _ADDRESSING else Outcome.UNKNOWN
    return OUTCOMES.get(code) or (Outcome.REFUSED if code in OF_CONTRACTS else Outcome.UNKNOWN)
