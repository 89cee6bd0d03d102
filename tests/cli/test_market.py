"""The market that moves by itself."""

from decimal import Decimal

import pytest
import trio

from batactors.cli.market import STARTS, Walk
from batactors.seams import Seams, SeededChance
from batactors.testing.kraken_spot import DEFAULT_PAIRS, KrakenSpotVenue


class Recording(KrakenSpotVenue):
    """A venue that remembers its quotes."""

    def set_market(self, symbol: str, **quote: Decimal | None) -> None:
        super().set_market(symbol, **quote)
        self.quotes = [*getattr(self, "quotes", []), (symbol, quote["bid"], quote["ask"])]


def walked(seed: int, steps: int) -> list[tuple[str, Decimal, Decimal]]:
    venue = Recording()
    walk = Walk(venue, DEFAULT_PAIRS, SeededChance(seed).generator("market"))
    for _ in range(steps):
        walk.step()
    return venue.quotes


def test_one_seed_is_one_market() -> None:
    """A run can be had again."""
    assert walked(7, 50) == walked(7, 50)
    assert walked(7, 50) != walked(8, 50)


@pytest.mark.parametrize("seed", range(3))
def test_it_moves_but_not_far(seed: int) -> None:
    """However long it walks, it stays near where it began, on ticks, with the ask above the bid."""
    quotes = walked(seed, 2000)
    ticks = {pair.symbol: pair.tick_size for pair in DEFAULT_PAIRS}
    assert all(bid < ask for _, bid, ask in quotes)
    assert all(abs(bid / STARTS[symbol.partition("/")[0]] - 1) < Decimal("0.05") for symbol, bid, _ in quotes)
    assert all(bid % ticks[symbol] == 0 == ask % ticks[symbol] for symbol, bid, ask in quotes)
    assert len({bid for symbol, bid, _ in quotes if symbol == "BTC/USD"}) > 100


async def test_a_resting_order_near_it_is_filled(seams: Seams) -> None:
    """A client that waits sees a fill."""
    venue = KrakenSpotVenue(seams=seams)
    walk = Walk(venue, DEFAULT_PAIRS, SeededChance(0).generator("market"))
    order = venue.place_external(symbol="BTC/USD", side="buy", quantity=Decimal(1), price=Decimal("63950"))
    with trio.move_on_after(3600):
        await walk.run(0.5)
    assert venue.ledger.orders[order.order_id].status == "filled"
