"""One run made again in another process, to see whether it is the same there, and where not."""

from collections.abc import Sequence
from itertools import zip_longest

from batactors.cli.simulate.fleet import RUN_WITHIN
from batactors.cli.simulate.process import WorkerDied, open_worker
from batactors.cli.simulate.wire import DIED, REPEATS, Job, Outcome

ELSEWHERE = 77
"""Decides how text hashes in the other process; here it is up to Python, or to PYTHONHASHSEED."""


async def compare_with_another(first: Outcome, plan: str, checks: Sequence[str]) -> Outcome:
    """The run's outcome, which has one violation more if the same plan goes another way in another process."""
    async with open_worker(checks, ELSEWHERE) as worker:
        try:
            answer = await worker.ask(Job(seed=first.seed, plan=plan, lines=True, venue=first.venue), RUN_WITHIN)
        except WorkerDied as death:
            return first.and_broke(DIED, str(death))
    assert answer.outcome is not None
    return first.and_broke(REPEATS, difference) if (difference := _difference(first, answer.outcome)) else first


def _difference(first: Outcome, second: Outcome) -> str:
    """Where the second leaves the first; nothing if it does not."""
    for number, (one, other) in enumerate(zip_longest(first.lines, second.lines, fillvalue="nothing more"), 1):
        if one != other:
            return f"event {number} of the trace is\n{one}\nand in another process\n{other}"
    return ""
