"""How an order becomes accepted, refused, or alive after all."""

import pytest

from batactors.core.doubts import Why
from batactors.model.facts import Fact, Says
from batactors.model.order_events import OrderAccepted
from batactors.model.receipts import CommandStatus
from batactors.model.terms import OrderState, OrderType, Origin
from tests.core.story import Story
from tests.core.words import (
    accepted,
    canceled,
    expired,
    fill,
    filled,
    opened,
    pending,
    refused,
    says,
    triggered,
    unclear,
    updated,
)

FIRST_SIGNS: dict[str, tuple[Fact, str]] = {
    "fill": (fill("f1", "1", "V1", "mine"), "Filled f1"),
    "canceled": (canceled("0", "V1", "mine"), "Canceled"),
    "expired": (expired("0", "V1", "mine"), "Expired"),
    "triggered": (triggered("V1", "mine"), "Triggered"),
    "updated": (updated("V1", "mine", price="99"), "Updated"),
}


@pytest.mark.holds("A02")
def test_submitted_comes_before_anything_else() -> None:
    """An order is told as submitted when it is registered, before it can have been sent."""
    story = Story()
    story.create(sent=False)
    assert story.told() == ["Submitted"]
    story.send("create mine")
    story.hear(fill("f1", "1", "V1", "mine"))
    assert story.told()[0] == "Submitted"


@pytest.mark.holds("A03", "X56", "X48")
def test_one_numbering_whatever_the_source() -> None:
    """What acks, streams, snapshots and questions say of one order is told in one order, numbered without holes."""
    story = Story()
    story.create()
    story.hear(accepted())
    story.hear(fill("f1", "1"))
    story.hear(fill("f2", "1"), origin=Origin.SNAPSHOT)
    story.find_fills(fill("f3", "1"))
    story.wait(100)
    story.look_up("mine", updated("V1", "mine", price="99", quantity="5"))
    assert [event.sequence for event in story.events["mine"]] == [1, 2, 3, 4, 5, 6]
    origins = [event.origin for event in story.events["mine"]]
    assert origins == [Origin.LOCAL, Origin.ACK, Origin.STREAM, Origin.SNAPSHOT, Origin.QUERY, Origin.QUERY]
    assert [event.replayed for event in story.events["mine"]] == [False, False, False, True, True, True]


@pytest.mark.holds("A04")
def test_accepted_once() -> None:
    """Whatever says that the venue has it, over a reconnect and a restart too, Accepted is told once."""
    story = Story()
    story.create()
    story.hear(accepted())
    story.hear(opened("V1", "mine"), opened("V1", "mine"))
    story.ended(1)
    story.ready(2)
    story.hear(opened("V1", "mine"), origin=Origin.SNAPSHOT)
    story.find_open(opened("V1", "mine"))
    story.crash()
    story.hear(opened("V1", "mine"), origin=Origin.SNAPSHOT)
    story.hear(fill("f1", "1"), accepted())
    assert story.told() == ["Submitted", "Accepted", "Filled f1"]


@pytest.mark.holds("A05")
@pytest.mark.parametrize("sign", FIRST_SIGNS)
def test_accepted_is_put_before_the_first_sign_of_life(sign: str) -> None:
    """Where the venue leaves it out, Accepted is told right before what implies it, and marked as synthesized."""
    fact, told = FIRST_SIGNS[sign]
    story = Story()
    story.create(order_type=OrderType.STOP_LIMIT, trigger_price=None)
    story.hear(fact)
    fired = ["Triggered"] if sign == "fill" else []  # an order that waits does not trade
    assert story.told() == ["Submitted", "Accepted", *fired, told]
    event = story.events["mine"][1]
    assert isinstance(event, OrderAccepted)
    assert event.synthesized


def test_accepted_that_the_venue_said_is_not_synthesized() -> None:
    """The venue's own word is told as such."""
    story = Story()
    story.create()
    story.hear(opened("V1", "mine"))
    assert not story.events["mine"][1].synthesized


@pytest.mark.holds("A06")
def test_a_late_ack_of_a_closed_order_only_teaches_its_venue_order_id() -> None:
    """After the end an ack tells nothing; what names the order by the venue's id alone is still known to be of it."""
    story = Story()
    story.create()
    story.hear(canceled("0", None, "mine"))
    told = story.told()
    story.hear(accepted(venue_order_id="V1"))
    assert story.told() == told == ["Submitted", "Accepted", "Canceled"]
    assert story.order().state is OrderState.CANCELED
    story.hear(fill("f1", "1", "V1"))
    assert story.fills() == ["f1"]


@pytest.mark.holds("A07")
def test_a_late_ack_takes_no_fill_back() -> None:
    """An ack after a fill leaves the order partially filled."""
    story = Story()
    story.create()
    story.hear(fill("f1", "1", "V1", "mine"))
    story.hear(accepted(), opened("V1", "mine"))
    assert story.told() == ["Submitted", "Accepted", "Filled f1"]
    assert story.order().state is OrderState.PARTIALLY_FILLED


