"""Fees, liquidity, bad rows and repetitions of fills."""

from decimal import Decimal

import pytest

from batactors.core.doubts import Why
from batactors.model.facts import QuarantineFact
from batactors.model.ids import Asset, VenueOrderId
from batactors.model.order_events import Fee, OrderFilled
from batactors.model.terms import Liquidity, OrderState, Origin
from tests.core.story import Story, opening
from tests.core.words import canceled, fill, filled, opened


@pytest.mark.holds("B15")
def test_all_fees_are_kept() -> None:
    """Several fees, in other currencies, and rebates pass unchanged, for ours and for others."""
    fees = (Fee(asset=Asset("USD"), amount=Decimal("0.3")), Fee(asset=Asset("KFEE"), amount=Decimal("-2")))
    story = opening()
    story.hear(fill("f1", "1", fees=fees), opened("S1", None, whole=True), fill("g1", "1", "S1", fees=fees))
    told = story.events["mine"][-1]
    assert isinstance(told, OrderFilled)
    assert told.fees == fees
    assert story.reports[-1].fees == fees  # type: ignore[attr-defined]


@pytest.mark.holds("B17")
@pytest.mark.parametrize("quantity", ["0", "-1"])
def test_a_fill_of_nothing_is_set_aside_alone(quantity: str) -> None:
    """It is not told, the order is asked for, and its siblings are told."""
    story = opening()
    story.hear(fill("f1", "1"), fill("f2", quantity), fill("f3", "1"))
    assert story.fills() == ["f1", "f3"]
    assert story.order().fills.sum == 2
    assert story.asked_for()


@pytest.mark.holds("B17", "Z04")
def test_an_unreadable_row_is_counted_and_its_order_asked_for() -> None:
    """What could not be read puts the order that it names in doubt, or everything if it names none."""
    story = opening()
    story.hear(
        QuarantineFact(raw="{", reason="no price", venue_order_id=VenueOrderId("V1")), fill("f1", "1"),
    )  # fmt: skip
    assert story.fills() == ["f1"]
    assert story.asked_for()
    assert story.agenda().catch_up is None
    story.hear(QuarantineFact(raw="{", reason="no price"))
    assert story.agenda().catch_up is not None
    assert story.counted("quarantined") == {"no price": 2}


@pytest.mark.holds("B18")
def test_an_unknown_kind_of_fill_is_told() -> None:
    """A fill of which the venue does not say whether it gave liquidity or took it is a fill."""
    story = opening()
    story.hear(fill("f1", "1", liquidity=Liquidity.UNKNOWN))
    assert story.fills() == ["f1"]


@pytest.mark.holds("B19")
def test_two_fills_in_one_message_are_told_in_its_order() -> None:
    """Each once, in the order of the message, also where both are of one trade with ourselves."""
    story = Story()
    story.create("one")
    story.create("two")
    story.hear(opened("V1", "one"), opened("V2", "two"))
    changes = story.hear(fill("f2", "1", "V2"), fill("f1", "1", "V1"), fill("f3", "1", "V1"), fill("f1", "1", "V1"))
    assert [event.fill_id for event in changes.events if isinstance(event, OrderFilled)] == ["f2", "f1", "f3"]


def test_a_fill_told_twice_not_alike_is_a_doubt() -> None:
    """The same id with another price: the first stands, and we ask."""
    story = opening()
    story.hear(fill("f1", "1", price="100"), fill("f1", "1", price="101"))
    assert story.fills() == ["f1"]
    assert story.asked_for()


def test_the_second_telling_of_a_fill_may_close_the_order() -> None:
    """What the first telling lacked, that it was the last, is taken from the second."""
    story = opening("5")
    story.find_fills(fill("f1", "5"))
    story.hear(fill("f1", "5", filled="5", total="5"))
    assert story.fills() == ["f1"]
    assert story.order().state is OrderState.FILLED


def test_two_ends_of_one_order_are_a_doubt() -> None:
    """Canceled, then filled: the first stands once its fills are there, and we ask."""
    story = opening("5")
    story.hear(canceled("2"), filled("5"))
    assert Why.CONTRADICTION in story.order().doubts


def test_a_fill_on_a_snapshot_is_told_as_replayed() -> None:
    """A fill heard from the past says so."""
    story = opening()
    story.hear(fill("f1", "1"), origin=Origin.SNAPSHOT)
    assert story.events["mine"][-1].replayed
