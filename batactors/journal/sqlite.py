"""The journal in a file: SQLite, which has been trusted with more than ours, and whose one lock keeps others out."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import apsw
import trio
from attrs import define

from batactors.journal.complaints import naming, taken_as_written
from batactors.journal.database import Place, let_go, open_database, take, tidy_up
from batactors.journal.loop import Runner, off_loop, told_in_loop
from batactors.journal.reading import Reader
from batactors.journal.retention import Retention, Sync
from batactors.journal.store import Contents, Entry, Progress
from batactors.journal.tail import cut_tail
from batactors.journal.writing import Writer
from batactors.model.errors import JournalError
from batactors.model.ids import ClientOrderId, CommandId
from batactors.seams import SystemClock, WallClock

Result = TypeVar("Result")

AT_MOST = 1_000
"""Orders and commands that are to be forgotten, until that is written for its own sake."""


@define
class _Open:
    connection: apsw.Connection
    writer: Writer


class SqliteJournal:
    """The journal of one account, in one file.

    Args:
        path: The file; it is made where there is none, its directory is not.
        account: Whose journal it is, and at which venue: a file of another is refused.
        sync: When the disk is asked to have written; see ``Sync`` for what each can lose.
        retention: How much is kept, and how much of it a restart reads.
        run: ``off_loop``, so that a slow disk stalls nobody but who waits for it; ``in_loop`` under the mock clock,
            where no thread takes part.
        clock: For the note in the file since when we have it.
        vfs: SQLite's name for the disk; the machine's own unless a test has another.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        account: str,
        venue: str,
        sync: Sync = "full",
        retention: Retention | None = None,
        run: Runner = off_loop,
        clock: WallClock | None = None,
        vfs: str | None = None,
    ) -> None:
        self._place = Place(file=str(path), account=account, venue=venue, vfs=vfs)
        self._sync: Sync = sync
        self._retention = retention or Retention()
        self._run = run
        self._clock = clock or SystemClock()
        self._forgotten_orders: list[ClientOrderId] = []
        self._forgotten_commands: list[CommandId] = []
        self._turn = trio.Lock()
        self._opened: _Open | None = None
        self._broken: JournalError | None = None

    async def append(self, entries: Sequence[Entry]) -> None:
        """One commit; see ``Journal``.

        Raises:
            JournalError: It could not be written, or not be opened; each reason has its class.
        """
        if entries:
            await self._do(lambda journal: journal.writer.append(entries))

    async def forget(self, orders: Sequence[ClientOrderId], commands: Sequence[CommandId]) -> None:
        """A restart will be given no more than the ids of these orders, once the next commit has said so."""
        # Nothing is lost if that never comes, so no sync of the disk is spent on it.
        self._forgotten_orders += orders
        self._forgotten_commands += commands
        if len(self._forgotten_orders) + len(self._forgotten_commands) > AT_MOST:
            await self._do(lambda journal: journal.writer.append(()))

    async def read(self, progress: Progress | None = None) -> Contents:
        """What a restart needs; the first call opens the file. ``progress`` is told how many rows of it are read.

        Raises:
            JournalError: As ``append``; ``JournalDamaged`` if a row that it needs is not as it was written.
        """
        file, keep = self._place.file, self._retention
        told = told_in_loop(progress) if progress is not None else None

        def reading(journal: _Open) -> Contents:
            journal.writer.append(())
            with taken_as_written(file):
                return Reader(journal.connection, file, keep, told).read()

        return await self._do(reading)

    async def close(self) -> None:
        """Let go of the file, so that another may have it."""
        # As long as the disk takes, and no longer: a lock that is not let go of would keep out the next.
        with trio.CancelScope(shield=True):
            async with self._turn:
                self._broken = self._broken or JournalError("it was closed", file=self._place.file)
                opened, self._opened = self._opened, None
                if opened is not None:
                    await self._run(lambda: tidy_up(opened.connection))

    async def _do(self, what: Callable[[_Open], Result]) -> Result:
        """One at a time, and nothing more after a failure: what is on the disk then, only a new start can tell."""

        def work() -> Result:
            if self._broken is not None:
                raise self._broken.with_traceback(None)
            try:
                with naming(self._place.file):
                    if self._opened is None:
                        self._opened = self._open()
                    self._opened.writer.forget(self._forgotten_orders, self._forgotten_commands)
                    self._forgotten_orders, self._forgotten_commands = [], []
                    return what(self._opened)
            except JournalError as error:
                self._broken = error
                if self._opened is not None:
                    let_go(self._opened.connection)
                raise

        try:
            self._turn.acquire_nowait()
        except trio.WouldBlock:
            await self._turn.acquire()
        try:
            return await self._run(work)
        finally:
            self._turn.release()

    def _open(self) -> _Open:
        since = f"{self._clock.now():%Y-%m-%d %H:%M:%S} UTC"
        with taken_as_written(self._place.file), ExitStack() as stack:
            connection = open_database(self._place, self._sync, since)
            stack.callback(let_go, connection)
            cut_tail(connection, self._place)
            take(connection, self._place, self._sync, since)
            opened = _Open(connection, Writer(connection, self._retention))
            stack.pop_all()
        return opened
