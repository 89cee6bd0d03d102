"""Fills that come before the ack, after the end, or without it."""

import pytest

from batactors.model.facts import Fact
from batactors.model.terms import OrderState
from tests.core.story import Story, opening, prove_absent
from tests.core.words import accepted, canceled, expired, fill, filled, opened, refused, triggered, updated


@pytest.mark.holds("B09")
def test_a_fill_before_the_ack_is_applied() -> None:
    """A fill that outruns the ack is told, with Accepted before it; the ack adds nothing."""
    story = Story()
    story.create()
    story.hear(fill("f1", "5", "V1", "mine", filled="5", total="5"))
    story.hear(accepted())
    assert story.told() == ["Submitted", "Accepted", "Filled f1"]
    assert story.settled


@pytest.mark.holds("B10")
def test_a_fill_after_filled() -> None:
    """Told again, it is dropped; another one is kept, told as late, and raises the alarm."""
    story = opening("5")
    story.hear(fill("f1", "5", filled="5", total="5"))
    story.hear(fill("f1", "5", filled="5", total="5"))
    assert story.fills() == ["f1"]
    assert not story.order().doubts
    story.hear(fill("f2", "1"))
    assert story.fills() == ["f1", "f2"]
    assert story.events["mine"][-1].late
    assert story.order().state is OrderState.FILLED
    assert story.asked_for()


@pytest.mark.holds("B11", "B13")
def test_a_fill_after_canceled_is_applied_and_reopens_nothing() -> None:
    """What traded before the cancel and is told after it counts; the order stays canceled."""
    story = opening("5")
    story.hear(canceled("0"))
    story.hear(fill("f1", "1"), opened("V1", filled="1"))
    assert story.told()[2:] == ["Canceled", "Filled f1"]
    assert story.events["mine"][-1].late
    assert story.order().state is OrderState.CANCELED
    assert not story.dispatch.book.working()


@pytest.mark.holds("B12", "B13")
def test_a_fill_after_expired_is_applied_and_reopens_nothing() -> None:
    """The same of an order whose time had ended."""
    story = opening("5")
    story.hear(expired("0"))
    story.hear(fill("f1", "1"))
    assert story.told()[2:] == ["Expired", "Filled f1"]
    assert story.order().state is OrderState.EXPIRED


@pytest.mark.holds("B12")
@pytest.mark.parametrize("ending", ["refused", "absent"])
def test_a_fill_after_it_was_told_as_never_having_lived(ending: str) -> None:
    """A refused order, and one proved absent, count the fill that comes all the same."""
    story = Story()
    story.create()
    if ending == "refused":
        story.hear(refused())
    else:
        prove_absent(story)
    story.hear(fill("f1", "9", "V1", "mine"))
    story.look_up("mine", canceled("9", "V1", "mine"))
    assert story.fills() == ["f1"]
    assert story.told()[-1] == "Canceled"


@pytest.mark.holds("B13")
@pytest.mark.parametrize("late", [opened("V1"), updated("V1", price="7"), triggered("V1"), fill("f9", "1")])
@pytest.mark.parametrize("end", [canceled("0"), expired("0"), filled("0")])
def test_late_evidence_reopens_nothing(end: Fact, late: Fact) -> None:
    """Nothing that is heard after the end brings an order back to work."""
    story = opening()
    story.hear(end)
    state = story.order().state
    story.hear(late)
    story.find_open(late)
    assert story.order().state is state
    assert state.is_closed


@pytest.mark.holds("B14")
def test_filled_before_its_fills_waits_for_them() -> None:
    """The status alone tells no end; the fills that follow are all told, and the last of them ends the order."""
    story = opening("5")
    story.hear(filled("5"))
    assert story.told() == ["Submitted", "Accepted"]
    assert not story.order().state.is_closed
    story.hear(fill("f1", "2"), fill("f2", "3"))
    assert story.told()[2:] == ["Filled f1", "Filled f2"]
    assert story.order().state is OrderState.FILLED


@pytest.mark.holds("B14")
def test_filled_without_its_fills_is_asked_for_after_a_second() -> None:
    """The wait for the fills is bounded, and what the answer brings is told."""
    story = opening("5")
    story.hear(filled("5"))
    assert story.agenda().next_due == pytest.approx(story.now + 1)
    story.wait(1)
    assert story.asked_for()
    story.look_up("mine", filled("5", "V1", "mine"), fill("f1", "5"))
    assert story.told()[2:] == ["Filled f1"]
    assert not story.asked_for()


@pytest.mark.holds("B14")
def test_filled_without_a_count_is_asked_for() -> None:
    """Without the venue's own count nobody knows whether the fills are all there."""
    story = opening("5")
    story.hear(fill("f1", "5"), filled(None))
    assert not story.order().state.is_closed
    story.wait(1)
    assert story.asked_for()
    story.look_up("mine", filled("5", "V1", "mine"))
    assert story.order().state is OrderState.FILLED
    assert story.settled == ["mine"]
