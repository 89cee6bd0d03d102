"""Client order ids that somebody else uses, too: venues keep them apart among open orders only."""

import pytest
from attrs import evolve

from batactors.model.facts import FillFact, OrderFact, Says
from batactors.model.ids import ClientOrderId, VenueOrderId
from batactors.model.lifecycle import RecoveryCompleted
from batactors.model.questions import Target
from batactors.model.receipts import CommandStatus, RecoveryOutcome
from batactors.model.terms import Side
from tests.core.story import Story, prove_absent
from tests.core.words import accepted, canceled, fill, filled, opened, says, updated

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


@pytest.mark.parametrize("namesake_first", [True, False])
@pytest.mark.parametrize("amended", [True, False])
def test_of_two_orders_of_one_id_that_with_our_terms_is_ours(namesake_first: bool, amended: bool) -> None:
    """Its answer lost, our order is looked for: the venue finds the youngest of its id, and its list has both."""
    story = Story()
    command = story.create()
    price = "101" if amended else "100"
    if amended:
        story.amend(price="101")
    ours = canceled("0", "V1", "mine", quantity="5", price=price)
    theirs = opened("V2", "mine", quantity="7", price="90", whole=True)
    story.unanswered(command)
    story.look_up("mine", *((theirs, ours, theirs) if namesake_first else (ours, theirs)))
    assert story.order().venue_order_id == "V1"
    assert story.told()[:2] == ["Submitted", "Accepted"]
    assert story.told()[-1] == "Canceled"
    assert [(one.venue_order_id, one.client_order_id) for one in story.reports] == [("V2", "mine")]


def test_one_order_of_the_id_is_ours_whatever_its_terms() -> None:
    """Where ids never return, somebody else has changed it."""
    story = Story()
    command = story.create()
    story.unanswered(command)
    story.look_up("mine", opened("V1", "mine", quantity="7", price="90"))
    assert story.order().venue_order_id == "V1"
    assert story.told() == ["Submitted", "Accepted", "Updated"]


OTHER_TERMS = (
    opened("V2", "mine", quantity="7", price="100"),
    opened("V2", "mine", quantity="5", price="90"),
    fill("f9", "1", "V2", "mine", total="7"),
)


@pytest.mark.parametrize("theirs", OTHER_TERMS, ids=["quantity", "price", "a fill"])
def test_where_ids_return_an_order_of_other_terms_is_asked_about(theirs: OrderFact | FillFact) -> None:
    """It is told as somebody else's, and the venue is asked which is ours (Binance seeds 28, 257, 288)."""
    story = Story(ids_return=True)
    story.create()
    story.hear(theirs)
    assert story.told() == ["Submitted"]
    assert [one.venue_order_id for one in story.reports] == ["V2"]
    assert story.asked_for()
    story.hear(opened("V1", "mine", quantity="5", price="100"))
    assert story.told() == ["Submitted", "Accepted"]
    assert story.order().venue_order_id == "V1"


def test_where_ids_return_terms_that_we_asked_for_are_ours() -> None:
    """An amend of ours that is under way is no reason to doubt."""
    story = Story(ids_return=True)
    story.create()
    story.amend(price="90")
    story.hear(opened("V1", "mine", quantity="5", price="90"))
    assert story.told() == ["Submitted", "Accepted", "Updated"]


def test_where_ids_return_the_only_one_is_ours_once_ours_would_be_shown() -> None:
    """Somebody else may have changed it: to call it another's for ever would prove that ours was never there."""
    story = Story(ids_return=True)
    command = story.create()
    theirs = opened("V1", "mine", quantity="7", price="90")
    story.unanswered(command)
    story.look_up("mine", theirs)
    assert story.told() == ["Submitted"]
    assert story.is_unknown(command)
    for _ in range(2):
        story.wait(70)
        story.look_up("mine", theirs)
    assert story.told() == ["Submitted", "Accepted", "Updated"]
    assert story.verdict(command) is CommandStatus.ACCEPTED


def story_of_a_forgotten_one(*, ids_return: bool, refused: bool = False) -> tuple[Story, str]:
    """An order that is forgotten, and a create that is unknown while a fill says nothing of whose it is."""
    story = Story(ids_return=ids_return, tombstones=1)
    story.create("old")
    if refused:
        story.hear(says(Says.REFUSED, None, "old"))
    else:
        story.hear(opened("V1", "old"), canceled("0", "V1", "old"))
    story.create("younger")
    story.hear(opened("V7", "younger"), canceled("0", "V7", "younger"))
    assert story.forgotten == ["old"]
    unknown = story.create()
    story.unanswered(unknown)
    story.hear(fill("f9", "1", "V2"))
    story.wait(8)
    return story, unknown


def test_where_ids_return_the_id_of_a_forgotten_order_is_anothers() -> None:
    """The venue's number tells: what bears another one is reported, and holds up no proof (Binance seed 60896)."""
    story, unknown = story_of_a_forgotten_one(ids_return=True)
    story.look_up(None, opened("V2", "old", whole=True), target=Target(venue_order_id=VenueOrderId("V2")))
    assert story.reported_fills() == ["f9"]
    assert story.reports[-1].client_order_id == "old"
    prove_absent(story)
    assert story.verdict(unknown) is CommandStatus.NOT_EXECUTED
    told = len(story.reports)
    story.hear(opened("V1", "old", whole=True))
    assert len(story.reports) == told, "that is the forgotten one itself"


def test_what_turns_out_to_be_of_a_forgotten_order_holds_up_no_proof() -> None:
    """Where ids never return, the venue's number of one that we never knew it of is ours, and forgotten with it."""
    story, unknown = story_of_a_forgotten_one(ids_return=False, refused=True)
    story.look_up(None, opened("V2", "old", whole=True), target=Target(venue_order_id=VenueOrderId("V2")))
    prove_absent(story)
    assert story.verdict(unknown) is CommandStatus.NOT_EXECUTED
    story.hear(fill("f10", "1", "V2"))
    assert story.reports == []
    assert story.agenda().cases == ()


def test_anothers_order_with_the_id_of_an_ended_one_is_not_what_a_cancel_all_left_open() -> None:
    """It may have come since: nobody can say that the cancel was not executed because of it."""
    story = Story(ids_return=True)
    story.create()
    story.hear(opened("V1", "mine"))
    command = story.cancel_all()
    story.hear(fill("f1", "5", "V1", "mine"), filled("5", "V1", "mine"))
    for _ in range(3):
        story.wait(70)
        story.look_up(None, opened("V2", "mine", whole=True), commands=[command])
    assert story.verdict(command) is None
    report = story.steps[command][-1]
    assert isinstance(report, RecoveryCompleted)
    assert report.report.outcome is RecoveryOutcome.STILL_UNCERTAIN
