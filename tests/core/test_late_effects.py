"""What is told of a command as not executed is corrected when its effect shows after all."""

import pytest

from batactors.model.receipts import CommandStatus, Proof, Reach
from tests.core.story import Story, opening
from tests.core.words import canceled, filled, opened, updated

ACCEPTED, NOT_EXECUTED = CommandStatus.ACCEPTED, CommandStatus.NOT_EXECUTED


def still_open(story: Story, *commands: str) -> None:
    """Ask until it is proved that these had no effect."""
    for _ in range(3):
        story.wait(70)
        story.look_up("mine", opened("V1", "mine", quantity="5", price="100", filled="0"))
    assert [story.verdict(one) for one in commands] == [NOT_EXECUTED] * len(commands)


def test_a_cancel_that_is_carried_out_late_is_accepted_after_all() -> None:
    """A venue that gives cancels no deadline may carry one out at any time: then the verdict is corrected."""
    story = opening()
    cancel = story.cancel()
    still_open(story, cancel)
    story.wait(600)
    story.hear(canceled("0"))
    assert story.verdict(cancel) is ACCEPTED
    whole = story.whole_verdict(cancel)
    assert whole is not None
    assert (whole.proof, whole.reach) == (Proof.ORDER_CLOSED, Reach.MAYBE_SENT)
    assert story.story_of(cancel)[-2:] == ["Receipt", "Resolved"]


def test_a_cancel_is_not_credited_with_what_a_later_one_did() -> None:
    """Where a second cancel was sent, nothing says that the first came late: it stays as it was told."""
    story = opening()
    first = story.cancel()
    still_open(story, first)
    story.cancel()
    story.hear(canceled("0"))
    assert story.verdict(first) is NOT_EXECUTED


def test_a_cancel_is_not_credited_with_an_amend_to_less_than_is_filled() -> None:
    """An amend to less than is filled cancels the rest, and may be what ended the order."""
    story = opening()
    cancel = story.cancel()
    still_open(story, cancel)
    story.amend(quantity="0")
    story.hear(canceled("0"))
    assert story.verdict(cancel) is NOT_EXECUTED


def test_a_cancel_stays_not_executed_when_the_order_ends_otherwise() -> None:
    """Filled is not canceled."""
    story = opening()
    cancel = story.cancel()
    still_open(story, cancel)
    story.hear(filled("5"))
    assert story.verdict(cancel) is NOT_EXECUTED


def test_a_cancel_of_an_order_that_had_ended_before_is_not_credited_with_that_end() -> None:
    """It was told as not executed because there was nothing left to cancel."""
    story = opening()
    story.hear(canceled("0"))
    cancel = story.cancel()
    story.unanswered(cancel)
    assert story.verdict(cancel) is NOT_EXECUTED
    story.look_up("mine", canceled("0"))
    assert story.verdict(cancel) is NOT_EXECUTED


@pytest.mark.parametrize("late", [True, False])
def test_an_amend_whose_terms_appear_late_is_accepted_after_all(late: bool) -> None:
    """The terms are those that it asked for, and nothing else asked for them."""
    story = opening()
    amend = story.amend(price="101")
    still_open(story, amend)
    if not late:
        story.amend(price="101")
    story.hear(updated(price="101"))
    assert story.verdict(amend) is (ACCEPTED if late else NOT_EXECUTED)
