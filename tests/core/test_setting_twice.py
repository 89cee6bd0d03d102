"""The same setting, set to the same value more than once: what shows the value does not say which command did it."""

import pytest

from batactors.model.facts import Answer, AnswerFact
from batactors.model.ids import CommandId, RequestId
from batactors.model.receipts import CommandStatus, RecoveryOutcome
from batactors.model.terms import Origin
from tests.core.story import READ_LAG, Story
from tests.core.test_setting_commands import ETH_USD, FENCE, give, leverage, read, told

ACCEPTED, NOT_EXECUTED = CommandStatus.ACCEPTED, CommandStatus.NOT_EXECUTED


def done(story: Story, number: int, value: int) -> None:
    """The venue answers this request: it did it."""
    story.hear(
        AnswerFact(request_id=RequestId(number), answer=Answer.ACCEPTED), told(value), origin=Origin.ACK
    )  # fmt: skip


def refused(story: Story, number: int) -> None:
    story.hear(AnswerFact(request_id=RequestId(number), answer=Answer.REFUSED, message="no"), origin=Origin.ACK)


def lost_at(value: int, *, before: int = 10, patience: float = 300.0) -> Story:
    """A command that sets it to this value, of which no answer came: the command ``first``."""
    story = Story(patience=patience)
    story.hear(told(before))
    give(story, leverage(value, "first"))
    return story


@pytest.mark.holds("X22", "Y04")
@pytest.mark.parametrize("crash", [False, True])
def test_the_value_that_the_second_set_proves_nothing_of_the_first(crash: bool) -> None:
    """Lost, then given again and done: the value is the second's doing as likely; the first stays unknown, and why."""
    story = lost_at(20)
    story.wait(FENCE + 5)
    give(story, leverage(20, "second"), lost=False)
    done(story, 2, 20)
    assert (story.verdict("first"), story.verdict("second")) == (None, ACCEPTED)
    if crash:
        story.crash()
        story.wait(0)
    story.hear(told(20))
    for _ in range(3):
        story.wait(READ_LAG + FENCE)
        read(story, told(20))
        assert story.verdict("first") is None
    story.wait(300)
    record = story.dispatch.desk.commands[CommandId("first")]
    assert record.receipt.message is not None
    assert "another command of ours" in record.receipt.message
    assert (record.verdict, record.abandoned, record.outcome) == (None, True, RecoveryOutcome.STILL_UNCERTAIN)
    assert not story.agenda().settings


@pytest.mark.holds("X22")
def test_two_lost_ones_do_not_prove_each_other() -> None:
    """Neither was answered and the value is there: one of them did it, and nobody knows which."""
    story = lost_at(20)
    give(story, leverage(20, "second"))
    read(story, told(20))
    story.wait(FENCE + READ_LAG)
    read(story, told(20))
    assert (story.verdict("first"), story.verdict("second")) == (None, None)


def test_two_lost_ones_are_both_not_done_where_the_value_is_the_old_one() -> None:
    """Had either been done, it would be another."""
    story = lost_at(20)
    give(story, leverage(20, "second"))
    for seconds in (FENCE, READ_LAG):
        story.wait(seconds)
        read(story, told(10))
    assert (story.verdict("first"), story.verdict("second")) == (NOT_EXECUTED, NOT_EXECUTED)


def test_what_was_read_before_the_second_left_proves_what_became_of_the_first() -> None:
    """The old value, read late enough, says that it was not done; the new one, read before, that it was."""
    story = lost_at(20)
    for seconds in (FENCE, READ_LAG):
        story.wait(seconds)
        read(story, told(10))
    give(story, leverage(20, "second"), lost=False)
    done(story, 2, 20)
    assert (story.verdict("first"), story.verdict("second")) == (NOT_EXECUTED, ACCEPTED)
    story = Story()
    story.hear(told(10))
    give(story, leverage(20, "first"), lost=False)
    story.hear(told(20))
    story.wait(1)
    give(story, leverage(20, "second"), lost=False)
    story.unanswered("first")
    assert story.verdict("first") is ACCEPTED, "heard before the second left, judged after"


@pytest.mark.parametrize("shown", [False, True])
def test_an_old_value_after_the_second_was_done_is_somebody_elses_doing(shown: bool) -> None:
    """It was set, and set back by another: that says nothing of whether the first was done before."""
    story = lost_at(20, patience=1000.0)
    story.wait(FENCE)
    give(story, leverage(20, "second"), lost=shown)
    if shown:
        read(story, told(20))
    else:
        done(story, 2, 20)
    for _ in range(3):
        story.wait(READ_LAG)
        read(story, told(10))
    assert story.verdict("first") is None


def test_a_second_that_was_refused_or_is_of_another_takes_nothing_from_the_proof() -> None:
    """What was surely not done, or set something else, cannot be what shows."""
    story = lost_at(20)
    give(story, leverage(20, "second"), lost=False)
    give(story, leverage(20, "other", ETH_USD))
    give(story, leverage(30, "third"), lost=False)
    refused(story, 2)
    read(story, told(20))
    assert story.verdict("first") is ACCEPTED


@pytest.mark.holds("X22")
def test_a_late_answer_to_an_earlier_command_proves_nothing_of_a_later_one() -> None:
    """Set to 20, whose answer is slow, to 10, and to 20 again, which is lost: the first answer is the first's own."""
    story = Story(patience=300.0)
    story.hear(told(5))
    give(story, leverage(20, "first"), lost=False)
    give(story, leverage(10, "second"), lost=False)
    done(story, 2, 10)
    give(story, leverage(20, "third"))
    done(story, 1, 20)
    assert (story.verdict("first"), story.verdict("third")) == (ACCEPTED, None)
    read(story, told(20))
    assert story.verdict("third") is None, "the first may have been done after the second"


def test_neither_an_answer_nor_a_read_that_trails_shows_what_an_earlier_one_set() -> None:
    """The first was known to be done before the third left; what may be as old as that does not prove the third."""
    story = lost_at(20)
    read(story, told(20))
    assert story.verdict("first") is ACCEPTED
    give(story, leverage(10, "second"), lost=False)
    done(story, 2, 10)
    story.wait(1)
    give(story, leverage(20, "third"))
    story.wait(1)
    read(story, told(20))
    assert story.verdict("third") is None, "the read may trail"
    story.wait(READ_LAG)
    done(story, 1, 20)
    assert story.verdict("third") is None, "an answer to the first, however late"
    read(story, told(20))
    assert story.verdict("third") is ACCEPTED
