"""The tutorial works as written: its files are written, its commands run, and what it shows is what they print."""

import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.readme import REPOSITORY

TEXT = (REPOSITORY / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
PORT = "8080"
BIN = Path(sys.executable).parent
PATIENCE = 60.0
ELSEWHERE = ("python3 -m venv", ".venv/bin/pip", ".venv/bin/batactors demo")
"""What is not run here: the installation has taken place, and the demo has tests of its own."""


class Reader:
    """Somebody who does what the tutorial says, in a folder, with a port that is free in place of the one it names."""

    def __init__(self, folder: Path, port: int, stack: ExitStack) -> None:
        self._folder = folder
        self._port = str(port)
        self._stack = stack
        self._environment = dict(os.environ)
        self.commands = 0
        self.printed = ""

    def follow(self, language: str, code: str) -> None:
        """Do what a block says, or see that it shows what was printed."""
        code = code.replace(PORT, self._port)
        match language:
            case "sh":
                for line in code.splitlines():
                    self._run(line)
            case "toml":
                (self._folder / "engine.toml").write_text(code, encoding="utf-8")
            case "python":
                name = code.splitlines()[0].removeprefix("# ")
                (self._folder / name).write_text(code, encoding="utf-8")
            case "text":
                assert self.printed == code

    def _run(self, line: str) -> None:
        if line.startswith(ELSEWHERE):
            return
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            self._environment[name] = value
            return
        program, *arguments = shlex.split(line)
        assert program.startswith(".venv/bin/"), line
        command = [str(BIN / program.removeprefix(".venv/bin/")), *arguments]
        self.commands += 1
        if "serve" in arguments:
            self._serve(command)
            return
        ran = subprocess.run(
            command, check=False, cwd=self._folder, env=self._environment, capture_output=True, text=True,
            timeout=PATIENCE,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr
        self.printed = ran.stdout

    def _serve(self, command: list[str]) -> None:
        venue = self._stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        self._stack.callback(venue.terminate)
        assert venue.stdout is not None
        while "Serving" not in venue.stdout.readline():
            assert venue.poll() is None


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    (tmp_path / "examples").symlink_to(REPOSITORY / "examples")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with ExitStack() as stack:
        yield Reader(tmp_path, port, stack)


def test_the_tutorial_works_as_written(reader: Reader) -> None:
    """Block by block, from the venue to the strategy's test."""
    for language, code in BLOCKS:
        reader.follow(language, code)
    assert reader.commands == 9
    assert "6 passed" in reader.printed
