"""Each fill once, none lost, and the end only when they add up."""

import pytest

from batactors.core.doubts import Why
from batactors.model.facts import Fact, SnapshotFact
from batactors.model.order_events import OrderFilled
from batactors.model.terms import OrderState
from tests.core.story import Story, opening
from tests.core.words import canceled, fill, filled, opened, updated


@pytest.mark.holds("B01", "X57")
def test_the_same_fill_id_on_two_orders_is_two_fills() -> None:
    """A fill is told from another by the order that it is of, too: both sides of a trade may bear one id."""
    story = Story()
    story.create("one")
    story.create("two")
    story.hear(opened("V1", "one"), opened("V2", "two"), opened("S1", None, whole=True))
    story.hear(fill("f1", "1", "V1"), fill("f1", "1", "V2"), fill("f1", "1", "S1"))
    assert story.fills("one") == story.fills("two") == story.reported_fills() == ["f1"]


@pytest.mark.holds("B02")
def test_a_fill_that_was_not_told_is_not_known() -> None:
    """A fill that waits is not marked as told: after a crash it is taken in again, and told."""
    story = opening("5")
    story.hear(fill("f1", "9", filled="9"))
    assert story.fills() == []
    story.crash()
    story.hear(updated("V1", quantity="9"))
    story.find_fills(fill("f1", "9"))
    assert story.fills() == ["f1"]


@pytest.mark.holds("B05", "R05")
def test_what_a_reconnect_tells_again_is_told_once() -> None:
    """A snapshot of open orders and past fills, and history beside it, tell nothing twice, of ours or of others."""
    story = opening()
    row, s_row = opened("V1", "mine", quantity="5", price="100", filled="1"), opened("S1", None, whole=True, filled="1")
    story.hear(fill("f1", "1", filled="1"), s_row, fill("g1", "1", "S1"))
    told, reports = story.told(), list(story.reports)
    story.ended(1)
    story.hear(SnapshotFact(orders=(row, s_row), fills=(fill("f1", "1"), fill("g1", "1", "S1"))))
    story.find_open(row, s_row)
    story.find_fills(fill("f1", "1"), fill("g1", "1", "S1"))
    story.ready(2)
    story.hear(fill("f1", "1", filled="1"), fill("g1", "1", "S1"))
    assert story.told() == told
    assert story.reports == reports
    assert story.counted("silent")["told before"] >= 3


@pytest.mark.holds("R05")
def test_what_was_missed_and_what_overlaps_are_merged() -> None:
    """Fills from history, from the snapshot and live, overlapping, are each told once."""
    story = opening()
    story.hear(fill("f1", "1"))
    story.ended(1)
    story.hear(SnapshotFact(orders=(opened("V1", "mine", filled="3"),), fills=(fill("f2", "1"), fill("f1", "1"))))
    story.find_fills(fill("f1", "1"), fill("f2", "1"), fill("f3", "1"))
    story.ready(2)
    story.hear(fill("f3", "1", filled="3"), fill("f4", "1", filled="4"))
    assert story.fills() == ["f1", "f2", "f3", "f4"]
    assert not story.order().doubts


@pytest.mark.holds("B06")
@pytest.mark.parametrize("says", [opened("V1", filled="3"), fill("f2", "1", filled="4"), filled("5")])
def test_the_venues_count_is_compared_with_ours(says: Fact) -> None:
    """Where the venue counts more than we were told, the order is asked for, and not closed."""
    story = opening()
    story.hear(fill("f1", "1", filled="1"))
    story.hear(says)
    assert Why.MISSING_FILLS in story.order().doubts
    assert not story.asked_for(), "frames of one event come apart"
    story.wait(1)
    assert story.asked_for()
    assert not story.order().state.is_closed


@pytest.mark.holds("B06")
def test_the_missing_fill_ends_the_doubt() -> None:
    """Once the fills add up again, there is nothing to ask."""
    story = opening()
    story.hear(fill("f2", "1", filled="2"))
    story.hear(fill("f1", "1"))
    assert not story.order().doubts


@pytest.mark.holds("B07")
def test_our_own_total_closes_nothing() -> None:
    """An order whose fills reach the quantity that we know is not closed by that: the venue must say so."""
    story = opening("5")
    story.hear(fill("f1", "5"))
    assert story.order().state is OrderState.PARTIALLY_FILLED
    assert story.settled == []
    story.wait(1)
    assert story.asked_for()
    story.hear(fill("f2", "3", total="8", filled="8"))
    assert story.fills() == ["f1", "f2"]
    assert story.settled == ["mine"]


