"""One simulated run of a user's test, and what is told to its reader when it fails: the seed, and how it went."""

import os
import re
import shlex
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import trio
from attrs import field, frozen

from batactors.testing.simulation.checks import ALL_CHECKS, Check
from batactors.testing.simulation.given import checks_given, knobs_given, require_setting
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.world import World
from batactors.testing.virtual_time import run_in_virtual_time

SEEDS = "BATACTORS_SEEDS"
"""The environment variable that says which seeds to run, in place of those that stand in the tests."""
TRACES = "BATACTORS_TRACES"
"""The environment variable that says in which folder the traces of failed runs are kept."""
LAST_LINES = 40
LONGEST_LINE = 200
UPKEEP = re.compile(r" frame (up ping|down pong|down heartbeat)\b")
"""Of the trace, what an error's notes show; in the file it stands whole."""


@frozen(kw_only=True)
class Setup:
    """How a test's world is set up and run, but for the seed.

    Attributes:
        knobs: Of the world.
        options: For its `AccountConfig`, on top of what the knobs say.
        checks: The promises to watch.
        timeout: Virtual seconds after which the run is a failure.
        strict, trusted: See `refuse_nondeterminism`.
        venue: Which simulated venue.
    """

    knobs: Knobs = field(factory=Knobs)
    options: Mapping[str, Any] = field(factory=dict)
    checks: Sequence[type[Check]] = ALL_CHECKS
    timeout: float = 3600.0
    strict: bool = False
    trusted: Collection[str] = ()
    venue: str = "kraken-spot"

    def __attrs_post_init__(self) -> None:
        knobs_given(self.knobs)
        checks_given(self.checks)
        require_setting(self.options, self.timeout, self.trusted, self.venue)


class SimulatedRun:
    """One seed of one test.

    Attributes:
        world: What was opened in it, if anything was.
    """

    def __init__(self, setup: Setup, seed: int) -> None:
        self.world: World | None = None
        self._ended_by: Exception | None = None
        """Why the world was stopped in the midst of the test, if it was: what the test raises follows from that."""
        self._setup = setup
        self._seed = seed

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[World]:
        """Open the run's world.

        Raises:
            InvariantViolation: A promise was broken.
        """
        setup = self._setup
        self.world = World(
            seed=self._seed, knobs=setup.knobs, checks=setup.checks, options=setup.options, venue=setup.venue
        )
        async with self.world.opened():
            try:
                yield self.world
            except BaseException:
                self._ended_by = _verdict_of(self.world)
                raise

    def run(
        self,
        async_fn: Callable[[], Awaitable[object]],
        *,
        clock: trio.abc.Clock | None = None,
        instruments: Sequence[trio.abc.Instrument] = (),
    ) -> None:
        """Run this in virtual time. What it raises is raised with notes; a group of one error as that error."""
        __tracebackhide__ = True
        try:
            run_in_virtual_time(
                async_fn,
                seed=self._seed,
                strategy=self._setup.knobs.strategy,
                timeout=self._setup.timeout,
                strict=self._setup.strict,
                trusted=self._setup.trusted,
                clock=clock,
                instruments=instruments,
            )
            return
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as raised:
            error = self._ended_by or sole_leaf(raised)
        for note in self._notes(error):
            error.add_note(note)
        try:
            raise error  # out of the clause above, so that the group is not told as its context
        finally:
            del error

    def _notes(self, error: BaseException) -> list[str]:
        notes = [f"With seed {self._seed}. To run it alone: {SEEDS}={self._seed} {_command()}"]
        world = self.world
        if world is None or not world.trace.events:
            return notes
        if world.violations and not hasattr(error, "violations"):
            notes.append("\n".join(["Broken promises:", *map(str, world.violations)]))
        lines = list(world.trace.lines())
        try:
            notes.append(f"The trace, {len(lines)} lines, is in {_keep(lines, self._seed)}")
        except OSError as refusal:
            notes.append(f"The trace, {len(lines)} lines, could not be kept: {refusal}")
        last = [line for line in lines if not UPKEEP.search(line)][-LAST_LINES:]
        shown = [line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}..." for line in last]
        notes.append("\n".join(["It ends, pings and heartbeats apart:", *shown]))
        return notes


def _verdict_of(world: World) -> Exception | None:
    """What the world was stopped for: a broken promise, or a check or a fault that failed itself."""
    try:
        world.judge.finish()
    except Exception as error:
        error.__suppress_context__ = True  # that is only how the test was stopped
        return error
    return None


def sole_leaf(error: BaseException) -> BaseException:
    """The one error that a group comes down to, or else the group."""
    inner = error
    while isinstance(inner, BaseExceptionGroup):
        if len(inner.exceptions) != 1:
            return error
        inner = inner.exceptions[0]
    return inner


def seeds_of(given: int | Collection[int]) -> Sequence[int]:
    """The seeds to run: so many from 0 on, or these; those of the environment if it names some.

    Raises:
        ValueError: There are none, or the environment's are not numbers.
    """
    wanted = seeds_from_environment()
    if wanted is not None:
        return wanted
    seeds = range(given) if isinstance(given, int) else tuple(given)
    if not seeds:
        raise ValueError("a test needs a seed at least")
    return seeds


def seeds_from_environment() -> Sequence[int] | None:
    """What the environment asks for: numbers and ranges with commas between, such as `17` or `3,10-19`."""
    text = os.environ.get(SEEDS, "").strip()
    if not text:
        return None
    seeds: list[int] = []
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\d+)(?:-(\d+))?\s*", part)
        if found is None:
            raise ValueError(f"{SEEDS} is {text!r}; it takes seeds such as 17, or 3,10-19")
        first, last = found.group(1), found.group(2) or found.group(1)
        if int(last) < int(first):
            raise ValueError(f"{SEEDS} is {text!r}; {part.strip()} has no seeds: write the lower one first")
        seeds += range(int(first), int(last) + 1)
    return seeds


def _test_id() -> str:
    """What pytest calls the test that runs now; nothing if pytest does not run it."""
    return os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]


def _command() -> str:
    test = _test_id()
    return f"pytest {shlex.quote(test)}" if test else shlex.join(sys.argv)


def _keep(lines: Sequence[str], seed: int) -> Path:
    """Write a trace down, over the one of the same test and seed."""
    folder = Path(os.environ[TRACES]) if os.environ.get(TRACES) else _folder_of_this_process()
    folder.mkdir(parents=True, exist_ok=True)
    test = re.sub(r"[^\w.-]+", "-", _test_id().rpartition("/")[2]).strip("-")[:100] or "run"
    path = folder / f"{test}-{seed}.trace"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


@cache
def _folder_of_this_process() -> Path:
    return Path(tempfile.mkdtemp(prefix="batactors-"))
