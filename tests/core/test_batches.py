"""Each leg of a batch has its own fate."""

import pytest

from batactors.model.facts import Fact
from batactors.model.receipts import CommandStatus
from tests.core.story import Story
from tests.core.words import (
    accepted,
    opened,
    refused,
    unclear,
)

ACCEPTED, REJECTED, NOT_EXECUTED = CommandStatus.ACCEPTED, CommandStatus.REJECTED, CommandStatus.NOT_EXECUTED


def ask(story: Story, *facts: Fact, times: int = 3) -> None:
    """Ask for our order again and again, late enough for lag to hide nothing, and hear the same each time."""
    for _ in range(times):
        story.wait(70)
        story.look_up("mine", *facts)


def batch(story: Story) -> tuple[str, str, str]:
    """Three creates in one request."""
    one, two, three = (story.create(name, sent=False) for name in ("one", "two", "three"))
    story.send(one, two, three)
    return one, two, three


@pytest.mark.holds("G11")
def test_a_batch_without_a_clear_answer_is_unknown_leg_by_leg() -> None:
    """Each leg is unknown by itself, and each is settled by its own order."""
    story = Story()
    one, two, three = batch(story)
    story.hear(unclear())
    assert all(story.is_unknown(leg) for leg in (one, two, three))
    story.hear(opened("V1", "one"))
    for _ in range(3):
        story.wait(70)
        story.look_up("two")
    assert story.verdict(one) is ACCEPTED
    assert story.verdict(two) is NOT_EXECUTED
    assert story.verdict(three) is None


@pytest.mark.holds("G12")
def test_a_leg_without_an_answer_is_unknown() -> None:
    """Rows for two legs of three say nothing of the third."""
    story = Story()
    one, two, three = batch(story)
    story.hear(
        accepted(1, "V1", client_order_id="one", leg=0, legs=2), refused(1, client_order_id="three", leg=1, legs=2)
    )
    assert story.verdict(one) is ACCEPTED
    assert story.verdict(three) is REJECTED
    assert story.verdict(two) is None
    story.wait(8)
    assert story.is_unknown(two)


@pytest.mark.holds("G13")
def test_a_leg_is_told_by_its_id_and_by_position_only_in_a_complete_answer() -> None:
    """Ids decide; without them the position does, if there is a row for every leg."""
    story = Story()
    one, two, three = batch(story)
    story.hear(refused(1, leg=1, legs=2))
    assert story.verdict(two) is None, "two rows for three legs"
    story.hear(refused(1, leg=1, legs=3))
    assert story.verdict(two) is REJECTED
    story.hear(accepted(1, "V1", client_order_id="one", leg=2, legs=3))
    assert story.verdict(one) is ACCEPTED
    assert story.verdict(three) is None
    story.hear(accepted(1, "V3", leg=2, legs=3))
    assert story.verdict(three) is ACCEPTED, "a new venue order id names nothing yet"
    assert story.order("three").venue_order_id == "V3"


@pytest.mark.holds("G13")
def test_a_bare_count_that_is_not_that_of_the_legs_says_nothing_of_any() -> None:
    """Two of three were done, and it does not say which: all are unknown."""
    story = Story()
    legs = batch(story)
    story.hear(accepted(1, None, legs=2))
    assert all(story.is_unknown(leg) for leg in legs)
