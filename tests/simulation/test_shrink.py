"""From a long plan to the shortest one that breaks the same promise."""

import math
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from batactors.core.dispatch import Dispatch
from batactors.testing import Fifo, Lifo, Pct, Replay, faults
from batactors.testing.simulation import Plan, draw_plan, moments, run_plan, steps
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.shrink import Progress, shrink
from tests.simulation.planted import NoReplayAfterACrash, forgets_fills

SEEDS = st.integers(min_value=0, max_value=2**32)
NOISY = Plan(
    seed=5,
    steps=(
        steps.Place(at=0.35, order=4, side="sell", quantity="0.7", price="52000", follower="slow"),
        steps.PlaceBatch(at=0.5, order=7, count=3),
        steps.Amend(at=1.15, order=4, price="51900"),
        steps.Trade(at=2.35, order=4, share="half"),
        steps.Trade(at=2.4, order=8, share="half"),
        steps.CancelBatch(at=3.55, orders=(7, 9)),
        steps.Reconcile(at=6.0),
        steps.Cancel(at=9.3, order=8),
        steps.Place(at=11.0, order=2, price=None, transport="rest", caller_leaves=True),
    ),
    faults=(
        faults.DelayAck(method="add_order", seconds=0.5),
        moments.Slow(at=0.45, seconds=3.0, by=0.3),
        moments.Crash(at=2.4, actor="connection", point=2),
        faults.DuplicateFrame(nth=2, count=5),
        moments.Cut(when="event OrderFilled", nth=2),
        moments.Partition(at=12.05, seconds=3.0, direction="up"),
        moments.Stall(at=12.5, actor="lane"),
    ),
    knobs=Knobs(strategy=Pct(changes=5), tick=0.05, reconcile_every=5.0, fill_in_parts=3, reads=1),
)
BARE = Knobs(strategy=Fifo())
"""Of the knobs, what no plan gets rid of."""


def kinds(parts: Any) -> list[type]:
    return [type(part) for part in parts]


def has(plan: Plan, *wanted: type) -> bool:
    """Whether the plan has a part of each of these kinds."""
    return set(wanted) <= set(kinds((*plan.steps, *plan.faults)))


def shrunk(*faults_and_steps: Any, fails: Any = None, **settings: Any) -> Plan:
    """What a plan of these comes to, all of which it takes to fail."""
    parts = {"steps": [], "faults": []} | settings
    for part in faults_and_steps:
        parts["steps" if isinstance(part, steps.Step) else "faults"].append(part)
    plan = Plan(**parts)
    number = len(faults_and_steps)
    return shrink(plan, fails or (lambda other: len((*other.steps, *other.faults)) == number))


# What is taken away.


def test_only_what_it_takes_is_left() -> None:
    """All else goes: other steps, other faults, knobs, settings, time."""
    found = shrink(NOISY, lambda plan: has(plan, steps.Trade, moments.Cut))
    assert found == Plan(seed=5, steps=(steps.Trade(at=0.0, order=1),), faults=(moments.Cut(),), knobs=BARE, storm=1.0)


def test_what_always_fails_comes_to_nothing() -> None:
    """An engine that fails without any step or fault has a plan without any."""
    assert shrink(NOISY, lambda plan: True) == Plan(seed=5, knobs=BARE, storm=1.0)


@given(seed=SEEDS, data=st.data())
def test_nothing_single_can_be_taken_away(seed: int, data: st.DataObject) -> None:
    """Whatever parts it takes, exactly these are left, in their order."""
    plan = draw_plan(seed)
    needed = data.draw(st.sets(st.sampled_from([type(part) for part in (*plan.steps, *plan.faults)]), max_size=3))
    found = shrink(plan, lambda other: has(other, *needed))
    assert sorted(map(str, kinds((*found.steps, *found.faults)))) == sorted(map(str, needed))
    assert found.seed == seed


@given(seed=SEEDS)
def test_it_is_the_same_each_time(seed: int) -> None:
    """Shrinking is no matter of luck, and to shrink again changes nothing."""

    def fails(plan: Plan) -> bool:
        return len(plan.steps) >= 2 and len(plan.faults) * 7 + len(plan.steps) * 3 >= min(len(before.steps) * 3, 12)

    before = draw_plan(seed)
    if not fails(before):
        return
    found = shrink(before, fails, most_runs=10_000)
    assert shrink(before, fails, most_runs=10_000) == found == shrink(found, fails, most_runs=10_000)


