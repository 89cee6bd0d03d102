"""Which orders a cancel of a part of an account is about: the rules alone."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.core.namesakes import whose
from batactors.core.scope import Scope
from batactors.model.facts import OrderFact, QuarantineFact, Says
from batactors.model.ids import InstrumentId, VenueOrderId
from batactors.model.terms import OrderType, Side
from tests.core.story import BTC_USD, Story
from tests.core.words import canceled, opened

ETH_USD = InstrumentId("ETH/USD")
INSTRUMENTS = st.sampled_from([None, BTC_USD, ETH_USD])
SIDES = st.sampled_from([None, Side.BUY, Side.SELL])


@given(INSTRUMENTS, SIDES, st.lists(st.tuples(INSTRUMENTS, SIDES), max_size=6))
def test_each_listed_order_matches_or_does_not_or_cannot_be_told(
    instrument: InstrumentId | None, side: Side | None, orders: list[tuple[InstrumentId | None, Side | None]]
) -> None:
    """An order that is known to be elsewhere is left alone; one of which too little is known is named, not touched."""
    scope = Scope(instrument=instrument, side=side)
    facts = [
        OrderFact(says=Says.OPEN, venue_order_id=VenueOrderId(f"V{number}"), instrument=traded, side=way)
        for number, (traded, way) in enumerate(orders)
    ]
    found = scope.others(facts, Story().dispatch.ledger)
    for fact in facts:
        elsewhere = (instrument and fact.instrument and fact.instrument != instrument) or (
            side and fact.side and fact.side != side
        )
        unknown = (instrument and not fact.instrument) or (side and not fact.side)
        assert (fact in found.matching) == (not elsewhere and not unknown)
        assert (fact.venue_order_id in found.unclear) == bool(unknown and not elsewhere)


def test_ours_are_known_from_the_book_and_not_taken_from_the_list() -> None:
    """What works of ours was dealt with already; what we hold for closed and the venue for open is in the scope."""
    story = Story()
    story.create("works")
    story.hear(opened("V1", "works"))
    story.create("under way")
    story.create("closed")
    story.hear(opened("V2", "closed"), canceled("0", "V2", "closed"))
    scope, book = Scope(instrument=BTC_USD, side=Side.BUY), story.dispatch.book
    assert [order.client_order_id for order in scope.ours(book)] == ["works", "under way"]
    assert Scope(side=Side.SELL).ours(book) == []
    terms = {"instrument": BTC_USD, "side": Side.BUY}
    facts = [opened("V1", "works", **terms), opened("V2", "closed", **terms), opened("V9", **terms)]
    found = scope.others([*facts, canceled("0", "V8", **terms)], story.dispatch.ledger)
    assert [fact.venue_order_id for fact in found.matching] == ["V2", "V9"]


@pytest.mark.parametrize("known", ["its number", "its side"])
def test_an_order_of_anothers_that_bears_an_id_of_ours_is_in_it(known: str) -> None:
    """The end of ours was not heard yet, and its id has been used again (Binance seed 60931)."""
    story = Story(ids_return=True)
    story.create()
    if known == "its number":
        story.hear(opened("V1", "mine"))
    side = Side.BUY if known == "its number" else Side.SELL
    theirs = opened("V2", "mine", instrument=BTC_USD, side=side)
    ledger = story.dispatch.ledger
    assert Scope(side=side).others([theirs], ledger).matching == (theirs,)
    assert whose(theirs, ledger) is None
    ours = opened("V1", "mine", instrument=BTC_USD, side=Side.BUY)
    assert Scope().others([ours], ledger).matching == ()
    assert whose(ours, ledger) is story.order()


def test_what_became_of_a_triggered_order_of_ours_is_not_anothers() -> None:
    """It is listed under its new number before we have heard of the trigger: our cancel of it is on its way."""
    story = Story(keeps_conditional_apart=True, ids_return=True)
    story.create(order_type=OrderType.STOP_MARKET, price=None, trigger_price=Decimal(90))
    story.hear(opened("algo:5", "mine", order_type=OrderType.STOP_MARKET))
    listed = opened("V6", "mine", instrument=BTC_USD, side=Side.BUY, order_type=OrderType.MARKET)
    assert whose(listed, story.dispatch.ledger) is story.order()
    assert Scope().others([listed], story.dispatch.ledger).matching == ()


def test_a_row_that_cannot_be_read_is_named() -> None:
    """It may be of the scope: nobody is told that these were all."""
    rows = [QuarantineFact(raw="{", reason="?", venue_order_id=VenueOrderId("V1")), QuarantineFact(raw="{", reason="?")]
    found = Scope().others(rows, Story().dispatch.ledger)
    assert (found.matching, found.unclear) == ((), ("V1", "one without an id"))
    assert str(Scope(side=Side.BUY, instrument=BTC_USD)) == "open buy orders in BTC/USD"
