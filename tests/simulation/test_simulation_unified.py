"""The simulation on Kraken Futures by the Unified WebSocket: Spot's wire, on another venue's ground."""

import pytest

from batactors.testing.simulation import draw_plan, run_plan
from tests.simulation.drawn import never_reached, ran

UNIFIED = "kraken-futures-unified"
FIXED = range(10)
REACHED = (
    "a command was unknown",
    "an unknown command was proved done",
    "an unknown command was proved not done",
    "a fill was heard by replay",
    "a session was begun again",
    "counted gap: executions",
    "the process was killed",
)


@pytest.mark.parametrize("seed", FIXED)
def test_promises_hold_at_fixed_seeds(seed: int) -> None:
    """Whatever goes wrong in these runs, no promise is broken."""
    assert not ran(seed, UNIFIED).violations


def test_what_should_be_reached_is_reached() -> None:
    """Orders live there, and what goes wrong is met."""
    assert not never_reached(REACHED, FIXED, UNIFIED)
    assert sum(ran(seed, UNIFIED).fills for seed in FIXED) > 20
    assert sum(ran(seed, UNIFIED).orders for seed in FIXED) > 40


def test_the_plan_says_which_protocol_it_is_for() -> None:
    """It is a venue of its own to a plan: the same seed on the other protocol is another run."""
    assert ran(3, UNIFIED).plan.venue == UNIFIED
    assert run_plan(draw_plan(3, venue="kraken-futures")).digest != ran(3, UNIFIED).digest
    assert run_plan(draw_plan(3, venue=UNIFIED)).digest == ran(3, UNIFIED).digest
