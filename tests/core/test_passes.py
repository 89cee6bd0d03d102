"""Passes of questions: what each came to adds up, and what stays contradictory is told field by field."""

from typing import Any

import pytest

from batactors.core.agenda import Case, groups_of
from batactors.core.recovery import final_receipt
from batactors.model.errors import ErrorKind
from batactors.model.ids import AccountName, ClientOrderId, CommandId, InstrumentId
from batactors.model.inputs import PassBegan, PassEnded
from batactors.model.lifecycle import RecoveryCompleted
from batactors.model.operations import Operation
from batactors.model.questions import Target
from batactors.model.receipts import CommandReceipt, CommandStatus, Difference, PassReport, RecoveryOutcome, Trigger
from tests.core.story import Story, opening
from tests.core.words import accepted, canceled, fill, opened

SYNCHRONIZED, UNCERTAIN, DIVERGED = (
    RecoveryOutcome.SYNCHRONIZED, RecoveryOutcome.STILL_UNCERTAIN, RecoveryOutcome.DIVERGED,
)  # fmt: skip


def begin(story: Story, *triggers: Trigger) -> None:
    story.apply(PassBegan(at=story.now, on=story.on, triggers=triggers or (Trigger.UNKNOWN_EXECUTION,)))


def end(story: Story, failure: str | None = None) -> PassReport:
    report = story.apply(PassEnded(at=story.now, on=story.on, failure=failure)).passed
    assert report is not None
    assert report.asked == report.settled + report.uncertain + report.diverged
    return report


def completed(story: Story, command: str) -> RecoveryCompleted:
    return [one for one in story.steps[command] if isinstance(one, RecoveryCompleted)][-1]


@pytest.mark.holds("X43")
def test_of_two_commands_of_one_pass_each_has_its_own_verdict_and_the_summary_counts_both() -> None:
    """One is found, one is not known yet: the one's report shows how the pass stood then, the pass what it came to."""
    story = Story()
    found, lost = story.create("found"), story.create("lost")
    story.wait(8)
    begin(story, Trigger.MANUAL, Trigger.UNKNOWN_EXECUTION)
    story.look_up("lost")
    story.look_up("found", opened("V1", "found"))
    report = end(story)
    assert report.triggers == (Trigger.MANUAL, Trigger.UNKNOWN_EXECUTION)
    assert (report.asked, report.settled, report.uncertain, report.diverged) == (2, 1, 1, 0)
    assert report.outcome is UNCERTAIN
    told = completed(story, found).report
    assert told.outcome is SYNCHRONIZED
    assert told.summary is not None
    assert (told.summary.number, told.summary.asked, told.summary.settled, told.summary.uncertain) == (1, 2, 1, 1)
    assert told.summary.ended_at is None, "it goes on"
    assert story.verdict(lost) is None
    story.wait(70)
    begin(story)
    story.look_up("lost")
    report = end(story)
    assert (report.number, report.asked, report.settled, report.outcome) == (2, 1, 1, SYNCHRONIZED)


@pytest.mark.holds("X43")
def test_a_pass_that_failed_is_not_synchronized_though_nothing_is_left() -> None:
    """What could not be asked may have told more."""
    story = Story()
    begin(story)
    report = end(story, failure="Timeout: fills")
    assert (report.outcome, report.failure) == (UNCERTAIN, "Timeout: fills")
    begin(story)
    assert end(story).outcome is SYNCHRONIZED


@pytest.mark.holds("X43")
def test_a_command_that_stays_without_verdict_for_good_is_counted_as_such_by_its_pass() -> None:
    """Partly done: Diverged, in the pass and in the report, each order that does not fit named with both states."""
    story = Story()
    story.create("one")
    story.create("two")
    story.hear(opened("V1", "one"), opened("V2", "two"))
    command = story.cancel_all()
    story.hear(canceled("0", "V1"))
    for _ in range(2):
        story.wait(80)
        begin(story)
        story.look_up(None, opened("V2", "two"), commands=[command])
        report = end(story)
    assert (report.asked, report.settled, report.uncertain, report.diverged) == (1, 0, 0, 1)
    assert report.outcome is DIVERGED
    told = completed(story, command).report
    assert told.outcome is DIVERGED
    before = CommandReceipt(
        command_id=CommandId(command), operation=Operation.CANCEL_ALL, status=CommandStatus.UNKNOWN_EXECUTION,
        account=AccountName("kraken"), venue="kraken-spot",
    )  # fmt: skip
    receipt = final_receipt(before, told)
    assert (receipt.status, receipt.error) == (CommandStatus.UNKNOWN_EXECUTION, ErrorKind.STATE_DIVERGENCE)
    assert told.verdict.differences == (Difference(of="two", field="state", ours="canceled", theirs="accepted"),)
    standings = {one.client_order_id: str(one.state) for one in told.verdict.orders}
    assert standings == {"one": "canceled", "two": "accepted"}
    assert told.summary is not None
    assert (told.summary.asked, told.summary.diverged) == (1, 1)


