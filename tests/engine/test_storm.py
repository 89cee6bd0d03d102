"""Seeded storms in virtual time: many orders, many faults at once, and the venue's own ledger to compare with."""

import pytest

from batactors.testing import run_in_virtual_time
from tests.engine.soak import storm


@pytest.mark.parametrize("seed", range(40))
def test_the_ledger_and_what_was_told_are_one(seed: int) -> None:
    """Each fill is told once, each order ends, each command has a true verdict, whatever went wrong on the way."""
    run_in_virtual_time(storm, seed, seed=seed)


def test_a_storm_repeats() -> None:
    """The same seed gives the same storm: the same faults strike."""
    first, second = (run_in_virtual_time(storm, 3, seed=3) for _ in range(2))
    assert first == second
    assert first
