"""``batactors simulate``: many seeds over many processes, and a report that names what was broken and how to see it."""

import json
import os
import signal
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import trio

from batactors.cli.main import run
from batactors.cli.simulate import fleet
from batactors.testing.simulation import draw_plan
from batactors.testing.simulation.text import plan_to_json
from tests.cli.program import Running, batactors

PROMISES = "tests.cli.promises"


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command in this process, with workers of its own; its exit status and the object that it prints."""

    def simulate(*tokens: str) -> tuple[int, dict[str, Any]]:
        status = run(["simulate", *tokens, "--json"])
        said = capsys.readouterr()
        assert said.err == ""
        return status, json.loads(said.out, parse_float=Decimal)

    return simulate


def test_the_report_counts_every_run() -> None:
    """As the program: each seed is run once, by whichever core is free; nothing is on standard error in a pipe."""
    done = batactors("simulate", "--seeds", "6", "--jobs", "2", "--no-shrink", "--json")
    assert done.stderr == ""
    values = json.loads(done.stdout, parse_float=Decimal)
    assert done.returncode == (0 if values["ok"] else 1)
    assert (values["runs"], values["seeds"], values["jobs"]) == (6, "0:6", 2)
    assert values["commands"] >= values["orders"] >= 12
    assert values["times_real"] > 1
    assert values["runs_per_second"] > 0
    assert values["faults"]
    assert 0 < len(values["never_reached"]) < len(values["reached"])
    assert values["reached"]["a command was unknown"] <= 6


def test_broken_promises_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """The check, what it saw, the seed, and the command that shows it again; the exit status is 1."""
    check = f"{PROMISES}:NothingIsTold"
    assert run(["simulate", "--seeds", "4:7", "--jobs", "1", "--no-shrink", "--check", check]) == 1
    said = capsys.readouterr().out
    assert "NOT GOOD: 3 of 3 runs: NothingIsTold 3" in said
    for seed in (4, 5, 6):
        assert f"NothingIsTold  seed {seed}, at " in said
        assert f"again: batactors simulate --seed {seed} --check {check}\n" in said
    assert "something was told: Order" in said


def test_what_is_shown_again_is_the_same(report: Any) -> None:
    """A seed that broke a promise among others breaks it alone too, at the same moment."""
    among = report("--seeds", "4:6", "--jobs", "1", "--no-shrink", "--check", f"{PROMISES}:NothingIsTold")
    alone = report("--seed", "5", "--no-shrink", "--check", f"{PROMISES}:NothingIsTold")
    assert among[0] == alone[0] == 1
    assert among[1]["findings"][1]["violations"] == alone[1]["violations"]


def test_a_worker_that_dies_is_a_finding(report: Any) -> None:
    """It costs the seed that it was at, with its last words, and another worker goes on."""
    status, values = report("--seeds", "2", "--jobs", "1", "--check", f"{PROMISES}:NobodyDies")
    assert status == 1
    assert values["failed_seeds"] == [0, 1]
    (violation,) = values["findings"][0]["violations"]
    assert violation["check"] == "WorkerDied"
    assert "exit status 7" in violation["text"]
    assert "a chandelier fell" in violation["text"]


def test_a_run_that_hangs_is_ended(report: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not hold up the rest for ever, and the report shows where it was."""
    monkeypatch.setattr(fleet, "RUN_WITHIN", 2.0)
    _, values = report("--seeds", "1", "--jobs", "1", "--check", f"{PROMISES}:NobodySpins")
    (violation,) = values["findings"][0]["violations"]
    assert "no answer in time" in violation["text"]
    assert "promises.py" in violation["text"]


def test_runs_that_do_not_repeat_are_found(report: Any) -> None:
    """With --repeat, each seed is run in two processes that hash text differently; one alone says where they part."""
    check = f"{PROMISES}:NothingDepends"
    status, values = report("--seeds", "2", "--jobs", "1", "--repeat", "--check", check)
    assert status == 1
    assert values["broken"]["Repeats"] == 2
    assert values["findings"][0]["again"] == f"batactors simulate --seed 0 --repeat --check {check}"
    status, values = report("--seed", "1", "--repeat", "--no-shrink", "--check", check)
    assert status == 1
    assert "user: did hashed" in values["violations"][-1]["text"]


def test_runs_repeat(report: Any) -> None:
    """The engine's do."""
    _, values = report("--seeds", "2", "--jobs", "1", "--repeat", "--no-shrink")
    assert "Repeats" not in values["broken"]
    assert values["twice"] is True


def test_workers_may_print(report: Any) -> None:
    """What user code prints does not get between the workers and the command."""
    _, values = report("--seeds", "1", "--jobs", "1", "--no-shrink", "--check", f"{PROMISES}:SomebodyPrints")
    assert values["runs"] == 1
    assert "WorkerDied" not in values["broken"]


def test_time_decides(report: Any) -> None:
    """With --minutes it goes on past the end of the seeds, and ends in time."""
    _, values = report("--seeds", "7:8", "--minutes", "0.07", "--jobs", "1", "--no-shrink")
    assert values["runs"] > 1
    assert values["seeds"] == f"7:{7 + values['runs']}"


def test_a_random_range_can_be_run_again(report: Any) -> None:
    """The report names the seeds that chance has chosen."""
    _, values = report("--seeds", "1", "--random", "--jobs", "1", "--no-shrink")
    first, end = map(int, values["seeds"].split(":"))
    assert end == first + 1
    assert first > 100


def test_a_plan_is_run_as_it_is(report: Any, tmp_path: Any) -> None:
    """A plan from a file, such as the one that the report of a run has, is that run again."""
    _, by_seed = report("--seed", "3", "--no-shrink")
    path = tmp_path / "plan.json"
    path.write_text(plan_to_json(draw_plan(3)))
    _, by_file = report("--plan", str(path), "--no-shrink")
    assert by_file["digest"] == by_seed["digest"]
    assert by_file["plan"] == by_seed["plan"]


@pytest.mark.real_time
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_prints_what_was_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: int) -> None:
    """It ends at once, with the report on the runs so far, and leaves no process behind."""
    pids = tmp_path / "pids"
    monkeypatch.setenv("PIDS", str(pids))
    check = f"{PROMISES}:SomebodyWatches"
    command = await Running.start(
        "simulate", "--seeds", "0:", "--minutes", "9", "--jobs", "2", "--json", "--check", check
    )
    try:
        with trio.fail_after(60):
            while not pids.exists() or len(pids.read_text().splitlines()) < 5:  # noqa: ASYNC110 - it tells by no event
                await trio.sleep(0.05)
        status, said = await command.stop(how)
        values = json.loads(await command.line(), parse_float=Decimal)
    finally:
        await command.end()
    assert said == ""
    assert values["stopped"] is True
    assert status == (130 if values["ok"] else 1)
    assert values["runs"] >= 2
    workers = {int(line) for line in pids.read_text().splitlines()}
    assert len(workers) == 2
    for worker in sorted(workers):
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)
