"""What REST lists: the pairs under the names that they have there, and how orders look from there."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Protocol

from attrs import frozen

from batactors.testing.kraken_v2.wire import Json
from batactors.testing.venue.market import Pair, Quote
from batactors.testing.venue.orders import VenueOrder


@frozen(kw_only=True)
class Currency:
    """A currency. `name` is what the ledger calls it, `code` what REST does."""

    code: str
    name: str
    decimals: int


class Listing(Protocol):
    """What one venue lists."""

    def __iter__(self) -> Iterator[Pair]: ...

    def named(self, name: str) -> Pair | None:
        """The pair that a REST call means."""
        ...

    def quote(self, pair: Pair) -> Quote:
        """The present synthetic market."""
        ...

    def key(self, pair: Pair) -> str:
        """The name of a pair in results and in trades."""
        ...

    def altname(self, pair: Pair) -> str:
        """The name of a pair in the description of an order."""
        ...

    def pair_report(self, pair: Pair) -> Json:
        """One row of AssetPairs."""
        ...

    def asset_reports(self) -> Json:
        """The currencies by their codes, as Assets tells them."""
        ...

    def currencies(self) -> list[Currency]:
        """What a balance may be in."""
        ...

    def held(self, order: VenueOrder) -> tuple[str, Decimal]:
        """What an open order holds back: of which currency, and how much."""
        ...

    def seen(self, order: VenueOrder) -> VenueOrder:
        """The order with this road's words for what became of it."""
        ...
