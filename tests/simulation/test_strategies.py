"""Plans from hypothesis: what it offers, what it comes to when it shrinks, and that it leaves runs as they are."""

import importlib
import random
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from batactors.core.dispatch import Dispatch
from batactors.testing import Fifo, Lifo, Replay, faults
from batactors.testing.simulation import Plan, draw_plan, moments, run_plan, steps
from batactors.testing.simulation.fault_strategies import TABLE
from batactors.testing.simulation.fault_words import KRAKEN_SPOT
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.strategies import (
    PLAN_SETTINGS,
    PlanFailed,
    check_plan,
    fault_plans,
    knobs,
    plans,
    schedules,
    workloads,
)
from batactors.testing.simulation.text import plan_from_json, plan_to_json
from tests.simulation.own_kinds import Melt
from tests.simulation.planted import NoFill, forgets_fills

QUICK = settings(PLAN_SETTINGS, max_examples=60, derandomize=True, database=None)
SEARCH = settings(QUICK, max_examples=3000, suppress_health_check=list(HealthCheck))
BARE = Knobs(strategy=Fifo())


def simplest(strategy: Any, like: Callable[[Any], bool] = lambda value: True) -> Any:
    """What hypothesis comes to when it looks for a value like this."""
    return find(strategy, like, settings=SEARCH)


# What is offered.


@given(plan=plans(storm=12.0))
def test_plans_are_good(plan: Plan) -> None:
    """All times are on the grid and within the storm; every step is about an order that was placed; JSON holds it."""
    assert plan_from_json(plan_to_json(plan)) == plan
    times = [step.at for step in plan.steps]
    times += [fault.at for fault in plan.faults if isinstance(fault, moments.TimedFault)]
    assert all(0 <= at <= 12.0 and at == round(round(at / 0.05) * 0.05, 6) for at in times)
    assert list(plan.steps) == sorted(plan.steps, key=lambda step: step.at)
    placed = {100, *(step.order for step in plan.steps if isinstance(step, steps.Place))}
    for step in plan.steps:
        if isinstance(step, steps.PlaceBatch):
            placed.update(range(step.order, step.order + step.count))
    assert {getattr(step, "order", 100) for step in plan.steps} <= placed


def test_every_kind_of_fault_is_offered() -> None:
    """Whatever a drawn plan may hold, hypothesis may find; and it goes no further than drawn plans do."""
    drawn = {type(fault) for seed in range(800) for fault in draw_plan(seed).faults}
    assert {type(fault) for family in TABLE for fault in family} == drawn


