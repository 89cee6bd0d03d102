"""TRADE_LITE: a fill, told early (section 7)."""

from typing import Any

import pytest

from batactors.model.facts import QuarantineFact
from batactors.model.positions import Forced
from tests.venues.binance.samples import LITE, OURS, only, text, told, update


def test_the_early_fill() -> None:
    """The same id as the full one, and a note that its fee is to come (B16, W33)."""
    fact = only(told(text(LITE)))
    full = only(told(update()))
    same = ("fill_id", "venue_order_id", "client_order_id", "instrument", "side", "quantity", "price", "liquidity",
            "total", "occurred_at")  # fmt: skip
    assert [getattr(fact, name) for name in same] == [getattr(full, name) for name in same]
    assert (fact.provisional, full.provisional) == (True, False)
    assert (fact.fees, fact.filled, fact.completes) == ((), None, False)


@pytest.mark.parametrize("spoiled", [{"t": 0}, {"l": "0"}, {"L": "0"}, {"l": None}, {"q": "NaN"}, {"i": "x"}])
def test_an_early_fill_that_is_none(spoiled: dict[str, Any]) -> None:
    """It is set aside, with what can be read of its order."""
    fact = only(told(text(LITE | spoiled)))
    assert isinstance(fact, QuarantineFact)
    assert fact.client_order_id == OURS


def test_an_early_fill_of_a_liquidation() -> None:
    """Its client order id is not a client's."""
    fact = only(told(text(LITE | {"c": "autoclose-17"})))
    assert (fact.client_order_id, fact.forced) == (None, Forced.LIQUIDATION)
