"""What becomes of a create whose answer is lost, late or unclear."""

import pytest

from batactors.model.facts import Answer, Fact, QuarantineFact
from batactors.model.lifecycle import LateAck, RecoveryCompleted
from batactors.model.receipts import CommandStatus, RecoveryOutcome
from batactors.model.terms import Transport
from tests.core.story import Story, ask, opening
from tests.core.words import (
    accepted,
    answer,
    canceled,
    fill,
    opened,
    pending,
    refused,
    unclear,
)

ACCEPTED, REJECTED, NOT_EXECUTED = CommandStatus.ACCEPTED, CommandStatus.REJECTED, CommandStatus.NOT_EXECUTED


@pytest.mark.holds("G02")
def test_an_unanswered_create_is_unknown_and_asked_for() -> None:
    """Silence makes a create unknown, never failed; it is asked for by its client order id."""
    story = Story()
    create = story.create()
    story.wait(6.9)
    assert story.story_of(create) == ["Sent"]
    story.wait(0.2)
    assert story.story_of(create) == ["Sent", "Ack", "Receipt", "RecoveryScheduled"]
    assert story.verdict(create) is None
    (case,) = story.agenda().cases
    assert case.target.client_order_id == "mine"
    assert case.command_ids == (create,)


@pytest.mark.holds("G02", "G03")
def test_absence_is_proved_late_often_and_everywhere_only() -> None:
    """Not executed takes two look-ups, after validity and margin, the last so late that reads cannot trail."""
    story = Story()
    create = story.create()
    story.wait(6.5)
    story.look_up("mine", commands=[create])
    story.wait(0.6)
    story.look_up("mine")
    story.look_up("mine")
    story.look_up("mine")
    assert story.verdict(create) is None, "asked often, and too early for the reads' lag"
    story.wait(60)
    story.look_up("mine", failure="TradesHistory: HTTP 502")
    assert story.verdict(create) is None, "one endpoint did not answer"
    story.look_up("mine", QuarantineFact(raw="{", reason="unreadable"))
    assert story.verdict(create) is None, "one row could not be read"
    story.look_up("mine")
    assert story.verdict(create) is NOT_EXECUTED
    assert story.told() == ["Submitted", "NotExecuted"]
    whole = story.whole_verdict(create)
    assert whole is not None
    assert whole.evidence


@pytest.mark.holds("G02")
def test_a_question_within_the_validity_counts_for_nothing() -> None:
    """One too early and one late are one."""
    story = Story()
    create = story.create()
    story.wait(6)
    story.unanswered(create)
    story.look_up("mine")
    story.wait(100)
    story.look_up("mine")
    assert story.verdict(create) is None
    story.look_up("mine")
    assert story.verdict(create) is NOT_EXECUTED


@pytest.mark.holds("G03", "R01")
def test_absence_proves_nothing_without_a_session() -> None:
    """What was asked while no session listened is no proof; nor is what was asked before the present one did."""
    story = Story()
    create = story.create()
    story.wait(100)
    story.ended(1)
    ask(story)
    story.ready(2)
    story.look_up("mine", asked=1)
    assert story.verdict(create) is None
    ask(story)
    assert story.verdict(create) is NOT_EXECUTED


@pytest.mark.parametrize("sign", [pending("V1", "mine"), fill("f1", "9", "V1", "mine"), canceled(None, "V1", "mine")])
def test_what_the_venue_spoke_of_is_not_absent(sign: Fact) -> None:
    """A statement of any kind about an order outweighs that later questions find nothing of it."""
    story = Story()
    create = story.create()
    story.wait(10)
    story.hear(sign)
    ask(story, times=6)
    assert story.verdict(create) is not NOT_EXECUTED
    assert "NotExecuted" not in story.told()


def test_an_order_that_nothing_identifies_may_be_ours() -> None:
    """While something is heard of an order of which nobody knows whose it is, absence proves nothing."""
    story = Story()
    create = story.create()
    story.hear(fill("f1", "1", "V9"))
    ask(story, times=5)
    assert story.verdict(create) is None
    story.find_open(opened("V9", "theirs", whole=True))
    ask(story)
    assert story.verdict(create) is NOT_EXECUTED


@pytest.mark.holds("G06")
@pytest.mark.parametrize("late", [accepted(), refused()])
def test_a_late_answer_settles_the_unknown(late: Fact) -> None:
    """An answer that comes after we stopped waiting is still the venue's word."""
    story = Story()
    create = story.create()
    story.wait(10)
    story.hear(late)
    assert story.verdict(create) is (ACCEPTED if late == accepted() else REJECTED)
    assert any(isinstance(step, LateAck) for step in story.steps[create])
    assert story.agenda().is_empty


@pytest.mark.holds("G06")
def test_a_late_answer_corrects_not_executed() -> None:
    """Proved absent, and then acknowledged: the verdict is corrected, and the order told as alive."""
    story = Story()
    create = story.create()
    ask(story)
    assert story.verdict(create) is NOT_EXECUTED
    story.hear(accepted())
    assert story.verdict(create) is ACCEPTED
    assert story.told() == ["Submitted", "NotExecuted", "Accepted"]


