"""Doubts: what we believe and what we hear do not fit, so the reconciler asks."""

from enum import StrEnum
from math import inf

from attrs import evolve, frozen


class Why(StrEnum):
    """The kinds of doubt; each has a counter."""

    CONTRADICTION = "contradiction"
    """A statement that the order's state does not allow."""
    UNCLEAR = "unclear"
    """A word, or a frame, that we could not read, and that may concern the order."""
    MISSING_FILLS = "missing_fills"
    """The venue counts more filled than the fills that we were told of."""
    UNCONFIRMED = "unconfirmed"
    """By our count it is wholly filled, and the venue has not said so; or it is closed, and the venue gave no count."""
    OVERFILL = "overfill"
    """A fill above the known quantity."""
    NOT_IN_SNAPSHOT = "not_in_snapshot"
    """The venue's list of open orders does not have it."""
    UNSEEN = "unseen"
    """The venue acknowledged the order, or a change of it, and has not shown it."""
    REBUILT = "rebuilt"
    """Our account of it was rebuilt from what had been told; what was heard and not yet told is lost."""
    CONTINUED = "continued"
    """The venue goes on with it under another id, under which it has not shown it yet."""
    STRANGER = "stranger"
    """News of an order that nothing identifies as ours or not."""


GRACE: dict[Why, float] = {
    Why.MISSING_FILLS: 1.0,
    Why.UNCONFIRMED: 1.0,
    Why.UNSEEN: 1.0,
    Why.CONTINUED: 1.0,
    Why.STRANGER: 0.5,
}
"""Seconds to let the rest of a burst of frames arrive before asking; frames of one event come apart."""

SETTLED_BY_ASKING = (Why.CONTRADICTION, Why.UNCLEAR, Why.NOT_IN_SNAPSHOT, Why.UNSEEN, Why.REBUILT)
"""The others are settled by what is heard, and by nothing else."""


@frozen(kw_only=True)
class Doubt:
    """One doubt.

    Attributes:
        since: When it arose, on trio's clock; to doubt again does not put off the asking.
        latest: When there was last a reason for it.
        not_before: When to ask again at the earliest, of what has been asked for long enough to be told as such.
    """

    why: Why
    note: str
    since: float
    latest: float
    not_before: float = -inf

    @property
    def due(self) -> float:
        """When to ask, on trio's clock."""
        return max(self.since + GRACE.get(self.why, 0.0), self.not_before)


class Doubts(dict[Why, Doubt]):
    """The doubts about one order, one of each kind."""

    def raise_(self, why: Why, note: str, at: float) -> None:
        """Note a reason to doubt."""
        first = self.get(why)
        self[why] = Doubt(why=why, note=note, since=at, latest=at) if first is None else evolve(first, latest=at)

    def put_off(self, why: Why, until: float) -> None:
        """Ask about it again then, and not before."""
        self[why] = evolve(self[why], not_before=until)

    def drop(self, why: Why) -> None:
        """It is settled, if it was there."""
        self.pop(why, None)

    @property
    def due(self) -> float:
        """When the first of them is to be asked about, on trio's clock."""
        return min(doubt.due for doubt in self.values())

    def settled_from(self, read_lag: float) -> list[float]:
        """From when on, on trio's clock, an answer settles each of those that answers settle."""
        found = [(why, self.get(why)) for why in SETTLED_BY_ASKING]
        return [_since(why, doubt) + read_lag for why, doubt in found if doubt is not None]

    def asked(self, asked_at: float, read_lag: float, *, found: bool, closed: bool) -> None:
        """The venue was asked and its answer taken in: drop the doubts that this settles.

        An answer settles only what was doubted before it was asked, and of an order that still works, or of which it
        found nothing, only if it cannot trail what raised the doubt. A word that we do not know is no answer.
        """
        for why in SETTLED_BY_ASKING:
            doubt = self.get(why)
            if doubt is None:
                continue
            since = _since(why, doubt)
            if asked_at >= since + read_lag or (found and closed and asked_at >= since):
                del self[why]


def _since(why: Why, doubt: Doubt) -> float:
    """From when on a question counts: each word that cannot be read has to be asked about."""
    return doubt.latest if why is Why.UNCLEAR else doubt.since
