"""Commands of which no life of the process says that they were sent: never left, or left in the moment of a crash."""

import pytest

from batactors.model import inputs
from batactors.model.ids import CommandId
from batactors.model.receipts import CommandStatus
from tests.core.story import Story
from tests.core.test_restore import end_process
from tests.core.words import accepted, opened, updated

NOT_EXECUTED, ACCEPTED = CommandStatus.NOT_EXECUTED, CommandStatus.ACCEPTED


@pytest.mark.parametrize("crash", [False, True])
def test_an_amend_that_never_left_is_not_taken_for_done_by_what_somebody_else_did(crash: bool) -> None:
    """It was told as being sent, and no byte of it left: over, though the order gets the very terms it asked for."""
    story = Story()
    story.create()
    story.hear(accepted())
    amend = story.amend(price="99")
    story.apply(
        inputs.NotSent(
            at=story.now, on=story.on, command_ids=(CommandId(amend),), reason="no connection", in_spite=True
        )
    )  # fmt: skip
    if crash:
        end_process(story)
    assert story.verdict(amend) is NOT_EXECUTED
    story.hear(updated("V1", "mine", price="99", quantity="5"))
    assert story.told()[-1] == "Updated"
    assert story.verdict(amend) is NOT_EXECUTED


def test_an_amend_that_may_have_left_in_a_crash_is_found_to_be_done_in_a_later_life() -> None:
    """No life says that it was sent; the second proved it not done, and in the third its effect shows after all."""
    story = Story()
    story.create()
    story.hear(accepted())
    amend = story.amend(price="99", sent=False)
    end_process(story)
    story.wait(1)
    for _ in range(3):
        story.look_up("mine", opened("V1", "mine", price="100", quantity="5"))
        story.wait(70)
    assert story.verdict(amend) is NOT_EXECUTED
    end_process(story)
    story.hear(updated("V1", "mine", price="99", quantity="5"))
    assert story.verdict(amend) is ACCEPTED, "nothing else of ours can have done that"


def test_what_may_have_left_in_a_crash_is_settled_though_the_process_ends_again() -> None:
    """Its validity runs from the first life that did not know of its sending, however many follow."""
    story = Story()
    story.create()
    story.hear(accepted())
    amend = story.amend(price="99", sent=False)
    end_process(story)
    story.wait(1)
    assert story.is_unknown(amend)
    end_process(story)
    story.wait(1)
    for _ in range(3):
        story.look_up("mine", opened("V1", "mine", price="100", quantity="5"))
        story.wait(70)
    assert story.verdict(amend) is NOT_EXECUTED
