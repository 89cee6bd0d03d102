"""A process that was killed, and whose next life begins with a crash."""

from batactors.testing import Fifo, Knobs, Plan, moments, run_plan, steps


def test_a_crash_right_after_a_restart_forgets_no_command_of_the_life_before() -> None:
    """A command that was registered and never told as sent is found out, also if the dedup actor is rebuilt twice."""
    plan = Plan(
        seed=300339,
        steps=(steps.Place(at=0.0, order=1), steps.Amend(at=0.1, order=1, quantity="0.5")),
        faults=(
            moments.Crash(at=1.0, actor="dedup", point=2),
            moments.Pause(when="registered amend_order"),
            moments.Kill(at=1.0, down_for=0.1),
        ),
        knobs=Knobs(strategy=Fifo()),
        storm=2.0,
    )
    report = run_plan(plan)
    assert report.good, report.violations
