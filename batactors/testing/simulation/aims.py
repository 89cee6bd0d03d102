"""Faults that wait for something to happen in the trace."""

from attrs import define

from batactors.testing.simulation.moments import TimedFault


@define
class Aim:
    """A fault that waits for something to happen."""

    fault: TimedFault
    met: int = 0

    def is_met_by(self, words: str, at: float) -> bool:
        """Whether this is what it waits for, and often enough."""
        if at >= self.fault.at and self.fault.when is not None and words.startswith(self.fault.when):
            self.met += 1
        return self.met >= self.fault.nth