@pytest.mark.holds("B07")
@pytest.mark.parametrize(
    "last",
    [
        (fill("f2", "2", filled="5", total="5"),),
        (fill("f2", "2", filled="5", completes=True),),
        (filled("5"), fill("f2", "2")),
    ],
)
def test_the_venues_total_closes(last: tuple[Fact, ...]) -> None:
    """The order is filled when the fills told add up to the venue's own count, whichever comes last."""
    story = opening("5")
    story.hear(fill("f1", "3", filled="3"))
    story.hear(*last)
    assert story.told() == ["Submitted", "Accepted", "Filled f1", "Filled f2"]
    assert [event.is_terminal for event in story.events["mine"]] == [False, False, False, True]
    assert story.settled[-1] == "mine"


@pytest.mark.holds("B07")
def test_the_venues_word_after_the_last_fill_ends_the_order() -> None:
    """A fill that nothing called the last is told at once, and is not terminal; the status that follows is."""
    story = opening("5")
    story.hear(fill("f1", "5"))
    assert story.told() == ["Submitted", "Accepted", "Filled f1"]
    assert not story.settled
    story.hear(filled("5"))
    assert story.told() == ["Submitted", "Accepted", "Filled f1", "Updated"]
    assert [event.is_terminal for event in story.events["mine"]] == [False, False, False, True]
    assert story.order().state is OrderState.FILLED
    assert story.settled == ["mine"]
    story.crash()
    assert not story.asked_for(), "the journal knows that it has ended"


@pytest.mark.holds("B08")
def test_a_fill_above_the_known_quantity_waits_for_an_explanation() -> None:
    """It is parked and asked about; nothing is told and nothing is lost."""
    story = opening("5")
    story.hear(fill("f1", "5"), fill("f2", "3"))
    assert story.fills() == ["f1"]
    assert story.asked_for()
    assert story.counted("silent")["in doubt: overfill"] == 1


@pytest.mark.holds("B08")
@pytest.mark.parametrize(
    "explanation",
    [
        (updated("V1", quantity="8"),),
        (opened("V1", quantity="8"),),
        (filled("8"),),
        (canceled("8"),),
        (fill("f2", "3", total="8"),),
        (fill("f3", "1", total="9"),),
    ],
)
def test_an_explanation_releases_what_waits(explanation: tuple[Fact, ...]) -> None:
    """An amend, the end with its count, or a fill that names the larger total tells the fill that waited."""
    story = opening("5")
    story.hear(fill("f1", "5"), fill("f2", "3"))
    story.hear(*explanation)
    assert sorted(story.fills())[:2] == ["f1", "f2"]
    assert not any(event.disputed for event in story.events["mine"] if isinstance(event, OrderFilled))
    assert Why.OVERFILL not in story.order().doubts


@pytest.mark.holds("B08")
def test_what_asking_does_not_explain_is_told_as_disputed() -> None:
    """A fill is money: if the venue shows the order and does not explain the fill, it is told all the same."""
    story = opening("5")
    story.hear(fill("f1", "5"), fill("f2", "3"))
    story.look_up("mine", opened("V1", "mine", quantity="5"), failure="HTTP 502")
    assert story.fills() == ["f1"]
    story.wait(1)
    story.look_up("mine")
    assert story.fills() == ["f1"], "the answer said nothing of the order"
    story.look_up("mine", opened("V1", "mine", quantity="5"))
    assert story.fills() == ["f1", "f2"]
    last = story.events["mine"][-1]
    assert isinstance(last, OrderFilled)
    assert last.disputed
    assert last.filled == 8


@pytest.mark.holds("B08")
def test_an_order_does_not_close_over_a_fill_that_waits() -> None:
    """The end waits for the parked fill, which is told before it."""
    story = opening("5")
    story.hear(fill("f1", "5"), fill("f2", "3"), canceled("5"))
    assert "Canceled" not in story.told()
    story.look_up("mine", canceled("5", "V1", "mine"))
    assert story.told()[2:] == ["Filled f1", "Filled f2", "Canceled"]
    assert [event.disputed for event in story.events["mine"] if isinstance(event, OrderFilled)] == [False, True]
