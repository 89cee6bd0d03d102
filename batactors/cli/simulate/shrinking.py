"""The search for the shortest plan that breaks the same promise: in workers, so that it can be ended at any time."""

from collections.abc import Iterator, Sequence

import trio
from attrs import define

from batactors.cli.simulate.process import WorkerDied, open_worker
from batactors.cli.simulate.wire import DIED, REPEATS, Answer, Job, Outcome, Shrunk

NOT_OF_THE_PLAN = (DIED, REPEATS)
"""Broken promises that one more run of the plan would not show."""


@define(kw_only=True)
class Finding:
    """A run that broke a promise.

    Attributes:
        plan: What was run, as JSON; `None` if it is the plan that is drawn from the seed.
        shrunk: The shortest plan so far that breaks it too, if one was looked for and found.
    """

    outcome: Outcome
    plan: str | None = None
    shrunk: Shrunk | None = None

    @property
    def can_shrink(self) -> bool:
        """Whether a plan decides it."""
        return self.outcome.violations[0].check not in NOT_OF_THE_PLAN

    def hear(self, answer: Answer) -> None:
        """Take in a plan that is shorter again."""
        if answer.shrunk is not None:
            self.shrunk = answer.shrunk


async def find_shortest(findings: Sequence[Finding], jobs: int, checks: Sequence[str], seconds: float) -> None:
    """Look for the shortest plan of each, for so many seconds at most; what was found by then stands in `shrunk`."""
    left = iter([finding for finding in findings if finding.can_shrink])
    async with trio.open_nursery() as nursery:
        for number in range(min(jobs, len(findings))):
            nursery.start_soon(_look, number, left, checks, seconds)


async def _look(number: int, findings: Iterator[Finding], checks: Sequence[str], seconds: float) -> None:
    for finding in findings:
        async with open_worker(checks, number) as worker:
            job = Job(seed=finding.outcome.seed, plan=finding.plan, shrink=True, venue=finding.outcome.venue)
            with trio.move_on_after(seconds):
                try:
                    finding.hear(await worker.ask(job, 2 * seconds, finding.hear))
                except WorkerDied:
                    continue  # what it had found by then is good