# What is made simpler.


@pytest.mark.parametrize(
    ("part", "simplest"),
    [
        (faults.LoseAck(method="add_order", nth=4, count=math.inf), faults.LoseAck()),
        (faults.DelayCommand(seconds=4.9), faults.DelayCommand(seconds=1.0)),
        (faults.DelayCommand(seconds=math.inf), faults.DelayCommand(seconds=math.inf)),
        (faults.MalformedRow(row={"x": 1}), faults.MalformedRow()),
        (faults.HttpError(status=429), faults.HttpError()),
        (faults.ReadLag(seconds=0.9, count=5), faults.ReadLag(seconds=0.9)),
        (moments.Partition(seconds=15.0, direction="up", when="step Sent", nth=2, at=3.3), moments.Partition()),
        (moments.StepVenueClock(by=-0.5), moments.StepVenueClock()),
        (moments.Crash(actor="lane", point=8), moments.Crash(actor="lane")),
        (steps.Place(at=3.35, order=9, quantity="0.7", price=None, follower="late"), steps.Place(at=0.0, order=1)),
        (steps.CancelBatch(at=1.0, orders=(5, 3, 4)), steps.CancelBatch(at=0.0, orders=(1,))),
        (steps.MoveMarket(at=1.0, bid="1", ask="2"), steps.MoveMarket(at=0.0, bid="1", ask="2")),
    ],
    ids=lambda part: type(part).__name__,
)
def test_settings_that_do_not_matter_go(part: Any, simplest: Any) -> None:
    """Numbers are small and round, and everything is as it is by default that can be, unless that would be worse."""
    found = shrunk(part)
    assert (*found.steps, *found.faults) == (simplest,)


def test_settings_that_matter_stay() -> None:
    """Each by itself: the simplest value that still fails."""

    def fails(plan: Plan) -> bool:
        return any(
            isinstance(fault, moments.Partition) and fault.seconds > 2.5 and fault.direction == "up" and fault.at > 3.14
            for fault in plan.faults
        ) and plan.knobs.reads == 1  # fmt: skip

    found = shrink(NOISY, fails)
    assert found.faults == (moments.Partition(at=4.0, seconds=3.0, direction="up"),)
    assert found.knobs == evolve(BARE, reads=1)


@pytest.mark.parametrize(
    ("given", "needed", "left"),
    [
        (Pct(changes=9), (Pct, Lifo), Lifo()),
        (Pct(changes=9), (Pct,), Pct()),
        (Replay(choices=(1, 2, 3)), (Replay,), Replay()),
    ],
)
def test_the_order_of_tasks_is_simple_if_it_can_be(given: Any, needed: tuple[type, ...], left: Any) -> None:
    """The oldest first, the youngest first, any; only then one that has settings, and these as they are by default."""
    plan = Plan(knobs=Knobs(strategy=given))
    assert shrink(plan, lambda other: isinstance(other.knobs.strategy, needed)).knobs.strategy == left


def test_a_venue_that_limits_the_pace_is_given_room() -> None:
    """A plan in which answers cannot come in time breaks a promise that nobody could keep."""
    knobs = Knobs(rate_limits=True, reconcile_every=60.0, recovery_patience=900.0, reads=3)
    found = shrink(Plan(knobs=knobs), lambda plan: plan.knobs.rate_limits and plan.knobs.recovery_patience > 500)
    assert found.knobs == evolve(BARE, rate_limits=True, reconcile_every=60.0, recovery_patience=900.0)
    assert shrink(Plan(knobs=knobs), lambda plan: plan.knobs.reads == 3).knobs == evolve(BARE, reads=3)


