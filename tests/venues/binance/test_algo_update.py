"""ALGO_UPDATE: orders that wait for a trigger (section 4.4)."""

from decimal import Decimal

import pytest

from batactors.model.facts import OrderFact, Says
from batactors.model.ids import ClientOrderId, VenueOrderId
from batactors.model.positions import PositionSide
from batactors.model.terms import OrderType, Side, TimeInForce
from batactors.venues.binance.words import ALGO_STATUS
from tests.venues.binance.samples import ALGO_ORDER, AT, BTC, OURS, algo_event, only, told


def test_an_order_that_waits_for_a_trigger() -> None:
    """It has an id of another count, and what is filled of it only the order says that comes of it."""
    fact = only(told(algo_event()))
    assert fact == OrderFact(
        says=Says.OPEN, venue_order_id=ALGO_ORDER, client_order_id=OURS, instrument=BTC, side=Side.SELL,
        order_type=OrderType.TAKE_PROFIT_LIMIT, time_in_force=TimeInForce.GTC, quantity=Decimal("0.01"),
        price=Decimal(750), trigger_price=Decimal(75_000), whole=True, position_side=PositionSide.NET, occurred_at=AT,
    )  # fmt: skip


@pytest.mark.parametrize("number", [111, "111"])
def test_what_it_becomes(number: object) -> None:
    """The ordinary order that it was replaced by: the same order under another id."""
    fact = only(told(algo_event(X="TRIGGERED", ai=number)))
    assert (fact.says, fact.becomes) == (Says.TRIGGERED, VenueOrderId("BTCUSDT:111"))


@pytest.mark.parametrize("number", ["", "0", 0, None, "x", "9" * 30])
def test_it_has_become_nothing_yet(number: object) -> None:
    """Before the trigger the number is empty."""
    assert only(told(algo_event(ai=number))).becomes is None


@pytest.mark.parametrize("word", sorted(word for word in ALGO_STATUS if word))
def test_every_state_of_it(word: str) -> None:
    """An end without a trigger has nothing filled; a rejection at the trigger is an end of an order that was there."""
    fact = only(told(algo_event(X=word, ai="111", rm="Reduce Only reject")))
    assert fact.says is ALGO_STATUS[word]
    assert fact.filled == (Decimal(0) if word in ("CANCELED", "EXPIRED", "REJECTED") else None)
    assert fact.reason == "Reduce Only reject"


def test_states_that_leave_it_open_what_was_done() -> None:
    """Finished, and nothing came of it; or an unknown word: ask."""
    assert [only(told(algo_event(X=word))).says for word in ("FINISHED", "HOPE", None)] == [Says.UNCLEAR] * 3


def test_the_order_that_came_of_it_says_how_it_ended() -> None:
    """Of itself, a finished one says that it was triggered, and goes on under another id."""
    fact = only(told(algo_event(X="FINISHED", ai="111", aq="0.01")))
    assert (fact.says, fact.becomes, fact.filled) == (Says.TRIGGERED, "BTCUSDT:111", None)


def test_a_bad_one_is_set_aside_with_its_order() -> None:
    """By its own number and its client order id."""
    fact = only(told(algo_event(q="NaN")))
    assert (fact.venue_order_id, fact.client_order_id) == (ALGO_ORDER, ClientOrderId("a1"))
