"""How fast commands and questions may go out: counters that they fill and time empties."""

from batactors.model.commands import Operation
from batactors.model.ids import InstrumentId
from batactors.model.limits import Budget, Cost, Pace

FREE = Cost()
ROUNDING = 1e-6
"""Seconds that are no wait: what rounding leaves of one would be slept for ever where time only moves by sleeping."""
MANY = 1_000
"""Counters from which on those that have emptied are looked for, and forgotten."""


class Allowance:
    """Our own count of the questions that a venue counts.

    Args:
        budget: The venue's rules.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._count = 0.0
        self._at = 0.0

    def wait(self, question: str, now: float, *, urgent: bool = False) -> float:
        """Seconds until a question of this type may be asked; 0 if it may now. What is urgent may use the reserve."""
        budget = self._budget
        if not self._cost(question):
            return 0.0  # the venue does not count it, however full its counter is
        room = budget.limit if urgent else budget.limit - budget.reserve
        excess = self._level(now) + min(self._cost(question), room) - room
        seconds = excess / budget.decay
        return seconds if seconds > ROUNDING else 0.0

    def charge(self, question: str, now: float) -> None:
        """It is asked now."""
        self._count, self._at = self._level(now) + self._cost(question), now

    def refused(self, now: float) -> None:
        """The venue counts more than we do: take its counter for full."""
        self._count, self._at = self._budget.limit, now

    def _level(self, now: float) -> float:
        return max(0.0, self._count - (now - self._at) * self._budget.decay)

    def _cost(self, question: str) -> float:
        return self._budget.costs.get(question, 1.0)


class Throttle:
    """Our own count of what a venue counts, kept so that it need not refuse.

    Args:
        pace: The venue's rules.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._counts: dict[InstrumentId | None, tuple[float, float]] = {}

    def __len__(self) -> int:
        """How many counters are kept."""
        return len(self._counts)

    def wait(
        self, operation: Operation, instrument: InstrumentId | None, age: float | None, legs: int, now: float
    ) -> float:
        """Seconds until so many commands of this kind may go out; 0 if they may now.

        Cancels may use all of the counter; whatever adds risk leaves the reserve to them. What alone is more than
        it may use goes out when the counter is empty: the venue decides.
        """
        cost = self._cost(operation, age) * legs
        if not cost:
            return 0.0  # the venue does not count it, however full its counter is
        room = self._room(operation)
        excess = self._count(instrument, now) + min(cost, room) - room
        wait = excess / self._pace.decay
        return wait if wait > ROUNDING else 0.0

    def legs(self, operation: Operation) -> int | None:
        """How many commands of this kind one frame may carry, so that it fits the reserve; ``None`` if any number may.

        A longer one would wait for a counter that is all but empty, and its first leg with it.
        """
        cost = self._cost(operation, None)
        return max(1, int((self._pace.reserve or self._pace.limit) // cost)) if cost else None

    def charge(
        self, operation: Operation, instrument: InstrumentId | None, age: float | None, legs: int, now: float
    ) -> None:
        """So many commands of this kind go out now.

        A counter never holds more than its commands may use: what is beyond, the venue refuses and does not count.
        """
        cost = self._cost(operation, age) * legs
        before = self._count(instrument, now)
        self._set(instrument, max(before, min(before + cost, self._room(operation))), now)

    def refused(self, instrument: InstrumentId | None, now: float) -> None:
        """The venue counts more than we do: take its counter for full."""
        self._set(instrument, self._pace.limit, now)

    def _set(self, instrument: InstrumentId | None, count: float, now: float) -> None:
        self._counts[instrument] = (count, now)
        if len(self._counts) > MANY:
            self._counts = {one: kept for one, kept in self._counts.items() if self._count(one, now)}

    def _room(self, operation: Operation) -> float:
        return self._pace.limit if operation in CANCELS else self._pace.limit - self._pace.reserve

    def _count(self, instrument: InstrumentId | None, now: float) -> float:
        count, at = self._counts.get(instrument, (0.0, now))
        return max(0.0, count - (now - at) * self._pace.decay)

    def _cost(self, operation: Operation, age: float | None) -> float:
        return self._pace.costs.get(operation, FREE).at(age)


CANCELS = (Operation.CANCEL_ORDER, Operation.CANCEL_ALL)
