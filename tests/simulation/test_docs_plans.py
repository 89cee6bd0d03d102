"""The page about plans works as written: its files run, and what they print is what it shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from batactors.testing import Plan, run_plan
from tests.readme import REPOSITORY

PAGE = (REPOSITORY / "docs" / "plans.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
FILES = {code.partition("\n")[0].removeprefix("# "): code for language, code in BLOCKS if language == "python"}
REFUSED, SHORTENED = (code for language, code in BLOCKS if language == "text")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What somebody has who copied it all, and ran what keeps a plan."""
    folder = tmp_path_factory.mktemp("plans")
    for name, code in FILES.items():
        (folder / name).write_text(code, encoding="utf-8")
    ran(folder, "keep.py")
    return folder


def ran(folder: Path, *command: str) -> str:
    """What Python prints in a reader's folder."""
    done = subprocess.run(
        [sys.executable, "-W", "error", *command], cwd=folder, env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_test_of_the_page_passes(folder: Path) -> None:
    """Those of the page, and the one of the plan that was kept."""
    tests = sum(code.count("\ndef test_") for code in FILES.values())
    assert f"{tests} passed" in ran(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert (folder / "plans" / "seed_20.json").exists()


def test_mistakes_are_told_as_shown(folder: Path) -> None:
    """Line by line; the list of all kinds is cut short."""
    for told, shown in zip(ran(folder, "refused.py").splitlines(), REFUSED.splitlines(), strict=True):
        assert told.startswith(shown.removesuffix("..."))


def test_what_is_shown_as_shortest_fails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan of the page breaks the promise of the page, and so does what the page's own script finds."""
    monkeypatch.syspath_prepend(folder)
    for text in (SHORTENED, ran(folder, "shorten.py")):
        names: dict[str, object] = {}
        exec(text, names)
        plan = names["plan"]
        assert isinstance(plan, Plan)
        assert len(plan.steps) <= 6  # how short it gets, the seeds decide
        assert len(plan.faults) <= 2
        checks = [names["promises"].NothingIsReplayed]  # type: ignore[attr-defined]
        assert not run_plan(plan, checks=checks).good
