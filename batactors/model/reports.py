"""What is told about orders on the account that this engine did not send."""

from datetime import datetime
from decimal import Decimal

from attrs import frozen

from batactors.model.ids import AccountName, ClientOrderId, FillId, InstrumentId, VenueOrderId
from batactors.model.order_events import Fee
from batactors.model.positions import Forced, PositionSide
from batactors.model.terms import Liquidity, OrderState, OrderType, Origin, Side


@frozen(kw_only=True)
class Report:
    """Told once to each follower of the account.

    Attributes:
        sequence: Counts the account's reports from 1.
        position_side: Which position the order changes; ``None`` at venues without positions.
        forced: Why the venue placed the order by itself; ``None`` if somebody else did.
    """

    account: AccountName
    sequence: int
    venue_order_id: VenueOrderId
    client_order_id: ClientOrderId | None
    instrument: InstrumentId | None
    received_at: datetime
    origin: Origin
    occurred_at: datetime | None = None
    replayed: bool = False
    position_side: PositionSide | None = None
    forced: Forced | None = None


@frozen(kw_only=True)
class OrderStatusReport(Report):
    """How such an order stands; what the venue did not say is ``None``.

    ``filled`` is the venue's own count and includes the fills that ``FillReport`` tells: do not add them up.
    """

    state: OrderState
    side: Side | None = None
    order_type: OrderType | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    filled: Decimal | None = None
    reason: str | None = None


@frozen(kw_only=True)
class FillReport(Report):
    """One fill of such an order."""

    fill_id: FillId
    side: Side | None
    quantity: Decimal
    price: Decimal
    fees: tuple[Fee, ...] = ()
    liquidity: Liquidity = Liquidity.UNKNOWN


@frozen(kw_only=True)
class Missed:
    """In place of reports that a follower was too slow to take: how many, so that it can ask the venue."""

    count: int
