"""Shows in health how the journal does: that it cannot be used, and that it takes long, while it still does."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import TracebackType

import trio

from batactors.actors.board import Board
from batactors.actors.crashes import cause_of
from batactors.actors.supervisor import Ready
from batactors.journal.store import Contents, Entry, Journal, Progress
from batactors.model.health import ComponentState
from batactors.model.ids import ClientOrderId, CommandId

SLOW = 1.0
"""Seconds beyond which a write is slow, and the journal degraded: everything of the account waits for it. A read that
takes longer tells how far it is."""


class JournalWatch(AbstractContextManager[None, None]):
    """A journal that tells the board how it does. One thing at a time is done with it, by the dedup actor.

    A write that hangs is noticed by a task of its own, ``run``, which is woken for writes at most once in ``SLOW``
    seconds: to look at each would cost more than to write.
    """

    def __init__(self, journal: Journal, board: Board) -> None:
        self._journal = journal
        self._board = board
        self._began: float | None = None
        """When what is under way began, on trio's clock."""
        self._reads = False
        """Whether that is a read."""
        self._wanted = trio.Event()
        """Has ``run`` look after what is under way, and what follows it."""

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Look after writes until cancelled."""
        task_status.started()
        while True:
            await self._wanted.wait()
            while self._began is not None:
                await trio.sleep_until(self._began + SLOW)
                if self._is_late():
                    if self._reads:
                        self._board.set("journal", ComponentState.STARTING, "restoring")
                    else:
                        self._board.set("journal", ComponentState.DEGRADED, f"a write takes longer than {SLOW:g} s")
                    break
            self._wanted = trio.Event()

    def _is_late(self) -> bool:
        return self._began is not None and trio.current_time() >= self._began + SLOW

    async def append(self, entries: Sequence[Entry]) -> None:
        with self:
            await self._journal.append(entries)

    async def forget(self, orders: Sequence[ClientOrderId], commands: Sequence[CommandId]) -> None:
        with self:
            await self._journal.forget(orders, commands)

    async def read(self, progress: Progress | None = None) -> Contents:
        """What a restart needs. How far it is, the board and ``progress`` are told from ``SLOW`` seconds on."""
        last: tuple[int, int] | None = None

        def told(done: int, total: int) -> None:
            nonlocal last
            if self._reads and self._is_late():
                last = (done, total)
                cause = f"restoring, {done:,} of {total:,} entries"
                self._board.set("journal", ComponentState.STARTING, cause)
                if progress is not None:
                    progress(done, total)

        with self:
            self._reads = True
            contents = await self._journal.read(told)
        if last is not None and progress is not None:
            progress(last[1], last[1])
        return contents

    async def close(self) -> None:
        await self._journal.close()

    def __enter__(self) -> None:
        self._began = trio.current_time()
        self._wanted.set()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        began, self._began = self._began, None
        reads, self._reads = self._reads, False
        if isinstance(error, Exception):
            self._board.set("journal", ComponentState.DOWN, cause_of(error))
        elif error is None:
            assert began is not None
            took = trio.current_time() - began
            slow = f"the last write took {took:.1f} s" if took >= SLOW and not reads else None
            self._board.set("journal", ComponentState.DEGRADED if slow else ComponentState.UP, slow)
