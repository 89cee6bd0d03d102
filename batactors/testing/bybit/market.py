"""What is traded: linear contracts with their filters, and the synthetic market in them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from attrs import frozen

from batactors.testing.venue.market import Asset, Pair, Quotes


@frozen(kw_only=True)
class Contract(Pair):
    """A linear perpetual. The `quote` is what margin, fees and profits are paid in.

    Attributes:
        orders_max: So many live orders an account may have in it.
        conditional_max: So many that wait for a trigger.
    """

    price_min: Decimal = Decimal("0.1")
    price_max: Decimal = Decimal("1000000")
    quantity_max: Decimal = Decimal("1000")
    market_quantity_max: Decimal = Decimal("120")
    notional_min: Decimal = Decimal("5")
    leverage_max: Decimal = Decimal("100")
    orders_max: int = 500
    conditional_max: int = 10
    band: Decimal = Decimal("0.5")
    """How far from the mark price, as a share of it, a price may be on the side where it would trade."""
    status: str = "Trading"

    @property
    def step(self) -> Decimal:
        """Quantities are whole multiples of this."""
        return Decimal(1).scaleb(-self.quantity_decimals)

    @property
    def settle(self) -> str:
        """The coin that it is settled in."""
        return self.quote.name


USDT = Asset(name="USDT", decimals=8)
USDC = Asset(name="USDC", decimals=8)


def perpetual(
    base: str, *, tick: str, decimals: int, quote: Asset = USDT, price_max: str = "1000000", notional: str = "5"
) -> Contract:
    """A perpetual of this coin. Those against USDC are called `BTCPERP`."""
    size = Decimal(tick)
    return Contract(
        symbol=f"{base}PERP" if quote is USDC else f"{base}{quote.name}",
        base=Asset(name=base, decimals=8),
        quote=quote,
        price_decimals=max(0, -int(size.as_tuple().exponent)),
        tick_size=size,
        quantity_min=Decimal(1).scaleb(-decimals),
        quantity_decimals=decimals,
        cost_decimals=8,
        price_min=size,
        price_max=Decimal(price_max),
        quantity_max=Decimal(1_000).scaleb(3 - decimals),
        market_quantity_max=Decimal(120).scaleb(3 - decimals),
        notional_min=Decimal(notional),
    )


DEFAULT_CONTRACTS: tuple[Contract, ...] = (
    perpetual("BTC", tick="0.10", decimals=3),
    perpetual("ETH", tick="0.01", decimals=2),
    perpetual("DOGE", tick="0.00001", decimals=0, price_max="30"),
    perpetual("BTC", tick="0.10", decimals=3, quote=USDC),
)
FIRST_UPDATE = 1


class Markets(Quotes):
    """The contracts by symbol, and the present quote of each."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._contracts = {contract.symbol: contract for contract in contracts}
        self._updates: dict[str, int] = {}
        super().__init__(self._contracts.values())

    def __iter__(self) -> Iterator[Contract]:
        return iter(self._contracts.values())

    def named(self, symbol: str) -> Contract | None:
        """The contract of this symbol, if it is traded."""
        return self._contracts.get(symbol)

    def next_update(self, pair: Pair) -> int:
        """The number of the book's next update, which happens now."""
        self._updates[pair.symbol] = self.last_update(pair) + 1
        return self._updates[pair.symbol]

    def last_update(self, pair: Pair) -> int:
        """The number of the book's last update."""
        return self._updates.get(pair.symbol, FIRST_UPDATE)

    def mark(self, pair: Pair) -> Decimal | None:
        """The mark price: the last price of the synthetic market, if it has one."""
        return self.quote(pair).last


def contract_of(pair: Pair) -> Contract:
    """The same market, with its filters."""
    assert isinstance(pair, Contract)
    return pair
