"""The simulation as a test of the engine: promises that hold whatever goes wrong, and runs that repeat."""

import os
import subprocess
import sys
from functools import cache
from random import SystemRandom

import pytest

from batactors.testing.simulation import RunReport, draw_plan, run_plan
from tests.source_tree import REPOSITORY

FIXED = range(60)
FRESH = 30
WINDOW = range(300)
"""Seeds within which everything that runs should reach sometimes is reached."""
REACHED = (
    "a command was unknown",
    "an answer came late",
    "a fence was waited for",
    "an unknown command was proved done",
    "an unknown command was proved not done",
    "a command was refused",
    "a recovery lasted too long",
    "a fill was heard by replay",
    "an event was synthesized",
    "somebody else's fill was reported",
    "an order was adopted",
    "an adopted order was filled",
    "a session was begun again",
    "an actor crashed",
    "the process was killed",
    "an ended order was forgotten",
    "a follower crashed",
)


@cache
def ran(seed: int) -> RunReport:
    """The run of this seed's plan."""
    return run_plan(draw_plan(seed))


def fresh_seeds() -> range:
    """Seeds that nobody chose, or those that ``BATACTORS_SEED`` begins: an earlier run's are printed."""
    chosen = os.environ.get("BATACTORS_SEED", "")
    first = int(chosen) if chosen.isdigit() else SystemRandom().getrandbits(32)
    return range(first, first + FRESH)


@pytest.mark.holds("X64")
@pytest.mark.parametrize("seed", FIXED)
def test_promises_hold_at_fixed_seeds(seed: int) -> None:
    """Whatever goes wrong in these runs, no promise is broken."""
    assert not ran(seed).violations


@pytest.mark.holds("X64")
def test_promises_hold_at_seeds_that_nobody_chose() -> None:
    """Nor in runs that were never made before. What they find can be seen again: the seed is all there is to a run."""
    seeds = fresh_seeds()
    print(f"BATACTORS_SEED={seeds[0]} repeats these")
    broken = {seed: report.violations for seed in seeds if not (report := run_plan(draw_plan(seed))).good}
    assert not broken, f"batactors simulate --seed {next(iter(broken))} shows one of them"


@pytest.mark.holds("X64")
def test_a_seed_is_a_run() -> None:
    """A run repeats event for event, also in another process where hashes are others; another seed is another run."""
    seeds = (3, 17, 41)
    here = {seed: ran(seed).digest for seed in seeds}
    assert {seed: run_plan(draw_plan(seed)).digest for seed in seeds} == here
    assert len(set(here.values())) == len(seeds)
    code = (
        "from batactors.testing.simulation import draw_plan, run_plan\n"
        f"for seed in {seeds}: print(run_plan(draw_plan(seed)).digest)"
    )
    for hash_seed in ("1", "2"):
        there = subprocess.run(
            [sys.executable, "-c", code], cwd=REPOSITORY, env={**os.environ, "PYTHONHASHSEED": hash_seed},
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        assert there.stdout.split() == list(here.values())


def test_what_should_be_reached_is_reached() -> None:
    """Faults that are never met prove nothing: each of these happens in some run."""
    waiting = dict.fromkeys(REACHED)
    for seed in WINDOW:
        for name, times in ran(seed).reached.items():
            if times:
                waiting.pop(name, None)
        if not waiting:
            return
    pytest.fail(f"within {len(WINDOW)} seeds nothing has reached: {', '.join(waiting)}")
