"""What the engine's machine keeps: the journal's file on a simulated disk, or a journal in memory that never fails.

A process that was killed keeps nothing of it: whatever it still asks for is not done.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import trio

from batactors.journal.memory import MemoryJournal
from batactors.journal.retention import Retention
from batactors.journal.sqlite import SqliteJournal
from batactors.journal.store import Contents, Entry, Journal, Progress, identity_of
from batactors.model.errors import JournalFull
from batactors.model.ids import ClientOrderId, CommandId
from batactors.seams import WallClock
from batactors.testing.disk import SimulatedDisk
from batactors.testing.simulation.knobs import Knobs

Result = TypeVar("Result")
FILE = "engine.journal"


class Storage:
    """The machine's disk with the journal on it; only the process that lives now may write to it.

    Args:
        seed: What a power cut leaves follows from it.
        knobs: How long a write takes, and whether the journal is a file.
        owner: Whose journal it is: the account, and its venue.
        clock: The machine's.
        written: Is called with what was written, at the moment when it is durable.
    """

    def __init__(
        self,
        seed: int | str,
        knobs: Knobs,
        owner: tuple[str, str],
        clock: WallClock,
        written: Callable[[Sequence[Entry]], None],
    ) -> None:
        self.life = 0
        self.full = False
        self._seconds = knobs.disk
        self._owner = owner
        self._clock = clock
        self._written = written
        self._kept: dict[tuple[object, ...], None] = {}
        self._memory = MemoryJournal()
        self._disk = SimulatedDisk(seed) if knobs.store == "file" else None
        if self._disk is not None:
            self._disk.seed()

    def open(self) -> "SimulatedJournal":
        """The journal, for the process that begins now; who had it before, has it no more."""
        self.life += 1
        return SimulatedJournal(self, self.life)

    def close(self, *, power: bool = False) -> None:
        """Take it from the process that has it; with the power, what was not synced may be gone."""
        self.life += 1
        if self._disk is not None and power:
            self._disk.cut_power()
        elif self._disk is not None:
            self._disk.kill()

    def fill(self, full: bool) -> None:
        """There is no room left, or there is again."""
        self.full = full
        if self._disk is not None:
            self._disk.room = 0 if full else None

    def end(self) -> None:
        """The world ends, and its disk with it."""
        if self._disk is not None:
            self._disk.close()

    def journal(self, runner: "SimulatedJournal") -> Journal:
        """What is written to in the end."""
        if self._disk is None:
            return self._memory
        account, venue = self._owner
        return SqliteJournal(
            FILE, account=account, venue=venue, run=runner.run, clock=self._clock, vfs=self._disk.vfs,
            retention=Retention(),
        )  # fmt: skip

    async def wait(self) -> None:
        """As long as a write takes."""
        await trio.sleep(self._seconds)

    def wrote(self, life: int, entries: Sequence[Entry]) -> None:
        """These are durable now; who crashed before he knew that, gives them again."""
        if life == self.life:
            new = {identity_of(entry): entry for entry in entries if identity_of(entry) not in self._kept}
            self._kept.update(dict.fromkeys(new))
            self._written(tuple(new.values()))


class SimulatedJournal:
    """The journal as one life of the process has it."""

    def __init__(self, storage: Storage, life: int) -> None:
        self._storage = storage
        self._life = life
        self._writing: Sequence[Entry] | None = None
        self._inner = storage.journal(self)

    @property
    def _is_dead(self) -> bool:
        return self._life != self._storage.life

    async def append(self, entries: Sequence[Entry]) -> None:
        if isinstance(self._inner, SqliteJournal):
            self._writing = entries
            await self._inner.append(entries)
            return
        await self._storage.wait()  # an await point before anything is written,
        if self._is_dead:
            return
        if self._storage.full:
            raise JournalFull("the disk is full", file="memory")
        await self._inner.append(entries)
        self._storage.wrote(self._life, entries)
        await trio.lowlevel.checkpoint()  # and one after: between the two it is durable and nobody knows

    async def run(self, function: Callable[[], Result], /) -> Result:
        """What the store does to its file, with the same await points before and after."""
        writing, self._writing = self._writing, None
        if writing is None:
            await trio.lowlevel.checkpoint()
            return function()
        await self._storage.wait()
        result = function()
        self._storage.wrote(self._life, writing)
        await trio.lowlevel.checkpoint()
        return result

    async def forget(self, orders: Sequence[ClientOrderId], commands: Sequence[CommandId]) -> None:
        if not self._is_dead:
            await self._inner.forget(orders, commands)

    async def read(self, progress: Progress | None = None) -> Contents:
        if not isinstance(self._inner, SqliteJournal):
            await trio.lowlevel.checkpoint()
        return await self._inner.read(progress)

    async def close(self) -> None:
        """The disk outlives every process; a process that ends in good order closes its file."""
        if isinstance(self._inner, SqliteJournal) and not self._is_dead:
            await self._inner.close()
