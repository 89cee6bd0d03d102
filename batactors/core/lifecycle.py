"""Which state follows from which statement. A pair that is not here is a doubt."""

from collections.abc import Mapping

from batactors.model.facts import Says
from batactors.model.terms import OrderState as State

FILL = "fill"
"""One fill was told; ``Says.FILLED`` is the status that says there will be no more."""

Statement = Says | str

ENDS = (Says.FILLED, Says.CANCELED, Says.EXPIRED)
"""Said of an order that does not work any more."""
WORKS = (Says.PENDING, Says.OPEN, Says.UPDATED, Says.TRIGGERED)
"""Said of an order that works, or is about to."""

_ALIVE: Mapping[Statement, State] = {
    Says.FILLED: State.FILLED,
    Says.CANCELED: State.CANCELED,
    Says.EXPIRED: State.EXPIRED,
    FILL: State.PARTIALLY_FILLED,
}

# An order that was refused, or proved absent, and shows signs of life after all: it is revived, and told as late.
_REVIVED: Mapping[Statement, State] = {
    **_ALIVE,
    Says.OPEN: State.ACCEPTED,
    Says.UPDATED: State.ACCEPTED,
    Says.TRIGGERED: State.TRIGGERED,
}

TRANSITIONS: Mapping[State, Mapping[Statement, State]] = {
    State.SUBMITTED: {
        **_ALIVE,
        Says.PENDING: State.SUBMITTED,  # validated by the venue, not yet in its book
        Says.OPEN: State.ACCEPTED,
        Says.UPDATED: State.ACCEPTED,  # amended before we heard that it was accepted
        Says.TRIGGERED: State.TRIGGERED,
        Says.REFUSED: State.REJECTED,
    },
    State.ACCEPTED: {
        **_ALIVE,
        Says.PENDING: State.ACCEPTED,  # overtaken on its way
        Says.OPEN: State.ACCEPTED,
        Says.UPDATED: State.ACCEPTED,
        Says.TRIGGERED: State.TRIGGERED,
    },
    State.TRIGGERED: {
        **_ALIVE,
        Says.PENDING: State.TRIGGERED,
        Says.OPEN: State.TRIGGERED,
        Says.UPDATED: State.TRIGGERED,
        Says.TRIGGERED: State.TRIGGERED,  # venues repeat it
    },
    State.PARTIALLY_FILLED: {
        **_ALIVE,
        Says.PENDING: State.PARTIALLY_FILLED,
        Says.OPEN: State.PARTIALLY_FILLED,  # a late ack takes nothing back
        Says.UPDATED: State.PARTIALLY_FILLED,
        Says.TRIGGERED: State.PARTIALLY_FILLED,
    },
    State.FILLED: {
        FILL: State.FILLED,  # kept, and cause for alarm
        Says.PENDING: State.FILLED,
        Says.OPEN: State.FILLED,  # overtaken on its way
        Says.UPDATED: State.FILLED,
        Says.TRIGGERED: State.FILLED,
        Says.FILLED: State.FILLED,
    },
    State.CANCELED: {
        FILL: State.CANCELED,  # traded before the cancel, told after it
        Says.PENDING: State.CANCELED,
        Says.OPEN: State.CANCELED,
        Says.UPDATED: State.CANCELED,
        Says.TRIGGERED: State.CANCELED,
        Says.CANCELED: State.CANCELED,
        Says.EXPIRED: State.CANCELED,  # venues use both words for the rest of an IOC order
    },
    State.EXPIRED: {
        FILL: State.EXPIRED,
        Says.PENDING: State.EXPIRED,
        Says.OPEN: State.EXPIRED,
        Says.UPDATED: State.EXPIRED,
        Says.TRIGGERED: State.EXPIRED,
        Says.CANCELED: State.EXPIRED,
        Says.EXPIRED: State.EXPIRED,
    },
    State.REJECTED: {
        **_REVIVED,
        Says.PENDING: State.REJECTED,
        Says.REFUSED: State.REJECTED,
        Says.CANCELED: State.REJECTED,  # the stream's word for what the answer called a refusal
    },
    State.NOT_EXECUTED: {
        **_REVIVED,
        Says.PENDING: State.SUBMITTED,
        Says.REFUSED: State.NOT_EXECUTED,
    },
}
