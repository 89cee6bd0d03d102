"""What becomes of a cancel-all: settled by what is left of the orders that were open."""

import pytest

from batactors.model.facts import Fact
from batactors.model.lifecycle import RecoveryCompleted
from batactors.model.receipts import CommandStatus, RecoveryOutcome
from batactors.model.terms import OrderState
from tests.core.story import Story
from tests.core.words import (
    accepted,
    canceled,
    fill,
    opened,
)

ACCEPTED, REJECTED, NOT_EXECUTED = CommandStatus.ACCEPTED, CommandStatus.REJECTED, CommandStatus.NOT_EXECUTED


def ask(story: Story, *facts: Fact, times: int = 3) -> None:
    """Ask for our order again and again, late enough for lag to hide nothing, and hear the same each time."""
    for _ in range(times):
        story.wait(70)
        story.look_up("mine", *facts)


def two_open() -> Story:
    """A story with two orders of ours and one of others that are open."""
    story = Story()
    story.create("one")
    story.create("two")
    story.hear(opened("V1", "one"), opened("V2", "two"), opened("S1", "theirs", whole=True))
    return story


def list_open(story: Story, command: str, *facts: Fact, times: int = 3) -> None:
    for _ in range(times):
        story.wait(70)
        story.look_up(None, *facts, commands=[command])


def test_an_unknown_cancel_all_is_accepted_when_nothing_that_was_open_is_open() -> None:
    """Asked after its validity; ended orders and later ones are no objection."""
    story = two_open()
    command = story.cancel_all()
    story.hear(canceled("0", "V1"), canceled("0", "V2"))
    story.wait(6.5)
    story.unanswered(command)
    story.look_up(None, commands=[command])
    assert story.verdict(command) is None, "it could still be carried out"
    story.create("later")
    story.hear(opened("V3", "later"))
    list_open(story, command, opened("V3", "later"))
    assert story.verdict(command) is ACCEPTED


def test_an_unknown_cancel_all_with_nothing_open_is_accepted() -> None:
    """Nothing was open, nothing is: what was asked for is so."""
    story = Story()
    command = story.cancel_all()
    story.wait(8)
    story.look_up(None, commands=[command])
    assert story.verdict(command) is ACCEPTED


def test_an_unknown_cancel_all_with_everything_still_open_was_not_executed() -> None:
    """All that was open is open, asked late: not done."""
    story = two_open()
    command = story.cancel_all()
    rows = (opened("V1", "one"), opened("V2", "two"), opened("S1", "theirs", whole=True))
    story.wait(8)
    story.look_up(None, *rows, commands=[command])
    assert story.verdict(command) is None
    list_open(story, command, *rows)
    assert story.verdict(command) is NOT_EXECUTED


def test_a_cancel_all_partly_done_is_told_as_such() -> None:
    """Neither done nor undone: it stays unknown, diverged, in words that say how far it got."""
    story = two_open()
    command = story.cancel_all()
    story.hear(canceled("0", "V1"))
    list_open(story, command, opened("V2", "two"), opened("S1", "theirs", whole=True))
    assert story.verdict(command) is None
    report = story.steps[command][-1]
    assert isinstance(report, RecoveryCompleted)
    assert report.report.outcome is RecoveryOutcome.DIVERGED
    assert report.report.note == "partly done: 1 of 3 orders were canceled, 2 are still open"
    assert story.agenda().cases == ()


def test_a_cancel_all_with_the_rest_filled_was_not_executed() -> None:
    """Orders that ended otherwise say nothing for it."""
    story = two_open()
    command = story.cancel_all()
    story.hear(fill("f1", "5", "V1", filled="5", total="5"))
    list_open(story, command, opened("V2", "two"), opened("S1", "theirs", whole=True))
    assert story.verdict(command) is NOT_EXECUTED


def test_a_cancel_all_waits_for_orders_that_are_neither_listed_nor_known_to_have_ended() -> None:
    """An order that the list lacks is asked for first; its end decides."""
    story = two_open()
    command = story.cancel_all()
    list_open(story, command, opened("S1", "theirs", whole=True), times=2)
    assert story.verdict(command) is None
    assert story.asked_for("one")


@pytest.mark.parametrize("whose", ["ours", "others"])
def test_what_may_have_been_open_when_it_was_sent_leaves_a_cancel_all_unknown(whose: str) -> None:
    """An order whose create was under way, or one of others first seen later: it proves neither."""
    story = Story()
    if whose == "ours":
        story.create("mine")
    command = story.cancel_all()
    row = opened("V1", "mine") if whose == "ours" else opened("S1", "theirs", whole=True)
    list_open(story, command, row, times=1)
    assert story.verdict(command) is None
    list_open(story, command, times=1)
    assert story.verdict(command) is (None if whose == "ours" else ACCEPTED)


def test_an_acknowledged_cancel_all_looks_for_the_ends() -> None:
    """Its ack is the verdict; orders that do not end are asked for."""
    story = two_open()
    command = story.cancel_all()
    story.hear(accepted(story.requests, None, legs=3))
    assert story.verdict(command) is ACCEPTED
    story.wait(1)
    assert story.asked_for("one")
    assert story.asked_for("two")
    assert story.order("one").state is OrderState.ACCEPTED


def test_a_cancel_all_is_not_credited_with_what_other_cancels_did() -> None:
    """One of two was canceled by a cancel of its own, which the venue confirmed: the lost cancel-all did nothing."""
    story = two_open()
    command = story.cancel_all()
    story.cancel("one")
    story.hear(accepted(story.requests, None), canceled("0", "V1"))
    list_open(story, command, opened("V2", "two"), opened("S1", "theirs", whole=True))
    assert story.verdict(command) is NOT_EXECUTED


def test_a_list_that_may_be_older_than_another_s_order_does_not_show_its_end() -> None:
    """Somebody's order, open since a moment: the list that lacks it may trail, and proves nothing of a cancel-all."""
    story = Story()
    story.hear(opened("S1", "theirs", whole=True))
    command = story.cancel_all()
    story.wait(8)
    story.look_up(None, commands=[command])
    assert story.verdict(command) is None
    row = opened("S1", "theirs", whole=True)
    list_open(story, command, row)
    assert story.verdict(command) is NOT_EXECUTED
