"""What happened at the simulated Binance: orders that wait for a trigger are kept apart, and there are positions."""

from collections.abc import Mapping
from decimal import Decimal

from batactors.cli.demo.truth import Truth
from batactors.testing.binance import BinanceVenue
from batactors.testing.binance.algos import AlgoOrder
from batactors.testing.venue.orders import OrderStatus, Placement, VenueFill, VenueOrder

STATUSES: dict[str, OrderStatus] = {"CANCELED": "canceled", "EXPIRED": "expired", "REJECTED": "expired"}


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
        return [*super().orders(), *map(_as_order, self._venue.conditional_orders())]

    def orders_of(self, client_order_id: str | None) -> list[VenueOrder]:
        """Those of the book; of one that never got there, those that wait or waited for a trigger."""
        placed = super().orders_of(client_order_id)
        waiting = [one for one in self._venue.conditional_orders() if one.client_algo_id == client_order_id]
        return placed if placed and len(waiting) < 2 else [_as_order(one) for one in waiting]

    def fill_id(self, fill: VenueFill) -> str:
        return f"{fill.order.pair.symbol}:{fill.exec_id}:{fill.order_id}"

    def order_id(self, order: VenueOrder) -> str:
        return f"{order.pair.symbol}:{order.order_id}"

    def leverage(self, instrument: str) -> int | None:
        return self._venue.positions.setting(self._account, self._symbols[instrument]).leverage

    def positions(self) -> Mapping[str, Decimal]:
        names = {symbol: instrument for instrument, symbol in self._symbols.items()}
        return {names[one.symbol]: one.amount for one in self._venue.positions.open(self._account)}

    @property
    def _account(self) -> str:
        return next(iter(self._venue.accounts))


def _as_order(algo: AlgoOrder) -> VenueOrder:
    """An order that waits for its trigger, or ended without it, as it would stand in the ledger."""
    terms = Placement(
        pair=algo.symbol, side=algo.side, order_type="stop-loss", quantity=algo.quantity,
        client_order_id=algo.client_algo_id,
    )  # fmt: skip
    return VenueOrder(
        order_id=str(algo.algo_id),
        account=algo.account,
        terms=terms,
        quantity=algo.quantity,
        limit_price=algo.limit_price,
        trigger_price=algo.trigger_price,
        status=STATUSES.get(algo.status, "new"),
        opened_at=algo.created_at,
        updated_at=algo.updated_at,
        aged_from=algo.created_at,
        reason="User requested" if algo.status == "CANCELED" else algo.reason or None,
    )
