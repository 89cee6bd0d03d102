"""What becomes of an amend: settled by its terms being seen, and by nothing that another may have done."""

from datetime import timedelta
from decimal import Decimal

import pytest

from batactors.model.facts import Fact, Terms, TermsFact
from batactors.model.ids import VenueOrderId
from batactors.model.receipts import CommandStatus
from tests.core.story import Story, ask, opening
from tests.core.words import (
    accepted,
    canceled,
    fill,
    not_open,
    opened,
    refused,
    updated,
)

ACCEPTED, REJECTED, NOT_EXECUTED = CommandStatus.ACCEPTED, CommandStatus.REJECTED, CommandStatus.NOT_EXECUTED


@pytest.mark.holds("G10")
def test_an_unanswered_amend_is_asked_about() -> None:
    """Unknown, then settled by the new terms being seen."""
    story = opening()
    amend = story.amend(price="99")
    story.wait(10)
    assert story.is_unknown(amend)
    (case,) = story.agenda().cases
    assert case.target.amended
    story.look_up("mine", opened("V1", "mine", price="99", quantity="5"))
    assert story.verdict(amend) is ACCEPTED


@pytest.mark.holds("G10")
def test_old_terms_seen_late_prove_an_amend_undone() -> None:
    """After validity, margin and lag, the old terms say that it was not done."""
    story = opening()
    amend = story.amend(price="99")
    story.wait(8)
    story.look_up("mine", opened("V1", "mine", price="100"))
    story.look_up("mine", opened("V1", "mine", price="100"))
    assert story.verdict(amend) is None
    ask(story, opened("V1", "mine", price="100"))
    assert story.verdict(amend) is NOT_EXECUTED


def test_terms_that_changed_otherwise_prove_nothing_about_an_amend() -> None:
    """A restated quantity leaves the asked price where it was: the amend of the price was not done."""
    story = opening()
    amend = story.amend(price="99")
    story.hear(updated("V1", quantity="4"))
    assert story.verdict(amend) is None
    ask(story, opened("V1", "mine", price="100", quantity="4"))
    assert story.verdict(amend) is NOT_EXECUTED


def test_the_terms_that_it_had_are_no_sign_of_an_amend() -> None:
    """An amend to the present terms waits for its answer, whatever touches the order meanwhile."""
    story = opening()
    amend = story.amend(price="100")
    story.hear(fill("f1", "1"), updated("V1", quantity="4"))
    assert story.verdict(amend) is None
    story.hear(refused(story.requests))
    assert story.verdict(amend) is REJECTED


def test_the_same_terms_asked_twice_are_no_sign_of_either() -> None:
    """Two amends to one price, one lost: the sight of the price does not say which, the answers do."""
    story = opening()
    first, second = story.amend(price="99"), story.amend(price="99")
    story.hear(updated("V1", price="99"))
    assert story.verdict(first) is story.verdict(second) is None
    story.hear(accepted(2, None), refused(3))
    assert story.verdict(first) is ACCEPTED
    assert story.verdict(second) is REJECTED


def test_each_of_two_amends_is_known_by_its_own_terms() -> None:
    """What only one of them asked for is its doing; the other is judged by what it alone asked."""
    story = opening()
    price, quantity = story.amend(price="99"), story.amend(quantity="4")
    story.hear(updated("V1", quantity="4"))
    assert story.verdict(quantity) is ACCEPTED
    assert story.verdict(price) is None
    ask(story, opened("V1", "mine", price="100", quantity="4"))
    assert story.verdict(price) is NOT_EXECUTED


def test_an_order_closed_with_its_old_terms_was_not_amended() -> None:
    """The closed row's terms are final, and prove at once."""
    story = opening()
    amend = story.amend(price="99")
    story.wait(10)
    story.hear(canceled("0"))
    assert story.verdict(amend) is None, "the frame of the end says nothing of terms"
    story.look_up("mine", canceled("0", "V1", "mine", price="100", quantity="5"))
    assert story.verdict(amend) is NOT_EXECUTED


