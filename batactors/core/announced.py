"""Fills that were told ahead, and not yet in full."""

from datetime import datetime
from math import inf

from batactors.core.news import News
from batactors.model.ids import FillId

SOON = 2.0
"""Seconds within which a fill that was told ahead comes in full; else all fills are asked for."""
MOST_ANNOUNCED = 1000
"""So many at once mean that none comes in full; asking for fills tells them all, whichever they are."""


class Announced:
    """Those that are to be asked for, if they do not come in full soon."""

    def __init__(self) -> None:
        self._waiting: dict[FillId, News] = {}
        self.raised = 0
        """How many there were."""

    @property
    def due(self) -> float:
        """When to ask for fills, on trio's clock."""
        return next((news.at for news in self._waiting.values()), inf) + SOON  # the first is the oldest

    def add(self, fill_id: FillId, news: News) -> None:
        """One was told ahead."""
        if fill_id not in self._waiting and len(self._waiting) < MOST_ANNOUNCED:
            self._waiting[fill_id] = news
            self.raised += 1

    def drop(self, fill_id: FillId) -> None:
        """It was told in full."""
        self._waiting.pop(fill_id, None)

    def lapse(self, since: datetime, as_of: float) -> int:
        """All fills from then on were told, as they were at this time of trio's clock: forget those not among them.

        How many those are. Nothing is lost by it: if they were made, the venue's counts say so.
        """
        gone = [fill_id for fill_id, news in self._waiting.items() if since <= news.on and news.at <= as_of]
        for fill_id in gone:
            del self._waiting[fill_id]
        return len(gone)

    def sizes(self) -> dict[str, tuple[int, int]]:
        """How many entries there are, and how many there may be."""
        return {"fills told ahead": (len(self._waiting), MOST_ANNOUNCED)}
