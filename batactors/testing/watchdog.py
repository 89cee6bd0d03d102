"""The watchdog of a run in virtual time: it names the hang that the mock clock would spin on for ever."""

import math
from collections.abc import Iterator
from typing import NoReturn

import trio
from trio.lowlevel import Task
from trio.testing import MockClock

# Passes of trio's loop at one instant: how often to look closer, and more than honest work needs.
LOOK_EVERY = 50
TOO_MANY_PASSES = 100_000
# Virtual seconds that a run, once given up, has for cleaning up.
GRACE = 3600.0


class SimulationError(Exception):
    """A run in virtual time that would not have ended by itself. The text ends with the tree of its tasks."""


class SimulationDeadlock(SimulationError):
    """Every task waits, and no deadline will ever wake one of them."""


class SimulationLivelock(SimulationError):
    """Tasks keep each other busy while time stands still, for example in a retry loop without a pause."""


class SimulationTimeout(SimulationError):
    """The run took longer than it was given, in virtual seconds."""


class Watchdog(trio.abc.Instrument):
    """Cancels a run that hangs, and says in `verdict` what was wrong with it.

    It must not raise: trio would switch it off. If the run does not end when it is cancelled (it shields itself, or
    swallows the cancellation), the clock is broken on purpose, which ends the run whatever its tasks do.
    """

    def __init__(self, clock: MockClock, timeout: float) -> None:
        self.scope = trio.CancelScope()
        self.verdict: SimulationError | None = None
        self._clock = clock
        self._timeout = timeout
        self._instant = -math.inf
        self._passes = 0
        self._aborted = False

    def before_io_wait(self, timeout: float) -> None:
        """Look at every pass of trio's loop, cheaply, and closer now and then."""
        if self._aborted:
            return
        now = self._clock.current_time()
        if now != self._instant:
            self._instant, self._passes = now, 0
            if now > self._timeout:
                self._give_up(SimulationTimeout(f"not done after {self._timeout} virtual seconds"))
            return
        self._passes += 1
        if self._passes % LOOK_EVERY == 0:
            self._look_closer()

    def _look_closer(self) -> None:
        statistics = trio.lowlevel.current_statistics()
        idle = not statistics.tasks_runnable and not statistics.run_sync_soon_queue_size
        if idle and statistics.seconds_to_next_deadline == math.inf:
            self._give_up(
                SimulationDeadlock(
                    f"at {self._instant} s every task waits, and no deadline will wake one (a thread or a real "
                    "socket would not count: in virtual time nothing waits for those)"
                )
            )
        elif self._passes >= TOO_MANY_PASSES:
            rounds = f"{self._passes} rounds of tasks at {self._instant} s, and time stands still"
            self._give_up(SimulationLivelock(rounds))

    def _give_up(self, verdict: SimulationError) -> None:
        if self.verdict is None:
            self.verdict = type(verdict)(f"{verdict}\n{task_tree()}")
            self.scope.cancel()
            self._timeout = self._instant + GRACE
            self._passes = 0
        else:
            self.verdict.add_note(f"It did not end when it was cancelled, and was aborted: {verdict}\n{task_tree()}")
            self._aborted = True
            self._clock.current_time = self._broken_clock  # type: ignore[method-assign]

    def _broken_clock(self) -> NoReturn:
        raise RuntimeError("the watchdog broke the clock to end this run")


def task_tree() -> str:
    """All tasks of this run but trio's own, each with where it waits, in the same order for the same run."""
    root = trio.lowlevel.current_root_task()
    main = [task for nursery in root.child_nurseries for task in nursery.child_tasks] if root is not None else []
    return "\n".join(line for task in _in_order(main) for line in _branch(task, 0))


def _branch(task: Task, depth: int) -> Iterator[str]:
    yield f"{'    ' * depth}{task.name}"
    for place in _places(task)[-3:]:
        yield f"{'    ' * depth}  at {place}"
    for nursery in task.child_nurseries:
        for child in _in_order(nursery.child_tasks):
            yield from _branch(child, depth + 1)


def _in_order(tasks: "frozenset[Task] | list[Task]") -> list[Task]:
    return sorted(tasks, key=lambda task: (task.name, _places(task)))


def _places(task: Task) -> list[str]:
    """Where a task waits, from the outside in; what trio does inside of itself does not help."""
    frames = [(frame.f_globals.get("__name__", "?"), frame, line) for frame, line in task.iter_await_frames()]
    return [
        f"{frame.f_code.co_filename}:{line} in {frame.f_code.co_name}"
        for module, frame, line in frames
        if not module.startswith("trio.")
    ]
