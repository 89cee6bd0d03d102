"""Which of two statements about an order is the newer one, where the venue says when it last changed.

How far a venue's reads trail is known from hearsay, and in heavy markets they trail for longer. Its own time of an
order's last change tells without knowing that.
"""

from datetime import datetime

from batactors.model.facts import OrderFact


class Version:
    """The latest change of one order that was heard of."""

    def __init__(self) -> None:
        self._latest: datetime | None = None

    def is_past(self, fact: OrderFact) -> bool:
        """Whether a statement is from before that change; if not, this is the latest now."""
        if fact.changed_at is None:
            return False
        if self._latest is not None and fact.changed_at < self._latest:
            return True
        self._latest = fact.changed_at
        return False
