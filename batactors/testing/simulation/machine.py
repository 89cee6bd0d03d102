"""The process that the engine runs in: it can be killed, and starts again on the journal that it left.

A killed process does nothing more: first its sockets and its journal are taken from it, then it is cancelled, so that
no clean-up of its can reach the world.
"""

from collections.abc import Callable, Mapping
from typing import Any

import trio

from batactors import (
    Account,
    AccountConfig,
    BatactorsError,
    ChildEvent,
    Engine,
    EngineConfig,
    Seams,
    SupervisionConfig,
    open_engine,
)
from batactors.model.stop_report import StopReport
from batactors.testing.await_points import InjectedCrash
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.stages.stage import Stage
from batactors.testing.simulation.storage import Storage
from batactors.testing.trace import Trace

START_WITHIN = 120.0
"""Seconds that a process has to become ready, faults or not."""
START_AGAIN = 1.0
"""Seconds until whoever looks after the process starts it again when it could not start."""


class Machine:
    """Keeps an engine running, life after life."""

    def __init__(
        self,
        *,
        config: EngineConfig,
        seams: Seams,
        disk: Storage,
        drop: Callable[[], None],
        watch: Callable[[ChildEvent], None],
        trace: Trace,
        began: Callable[[], None] = lambda: None,
    ) -> None:
        self.engine: Engine | None = None
        self.lives = 0
        self.kills = 0
        self.failures: list[str] = []
        """Why the engine could not start, or ended by itself."""
        self._config = config
        self._seams = seams
        self._disk = disk
        self._drop = drop
        self._watch = watch
        self._trace = trace
        self._began = began
        self.stopped = trio.Event()
        self._scope = trio.CancelScope()
        self._down_for = 0.0
        self._changed = trio.Event()
        self._stopping = self._has_started = False
        self.report: StopReport | None = None

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Run until stopped; report ready when the engine is for the first time.

        Raises:
            BatactorsError: It could not start the first time, when nothing was wrong yet.
        """
        while not self._stopping:
            self._scope = trio.CancelScope()
            self._down_for = START_AGAIN
            self.lives += 1
            has_ended = False
            try:
                with self._scope:
                    await self._live(task_status if self.lives == 1 else trio.TASK_STATUS_IGNORED)
            except* BatactorsError as group:
                if not self._has_started:
                    raise
                self.failures.append(str(group.exceptions[0]))
                self._trace.note("engine/machine", "crashed", self.failures[-1])
                has_ended = True
            except* InjectedCrash:
                if not has_ended:
                    raise
                # An actor's crash at the engine's own end, which nobody is there to restart: it is told with the rest.
            self.engine = None
            self._disk.close()
            if not self._stopping:
                await trio.sleep(self._down_for)
        self.stopped.set()

    async def _live(self, task_status: trio.TaskStatus[None]) -> None:
        journal, kills = self._disk.open(), self.kills

        def watch(event: ChildEvent) -> None:
            if self.kills == kills:  # nobody hears the dead
                self._watch(event)

        async with open_engine(self._config, seams=self._seams, journals=lambda name: journal, watch=watch) as engine:
            self.engine, self._has_started = engine, True
            self._began()
            self._trace.note("engine/machine", "started", f"life {self.lives}")
            self._announce()
            task_status.started()
            while not self._stopping:
                await self._changed.wait()
            self.report = await engine.stop()
        self._trace.note("engine/machine", "ended")

    def kill(self, down_for: float, *, power: bool = False) -> None:
        """End the process at once, and start it again after so long; with the power, the whole machine goes."""
        if self._stopping:
            return
        self.kills += 1
        self._trace.note("engine/machine", "crashed", "power cut" if power else "killed")
        self.engine = None
        self._disk.close(power=power)
        self._drop()
        self._down_for = down_for
        self._scope.cancel()

    def fill_disk(self, full: bool) -> None:
        """Its disk has no room left, or has again."""
        self._disk.fill(full)

    def stop(self) -> None:
        """Let the engine stop in good order, and not start again."""
        self._stopping = True
        self._announce()

    async def account(self, name: str) -> Account:
        """The account, as the engine that runs now has it; waits for one to run."""
        while self.engine is None:
            await self._changed.wait()
        return self.engine.account(name)

    def _announce(self) -> None:
        self._changed.set()
        self._changed = trio.Event()


def engine_config(stage: Stage, urls: Any, knobs: Knobs, options: Mapping[str, Any]) -> EngineConfig:
    """The configuration of an engine with one account at a simulated venue."""
    account = AccountConfig(**{**stage.account_config(urls), **knobs.account(), **options})
    supervision = SupervisionConfig(
        backoff_first=knobs.backoff_first, backoff_most=knobs.backoff_most, start_within=START_WITHIN
    )
    return EngineConfig(accounts={stage.account: account}, supervision=supervision)
