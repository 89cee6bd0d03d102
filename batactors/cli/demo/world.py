"""The world around the strategy: forty moving markets, counterparties that trade with it, and a hand at the venue."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import trio

from batactors.testing.kraken_spot import DEFAULT_PAIRS, Asset, KrakenSpotVenue, Pair, VenueAccount

if TYPE_CHECKING:
    from random import Random

USD = DEFAULT_PAIRS[0].quote
PRICES = {
    "BTC": "64000", "ETH": "3200", "DOGE": "0.15", "SOL": "145", "XRP": "0.52", "ADA": "0.38", "AVAX": "26.4",
    "LINK": "11.3", "DOT": "4.3", "LTC": "66.5", "BCH": "322", "UNI": "7.2", "ATOM": "4.4", "XLM": "0.094",
    "ALGO": "0.128", "FIL": "3.6", "AAVE": "154", "NEAR": "4.1", "APT": "7.9", "ARB": "0.55", "OP": "1.62",
    "INJ": "19.8", "SUI": "1.85", "TIA": "4.9", "SEI": "0.39", "RUNE": "5.1", "GRT": "0.16", "MKR": "1350",
    "COMP": "41.5", "CRV": "0.27", "SNX": "1.42", "LDO": "1.05", "ENS": "17.3", "EOS": "0.48", "XTZ": "0.68",
    "TRX": "0.153", "ETC": "18.6", "ZEC": "37.2", "DASH": "24.1", "KSM": "18.9",
}  # fmt: skip
STEP = Decimal("0.0002")  # of the price: what a market moves by at most, at once
HALF_SPREAD = Decimal("0.0003")
MOVES_EVERY = 0.1
MOVED_AT_ONCE = 6
FILL_CHANCE = 0.12  # that a resting order meets a counterparty, at each look
LEAST_PART = Decimal("0.2")  # of what is left of an order; below that the counterparty takes all
HAND_EVERY = 1.2


def pairs() -> tuple[Pair, ...]:
    """What is traded."""
    known = {pair.base.name: pair for pair in DEFAULT_PAIRS}
    return tuple(known.get(name) or _pair(name, Decimal(price)) for name, price in PRICES.items())


def rich_account() -> VenueAccount:
    """An account with enough of everything."""
    demo = VenueAccount.demo()
    coins = {name: Decimal(100_000_000) / Decimal(price) for name, price in PRICES.items()}
    return VenueAccount(
        api_key=demo.api_key,
        api_secret=demo.api_secret,
        balances={"USD": Decimal(100_000_000), **{name: coin.quantize(Decimal(1)) for name, coin in coins.items()}},
    )


def _pair(name: str, price: Decimal) -> Pair:
    """A pair with a tick of about a ten-thousandth of its price."""
    decimals = max(1, 4 - price.adjusted())
    return Pair(
        key=f"{name}USD",
        altname=f"{name}USD",
        wsname=f"{name}/USD",
        symbol=f"{name}/USD",
        base=Asset(code=name, altname=name, name=name, decimals=10),
        quote=USD,
        price_decimals=decimals,
        tick_size=Decimal(1).scaleb(-decimals),
        quantity_min=(Decimal(5) / price).quantize(Decimal("0.00001")),
    )


class World:
    """Everybody else.

    Args:
        tell: Is told of what the hand at the venue does.
    """

    def __init__(self, venue: KrakenSpotVenue, chance: "Random", tell: Callable[[str], None]) -> None:
        self._venue = venue
        self._chance = chance
        self._tell = tell
        self._pairs = pairs()
        self._middles = {f"{name}/USD": Decimal(price) for name, price in PRICES.items()}
        self.by_hand: list[str] = []
        """The venue's ids of the orders that were placed by hand."""
        for pair in self._pairs:
            self._quote(pair)

    def price_of(self, symbol: str) -> Decimal:
        """The middle of the market: the strategy's market data."""
        return self._middles[symbol]

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
            quantity = (Decimal(self._chance.randint(50, 500)) / price).quantize(Decimal("0.0001"))
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
        part = (order.remaining * Decimal(self._chance.randint(1, 10)) / 10).quantize(Decimal("0.0001"))
        few = part <= 0 or order.remaining < order.quantity * LEAST_PART
        self._venue.fill(order, order.remaining if few else min(part, order.remaining))

    def _quote(self, pair: Pair) -> None:
        middle = self._middles[pair.symbol]
        bid = (middle * (1 - HALF_SPREAD)).quantize(pair.tick_size)
        ask = max(bid + pair.tick_size, (middle * (1 + HALF_SPREAD)).quantize(pair.tick_size))
        # As deep as a third of the larger orders, so that those who take are left with a rest.
        depth = (Decimal(self._chance.randint(200, 900)) / middle).quantize(Decimal("0.0001"))
        self._venue.set_market(pair.symbol, bid=bid, ask=ask, bid_quantity=depth, ask_quantity=depth)

    def _draw(self, probability: float) -> bool:
        return self._chance.random() < probability
