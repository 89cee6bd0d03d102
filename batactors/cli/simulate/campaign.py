"""Many runs, one after another on each core, and what is made of those that broke a promise."""

from collections.abc import Awaitable, Callable, Iterator

import trio
from attrs import frozen

from batactors.cli.simulate.fleet import Fleet
from batactors.cli.simulate.seeds import Seeds
from batactors.cli.simulate.shrinking import Finding, find_shortest
from batactors.cli.simulate.stopping import until_stopped
from batactors.cli.simulate.tally import Tally
from batactors.cli.simulate.wire import Job, Outcome

SHOWN = 10
"""Runs that are shown in detail; of the others only the seeds are."""
SHRUNK = 3
"""Runs whose plans are made shorter: enough for a look, and it takes time."""

RUNNING, SHRINKING = "running", "looking for the shortest plans"


@frozen(kw_only=True)
class Settings:
    """What the user chooses.

    Attributes:
        seconds: After which no run is begun any more; then the end of the seeds is not kept. `None`: until their end.
        jobs: Runs at once.
        checks: The names of the user's own.
        repeat: Whether each seed is run twice.
        shrink_for: Seconds that the search for a shortest plan may take; 0 for no search.
    """

    seeds: Seeds
    venue: str
    seconds: float | None
    jobs: int
    checks: tuple[str, ...] = ()
    repeat: bool = False
    shrink_for: float = 30.0


class Campaign:
    """Runs over many seeds.

    Attributes:
        tally: What they come to so far.
        findings: The runs that broke a promise, as far as they are shown; there are some when all is over.
        seconds: How long the runs took, from when the first worker was ready.
        stopped: Whether somebody ended the runs before their time.
        cut_short: Whether somebody ended the search for shortest plans.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.tally = Tally()
        self.findings: list[Finding] = []
        self.seconds = 0.0
        self.stopped = False
        self.cut_short = False
        self.phase = RUNNING
        self._began = 0.0
        self._begun = settings.seeds.first

    async def run(self, beside: Callable[[], Awaitable[object]] | None = None) -> None:
        """Run them all, then look for the shortest plans.

        Args:
            beside: Goes on as long, to show how far it is.
        """
        ended = await until_stopped(self._run, beside)
        self.stopped, self.cut_short = ended and self.phase == RUNNING, ended and self.phase == SHRINKING

    async def _run(self) -> None:
        settings = self.settings
        fleet = Fleet(jobs=settings.jobs, checks=settings.checks, repeat=settings.repeat)
        try:
            await fleet.run(self._jobs(), self._tell)
        finally:
            self.findings = [Finding(outcome=run) for run in self.tally.telling()[:SHOWN]]
        if self.findings and settings.shrink_for:
            self.phase = SHRINKING
            await find_shortest(self.findings[:SHRUNK], settings.jobs, settings.checks, settings.shrink_for)

    def done(self) -> tuple[float, float]:
        """How much is done, and of how much."""
        settings = self.settings
        if settings.seconds is not None:
            return min(self.seconds, settings.seconds), settings.seconds
        return self.tally.runs, settings.seeds.number or 0

    @property
    def range(self) -> Seeds:
        """The seeds that were begun."""
        return Seeds(first=self.settings.seeds.first, end=self._begun)

    @property
    def ratio(self) -> float:
        """How many times as fast as real time it went."""
        return self.tally.virtual_seconds / self.seconds if self.seconds else 0.0

    @property
    def runs_per_second(self) -> float:
        """How fast it goes."""
        return self.tally.runs / self.seconds if self.seconds else 0.0

    def _jobs(self) -> Iterator[Job]:
        settings = self.settings
        seeds = settings.seeds if settings.seconds is None else settings.seeds.without_end()
        self._began = trio.current_time()
        for seed in seeds:
            if settings.seconds is not None and trio.current_time() >= self._began + settings.seconds:
                return
            self._begun = seed + 1
            yield Job(seed=seed, venue=settings.venue)

    def _tell(self, outcome: Outcome) -> None:
        self.tally.add(outcome)
        self.seconds = trio.current_time() - self._began