@pytest.mark.holds("G07")
@pytest.mark.parametrize("when", ["in time", "late"])
def test_the_stream_proves_acceptance(when: str) -> None:
    """That the order is seen is an answer: nothing is waited for, nothing is asked."""
    story = Story()
    create = story.create()
    if when == "late":
        story.wait(10)
    story.hear(opened("V1", "mine"))
    assert story.verdict(create) is ACCEPTED
    assert story.dispatch.desk.next_due == float("inf")
    story.wait(500)
    assert story.agenda().is_empty
    assert story.story_of(create)[-1] == "Resolved"


@pytest.mark.holds("G03")
def test_what_may_have_left_is_not_sent_again() -> None:
    """A command that was sent, or has its verdict, cannot be sent: the core refuses, before anything changes."""
    story = opening()
    with pytest.raises(AssertionError, match="may have left before"):
        story.send("create mine")
    cancel = story.cancel(sent=False)
    story.not_sent(cancel)
    with pytest.raises(AssertionError, match="has its verdict"):
        story.send(cancel)


def test_not_sent_after_it_may_have_left_proves_nothing() -> None:
    """Once the first byte may be gone, no word of ours takes it back."""
    story = Story()
    create = story.create()
    story.not_sent(create)
    assert story.verdict(create) is None
    story.unanswered(create)
    assert story.is_unknown(create)


@pytest.mark.holds("G14")
def test_what_follows_a_success_does_not_undo_it() -> None:
    """An error after the success changes no verdict."""
    story = Story()
    create = story.create()
    story.hear(accepted())
    story.hear(unclear(), refused())
    story.unanswered(create)
    story.ended()
    assert story.verdict(create) is ACCEPTED
    assert story.told() == ["Submitted", "Accepted"]


@pytest.mark.holds("G15")
@pytest.mark.parametrize(("word", "status"), [(Answer.REFUSED, REJECTED), (Answer.UNCLEAR, None)])
def test_a_refusal_is_a_verdict_and_an_unclear_answer_is_none(word: Answer, status: CommandStatus | None) -> None:
    """The codec says which words of the venue are which; the core keeps them apart."""
    story = Story()
    create = story.create()
    story.hear(answer(word, message="words"))
    assert story.verdict(create) is status
    assert story.is_unknown(create) is (status is None)


@pytest.mark.holds("G16")
def test_a_refusal_for_pace_is_surely_not_done() -> None:
    """A rate limit's refusal is a rejection that may be retried with a new command."""
    story = Story()
    create = story.create()
    story.hear(refused(message="Rate limit exceeded", retriable=True))
    assert story.verdict(create) is REJECTED
    assert story.dispatch.desk.commands[create].receipt.retriable  # type: ignore[index]


def test_an_unknown_command_is_never_retriable() -> None:
    """Whatever the venue says of the moment: while it is not known, a second one may do it twice."""
    story = Story()
    create = story.create()
    story.hear(unclear(retriable=True))
    story.wait(500)
    assert not story.dispatch.desk.commands[create].receipt.retriable  # type: ignore[index]


@pytest.mark.holds("R01")
def test_an_answer_is_tied_by_its_request_alone() -> None:
    """An answer to another request, or to none, settles nothing, and is counted."""
    story = Story()
    create = story.create()
    story.hear(refused(99), refused(None), accepted(99, "V9"))
    assert story.verdict(create) is None
    assert story.told() == ["Submitted"]
    assert story.counted("answer") == {"tied to no command": 3}


@pytest.mark.holds("R01")
def test_the_end_of_an_older_session_takes_nothing_from_the_present_one() -> None:
    """A late word that a session has ended makes only what went out by it unknown."""
    story = Story()
    old = story.create("old")
    story.wait(1)
    story.ready(2)
    story.wait(1)
    new = story.create("new")
    story.ended(1)
    assert story.is_unknown(old)
    assert not story.is_unknown(new)
    assert story.dispatch.ledger.ready_since is not None


def test_a_session_takes_only_what_went_by_it() -> None:
    """What went by REST is not lost with a socket."""
    story = Story()
    command = story.create(sent=False)
    story.send(command, transport=Transport.REST)
    story.ended()
    assert not story.is_unknown(command)


def test_those_who_wait_are_told_in_time_and_the_asking_goes_on() -> None:
    """After the patience there is a report that it is still uncertain, once; a later verdict follows."""
    story = Story(patience=120.0)
    create = story.create()
    story.wait(7)
    story.wait(119)
    assert "RecoveryCompleted" not in story.story_of(create)
    story.wait(2)
    story.wait(1000)
    assert story.story_of(create).count("RecoveryCompleted") == 1
    assert story.asked_for()
    story.look_up("mine", opened("V1", "mine"))
    assert story.verdict(create) is ACCEPTED
    reports = [step.report.outcome for step in story.steps[create] if isinstance(step, RecoveryCompleted)]
    assert reports == [RecoveryOutcome.STILL_UNCERTAIN, RecoveryOutcome.SYNCHRONIZED]
