"""How often something was not told, and why."""

from collections import Counter

MOST_REASONS = 100
"""Distinct reasons per kind: some quote the venue, and a venue can say anything."""
OTHER = "other"


class Counters(Counter[tuple[str, str]]):
    """Counts by kind and reason.

    The kinds: ``silent`` for a fact about an order that changed nothing or waits, ``parked`` for one that waits to be
    identified, ``dropped`` for one that is not kept, ``answer`` for a response that settled nothing, ``conflict`` for
    ids that contradict each other, ``ignored`` for a frame of a channel that nobody has documented, ``quarantined`` and
    ``gap``.
    """

    def __init__(self) -> None:
        super().__init__()
        self._reasons: Counter[str] = Counter()

    def note(self, kind: str, reason: str) -> None:
        """Count one more."""
        key = (kind, reason)
        if key not in self:
            if self._reasons[kind] >= MOST_REASONS:
                key = (kind, OTHER)
            else:
                self._reasons[kind] += 1
        self[key] += 1