@pytest.mark.parametrize("family", TABLE[: len(TABLE) // 2], ids=lambda family: type(family[0]).__name__)
def test_the_simplest_of_a_kind_comes_first(family: Any) -> None:
    """The first has no longer a life, and no higher number, than any other; only so does shrinking end there."""
    for name in ("nth", "count", "point", "at"):
        assert getattr(family[0], name, 0) == min(getattr(fault, name, 0) for fault in family)


# What it comes to.


def test_the_simplest_plan_does_nothing() -> None:
    """No step, no fault, every knob as it is by default, the oldest task first."""
    assert simplest(plans()) == Plan(knobs=BARE)
    assert simplest(workloads()) == simplest(fault_plans()) == ()
    assert simplest(knobs()) == BARE
    assert simplest(schedules()) == Fifo()


@pytest.mark.parametrize(
    ("like", "expected"),
    [
        (lambda plan: len(plan.faults) == 2, Plan(faults=(moments.Cut(), moments.Cut()), knobs=BARE)),
        (
            lambda plan: any(isinstance(step, steps.Trade) and step.order < 100 for step in plan.steps),
            Plan(steps=(steps.Place(at=0.0, order=1), steps.Trade(at=1.0, order=1)), knobs=BARE),
        ),
        (
            lambda plan: any(isinstance(fault, faults.LoseAck) and fault.nth > 2 for fault in plan.faults),
            Plan(faults=(faults.LoseAck(method="add_order", nth=3),), knobs=BARE),
        ),
        (
            lambda plan: any(isinstance(fault, moments.Crash) and fault.when is not None for fault in plan.faults),
            Plan(faults=(moments.Crash(actor="connection", when=KRAKEN_SPOT.aims[0]),), knobs=BARE),
        ),
        (lambda plan: plan.knobs.strategy == Lifo(), Plan(knobs=Knobs(strategy=Lifo()))),
        (
            lambda plan: plan.knobs.fill_in_parts == 3 and any(step.at >= 1 for step in plan.steps),
            Plan(steps=(steps.Place(at=1.0, order=1),), knobs=Knobs(strategy=Fifo(), fill_in_parts=3)),
        ),
    ],
    ids=["two faults", "a trade", "a late fault", "an aimed crash", "a schedule", "a knob and a time"],
)  # fmt: skip
def test_plans_shrink_to_simple_ones(like: Callable[[Plan], bool], expected: Plan) -> None:
    """What has nothing to do with it goes, and what has is as simple as it can be."""
    assert simplest(plans(), like) == expected


def test_schedules_shrink_to_short_ones() -> None:
    """A recorded order of tasks loses the choices that do not matter; the oldest first is the simplest choice."""
    found = simplest(schedules(), lambda strategy: isinstance(strategy, Replay) and 2 in strategy.choices)
    assert found == Replay(choices=(2,))


def test_faults_of_your_own_are_offered() -> None:
    """They come beside ours, and shrink as their strategy says."""
    strategy = fault_plans(more=st.builds(Melt, at=st.sampled_from([1.0, 2.0])))
    assert simplest(strategy, lambda plan: any(isinstance(fault, Melt) for fault in plan)) == (Melt(at=1.0),)


# With real runs.


def failure_of(test: Callable[[], None]) -> BaseException:
    """What hypothesis raises in the end."""
    with pytest.raises(PlanFailed) as caught:
        test()
    return caught.value


def test_a_planted_bug_is_found_and_shrunk() -> None:
    """A promise that nobody gave: an order that trades, told as Python in the error and in hypothesis's own words."""

    @QUICK
    @given(plan=plans(storm=10.0, knobs=st.just(BARE)))
    def test(plan: Plan) -> None:
        check_plan(plan, checks=(NoFill,))

    error = failure_of(test)
    assert type(error).__name__ == "NoFillFailed"
    assert isinstance(error, PlanFailed)
    rests = (steps.Place(at=0.0, order=1), steps.Trade(at=1.0, order=1))
    crosses = (steps.Place(at=0.0, order=1, price="51500"),)
    assert error.plan in [Plan(steps=simplest, storm=10.0, knobs=BARE) for simplest in (rests, crosses)]
    names: dict[str, Any] = {}
    exec(str(error).partition("This shows it again:\n\n")[2], names)
    assert names["plan"] == error.plan
    with pytest.raises(AssertionError, match="NoFill"):
        names["test_it"]()
    (note,) = [note for note in error.__notes__ if "plan=" in note]
    assert "    plan=Plan(\n        steps=(\n            steps.Place(at=0.0, order=1" in note


def test_a_bug_of_the_engine_is_found_and_shrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that forgets, with the session, which fills it told: one order, half a trade, one cut."""
    monkeypatch.setattr(Dispatch, "apply", forgets_fills)
    cut = st.just((moments.Cut(at=3.0),))

    @settings(QUICK, max_examples=200)
    @given(plan=plans(steps=workloads(storm=2.0, most_orders=2), faults=cut, knobs=st.just(BARE), storm=6.0))
    def test(plan: Plan) -> None:
        check_plan(plan)

    error = failure_of(test)
    assert type(error).__name__ == "ExactlyOnceFailed"
    assert isinstance(error, PlanFailed)
    assert [type(step) for step in error.plan.steps] == [steps.Place, steps.Trade]
    assert run_plan(error.plan).violations


def test_a_good_plan_passes() -> None:
    """And its report is there to be looked at."""
    report = check_plan(Plan(steps=(steps.Place(at=0.0, order=1),)))
    assert (report.good, report.orders) == (True, 1)


# That they live together.


@settings(QUICK, max_examples=5)
@given(seed=st.integers(0, 100))
def test_a_run_is_the_same_under_hypothesis(seed: int) -> None:
    """hypothesis takes hold of `random` and of trio's order of tasks; a run has both from its own seed."""
    plan = Plan(seed=seed, steps=(steps.Place(at=0.0, order=1),), faults=(moments.Cut(at=1.0),))
    before = random.getstate()
    assert run_plan(plan).digest == run_plan(plan).digest == DIGESTS.setdefault(seed, run_plan(plan).digest)
    assert random.getstate() == before


DIGESTS = {
    seed: run_plan(Plan(seed=seed, steps=(steps.Place(at=0.0, order=1),), faults=(moments.Cut(at=1.0),))).digest
    for seed in (0, 1)
}
"""Of runs outside of hypothesis."""


def test_without_hypothesis_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not among what batactors installs."""
    name = "batactors.testing.simulation.strategies"
    monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(ModuleNotFoundError, match=f"{name} needs hypothesis, .* pip install hypothesis"):
        importlib.import_module(name)


def test_nobody_else_needs_hypothesis() -> None:
    """Plans, their text and their shrinking do without."""
    modules = ["run", "draw", "text", "shrink", "checking"]
    imports = "; ".join(f"import batactors.testing.simulation.{module}" for module in modules)
    subprocess.run([sys.executable, "-c", f"import sys; sys.modules['hypothesis'] = None; {imports}"], check=True)
