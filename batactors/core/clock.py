"""What is known of a venue's clock, from what it said the time was.

It is kept against trio's clock, which nobody sets: then it holds also when the machine's own clock is set. The venue
rounds (Kraken to whole seconds), and its answer travels, so each answer gives a span and not a number. Spans of several
answers are laid over each other, and what is left is narrower than each. A question that comes when the venue's second
is about to turn halves what is left.
"""

from datetime import UTC, datetime, timedelta
from math import ceil, inf

DRIFT = 1e-4
"""Seconds per second by which two clocks may drift apart: ten times what a bad quartz does."""
SURE = 1.0
"""Seconds by which the middle of the span may be wrong; beyond that our own clock is as good a guess."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class VenueClock:
    """The clock of one venue. All times are on trio's clock, in seconds, unless they say otherwise."""

    def __init__(self) -> None:
        self._low, self._high = -inf, inf
        """Between which the venue's seconds since 1970 are ahead of trio's clock."""
        self._at = -inf
        self._resolution = 0.0
        self._way = 0.0

    def hear(self, said: datetime, resolution: float, sent: float, received: float) -> None:
        """The venue said this time, rounded down to its resolution in seconds, between these two moments."""
        seconds = (said - _EPOCH).total_seconds()
        low, high = seconds - received, seconds + resolution - sent
        aged = DRIFT * (received - self._at) if self._at > -inf else inf
        narrow = max(low, self._low - aged), min(high, self._high + aged)
        # Spans that do not meet: its clock was set, or trio's stood still. What was known is void.
        self._low, self._high = narrow if narrow[0] <= narrow[1] else (low, high)
        self._at, self._resolution, self._way = received, resolution, received - sent

    @property
    def doubt(self) -> float:
        """By how many seconds ``now`` may be wrong."""
        return (self._high - self._low) / 2

    @property
    def heard_at(self) -> float:
        """When it was last asked for and answered."""
        return self._at

    def now(self, at: float, ours: datetime) -> datetime:
        """The venue's time at that moment; ours (UTC) if the venue's is not known well enough.

        Args:
            at: The moment.
            ours: Our own clock at that moment.
        """
        ahead = self.ahead(at, ours)
        return ours if ahead is None else ours + timedelta(seconds=ahead)

    def deadline(self, at: float, ours: datetime, validity: float) -> datetime:
        """By the venue's clock, the moment that is so many seconds after that one; see ``now``."""
        return self.now(at, ours) + timedelta(seconds=validity)

    def ahead(self, at: float, ours: datetime) -> float | None:
        """Seconds by which the venue's clock is ahead of ours, negative if it is behind; ``None`` if not known."""
        if self.doubt > SURE:
            return None
        return (self._low + self._high) / 2 + at - (ours - _EPOCH).total_seconds()

    def span(self, at: float) -> tuple[float, float] | None:
        """Between which the venue's clock stands at that moment, in seconds since 1970; ``None`` if it never spoke."""
        if self.doubt == inf:
            return None
        drift = DRIFT * max(0.0, at - self._at)
        return self._low + at - drift, self._high + at + drift

    def stamp(self, at: float, ours: datetime) -> datetime:
        """What to write into a request as its time: not ahead of the venue's clock, as far as that is known.

        A venue that takes a time from the future for a mistake takes one of the past for as long as the request is
        valid. Where too little is known, it is our own clock, or what of the span is nearest to it.
        """
        span = self.span(at)
        if span is None:
            return ours
        earliest, latest = span
        seconds = earliest if self.doubt <= SURE else min(max((ours - _EPOCH).total_seconds(), earliest), latest)
        return _EPOCH + timedelta(seconds=seconds)

    def ask_at(self, earliest: float) -> float:
        """When a question, sent no earlier than that, reaches the venue as its next second turns."""
        if not self._resolution or self.doubt == inf:
            return earliest
        ahead = (self._low + self._high) / 2 + self._way / 2
        return max(earliest, ceil((earliest + ahead) / self._resolution) * self._resolution - ahead)
