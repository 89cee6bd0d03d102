"""Which kinds of steps and faults there are, ours and those that users define, and what they are called.

A kind is a class that is derived from `Step`, `Fault` or `TimedFault`; to define it is enough. Ours go by their bare
names, except where two share one; others go by their full names, so that none can take the name of another.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from attrs import frozen

from batactors.testing import faults
from batactors.testing.fault_script import Fault
from batactors.testing.schedule import Strategy
from batactors.testing.simulation import moments, steps
from batactors.testing.simulation.moments import TimedFault
from batactors.testing.simulation.steps import Step

OURS = "batactors."
HOMES = {"faults": faults, "moments": moments, "steps": steps}
"""Where a plan's author finds ours, by the name that he imports; the files behind them may be others."""


@frozen
class Family:
    """Kinds of which one can stand in one place of a plan.

    Attributes:
        word: What one of them is called.
        bases: What its kinds are derived from. They are no kinds themselves.
        closed: The kinds, if no others can be added.
    """

    word: str
    bases: tuple[type, ...] = ()
    closed: tuple[type, ...] = ()

    def kinds(self) -> Mapping[str, type]:
        """All kinds that are defined now, by their names."""
        # A class that was defined again stands there twice, and so does one of attrs': the later is the one in use.
        found = {full_name(kind): kind for base in self.bases for kind in _derived(base)}
        kinds = [*found.values(), *self.closed]
        shared = _shared([kind.__name__ for kind in kinds if _is_ours(kind)])
        return {_name(kind, shared): kind for kind in kinds}

    def name_of(self, kind: type) -> str:
        """What this kind is called in JSON."""
        full = full_name(kind)
        return next((name for name, each in self.kinds().items() if full_name(each) == full), full)

    def offered(self) -> list[str]:
        """The names to choose from: without the classes that only hold what others have in common."""
        kinds = self.kinds()
        bases = {(base, _author(kind)) for kind in kinds.values() for base in kind.__mro__[1:]}
        return sorted(name for name, kind in kinds.items() if (kind, _author(kind)) not in bases)

    def find(self, name: str) -> Mapping[str, type]:
        """The kind of this name, by its name. A bare name is enough; it may be that of several."""
        kinds = self.kinds()
        if name in kinds:
            return {name: kinds[name]}
        return {each: kind for each, kind in kinds.items() if kind.__name__ == name}

    def nearest(self, name: str) -> str | None:
        """The name that was perhaps meant."""
        names = {each.lower(): each for each in self.offered()}
        bare = {each.rpartition(".")[2].lower(): each for each in self.offered()}
        near = get_close_matches(name.lower(), [*names, *bare], n=1)
        return {**bare, **names}[near[0]] if near else None


STEPS = Family("step", (Step,))
FAULTS = Family("fault", (Fault, TimedFault))
SCHEDULES = Family("strategy", closed=get_args(Strategy))


def full_name(kind: type) -> str:
    """Where it is defined, and what it is called there."""
    return f"{kind.__module__}.{kind.__qualname__}"


def _derived(base: type[Any]) -> Iterator[type[Any]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _derived(kind)


def home_of(kind: type) -> str | None:
    """The module of ours, by its short name, in which this kind is found; `None` if it is not one of ours."""
    return next((name for name, module in HOMES.items() if getattr(module, kind.__name__, None) is kind), None)


def _is_ours(kind: type) -> bool:
    return kind.__module__.startswith(OURS)


def _author(kind: type) -> str:
    return OURS if _is_ours(kind) else kind.__module__


def _shared(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}


def _name(kind: type, shared: set[str]) -> str:
    if not _is_ours(kind):
        return full_name(kind)
    return f"{home_of(kind)}.{kind.__name__}" if kind.__name__ in shared else kind.__name__