@pytest.mark.holds("A08")
@pytest.mark.parametrize("road", ["ack", "stream", "query"])
def test_the_first_of_ack_stream_and_question_teaches_the_venue_order_id(road: str) -> None:
    """The venue's id is learned from whatever names it first, and facts with that id alone are then of the order."""
    story = Story()
    story.create()
    if road == "ack":
        story.hear(accepted())
    elif road == "stream":
        story.hear(pending("V1", "mine"))
    else:
        story.look_up("mine", opened("V1", "mine"))
    story.hear(fill("f1", "1", "V1"))
    assert story.fills() == ["f1"]
    assert story.order().venue_order_id == "V1"


@pytest.mark.holds("A08")
@pytest.mark.parametrize("road", ["ack", "stream"])
def test_a_second_venue_order_id_is_flagged(road: str) -> None:
    """Our client order id on two of the venue's orders: the first stays ours, the second is reported, and we ask."""
    story = Story()
    story.create()
    story.hear(opened("V1", "mine"))
    if road == "ack":
        story.hear(accepted(venue_order_id="V2"))
    else:
        story.hear(opened("V2", "mine"))
    story.hear(fill("f1", "1", "V1"), fill("g1", "2", "V2", "mine"))
    assert story.fills() == ["f1"]
    assert story.reported_fills() == ["g1"]
    assert story.order().venue_order_id == "V1"
    assert Why.CONTRADICTION in story.order().doubts
    assert story.asked_for()
    assert story.counted("conflict")["second venue order id"] >= 1


def test_ids_of_two_orders_in_one_statement_are_applied_to_neither() -> None:
    """A statement with one order's client id and another's venue id is about neither; both are asked for."""
    story = Story()
    story.create("one")
    story.create("two")
    story.hear(opened("V1", "one"))
    story.hear(fill("f1", "1", "V1", "two"))
    assert story.fills("one") == story.fills("two") == []
    assert story.asked_for("one")
    assert story.asked_for("two")
    assert story.counted("conflict") == {"ids of two orders": 1}


@pytest.mark.holds("A09")
def test_rejected_needs_a_refusal() -> None:
    """Neither silence, nor a lost session, nor an unclear answer, nor absence rejects an order: a refusal does."""
    story = Story()
    create = story.create()
    story.hear(unclear())
    story.ended()
    story.ready(2)
    story.wait(500)
    for _ in range(4):
        story.wait(70)
        story.look_up("mine", failure="HTTP 502")
    assert story.told() == ["Submitted"]
    assert story.verdict(create) is None
    story.hear(refused())
    assert story.told() == ["Submitted", "Rejected"]
    assert story.verdict(create) is CommandStatus.REJECTED


@pytest.mark.holds("A09")
def test_what_never_left_is_told_as_not_executed() -> None:
    """That it was never sent is proof, and not a rejection."""
    story = Story()
    create = story.create(sent=False)
    story.not_sent(create)
    assert story.told() == ["Submitted", "NotExecuted"]
    assert story.verdict(create) is CommandStatus.NOT_EXECUTED


@pytest.mark.holds("A10")
@pytest.mark.parametrize("alive", [opened("V1", "mine"), fill("f1", "1", "V1", "mine"), filled("5", "V1", "mine")])
def test_an_accepted_order_is_never_rejected(alive: Fact) -> None:
    """A refusal of an order that the venue showed is a contradiction, and makes us ask."""
    story = Story()
    create = story.create()
    story.hear(alive)
    told = story.told()
    story.hear(refused())
    assert story.told() == told
    assert Why.CONTRADICTION in story.order().doubts
    assert story.asked_for()
    assert story.verdict(create) is CommandStatus.ACCEPTED


@pytest.mark.holds("A10")
def test_an_order_with_fills_that_are_counted_and_not_told_is_not_rejected() -> None:
    """A refusal of an order of which the venue counts fills settles nothing: we ask."""
    story = Story()
    create = story.create(post_only=True)
    story.hear(canceled("2", "V1", "mine", post_only=True), refused())
    assert story.told() == ["Submitted"]
    assert story.verdict(create) is None
    assert story.is_unknown(create)
    story.look_up("mine", canceled("2", "V1", "mine"), fill("f1", "2"))
    assert story.told()[1:] == ["Accepted", "Filled f1", "Canceled"]
    assert story.verdict(create) is CommandStatus.ACCEPTED


@pytest.mark.holds("A10")
def test_the_streams_refusal_is_held_against_what_it_said_before() -> None:
    """The same where the refusal is a statement and no answer."""
    story = Story()
    story.create(post_only=True)
    story.hear(canceled("2", "V1", "mine", post_only=True), says(Says.REFUSED, "V1"))
    assert story.told() == ["Submitted"]
    assert story.asked_for()


def test_a_crossing_order_canceled_and_refused_is_rejected() -> None:
    """Two words for one thing: the stream's, without a count, and the answer's."""
    story = Story()
    create = story.create(post_only=True)
    story.hear(canceled(None, "V1", "mine", post_only=True), refused(post_only=True), opened("V1", "mine"))
    assert story.told() == ["Submitted", "Rejected"]
    assert story.verdict(create) is CommandStatus.REJECTED
    assert story.settled
