"""What every run says of its verdicts: how many that say that nothing was done are true, and how late the last came."""

import pytest
from attrs import evolve

from batactors.actors.reconciler import PAUSE
from batactors.core.judge import Judge
from batactors.core.passes import Passes
from batactors.core.ruling import Ruling
from batactors.model.receipts import CommandStatus, Proof
from batactors.testing import Knobs, Plan, faults, moments, run_plan, steps
from batactors.testing.kraken_spot.rates import TIERS
from batactors.testing.simulation import bounds
from batactors.venues.kraken_v2 import limits

CALM = Knobs(read_lag=1.0)
PLACE = Plan(seed=1, steps=(steps.Place(at=0.5, order=1),), storm=2.0, knobs=CALM)
LOST = evolve(PLACE, faults=(faults.LoseCommand(method="add_order"),))


def test_the_bound_is_made_of_the_engine_s_own_numbers() -> None:
    """What it restates is what the engine and the venue have."""
    assert (PAUSE.first, PAUSE.factor, PAUSE.most) == (bounds.FIRST_PAUSE, bounds.FACTOR, bounds.LONGEST_PAUSE)
    costs = limits.CALL_COSTS
    assert {costs["AskOpenOrders"], costs["AskClosedOrders"]} == {bounds.LIST}
    assert costs["AskFills"] == bounds.HISTORY
    tier = TIERS["intermediate"]
    assert limits.CALLS["intermediate"] == (tier.rest_max, tier.rest_decay)


@pytest.mark.parametrize("name", ["validity", "margin", "read_lag", "silence", "answer", "backoff_most"])
def test_the_bound_grows_with_each_setting(name: str) -> None:
    """A second more of anything that is waited for is a second more at least."""
    more = evolve(CALM, **{name: getattr(CALM, name) + 1.0})
    assert bounds.verdict_bound(more, 5) >= bounds.verdict_bound(CALM, 5) + 1.0
    paced = evolve(CALM, rate_limits=True)
    assert bounds.verdict_bound(paced, 6) > bounds.verdict_bound(paced, 5) > bounds.verdict_bound(CALM, 5)


def test_a_run_says_what_was_compared_and_how_long_it_took() -> None:
    """A lost create: one verdict held against the ledger, found true, in time."""
    report = run_plan(LOST)
    assert report.good, report.violations
    assert report.compared == {"checked": 1}
    assert 0.0 < report.longest < report.bound == bounds.verdict_bound(CALM, report.commands)
    assert report.undecided == ()


def test_a_wrong_verdict_that_nothing_was_done_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An order that is there, told as not executed."""
    lose = Judge.lose

    def guess(self: Judge, record: object, reason: str, news: object) -> None:
        lose(self, record, reason, news)  # type: ignore[arg-type]
        self.settle(record, Ruling(CommandStatus.NOT_EXECUTED, Proof.ABSENT, reason), news)  # type: ignore[arg-type]

    monkeypatch.setattr(Judge, "lose", guess)
    report = run_plan(evolve(PLACE, faults=(faults.CutAfterCommand(method="add_order"),)))
    assert {one.check for one in report.violations} & {"NoGuess", "UndoneIsUndone", "InOrder"}


def test_a_verdict_that_is_late_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine takes longer than is stated."""
    monkeypatch.setattr("batactors.testing.simulation.checks.verdicts.verdict_bound", lambda *given, **more: 1.0)
    report = run_plan(LOST)
    assert [one.check for one in report.violations] == ["VerdictsInTime"]
    assert "had its verdict after" in report.violations[0].text


def test_a_pass_that_does_not_add_up_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """It forgets what it had asked."""
    now = Passes.now

    def short(self: Passes, record: object, found: object) -> object:
        report = now(self, record, found)  # type: ignore[arg-type]
        return report if report is None else evolve(report, asked=report.asked + 1)

    monkeypatch.setattr(Passes, "now", short)
    assert [one.check for one in run_plan(LOST).violations] == ["PassesAddUp"]


def test_a_pass_that_never_ends_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its end is told to nobody."""
    monkeypatch.setattr(Passes, "end", lambda self, *given: None)
    report = run_plan(evolve(LOST, faults=(*LOST.faults, moments.Cut(at=1.5))))
    assert [one.check for one in report.violations] == ["PassesAddUp"]
