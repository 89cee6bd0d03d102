"""What is traded: the pairs, with all the names that the venue has for each, and the synthetic market in them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from attrs import frozen

from batactors.testing.venue import market
from batactors.testing.venue.market import Quote as Quote  # noqa: PLC0414 - what is of every venue is found here too
from batactors.testing.venue.market import Quotes
from batactors.testing.venue.market import Side as Side  # noqa: PLC0414


@frozen(kw_only=True)
class Asset(market.Asset):
    """A currency under its three names: REST code, REST short name, and WebSocket name."""

    code: str
    altname: str


@frozen(kw_only=True)
class Pair(market.Pair):
    """A market. `key`, `altname` and `wsname` are REST's names, `symbol` is the only one that WebSocket v2 takes."""

    key: str
    altname: str
    wsname: str
    base: Asset
    quote: Asset
    cost_min: Decimal = Decimal("0.5")
    status: str = "online"

    @property
    def names(self) -> tuple[str, ...]:
        """Every name by which a REST call may mean this pair."""
        return (self.key, self.altname, self.wsname, self.symbol)


def named_here(pair: market.Pair) -> Pair:
    """The same pair, with the names that this venue has for it."""
    assert isinstance(pair, Pair)
    return pair


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


class Markets(Quotes):
    """The pairs by any of their names, and the present quote of each."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._pairs = tuple(pairs)
        super().__init__(self._pairs)
        self._by_name = {name: pair for pair in self._pairs for name in pair.names}
        self._by_symbol = {pair.symbol: pair for pair in self._pairs}

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
