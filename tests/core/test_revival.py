"""An order that was told as never having lived, and lives."""

import pytest

from batactors.model.ids import VenueOrderId
from batactors.model.order_events import OrderFilled
from batactors.model.receipts import CommandStatus
from batactors.model.terms import OrderState
from tests.core.story import Story, prove_absent
from tests.core.words import (
    accepted,
    canceled,
    fill,
    opened,
    pending,
    refused,
)


@pytest.mark.holds("A11")
@pytest.mark.parametrize("ending", ["refused", "absent"])
def test_an_order_that_shows_life_after_all_is_revived(ending: str) -> None:
    """Later evidence revives an order told as rejected or not executed: its fills count, its verdict is corrected."""
    story = Story()
    create = story.create()
    if ending == "refused":
        story.hear(refused())
    else:
        prove_absent(story)
    story.hear(fill("f1", "2", "V1", "mine", filled="2"))
    assert story.told()[2:] == ["Accepted", "Filled f1"]
    assert all(event.late for event in story.events["mine"][2:])
    assert story.verdict(create) is CommandStatus.ACCEPTED
    assert story.order().state is OrderState.PARTIALLY_FILLED
    assert story.asked_for(), "how it goes on, the venue must say"


@pytest.mark.holds("A11")
def test_a_refused_order_that_turns_out_filled_and_canceled_is_closed_with_its_fills() -> None:
    """That it ended does not come to nothing because it was told as rejected before."""
    story = Story()
    story.create()
    story.hear(refused())
    story.look_up("mine", canceled("2", "V1", "mine"), fill("f1", "2", "V1", "mine"))
    assert story.told()[2:] == ["Accepted", "Filled f1", "Canceled"]


def test_the_post_only_ack_is_no_proof_that_it_rests() -> None:
    """A post-only order is accepted when the book says so, and asked for if it does not."""
    story = Story()
    create = story.create(post_only=True)
    story.hear(accepted())
    assert story.told() == ["Submitted"]
    assert story.verdict(create) is CommandStatus.ACCEPTED
    assert not story.asked_for()
    story.wait(1)
    assert story.asked_for()
    story.hear(opened("V1", "mine"))
    assert story.told() == ["Submitted", "Accepted"]
    assert not story.asked_for()


def test_an_old_list_does_not_revive_a_crossing_post_only_order() -> None:
    """What a lagging read says of it from before its end is not life."""
    story = Story()
    story.create(post_only=True)
    story.hear(pending("V1", "mine"), canceled("0", post_only=True, reason="Post only order"))
    story.find_open(opened("V1", "mine"))
    assert story.told() == ["Submitted", "Rejected"]
    assert story.order().state is OrderState.REJECTED


def test_a_late_ack_of_an_absent_post_only_order_waits_for_the_book() -> None:
    """Proved absent, then acknowledged: the verdict is corrected, and whether it rests is asked."""
    story = Story()
    create = story.create(post_only=True)
    prove_absent(story)
    story.hear(accepted())
    assert story.verdict(create) is CommandStatus.ACCEPTED
    assert story.order().state is OrderState.SUBMITTED
    assert story.asked_for()
    story.hear(opened("V1", "mine"))
    assert story.told()[-1] == "Accepted"


def test_the_venue_order_id_is_on_every_event_from_when_it_is_known() -> None:
    """Events carry the venue's id as soon as it was heard."""
    story = Story()
    story.create()
    story.hear(accepted(), fill("f1", "1"))
    first, *others = story.events["mine"]
    assert first.venue_order_id is None
    assert {event.venue_order_id for event in others} == {VenueOrderId("V1")}
    assert isinstance(others[-1], OrderFilled)
