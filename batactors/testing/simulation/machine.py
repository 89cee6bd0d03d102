"""The process that the engine runs in: it can be killed, and starts again on the journal that it left.

A killed process does nothing more: first its sockets and its journal are taken from it, then it is cancelled, so that
no clean-up of its can reach the world.
"""

from collections.abc import Callable, Mapping, Sequence
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
    Secret,
    SupervisionConfig,
    open_engine,
)
from batactors.journal.memory import MemoryJournal
from batactors.journal.store import Contents, Entry
from batactors.model.ids import ClientOrderId, CommandId
from batactors.model.stop_report import StopReport
from batactors.testing.kraken_spot import VenueAccount, VenueUrls
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.trace import Trace

START_WITHIN = 120.0
"""Seconds that a process has to become ready, faults or not."""
START_AGAIN = 1.0
"""Seconds until whoever looks after the process starts it again when it could not start."""


class SimulatedDisk:
    """What is on the machine's disk, and who may write to it: only the process that lives now.

    Args:
        seconds: How long a write takes.
        written: Is called with what was written, at the moment when it is durable.
    """

    def __init__(self, seconds: float, written: Callable[[Sequence[Entry]], None]) -> None:
        self.life = 0
        self._journal = MemoryJournal()
        self._seconds = seconds
        self._written = written

    def open(self) -> "SimulatedJournal":
        """The journal, for the process that begins now; who had it before, has it no more."""
        self.life += 1
        return SimulatedJournal(self, self.life)

    def close(self) -> None:
        """Take it from the process that has it."""
        self.life += 1

    async def read(self) -> Contents:
        """Everything that is kept."""
        await trio.lowlevel.checkpoint()
        return await self._journal.read()

    async def append(self, life: int, entries: Sequence[Entry]) -> None:
        """Keep these, unless a dead process asks for it."""
        await trio.sleep(self._seconds)  # an await point before anything is written,
        if life != self.life:
            return
        await self._journal.append(entries)
        self._written(entries)
        await trio.lowlevel.checkpoint()  # and one after: between the two it is durable and nobody knows

    async def forget(self, life: int, orders: Sequence[ClientOrderId], commands: Sequence[CommandId]) -> None:
        """Drop these, unless a dead process asks for it."""
        if life == self.life:
            await self._journal.forget(orders, commands)


class SimulatedJournal:
    """The journal as one life of the process has it."""

    def __init__(self, disk: SimulatedDisk, life: int) -> None:
        self._disk = disk
        self._life = life

    async def append(self, entries: Sequence[Entry]) -> None:
        await self._disk.append(self._life, entries)

    async def forget(self, orders: Sequence[ClientOrderId], commands: Sequence[CommandId]) -> None:
        await self._disk.forget(self._life, orders, commands)

    async def read(self) -> Contents:
        return await self._disk.read()


class Machine:
    """Keeps an engine running, life after life."""

    def __init__(
        self,
        *,
        config: EngineConfig,
        seams: Seams,
        disk: SimulatedDisk,
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
        self._stopping = False
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
            try:
                with self._scope:
                    await self._live(task_status if self.lives == 1 else trio.TASK_STATUS_IGNORED)
            except* BatactorsError as group:
                if self.lives == 1:
                    raise
                self.failures.append(str(group.exceptions[0]))
                self._trace.note("engine/machine", "crashed", self.failures[-1])
            self.engine = None
            if not self._stopping:
                await trio.sleep(self._down_for)
        self.stopped.set()

    async def _live(self, task_status: trio.TaskStatus[None]) -> None:
        journal, kills = self._disk.open(), self.kills

        def watch(event: ChildEvent) -> None:
            if self.kills == kills:  # nobody hears the dead
                self._watch(event)

        async with open_engine(self._config, seams=self._seams, journals=lambda name: journal, watch=watch) as engine:
            self.engine = engine
            self._began()
            self._trace.note("engine/machine", "started", f"life {self.lives}")
            self._announce()
            task_status.started()
            while not self._stopping:
                await self._changed.wait()
            self.report = await engine.stop()
        self._trace.note("engine/machine", "ended")

    def kill(self, down_for: float) -> None:
        """End the process at once, and start it again after so long."""
        if self._stopping:
            return
        self.kills += 1
        self._trace.note("engine/machine", "crashed", "killed")
        self.engine = None
        self._disk.close()
        self._drop()
        self._down_for = down_for
        self._scope.cancel()

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


def engine_config(
    name: str, customer: VenueAccount, urls: VenueUrls, knobs: Knobs, options: Mapping[str, Any]
) -> EngineConfig:
    """The configuration of an engine with one account at a simulated venue."""
    account = AccountConfig(
        api_key=Secret.value(customer.api_key),
        api_secret=Secret.value(customer.api_secret),
        rest_url=urls.rest,
        websocket_url=urls.websocket_auth,
        **{**knobs.account(), **options},
    )
    supervision = SupervisionConfig(
        backoff_first=knobs.backoff_first, backoff_most=knobs.backoff_most, start_within=START_WITHIN
    )
    return EngineConfig(accounts={name: account}, supervision=supervision)
