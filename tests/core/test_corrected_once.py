"""A verdict that late evidence corrects is corrected once."""

import pytest

from batactors.model.lifecycle import Resolved
from batactors.model.receipts import CommandStatus, Proof
from tests.core.story import Story, ask, opening
from tests.core.words import canceled, opened, updated

ACCEPTED, NOT_EXECUTED = CommandStatus.ACCEPTED, CommandStatus.NOT_EXECUTED


def verdicts(story: Story, command: str) -> list[tuple[CommandStatus, Proof | None]]:
    told = [step.verdict for step in story.steps[command] if isinstance(step, Resolved)]
    return [(one.status, one.proof) for one in told]


def undone_cancel() -> tuple[Story, str]:
    """A cancel that was told as not executed: the order works on."""
    story = opening()
    cancel = story.cancel()
    story.wait(10)
    ask(story, opened("V1", "mine"), times=2)
    assert verdicts(story, cancel) == [(NOT_EXECUTED, Proof.STILL_OPEN)]
    return story, cancel


@pytest.mark.holds("S08", "X45")
def test_a_cancel_that_takes_effect_late_is_corrected_once() -> None:
    """Nothing else of ours can have canceled it: the verdict is corrected, and told once however often the end is."""
    story, cancel = undone_cancel()
    for _ in range(3):
        story.hear(canceled("0"))
    story.look_up("mine", canceled("0", "V1", "mine"), commands=[])
    assert verdicts(story, cancel) == [(NOT_EXECUTED, Proof.STILL_OPEN), (ACCEPTED, Proof.ORDER_CLOSED)]


def test_an_amend_that_takes_effect_late_is_corrected_once() -> None:
    """Only it asked for these terms."""
    story = opening()
    amend = story.amend(price="99")
    story.wait(10)
    ask(story, opened("V1", "mine", price="100"))
    for _ in range(3):
        story.hear(updated("V1", price="99"))
    assert verdicts(story, amend) == [(NOT_EXECUTED, Proof.OLD_TERMS), (ACCEPTED, Proof.NEW_TERMS)]
