"""The program as an operator has it: a process of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping

import trio

from tests.source_tree import REPOSITORY

COMMAND = [sys.executable, "-m", "batactors"]


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(REPOSITORY), "NO_COLOR": "1", **(more or {})}


def batactors(*tokens: str, env: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a command line to its end."""
    return subprocess.run(
        [*COMMAND, *tokens],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(env),
        check=False,
        stdin=subprocess.DEVNULL,
    )


class Running:
    """A command that goes on until it is stopped, and what it printed so far."""

    def __init__(self, process: trio.Process) -> None:
        self._process = process
        self._printed = b""

    @classmethod
    async def start(cls, *tokens: str) -> "Running":
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        return cls(await trio.lowlevel.open_process([*COMMAND, *tokens], env=environment(), **pipes))  # type: ignore[call-overload]

    async def line(self) -> str:
        """The next line of its standard output."""
        assert self._process.stdout is not None
        with trio.fail_after(30):
            while b"\n" not in self._printed:
                more = await self._process.stdout.receive_some()
                assert more, "it ended before it printed a line"
                self._printed += more
        line, _, self._printed = self._printed.partition(b"\n")
        return line.decode()

    async def stop(self, signal: int) -> tuple[int, str]:
        """Send it a signal; its exit status, and its standard error."""
        self._process.send_signal(signal)
        assert self._process.stderr is not None
        with trio.fail_after(30):
            said = b"".join([part async for part in self._process.stderr])
            return await self._process.wait(), said.decode()

    async def end(self) -> None:
        """Leave nothing behind, whatever the test came to."""
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                await stream.aclose()
