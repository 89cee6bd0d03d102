"""The page on ``batactors simulate`` shows what works."""

import re
import shlex
from pathlib import Path

import pytest

from batactors.cli.main import run
from tests.source_tree import REPOSITORY

PAGE = (REPOSITORY / "docs" / "simulate.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^batactors simulate (.*)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_the_commands_of_the_page_are_understood(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each has options that there are: what is refused is the venue that this test adds."""
    words = shlex.split(re.sub(r"--venue \S+", "", command))
    assert run(["simulate", *words, "--venue", "nowhere"]) == 2
    assert "there is no simulation of 'nowhere'" in capsys.readouterr().err


def test_the_promise_of_the_page_is_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check that the page writes can be named on the command line; a run may keep it or not."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "promises_of_the_page.py").write_text(code, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    assert run(["simulate", "--seed", "3", "--check", "promises_of_the_page:AnswersSoon", "--no-shrink"]) in (0, 1)
