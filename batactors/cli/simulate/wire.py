"""What the command and its workers say to each other: a line of JSON each way for each run."""

from typing import TypeVar

import msgspec
from attrs import evolve, field, frozen

from batactors.testing.simulation import RunReport
from batactors.testing.simulation.checks import Violation

T = TypeVar("T")

DIED = "WorkerDied"
REPEATS = "Repeats"
"""What a report calls the promises that no check inside of a run can see: that it ends, that another is the same."""


@frozen(kw_only=True)
class Job:
    """What a worker is to do.

    Attributes:
        plan: What to run, as JSON; the one that is drawn from the seed if there is none.
        lines: Tell the lines of the trace too.
        shrink: Look for the shortest plan that still breaks the same promise, instead of running the plan once.
        venue: For which a plan is drawn.
    """

    seed: int
    plan: str | None = None
    lines: bool = False
    shrink: bool = False
    venue: str = "kraken-spot"


@frozen(kw_only=True)
class Outcome:
    """What is told of a run: its report without the trace and the plan.

    Attributes:
        compared: How many verdicts of NotExecuted and Rejected were compared with the venue's ledger, by the result.
        longest, bound: Virtual seconds that the slowest verdict took, and may take.
        undecided: The commands of which nothing tells what became of them.
        reached: How often each thing happened that runs should reach sometimes.
        digest: Of the whole trace; empty if there is none because the worker died.
        lines: Of the trace, if they were asked for.
        venue: At which it ran.
    """

    seed: int
    violations: tuple[Violation, ...] = ()
    virtual_seconds: float = 0.0
    orders: int = 0
    commands: int = 0
    fills: int = 0
    compared: dict[str, int] = field(factory=dict)
    longest: float = 0.0
    bound: float = 0.0
    undecided: tuple[str, ...] = ()
    faults: dict[str, int] = field(factory=dict)
    restarts: dict[str, int] = field(factory=dict)
    reached: dict[str, int] = field(factory=dict)
    digest: str = ""
    lines: tuple[str, ...] = ()
    venue: str = "kraken-spot"

    def and_broke(self, check: str, text: str) -> "Outcome":
        """The same with one violation more, which no check inside of the run could see."""
        violation = Violation(check=check, text=text, at=self.virtual_seconds)
        return evolve(self, violations=(*self.violations, violation))


@frozen(kw_only=True)
class Shrunk:
    """A plan that is shorter and still breaks the same promise.

    Attributes:
        plan: As JSON; `None` if the run broke no promise when it was made again.
        steps, faults: How many it has.
        runs: That were made to find it.
        done: Whether the search has come to its end; until then a worker tells of the shortest so far.
    """

    plan: str | None
    steps: int = 0
    faults: int = 0
    runs: int = 0
    done: bool = False


@frozen(kw_only=True)
class Answer:
    """A line from a worker: one of these. The first line, that it is ready, has none."""

    outcome: Outcome | None = None
    shrunk: Shrunk | None = None

    @property
    def is_last(self) -> bool:
        """Whether the job is done with this."""
        return self.outcome is not None or (self.shrunk is not None and self.shrunk.done)


def outcome_of(report: RunReport, *, lines: bool = False) -> Outcome:
    """What is told of this run."""
    return Outcome(
        seed=report.plan.seed,
        violations=report.violations,
        virtual_seconds=report.virtual_seconds,
        orders=report.orders,
        commands=report.commands,
        fills=report.fills,
        compared=dict(report.compared),
        longest=report.longest,
        bound=report.bound,
        undecided=tuple(report.undecided),
        faults=dict(report.faults),
        restarts=dict(report.restarts),
        reached=dict(report.reached),
        digest=report.digest,
        lines=tuple(report.trace.lines()) if lines else (),
        venue=report.plan.venue,
    )


def to_line(message: Job | Answer) -> bytes:
    """One line, its end included."""
    return msgspec.json.encode(message) + b"\n"


def from_line(line: bytes, kind: type[T]) -> T:
    """The message of a line."""
    return msgspec.json.decode(line, type=kind)
