"""What the evidence says is read by people: amounts without powers of ten, and one set is not several."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from batactors.core.evidence import what_it_says
from batactors.model.facts import Fact, Terms, TermsFact
from batactors.model.ids import VenueOrderId
from batactors.model.inputs import Inquiry
from batactors.model.questions import AskOpenOrders
from tests.core.words import opened

TERMS = Terms(by_user=True, price=Decimal(100), quantity=Decimal(5))


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (
            opened(quantity="1.00000000", price="48000", filled="0E-8"),
            "open: total 1.00000000, price 48000, filled 0.00000000",
        ),
        (TermsFact(venue_order_id=VenueOrderId("V1"), history=(TERMS,)), "1 set of terms"),
        (TermsFact(venue_order_id=VenueOrderId("V1"), history=(TERMS, TERMS)), "2 sets of terms"),
    ],
)
def test_what_an_answer_said_is_readable(fact: Fact, said: str) -> None:
    """Each fact in words that need no key."""
    assert (
        what_it_says(Inquiry(question=AskOpenOrders(), asked_on=datetime(2026, 1, 2, tzinfo=UTC), facts=(fact,)))
        == said
    )
