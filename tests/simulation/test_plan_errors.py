"""A plan that cannot be read says where, what is there, and what would be right."""

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from batactors.testing import faults
from batactors.testing.simulation import Plan, moments
from batactors.testing.simulation.kinds import FAULTS, SCHEDULES, STEPS
from batactors.testing.simulation.text import PlanError, plan_from_json, plan_to_json
from tests.simulation import own_kinds as own


def errors(text: str) -> list[str]:
    """The lines of the error that this JSON is refused with."""
    with pytest.raises(PlanError) as caught:
        plan_from_json(text)
    return str(caught.value).splitlines()


def of(**settings: Any) -> list[str]:
    """The same, of a plan with these settings."""
    return errors(json.dumps(settings))


def test_every_mistake_is_told_with_its_place() -> None:
    """One line for each: where, what is there, what would be right."""
    assert of(
        seed=1.5,
        sed=2,
        steps=[{"kind": "Place", "at": 1, "order": 1, "side": "by"}, {"kind": "Cancel"}],
        faults=[{"kind": "Cut", "at": "soon", "wen": "x"}],
        knobs={"latency": [1], "tick": True, "rate_limits": 1, "reads": [2]},
        storm=None,
    ) == [
        "the plan: seed is 1.5: write a whole number",
        "the plan: steps[0].side is 'by': write 'buy' or 'sell'",
        "the plan: steps[1].at is missing",
        "the plan: steps[1].order is missing",
        "the plan: faults[0].at is 'soon': write a number, or \"inf\" for one without end",
        "the plan: faults[0].wen is not known; did you mean 'when'? Cut has at, when, nth",
        'the plan: knobs.tick is True: write a number, or "inf" for one without end',
        "the plan: knobs.latency is a list of 1: write one of 2",
        "the plan: knobs.rate_limits is 1: write true or false",
        "the plan: knobs.reads is a list: write a whole number",
        'the plan: storm is nothing: write a number, or "inf" for one without end',
        "the plan: sed is not known; did you mean 'seed'? Plan has seed, steps, faults, knobs, storm, venue",
    ]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("Loseack", "LoseAck"),
        ("cut", "Cut"),
        ("LooseAck", "LoseAck"),
        ("fauts.Stall", "faults.Stall"),
        ("melt", f"{own.__name__}.Melt"),
    ],
)
def test_the_nearest_kind_is_suggested(given: str, meant: str) -> None:
    """A kind that is nearly right is told by its right name, one of a user's own too."""
    (line,) = of(faults=[{"kind": given}])
    assert line.startswith(
        f"the plan: faults[0] has the kind {given!r}, which is not known; did you mean {meant!r}? Known"
    )
    assert line.endswith("; to make those of a module of yours known, import it")


def test_the_kinds_to_choose_from_are_told() -> None:
    """Nobody has to look them up; those that only hold what others have in common are not among them."""
    (line,) = of(knobs={"strategy": {"kind": "Random"}})
    assert line == (
        "the plan: knobs.strategy has the kind 'Random', which is not known. Known are Fifo, Lifo, Pct, Replay, Uniform"
    )
    (line,) = of(steps=[{"kind": "Pray"}])
    assert "Known are Adopt, Amend, ByHand, Cancel, CancelBatch, CancelEverything, CancelOpenOrders," in line
    assert not {"Step", "Fault", "TimedFault", "CommandFault", "FrameFault"} & {*FAULTS.offered(), *STEPS.offered()}
    assert SCHEDULES.offered() == ["Fifo", "Lifo", "Pct", "Replay", "Uniform"]


def test_a_name_of_two_kinds_has_to_be_full() -> None:
    """A stall of the venue's is not one of an actor's."""
    assert of(faults=[{"kind": "Stall"}]) == [
        "the plan: faults[0] has the kind 'Stall', and that is the name of 2: write faults.Stall or moments.Stall"
    ]


def test_ours_keep_their_names() -> None:
    """A user's kind of the same name does not change what a plan that was kept means."""
    (cut,) = plan_from_json('{"faults": [{"kind": "Cut"}]}').faults
    assert type(cut) is moments.Cut
    (freeze,) = plan_from_json('{"faults": [{"kind": "Freeze"}]}').faults
    assert type(freeze) is own.Freeze


def test_what_is_no_plan_at_all() -> None:
    """Text that is no JSON, JSON that is no plan, parts that are none."""
    assert errors("{")[0].startswith("the plan is no JSON: ")
    assert errors("[]") == ["the plan: is a list: write an object with seed, steps, faults, knobs, storm, venue"]
    assert of(steps=3) == ["the plan: steps is a number: write a list"]
    assert of(steps="xy") == ["the plan: steps is text: write a list"]
    assert of(faults=[[]])[0].startswith('the plan: faults[0] is a list: write an object with a "kind". Known are ')
    assert of(faults=[{"at": 1}])[0].startswith("the plan: faults[0] has no kind: write which fault it is. Known are ")
    assert of(knobs=5)[0].startswith("the plan: knobs is a number: write an object with strategy, tick, ")


def test_users_fields_are_held_to_their_types() -> None:
    """A kind of a user's own is checked as ours are."""
    mine = f"{own.__name__}.Melt"
    assert of(
        faults=[{"kind": mine, "heat": "hot"}, {"kind": mine, "heat": 1}, {"kind": mine, "row": 4, "how": "x"}]
    ) == [
        "the plan: faults[0].heat is 'hot': write a decimal number as text, such as \"0.5\"",
        'the plan: faults[1].heat is 1: write a decimal number as text, such as "0.5"',
        "the plan: faults[2].how is 'x': write 'fast' or 'slow'",
        "the plan: faults[2].row is a number: write an object",
    ]


@pytest.mark.parametrize("row", [{"a": Decimal(1)}, {"a": object()}, {"a": math.nan}, {"a": math.inf}])
def test_what_json_cannot_hold_is_refused_when_it_is_written(row: dict[str, Any]) -> None:
    """A plan that could not be read again is not kept in the first place."""
    with pytest.raises(PlanError, match=r"^the plan: faults\[1\] "):
        plan_to_json(Plan(faults=(moments.Cut(), faults.MalformedRow(row=row))))


def test_a_field_may_not_be_called_kind() -> None:
    """JSON needs that word itself; the error says so before a plan is lost."""

    @frozen(kw_only=True)
    class Odd(moments.TimedFault):
        """A fault with an unlucky field."""

        kind: str = "x"

    with pytest.raises(PlanError, match="has a field `kind`, which in JSON is the name of its class: rename it"):
        plan_to_json(Plan(faults=(Odd(),)))


KEYS = st.sampled_from(["kind", "seed", "steps", "faults", "knobs", "strategy", "at", "storm"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS | st.text(), inner)).map(json.dumps)


@given(text=JSON | st.text())
def test_whatever_is_given_is_read_or_refused(text: str) -> None:
    """There is no text that ends in another error than the one that is promised."""
    try:
        plan = plan_from_json(text)
    except PlanError:
        return
    assert plan_from_json(plan_to_json(plan)) == plan
