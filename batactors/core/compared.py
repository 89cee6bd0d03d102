"""Quantities that the stream tells, and whether the venue's REST says the same: balances by asset, positions by side.

The stream's word is what is believed; REST is asked from time to time to see whether something was lost. The two are
told apart in time: what REST reads may trail the stream by ``read_lag``, and may be ahead of frames that are still on
their way. So what REST says agrees if the stream has said it at any time from ``read_lag`` before the question to now.
What does not agree at once may do so later, and is a divergence only if it has not until the next question, and the
answer to that does not agree either. A divergence is told, and nothing is made of it.

When the stream breaks off, what it told may have changed unheard, and not every venue tells all of it again to the next
session. Then REST is believed of a key, until the stream speaks of it, or a read cannot trail what was missed.
"""

from collections import deque
from collections.abc import Hashable, Mapping
from datetime import datetime
from decimal import Decimal
from math import inf
from typing import Generic, TypeVar

from attrs import frozen

KEPT = 64
"""Values of one key that are kept; where more came within one question's reach, its answer says nothing."""
ZERO = Decimal(0)
Key = TypeVar("Key", bound=Hashable)


@frozen(kw_only=True)
class Apart:
    """A quantity of which stream and REST say different things.

    Attributes:
        ours: As the stream told it last.
        theirs: As REST said last.
        since: When it was first so (UTC, our clock).
    """

    ours: Decimal
    theirs: Decimal
    since: datetime


@frozen(kw_only=True)
class Doubted:
    """What REST said of a key, and the stream has not.

    Attributes:
        since: When it was first so (UTC, our clock).
        asked_at: When the question was asked, on trio's clock.
    """

    theirs: Decimal
    since: datetime
    asked_at: float


class Compared(Generic[Key]):
    """Quantities by key.

    Args:
        read_lag: Seconds by which HTTP reads may trail what happened.
    """

    def __init__(self, read_lag: float) -> None:
        self._read_lag = read_lag
        self._past: dict[Key, deque[tuple[float, Decimal]]] = {}
        self._doubted: dict[Key, Doubted] = {}
        self._told_at: dict[Key, float] = {}
        """When that was told of each that stands."""
        self._broke_at = -inf
        self.apart: dict[Key, Apart] = {}
        """The keys of which stream and REST say different things."""

    def __contains__(self, key: Key) -> bool:
        return key in self._past

    def hear(self, key: Key, quantity: Decimal, at: float) -> None:
        """The stream told one, at this time of trio's clock."""
        self._told_at[key] = at
        self._past.setdefault(key, deque(maxlen=KEPT)).append((at, quantity))
        doubted = self._doubted.get(key)
        if doubted is not None and doubted.theirs == quantity:
            self._agree(key)  # REST was ahead of it

    def break_off(self, at: float) -> None:
        """The stream has broken off, and its word stands no more."""
        self._broke_at = at

    def stands(self, key: Key) -> bool:
        """Whether the stream has spoken of a key, and has not broken off since."""
        return key in self._told_at and self._told_at[key] > self._broke_at

    def believe(self, key: Key, quantity: Decimal, asked_at: float, ready_since: float | None) -> None:
        """REST is believed of a key, as it said when asked at this time of trio's clock.

        From then on it stands like a word of the stream, which would tell any change; but not if it may trail what
        happened before the stream went on, nor while there is no stream.
        """
        shows_all = ready_since is not None and asked_at >= ready_since + self._read_lag
        if shows_all or (ready_since is not None and key not in self._told_at):
            self._told_at[key] = asked_at
        self._past[key] = deque([(asked_at, quantity)], maxlen=KEPT)
        self._agree(key)

    def compare(self, theirs: Mapping[Key, Decimal], asked_at: float, on: datetime, ready_since: float) -> None:
        """REST told all that ``theirs`` is about, when asked at this time of trio's clock.

        Only what the stream has spoken of is compared. And only what was asked while one session was ready: before
        that, the stream is known to lack something.
        """
        if asked_at < ready_since:
            return
        self._doubted = {key: one for key, one in self._doubted.items() if one.asked_at >= ready_since}
        for key, said in theirs.items():
            if key not in self._past:
                continue
            if self._has_said(key, said, asked_at - self._read_lag):
                self._agree(key)
            elif not self._reaches(key, asked_at - self._read_lag):
                self._doubted.pop(key, None)  # it moves faster than is remembered: ask again
            else:
                self._doubt(key, said, asked_at, on)

    def _doubt(self, key: Key, theirs: Decimal, asked_at: float, on: datetime) -> None:
        before = self._doubted.get(key)
        if before is None:
            self._doubted[key] = Doubted(theirs=theirs, since=on, asked_at=asked_at)
        elif asked_at >= before.asked_at + self._read_lag:
            self.apart[key] = Apart(ours=self._past[key][-1][1], theirs=theirs, since=before.since)
            self._doubted[key] = Doubted(theirs=theirs, since=before.since, asked_at=asked_at)

    def _agree(self, key: Key) -> None:
        self._doubted.pop(key, None)
        self.apart.pop(key, None)

    def _has_said(self, key: Key, quantity: Decimal, since: float) -> bool:
        """Whether the stream has said it at any time since then, or last before then."""
        for at, said in reversed(self._past[key]):
            if said == quantity:
                return True
            if at <= since:
                return False
        return False

    def _reaches(self, key: Key, since: float) -> bool:
        """Whether all that was said since then is remembered."""
        past = self._past[key]
        return len(past) < KEPT or past[0][0] <= since
