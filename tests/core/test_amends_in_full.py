"""Where a venue wants every term of an amended order again, what an amend leaves out is the order's own."""

from decimal import Decimal
from typing import Any

import pytest

from batactors.core.amending import completed
from batactors.model.commands import AmendOrder
from batactors.model.errors import InvalidCommand
from batactors.model.facts import Answer, AnswerFact, Terms, TermsFact
from batactors.model.ids import ClientOrderId, CommandId, RequestId, VenueOrderId
from batactors.model.receipts import CommandStatus
from batactors.model.terms import OrderType, Origin, Side
from tests.core.story import ACCOUNT, Story, opening
from tests.core.words import fill, opened, refused, updated


def amend(client_order_id: str | None = "mine", name: str = "amend", **terms: Any) -> AmendOrder:
    venue_order_id = terms.pop("venue_order_id", None)
    given: dict[str, Any] = {
        term: value if isinstance(value, Side) else Decimal(value) for term, value in terms.items()
    }
    return AmendOrder(
        command_id=CommandId(name), account=ACCOUNT,
        client_order_id=None if client_order_id is None else ClientOrderId(client_order_id),
        venue_order_id=None if venue_order_id is None else VenueOrderId(venue_order_id), **given,
    )  # fmt: skip


def terms_of(story: Story, command: AmendOrder) -> tuple[Any, ...]:
    (done,) = completed([command], story.dispatch.ledger)
    assert isinstance(done, AmendOrder)
    return (done.side, done.quantity, done.price)


def test_what_an_amend_leaves_out_is_the_orders_own() -> None:
    """The side always, and quantity or price if it is not given; as the venue told them last."""
    story = opening("5", "100", side=Side.SELL)
    assert terms_of(story, amend(price="101")) == (Side.SELL, Decimal(5), Decimal(101))
    story.hear(updated("V1", "mine", quantity="4", price="99"))
    assert terms_of(story, amend(price="101")) == (Side.SELL, Decimal(4), Decimal(101))
    assert terms_of(story, amend(quantity="3")) == (Side.SELL, Decimal(3), Decimal(99))
    other = amend(None, venue_order_id="V1", quantity="3")
    assert terms_of(story, other) == (Side.SELL, Decimal(3), Decimal(99))


def test_an_order_of_others_is_completed_from_what_was_heard_of_it() -> None:
    """And where its price was never heard, it stays out, for the codec to say so."""
    story = Story()
    story.hear(opened("V7", None, whole=True, side=Side.BUY, quantity="2", price="50", order_type=OrderType.LIMIT))
    assert terms_of(story, amend(None, venue_order_id="V7", price="51")) == (Side.BUY, Decimal(2), Decimal(51))


def test_what_was_acknowledged_and_not_seen_yet_counts_as_the_orders_own() -> None:
    """The venue has said yes to the new price: a second amend does not undo it."""
    story = opening("5", "100")
    first = completed([amend(name="first", price="101")], story.dispatch.ledger)[0]
    story._give(first, sent=True)
    story.hear(AnswerFact(request_id=RequestId(2), answer=Answer.ACCEPTED), origin=Origin.ACK)
    assert story.order().price == Decimal(100), "not seen yet"
    assert terms_of(story, amend(quantity="4")) == (Side.BUY, Decimal(4), Decimal(101))
    story.wait(1)
    story.hear(updated("V1", "mine", price="101"), updated("V1", "mine", price="99"))
    assert terms_of(story, amend(quantity="4")) == (Side.BUY, Decimal(4), Decimal(99)), "seen, and changed by others"


def proved_by_the_list(story: Story) -> None:
    """An amend to a quantity of 2, its answer and its frame lost; a list of changes has it, the order's row trails."""
    story._give(completed([amend(name="first", quantity="2")], story.dispatch.ledger)[0], sent=True)
    story.wait(10)
    story.hear(fill("f1", "1"))
    history = tuple(Terms(by_user=by, price=Decimal(100), quantity=Decimal(one)) for by, one in ((False, 5), (True, 2)))
    told = TermsFact(venue_order_id=VenueOrderId("V1"), history=history)
    story.look_up("mine", opened("V1", "mine", quantity="5", price="100"), told)
    assert story.verdict("first") is CommandStatus.ACCEPTED
    assert story.order().quantity == Decimal(5), "not seen yet"


def test_what_was_proved_and_not_seen_yet_counts_as_the_orders_own() -> None:
    """However an amend was settled as accepted, the next does not undo it; and its terms are looked for and told."""
    story = opening("5", "100")
    proved_by_the_list(story)
    assert terms_of(story, amend(price="101")) == (Side.BUY, Decimal(2), Decimal(101))
    story.wait(5)
    assert story.asked_for("mine"), "nothing else may tell followers of it"
    story.wait(70)
    story.look_up("mine", opened("V1", "mine", quantity="2", price="100"))
    assert story.told() == ["Submitted", "Accepted", "Filled f1", "Updated"]
    story.hear(updated("V1", "mine", quantity="4"))
    assert terms_of(story, amend(price="101")) == (Side.BUY, Decimal(4), Decimal(101)), "what came after it counts"


