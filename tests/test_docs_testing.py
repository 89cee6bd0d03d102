"""The page about testing works as written: every block is a test file, and does what the page says of it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from batactors.testing import ALL_CHECKS, Knobs, moments
from batactors.testing.simulation.moments import TimedFault
from tests.readme import REPOSITORY

PAGE = (REPOSITORY / "docs" / "testing.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
NAME = re.compile(r"# (test_\w+\.py)\n")
FAILS = "test_impatient.py"


def files() -> dict[str, str]:
    """The page's files: a block begins with the name of one, or goes on with the one before."""
    found: dict[str, str] = {}
    for language, code in BLOCKS:
        if language == "python":
            named = NAME.match(code)
            name = named.group(1) if named is not None else next(reversed(found))
            found[name] = f"{found[name]}\n\n{code}" if name in found else code
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What somebody has who copied it all."""
    for name, code in files().items():
        (tmp_path / name).write_text(code, encoding="utf-8")
    return tmp_path


def ran(folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """pytest, in a reader's folder."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
        cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_every_block_runs(folder: Path) -> None:
    """All files pass but the one that is there to fail."""
    done = ran(folder, f"--ignore={FAILS}")
    assert done.returncode == 0, done.stdout
    tests = sum(code.count("\nasync def test_") + code.count("\ndef test_") for code in files().values())
    assert f"{tests - 1} passed" in done.stdout


def test_the_failure_looks_as_shown(folder: Path) -> None:
    """Numbers and folders apart, which another engine may draw otherwise; and its seed alone shows it again."""
    (shown,) = (code for language, code in BLOCKS if language == "text")
    done = ran(folder, FAILS)
    said = list(map(bare, done.stdout.splitlines()))
    assert [line for line in shown.splitlines() if line != "..." and bare(line) not in said] == []
    seed = re.findall(r"BATACTORS_SEEDS=(\d+)", done.stdout)[0]
    assert f"With seed {seed}." in ran(folder, FAILS, BATACTORS_SEEDS=seed).stdout
    assert int(seed) > 0
    assert ran(folder, FAILS, BATACTORS_SEEDS="0").returncode == 0


def bare(line: str) -> str:
    """A line without what differs from run to run, or may one day."""
    return re.sub(r"\d+(\.\d+)?", "0", re.sub(r"/\S*/batactors-\w+", "", line))


def test_the_worked_tests_are_the_example() -> None:
    """The five tests of the page are those of the example's file."""
    example = (REPOSITORY / "examples" / "test_when_things_break.py").read_text(encoding="utf-8")
    body = example.split('"""', 2)[2].strip()
    assert "\n".join(files()["test_when_things_break.py"].split("\n")[1:]).strip() == body


def rows() -> Iterator[str]:
    """The first two cells of each row of the page's tables."""
    for line in PAGE.splitlines():
        if line.startswith("| "):
            yield " ".join(line.split("|")[1:3])


def test_every_timed_fault_is_on_the_page() -> None:
    """With the defaults that it has."""
    kinds = [kind for kind in vars(moments).values() if isinstance(kind, type) and issubclass(kind, TimedFault)]
    text = re.sub(r"\s+", " ", PAGE)
    for kind in kinds:
        if kind is not TimedFault:
            calls = re.findall(rf"(?<=`)(?:moments\.)?{kind.__name__}\(([^`]*)\)`", text)
            assert calls, kind.__name__
            for name, value in re.findall(r'(\w+)=("[^"]*"|[\d.]+)', calls[0]):
                default = attrs.fields_dict(kind)[name].default
                if default is not attrs.NOTHING:
                    assert str(default).removesuffix(".0") == value.strip('"'), (kind.__name__, name)


def test_every_knob_and_every_check_is_on_the_page() -> None:
    """Each in a table."""
    named = set(re.findall(r"`(\w+)`", " ".join(rows())))
    assert {field.name for field in attrs.fields(Knobs)} <= named
    assert {check.__name__ for check in ALL_CHECKS} <= named
