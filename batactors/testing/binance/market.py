"""What is traded: perpetuals with their filters, and the synthetic market in them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from attrs import frozen

from batactors.testing.venue.market import Asset, Pair, Quotes


@frozen(kw_only=True)
class Symbol(Pair):
    """A USD-M perpetual. The `quote` is what margin, fees and profits are paid in."""

    price_min: Decimal = Decimal("0.1")
    price_max: Decimal = Decimal("1000000")
    quantity_max: Decimal = Decimal("1000")
    market_quantity_max: Decimal = Decimal("120")
    notional_min: Decimal = Decimal("5")
    multiplier_up: Decimal = Decimal("1.5")
    multiplier_down: Decimal = Decimal("0.5")
    orders_max: int = 200
    leverage_max: int = 125
    price_precision: int = 2
    """Of what is shown; it is not the tick."""
    quantity_precision: int = 3
    status: str = "TRADING"

    @property
    def step(self) -> Decimal:
        """Quantities are whole multiples of this."""
        return Decimal(1).scaleb(-self.quantity_decimals)


FIRST_UPDATE = 1_000
USDT = Asset(name="USDT", decimals=8)


def perpetual(base: str, *, tick: str, decimals: int, notional: str, price_max: str = "1000000") -> Symbol:
    """A perpetual of this coin against USDT."""
    size = Decimal(tick)
    exponent = size.normalize().as_tuple().exponent
    return Symbol(
        symbol=f"{base}USDT",
        base=Asset(name=base, decimals=8),
        quote=USDT,
        price_decimals=max(0, -int(exponent)),
        tick_size=size,
        quantity_min=Decimal(1).scaleb(-decimals),
        quantity_decimals=decimals,
        cost_decimals=8,
        price_min=size,
        price_max=Decimal(price_max),
        quantity_max=Decimal(1_000).scaleb(3 - decimals),
        market_quantity_max=Decimal(120).scaleb(3 - decimals),
        notional_min=Decimal(notional),
        price_precision=max(0, -int(exponent)) + 1,
        quantity_precision=decimals,
    )


DEFAULT_SYMBOLS: tuple[Symbol, ...] = (
    perpetual("BTC", tick="0.1", decimals=3, notional="50"),
    perpetual("ETH", tick="0.01", decimals=3, notional="20"),
    perpetual("DOGE", tick="0.00001", decimals=0, notional="5", price_max="30"),
)


class Markets(Quotes):
    """The symbols by name, and the present quote of each."""

    def __init__(self, symbols: Iterable[Symbol]) -> None:
        self._symbols = {symbol.symbol: symbol for symbol in symbols}
        self._updates: dict[str, int] = {}
        super().__init__(self._symbols.values())

    def __iter__(self) -> Iterator[Symbol]:
        return iter(self._symbols.values())

    def named(self, name: str) -> Symbol | None:
        """The symbol of this name, if it is traded."""
        return self._symbols.get(name)

    def next_update(self, pair: Pair) -> tuple[int, int]:
        """The number of the book's last update, and that of the next one, which happens now."""
        last = self.last_update(pair)
        self._updates[pair.symbol] = last + 3  # an update may stand for several numbers
        return last, last + 3

    def last_update(self, pair: Pair) -> int:
        """The number of the book's last update."""
        return self._updates.get(pair.symbol, FIRST_UPDATE)

    def mark(self, pair: Pair) -> Decimal | None:
        """The mark price: the last price of the synthetic market, if it has one."""
        return self.quote(pair).last


def symbol_of(pair: Pair) -> Symbol:
    """The same market, with its filters."""
    assert isinstance(pair, Symbol)
    return pair
