"""Which orders a cancel of all concerns: of which instrument, and of which kind where a venue keeps kinds apart."""

from typing import Protocol

from batactors.core.rules import Rules
from batactors.model.commands import CancelAll
from batactors.model.ids import InstrumentId
from batactors.model.terms import OrderType


class Cancellable(Protocol):
    """What of an order decides; orders of ours, those of others, creates and rows of lists have it alike."""

    @property
    def instrument(self) -> InstrumentId | None: ...

    @property
    def order_type(self) -> OrderType | None: ...


def concerns(cancel: CancelAll, order: Cancellable, rules: Rules) -> bool:
    """Whether a cancel of all takes this order too, if it is open. Of one that is not known well enough, it may."""
    if cancel.instrument is not None and order.instrument not in (None, cancel.instrument):
        return False
    if not rules.keeps_conditional_apart or order.order_type is None:
        return True
    # One that has been triggered goes on among the others, under the type that it has there.
    waits = order.order_type.has_trigger and not getattr(order, "triggered", False)
    return waits is cancel.conditional
