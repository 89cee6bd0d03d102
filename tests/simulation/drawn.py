"""Runs of drawn plans, as the tests on every venue judge them: each made once, and some of seeds that nobody chose."""

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from random import SystemRandom

from batactors.testing import Violation
from batactors.testing.simulation import RunReport, draw_plan, run_plan


@cache
def ran(seed: int, venue: str) -> RunReport:
    """The run of this seed's plan."""
    return run_plan(draw_plan(seed, venue=venue))


def fresh_seeds(count: int) -> range:
    """Seeds that nobody chose, or those that ``BATACTORS_SEED`` begins: an earlier run's are printed."""
    chosen = os.environ.get("BATACTORS_SEED", "")
    first = int(chosen) if chosen.isdigit() else SystemRandom().getrandbits(32)
    print(f"BATACTORS_SEED={first} repeats these")
    return range(first, first + count)


def broken_among(seeds: Iterable[int], venue: str) -> Mapping[int, Sequence[Violation]]:
    """Which of these seeds' plans break a promise, and which."""
    return {s: report.violations for s in seeds if not (report := run_plan(draw_plan(s, venue=venue))).good}


def never_reached(names: Iterable[str], seeds: Iterable[int], venue: str) -> list[str]:
    """What none of these seeds' runs reaches; no more runs are made than it takes."""
    waiting = dict.fromkeys(names)
    for seed in seeds:
        for name, times in ran(seed, venue).reached.items():
            if times:
                waiting.pop(name, None)
        if not waiting:
            break
    return list(waiting)
