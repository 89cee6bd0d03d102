"""Drawn plans in which, besides all that they have, one actor crashes somewhere."""

from random import Random

import pytest
from attrs import evolve

from batactors.testing.simulation import Plan, draw_plan, moments, run_plan

ACTORS = ("rest", "dedup", "reconciler", "metadata", "lane", "connection", "subscriber")
PLANS = 6
"""For each actor."""
POINTS = 40
FEWER = {"metadata": 6, "lane": 8, "subscriber": 4}
"""Await points, of those that the actor passes from the crash's moment on; some pass few in a whole run."""


def crashing(actor: str, number: int) -> Plan:
    """A drawn plan of few faults, with two crashes of this actor; of one of them, the process has just been killed."""
    draw = Random(f"{actor} {number}")
    plan = draw_plan(draw.randrange(1_000_000), most_orders=4, most_faults=3)
    # Where there is no power or no room, there is no engine, and nothing in it to crash.
    faults = [fault for fault in plan.faults if not isinstance(fault, moments.FullDisk | moments.PowerCut)]
    first, second = sorted(round(draw.uniform(0.0, plan.storm / 2), 2) for _ in range(2))
    most = FEWER.get(actor, POINTS)
    return evolve(
        plan,
        faults=(
            *faults,
            moments.Crash(at=first, actor=actor, point=draw.randint(1, most)),
            moments.Kill(at=second, down_for=0.5),
            moments.Crash(at=second, actor=actor, point=draw.randint(1, most)),
        ),
    )


@pytest.mark.holds("D04")
@pytest.mark.parametrize("actor", ACTORS)
def test_a_crash_in_a_drawn_plan_breaks_no_promise(actor: str) -> None:
    """Whatever else goes wrong, an actor that crashes at an await point breaks none of the promises, and comes back."""
    crashed = 0
    for number in range(PLANS):
        report = run_plan(crashing(actor, number))
        assert report.good, (report.violations, report.plan)
        assert report.settled_after is not None
        crashed += report.restarts.get(actor, 0)
    assert crashed >= PLANS, "it was made to crash"
