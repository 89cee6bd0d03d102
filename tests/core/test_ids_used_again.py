"""Client order ids that somebody else uses, too: venues keep them apart among open orders only."""

import pytest
from attrs import evolve

from batactors.model.facts import FillFact, OrderFact
from batactors.model.ids import ClientOrderId
from batactors.model.receipts import CommandStatus
from batactors.model.terms import Side
from tests.core.story import Story
from tests.core.words import accepted, canceled, fill, filled, opened, updated

OTHER_WAY = evolve(opened("V9", "mine"), side=Side.SELL)
FILL = evolve(fill("f9", "1", "V9", "mine"), side=Side.SELL)


@pytest.mark.parametrize("theirs", [OTHER_WAY, FILL], ids=["the other way", "a fill"])
def test_an_order_that_cannot_be_ours_is_not_taken_for_ours(theirs: OrderFact | FillFact) -> None:
    """Its answer lost, our order is looked for by its client order id, and somebody else's is found (seed 969)."""
    story = Story()
    story.create()
    story.hear(theirs)
    assert story.told() == ["Submitted"]
    assert story.dispatch.book.orders[ClientOrderId("mine")].venue_order_id is None
    assert story.dispatch.counters["conflict", "somebody else's order has our client order id"] == 1
    story.hear(opened("V1", "mine"))
    assert story.told() == ["Submitted", "Accepted"]
    assert story.dispatch.book.orders[ClientOrderId("mine")].venue_order_id == "V1"


@pytest.mark.parametrize("verb", ["cancel", "amend"])
def test_an_answer_that_names_the_venues_id_is_about_that_order(verb: str) -> None:
    """Somebody else's order has the id that an ended one of ours had; a command names it by the venue's id.

    Its answer repeats both ids, and counts (seeds 992 and 1550).
    """
    story = Story()
    story.create()
    story.hear(fill("f1", "5", "V1", "mine"), filled("5", "V1", "mine"))
    story.hear(opened("V2", "mine", whole=True))
    ours = story.told()
    if verb == "cancel":
        command = story.cancel(None, venue_order_id="V2")
    else:
        command = story.amend(None, venue_order_id="V2", quantity="4")
    story.hear(accepted(story.requests, "V2", client_order_id=ClientOrderId("mine")))
    assert "Ack" in story.story_of(command)
    story.hear(canceled("0", "V2", "mine") if verb == "cancel" else updated("V2", "mine", quantity="4"))
    assert story.verdict(command) is CommandStatus.ACCEPTED
    assert story.told() == ours


def test_an_answer_to_a_cancel_of_ours_that_names_another_order_is_not_tied_to_it() -> None:
    """The venue's id is what tells two orders of one client order id apart."""
    story = Story()
    story.create()
    story.hear(opened("V1", "mine"))
    command = story.cancel(None, venue_order_id="V1")
    story.hear(accepted(story.requests, "V2", client_order_id=ClientOrderId("mine")))
    assert "Ack" not in story.story_of(command)
