"""The examples run as they are, and do what they say."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
import trio

from tests.readme import README, REPOSITORY, between

EXAMPLES = REPOSITORY / "examples"
PROGRAMS = sorted(path.stem for path in EXAMPLES.glob("*.py") if not path.name.startswith("test_"))
PATIENCE = 30.0


async def said_by(example: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Run an example in this process; the lines that it printed."""
    main: Callable[[], Any] = run_path(str(EXAMPLES / f"{example}.py"))["main"]
    with trio.fail_after(PATIENCE):
        await main()
    return capsys.readouterr().out.splitlines()


def test_every_example_is_run_here() -> None:
    """A new example needs a test that runs it."""
    assert PROGRAMS == [
        "close_a_position",
        "inside_your_nursery",
        "place_and_follow",
        "resume",
        "supervise_your_own",
        "watch_it_recover",
    ]
    assert sorted(path.stem for path in EXAMPLES.glob("test_*.py")) == ["test_when_things_break", "test_your_strategy"]


@pytest.mark.real_time
async def test_place_and_follow(capsys: pytest.CaptureFixture[str]) -> None:
    """The order is accepted and filled in two parts, each told once and in order."""
    assert await said_by("place_and_follow", capsys) == [
        "The venue says: Accepted",
        "1 OrderSubmitted submitted",
        "2 OrderAccepted accepted",
        "3 OrderFilled partially_filled",
        "4 OrderFilled filled",
    ]


def test_the_readme_runs_as_pasted(tmp_path: Path) -> None:
    """What a reader copies out of the README is a whole program, and prints what stands below it."""
    text = README.read_text(encoding="utf-8")
    code = between(text, "example").removeprefix("```python\n").removesuffix("```\n")
    shown = text.partition("<!-- example: end -->")[2].partition("```text\n")[2].partition("```")[0]
    ran = subprocess.run(
        [sys.executable, "-"], check=False, input=code, capture_output=True, text=True, timeout=PATIENCE, cwd=tmp_path
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == shown


@pytest.mark.holds("D08")
def test_resume() -> None:
    """One process places an order and is killed; another tells the whole history, with what happened in between."""
    ran = subprocess.run(
        [sys.executable, str(EXAMPLES / "resume.py")], check=False, capture_output=True, text=True, timeout=PATIENCE
    )
    assert ran.stdout.splitlines() == [
        "first life: Accepted",
        "second life: 1 OrderSubmitted submitted",
        "second life: 2 OrderAccepted accepted",
        "second life: 3 OrderFilled filled",
    ], ran.stderr


@pytest.mark.real_time
async def test_watch_it_recover(capsys: pytest.CaptureFixture[str]) -> None:
    """The lost order is found, its fills are told once each, and the ledger agrees."""
    said = await said_by("watch_it_recover", capsys)
    assert [line for line in said if "Resolved: Accepted" in line]
    assert [line.strip() for line in said if " at 64000" in line] == ["0.15 at 64000.0", "0.05 at 64000.0"]
    assert said[-1] == "Filled 0.2 as we were told, 0.20 in the venue's ledger"


@pytest.mark.real_time
async def test_close_a_position(capsys: pytest.CaptureFixture[str]) -> None:
    """The lost answer is found out, the position is gone by our account, and by the venue's."""
    assert await said_by("close_a_position", capsys) == [
        "Leverage 5: Accepted",
        "1 OrderSubmitted submitted",
        "2 OrderAccepted accepted",
        "3 OrderFilled filled",
        "Closed 0.2: Accepted, flat: True",
        "At the venue: 0",
    ]


@pytest.mark.real_time
async def test_inside_your_nursery(capsys: pytest.CaptureFixture[str]) -> None:
    """The engine trades beside tasks of the user's own, and stops with every command resolved."""
    said = await said_by("inside_your_nursery", capsys)
    assert "kraken is Healthy" in said
    assert "not ours: sell 100 of DOGE/USD, accepted" in said
    assert [line for line in said if line.startswith("bought 2 at 3200.10")]
    assert said[-1] == "every command has its verdict"


@pytest.mark.real_time
async def test_supervise_your_own(capsys: pytest.CaptureFixture[str]) -> None:
    """The feed's crash takes the strategy along, which is back when the feed is, and leaves the books."""
    assert await said_by("supervise_your_own", capsys) == [
        "1 books started",
        "2 feed started",
        "3 strategy started",
        "4 feed crashed: ConnectionError: the feed broke off",
        "5 strategy stopped: feed crashed",
        "6 feed started",
        "7 strategy started",
        "8 strategy stopped: its supervisor stops",
        "9 feed stopped: its supervisor stops",
        "10 books stopped: its supervisor stops",
    ]


@pytest.mark.parametrize(("example", "passed"), [("test_your_strategy", 6), ("test_when_things_break", 5)])
def test_the_test_files(example: str, passed: int, tmp_path: Path) -> None:
    """A user's test file passes in a folder of its own, without any configuration of ours."""
    copy = tmp_path / f"{example}.py"
    copy.write_bytes((EXAMPLES / copy.name).read_bytes())
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", copy.name]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=2 * PATIENCE, cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout
    assert f"{passed} passed" in ran.stdout
