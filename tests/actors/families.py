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
    """Does what it is told at each of its lives: crash or end after so long, or live on."""

    def __init__(self, *lives: Exception | float, name: str = "child", starting: float = 0.0) -> None:
        self.name = name
        self.starting = starting
        self.born: list[float] = []
        self._lives = list(lives)

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        self.born.append(trio.current_time())
        await trio.sleep(self.starting)
        task_status.started()
        life = self._lives.pop(0) if self._lives else None
        if isinstance(life, Exception):
            raise life
        await trio.sleep(life if life is not None else float("inf"))

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

    async def run_for(self, seconds: float) -> None:
        """Run so long, and be gone without a trace."""
        before = trio.lowlevel.current_statistics().tasks_living
        with trio.move_on_after(seconds):
            await self.supervisor.run()
        assert trio.lowlevel.current_statistics().tasks_living == before


def boom(count: int) -> list[Exception]:
    return [ZeroDivisionError(f"boom {number}") for number in range(count)]
