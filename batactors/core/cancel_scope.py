"""Which orders a cancel of all concerns: of which instrument, and of which kind where a venue keeps kinds apart."""

from typing import Protocol

from batactors.core.rules import Rules
from batactors.model.commands import CancelAll
from batactors.model.ids import InstrumentId
from batactors.model.questions import Target
from batactors.model.terms import OrderType


class Cancellable(Protocol):
    """What of an order decides; orders of ours, those of others, creates and rows of lists have it alike."""

    @property
    def instrument(self) -> InstrumentId | None: ...

    @property
    def order_type(self) -> OrderType | None: ...


def concerns(cancel: CancelAll, order: Cancellable, rules: Rules) -> bool:
    """Whether a cancel of all takes this order too, if it is open. Of one that is not known well enough, it may."""
    return is_listed_in(list_of(cancel, apart=rules.keeps_conditional_apart), order)


def list_of(cancel: CancelAll, *, apart: bool) -> Target:
    """The list of open orders that shows what became of it. ``apart``: those that wait for a trigger have their own."""
    return Target(instrument=cancel.instrument, conditional=cancel.conditional if apart else None)


def is_listed_in(target: Target, order: Cancellable) -> bool:
    """Whether a list would have this order while it is open, as far as is known of it."""
    if order.order_type is None:
        return is_in(target, order.instrument, None)
    # One that has been triggered goes on among the others, under the type that it has there.
    return is_in(target, order.instrument, bool(getattr(order, "waits", order.order_type.has_trigger)))


def is_in(target: Target, instrument: InstrumentId | None, waits: bool | None) -> bool:
    """Whether a list would have an order of this instrument that waits for a trigger or not, or perhaps (``None``)."""
    pairs = ((target.instrument, instrument), (target.conditional, waits))
    return all(None in pair or pair[0] == pair[1] for pair in pairs)
