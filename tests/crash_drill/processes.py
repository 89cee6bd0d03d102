"""Processes that are forked and killed: no interpreter has to start again, and the death is a real one."""

import ctypes
import json
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


class Forked:
    """A process that runs a function, with a pipe from it. It ends with this one.

    Args:
        log: What it writes to standard error, and what it crashed with.
    """

    def __init__(self, run: Callable[[int], None], log: Path) -> None:
        self.reads, writes = os.pipe()
        self.pid = os.fork()
        if self.pid:
            os.close(writes)
            return
        os.close(self.reads)
        _run(run, writes, log)

    def has_said(self, seconds: float) -> bool:
        """Whether it says something, or ends, within this time."""
        return bool(select.select([self.reads], [], [], max(0.0, seconds))[0])

    def has_ended(self) -> bool:
        """Whether it has, by itself; nothing is waited for."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def kill(self) -> int:
        """Kill it, if it lives; the signal that it died of, or 0 with which it ended, or less if it crashed."""
        os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        os.close(self.reads)
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)


def _run(run: Callable[[int], None], writes: int, log: Path) -> None:
    """What the child does; it never returns."""
    status = 1
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # it must not outlive who counts its deaths
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(file, 2)
        run(writes)
        status = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


class Venue:
    """The venue's process, and what it is asked to do."""

    def __init__(self, serve: Callable[[int, int], None], log: Path) -> None:
        reads, self._commands = os.pipe()
        commands = self._commands

        def run(writes: int) -> None:
            os.close(commands)
            serve(reads, writes)

        self._process = Forked(run, log)
        os.close(reads)
        self._answers = os.fdopen(os.dup(self._process.reads), encoding="utf-8")
        self.facts = self._answer()

    def do(self, what: str, **more: Any) -> dict[str, Any]:
        """Have it do something; its answer."""
        os.write(self._commands, json.dumps({"do": what, **more}).encode() + b"\n")
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        line = self._answers.readline()
        if not line:
            raise RuntimeError("the venue's process has ended: see venue.log")
        return dict(json.loads(line))

    def end(self) -> None:
        """End it."""
        os.close(self._commands)
        self._process.kill()
        self._answers.close()
