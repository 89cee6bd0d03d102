"""What many runs come to."""

from collections import Counter, defaultdict

from attrs import define, field

from batactors.cli.simulate.wire import Outcome


@define(kw_only=True)
class Tally:
    """The sums over all runs so far.

    Attributes:
        compared: How many verdicts of NotExecuted and Rejected were compared with the venue's ledger, by the result.
        slowest: Of the run whose slowest verdict came nearest to what it may take: that, and what it may take.
        undecided: The commands of which nothing tells what became of them, by kind and outcome.
        restarts: Of each actor, and of the process (`machine`).
        reached: In how many runs each thing happened that runs should reach sometimes; 0 for what none has reached.
        failed: The runs that broke a promise.
    """

    runs: int = 0
    virtual_seconds: float = 0.0
    orders: int = 0
    commands: int = 0
    fills: int = 0
    compared: Counter[str] = field(factory=Counter)
    slowest: tuple[float, float] = (0.0, 0.0)
    undecided: Counter[str] = field(factory=Counter)
    faults: Counter[str] = field(factory=Counter)
    restarts: Counter[str] = field(factory=Counter)
    reached: Counter[str] = field(factory=Counter)
    failed: list[Outcome] = field(factory=list)

    def add(self, outcome: Outcome) -> None:
        """Take in one run."""
        self.runs += 1
        self.virtual_seconds += outcome.virtual_seconds
        self.orders += outcome.orders
        self.commands += outcome.commands
        self.fills += outcome.fills
        self.compared.update(outcome.compared)
        self.slowest = max(self.slowest, (outcome.longest, outcome.bound), key=_nearness)
        self.undecided.update(outcome.undecided)
        self.faults.update(outcome.faults)
        self.restarts.update(outcome.restarts)
        self.reached.update({name: int(often > 0) for name, often in outcome.reached.items()})
        if outcome.violations:
            self.failed.append(outcome)

    @property
    def never_reached(self) -> list[str]:
        """What no run has reached."""
        return sorted(name for name, runs in self.reached.items() if not runs)

    @property
    def broken(self) -> Counter[str]:
        """How many runs broke each promise."""
        return Counter(name for run in self.failed for name in dict.fromkeys(one.check for one in run.violations))

    def telling(self) -> list[Outcome]:
        """The runs that broke a promise; those come first that broke one which no earlier seed did.

        So a bug that shows in many runs does not hide one that shows in few.
        """
        ranked: defaultdict[str, list[Outcome]] = defaultdict(list)
        for run in sorted(self.failed, key=lambda run: run.seed):
            ranked[run.violations[0].check].append(run)
        ranks = [(rank, run.seed, run) for runs in ranked.values() for rank, run in enumerate(runs)]
        return [run for _, _, run in sorted(ranks, key=lambda each: each[:2])]


def _nearness(slowest: tuple[float, float]) -> float:
    longest, bound = slowest
    return longest / bound if bound else 0.0
