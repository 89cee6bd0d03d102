"""Runs over all cores: each has a worker, and each worker takes the next seed when it is done with one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack

import trio

from batactors.cli.simulate.process import Worker, WorkerDied, open_worker
from batactors.cli.simulate.wire import DIED, REPEATS, Job, Outcome

RUN_WITHIN = 300.0
"""Seconds for one run: it takes less than one, and a thousand times that only if something spins."""
FAR = 1000
"""How far the numbers of two workers are apart that run the same seeds."""


class Fleet:
    """Runs seeds.

    Args:
        jobs: How many at once.
        checks: The names of the user's own.
        repeat: Run each seed twice, in processes that hash text differently, and compare the digests.
    """

    def __init__(self, *, jobs: int, checks: Sequence[str] = (), repeat: bool = False) -> None:
        self._jobs = jobs
        self._checks = checks
        self._repeat = repeat

    async def run(self, jobs: Iterable[Job], tell: Callable[[Outcome], None]) -> None:
        """Run all of these, and tell of each when it is over."""
        left = iter(jobs)
        async with trio.open_nursery() as nursery:
            for number in range(self._jobs):
                nursery.start_soon(self._core, number, left, tell)

    async def _core(self, number: int, jobs: Iterator[Job], tell: Callable[[Outcome], None]) -> None:
        """Keep one core busy: with one worker, and with the next when that dies."""
        numbers = [number, number + FAR] if self._repeat else [number]
        more = True
        while more:
            async with AsyncExitStack() as stack:
                crew = [await stack.enter_async_context(open_worker(self._checks, one)) for one in numbers]
                more = await self._shift(crew, jobs, tell)

    async def _shift(self, crew: Sequence[Worker], jobs: Iterator[Job], tell: Callable[[Outcome], None]) -> bool:
        """Work until nothing is left to do, or until a worker dies; whether the latter."""
        for job in jobs:
            try:
                answers = [await worker.ask(job, RUN_WITHIN) for worker in crew]
            except WorkerDied as death:
                tell(Outcome(seed=job.seed, venue=job.venue).and_broke(DIED, str(death)))
                return True
            tell(_compared([answer.outcome for answer in answers if answer.outcome is not None]))
        return False


def _compared(outcomes: Sequence[Outcome]) -> Outcome:
    """The first; and if another differs from it, that is a violation too."""
    first = outcomes[0]
    for other in outcomes[1:]:
        if other.digest != first.digest:
            return first.and_broke(
                REPEATS, f"two runs of this seed differ: their traces' digests are {first.digest} and {other.digest}"
            )
    return first
