"""Orders of others that bear our client order id: some venues keep these ids apart among open orders only.

As long as the venue's own id of our order is not known, what it says of that client order id has to be told apart by
what an order is. Which instrument it is for, and which way it trades, never changes. Its quantity and its price may
change, at anybody's wish: they are a reason to ask which order is ours, and tell which of several it is.
"""

from collections.abc import Sequence

from batactors.core.commands import CommandRecord
from batactors.core.continued import ids_of
from batactors.core.ledger import Ledger
from batactors.core.orders import OrderRecord
from batactors.core.proofs import proof_from
from batactors.model.commands import AmendOrder, CreateOrder
from batactors.model.facts import Fact, FillFact, OrderFact
from batactors.model.ids import VenueOrderId


def whose(fact: OrderFact | FillFact, ledger: Ledger) -> OrderRecord | None:
    """The order of ours that a row of a list is about: the venue's id tells, once it is known, or else the client's."""
    book = ledger.book
    order = book.find(fact.client_order_id, fact.venue_order_id)
    if order is None or not (is_anothers(order, fact) or book.conflicts(order, fact.venue_order_id)):
        return order
    _, goes_on_as = ids_of(order, fact, ledger.rules)
    may_be_its = goes_on_as is not None and not order.goes_on
    return order if may_be_its else book.find(None, fact.venue_order_id)


def is_anothers(order: OrderRecord, fact: OrderFact | FillFact) -> bool:
    """Whether a statement that finds our order by its client order id cannot be about it."""
    if order.venue_order_id is not None:
        return False  # that tells
    return fact.side not in (None, order.side) or fact.instrument not in (None, order.instrument)


def may_be_anothers(order: OrderRecord, fact: OrderFact | FillFact, ledger: Ledger) -> bool:
    """Whether it is of terms that we never asked for, at a venue where the id may be another order's by now."""
    return ledger.rules.ids_return and order.venue_order_id is None and not _has_our_terms(order, fact, ledger)


def is_of_a_forgotten_one(fact: OrderFact | FillFact, ledger: Ledger) -> bool:
    """Whether it is about an order of ours that has ended and is forgotten: where ids return, the venue's id tells."""
    told_by_number = ledger.rules.ids_return and fact.venue_order_id is not None
    return ledger.book.is_bygone(None if told_by_number else fact.client_order_id, fact.venue_order_id)


def ours_among(facts: Sequence[Fact], order: OrderRecord, asked_at: float, ledger: Ledger) -> VenueOrderId | None:
    """Which of the orders that one look shows is ours, if their terms tell.

    Venues find the youngest order of an id, or one that is open; that which has ended is found in a list, if at all. If
    there is but one, of terms that we never asked for, it is ours, changed by somebody else, once ours would be shown.
    """
    if order.venue_order_id is not None:
        return None
    fits: dict[VenueOrderId, bool] = {}
    for fact in facts:
        if not isinstance(fact, OrderFact) or fact.venue_order_id is None or is_anothers(order, fact):
            continue
        if ledger.book.find(fact.client_order_id, fact.venue_order_id) is order:
            fits[fact.venue_order_id] = fits.get(fact.venue_order_id, True) and _has_our_terms(order, fact, ledger)
    fitting = [one for one, fit in fits.items() if fit]
    if len(fitting) == 1:
        return fitting[0]
    return next(iter(fits)) if len(fits) == 1 and _is_shown(order, asked_at, ledger) else None


def _is_shown(order: OrderRecord, asked_at: float, ledger: Ledger) -> bool:
    """Whether a look of then shows our order, if it ever was."""
    create, rules = _create(order, ledger), ledger.rules
    return create is None or create.left_at is None or asked_at >= proof_from(create, rules) + rules.read_lag


def _has_our_terms(order: OrderRecord, fact: OrderFact | FillFact, ledger: Ledger) -> bool:
    """Whether these are terms that we asked for: when we made it, or since."""
    create, amends = _create(order, ledger), ledger.desk.amends_of(order.client_order_id)
    if create is None:
        return True
    asked = [one.command for one in (create, *amends) if isinstance(one.command, CreateOrder | AmendOrder)]
    quantity, price = (fact.total, None) if isinstance(fact, FillFact) else (fact.quantity, fact.price)
    if quantity is not None and quantity not in [one.quantity for one in asked]:
        return False
    return price is None or not order.order_type.has_price or price in [one.price for one in asked]


def _create(order: OrderRecord, ledger: Ledger) -> CommandRecord | None:
    return ledger.desk.commands.get(order.create_command_id)
