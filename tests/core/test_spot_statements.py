"""The rows of Kraken Spot's table, as statements; that its frames become these statements is the codec's to prove."""

import pytest

from batactors.core.doubts import Why
from batactors.model.facts import Fact, GapFact, Says, SnapshotFact
from batactors.model.order_events import OrderExpired, OrderRejected, OrderUpdated
from batactors.model.reports import FillReport
from batactors.model.terms import OrderState, OrderType, Origin
from tests.core.story import Story, opening
from tests.core.words import accepted, canceled, expired, fill, opened, pending, says, triggered, updated


def last_update(story: Story) -> OrderUpdated:
    event = story.events["mine"][-1]
    assert isinstance(event, OrderUpdated)
    return event


@pytest.mark.holds("C01", "C02")
def test_pending_tells_nothing_and_new_without_names_is_understood() -> None:
    """Pending is no event, but teaches the ids; then the venue's id alone says who is open."""
    story = Story()
    story.create()
    story.hear(pending("V1", "mine", quantity="5", price="100"))
    assert story.told() == ["Submitted"]
    story.hear(opened("V1"))
    assert story.told() == ["Submitted", "Accepted"]


@pytest.mark.holds("C03")
def test_what_names_an_order_that_nobody_knows_yet_waits() -> None:
    """A bare statement about an unknown order is kept until the ack says whose it is, and is then applied."""
    story = Story()
    story.create()
    story.hear(opened("V1"), fill("f1", "1", "V1"))
    assert story.told() == ["Submitted"]
    assert story.reports == []
    assert story.counted("parked") == {"nothing says whose it is": 2}
    story.hear(accepted())
    assert story.told() == ["Submitted", "Accepted", "Filled f1"]


@pytest.mark.holds("C03")
def test_what_names_an_order_that_nobody_knows_is_asked_for() -> None:
    """If nothing says whose it is, the venue is asked; its answer decides: ours, or reported with all that waited."""
    story = Story()
    story.create()
    story.hear(opened("V1"), fill("f1", "1", "V1"), opened("S1"), fill("g1", "1", "S1"))
    story.wait(0.5)
    assert story.agenda().strangers == ("V1", "S1")
    story.find_open(opened("V1", "mine", whole=True), opened("S1", "theirs", whole=True))
    assert story.told() == ["Submitted", "Accepted", "Filled f1"]
    assert story.reported_fills() == ["g1"]
    assert story.agenda().strangers == ()


@pytest.mark.holds("C04")
@pytest.mark.parametrize("ack_first", [True, False])
def test_amended_is_told_once(ack_first: bool) -> None:
    """The frame and the ack of one amend together make one Updated, in either order."""
    story = opening()
    story.amend(price="99", quantity="4")
    ack, frame = accepted(story.requests), updated("V1", "mine", price="99", quantity="4")
    story.hear(*((ack, frame) if ack_first else (frame, ack)))
    assert story.told() == ["Submitted", "Accepted", "Updated"]
    assert last_update(story).quantity == 4
    assert last_update(story).price == 99
    assert not story.order().doubts


@pytest.mark.holds("C05")
def test_amended_price_alone_leaves_the_quantity() -> None:
    """An absent field is absent, not zero."""
    story = opening(quantity="5")
    story.hear(updated("V1", price="99"))
    assert last_update(story).quantity == 5
    assert last_update(story).price == 99


@pytest.mark.holds("C06")
def test_amended_before_accepted() -> None:
    """Accepted is put before Updated, and the new terms are not lost."""
    story = Story()
    story.create()
    story.hear(updated("V1", "mine", price="99"))
    assert story.told() == ["Submitted", "Accepted", "Updated"]
    assert last_update(story).price == 99


@pytest.mark.holds("C07")
def test_restated_keeps_the_venues_reason_and_what_is_filled() -> None:
    """What the venue changed is told with its reason; the total is never below what is filled."""
    story = opening()
    story.hear(fill("f1", "3"))
    story.hear(updated("V1", quantity="2", reason="Reduce only"))
    assert last_update(story).quantity == 3
    assert last_update(story).reason == "Reduce only"


