"""A fill that is told ahead, without its fee and the order's count, and told again in full under the same id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.core.announced import MOST_ANNOUNCED, SOON, Announced
from batactors.core.news import News
from batactors.model.facts import Fact
from batactors.model.ids import FillId
from batactors.model.order_events import Fee
from batactors.model.receipts import CommandStatus
from batactors.model.terms import Origin
from tests.core.story import START, Story, opening
from tests.core.words import fill, opened

LITE = fill("f1", "2", "V1", "mine", total="5", provisional=True)
FULL = fill("f1", "2", "V1", "mine", total="5", filled="2", fees=(Fee(asset="USDT", amount=1),), whole=True)  # type: ignore[arg-type]
OTHERS = fill("g1", "2", "V9", "theirs", provisional=True)


def test_it_is_told_once_and_in_full() -> None:
    """With its fee, whichever comes first."""
    for telling in ((LITE, FULL), (FULL, LITE), (LITE, FULL, LITE, FULL)):
        story = opening()
        story.hear(*telling)
        assert story.told() == ["Submitted", "Accepted", "Filled f1"]
        assert story.events["mine"][-1].fees == FULL.fees  # type: ignore[attr-defined]
        story.wait(SOON)
        assert not story.agenda().announced


def test_it_shows_that_the_order_lives() -> None:
    """The venue has what it fills: accepted, concluded from it, and the command with it; the fill is still to come."""
    story = Story()
    create = story.create()
    story.unanswered(create)
    story.hear(LITE)
    assert story.told() == ["Submitted", "Accepted"]
    assert story.events["mine"][-1].synthesized
    assert story.verdict(create) is CommandStatus.ACCEPTED
    assert story.order().venue_order_id == "V1"


@pytest.mark.parametrize("lite", [LITE, OTHERS])
def test_fills_are_asked_for_if_it_does_not_come_in_full(lite: Fact) -> None:
    """After a stated time, and no sooner; of others' orders as well. The answer tells it."""
    story = opening()
    story.hear(lite)
    assert not story.agenda().announced
    assert story.agenda().next_due == story.now + SOON
    story.wait(SOON)
    agenda = story.agenda()
    assert agenda.announced
    assert not agenda.is_empty
    assert agenda.triggers
    story.find_fills(FULL, fill("g1", "2", "V9"))
    assert story.agenda().is_empty
    assert story.fills() == ["f1"]
    assert story.reported_fills() == (["g1"] if lite is OTHERS else [])


def test_one_that_is_not_to_be_had_is_asked_for_until_reads_cannot_trail_it() -> None:
    """No fill is made up, and none is asked for for ever: if it was made, the order's own count says so."""
    story = opening()
    story.hear(LITE)
    story.wait(30)
    story.find_fills()
    assert story.agenda().announced
    story.wait(60)
    story.find_fills()
    assert not story.agenda().announced
    assert story.fills() == []
    assert story.counted("announced") == {"told ahead, and never in full": 1}


def test_an_order_of_others_is_not_told_as_filled_before_its_fill_is() -> None:
    """It is no report, and changes none."""
    story = Story()
    story.hear(opened("V9", whole=True), OTHERS)
    assert [type(report).__name__ for report in story.reports] == ["OrderStatusReport"]
    story.hear(fill("g1", "2", "V9", whole=True), OTHERS)
    assert story.reported_fills() == ["g1"]
    story.wait(SOON)
    assert not story.agenda().announced


def test_after_a_restart_fills_are_asked_for_anyway() -> None:
    """What was told ahead was told to nobody, and is not kept."""
    story = opening()
    story.hear(LITE)
    story.crash()
    assert story.agenda().catch_up is not None
    story.find_fills(FULL)
    assert story.fills() == ["f1"]


@given(st.lists(st.sampled_from([LITE, FULL, OTHERS, opened("V1", "mine")]), max_size=10))
def test_in_whatever_order_they_come(telling: list[Fact]) -> None:
    """One fill, one acceptance."""
    story = Story()
    story.create()
    story.hear(*telling)
    story.hear(FULL)
    assert sorted(story.told()) == ["Accepted", "Filled f1", "Submitted"]
    assert story.told()[-1] == "Filled f1"


def test_how_many_wait_is_bounded() -> None:
    """More at once mean that none comes in full, and asking tells them all."""
    announced = Announced()
    for number in range(MOST_ANNOUNCED + 5):
        announced.add(FillId(f"f{number}"), News(at=1.0, on=START, origin=Origin.STREAM))
    assert announced.sizes() == {"fills told ahead": (MOST_ANNOUNCED, MOST_ANNOUNCED)}


def test_it_is_a_reason_to_look_at_what_there_is_to_ask() -> None:
    """Once for each; the reconciler is woken, and comes back when it is due."""
    story = opening()
    before = story.dispatch.ledger.raised
    story.hear(LITE, LITE)
    assert story.dispatch.ledger.raised == before + 1
