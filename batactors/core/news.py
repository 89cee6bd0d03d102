"""How a fact reached us."""

from datetime import datetime

from attrs import frozen

from batactors.model.terms import Origin

_AGAIN = (Origin.SNAPSHOT, Origin.QUERY, Origin.JOURNAL)


@frozen(kw_only=True)
class News:
    """How and when a fact reached us.

    Attributes:
        at: When it was heard, on trio's clock.
        on: The same on the wall clock, UTC.
        asked_at: For what an HTTP read said: when it was asked, on trio's clock.
        as_of: For the same: the moment, on trio's clock, before which it may be out of date.
    """

    at: float
    on: datetime
    origin: Origin
    asked_at: float | None = None
    as_of: float | None = None

    @property
    def replayed(self) -> bool:
        """Heard from a snapshot or from history rather than live."""
        return self.origin in _AGAIN
