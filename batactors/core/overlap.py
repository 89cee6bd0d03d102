"""What sockets that overlap tell: one thing twice, and an older thing after a newer one.

Where a socket gives way to another before the venue cuts it, both tell of the account for a while, each at its own
pace. Fills are known by their ids. A statement of an order's terms has none: what it says counts unless it was told
before, or is of an earlier time than one that was.
"""

from collections import deque
from datetime import datetime
from enum import Enum, auto

from batactors.model.facts import OrderFact

MOST = 8
"""Statements of one order that are known again. Of one told twice beyond that the venue is asked, no more."""


class Place(Enum):
    """Where a statement stands among those told before."""

    NEXT = auto()
    AGAIN = auto()
    LATE = auto()


class Statements:
    """What was told live of one order, the last of it."""

    def __init__(self) -> None:
        self._told: deque[OrderFact] = deque(maxlen=MOST)
        self._latest: datetime | None = None

    def place(self, fact: OrderFact) -> Place:
        """Where this one stands; it counts as told from now on."""
        if fact.occurred_at is None:
            return Place.NEXT
        if fact in self._told:
            return Place.AGAIN
        self._told.append(fact)
        if self._latest is not None and fact.occurred_at < self._latest:
            return Place.LATE
        self._latest = fact.occurred_at
        return Place.NEXT
