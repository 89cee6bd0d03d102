"""Virtual time cannot be off unnoticed: what pytest itself does with tests that ask for it."""

import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]

MODULE = """
import pytest
import trio
from trio.testing import MockClock


@pytest.mark.real_time
async def test_clock_in_real_time(virtual_clock):
    pass


@pytest.mark.real_time
async def test_seams_in_real_time(seams):
    pass


async def test_clock_that_does_not_jump(mock_clock):
    await trio.sleep(1000)


@pytest.mark.trio
async def test_marked_by_hand(autojump_clock):
    await trio.sleep(1000)


class TestInAClass:
    @pytest.mark.holds("S1")
    @pytest.mark.parametrize("seconds", [1000])
    async def test_method(self, seconds):
        await trio.sleep(seconds)


async def test_hang():
    await trio.sleep_forever()


@pytest.mark.real_time
async def test_real():
    assert not isinstance(trio.lowlevel.current_clock(), MockClock)
"""


def test_what_pytest_does(tmp_path: Path) -> None:
    """Tests run in virtual time however they are written; asking for it in real time fails; a hang fails at once."""
    (tmp_path / "test_sample.py").write_text(MODULE)
    options = ["-c", "pyproject.toml", "--rootdir", str(tmp_path), "-p", "tests.conftest", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-v", str(tmp_path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert dict(re.findall(r"test_sample.py::(\S+) (PASSED|FAILED)", done.stdout)) == {
        "test_clock_in_real_time": "FAILED",
        "test_seams_in_real_time": "FAILED",
        "test_clock_that_does_not_jump": "FAILED",
        "test_marked_by_hand": "PASSED",
        "TestInAClass::test_method[1000]": "PASSED",
        "test_hang": "FAILED",
        "test_real": "PASSED",
    }, done.stdout + done.stderr
    for reason in ("asks for virtual time", "clock of its own", "SimulationDeadlock"):
        assert reason in done.stdout
