"""What happened to an order that we sent, told to its followers once each and in order."""

from datetime import datetime
from decimal import Decimal

from attrs import frozen

from batactors.model.ids import AccountName, Asset, ClientOrderId, FillId, InstrumentId, VenueOrderId
from batactors.model.positions import PositionSide
from batactors.model.terms import Liquidity, OrderState, OrderType, Origin, Side


@frozen(kw_only=True)
class Fee:
    """What a fill cost, in the currency that the venue took it in; negative for a rebate."""

    asset: Asset
    amount: Decimal


@frozen(kw_only=True)
class OrderEvent:
    """One fact about one order.

    Attributes:
        sequence: From 1, per order, without holes, the same however often it is told.
        state: Where the order stands after it.
        occurred_at: The venue's own time, UTC; ``None`` where it gave none.
        received_at: Ours, UTC.
        origin: By which road we heard it.
        replayed: Heard from a snapshot or from history rather than live.
        late: Heard after the order had closed, or contradicting what was told; applied all the same.
        synthesized: The venue did not say this; what it did say implies it.
    """

    account: AccountName
    instrument: InstrumentId
    client_order_id: ClientOrderId
    venue_order_id: VenueOrderId | None
    sequence: int
    state: OrderState
    received_at: datetime
    origin: Origin
    occurred_at: datetime | None = None
    replayed: bool = False
    late: bool = False
    synthesized: bool = False

    @property
    def is_terminal(self) -> bool:
        """Whether the order is closed with this, and all its fills are told."""
        return self.state.is_closed


@frozen(kw_only=True)
class OrderSubmitted(OrderEvent):
    """It is ours, and on its way."""


@frozen(kw_only=True)
class OrderAccepted(OrderEvent):
    """The venue has it. Told once per order."""


@frozen(kw_only=True)
class OrderAdopted(OrderAccepted):
    """The engine follows it from now on, though it did not send it: the first event of an adopted order.

    Attributes:
        quantity: The total, filled part included.
        filled: The sum of its fills that were told as reports before: they are not told again as events.
        counted: What the venue counts as filled. Fills beyond ``filled`` are told as events once they are found.
    """

    side: Side
    order_type: OrderType
    quantity: Decimal
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    filled: Decimal
    counted: Decimal


@frozen(kw_only=True)
class OrderTriggered(OrderEvent):
    """Its trigger price was reached. Told once per order."""


@frozen(kw_only=True)
class OrderUpdated(OrderEvent):
    """Its terms changed; these are the new ones. ``quantity`` is the total, filled part included.

    With the state ``filled``, its terms did not change: its last fill was told before the venue had said that it was
    the last, and this says so.
    """

    quantity: Decimal
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    reason: str | None = None


@frozen(kw_only=True)
class OrderFilled(OrderEvent):
    """One fill.

    Attributes:
        quantity: Of this fill, in base currency.
        price: Of this fill, in quote currency.
        filled: The sum of all fills told so far, this one included.
        fees: Every fee of it, in its own currency; negative for a rebate.
        disputed: It does not fit the order's known terms, and asking did not explain it.
        position_side: Which position it changed; ``None`` at venues without positions.
    """

    fill_id: FillId
    side: Side
    order_type: OrderType
    quantity: Decimal
    price: Decimal
    filled: Decimal
    fees: tuple[Fee, ...] = ()
    liquidity: Liquidity = Liquidity.UNKNOWN
    disputed: bool = False
    position_side: PositionSide | None = None


@frozen(kw_only=True)
class OrderFillsMissing(OrderEvent):
    """The venue counts more filled than the fills that it tells, though it was asked for them for long.

    No fill is made up for it: of what is missing only the quantity is known. A fill that the venue tells later is told
    as any other. The end of the order is not told before nothing is missing. Told once for each missing quantity.

    Attributes:
        missing: What is counted and not told, in base currency.
        counted: The venue's count of what is filled.
        filled: The sum of all fills told so far.
        histories: How many whole histories of fills lacked it that were asked for when they could no longer trail it;
            0 if none could be had.
        ends_as: How the venue says that the order has ended; ``None`` if it does not.
    """

    missing: Decimal
    counted: Decimal
    filled: Decimal
    histories: int
    ends_as: OrderState | None = None


@frozen(kw_only=True)
class OrderCanceled(OrderEvent):
    """It left the book with ``filled`` done."""

    filled: Decimal
    reason: str | None = None


@frozen(kw_only=True)
class OrderExpired(OrderEvent):
    """Its time in force ended with ``filled`` done."""

    filled: Decimal
    reason: str | None = None


@frozen(kw_only=True)
class OrderRejected(OrderEvent):
    """The venue refused it."""

    reason: str
    due_post_only: bool = False


@frozen(kw_only=True)
class OrderNotExecuted(OrderEvent):
    """Proved never to have reached the book. Revoked by later evidence, which is then told with ``late``."""

    reason: str
