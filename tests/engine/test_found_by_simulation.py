"""Bugs that the simulation found, each as the plan that showed it."""

import pytest
from attrs import evolve

from batactors import CommandStatus
from batactors.testing import Fifo, Knobs, faults
from batactors.testing.simulation import Plan, moments, run_plan, steps


def test_a_refused_token_is_renewed() -> None:
    """A token that the venue refuses in the middle of a session costs one command, not all that follow."""
    plan = Plan(
        steps=(steps.Place(at=1.0, order=1), steps.Place(at=2.0, order=2), steps.Place(at=3.0, order=3)),
        faults=(moments.ExpireTokens(at=0.5),),
    )
    report = run_plan(plan)
    assert report.good, report.violations
    told = [event.text for event in report.trace.events if event.kind == "step" and event.text.startswith("Resolved")]
    assert told[:3] == [
        f"Resolved {CommandStatus.REJECTED} of create_order",
        f"Resolved {CommandStatus.ACCEPTED} of create_order",
        f"Resolved {CommandStatus.ACCEPTED} of create_order",
    ]


def test_a_second_crash_keeps_the_fence_of_what_may_have_left() -> None:
    """A command that the process died with, before it was sent, gets its verdict though the rebuilding crashes too."""
    plan = Plan(
        steps=(steps.Place(at=1.0, order=1),),
        faults=(
            moments.Kill(when="registered"),
            moments.Crash(when="step RecoveryScheduled", actor="dedup"),
        ),
    )
    report = run_plan(plan)
    assert report.good, report.violations
    assert report.restarts == {"dedup": 1, "machine": 1}
    assert any(event.text.startswith("Resolved NotExecuted") for event in report.trace.events)


def test_an_order_is_not_forgotten_while_a_command_about_it_is_unknown() -> None:
    """An amend whose fate is unknown keeps the order that it is about, however many end meanwhile."""
    later = tuple(steps.Place(at=3.0 + 0.1 * number, order=number, price="51500") for number in range(2, 6))
    plan = Plan(
        steps=(steps.Place(at=1.0, order=1), steps.Amend(at=2.0, order=1, quantity="0.6"), *later),
        faults=(faults.LoseCommand(method="amend_order"), moments.Kill(at=2.5)),
        knobs=Knobs(tombstones=1),
    )
    plan = evolve(plan, steps=(*plan.steps, steps.VenueCancels(at=2.2, order=1)))
    report = run_plan(plan)
    assert report.good, report.violations
    assert any(event.text == "Resolved NotExecuted of amend_order" for event in report.trace.events)


@pytest.mark.parametrize(
    "crash", [moments.Crash(at=5.0, actor="dedup"), moments.Kill(at=5.0)], ids=["dedup", "process"]
)
def test_a_forgotten_order_stays_ours_after_a_crash(crash: moments.TimedFault) -> None:
    """What a history tells of an order that ended long ago is not somebody else's, though only its id is remembered."""
    orders = tuple(steps.Place(at=1.0 + 0.2 * number, order=number, price="51500") for number in range(2, 6))
    plan = Plan(
        steps=(steps.Place(at=1.0, order=1), *orders, steps.Trade(at=4.0, order=1, share="half")),
        faults=(crash,),
        knobs=Knobs(tombstones=1, reconcile_every=5.0),
    )
    report = run_plan(plan)
    assert report.good, report.violations
    assert report.restarts
    assert not [event for event in report.trace.events if event.kind == "report"]


def test_no_fill_is_asked_for_before_the_instruments_are_known() -> None:
    """A fill of somebody else's, found at start, has its fee however late the instruments come."""
    plan = Plan(
        steps=(
            steps.Place(at=0.9, order=2),
            steps.ByHand(at=2.0, order=1),
            steps.Trade(at=3.0, order=1, share="half"),
        ),
        faults=(moments.Kill(at=1.0, down_for=5.0), moments.Stall(at=0.5, actor="metadata", seconds=8.0, point=2)),
    )
    report = run_plan(plan)
    assert report.good, report.violations
    assert any(event.kind == "report" and " fill " in event.text for event in report.trace.events)


@pytest.mark.parametrize("method", ["cancel_order", "amend_order"])
def test_a_command_about_an_order_that_never_lived_gets_its_verdict(method: str) -> None:
    """Where the venue never had the order, it did not do what was asked for the order either, once that has run out."""
    step = steps.Cancel(at=2.0, order=1) if method == "cancel_order" else steps.Amend(at=2.0, order=1, quantity="0.6")
    plan = Plan(
        steps=(steps.Place(at=1.0, order=1), step),
        faults=(faults.LoseCommand(method="add_order"), faults.LoseCommand(method=method)),
    )
    assert verdicts_of(plan)[method] == [CommandStatus.NOT_EXECUTED]


