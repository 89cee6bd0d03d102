"""What somebody hands to a world: told in plain words where it is something else."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from batactors.config.rules import one_of
from batactors.testing.fault_script import Fault
from batactors.testing.right_words import VENUES
from batactors.testing.simulation.checks import Check
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.moments import TimedFault
from batactors.testing.simulation.steps import Step

AnyFault = Fault | TimedFault


def faults_given(faults: Iterable[Any]) -> Iterable[AnyFault]:
    """These, if they are faults.

    Raises:
        TypeError: One is not.
    """
    for fault in faults:
        if not isinstance(fault, AnyFault):
            raise TypeError(f"world.add: what you gave {part_complaint(fault, 'faults')}")
    return faults


def part_complaint(part: object, place: str) -> str:
    """What is wrong with what stands among the steps or the faults, as the rest of a sentence."""
    match part:
        case type():
            return f"is the class {part.__name__}: write {part.__name__}()"
        case Step():
            return f"is a step, {type(part).__name__}: it goes to the steps of a plan"
        case Fault() | TimedFault():
            return f"is a fault, {type(part).__name__}: it goes to the faults of a plan"
        case list() | tuple():
            return f"is a {type(part).__name__} of {place}: write each by itself, or a * before it"
        case _:
            right = "steps.Cancel(at=1.0, order=1)" if place == "steps" else "moments.Cut(at=1.0) or faults.LoseAck()"
            return f"is {part!r}, which is none of the {place}: write one, such as {right}"


def knobs_given(knobs: Any) -> Knobs:
    """These, or the defaults.

    Raises:
        TypeError: They are something else.
    """
    if knobs is None:
        return Knobs()
    if isinstance(knobs, Mapping):
        raise TypeError(f"the knobs are a dictionary: write Knobs({', '.join(f'{name}=...' for name in knobs)})")
    if not isinstance(knobs, Knobs):
        raise TypeError(f"the knobs are {knobs!r}: write Knobs(...)")
    return knobs


def checks_given(checks: Any) -> Sequence[type[Check]]:
    """These, if they are classes of checks.

    Raises:
        TypeError: One is not.
    """
    if not isinstance(checks, Iterable) or isinstance(checks, str):
        raise TypeError(f"the checks are {checks!r}: write a list of classes, such as [*ALL_CHECKS, MyCheck]")
    known = tuple(checks)
    for check in known:
        if isinstance(check, Check):
            raise TypeError(
                f"the checks have a {check.name} in them that is made already: write the class, {check.name}"
            )
        if not isinstance(check, type) or not issubclass(check, Check):
            raise TypeError(f"the checks have {check!r} in them: write classes that are derived from Check")
    return known


def seeds_given(seeds: Any) -> int | Collection[int]:
    """So many, or these.

    Raises:
        TypeError: It is no number and no list of them.
    """
    if isinstance(seeds, Iterable) and not isinstance(seeds, str):
        seeds = tuple(seeds)
    for seed in seeds if isinstance(seeds, tuple) else (seeds,):
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise TypeError(f"seeds has {seed!r}: write how many, such as 20, or which, such as (3, 17)")
    return seeds  # type: ignore[no-any-return]


def require_setting(options: Any, timeout: Any, trusted: Any, venue: Any) -> None:
    """Refuse other settings of a test that make no sense.

    Raises:
        TypeError: One is of a wrong type.
        ValueError: There is no time, or no such venue.
    """
    if not isinstance(options, Mapping):
        raise TypeError(f"options is {options!r}: write a dictionary, such as {{'tier': 'pro'}}")
    if isinstance(timeout, bool) or not isinstance(timeout, int | float):
        raise TypeError(f"timeout is {timeout!r}: write a number of virtual seconds")
    if math.isnan(timeout) or timeout <= 0:
        raise ValueError(f"timeout is {timeout!r}: write a number of virtual seconds above 0")
    if isinstance(trusted, str) or not isinstance(trusted, Iterable):
        raise TypeError(f"trusted is {trusted!r}: write a list of names, such as ('my_metrics',)")
    complaint = one_of(*VENUES).complaint(venue)
    if complaint is not None:
        raise ValueError(f"venue {complaint}")
