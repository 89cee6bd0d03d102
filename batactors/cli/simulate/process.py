"""A worker's process as the command sees it: it is asked one thing at a time, and it may die of it."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import trio

from batactors.cli.simulate.wire import Answer, Job, from_line, to_line
from batactors.model.errors import ConfigError

COMMAND = (sys.executable, "-m", "batactors.cli.simulate.worker")
START_WITHIN = 120.0
"""Seconds for Python to start and import everything: it takes one, and more on a machine that is busy otherwise."""
LAST_WORDS = 4000
"""Bytes of what a worker wrote to standard error that are kept."""
PATIENCE = 5.0
"""Seconds in which a worker that hangs may say where."""


class WorkerDied(Exception):
    """The process ended without an answer. The text says how, and what it wrote last."""


class Worker:
    """A process that runs plans."""

    def __init__(self, process: trio.Process) -> None:
        self._process = process
        self._received = b""
        self._said = b""
        self._silent = trio.Event()

    async def ask(self, job: Job, within: float, hear: Callable[[Answer], object] = lambda _: None) -> Answer:
        """Have a job done.

        Args:
            job: What to do.
            within: Seconds that it may take.
            hear: Is given what is answered before the last answer.

        Raises:
            WorkerDied: It ended first, or took longer and was ended.
        """
        assert self._process.stdin is not None
        try:
            await self._process.stdin.send_all(to_line(job))
        except trio.BrokenResourceError:
            raise await self._death() from None
        deadline = trio.current_time() + within
        while not (answer := await self.answer(deadline)).is_last:
            hear(answer)
        return answer

    async def answer(self, deadline: float) -> Answer:
        """What it says next."""
        assert self._process.stdout is not None
        with trio.move_on_at(deadline) as patience:
            while b"\n" not in self._received:
                more = await self._process.stdout.receive_some()
                if not more:
                    raise await self._death()
                self._received += more
        if patience.cancelled_caught:
            self._process.send_signal(signal.SIGABRT)
            death = await self._death()
            raise WorkerDied(f"it gave no answer in time and was ended; {death}")
        line, _, self._received = self._received.partition(b"\n")
        return from_line(line, Answer)

    async def listen(self) -> None:
        """Keep the end of what it writes to standard error."""
        assert self._process.stderr is not None
        async for part in self._process.stderr:
            self._said = (self._said + part)[-LAST_WORDS:]
        self._silent.set()

    async def _death(self) -> WorkerDied:
        with trio.move_on_after(PATIENCE):
            await self._process.wait()
            await self._silent.wait()
        self._process.kill()
        status = await self._process.wait()
        how = f"by signal {-status} ({signal.strsignal(-status)})" if status < 0 else f"with exit status {status}"
        words = self._said.decode(errors="replace").strip()
        last = f", and its last words were:\n{words}" if words else ""
        return WorkerDied(f"the worker's process ended {how}{last}")


@asynccontextmanager
async def open_worker(checks: Sequence[str], number: int) -> AsyncIterator[Worker]:
    """A worker that is ready; it is killed at the end.

    Args:
        checks: The names of the user's own.
        number: Decides how it hashes text, so that what depends on that differs from one worker to the next.

    Raises:
        ConfigError: It cannot even start.
    """
    path = os.pathsep.join(filter(None, sys.path))  # what we can import, it can
    process = await trio.lowlevel.open_process(
        [*COMMAND, *checks],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": str(number)},
        process_group=0,  # Ctrl-C is for us; we end the workers
    )
    worker = Worker(process)
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(worker.listen)
            try:
                await worker.answer(trio.current_time() + START_WITHIN)
            except WorkerDied as death:
                raise ConfigError(f"no worker can be started: {death}") from death
            yield worker
            nursery.cancel_scope.cancel()
    finally:
        process.kill()
        with trio.CancelScope(shield=True):
            await process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    await stream.aclose()
