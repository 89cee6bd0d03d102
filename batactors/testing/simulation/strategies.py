"""Plans for hypothesis: it looks for one that breaks a promise, and shrinks what it finds.

```python
@PLAN_SETTINGS
@given(plan=plans())
def test_the_engine(plan: Plan) -> None:
    check_plan(plan)
```

Such a test is an ordinary function, not an async one: a plan has a trio run of its own. What hypothesis takes for
simpler is what a reader does: no fault before a cut, a cut before a partition, whole seconds before any other moment,
the oldest task first before any other order.
"""

from typing import Any

from attrs import evolve

from batactors.testing.faults import LoseFrame
from batactors.testing.schedule import Fifo, Lifo, Pct, Replay, Strategy, Uniform
from batactors.testing.simulation import steps as s
from batactors.testing.simulation.checking import PlanFailed, check_plan
from batactors.testing.simulation.draw import NEVER, OFTEN
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.plan import AnyFault, Plan
from batactors.testing.simulation.text import plan_expression

try:
    from hypothesis import Phase, settings
    from hypothesis import strategies as st
    from hypothesis.vendor import pretty
except ImportError as error:
    raise ModuleNotFoundError(
        f"{__name__} needs hypothesis, which batactors does not install: pip install hypothesis", name="hypothesis"
    ) from error
else:
    from batactors.testing.simulation.fault_strategies import moments, single_faults

__all__ = ["PLAN_SETTINGS", "PlanFailed", "check_plan", "fault_plans", "knobs", "plans", "schedules", "workloads"]

STORM = Plan().storm
DELAYS = (1.0, 0.0, 0.05, 0.1, 0.5, 3.0, 6.0)
"""Virtual seconds after which something is done to an order."""
SIDES: tuple[tuple[s.Side, str, str], ...] = (("buy", "48000", "51500"), ("sell", "52000", "48500"))
"""At which prices an order rests, and at which it trades at once."""
FOLLOWERS: tuple[s.Follower, ...] = ("steady", "steady", "steady", "slow", "late", "leaves", "crashes")
PLAN_SETTINGS = settings(deadline=None, phases=[phase for phase in Phase if phase is not Phase.explain])
"""For tests of plans: a run may take a while, and to watch each line of the engine would make it a long while."""
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


def plans(
    *,
    steps: st.SearchStrategy[tuple[s.Step, ...]] | None = None,
    faults: st.SearchStrategy[tuple[AnyFault, ...]] | None = None,
    knobs: st.SearchStrategy[Knobs] | None = None,
    storm: float = STORM,
) -> st.SearchStrategy[Plan]:
    """Whole plans.

    Args:
        steps: What is done; `workloads()` if not given.
        faults: What goes wrong; `fault_plans()` if not given.
        knobs: How the world is set up; `any_knobs()` if not given.
        storm: Virtual seconds in which things are done and go wrong.
    """
    return _plans(
        steps if steps is not None else workloads(storm=storm),
        faults if faults is not None else fault_plans(storm=storm),
        knobs if knobs is not None else any_knobs(),
        storm,
    )


@st.composite
def _plans(
    draw: st.DrawFn,
    steps: st.SearchStrategy[tuple[s.Step, ...]],
    faults: st.SearchStrategy[tuple[AnyFault, ...]],
    knobs: st.SearchStrategy[Knobs],
    storm: float,
) -> Plan:
    # Not by `st.builds`: hypothesis would show the plan as that call, and not as `_show` does.
    plan = Plan(steps=draw(steps), faults=draw(faults), knobs=draw(knobs), seed=draw(SEEDS), storm=storm)
    if plan.knobs.reconcile_every <= OFTEN or not any(isinstance(fault, LoseFrame) for fault in plan.faults):
        return plan
    # What is lost without a trace shows only where everything is asked for from time to time.
    return evolve(plan, knobs=evolve(plan.knobs, reconcile_every=OFTEN))


def fault_plans(
    *, storm: float = STORM, most: int = 8, more: st.SearchStrategy[AnyFault] | None = None
) -> st.SearchStrategy[tuple[AnyFault, ...]]:
    """What goes wrong in a plan.

    Args:
        storm: Virtual seconds in which it does.
        most: Faults at most.
        more: Faults of your own, beside ours.
    """
    each = single_faults(storm)
    return st.lists(each if more is None else more | each, max_size=most).map(tuple)


@st.composite
def workloads(draw: st.DrawFn, *, storm: float = STORM, most_orders: int = 8) -> tuple[s.Step, ...]:
    """What is done in a plan: orders, and what becomes of each; now and then something that concerns them all."""
    steps: list[s.Step] = []
    number = 1
    for at, placed, way, later in draw(st.lists(_orders(storm), max_size=most_orders)):
        count = placed.count if isinstance(placed, s.PlaceBatch) else 1
        steps.append(evolve(placed, at=at, order=number, **(way if isinstance(placed, s.Place) else {})))
        for position, (step, delay) in enumerate(later):
            after = min(round(at + delay, 6), storm)
            steps.append(evolve(step, at=after, order=number + position % count))
        number += count
    steps += draw(st.lists(_of_all(storm), max_size=2))
    return tuple(sorted(steps, key=lambda step: step.at))


