"""Which of a venue's ids are those of an order that waited for its trigger, and goes on under another id since."""

from batactors.core.record import Record
from batactors.core.rules import Rules
from batactors.model.facts import FillFact, OrderFact
from batactors.model.ids import VenueOrderId

Ids = tuple[VenueOrderId | None, VenueOrderId | None]


def ids_of(order: Record, fact: OrderFact | FillFact, rules: Rules) -> Ids:
    """The id under which the order waited, and the one under which it goes on, as far as a fact tells.

    The venue may say what an order became. Where it keeps orders that wait apart, or may rename them, an order's type
    tells too: what bears our client order id, and waits for no trigger as ours did, is what came of it.
    """
    if isinstance(fact, OrderFact) and fact.becomes is not None:
        return fact.venue_order_id, fact.becomes
    named = fact.venue_order_id
    if named is None or named == order.venue_order_id:
        return None, None
    if named == order.waited_as:
        return named, None
    if not ((rules.keeps_conditional_apart or rules.renames_triggered) and order.order_type.has_trigger):
        return None, None
    if isinstance(fact, FillFact):
        return None, named  # what waits has no fills
    if fact.order_type is None:
        # An end that names its order by ids alone: ours is known by another, so that this is what came of it.
        is_child = rules.renames_triggered and order.venue_order_id is not None and not order.goes_on
        return None, named if is_child else None
    return (named, None) if fact.order_type.has_trigger else (None, named)