def test_a_later_amend_that_came_to_nothing_leaves_the_one_before_it_to_count() -> None:
    """The terms of the last that was done."""
    story = opening("5", "100")
    proved_by_the_list(story)
    story._give(completed([amend(name="second", price="101")], story.dispatch.ledger)[0], sent=True)
    story.hear(refused(story.requests))
    assert terms_of(story, amend(price="102")) == (Side.BUY, Decimal(2), Decimal(102))


def test_a_change_by_others_while_an_accepted_one_is_not_seen_must_be_named() -> None:
    """Which of the two came last, nobody can say, until the venue was asked late enough."""
    story = opening("5", "100")
    proved_by_the_list(story)
    story.hear(updated("V1", "mine", quantity="3"))
    with pytest.raises(InvalidCommand, match=r"no amend of ours asked for.*give quantity too"):
        completed([amend(price="101")], story.dispatch.ledger)
    assert terms_of(story, amend(price="101", quantity="3")) == (Side.BUY, Decimal(3), Decimal(101))
    story.wait(70)
    story.look_up("mine", opened("V1", "mine", quantity="3", price="100"))
    assert terms_of(story, amend(price="101")) == (Side.BUY, Decimal(3), Decimal(101))


def test_an_accepted_amend_of_an_order_of_others_counts_before_it_is_seen() -> None:
    """As for an order of ours; once anything else is heard of its terms, that counts."""
    story = Story()
    story.hear(opened("V7", None, whole=True, side=Side.BUY, quantity="2", price="50", order_type=OrderType.LIMIT))
    first = completed([amend(None, name="first", venue_order_id="V7", quantity="1")], story.dispatch.ledger)[0]
    story._give(first, sent=True)
    story.hear(AnswerFact(request_id=RequestId(1), answer=Answer.ACCEPTED), origin=Origin.ACK)
    assert terms_of(story, amend(None, venue_order_id="V7", price="51")) == (Side.BUY, Decimal(1), Decimal(51))


def test_an_amend_beside_one_of_unknown_fate_must_give_every_term() -> None:
    """Nobody can say which price the order will have: the second would undo the first, silently."""
    story = opening("5", "100")
    story._give(completed([amend(name="first", price="101")], story.dispatch.ledger)[0], sent=True)
    with pytest.raises(InvalidCommand, match=r"another amend of order 'mine' has no verdict yet.* give price too"):
        completed([amend(quantity="4")], story.dispatch.ledger)
    assert terms_of(story, amend(quantity="4", price="102")) == (Side.BUY, Decimal(4), Decimal(102))
    story.hear(updated("V1", "mine", price="101"))
    assert story.verdict("first") is not None
    assert terms_of(story, amend(quantity="4")) == (Side.BUY, Decimal(4), Decimal(101))


def test_two_amends_of_one_order_in_one_batch_must_give_every_term_too() -> None:
    """The second is completed as if the first had been sent."""
    story = opening("5", "100")
    with pytest.raises(InvalidCommand, match="another amend of order 'mine'"):
        completed([amend(name="a", price="101"), amend(name="b", quantity="4")], story.dispatch.ledger)
    story.create("yours")
    story.hear(opened("V2", "yours"))
    done = completed([amend(name="a", price="101"), amend("yours", "b", quantity="4")], story.dispatch.ledger)
    assert [one.quantity for one in done if isinstance(one, AmendOrder)] == [Decimal(5), Decimal(4)]


def test_of_an_order_that_nobody_knows_nothing_is_made_up() -> None:
    """It says what is not known; given whole, it goes as it is."""
    with pytest.raises(InvalidCommand, match="nothing is known here of the side, quantity of order 'V9'"):
        completed([amend(None, venue_order_id="V9", price="101")], Story().dispatch.ledger)
    whole = amend(None, venue_order_id="V9", price="101", quantity="1", side=Side.BUY)
    assert completed([whole], Story().dispatch.ledger) == (whole,)


def test_an_order_without_a_price_takes_none() -> None:
    """No venue changes the price of a market order, and if the answer were lost, nothing would tell that it did not."""
    story = Story()
    story.create("mine", "5", None, order_type=OrderType.MARKET)
    with pytest.raises(InvalidCommand, match="order 'mine' is a market order, which has no price to amend"):
        completed([amend(price="101")], story.dispatch.ledger)


def test_other_commands_stay_as_they_are() -> None:
    """Only amends repeat anything."""
    story = opening()
    command = story.registered["create mine"].command
    assert completed([command], story.dispatch.ledger) == (command,)
