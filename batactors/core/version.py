"""Which of two statements about an order is the newer one, where the venue says when it last changed.

How far a venue's reads trail is known from hearsay, and in heavy markets they trail for longer. Its own time of an
order's last change tells without knowing that. Of two changes in the same moment, the one with less filled came first:
what two sockets tell comes in any order. And a fill's statement only repeats the terms that it found.
"""

from datetime import datetime
from decimal import Decimal

from batactors.model.facts import OrderFact


class Version:
    """The latest change of one order that was heard of."""

    def __init__(self) -> None:
        self._latest: datetime | None = None
        self._filled = Decimal(0)
        """The most that is said to be filled, among the statements of that moment."""

    def know(self, changed_at: datetime | None) -> None:
        """Know again what an earlier life had told."""
        if changed_at is not None and (self._latest is None or changed_at > self._latest):
            self._latest = changed_at

    def is_past(self, fact: OrderFact) -> bool:
        """Whether a statement is from before that change; if not, this is the latest now."""
        if fact.changed_at is None:
            return False
        if fact.changed_at == self._latest:
            filled = self._filled if fact.filled is None else fact.filled
            is_past, self._filled = fact.terms_stand or filled < self._filled, max(filled, self._filled)
            return is_past
        if self._latest is not None and fact.changed_at < self._latest:
            return True
        self._latest, self._filled = fact.changed_at, fact.filled or Decimal(0)
        return False
