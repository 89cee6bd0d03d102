"""How far a command got on its way: each verdict says whether all of it was handed to the network."""

import pytest

from batactors.model import inputs
from batactors.model.ids import CommandId, RequestId
from batactors.model.receipts import CommandStatus, Proof, Reach, Verdict
from tests.core.story import Story, opening
from tests.core.words import opened


def write(story: Story, request: int) -> None:
    """The last byte of a request was handed to the network."""
    story.apply(inputs.Written(at=story.now, on=story.on, request_id=RequestId(request)))


def verdict_of(story: Story, command: str) -> Verdict:
    """The verdict of a command that was told."""
    verdict = story.whole_verdict(command)
    assert verdict is not None
    return verdict


@pytest.mark.parametrize("written", [True, False])
def test_a_create_that_is_lost(written: bool) -> None:
    """Proved absent, it was sent where its write ended, and may have been sent where that is not known."""
    story = Story()
    create = story.create(sent=False)
    request = story.send(create)
    if written:
        write(story, request)
    story.unanswered(create)
    for _ in range(3):
        story.wait(70)
        story.look_up("mine")
    verdict = verdict_of(story, create)
    assert (verdict.status, verdict.proof) == (CommandStatus.NOT_EXECUTED, Proof.ABSENT)
    assert verdict.reach is (Reach.SENT if written else Reach.MAYBE_SENT)
    assert any(one.says == "written whole" for one in verdict.evidence) is written


@pytest.mark.parametrize("written", [True, False])
def test_an_amend_that_is_lost(written: bool) -> None:
    """The same of a command about an order: its own write counts, not that of the create."""
    story = opening()
    amend = story.amend(quantity="7", sent=False)
    request = story.send(amend)
    if written:
        write(story, request)
    story.unanswered(amend)
    for _ in range(3):
        story.wait(70)
        story.look_up("mine", opened("V1", "mine", quantity="5", price="100", filled="0"))
    verdict = verdict_of(story, amend)
    assert verdict.status is CommandStatus.NOT_EXECUTED
    assert verdict.reach is (Reach.SENT if written else Reach.MAYBE_SENT)


def test_a_request_s_write_is_that_of_all_its_commands() -> None:
    """What went out in one request was written whole, or not, together; what went out in another was not."""
    story = Story()
    one, two, other = (story.create(name, sent=False) for name in ("one", "two", "other"))
    write(story, story.send(one, two))
    story.send(other)
    story.ended()
    commands = story.dispatch.desk.commands
    assert [commands[CommandId(command)].reach for command in (one, two, other)] == [
        Reach.SENT,
        Reach.SENT,
        Reach.MAYBE_SENT,
    ]