def _orders(storm: float) -> st.SearchStrategy[tuple[float, Any, dict[str, Any], list[tuple[Any, float]]]]:
    later = st.tuples(st.sampled_from(LATER), st.sampled_from(DELAYS))
    return st.tuples(moments(storm), st.sampled_from(PLACED), st.sampled_from(WAYS), st.lists(later, max_size=4))


def _placed(side: s.Side, rests: str, crosses: str, quantity: str) -> list[s.Place | s.PlaceBatch]:
    terms: list[dict[str, Any]] = [
        {"price": rests},
        {"price": crosses},
        {"price": rests},
        {"price": None},
        {"price": crosses, "time_in_force": "ioc"},
        {"price": rests, "post_only": True},
        {"price": crosses, "post_only": True},
    ]
    places = [s.Place(at=0.0, order=1, side=side, quantity=quantity, **term) for term in terms]
    return [*places, s.PlaceBatch(at=0.0, order=1, side=side, quantity=quantity, price=rests)]


PLACED = [
    placed for quantity in ("0.5", "0.2", "0.9") for side in SIDES for placed in _placed(*side, quantity=quantity)
]  # fmt: skip
WAYS: list[dict[str, Any]] = [
    {"follower": follower, "transport": transport, "caller_leaves": leaves}
    for leaves in (False, False, False, False, False, True)
    for transport in ("auto", "auto", "auto", "rest", "websocket")
    for follower in FOLLOWERS
]
LATER: list[Any] = [
    s.Trade(at=0.0, order=1),
    s.Trade(at=0.0, order=1, share="half"),
    s.Cancel(at=0.0, order=1),
    *(s.Amend(at=0.0, order=1, quantity=quantity) for quantity in ("0.4", "0.1", "0.8")),
    *(s.Amend(at=0.0, order=1, price=price) for price in ("48100", "51900")),
    s.Trade(at=0.0, order=1, share="half"),
    s.Cancel(at=0.0, order=1),
    s.VenueCancels(at=0.0, order=1),
    s.VenueExpires(at=0.0, order=1),
]


def _of_all(storm: float) -> st.SearchStrategy[Any]:
    at = moments(storm)
    return st.one_of(
        st.builds(s.CancelEverything, at=at),
        st.builds(s.Reconcile, at=at),
        st.builds(s.CancelBatch, at=at, orders=st.just((1, 2))),
        st.builds(s.MoveMarket, at=at, bid=st.just("47500"), ask=st.just("48000")),
        st.builds(s.MoveMarket, at=at, bid=st.just("51500"), ask=st.just("52000")),
        st.builds(s.ByHand, at=at, order=st.just(100)),
        st.builds(s.Trade, at=at, order=st.just(100), share=st.just("half")),
        st.builds(s.Adopt, at=at, order=st.just(100)),
        st.builds(s.Cancel, at=at, order=st.just(100)),
    )


def schedules() -> st.SearchStrategy[Strategy]:
    """Orders of tasks: the oldest first, the youngest first, as a list of choices says, or drawn from the seed."""
    return st.one_of(
        st.just(Fifo()),
        st.just(Lifo()),
        st.lists(st.integers(0, 4), min_size=1, max_size=100).map(lambda choices: Replay(choices=tuple(choices))),
        st.just(Uniform()),
        st.builds(Pct, changes=st.sampled_from([3, 1, 10])),
    )


def knobs() -> st.SearchStrategy[Knobs]:
    """How the world is set up: each knob as it is by default, or otherwise."""
    return st.builds(
        Knobs,
        strategy=schedules(),
        tick=st.sampled_from([0.01, 0.05, 0.0]),
        latency=st.sampled_from([(0.001, 0.02), (0.0, 0.0), (0.05, 0.3)]),
        split=st.sampled_from([0.0, 0.3]),
        rate_limits=st.sampled_from([False] * 9 + [True]),
        unique_client_order_ids=st.booleans(),
        fill_in_parts=st.sampled_from([1, 3]),
        ioc_remainder=st.sampled_from(["canceled", "expired"]),
        disk=st.sampled_from([0.0, 0.002, 0.05]),
        slow_follower=st.sampled_from([1.0, 0.1, 2.0]),
        reconcile_every=st.sampled_from([20.0, 2.0, 5.0, OFTEN, NEVER]),
        read_lag=st.sampled_from([Knobs().read_lag, 1.0]),
        answer=st.sampled_from([4.0, 2.0]),
        silence=st.sampled_from([10.0, 4.0]),
        recovery_patience=st.sampled_from([120.0, 8.0]),
        tombstones=st.sampled_from([10_000, 3]),
        reads=st.sampled_from([2, 1, 3]),
        backoff_most=st.sampled_from([2.0, 0.5, 8.0]),
    ).map(_with_room)


any_knobs = knobs  # `plans` has a parameter of that name


def _with_room(given: Knobs) -> Knobs:
    """A venue that limits the pace needs time to answer."""
    if not given.rate_limits:
        return given
    return evolve(given, reconcile_every=max(given.reconcile_every, 20.0), recovery_patience=900.0)


def _show(plan: Plan, printer: Any, cycle: bool) -> None:
    """How hypothesis shows a plan: as the Python that makes it."""
    for number, line in enumerate(plan_expression(plan).split("\n")):
        if number:
            printer.break_()
        printer.text(line)


pretty.for_type_by_name(Plan.__module__, Plan.__name__, _show)
