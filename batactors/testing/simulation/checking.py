"""A plan as a test: run it, and fail with all that is needed to run it again."""

from collections.abc import Sequence
from functools import cache

from batactors.testing.simulation.checks import ALL_CHECKS, Check, Violation
from batactors.testing.simulation.judge import InvariantViolation
from batactors.testing.simulation.plan import Plan
from batactors.testing.simulation.run import RunReport, run_plan
from batactors.testing.simulation.text import to_python


class PlanFailed(InvariantViolation):
    """A promise was broken in a plan; the text has the plan as Python.

    For each promise there is a class of its own, derived from this: whoever tells bugs apart by the kind of the error,
    as hypothesis does while it shrinks, does not take one for another.
    """

    def __init__(self, plan: Plan, violations: Sequence[Violation], checks: Sequence[type[Check]]) -> None:
        super().__init__(violations)
        self.plan = plan
        self.checks = checks

    def __str__(self) -> str:
        return f"{super().__str__()}\n\nThis shows it again:\n\n{to_python(self.plan, checks=self.checks)}"


def check_plan(plan: Plan, *, checks: Sequence[type[Check]] = ALL_CHECKS) -> RunReport:
    """Run a plan, and return the report of it if every promise was kept.

    Raises:
        PlanFailed: One was broken.
    """
    report = run_plan(plan, checks=checks)
    if report.violations:
        raise _failure_of(report.violations[0].check)(plan, report.violations, checks)
    return report


@cache
def _failure_of(check: str) -> type[PlanFailed]:
    return type(f"{check}Failed", (PlanFailed,), {"__doc__": f"The check {check} has failed."})
