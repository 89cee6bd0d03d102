"""What happened at the simulated Binance: orders that wait for a trigger are kept apart, and there are positions."""

from collections.abc import Mapping
from decimal import Decimal

from batactors.cli.demo.truth import Truth
from batactors.testing.binance import BinanceVenue
from batactors.testing.venue.orders import VenueFill, VenueOrder


class BinanceTruth(Truth):
    """The ledger of Binance. A post-only order that would take leaves no trace in it.

    Args:
        symbols: What the venue calls each instrument.
    """

    shrunk_away = "Modified away"

    def __init__(self, venue: BinanceVenue, symbols: Mapping[str, str]) -> None:
        super().__init__(venue.ledger)
        self._venue = venue
        self._symbols = symbols

    def orders(self) -> list[VenueOrder]:
        return [*super().orders(), *self.ledger.waiting.orders.values()]

    def orders_of(self, client_order_id: str | None) -> list[VenueOrder]:
        """One that waited for a trigger is what came of it, once that is there."""
        return self.ledger.orders_as_wholes(client_order_id or "")

    def fill_id(self, fill: VenueFill) -> str:
        return f"{fill.order.pair.symbol}:{fill.exec_id}:{fill.order_id}"

    def order_id(self, order: VenueOrder) -> str:
        return f"{order.pair.symbol}:{order.order_id}"

    def leverage(self, instrument: str) -> int | None:
        return int(self._venue.positions.setting(self._account, self._symbols[instrument]).leverage)

    def positions(self) -> Mapping[str, Decimal]:
        names = {symbol: instrument for instrument, symbol in self._symbols.items()}
        return {names[one.symbol]: one.amount for one in self._venue.positions.open(self._account)}

    @property
    def _account(self) -> str:
        return next(iter(self._venue.accounts))