def test_orders_count_from_one() -> None:
    """In the order in which they appear; the orders of a batch go on following one another."""
    found = shrunk(steps.Cancel(at=0.0, order=9), steps.Place(at=0.0, order=4), steps.Cancel(at=0.0, order=4))
    assert [getattr(step, "order", None) for step in found.steps] == [1, 2, 2]
    batch = shrunk(
        steps.Cancel(at=0.0, order=8),
        steps.PlaceBatch(at=0.0, order=7, count=3),
        fails=lambda plan: kinds(plan.steps) == [steps.Cancel, steps.PlaceBatch] and plan.steps[1].count == 3,
    )
    assert batch.steps == (steps.Cancel(at=0.0, order=2), steps.PlaceBatch(at=0.0, order=1, count=3))


def test_it_begins_at_once() -> None:
    """When only the time between two things matters, the first of them is at 0."""

    def fails(plan: Plan) -> bool:
        return len(plan.steps) == 2 and math.isclose(plan.steps[1].at - plan.steps[0].at, 2.25)

    found = shrunk(steps.Cancel(at=3.05, order=1), steps.Cancel(at=5.3, order=2), fails=fails)
    assert [step.at for step in found.steps] == [0.0, 2.25]
    assert found.storm == 3.0


def test_a_storm_lasts_until_the_last_fault() -> None:
    """A fault that struck after everything has healed would break promises that hold."""
    found = shrunk(
        moments.Cut(at=7.7), fails=lambda plan: kinds(plan.faults) == [moments.Cut] and plan.faults[0].at > 7
    )
    assert (found.faults, found.storm) == ((moments.Cut(at=8.0),), 9.0)


@frozen(kw_only=True)
class Own(moments.TimedFault):
    """A fault of a user's own."""

    heat: float
    code: int = 500


def test_users_kinds_shrink_too() -> None:
    """Their fields are made simpler as ours are; a number that has to be given stays one."""
    assert shrunk(Own(at=1.0, heat=17.5, code=404)).faults == (Own(heat=1.0),)


# How it is done.


def test_a_plan_that_does_not_fail_is_refused() -> None:
    """There is nothing to shrink, and it is better to say so than to return something."""
    with pytest.raises(ValueError, match="does not fail"):
        shrink(NOISY, lambda plan: False)
    with pytest.raises(ValueError, match="breaks no promise"):
        shrink(Plan())


@pytest.mark.parametrize("most_runs", [1, 2, 10, 20])
def test_no_more_runs_than_asked(most_runs: int) -> None:
    """When they are used up, the shortest so far is returned: it fails too."""
    tried: list[Plan] = []
    told: list[Progress] = []

    def fails(plan: Plan) -> bool:
        tried.append(plan)
        return has(plan, steps.Reconcile, moments.Stall, moments.Crash)

    found = shrink(NOISY, fails, most_runs=most_runs, progress=told.append)
    assert len(tried) == most_runs == len(told)
    assert fails(found)
    assert [progress.runs for progress in told] == list(range(1, most_runs + 1))
    assert told[-1] == Progress(runs=most_runs, most_runs=most_runs, plan=found)


def test_no_plan_is_run_twice() -> None:
    """A run takes a moment; what is known of a plan is remembered."""
    tried: list[str] = []

    def fails(plan: Plan) -> bool:
        tried.append(repr(plan))
        return has(plan, steps.Trade, moments.Crash, moments.Cut) and plan.knobs.tick == 0.05

    shrink(NOISY, fails)
    assert len(tried) == len(set(tried)) < 150


# With real runs.


def test_a_planted_bug_is_shrunk() -> None:
    """A promise that nobody gave breaks in a plan of an order, a trade and two faults at most."""
    found = shrink(NOISY, checks=(NoReplayAfterACrash,))
    assert len(found.steps) <= 2
    assert len(found.faults) <= 2
    assert (found.knobs, found.storm <= 5.0) == (BARE, True)
    (violation,) = run_plan(found, checks=(NoReplayAfterACrash,)).violations
    assert violation.check == "NoReplayAfterACrash"


def test_a_bug_of_the_engine_is_shrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that forgets, with the session, which fills it told: one order, half a trade, one cut."""
    assert run_plan(NOISY).good
    monkeypatch.setattr(Dispatch, "apply", forgets_fills)
    found = shrink(NOISY)
    assert len(found.steps) <= 2
    assert len(found.faults) <= 1
    assert {violation.check for violation in run_plan(found).violations} == {"ExactlyOnce"}
