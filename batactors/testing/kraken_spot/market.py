"""What is traded: the pairs, with all the names that the venue has for each, and the synthetic market in them."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from attrs import frozen

Side = Literal["buy", "sell"]


@frozen(kw_only=True)
class Asset:
    """A currency under its three names: REST code, REST short name, and WebSocket name."""

    code: str
    altname: str
    name: str
    decimals: int


@frozen(kw_only=True)
class Pair:
    """A market. `key`, `altname` and `wsname` are REST's names, `symbol` is the only one that WebSocket v2 takes."""

    key: str
    altname: str
    wsname: str
    symbol: str
    base: Asset
    quote: Asset
    price_decimals: int
    tick_size: Decimal
    quantity_min: Decimal
    cost_min: Decimal = Decimal("0.5")
    quantity_decimals: int = 8
    cost_decimals: int = 5
    status: str = "online"

    @property
    def names(self) -> tuple[str, ...]:
        """Every name by which a REST call may mean this pair."""
        return (self.key, self.altname, self.wsname, self.symbol)

    def cost_of(self, quantity: Decimal, price: Decimal) -> Decimal:
        """What this much costs, to the decimals of the pair."""
        return (quantity * price).quantize(Decimal(1).scaleb(-self.cost_decimals))

    def quantity_for(self, cost: Decimal, price: Decimal) -> Decimal:
        """How much this money buys, rounded down to a whole lot."""
        return (cost / price).quantize(Decimal(1).scaleb(-self.quantity_decimals), rounding=ROUND_DOWN)


BTC = Asset(code="XXBT", altname="XBT", name="BTC", decimals=10)
ETH = Asset(code="XETH", altname="ETH", name="ETH", decimals=10)
DOGE = Asset(code="XXDG", altname="XDG", name="DOGE", decimals=8)
USD = Asset(code="ZUSD", altname="USD", name="USD", decimals=4)

DEFAULT_PAIRS: tuple[Pair, ...] = (
    Pair(
        key="XXBTZUSD",
        altname="XBTUSD",
        wsname="XBT/USD",
        symbol="BTC/USD",
        base=BTC,
        quote=USD,
        price_decimals=1,
        tick_size=Decimal("0.1"),
        quantity_min=Decimal("0.00005"),
    ),
    Pair(
        key="XETHZUSD",
        altname="ETHUSD",
        wsname="ETH/USD",
        symbol="ETH/USD",
        base=ETH,
        quote=USD,
        price_decimals=2,
        tick_size=Decimal("0.01"),
        quantity_min=Decimal("0.002"),
    ),
    Pair(
        key="XDGUSD",
        altname="XDGUSD",
        wsname="XDG/USD",
        symbol="DOGE/USD",
        base=DOGE,
        quote=USD,
        price_decimals=7,
        tick_size=Decimal("0.0000001"),
        quantity_min=Decimal("13"),
    ),
)


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


class Markets:
    """The pairs by any of their names, and the present quote of each."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._pairs = tuple(pairs)
        self._by_name = {name: pair for pair in self._pairs for name in pair.names}
        self._by_symbol = {pair.symbol: pair for pair in self._pairs}
        self._quotes = {pair.symbol: Quote() for pair in self._pairs}

    def __iter__(self) -> Iterator[Pair]:
        return iter(self._pairs)

    def named(self, name: str) -> Pair | None:
        """The pair that a REST call means."""
        return self._by_name.get(name)

    def by_symbol(self, symbol: str) -> Pair | None:
        """The pair that WebSocket v2 means; its own names only."""
        return self._by_symbol.get(symbol)

    def assets(self) -> list[Asset]:
        """Every currency of every pair, once, in a fixed order."""
        return list({asset.code: asset for pair in self._pairs for asset in (pair.base, pair.quote)}.values())

    def quote(self, pair: Pair) -> Quote:
        """The present synthetic market."""
        return self._quotes[pair.symbol]

    def set_quote(self, pair: Pair, quote: Quote) -> None:
        """Replace the synthetic market."""
        self._quotes[pair.symbol] = quote
