"""The fills of one order: those told, those that wait, and the venue's own count of them."""

from decimal import Decimal

from batactors.model.facts import FillFact
from batactors.model.ids import FillId
from batactors.model.money import ZERO


class Fills:
    """What is known of an order's fills."""

    def __init__(self) -> None:
        self.told: dict[FillId, tuple[Decimal, Decimal]] = {}
        """Quantity and price of each; kept as long as the order, so that none is told twice."""
        self.sum = ZERO
        """Of the quantities told."""
        self.claimed = ZERO
        """The highest count of what is filled that the venue gave."""
        self.parked: dict[FillId, FillFact] = {}
        """Those above the known quantity, until an amend or a question explains them."""
        self.histories = 0
        """Whole histories that lacked what is missing, asked for when they could no longer trail it."""
        self.told_missing = ZERO
        """How much was told last to be missing."""

    @property
    def missing(self) -> Decimal:
        """What the venue counts beyond the fills that it told; those that wait for an explanation it did tell."""
        waiting = sum((fact.quantity for fact in self.parked.values()), ZERO)
        return max(self.claimed - self.sum - waiting, ZERO)

    def count(self, filled: Decimal | None) -> None:
        """Take in the venue's count; a lower one is merely older."""
        if filled is not None and filled > self.claimed:
            self.claimed = filled

    def add(self, fact: FillFact) -> None:
        """A fill has been told: only from now on is it known."""
        self.sum += fact.quantity
        self.told[fact.fill_id] = (fact.quantity, fact.price)
        self.parked.pop(fact.fill_id, None)

    def add_up(self, sum_of_fills: Decimal) -> bool:
        """Whether fills of this sum are all that the venue counts, as far as we know."""
        return self.claimed <= sum_of_fills
