"""One of a venue's counters that begin anew with each interval, as we keep it: our own count, set right by the venue's.

What the venue tells wins, in both directions: others may use the same address, and what was refused may not count. What
was written after the request that the venue answered is counted on top, since the answer cannot know of it.
"""

from math import floor, inf

from attrs import define, evolve, frozen

from batactors.core.clock import VenueClock
from batactors.core.throttle import ROUNDING
from batactors.model.limits import RateLimit

WAY = 1.0
"""Seconds that a request may take to the venue, whose clock says in which interval it counts."""
LATER = 0.25
"""Seconds by which one request may be longer on its way than the next, where each counts for an interval of its own."""


@frozen
class Mark:
    """A place in the order of what was written: so many requests were, the last of them then (trio's clock)."""

    number: int
    at: float


@define
class Entry:
    """What one request adds.

    Attributes:
        until: When it surely counts no more, on trio's clock.
        number: Its place in the order of what was written; ``None`` while it is not.
    """

    amount: int
    until: float
    number: int | None = None


class Window:
    """One counter. It remembers no more requests than the limit lets out in an interval.

    Args:
        clock: By which its intervals begin; while the venue's time is not known, each request counts for a whole one.
    """

    def __init__(self, limit: RateLimit, clock: VenueClock) -> None:
        self._limit = limit
        self._clock = clock
        self._entries: dict[int, Entry] = {}
        self._sum = 0
        self._next = inf
        """When the first of them is to be forgotten."""
        self._told = Entry(0, until=0.0, number=0)

    def __len__(self) -> int:
        """How many requests are remembered."""
        return len(self._entries)

    @property
    def limit(self) -> RateLimit:
        """The limit as it is known now."""
        return self._limit

    def set_limit(self, limit: RateLimit) -> None:
        """The venue says what its limit is; what is counted stays."""
        self._limit = limit

    def used(self, now: float) -> int:
        """How much is used at that moment, at the most."""
        self._forget(now)
        return self._told.amount + self._sum

    def wait(self, amount: int, now: float, *, urgent: bool) -> float:
        """Seconds until so much more may be used, 0 if it may now; what is urgent may use the reserve.

        What alone is more than it may use goes out when nothing else counts: the venue decides.
        """
        room = self._limit.limit - (0 if urgent else self._limit.reserve)
        excess = self.used(now) + min(amount, room) - room
        if excess <= 0:
            return 0.0
        for entry in sorted((self._told, *self._entries.values()), key=lambda one: one.until):
            excess -= entry.amount
            if excess <= 0:
                return max(0.0, entry.until - now)
        raise AssertionError("what is used, and no more, makes an excess")

    def charge(self, key: int, amount: int, now: float) -> None:
        """A request that adds so much is on its way to be written."""
        self._forget(now)
        self._entries[key] = entry = Entry(amount, until=self._ends(now + (LATER if self._limit.rolling else WAY)))
        self._sum += amount
        self._next = min(self._next, entry.until)

    def written(self, key: int, number: int) -> None:
        """It is written now, after so many others."""
        if key in self._entries:
            self._entries[key].number = number

    def hear(self, used: int, now: float, mark: Mark | None) -> None:
        """The venue says how much is used; ``mark`` is when what it answers was written, if that is known."""
        self._forget(now)
        if mark is None:
            # Who knows what it knew of: it is believed as far as it is more than we thought.
            if used > self._sum + self._told.amount:
                self._told = Entry(used - self._sum, until=self._ends(now), number=self._told.number)
            return
        if mark.number < (self._told.number or 0) or not self._is_same(mark.at, now):
            return  # older than what was heard already, or perhaps of the interval before
        self._told = Entry(used, until=self._ends(now), number=mark.number)
        self._keep({key: one for key, one in self._entries.items() if one.number is None or one.number > mark.number})

    def turns_at(self, now: float) -> float:
        """When the present interval has surely ended, on trio's clock."""
        return self._ends(now)

    def _forget(self, now: float) -> None:
        if self._told.until <= now + ROUNDING:
            self._told = evolve(self._told, amount=0)
        if self._next <= now + ROUNDING:
            self._keep({key: one for key, one in self._entries.items() if one.until > now + ROUNDING})

    def _keep(self, entries: dict[int, Entry]) -> None:
        self._entries = entries
        self._sum = sum(entry.amount for entry in entries.values())
        self._next = min((entry.until for entry in entries.values()), default=inf)

    def _ends(self, arrives: float) -> float:
        """When the interval in which something arrives has surely ended."""
        span, interval = self._clock.span(arrives), self._limit.interval
        if span is None or self._limit.rolling:
            return arrives + interval
        earliest, latest = span
        return arrives + (floor(latest / interval) + 1) * interval - earliest

    def _is_same(self, then: float, now: float) -> bool:
        """Whether both moments surely are in the same interval."""
        first, last, interval = self._clock.span(then), self._clock.span(now), self._limit.interval
        if first is None or last is None or self._limit.rolling:
            return now - then < interval / 2
        return floor(first[0] / interval) == floor(last[1] / interval)
