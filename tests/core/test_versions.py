"""Where a venue says when an order last changed, an older statement changes nothing, however late it was asked for."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from batactors.model.facts import OrderFact
from batactors.model.ids import VenueOrderId
from tests.core.story import READ_LAG, START, Story
from tests.core.words import filled, opened, updated

AT = START + timedelta(hours=1)
LONG = 10 * READ_LAG  # seconds, far beyond what reads are said to trail


def changed(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def amended(story: Story) -> None:
    """An order that was amended a long time ago, as heard live."""
    story.hear(opened("V1", "mine", quantity="5", price="100", changed_at=changed(0)))
    story.hear(updated("V1", "mine", quantity="5", price="101", changed_at=changed(10)))
    story.wait(LONG)


@pytest.mark.holds("Y15", "X56")
@pytest.mark.parametrize(
    ("row", "price"),
    [
        (opened("V1", "mine", quantity="5", price="100", changed_at=changed(0)), "101"),
        (opened("V1", "mine", quantity="5", price="102", changed_at=changed(20)), "102"),
        (opened("V1", "mine", quantity="5", price="103"), "103"),
    ],
    ids=["older", "newer", "undated"],
)
def test_an_older_row_takes_no_term_back(row: OrderFact, price: str) -> None:
    """A row from before an amend that was heard changes nothing, though reads are said not to trail so far."""
    story = Story()
    story.create("mine", quantity="5")
    amended(story)
    told = list(story.told())
    story.find_open(row)
    assert story.order().price == Decimal(price)
    assert (story.told() == told) == (price == "101")


def test_of_two_changes_in_one_moment_the_one_with_less_filled_came_first() -> None:
    """The answer on one socket tells it amended and filled; the other socket then tells that it was made (a seed)."""
    story = Story()
    story.create("mine", quantity="5", price="100")
    end = evolve(filled("5", "V1", "mine"), changed_at=changed(0), quantity=Decimal(5), price=Decimal(99))
    story.hear(end)
    made = opened("V1", "mine", quantity="5", price="100", filled="0", changed_at=changed(0))
    story.hear(made)
    assert story.order().price == Decimal(99)
    assert story.told()[-1] == "Updated", "to 99, and not back"
    story.hear(evolve(made, changed_at=changed(1)))
    assert story.order().price == Decimal(100), "a later one counts, whatever it says of fills"


def test_so_with_orders_of_others() -> None:
    """The same holds of an order that this engine did not place."""
    story = Story()
    amended(story)
    story.find_open(opened("V1", "mine", quantity="5", price="100", changed_at=changed(0)))
    stranger = story.dispatch.strangers.get(VenueOrderId("V1"))
    assert stranger is not None
    assert stranger.price == Decimal(101)


def test_a_crash_forgets_no_time() -> None:
    """What was told of an order before a crash is no older after it: an earlier statement takes no term back."""
    story = Story()
    story.create("mine", quantity="5")
    story.hear(opened("V1", "mine", quantity="5", price="100", changed_at=changed(0)))
    story.hear(updated("V1", "mine", quantity="5", price="101", changed_at=changed(10), occurred_at=changed(10)))
    story.crash()
    story.ready()
    story.hear(updated("V1", "mine", quantity="5", price="100", changed_at=changed(5), occurred_at=changed(5)))
    assert story.order().price == Decimal(101)
    story.hear(updated("V1", "mine", quantity="5", price="102", changed_at=changed(11), occurred_at=changed(11)))
    assert story.order().price == Decimal(102)


def test_of_one_moment_an_amend_counts_and_not_what_a_fill_repeats() -> None:
    """A fill's statement of the terms may be of the very moment of an amend, and be heard after its answer."""
    story = Story()
    story.create("mine", quantity="5")
    story.hear(opened("V1", "mine", quantity="5", price="100", changed_at=changed(0)))
    story.hear(updated("V1", "mine", quantity="5", price="101", changed_at=changed(10)))
    story.hear(opened("V1", "mine", quantity="5", price="100", changed_at=changed(10), terms_stand=True))
    assert story.order().price == Decimal(101)
    story.hear(opened("V1", "mine", quantity="5", price="102", changed_at=changed(11), terms_stand=True))
    assert story.order().price == Decimal(102)


def test_that_an_order_was_made_is_older_than_what_rest_tells_of_the_same_moment() -> None:
    """REST tells the amend; the stream, late, that it was made and then that it was amended (Binance seed 81275)."""
    story = Story()
    story.create("mine", quantity="5", price="100")
    story.look_up("mine", opened("V1", "mine", quantity="7", price="100", filled="0", changed_at=changed(0)))
    told = list(story.told())
    made = opened("V1", "mine", quantity="5", price="100", filled="0", changed_at=changed(0), terms_stand=True)
    story.hear(made, updated("V1", "mine", quantity="7", price="100", filled="0", changed_at=changed(0)))
    assert story.told() == told
    assert story.order().quantity == Decimal(7)