@pytest.mark.parametrize("method", ["cancel_order", "amend_order"])
def test_a_command_about_a_forgotten_order_gets_its_verdict(method: str) -> None:
    """What is asked of an order that ended long ago, and of which only the id is known, was not done."""
    step = steps.Cancel(at=5.0, order=1) if method == "cancel_order" else steps.Amend(at=5.0, order=1, quantity="0.6")
    orders = tuple(steps.Place(at=1.0 + 0.2 * number, order=number, price="51500") for number in range(1, 5))
    plan = Plan(steps=(*orders, step), faults=(faults.LoseCommand(method=method),), knobs=Knobs(tombstones=1))
    assert verdicts_of(plan)[method] == [CommandStatus.NOT_EXECUTED]


def verdicts_of(plan: Plan) -> dict[str, list[CommandStatus]]:
    """What the commands of a good run came to, by operation."""
    report = run_plan(plan)
    assert report.good, report.violations
    found: dict[str, list[CommandStatus]] = {}
    for event in report.trace.events:
        if event.kind == "step" and event.text.startswith("Resolved"):
            _, status, _, operation = event.text.split()
            found.setdefault(operation, []).append(CommandStatus(status))
    return found


def test_a_rival_s_effect_is_not_taken_for_a_lost_amend_s_after_a_crash() -> None:
    """Two amends ask for the same, one is lost, and the account is rebuilt before the other's answer: it did it."""
    amend = steps.Amend(at=2.0, order=1, quantity="0.9")
    plan = Plan(
        steps=(steps.Place(at=1.0, order=1), amend, amend),
        faults=(
            faults.LoseCommand(method="amend_order"),
            moments.Crash(at=1.5, when="registered", nth=2, actor="dedup", point=3),
        ),
    )
    assert verdicts_of(plan)["amend_order"] == [CommandStatus.ACCEPTED, CommandStatus.NOT_EXECUTED]


def test_a_lost_amend_below_what_was_filled_is_not_guessed_at() -> None:
    """Such an amend takes the order off the book, and the venue may not list it: whether it did stays unknown."""
    plan = Plan(
        steps=(
            steps.Place(at=1.0, order=1),
            steps.Trade(at=2.0, order=1, share="half"),
            steps.Amend(at=3.0, order=1, quantity="0.1"),
        ),
        faults=(faults.CutAfterCommand(method="amend_order"),),
    )
    report = run_plan(plan)
    assert report.good, report.violations
    steps_told = [event.text for event in report.trace.events if event.kind == "step" and "amend_order" in event.text]
    assert not any(text.startswith("Resolved") for text in steps_told)
    assert any(text.startswith("RecoveryCompleted") for text in steps_told)


def test_a_lost_cancel_all_is_asked_about() -> None:
    """That nothing is open is read off the venue's list, also where one cancel of all is all that is unknown."""
    plan = Plan(
        steps=(steps.ByHand(at=1.0, order=1), steps.CancelEverything(at=2.0)),
        faults=(faults.LoseCommand(method="cancel_all"),),
        knobs=Knobs(reconcile_every=600.0, read_lag=1.0),
    )
    report = run_plan(plan)
    assert report.good, report.violations
    assert any(event.text == "Resolved NotExecuted of cancel_all" for event in report.trace.events)


@pytest.mark.parametrize("by", [-3, -300, -86_400])
def test_a_clock_that_was_set_back_between_two_processes_does_not_lock_us_out(by: float) -> None:
    """The numbers of signed requests run ahead of such a clock until the venue takes them again."""
    plan = Plan(
        steps=(steps.Place(at=1.0, order=1), steps.Cancel(at=30.0, order=1)),
        faults=(moments.StepClock(at=3.0, by=by), moments.Kill(at=4.0)),
        storm=40.0,
    )
    assert verdicts_of(plan)["cancel_order"][0] is CommandStatus.ACCEPTED


@pytest.mark.parametrize(
    "crash",
    [moments.Crash(actor="dedup", when="event OrderUpdated"), moments.Kill(when="event OrderUpdated", down_for=0.1)],
    ids=["dedup", "process"],
)
def test_a_read_that_trails_undoes_nothing_after_a_crash(crash: moments.TimedFault) -> None:
    """What was told before a crash is not told otherwise after it because REST still shows how things stood before."""
    plan = Plan(
        steps=(steps.Place(at=1.0, order=1), steps.Amend(at=3.0, order=1, price="48100.3"), steps.Reconcile(at=3.4)),
        faults=(faults.ReadLag(count=40, seconds=0.9), crash),
        knobs=Knobs(reconcile_every=3600.0, read_lag=1.0),
    )
    report = run_plan(plan)
    assert report.good, report.violations
    assert sum(event.text.startswith("OrderUpdated") for event in report.trace.events if event.kind == "event") == 1


def test_an_amend_is_not_taken_for_done_by_the_effect_of_the_one_before() -> None:
    """Two amends ask for the same; the effect of the first is heard after its answer, when the second is on its way."""
    plan = Plan(
        seed=105756,
        steps=(
            steps.Place(at=0.0, order=1),
            steps.Amend(at=0.5, order=1, quantity="1.5"),
            steps.Amend(at=1.0, order=1, quantity="1.5"),
        ),
        knobs=Knobs(strategy=Fifo(), latency=(0.05, 0.3)),
        storm=2.0,
    )
    report = run_plan(plan)
    assert report.good, report.violations
