"""The terms that an order has had, as REST tells them (section 4)."""

from datetime import UTC, datetime
from decimal import Decimal

from batactors.model.facts import Terms, TermsFact
from batactors.model.questions import AskAmendments
from tests.venues.kraken_spot.samples import ORDER, rest, taught


def test_every_set_of_terms_that_an_order_had_is_read() -> None:
    """OrderAmends tells who set which terms and when; row 0 is the original order (section 4)."""
    page = taught().read(
        AskAmendments(venue_order_id=ORDER),
        0,
        200,
        rest(
            {
                "amends": [
                    {"amend_id": "T1", "amend_type": "original", "order_qty": "0.50000000", "limit_price": "50000.0",
                     "remaining_qty": "0.50000000", "timestamp": 1767323045123456789},
                    {"amend_id": "T2", "amend_type": "user", "order_qty": "0.40000000", "limit_price": "50000.0",
                     "remaining_qty": "0.40000000", "timestamp": 1767323046000000000, "novelty": 1},
                ],
                "count": 2,
            }
        ),
    )  # fmt: skip
    assert page.facts == (
        TermsFact(
            venue_order_id=ORDER,
            history=(
                Terms(
                    by_user=False,
                    quantity=Decimal("0.50000000"),
                    price=Decimal("50000.0"),
                    since=datetime(2026, 1, 2, 3, 4, 5, 123456, tzinfo=UTC),
                ),
                Terms(
                    by_user=True,
                    quantity=Decimal("0.40000000"),
                    price=Decimal("50000.0"),
                    since=datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC),
                ),
            ),
        ),
    )
