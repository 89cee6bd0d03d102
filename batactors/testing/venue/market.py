"""What is traded, and the synthetic market in it: one bid and one ask, where the test says."""

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from attrs import frozen

Side = Literal["buy", "sell"]


@frozen(kw_only=True)
class Asset:
    """A currency. `name` is what the ledger calls it."""

    name: str
    decimals: int


@frozen(kw_only=True)
class Pair:
    """A market. `symbol` is what the ledger, the test and the venue's main protocol call it."""

    symbol: str
    base: Asset
    quote: Asset
    price_decimals: int
    tick_size: Decimal
    quantity_min: Decimal
    quantity_decimals: int = 8
    cost_decimals: int = 5

    def cost_of(self, quantity: Decimal, price: Decimal) -> Decimal:
        """What this much costs, to the decimals of the pair."""
        return (quantity * price).quantize(Decimal(1).scaleb(-self.cost_decimals))

    def profit_of(self, quantity: Decimal, entry: Decimal, price: Decimal) -> Decimal:
        """What a long position of this much wins that was opened at one price and is closed at another."""
        return (price - entry) * quantity

    def quantity_for(self, cost: Decimal, price: Decimal) -> Decimal:
        """How much this money buys, rounded down to a whole lot."""
        return (cost / price).quantize(Decimal(1).scaleb(-self.quantity_decimals), rounding=ROUND_DOWN)


@frozen(kw_only=True)
class Quote:
    """The synthetic market in one pair. A quantity of None is no limit; a price of None is an empty side."""

    bid: Decimal | None = None
    ask: Decimal | None = None
    last: Decimal | None = None
    bid_quantity: Decimal | None = None
    ask_quantity: Decimal | None = None

    def price_for(self, side: Side) -> Decimal | None:
        """What a taker of this side trades at."""
        return self.ask if side == "buy" else self.bid

    def quantity_for(self, side: Side) -> Decimal | None:
        """How much a taker of this side finds there; None is no limit."""
        return self.ask_quantity if side == "buy" else self.bid_quantity


class Quotes:
    """The present quote of each pair."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._quotes = {pair.symbol: Quote() for pair in pairs}

    def quote(self, pair: Pair) -> Quote:
        """The present synthetic market."""
        return self._quotes[pair.symbol]

    def set_quote(self, pair: Pair, quote: Quote) -> None:
        """Replace the synthetic market."""
        self._quotes[pair.symbol] = quote
