"""What happened at the simulated Bybit: an order that was refused after its answer is in the ledger, too."""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from batactors.cli.demo.truth import Truth
from batactors.testing.bybit import BybitVenue
from batactors.testing.bybit.reasons import AMENDED_AWAY, BY_USER, POST_ONLY, REFUSED
from batactors.testing.venue.orders import VenueFill, VenueOrder


class BybitTruth(Truth):
    """The ledger of Bybit.

    Args:
        symbols: What the venue calls each instrument.
    """

    shrunk_away: ClassVar[str] = AMENDED_AWAY
    by_request: ClassVar[str] = BY_USER

    def __init__(self, venue: BybitVenue, symbols: Mapping[str, str]) -> None:
        super().__init__(venue.ledger)
        self._venue = venue
        self._symbols = symbols

    def fill_id(self, fill: VenueFill) -> str:
        return f"{fill.exec_id}:{fill.order_id}"

    def never_rested(self, order: VenueOrder) -> bool:
        return order.closed and ((order.reason or "").startswith(REFUSED) or order.reason == POST_ONLY)

    def leverage(self, instrument: str) -> int | None:
        return int(self._venue.settings.positions.setting(self._account, self._symbols[instrument]).leverage)

    def positions(self) -> Mapping[str, Decimal]:
        names = {symbol: instrument for instrument, symbol in self._symbols.items()}
        return {names[one.symbol]: one.amount for one in self._venue.settings.positions.open(self._account)}

    @property
    def _account(self) -> str:
        return next(iter(self._venue.accounts))
