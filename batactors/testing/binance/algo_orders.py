"""A conditional order: as its own book has it, and as the ledger knows it."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from attrs import frozen

from batactors.testing.binance.market import Symbol
from batactors.testing.venue.market import Side
from batactors.testing.venue.orders import OrderStatus, Placement, VenueOrder

Status = Literal["NEW", "TRIGGERING", "TRIGGERED", "FINISHED", "CANCELED", "REJECTED", "EXPIRED"]
OVER: tuple[Status, ...] = ("FINISHED", "CANCELED", "REJECTED", "EXPIRED")
ENDS: dict[Status, OrderStatus] = {"CANCELED": "canceled", "REJECTED": "canceled", "EXPIRED": "expired"}
"""How one ends that came to nothing; what came of another says how that ends."""
KINDS = {
    "STOP": "stop-loss-limit",
    "STOP_MARKET": "stop-loss",
    "TAKE_PROFIT": "take-profit-limit",
    "TAKE_PROFIT_MARKET": "take-profit",
    "TRAILING_STOP_MARKET": "stop-loss",
}
AT_MARKET = ("STOP_MARKET", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET")


@frozen(kw_only=True)
class AlgoOrder:
    """One conditional order as it is at one moment."""

    algo_id: int
    client_algo_id: str
    account: str
    symbol: Symbol
    side: Side
    kind: str
    position_side: str
    quantity: Decimal
    trigger_price: Decimal | None
    limit_price: Decimal | None = None
    time_in_force: str = "GTC"
    reduce_only: bool = False
    close_position: bool = False
    working_type: str = "CONTRACT_PRICE"
    callback_rate: Decimal | None = None
    activate_price: Decimal | None = None
    created_at: datetime
    updated_at: datetime
    status: Status = "NEW"
    order_id: str = ""
    reason: str = ""
    by_hand: bool = False
    extreme: Decimal | None = None  # of a trailing one: the best price since it is active

    @property
    def over(self) -> bool:
        return self.status in OVER

    @property
    def in_ledger(self) -> VenueOrder:
        """What the ledger knows of it. One that was refused at its trigger had waited, and left its book undone."""
        terms = Placement(
            pair=self.symbol,
            side=self.side,
            order_type=KINDS[self.kind],
            quantity=self.quantity,
            limit_price=self.limit_price,
            trigger_price=self.trigger_price,
            time_in_force=self.time_in_force.lower(),
            post_only=self.time_in_force == "GTX",
            reduce_only=self.reduce_only,
            close_position=self.close_position,
            client_order_id=self.client_algo_id,
            position_side=self.position_side,
            native_type=self.kind,
        )
        status = ENDS.get(self.status, "new")
        return VenueOrder(
            order_id=f"algo:{self.algo_id}",
            account=self.account,
            terms=terms,
            quantity=self.quantity,
            limit_price=self.limit_price,
            trigger_price=self.trigger_price,
            status=status,
            opened_at=self.created_at,
            updated_at=self.updated_at,
            aged_from=self.created_at,
            triggered=bool(self.order_id),
            reason="User requested" if self.status == "CANCELED" else self.reason or None,
            closed_at=None if status == "new" else self.updated_at,
            by_hand=self.by_hand,
            child_id=self.order_id or None,
        )
