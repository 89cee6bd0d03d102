"""Something was missed, and nothing says what: everything open and all fills must be asked for."""

from math import inf

from batactors.core.doubts import Doubt, Why


class CatchUp:
    """Whether everything must be asked for, and whether it was.

    It is asked for at once, for what the venue's reads show already, and once more when they can no longer trail what
    was missed.

    Args:
        read_lag: Seconds by which HTTP reads may trail what happened.
    """

    def __init__(self, read_lag: float) -> None:
        self._read_lag = read_lag
        self.missed_at = -inf
        """When something was last missed that the venue told live, on trio's clock."""
        self.doubt: Doubt | None = None
        self.raised = 0
        """How often something was missed."""
        self._asked_open = -inf
        self.asked_fills = -inf
        """When all fills were last asked for, on trio's clock."""

    def need(self, note: str, at: float, *, live: bool = True) -> None:
        """Something was missed at this time, on trio's clock; ``live`` unless it stood in the answer to a question."""
        if live:
            self.missed_at = max(self.missed_at, at)
        since = self.doubt.since if self.doubt is not None else at
        note = self.doubt.note if self.doubt is not None else note
        self.doubt = Doubt(why=Why.UNCLEAR, note=note, since=since, latest=at)
        self.raised += 1

    def asked(self, asked_at: float, *, fills: bool) -> None:
        """All open orders, or all fills, were asked for then, and the answer was taken in."""
        if fills:
            self.asked_fills = max(self.asked_fills, asked_at)
        else:
            self._asked_open = max(self._asked_open, asked_at)
        if self.doubt is not None and self._asked >= self.doubt.latest + self._read_lag:
            self.doubt = None

    @property
    def _asked(self) -> float:
        return min(self._asked_open, self.asked_fills)

    @property
    def due(self) -> float:
        """When to ask, on trio's clock."""
        if self.doubt is None:
            return inf
        return self.doubt.latest if self._asked < self.doubt.latest else self.doubt.latest + self._read_lag