@pytest.mark.holds("C08")
def test_triggered_is_told_once() -> None:
    """However often the venue repeats it, over a restart too."""
    story = Story()
    story.create(order_type=OrderType.STOP_LIMIT, trigger_price=None)
    story.hear(opened("V1", "mine"), triggered(), triggered())
    story.crash()
    story.hear(triggered(), origin=Origin.SNAPSHOT)
    assert story.told() == ["Submitted", "Accepted", "Triggered"]
    assert story.order().state is OrderState.TRIGGERED


@pytest.mark.holds("C09")
def test_canceled_for_crossing_is_rejected() -> None:
    """A post-only order that would have taken liquidity, with nothing filled, never lived: it is rejected."""
    story = Story()
    story.create(post_only=True)
    story.hear(accepted(), pending("V1", "mine"), canceled("0", post_only=True, reason="Post only order"))
    assert story.told() == ["Submitted", "Rejected"]
    event = story.events["mine"][-1]
    assert isinstance(event, OrderRejected)
    assert event.due_post_only
    assert event.reason == "Post only order"


@pytest.mark.holds("C09")
@pytest.mark.parametrize("before", [opened("V1", "mine"), fill("f1", "1", "V1", "mine")])
def test_canceled_for_crossing_after_it_had_rested_is_canceled(before: Fact) -> None:
    """An order that was in the book, or was filled in part, is canceled and not rejected."""
    story = Story()
    story.create(post_only=True)
    story.hear(before)
    count = "1" if story.fills() else "0"
    story.hear(canceled(count, post_only=True))
    assert story.told()[-1] == "Canceled"


@pytest.mark.holds("C09")
def test_canceled_for_crossing_with_fills_that_are_not_told_yet() -> None:
    """If the venue counts fills, or gives no count, it is not rejected before that is cleared up."""
    story = Story()
    story.create(post_only=True)
    story.hear(canceled(None, "V1", "mine", post_only=True))
    assert story.told() == ["Submitted"]
    story.wait(1)
    assert story.asked_for()
    story.look_up("mine", canceled("1", "V1", "mine"), fill("f1", "1"))
    assert story.told() == ["Submitted", "Accepted", "Filled f1", "Canceled"]


@pytest.mark.holds("C10")
def test_expired_comes_after_the_fills_that_it_counts() -> None:
    """The end is told when the fills that the venue counts are."""
    story = opening()
    story.hear(expired("2"))
    assert story.told() == ["Submitted", "Accepted"]
    story.hear(fill("f1", "2"))
    assert story.told() == ["Submitted", "Accepted", "Filled f1", "Expired"]
    event = story.events["mine"][-1]
    assert isinstance(event, OrderExpired)
    assert event.filled == 2


@pytest.mark.holds("C11")
def test_a_snapshot_tells_only_what_differs() -> None:
    """Known rows are silent, changed terms are told, and what it lacks is asked for, ours and others'."""
    story = opening()
    story.create("gone")
    story.create("flying")
    story.hear(opened("V2", "gone"), opened("S1", None, whole=True), opened("S2", None, whole=True))
    reports = len(story.reports)
    story.hear(SnapshotFact(orders=(opened("V1", "mine", price="99", quantity="5"), opened("S1", None, whole=True))))
    assert story.told() == ["Submitted", "Accepted", "Updated"]
    assert story.told("gone") == ["Submitted", "Accepted"]
    assert Why.NOT_IN_SNAPSHOT in story.order("gone").doubts
    assert story.asked_for("gone")
    assert not story.asked_for("flying"), "its create may not have arrived"
    assert not story.asked_for("mine")
    assert story.agenda().strangers == ("S2",)
    assert len(story.reports) == reports


def test_a_stranger_that_a_snapshot_lacks_is_asked_for_and_told_as_closed() -> None:
    """Others' orders that closed while nobody listened do not stay open for ever."""
    story = Story()
    story.hear(opened("S1", None, whole=True))
    story.hear(SnapshotFact(orders=()))
    story.find_open()
    assert story.agenda().strangers == ("S1",)
    story.hear(canceled("0", "S1", whole=True), origin=Origin.QUERY)
    assert story.agenda().strangers == ()
    assert story.reports[-1].state is OrderState.CANCELED  # type: ignore[attr-defined]


