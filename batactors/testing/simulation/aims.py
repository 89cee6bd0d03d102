"""Faults that wait for something to happen, and strike at that very instant."""

from collections.abc import Callable

from attrs import define

from batactors.testing.simulation.moments import TimedFault
from batactors.testing.trace import TraceEvent


@define
class Aim:
    """One of them, and how often it has met what it waits for."""

    fault: TimedFault
    met: int = 0

    def is_met_by(self, words: str, at: float) -> bool:
        """Whether this is what it waits for, and often enough."""
        if at >= self.fault.at and self.fault.when is not None and words.startswith(self.fault.when):
            self.met += 1
        return self.met >= self.fault.nth


class Aims:
    """All that wait.

    Args:
        strike: Lets one strike.
    """

    def __init__(self, strike: Callable[[TimedFault], None]) -> None:
        self._strike = strike
        self._waiting: list[Aim] = []
        self._began: float | None = None

    def begin(self, at: float) -> None:
        """Take no notice of what happened before this."""
        self._began = at

    def add(self, fault: TimedFault) -> None:
        """Let this one wait too."""
        self._waiting.append(Aim(fault))

    def clear(self) -> None:
        """Let none of them strike any more."""
        self._waiting.clear()

    def look(self, event: TraceEvent) -> None:
        """Let those strike that wait for this."""
        if not self._waiting or self._began is None:
            return
        words = f"{event.kind} {event.text}"
        for aim in tuple(self._waiting):
            if aim.is_met_by(words, event.at - self._began):
                self._waiting.remove(aim)
                self._strike(aim.fault)
