"""A run is judged when the engine has had the time that it is stated to need, and not before."""

from math import inf

import pytest
from attrs import evolve

from batactors.actors.reconciler import Reconciler
from batactors.testing import Knobs, Plan, faults, run_plan, steps
from batactors.testing.simulation import bounds

LOST = Plan(
    steps=(steps.ByHand(at=0.0, order=1), steps.Trade(at=0.5, order=1)),
    faults=(faults.LoseFrame(event="trade"),),
    storm=1.0,
)
"""A stranger's fill is lost without a trace; nothing but a round of the reconciler can tell of it."""


@pytest.mark.parametrize("paced", [False, True])
@pytest.mark.parametrize("every", [20.0, 60.0, 100.0])
def test_what_was_lost_without_a_trace_has_until_the_next_round(every: float, paced: bool) -> None:
    """However seldom a round is made, what it finds is not missed; and a run does not wait for much longer."""
    knobs = Knobs(reconcile_every=every, rate_limits=paced)
    report = run_plan(evolve(LOST, knobs=knobs))
    assert report.good, report.violations
    assert report.reached["somebody else's fill was reported"]
    assert report.virtual_seconds < max(60.0, 1.0 + bounds.round_bound(knobs)) + 10.0


def test_it_is_missed_where_no_round_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that asks for nothing without a reason is found out."""
    monkeypatch.setattr(Reconciler, "_next_round", inf)
    report = run_plan(evolve(LOST, knobs=Knobs(reconcile_every=60.0)))
    assert [one.check for one in report.violations] == ["NothingInvented"]


@pytest.mark.parametrize("name", ["reconcile_every", "answer", "tick"])
def test_the_bound_of_a_round_grows_with_each_setting(name: str) -> None:
    """A second more of anything that a round waits for is a second more at least."""
    more = evolve(Knobs(), **{name: getattr(Knobs(), name) + 1.0})
    assert bounds.round_bound(more) >= bounds.round_bound(Knobs()) + 1.0
    assert bounds.round_bound(evolve(Knobs(), rate_limits=True)) > bounds.round_bound(Knobs())
