"""A market that moves by itself: a gentle random walk around where it began, so that orders near it are filled."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import trio

from batactors.testing.venue.market import Pair
from batactors.testing.venue.venue import SimulatedVenue

if TYPE_CHECKING:
    from random import Random

STARTS = {"BTC": Decimal(64_000), "ETH": Decimal(3_200), "DOGE": Decimal("0.15")}
ELSEWHERE = Decimal(100)
STEP = Decimal("0.0001")  # of the price, for each of a step's points
POINTS = 5
SPREAD = Decimal("0.0001")
RETURN = Decimal("0.01")  # of the way back to the start, at each step: the walk never goes far


class Walk:
    """Where the market in each pair stands, step after step.

    Args:
        chance: Decides the steps; one seed gives one walk.
    """

    def __init__(self, venue: SimulatedVenue, pairs: Sequence[Pair], chance: "Random") -> None:
        self._venue = venue
        self._pairs = tuple(pairs)
        self._chance = chance
        self._middles = {pair.symbol: STARTS.get(pair.base.name, ELSEWHERE) for pair in self._pairs}
        self._quote_all()

    def step(self) -> None:
        """Move every pair by a little."""
        for pair in self._pairs:
            middle = self._middles[pair.symbol]
            home = STARTS.get(pair.base.name, ELSEWHERE) - middle
            self._middles[pair.symbol] = middle + middle * STEP * self._chance.randint(-POINTS, POINTS) + home * RETURN
        self._quote_all()

    async def run(self, every: float) -> None:
        """Move once every so many seconds, for ever."""
        while True:
            await trio.sleep(every)
            self.step()

    def _quote_all(self) -> None:
        for pair in self._pairs:
            bid = (self._middles[pair.symbol] * (1 - SPREAD / 2)).quantize(pair.tick_size)
            ask = max(bid + pair.tick_size, (self._middles[pair.symbol] * (1 + SPREAD / 2)).quantize(pair.tick_size))
            self._venue.set_market(pair.symbol, bid=bid, ask=ask)
