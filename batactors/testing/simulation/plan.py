"""A plan: everything that decides a simulated run, as data. It can be drawn, shrunk, kept, and pasted into a test."""

from collections.abc import Iterable
from typing import Any

from attrs import evolve, field, frozen

from batactors.testing.fault_script import Fault
from batactors.testing.right_values import BadValue, require
from batactors.testing.simulation.given import part_complaint
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.moments import TimedFault
from batactors.testing.simulation.steps import Step

AnyFault = Fault | TimedFault


def _steps(steps: Iterable[Step]) -> tuple[Step, ...]:
    return _parts("steps", steps, Step)


def _faults(faults: Iterable[AnyFault]) -> tuple[AnyFault, ...]:
    return _parts("faults", faults, AnyFault)


def _parts(name: str, parts: Any, kind: Any) -> tuple[Any, ...]:
    if isinstance(parts, str) or not isinstance(parts, Iterable):
        raise BadValue("Plan", [(name, f"is {parts!r}: write a list of them")])
    listed = tuple(parts)
    wrong = [
        (f"{name}[{n}]", part_complaint(part, name)) for n, part in enumerate(listed) if not isinstance(part, kind)
    ]
    if wrong:
        raise BadValue("Plan", wrong)
    return listed


@frozen(kw_only=True)
class Plan:
    """One run.

    Attributes:
        seed: What latencies, ids, jitter and the order of tasks follow from.
        steps: What the strategy and the market do.
        faults: What goes wrong.
        knobs: How the world is set up.
        storm: Virtual seconds in which the above happens; then all faults end.
        venue: Which simulated venue.
    """

    seed: int = 0
    steps: tuple[Step, ...] = field(default=(), converter=_steps)
    faults: tuple[AnyFault, ...] = field(default=(), converter=_faults)
    knobs: Knobs = field(factory=Knobs)
    storm: float = 20.0
    venue: str = "kraken-spot"

    def __attrs_post_init__(self) -> None:
        require(self)

    def without(self, part: Step | AnyFault) -> "Plan":
        """The same without one step or fault."""
        return evolve(
            self,
            steps=tuple(step for step in self.steps if step is not part),
            faults=tuple(fault for fault in self.faults if fault is not part),
        )
