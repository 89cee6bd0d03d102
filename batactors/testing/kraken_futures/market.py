"""What is traded: linear and inverse contracts, perpetual and dated, and the synthetic market in them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal

from attrs import frozen

from batactors.testing.venue.market import Asset, Pair, Quotes
from batactors.testing.venue.orders import ZERO


@frozen(kw_only=True)
class Contract(Pair):
    """A contract. The `quote` of the pair is what margin, fees and profits are paid in.

    Attributes:
        unified: What the Unified WebSocket calls it. That it does so by the same name is unverified.
        inverse: Whether a quantity is a number of contracts of one dollar, paid in the coin.
        last_trading: When a dated contract ends, RFC3339.
    """

    unified: str
    inverse: bool = False
    last_trading: str | None = None
    index: str = ""
    quantity_max: Decimal = Decimal("1000000")
    orders_max: int = 200

    @property
    def kind(self) -> Literal["flexible_futures", "futures_inverse"]:
        """The venue's word; a dated linear contract has the same one as a perpetual."""
        return "futures_inverse" if self.inverse else "flexible_futures"

    @property
    def step(self) -> Decimal:
        """Quantities are whole multiples of this."""
        return Decimal(1).scaleb(-self.quantity_decimals)

    def cost_of(self, quantity: Decimal, price: Decimal) -> Decimal:
        if not self.inverse:
            return super().cost_of(quantity, price)
        return (quantity / price).quantize(Decimal(1).scaleb(-self.cost_decimals))

    def profit_of(self, quantity: Decimal, entry: Decimal, price: Decimal) -> Decimal:
        if not self.inverse:
            return super().profit_of(quantity, entry, price)
        return quantity / entry - quantity / price if entry and price else ZERO


USD = Asset(name="USD", decimals=8)


def linear(base: str, *, tick: str, decimals: int, dated: str = "", last_trading: str | None = None) -> Contract:
    """A linear contract of this coin: `PF_..`, or `FF_.._yymmdd`."""
    size = Decimal(tick)
    symbol = f"FF_{base}USD_{dated}" if dated else f"PF_{base}USD"
    return Contract(
        symbol=symbol,
        unified=symbol,
        base=Asset(name="BTC" if base == "XBT" else base, decimals=8),
        quote=USD,
        price_decimals=max(0, -int(size.normalize().as_tuple().exponent)),
        tick_size=size,
        quantity_min=Decimal(1).scaleb(-decimals),
        quantity_decimals=decimals,
        cost_decimals=8,
        last_trading=last_trading,
        index=f"in_{base.lower()}usd",
    )


def inverse(base: str, *, tick: str) -> Contract:
    """An inverse perpetual of this coin: contracts of one dollar, paid in the coin."""
    size = Decimal(tick)
    symbol = f"PI_{base}USD"
    return Contract(
        symbol=symbol,
        unified=symbol,
        base=Asset(name="BTC" if base == "XBT" else base, decimals=8),
        quote=Asset(name=base, decimals=8),
        price_decimals=max(0, -int(size.normalize().as_tuple().exponent)),
        tick_size=size,
        quantity_min=Decimal(1),
        quantity_decimals=0,
        cost_decimals=10,
        inverse=True,
        index=f"in_{base.lower()}usd",
    )


DEFAULT_CONTRACTS: tuple[Contract, ...] = (
    linear("XBT", tick="0.5", decimals=4),
    linear("ETH", tick="0.1", decimals=3),
    linear("DOGE", tick="0.00001", decimals=0),
    linear("XBT", tick="0.5", decimals=4, dated="261225", last_trading="2026-12-25T08:00:00.000Z"),
    inverse("XBT", tick="0.5"),
)


class Markets(Quotes):
    """The contracts by name, in any case of letters, the present quote of each, and which of them have ended."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._contracts = {contract.symbol: contract for contract in contracts}
        self._ended: list[str] = []
        self._books: dict[str, int] = {}
        super().__init__(self._contracts.values())

    def __iter__(self) -> Iterator[Contract]:
        return iter(self._contracts.values())

    def named(self, name: str) -> Contract | None:
        """The contract of this name, if there is one."""
        return self._contracts.get(name.upper())

    def has_ended(self, contract: Pair) -> bool:
        """Whether it is traded no more."""
        return contract.symbol in self._ended

    def end(self, contract: Pair) -> None:
        """Trade it no more."""
        self._ended.append(contract.symbol)

    def mark(self, contract: Pair) -> Decimal | None:
        """The mark price: the last price of the synthetic market, if it has one. The index is the same."""
        return self.quote(contract).last

    def book_number(self, contract: Pair, more: int = 0) -> int:
        """The `seq` of the book's last change; so many more changes happen now."""
        self._books[contract.symbol] = self._books.get(contract.symbol, 100) + more
        return self._books[contract.symbol]


def contract_of(pair: Pair) -> Contract:
    """The same market, with what this venue knows of it."""
    assert isinstance(pair, Contract)
    return pair
