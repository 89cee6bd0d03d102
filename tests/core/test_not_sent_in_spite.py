"""A command that was told as being sent, and of which no byte left: it is over, whatever its order does later."""

from batactors.model import inputs
from batactors.model.facts import Fact
from batactors.model.ids import CommandId
from batactors.model.receipts import CommandStatus
from tests.core.story import Story
from tests.core.words import accepted, updated


def test_an_amend_that_never_left_is_not_taken_for_done_by_what_somebody_else_did() -> None:
    """Found by the drill of twenty kills: the order gets the very terms that it asked for, and nothing crashes."""
    story = Story()
    story.create()
    story.hear(accepted())
    amend = story.amend(price="99")
    story.apply(
        inputs.NotSent(
            at=story.now, on=story.on, command_ids=(CommandId(amend),), reason="no connection", in_spite=True
        )
    )  # fmt: skip
    assert story.verdict(amend) is CommandStatus.NOT_EXECUTED
    by_hand: Fact = updated("V1", "mine", price="99", quantity="5")
    story.hear(by_hand)
    assert story.told()[-1] == "Updated"
    assert story.verdict(amend) is CommandStatus.NOT_EXECUTED
