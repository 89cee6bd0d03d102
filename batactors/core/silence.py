"""For how long a venue wants to be left alone, which has been asked too much."""

from batactors.core.throttle import ROUNDING
from batactors.model.account_facts import BackOffFact

LONGEST = 3 * 24 * 3600.0
"""Seconds: no venue is known to ban for longer, and a time that makes no sense must end some day."""


class Silence:
    """What must not go out, until when, and why. All times are on trio's clock."""

    def __init__(self) -> None:
        self._until = self._banned_until = 0.0
        self._reason = ""

    def begin(self, fact: BackOffFact, end: float, now: float) -> None:
        """From now on and until then; what was begun before is not cut short by it."""
        end = min(end, now + LONGEST)
        if end > self.ends_at:
            self._reason = fact.reason
        self._until = max(self._until, end)
        if fact.banned:
            self._banned_until = max(self._banned_until, end)

    @property
    def ends_at(self) -> float:
        """When everything may go out again."""
        return max(self._until, self._banned_until)

    def wait(self, now: float, *, cancels: bool) -> float:
        """Seconds until something may go out; cancels may unless we are banned."""
        wait = (self._banned_until if cancels else self.ends_at) - now
        return wait if wait > ROUNDING else 0.0

    def why(self, now: float, *, cancels: bool) -> str | None:
        """Why something may not go out now; ``None`` if it may."""
        if not self.wait(now, cancels=cancels):
            return None
        what = "nothing" if now < self._banned_until else "nothing but cancels"
        return f"the venue refused for too many requests ({self._reason}), and {what} is sent"
