"""What ``batactors simulate`` prints: of many runs, and of one, with its picture."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from rich.console import Console, RenderableType

from batactors.cli.main import run
from batactors.cli.simulate.campaign import SHRINKING, Campaign, Settings
from batactors.cli.simulate.json_report import campaign_values, to_json
from batactors.cli.simulate.pasting import as_test
from batactors.cli.simulate.progress import draw_campaign
from batactors.cli.simulate.report import print_report
from batactors.cli.simulate.seeds import read_seeds
from batactors.cli.simulate.shrinking import Finding
from batactors.cli.simulate.wire import Outcome, Shrunk
from batactors.cli.simulate.words import duration, short
from batactors.testing.simulation import Plan, draw_plan, moments, steps
from batactors.testing.simulation.checks import Violation
from batactors.testing.simulation.text import plan_to_json

GOOD = Outcome(
    seed=0,
    virtual_seconds=60.5,
    orders=3,
    commands=1000,
    fills=1,
    compared={"checked": 7, "cannot be told from others": 1},
    longest=12.5,
    bound=50.0,
    undecided=("cancel_all StillUncertain",),
    faults={"Cut": 2, "Kill": 1},
    restarts={"connection": 2},
    reached={"an actor crashed": 4, "a verdict was corrected": 0},
)
PLAN = Plan(seed=7, steps=(steps.Place(at=0.0, order=1),), faults=(moments.Cut(at=1.5),))


def broken(seed: int, *checks: str) -> Outcome:
    return evolve(GOOD, seed=seed, violations=tuple(Violation(check=one, text=f"{one}!", at=1.0) for one in checks))


def campaign(*outcomes: Outcome) -> Campaign:
    made = Campaign(Settings(seeds=read_seeds("12"), venue="kraken-spot", seconds=None, jobs=2))
    for outcome in outcomes:
        made.tally.add(outcome)
    made.seconds = 4.0
    made.findings = [Finding(outcome=outcome) for outcome in made.tally.telling()[:2]]
    return made


def shown(what: Campaign) -> str:
    text = StringIO()
    print_report(Console(file=text, width=80, highlight=False), what)
    return text.getvalue()


def drawn(what: RenderableType) -> str:
    text = StringIO()
    Console(file=text, width=100, force_terminal=True).print(what)
    return text.getvalue()


def test_figures_are_sums() -> None:
    """Runs are summed up; what should be reached is counted in runs, and what never was is listed."""
    text = shown(campaign(GOOD, evolve(GOOD, seed=1), evolve(GOOD, seed=2, reached={"an actor crashed": 0})))
    for line in (
        "took        4.0 s on 2 cores",
        "speed       0.8 runs a second, 0.4 per core",
        "simulated   3 min 2 s, 45 times as fast as real time",
        "orders      9; 3,000 commands, 3 fills",
        "undone      21 verdicts of NotExecuted or Rejected checked, 0 wrong; 3 of commands that",
        "verdicts    the slowest 12.5 s after all was well, of 50.0 s at most",
        "undecided   3: cancel_all StillUncertain 3",
        "faults      9: Cut 6 · Kill 3",
        "restarts    6: connection 6",
        "an actor crashed              2",
        "never reached\na verdict was corrected\n",
        "GOOD: every promise was kept in 3 runs",
    ):
        assert line in text


def test_each_promise_is_shown_before_the_next_seed_of_the_first() -> None:
    """A bug that shows in many runs does not hide one that shows in few; the seeds of all are named."""
    made = campaign(broken(1, "Often"), broken(3, "Often", "Seldom"), broken(2, "Often"), GOOD, broken(9, "Seldom"))
    assert [finding.outcome.seed for finding in made.findings] == [1, 9]
    text = shown(made)
    assert "again: batactors simulate --seed 9\n" in text
    assert "and 2 more: seeds 2 3\n" in text or "and 2 more: seeds 3 2\n" in text
    assert "NOT GOOD: 4 of 5 runs: Often 3 · Seldom 2" in text
    assert json.loads(to_json(campaign_values(made)), parse_float=Decimal)["failed_seeds"] == [1, 2, 3, 9]


def test_the_shortest_plan_can_be_pasted() -> None:
    """It is printed as a test, of which nothing is wrapped; and the object has it as JSON too."""
    made = campaign(broken(7, "Often"))
    made.findings[0].shrunk = Shrunk(plan=plan_to_json(PLAN), steps=1, faults=1, runs=40, done=True)
    text = shown(made)
    assert "1 step and 1 fault, after 40 runs:" in text
    pasted = text[text.index("from batactors") : text.index("\ndef test_it")]
    names: dict[str, object] = {}
    exec(pasted, names)
    assert names["plan"] == PLAN
    values = to_json(campaign_values(made))
    assert "\n" not in values
    shortest = json.loads(values, parse_float=Decimal)["findings"][0]["shortest"]
    assert shortest["plan"]["seed"] == 7
    assert shortest["python"].startswith("from batactors")


def test_a_promise_of_the_users_own_is_in_the_test() -> None:
    """What is pasted watches the promise that was broken."""
    finding = Finding(outcome=broken(7, "NothingIsTold"), shrunk=Shrunk(plan=plan_to_json(PLAN), done=True))
    text = as_test(finding, ["tests.cli.promises:SomebodyPrints", "tests.cli.promises:NothingIsTold"])
    names: dict[str, Any] = {}
    exec(text or "", names)
    with pytest.raises(AssertionError, match="something was told"):
        names["test_it"]()


def test_a_search_may_come_to_nothing() -> None:
    """Its time may be over, or the run may break nothing when it is made again; the report says so."""
    made = campaign(broken(7, "Often"), broken(8, "Other"))
    made.findings[0].shrunk = Shrunk(plan=plan_to_json(PLAN), steps=1, faults=1, runs=40)
    made.findings[1].shrunk = Shrunk(plan=None, done=True)
    made.cut_short = True
    text = shown(made)
    assert "after 40 runs, and there was no time for more:" in text
    assert "run alone, it broke nothing" in text
    assert "STOPPED while looking for the shortest plans" in text


def test_a_stop_is_said() -> None:
    made = campaign(GOOD)
    made.stopped = True
    assert "STOPPED before all runs were made" in shown(made)


def test_the_progress_fits_a_line() -> None:
    """How many, how fast, how bad; then the searches, as far as they are."""
    made = campaign(GOOD, broken(7, "Often"))
    line = drawn(draw_campaign(made))
    assert line.count("\n") == 1
    for part in ("2 runs", "0.5/s", "1 violation", "2 min 1 s simulated"):
        assert part in line
    made.phase = SHRINKING
    made.findings[0].shrunk = Shrunk(plan=plan_to_json(PLAN), steps=1, faults=1, runs=40)
    assert "seed 7: 1 step, 1 fault after 40 runs" in drawn(draw_campaign(made))


def test_one_run_is_told_closely(capsys: pytest.CaptureFixture[str]) -> None:
    """What was planned and what happened, before the verdict."""
    status = run(["simulate", "--seed", "3", "--no-shrink"])
    said = capsys.readouterr().out
    assert said.startswith("seed 3 of kraken-spot\n")
    for step in draw_plan(3).steps:
        assert f"  {step.at:7.3f}  {short(step)}\n" in said
    for word in ("world, 20 s of storm", "faults", "what happened", "  struck", "  reached", "digest"):
        assert word in said
    assert ("\nGOOD: every promise was kept" in said) == (status == 0)


def test_a_run_leaves_its_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A page or a file for Perfetto, by the ending; an order of the run can be in front."""
    page, file = tmp_path / "out.html", tmp_path / "out.json"
    run(["simulate", "--seed", "3", "--no-shrink", "--trace", str(file), "--json"])
    events = json.loads(file.read_text(), parse_float=Decimal)["traceEvents"]
    assert len(events) > 50
    assert capsys.readouterr().out.count("\n") == 1
    plan = tmp_path / "plan.json"
    plan.write_text(plan_to_json(PLAN))
    assert run(["simulate", "--plan", str(plan), "--trace", str(page), "--order", "nobody"]) == 2
    order = capsys.readouterr().err.strip().rpartition(" ")[2]
    assert run(["simulate", "--plan", str(plan), "--trace", str(page), "--order", order]) == 0
    text = page.read_text()
    assert text.lstrip().lower().startswith("<!doctype html>")
    assert order in text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (10, "10 s"),
        (61, "1 min 1 s"),
        (3600, "1 h"),
        (39_900, "11 h 5 min"),
        (90_061, "1 d 1 h"),
    ],
)
def test_durations_in_words(seconds: float, text: str) -> None:
    assert duration(seconds) == text
