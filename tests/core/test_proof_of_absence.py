"""What it takes to say that a command was not executed."""

import pytest

from batactors.model.receipts import CommandStatus, Proof, Reach
from tests.core.story import Story
from tests.core.words import fill, opened

NOT_EXECUTED = CommandStatus.NOT_EXECUTED


@pytest.mark.holds("S08", "X45")
def test_absence_takes_the_fills_too() -> None:
    """An order may come and go between two looks at the lists: until the fills are asked as late, nothing is proved."""
    story = Story()
    create = story.create()
    story.wait(80)
    story.look_up("mine", fills=False)
    story.look_up("mine", fills=False)
    assert story.verdict(create) is None, "no list of orders has it, and the fills are not known"
    story.find_fills(asked=15)
    assert story.verdict(create) is None, "asked for so early that a trailing read may miss one"
    story.find_fills(fill("f1", "1", "V9"))
    assert story.verdict(create) is None, "a fill of an order that nobody can name"
    story.find_open(opened("V9", "theirs", whole=True))
    story.find_fills()
    assert story.verdict(create) is NOT_EXECUTED, "it was another's"
    whole = story.whole_verdict(create)
    assert whole is not None
    assert (whole.proof, whole.reach) == (Proof.ABSENT, Reach.MAYBE_SENT)
