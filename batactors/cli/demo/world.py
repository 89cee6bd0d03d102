"""The world around the strategy: forty moving markets, counterparties that trade with it, and a hand at the venue."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

import trio

from batactors.cli.demo.scene import Market
from batactors.testing.venue.market import Pair
from batactors.testing.venue.venue import SimulatedVenue

if TYPE_CHECKING:
    from random import Random

STEP = Decimal("0.0002")  # of the price: what a market moves by at most, at once
HALF_SPREAD = Decimal("0.0003")
MOVES_EVERY = 0.1
MOVED_AT_ONCE = 6
FILL_CHANCE = 0.12  # that a resting order meets a counterparty, at each look
LEAST_PART = Decimal("0.2")  # of what is left of an order; below that the counterparty takes all
HAND_EVERY = 1.2


class World:
    """Everybody else.

    Args:
        markets: What is traded, by the name that the engine has for it.
        tell: Is told of what the hand at the venue does.
    """

    def __init__(
        self, venue: SimulatedVenue, markets: Mapping[str, Market], chance: "Random", tell: Callable[[str], None]
    ) -> None:
        self._venue = venue
        self._chance = chance
        self._tell = tell
        self._pairs = [market.pair for market in markets.values()]
        self._symbols = {name: market.pair.symbol for name, market in markets.items()}
        self._middles = {market.pair.symbol: market.price for market in markets.values()}
        self.by_hand: list[str] = []
        """The venue's ids of the orders that were placed by hand."""
        for pair in self._pairs:
            self._quote(pair)

    def price_of(self, instrument: str) -> Decimal:
        """The middle of the market: the strategy's market data."""
        return self._middles[self._symbols[instrument]]

    async def move(self) -> None:
        """Let markets move, and resting orders meet counterparties, for ever."""
        while True:
            await trio.sleep(MOVES_EVERY)
            for pair in self._chance.sample(self._pairs, MOVED_AT_ONCE):
                self._middles[pair.symbol] *= 1 + STEP * self._chance.randint(-4, 4) / 4
                self._quote(pair)
            for order in self._venue.ledger.open_orders():
                if order.limit_price is not None and not order.waits_for_trigger and self._draw(FILL_CHANCE):
                    self._fill(order.order_id)

    async def trade_by_hand(self) -> None:
        """Place orders on the account's own page at the venue, again and again, and take some back."""
        while True:
            await trio.sleep(HAND_EVERY)
            pair = self._chance.choice(self._pairs)
            price = (self._middles[pair.symbol] * Decimal("0.99")).quantize(pair.tick_size)
            quantity = (Decimal(self._chance.randint(50, 500)) / price).quantize(_lot(pair))
            order = self._venue.place_external(symbol=pair.symbol, side="buy", quantity=quantity, price=price)
            self.by_hand.append(order.order_id)
            self._tell(f"by hand at the venue: buy {quantity} {pair.symbol} @ {price}")
            await trio.sleep(HAND_EVERY / 2)
            if self._draw(0.4):
                self.close_by_hand()

    def close_by_hand(self) -> None:
        """Take back what was placed by hand and is still open."""
        for order in self._venue.ledger.open_orders():
            if order.by_hand:
                self._venue.cancel(order)

    def fill_some(self) -> bool:
        """Let one resting order, if there is one, trade in part."""
        open_orders = [
            order for order in self._venue.ledger.open_orders() if order.limit_price and not order.waits_for_trigger
        ]
        if open_orders:
            self._fill(self._chance.choice(open_orders).order_id)
        return bool(open_orders)

    def _fill(self, order_id: str) -> None:
        order = self._venue.ledger.orders[order_id]
        part = (order.remaining * Decimal(self._chance.randint(1, 10)) / 10).quantize(_lot(order.pair))
        few = part <= 0 or order.remaining < order.quantity * LEAST_PART
        self._venue.fill(order, order.remaining if few else min(part, order.remaining))

    def _quote(self, pair: Pair) -> None:
        middle = self._middles[pair.symbol]
        bid = (middle * (1 - HALF_SPREAD)).quantize(pair.tick_size)
        ask = max(bid + pair.tick_size, (middle * (1 + HALF_SPREAD)).quantize(pair.tick_size))
        # As deep as a third of the larger orders, so that those who take are left with a rest.
        depth = (Decimal(self._chance.randint(200, 900)) / middle).quantize(_lot(pair))
        self._venue.set_market(pair.symbol, bid=bid, ask=ask, bid_quantity=depth, ask_quantity=depth)

    def _draw(self, probability: float) -> bool:
        return self._chance.random() < probability


def _lot(pair: Pair) -> Decimal:
    """What quantities are rounded to: the ten-thousandth of a coin, where the venue has no larger steps."""
    return Decimal(1).scaleb(-min(pair.quantity_decimals, 4))