@pytest.mark.holds("C12")
def test_a_gap_asks_for_everything_until_reads_cannot_trail_it() -> None:
    """Lost frames make us ask for all open orders and all fills: at once, and again when lag can hide nothing more."""
    story = Story()
    story.hear(GapFact(channel="executions", expected=7, received=9))
    assert story.agenda().catch_up is not None
    story.find_open()
    assert story.agenda().catch_up is not None, "the fills are still to be asked for"
    story.find_fills()
    assert story.agenda().catch_up is None
    assert story.agenda().next_due == pytest.approx(story.now + 60)
    story.wait(60)
    assert story.agenda().catch_up is not None
    story.find_open()
    story.find_fills()
    assert story.dispatch.catch_up is None
    assert story.counted("gap") == {"executions": 1}


@pytest.mark.holds("C13")
def test_an_unknown_word_makes_us_ask() -> None:
    """A status that we do not know changes nothing, is asked about, and its siblings are told."""
    story = opening()
    story.hear(says(Says.UNCLEAR, "V1", reason="exec_type teleported"), fill("f1", "1"))
    assert story.told() == ["Submitted", "Accepted", "Filled f1"]
    assert story.asked_for()
    story.wait(1)
    story.look_up("mine", says(Says.UNCLEAR, "V1", reason="status teleported"))
    assert story.asked_for(), "a word that we do not know is no answer"
    story.wait(100)
    story.look_up("mine", opened("V1", "mine"))
    assert not story.asked_for()


@pytest.mark.holds("C14")
@pytest.mark.parametrize("word", [opened("V1"), opened("V1", quantity="5", price="100"), updated("V1", price="100")])
def test_a_statement_with_nothing_new_is_silent(word: Fact) -> None:
    """A refill, a status, a repetition: no event, and a counter says why."""
    story = opening()
    changes = story.hear(word)
    told = [*changes.events, *changes.steps, *changes.reports]
    assert told == []
    assert story.counted("silent")["nothing new"] == 1


def test_terms_from_a_lagging_read_do_not_undo_newer_ones() -> None:
    """A read that may be older than what the stream said since changes no terms; one that cannot be, does."""
    story = opening()
    story.hear(updated("V1", price="99"))
    story.find_open(opened("V1", "mine", price="100"))
    assert story.order().price == 99
    story.wait(61)
    story.find_open(opened("V1", "mine", price="98"))
    assert story.order().price == 98


def test_terms_of_another_order_from_a_lagging_read_do_not_undo_newer_ones() -> None:
    """The same for an order that is not ours."""
    story = Story()
    story.hear(opened("S1", None, whole=True, price="100"), updated("S1", price="99"))
    reports = len(story.reports)
    story.find_open(opened("S1", None, whole=True, price="100"))
    assert len(story.reports) == reports


def test_the_first_read_counts_whatever_the_clock_says() -> None:
    """An order of which nothing was heard live takes its terms from a read, also in the first minute of the clock."""
    story = Story(begins=0.0)
    story.create()
    story.find_open(opened("V1", "mine", price="99"))
    assert story.order().price == 99


def test_a_closed_row_tells_the_terms_that_were_missed() -> None:
    """An amend that nobody heard of is told before the end that shows it."""
    story = opening()
    story.look_up("mine", canceled("0", "V1", "mine", price="99", quantity="5"))
    assert story.told() == ["Submitted", "Accepted", "Updated", "Canceled"]


def test_fills_of_others_are_reported_once() -> None:
    """A stranger's fill is reported once, whatever repeats it."""
    story = Story()
    story.hear(opened("S1", "theirs"), fill("g1", "1", "S1"), fill("g1", "1", "S1"))
    assert [type(report) for report in story.reports].count(FillReport) == 1
    assert [report.sequence for report in story.reports] == [1, 2]
