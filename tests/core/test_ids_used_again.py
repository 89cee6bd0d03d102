"""Client order ids that somebody else uses, too: venues keep them apart among open orders only."""

import pytest
from attrs import evolve

from batactors.model.facts import FillFact, OrderFact
from batactors.model.ids import ClientOrderId
from batactors.model.terms import Side
from tests.core.story import Story
from tests.core.words import fill, opened

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
