"""What was wrong when this was first read by other eyes."""

from batactors.model.facts import QuarantineFact
from batactors.model.ids import VenueOrderId
from batactors.model.questions import AskFills
from batactors.model.receipts import CommandStatus
from tests.core.story import Story
from tests.core.words import accepted, canceled, fill, filled, not_open, opened, pending, refused, updated


def test_late_ack_of_a_crossing_post_only_order_does_not_revive_it() -> None:
    """A post-only order that the stream closed before its ack came stays rejected."""
    story = Story()
    create = story.create(post_only=True)
    story.hear(pending("V1", "mine"))
    story.hear(canceled("0", "V1", "mine", post_only=True, reason="Post only order"))
    story.hear(accepted())
    assert story.told() == ["Submitted", "Rejected"]
    assert story.verdict(create) is CommandStatus.REJECTED


def test_an_amend_that_explains_a_parked_fill_releases_it() -> None:
    """A fill above the known quantity is told as soon as the new quantity is heard."""
    story = Story()
    story.create(quantity="5")
    story.hear(accepted(), fill("f1", "5"))
    story.hear(fill("f2", "3"))
    story.hear(updated(quantity="10"))
    assert story.fills() == ["f1", "f2"]


def test_an_unreadable_row_is_no_absence() -> None:
    """A look-up that met a row which could not be read proves nothing."""
    story = Story()
    create = story.create()
    story.wait(10)
    for _ in range(5):
        story.wait(70)
        story.look_up("mine", QuarantineFact(raw="{", reason="unreadable"))
    assert story.is_unknown(create)


def test_looking_up_found_counts_as_found_whatever_the_clock_says() -> None:
    """Rounding of the clock's numbers does not turn 'found' into 'not found'."""
    for tick in range(200):
        story = Story(begins=tick * 0.1)
        story.create()
        story.hear(opened("V1", "mine"))
        story.hear(QuarantineFact(raw="{", reason="unreadable", venue_order_id=VenueOrderId("V1")))
        story.wait(61.3)
        story.look_up("mine", opened("V1", "mine"))
        assert not story.asked_for(), story.begins


def test_closing_row_with_new_terms_proves_the_amend() -> None:
    """An order that was amended and filled while nobody listened: the amend was done, as the closed row shows."""
    story = Story()
    story.create(price="100")
    story.hear(accepted())
    amend = story.amend(price="101")
    story.wait(10)
    story.hear(fill("f1", "5", filled="5", total="5"), filled("5"))
    story.look_up("mine", updated("V1", "mine", price="101", filled="5"))
    assert story.verdict(amend) is not CommandStatus.NOT_EXECUTED


def test_order_placed_after_a_cancel_all_does_not_disprove_it() -> None:
    """That a later order is open says nothing about a cancel-all."""
    story = Story()
    story.create("old")
    story.hear(opened("V1", "old"))
    command = story.cancel_all()
    story.wait(10)
    story.create("new")
    story.hear(opened("V2", "new"))
    story.hear(canceled("0", "V1", "old"))
    for _ in range(5):
        story.wait(70)
        story.look_up(None, opened("V2", "new", whole=True), commands=[command])
    assert story.verdict(command) is CommandStatus.ACCEPTED


def test_only_orders_not_mentioned_are_no_proof_for_a_strangers_cancel() -> None:
    """A stranger that the venue does not list any more was not proved to be still open."""
    story = Story()
    story.hear(opened("S1", None, whole=True))
    command = story.cancel(None, venue_order_id="S1")
    story.wait(10)
    for _ in range(5):
        story.wait(70)
        story.look_up(None, commands=[command], target=story.agenda().cases[0].target)
    assert story.verdict(command) is None


def test_the_create_of_an_open_order_is_kept_as_long_as_the_order() -> None:
    """Thousands of later commands do not make the journal forget the command that made an open order."""
    story = Story(tombstones=2)
    story.create("old")
    story.hear(opened("V1", "old"))
    for number in range(100):
        amend = story.amend("old", price=str(200 + number))
        story.hear(accepted(story.requests))
        assert story.verdict(amend) is CommandStatus.ACCEPTED
    assert "create old" in story.registered


def test_fills_of_a_later_window_do_not_move_the_watermark() -> None:
    """Only an answer that reaches back to the watermark moves it."""
    story = Story()
    since = story.agenda().fills_since
    story.wait(1000)
    story.find(AskFills(since=story.on))
    assert story.agenda().fills_since == since


def test_refused_after_the_venue_said_it_was_filled() -> None:
    """A refusal that contradicts the venue's own word is a doubt, not a verdict."""
    story = Story()
    create = story.create()
    story.hear(filled("5", "V1", "mine"))
    story.hear(refused())
    assert story.verdict(create) is not CommandStatus.REJECTED


def test_cancel_of_an_order_that_had_ended_before() -> None:
    """A cancel sent after the order's end was not what ended it."""
    story = Story()
    story.create()
    story.hear(opened("V1", "mine"), canceled("0", "V1", "mine"))
    cancel = story.cancel()
    story.hear(canceled("0", "V1", "mine"))
    assert story.verdict(cancel) is None
    story.hear(not_open(story.requests))
    story.look_up("mine", canceled("0", "V1", "mine"))
    assert story.verdict(cancel) is CommandStatus.REJECTED


def test_two_amends_to_and_fro() -> None:
    """Old terms prove nothing about an amend if another one may have restored them."""
    story = Story()
    story.create(price="100")
    story.hear(opened("V1", "mine"))
    there = story.amend(price="101")
    back = story.amend(price="100")
    story.wait(10)
    for _ in range(4):
        story.wait(70)
        story.look_up("mine", opened("V1", "mine", price="100", quantity="5"))
    assert story.verdict(there) is None
    assert story.verdict(back) is not CommandStatus.NOT_EXECUTED
