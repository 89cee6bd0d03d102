"""For how long a venue wants to be left alone, which has been asked too much."""

from enum import Enum

from batactors.core.throttle import ROUNDING
from batactors.model.account_facts import BackOffFact
from batactors.model.limits import Counts

LONGEST = 3 * 24 * 3600.0
"""Seconds: no venue is known to ban for longer, and a time that makes no sense must end some day."""


class Sent(Enum):
    """What is sent, as far as silence goes; each waits for what concerns it, and for all that comes after it here."""

    ORDER = "no orders"
    """It places or changes one; these have a counter of their own, which may be full while others are not."""
    OTHER = "nothing but cancels"
    CANCEL = "nothing"
    """It waits only for the end of a ban."""


class Silence:
    """What must not go out, until when, and why. All times are on trio's clock."""

    def __init__(self) -> None:
        self._until = dict.fromkeys(Sent, 0.0)
        self._reasons = dict.fromkeys(Sent, "")

    def begin(self, fact: BackOffFact, end: float, now: float) -> None:
        """From now on and until then; what was begun before is not cut short by it."""
        of = Sent.CANCEL if fact.banned else Sent.ORDER if fact.counts is Counts.ORDERS else Sent.OTHER
        end = min(end, now + LONGEST)
        if end > self._until[of]:
            self._until[of], self._reasons[of] = end, fact.reason

    def ends_at(self, sent: Sent) -> float:
        """When such a thing may go out again."""
        return max(self._until[one] for one in _concerning(sent))

    def wait(self, now: float, sent: Sent) -> float:
        """Seconds until such a thing may go out."""
        wait = self.ends_at(sent) - now
        return wait if wait > ROUNDING else 0.0

    def why(self, now: float, sent: Sent) -> str | None:
        """Why such a thing may not go out now; ``None`` if it may."""
        if not self.wait(now, sent):
            return None
        # The hardest that holds now says most.
        holds = [one for one in _concerning(sent) if self._until[one] > now][-1]
        reason = self._reasons[max(_concerning(sent), key=lambda one: self._until[one])]
        return f"the venue refused for too many requests ({reason}), and {holds.value} {_IS[holds]} sent"


_IS = {Sent.ORDER: "are", Sent.OTHER: "is", Sent.CANCEL: "is"}


def _concerning(sent: Sent) -> list[Sent]:
    kinds = list(Sent)
    return kinds[kinds.index(sent) :]
