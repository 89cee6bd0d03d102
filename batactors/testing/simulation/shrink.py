"""From a plan that breaks a promise to the shortest one that still does.

Steps and faults are taken away as long as the same promise breaks, in halves, then quarters, down to single ones
(delta debugging); what is left is made simpler. Nothing here is random: the same plan always shrinks to the same one.
"""

from collections.abc import Callable, Sequence

from attrs import frozen

from batactors.testing.simulation.checks import ALL_CHECKS, Check
from batactors.testing.simulation.plan import Plan
from batactors.testing.simulation.run import run_plan
from batactors.testing.simulation.simpler import PARTS, Move, Parts, moves_of, with_parts

MOST_RUNS = 400
"""Twice what has been seen to be needed for plans of the usual size."""

Fails = Callable[[Plan], bool]


@frozen(kw_only=True)
class Progress:
    """How far a search is.

    Attributes:
        runs: How many plans were run so far, of `most_runs`.
        plan: The shortest that fails, so far.
    """

    runs: int
    most_runs: int
    plan: Plan


def shrink(
    plan: Plan,
    fails: Fails | None = None,
    *,
    checks: Sequence[type[Check]] = ALL_CHECKS,
    most_runs: int = MOST_RUNS,
    progress: Callable[[Progress], object] = lambda progress: None,
) -> Plan:
    """The shortest plan that still fails: fewest faults and steps, and then the simplest of them.

    It is the shortest in that nothing single can be taken from it or made simpler; unless the runs were used up before,
    and then it is the shortest so far.

    Args:
        plan: It has to fail.
        fails: Whether a plan fails. If not given: whether the promise is broken, as a run of it shows, that `plan`
            breaks first. Another that breaks on the way is another bug, and is left for another search.
        checks: The promises to watch, if `fails` is not given.
        most_runs: How many plans are tried at most.
        progress: Is called after each run.

    Raises:
        ValueError: The plan does not fail.
    """
    search = _Search(plan, fails or same_promise(plan, checks), most_runs, progress)
    if not search.fails(plan):
        raise ValueError("the plan does not fail: there is nothing to shrink")
    search.run()
    return search.best


def same_promise(plan: Plan, checks: Sequence[type[Check]] = ALL_CHECKS) -> Fails:
    """Whether another plan breaks the promise that this one breaks first.

    Raises:
        ValueError: This one breaks none.
    """
    violations = run_plan(plan, checks=checks).violations
    if not violations:
        raise ValueError("the plan breaks no promise: there is nothing to shrink")
    broken = violations[0].check

    def fails(other: Plan) -> bool:
        return any(violation.check == broken for violation in run_plan(other, checks=checks).violations)

    return fails


class _Search:
    """The shortest plan so far, and what is known of those that were tried."""

    def __init__(self, plan: Plan, fails: Fails, most_runs: int, progress: Callable[[Progress], object]) -> None:
        self.best = plan
        self._fails = fails
        self._most_runs = most_runs
        self._progress = progress
        self._tried: dict[str, bool] = {}
        self._runs = 0

    def run(self) -> None:
        """Look until nothing more can be taken away or made simpler."""
        before = None
        while before != self.best:
            before = self.best
            for name in PARTS:
                self._take_away(name)
            for move in moves_of(self.best):
                self._go(move)

    def fails(self, plan: Plan) -> bool:
        """Whether this plan fails; if so, it is the shortest so far.

        What was run once is remembered, and when the runs are used up, no more do.
        """
        key = repr(plan)  # a plan may hold tables, and then it cannot be hashed
        if key not in self._tried:
            if self._runs >= self._most_runs:
                return False
            self._runs += 1
            self._tried[key] = self._fails(plan)
            if self._tried[key]:
                self.best = plan
            self._progress(Progress(runs=self._runs, most_runs=self._most_runs, plan=self.best))
        return self._tried[key]

    def _take_away(self, name: Parts) -> None:
        """Take away as many of these as can be: the last ones first, for what comes last most often does nothing."""
        size = len(getattr(self.best, name))
        while size:
            end = len(getattr(self.best, name))
            while end > 0:
                parts, start = getattr(self.best, name), max(0, end - size)
                self.fails(with_parts(self.best, name, (*parts[:start], *parts[end:])))
                end = start
            size //= 2

    def _go(self, move: Move) -> None:
        """Make it simpler in one respect, as far as it goes."""
        while any(self._fails_anew(simpler) for simpler in move(self.best)):
            pass

    def _fails_anew(self, plan: Plan) -> bool:
        """Whether it fails, and was not tried before: to go back to one that was would be to go in circles."""
        return repr(plan) not in self._tried and self.fails(plan)
