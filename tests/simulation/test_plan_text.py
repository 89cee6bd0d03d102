"""Plans as text: Python that can be pasted, and JSON that can be kept."""

import math
from decimal import Decimal
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from batactors.testing import Fifo, Lifo, Pct, Replay, Uniform, faults
from batactors.testing.simulation import Plan, draw_plan, moments, steps
from batactors.testing.simulation.checks.order import InOrder
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.text import plan_from_json, plan_to_json, to_python
from tests.simulation import own_kinds as own
from tests.simulation.planted import NoFill

SEEDS = st.integers(min_value=0, max_value=2**70)
SOME = Plan(
    seed=7,
    steps=(steps.Place(at=0.0, order=1), steps.CancelBatch(at=1.5, orders=(1, 2)), steps.CancelEverything(at=2.0)),
    faults=(
        faults.LoseAck(method="add_order"),
        faults.GoSilent(seconds=math.inf),
        faults.Stall(),
        faults.LoseFrame(count=2.0),
        moments.Stall(actor="lane"),
        moments.Cut(at=3.0),
    ),
    knobs=Knobs(strategy=Replay((1, 0, 2)), latency=(0.0, 0.5)),
)


OWN = Plan(
    steps=(own.Sing(at=1.0, song='"Auld Lang Syne"\n'),),
    faults=(
        own.Melt(heat=Decimal("20.50"), parts=("a", "b"), window=(-math.inf, 2), how="slow", row={"a": [1, 2.5, None]}),
        own.Melt(parts=("one",), spare=-math.inf),
        own.Freeze(method="add_order", nth=2),
        own.Cut(at=1),
        moments.Cut(at=1.0),
    ),
)


def python(plan: Plan) -> Plan:
    """The plan that the text makes."""
    names: dict[str, Any] = {}
    exec(to_python(plan), names)
    made = names["plan"]
    assert callable(names["test_it"])
    assert isinstance(made, Plan)
    return made


@given(seed=SEEDS)
def test_python_gives_the_plan_back(seed: int) -> None:
    """The Python of a plan makes an equal plan, to the last digit and type: its trace is the same too."""
    plan = draw_plan(seed)
    assert python(plan) == plan
    assert repr(python(plan)) == repr(plan)


@given(seed=SEEDS)
def test_json_gives_the_plan_back(seed: int) -> None:
    """The JSON of a plan makes an equal plan, and the same JSON again."""
    plan = draw_plan(seed)
    text = plan_to_json(plan)
    assert plan_from_json(text) == plan
    assert repr(plan_from_json(text)) == repr(plan)
    assert plan_to_json(plan_from_json(text.encode())) == text


@pytest.mark.parametrize("plan", [SOME, OWN, Plan()], ids=["ours", "users' own", "nothing"])
def test_whatever_a_plan_may_hold(plan: Plan) -> None:
    """Decimals, tuples, endless times, names that two kinds share, and kinds of users' own go both ways."""
    assert repr(python(plan)) == repr(plan_from_json(plan_to_json(plan))) == repr(plan)


@pytest.mark.parametrize(
    "strategy", [Fifo(), Lifo(), Uniform(), Pct(), Pct(changes=9), Replay(), Replay((3,))], ids=repr
)
def test_schedules_go_both_ways(strategy: Any) -> None:
    """The order of tasks is part of a plan."""
    plan = Plan(knobs=Knobs(strategy=strategy))
    assert python(plan) == plan_from_json(plan_to_json(plan)) == plan


def test_the_python_is_what_one_would_write() -> None:
    """Imports, a line for each step and fault, only what differs from the defaults, and the test itself."""
    assert (
        to_python(SOME)
        == """from batactors.testing import Knobs, Plan, Replay, faults, moments, run_plan, steps

plan = Plan(
    seed=7,
    steps=(
        steps.Place(at=0.0, order=1),
        steps.CancelBatch(at=1.5, orders=(1, 2)),
        steps.CancelEverything(at=2.0),
    ),
    faults=(
        faults.LoseAck(method="add_order"),
        faults.GoSilent(),
        faults.Stall(),
        faults.LoseFrame(count=2.0),
        moments.Stall(actor="lane"),
        moments.Cut(at=3.0),
    ),
    knobs=Knobs(strategy=Replay(choices=(1, 0, 2)), latency=(0.0, 0.5)),
)


def test_it() -> None:
    report = run_plan(plan)
    assert report.good, report.violations
"""
    )


def test_the_python_of_users_kinds_names_their_module() -> None:
    """A kind of a user's own is imported from where it is defined."""
    text = to_python(OWN)
    assert "import tests.simulation.own_kinds\n" in text
    assert "        tests.simulation.own_kinds.Cut(at=1),\n        moments.Cut(at=1.0),\n" in text


def test_the_python_of_a_local_kind_says_what_to_do() -> None:
    """What cannot be imported is written all the same, with a remark: the text may be all there is of a failure."""

    @frozen(kw_only=True)
    class Local(moments.TimedFault):
        """Nobody else can see this."""

    text = to_python(Plan(faults=(Local(at=1.0),)))
    assert "# Local is defined inside of tests.simulation.test_plan_text.test_the_python" in text
    assert "        Local(at=1.0),\n" in text


def test_the_python_watches_the_same_promises() -> None:
    """A plan that breaks a promise of a user's own is told with that promise: without it, it would break none."""
    text = to_python(Plan(), checks=[NoFill, InOrder])
    assert "import tests.simulation.planted\n" in text
    assert "checks=[tests.simulation.planted.NoFill, batactors.testing.simulation.checks.order.InOrder])" in text
    exec(text, {})


@pytest.mark.parametrize("seed", range(40))
def test_the_python_is_tidy(seed: int) -> None:
    """No line is longer than 120 characters, so that it can stand in a test as it is."""
    assert max(map(len, to_python(draw_plan(seed)).splitlines())) <= 120


def test_the_json_has_a_line_for_each_part() -> None:
    """Steps and faults can be told apart, counted and taken away by eye; each says its kind first."""
    lines = plan_to_json(SOME).splitlines()
    assert lines[1] == '  "seed": 7,'
    assert lines[4] == '    {"kind": "CancelBatch", "at": 1.5, "orders": [1, 2]},'
    assert '    {"kind": "faults.Stall", "nth": 1, "count": 1, ' in "\n".join(lines)
    assert '    {"kind": "moments.Stall", "at": 0.0, "when": null, ' in "\n".join(lines)
    assert '"seconds": "inf"' in "\n".join(lines)


def test_json_holds_the_defaults_too() -> None:
    """A plan that was kept means the same when a default changes; what is missing has its default."""
    assert '"reconcile_every": 20.0' in plan_to_json(Plan())
    assert plan_from_json("{}") == Plan()


def test_a_class_that_was_defined_again_is_the_later_one() -> None:
    """As in a notebook: the cell ran twice, and both classes are there."""

    def define() -> Any:
        @frozen(kw_only=True)
        class Again(moments.TimedFault):
            """Defined twice."""

        return Again

    before, after = define(), define()
    text = plan_to_json(Plan(faults=(after(),)))
    assert type(plan_from_json(text).faults[0]) is after is not before
