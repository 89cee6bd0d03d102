"""How fast commands may go out: a counter per instrument that commands fill and time empties."""

from batactors.model.commands import Operation
from batactors.model.ids import InstrumentId
from batactors.model.limits import Cost, Pace

FREE = Cost()


class Throttle:
    """Our own count of what a venue counts, kept so that it need not refuse.

    Args:
        pace: The venue's rules.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._counts: dict[InstrumentId | None, tuple[float, float]] = {}

    def wait(
        self, operation: Operation, instrument: InstrumentId | None, age: float | None, legs: int, now: float
    ) -> float:
        """Seconds until so many commands of this kind may go out; 0 if they may now.

        Cancels may use all of the counter; whatever adds risk leaves the reserve to them. What alone is more than the
        counter holds goes out when the counter is empty: the venue decides.
        """
        pace = self._pace
        room = pace.limit if operation in _CANCELS else pace.limit - pace.reserve
        cost = min(self._cost(operation, age) * legs, room)
        excess = self._count(instrument, now) + cost - room
        return max(0.0, excess / pace.decay)

    def charge(
        self, operation: Operation, instrument: InstrumentId | None, age: float | None, legs: int, now: float
    ) -> None:
        """So many commands of this kind go out now."""
        count = self._count(instrument, now) + self._cost(operation, age) * legs
        self._counts[instrument] = (count, now)

    def refused(self, instrument: InstrumentId | None, now: float) -> None:
        """The venue counts more than we do: take its counter for full."""
        self._counts[instrument] = (self._pace.limit, now)

    def _count(self, instrument: InstrumentId | None, now: float) -> float:
        count, at = self._counts.get(instrument, (0.0, now))
        return max(0.0, count - (now - at) * self._pace.decay)

    def _cost(self, operation: Operation, age: float | None) -> float:
        return self._pace.costs.get(operation, FREE).at(age)


_CANCELS = (Operation.CANCEL_ORDER, Operation.CANCEL_ALL)
