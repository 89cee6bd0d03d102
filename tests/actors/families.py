"""Supervisors with children that do as they are told, for the tests of supervision."""

from random import Random
from typing import Any

import trio

from batactors.actors.supervisor import (
    Backoff,
    ChildEvent,
    ChildSpec,
    Happening,
    Intensity,
    Supervisor,
)

STEADY = Backoff(first=1.0, factor=2.0, most=8.0, jitter=0.0, stable_after=30.0)
PATIENT = Intensity(failures=1000, seconds=3600.0)


class Child:
    """Does what it is told at each of its lives: crash or end after so long, or live on.

    Args:
        lives: What each life comes to; when they are used up, it lives on.
        starting: Seconds until it is ready.
        lingering: Seconds that it takes to end once it is cancelled.
        log: Takes note of its births, when it is ready, and its ends, with those of its siblings.
    """

    def __init__(
        self,
        *lives: Exception | float,
        name: str = "child",
        starting: float = 0.0,
        lingering: float = 0.0,
        log: list[str] | None = None,
    ) -> None:
        self.name = name
        self.starting = starting
        self.lingering = lingering
        self.born: list[float] = []
        self.log = log if log is not None else []
        self.asked = trio.Event()
        self._lives = list(lives)
        self._told: Exception | None = None
        self._poked = trio.Event()

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        self.born.append(trio.current_time())
        self.log.append(f"{self.name} born")
        self._poked = trio.Event()
        try:
            await trio.sleep(self.starting)
            self.log.append(f"{self.name} ready")
            task_status.started()
            life = self._lives.pop(0) if self._lives else None
            if isinstance(life, Exception):
                raise life
            with trio.move_on_after(life if life is not None else float("inf")):
                await self._poked.wait()
                if self._told is not None:
                    raise self._told
        except trio.Cancelled:
            with trio.CancelScope(shield=True):
                await trio.sleep(self.lingering)
            raise
        finally:
            self.log.append(f"{self.name} gone")

    def poke(self, error: Exception | None = None) -> None:
        """Let it end now, or crash."""
        self._told = error
        self._poked.set()

    def spec(self, **fields: Any) -> ChildSpec:
        usual: dict[str, Any] = {"name": self.name, "run": self.run, "intensity": PATIENT}
        return ChildSpec(**(usual | fields))


class Bench:
    """A supervisor with its events."""

    def __init__(self, *specs: ChildSpec, backoff: Backoff = STEADY, **options: Any) -> None:
        self.events: list[ChildEvent] = []
        self.supervisor = Supervisor(
            "bench", specs, backoff=backoff, chance=Random(0), watch=self.events.append, **options
        )

    def happened(self, child: str = "child") -> list[Happening]:
        return [event.what for event in self.events if event.child == child]

    @property
    def told(self) -> list[str]:
        """What was told of all children, in order: ``child what``."""
        return [f"{event.child} {event.what}" for event in self.events]

    async def run_for(self, seconds: float) -> None:
        """Run so long, and be gone without a trace."""
        before = trio.lowlevel.current_statistics().tasks_living
        with trio.move_on_after(seconds):
            await self.supervisor.run()
        assert trio.lowlevel.current_statistics().tasks_living == before


def boom(count: int) -> list[Exception]:
    return [ZeroDivisionError(f"boom {number}") for number in range(count)]


def family(*names: str, **options: Any) -> tuple[list[Child], list[str]]:
    """Children of these names, and the log that they keep together."""
    log: list[str] = []
    return [Child(name=name, log=log, **options) for name in names], log
