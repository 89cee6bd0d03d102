"""Doubts: what we believe and what we hear do not fit, so the reconciler asks."""

from enum import StrEnum

from attrs import frozen


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
    """The venue acknowledged a change of the order, and has not shown it."""
    REBUILT = "rebuilt"
    """Our account of it was rebuilt from what had been told; what was heard and not yet told is lost."""
    STRANGER = "stranger"
    """News of an order that nothing identifies as ours or not."""


GRACE: dict[Why, float] = {
    Why.MISSING_FILLS: 1.0,
    Why.UNCONFIRMED: 1.0,
    Why.UNSEEN: 1.0,
    Why.STRANGER: 0.5,
}
"""Seconds to let the rest of a burst of frames arrive before asking; frames of one event come apart."""


@frozen(kw_only=True)
class Doubt:
    """One doubt. ``since`` is trio's clock."""

    why: Why
    note: str
    since: float

    @property
    def due(self) -> float:
        """When to ask, on trio's clock."""
        return self.since + GRACE.get(self.why, 0.0)
