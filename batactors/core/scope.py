"""Which orders a cancel of a part of an account is about: those of one instrument, of one side, of both, or all."""

from collections.abc import Iterable

from attrs import frozen

from batactors.core.book import Book
from batactors.core.ledger import Ledger
from batactors.core.lifecycle import ENDS
from batactors.core.namesakes import whose
from batactors.core.orders import OrderRecord
from batactors.model.facts import Fact, OrderFact, QuarantineFact
from batactors.model.ids import InstrumentId, VenueOrderId
from batactors.model.terms import Side


@frozen(kw_only=True)
class Listed:
    """What the venue's list of open orders says about orders that are not known to work.

    Attributes:
        matching: Those of the scope.
        unclear: Those that could not be read so far that it is known, by whatever is known of them.
    """

    matching: tuple[OrderFact, ...]
    unclear: tuple[str, ...]


@frozen(kw_only=True)
class Scope:
    """Orders of this instrument and side; ``None`` is any."""

    instrument: InstrumentId | None = None
    side: Side | None = None

    def has(self, instrument: InstrumentId | None, side: Side | None) -> bool | None:
        """Whether such an order belongs to it; ``None`` if too little is known of it."""
        pairs = ((self.instrument, instrument), (self.side, side))
        if any(None not in pair and pair[0] != pair[1] for pair in pairs):
            return False
        return None if any(want is not None and have is None for want, have in pairs) else True

    def ours(self, book: Book) -> list[OrderRecord]:
        """The orders of ours in it that work, or may: also those whose create has not been answered."""
        return [order for order in book.working() if self.has(order.instrument, order.side)]

    def others(self, facts: Iterable[Fact], ledger: Ledger) -> Listed:
        """What is in it of a list of open orders, without those that we sent and that are known to work.

        Adopted orders are told: one may have been a stranger's when the venue was asked.
        """
        matching: dict[VenueOrderId | None, OrderFact] = {}
        unclear: dict[str, None] = {}
        for fact in facts:
            if isinstance(fact, QuarantineFact):
                unclear[fact.venue_order_id or "one without an id"] = None
            if not isinstance(fact, OrderFact) or fact.says in ENDS:
                continue
            ours = whose(fact, ledger)
            if ours is not None and not ours.adopted and not ours.state.is_closed:
                continue
            belongs = self.has(fact.instrument, fact.side)
            if belongs:
                matching[fact.venue_order_id] = fact
            elif belongs is None:
                unclear[fact.venue_order_id or "one without an id"] = None
        return Listed(matching=tuple(matching.values()), unclear=tuple(unclear))

    def __str__(self) -> str:
        words = ["open", self.side, "orders", self.instrument and f"in {self.instrument}"]
        return " ".join(word for word in words if word)