def test_what_was_told_as_diverged_and_then_answered_is_settled_once() -> None:
    """A late answer in the same pass: the command counts as settled, and as nothing else."""
    story = Story()
    story.create("one")
    story.create("two")
    story.hear(opened("V1", "one"), opened("V2", "two"))
    command = story.cancel_all()
    story.hear(canceled("0", "V1"))
    story.wait(80)
    story.look_up(None, opened("V2", "two"), commands=[command])
    begin(story)
    story.look_up(None, opened("V2", "two"), commands=[command])
    story.hear(accepted(story.requests, None, legs=2))
    report = end(story)
    assert (report.asked, report.settled, report.diverged) == (1, 1, 0)


@pytest.mark.holds("X43")
def test_what_stays_contradictory_is_told_with_both_sides() -> None:
    """The venue counts 3 and we were told of 2, asked for after its reads could trail no more."""
    story = opening()
    story.hear(fill("f1", "2", "V1"), opened("V1", "mine", filled="3"))
    row = opened("V1", "mine", quantity="5", filled="3")
    story.wait(5)
    begin(story, Trigger.DOUBT)
    story.look_up("mine", row)
    assert end(story).differences == (), "the fill may still be on its way"
    story.wait(70)
    begin(story, Trigger.DOUBT)
    story.look_up("mine", row)
    report = end(story)
    assert report.differences == (Difference(of="mine", field="filled", ours="2", theirs="3"),)
    assert (report.outcome, report.orders) == (DIVERGED, 1)
    story.hear(fill("f2", "1", "V1"))
    begin(story)
    assert end(story).outcome is SYNCHRONIZED


def test_a_pass_that_never_ended_is_forgotten_with_the_next() -> None:
    """The reconciler crashed in the middle: the numbers go on, and what it had asked is not counted twice."""
    story = Story()
    story.create("mine")
    story.wait(8)
    begin(story)
    story.look_up("mine")
    begin(story)
    report = end(story)
    assert (report.number, report.asked) == (2, 0)
    ended = story.apply(PassEnded(at=story.now, on=story.on))
    assert ended.passed is None, "there is none to end"


def test_a_pass_that_was_rebuilt_in_the_middle_has_no_report() -> None:
    """The dedup actor crashed: what it had counted is gone, and nobody is told half of it."""
    story = Story()
    story.create("mine")
    story.wait(8)
    begin(story)
    story.look_up("mine")
    story.crash()
    assert story.apply(PassEnded(at=story.now, on=story.on)).passed is None


def case(instrument: str | None, name: str) -> Case:
    where: dict[str, Any] = {"instrument": None if instrument is None else InstrumentId(instrument)}
    return Case(target=Target(client_order_id=ClientOrderId(name), **where), command_ids=(CommandId(name),))


@pytest.mark.holds("X42")
def test_cases_are_put_together_by_instrument_where_the_venue_lists_so() -> None:
    """One look at an instrument's lists serves all its orders; what is of no known instrument is looked for in all."""
    cases = [case("BTC/USD", "a"), case("ETH/USD", "b"), case(None, "c"), case("BTC/USD", "d")]
    by_instrument = {
        instrument: [one.target.client_order_id for one in group]
        for instrument, group in groups_of(cases, by_instrument=True)
    }
    assert by_instrument == {"BTC/USD": ["a", "d"], "ETH/USD": ["b"], None: ["c"]}
    ((instrument, group),) = groups_of(cases, by_instrument=False)
    assert (instrument, group) == (None, cases)
