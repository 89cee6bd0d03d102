"""The simulation as a test of the engine: promises that hold whatever goes wrong, and runs that repeat."""

import os
import subprocess
import sys

import pytest

from batactors.testing.simulation import draw_plan, run_plan
from tests.simulation.drawn import broken_among, fresh_seeds, never_reached, ran
from tests.source_tree import REPOSITORY

SPOT = "kraken-spot"
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


@pytest.mark.holds("X64")
@pytest.mark.parametrize("seed", FIXED)
def test_promises_hold_at_fixed_seeds(seed: int) -> None:
    """Whatever goes wrong in these runs, no promise is broken."""
    assert not ran(seed, SPOT).violations


@pytest.mark.holds("X64")
def test_promises_hold_at_seeds_that_nobody_chose() -> None:
    """Nor in runs that were never made before. What they find can be seen again: the seed is all there is to a run."""
    broken = broken_among(fresh_seeds(FRESH), SPOT)
    assert not broken, f"batactors simulate --seed {next(iter(broken))} shows one of them"


@pytest.mark.holds("X64")
def test_a_seed_is_a_run() -> None:
    """A run repeats event for event, also in another process where hashes are others; another seed is another run."""
    seeds = (3, 17, 41)
    here = {seed: ran(seed, SPOT).digest for seed in seeds}
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
    never = never_reached(REACHED, WINDOW, SPOT)
    assert not never, f"within {len(WINDOW)} seeds nothing has reached: {', '.join(never)}"
