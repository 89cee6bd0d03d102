"""Seeded storms on the Unified WebSocket, compared with the venue's own ledger: see ``tests.engine.soak``."""

import pytest

from batactors.testing import run_in_virtual_time
from tests.engine.kraken_unified.bench import BTC, open_bench
from tests.engine.soak import storm


@pytest.mark.parametrize("seed", range(12))
def test_the_ledger_and_what_was_told_are_one(seed: int) -> None:
    """Each fill is told once, each order ends, each command has a true verdict, whatever went wrong on the way."""
    run_in_virtual_time(storm, seed, open_bench, BTC, seed=seed)