@pytest.mark.parametrize(
    ("listed", "status"), [(["101", "100"], ACCEPTED), (["100"], NOT_EXECUTED), ([], NOT_EXECUTED)]
)
def test_the_list_of_changes_tells_amends_apart(listed: list[str], status: CommandStatus) -> None:
    """To and fro: where the venue lists every set of terms, an amend is among them or was not done."""
    story = opening()
    there = story.amend(price="101")
    back = story.amend(price="100")
    story.wait(10)
    history = tuple(Terms(by_user=True, price=Decimal(price), quantity=Decimal(5)) for price in listed)
    original = Terms(by_user=False, price=Decimal(100), quantity=Decimal(5))
    told = TermsFact(venue_order_id=VenueOrderId("V1"), history=(original, *history))
    ask(story, opened("V1", "mine", price="100", quantity="5"), told)
    assert story.verdict(there) is status
    assert story.verdict(back) is (ACCEPTED if "100" in listed else NOT_EXECUTED)


def test_a_change_in_the_list_is_one_amend_s_alone() -> None:
    """One change listed, and an acknowledged amend that asked for it: the unknown one like it was not done."""
    story = opening()
    done = story.amend(price="101")
    story.hear(accepted(story.requests, None))
    lost = story.amend(price="101", quantity="5")
    story.wait(10)
    since = story.on - timedelta(seconds=10)
    original = Terms(by_user=False, price=Decimal(100), quantity=Decimal(5))
    history = (original, Terms(by_user=True, price=Decimal(101), quantity=Decimal(5), since=since))
    ask(story, opened("V1", "mine", price="101"), TermsFact(venue_order_id=VenueOrderId("V1"), history=history))
    assert story.verdict(done) is ACCEPTED
    assert story.verdict(lost) is NOT_EXECUTED


def test_of_several_unknown_amends_alike_none_is_said_not_to_be_the_one_listed() -> None:
    """One change listed, and three unknown amends that asked for it: the order got these terms, for all of them."""
    story = opening()
    amends = [story.amend(price="101") for _ in range(3)]
    story.wait(10)
    original = Terms(by_user=False, price=Decimal(100))
    told = TermsFact(venue_order_id=VenueOrderId("V1"), history=(original, Terms(by_user=True, price=Decimal(101))))
    ask(story, opened("V1", "mine", price="101"), told)
    assert [story.verdict(amend) for amend in amends] == [ACCEPTED] * 3


def test_a_change_of_other_terms_too_was_not_an_amend_s_that_did_not_ask_for_them() -> None:
    """Quantity, then price: the second change shows the quantity too, and is not that of who asked for it alone."""
    story = opening()
    quantity = story.amend(quantity="4")
    story.hear(accepted(story.requests, None))
    price, again = story.amend(price="99"), story.amend(quantity="4")
    story.wait(10)
    terms = [(False, 5, 100), (True, 4, 100), (True, 4, 99)]
    history = tuple(Terms(by_user=one, quantity=Decimal(two), price=Decimal(three)) for one, two, three in terms)
    ask(story, opened("V1", "mine", quantity="4"), TermsFact(venue_order_id=VenueOrderId("V1"), history=history))
    assert story.verdict(quantity) is story.verdict(price) is ACCEPTED
    assert story.verdict(again) is NOT_EXECUTED


def test_an_amend_that_nothing_can_tell_any_more_stays_unknown_and_is_not_asked_for_for_ever() -> None:
    """The order has ended with terms that neither show nor exclude it: told as uncertain, and left."""
    story = opening()
    there = story.amend(price="101")
    story.amend(price="102")
    story.wait(200)
    story.look_up("mine", canceled("0", "V1", "mine", price="102", quantity="5"))
    assert story.verdict(there) is None
    assert story.agenda().is_empty
    assert not story.dispatch.desk.unresolved()
    assert story.story_of(there)[-1] == "RecoveryCompleted"
    story.hear(accepted(2, None))
    assert story.verdict(there) is ACCEPTED, "its answer still settles it"


def test_an_amend_of_an_order_that_never_was() -> None:
    """There was nothing to amend."""
    story = Story()
    story.create()
    amend = story.amend(price="99")
    story.hear(refused(1))
    story.wait(10)
    assert story.verdict(amend) is NOT_EXECUTED


@pytest.mark.parametrize("row", [(canceled("0", "V1", "mine", price="100"),), (opened("V1", "mine", price="100"),)])
def test_an_amend_refused_as_not_open_is_rejected_once_asked(row: tuple[Fact, ...]) -> None:
    """The venue refused it; asking tells how the order stands."""
    story = opening()
    amend = story.amend(price="99")
    story.hear(not_open(story.requests))
    assert story.verdict(amend) is None
    ask(story, *row)
    assert story.verdict(amend) is REJECTED
