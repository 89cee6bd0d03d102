"""Requests to change something at a venue."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from batactors.model.ids import AccountName, ClientOrderId, CommandId, FillId, InstrumentId, VenueOrderId
from batactors.model.money import ZERO
from batactors.model.positions import PositionSide
from batactors.model.terms import OrderState, OrderType, Side, TimeInForce, TransportPolicy, TriggerBy


class Operation(StrEnum):
    """What a command is to do."""

    CREATE_ORDER = "create_order"
    AMEND_ORDER = "amend_order"
    CANCEL_ORDER = "cancel_order"
    CANCEL_ALL = "cancel_all"
    SET_LEVERAGE = "set_leverage"
    SET_MARGIN_MODE = "set_margin_mode"
    SET_POSITION_MODE = "set_position_mode"
    ADOPT_ORDER = "adopt_order"


@frozen(kw_only=True)
class _Command:
    command_id: CommandId
    account: AccountName
    transport: TransportPolicy = TransportPolicy.AUTO
    validity: float | None = None
    """Seconds from the write within which the venue may still carry it out; the venue's own default if absent."""


@frozen(kw_only=True)
class CreateOrder(_Command):
    """Place an order.

    Attributes:
        quantity: In base currency.
        price: The limit price, in quote currency, for types that have one.
        trigger_price: In quote currency, for types that have one.
        display_quantity: How much of an iceberg shows.
        expire_at: When a ``GTD`` order ends.
        position_side: Which position it changes, for accounts in hedge mode; ``None`` where there is one.
        trigger_by: Which price the trigger price is compared with; ``None`` is the venue's own choice.
    """

    client_order_id: ClientOrderId
    instrument: InstrumentId
    side: Side
    order_type: OrderType
    quantity: Decimal
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    display_quantity: Decimal | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    expire_at: datetime | None = None
    post_only: bool = False
    reduce_only: bool = False
    position_side: PositionSide | None = None
    trigger_by: TriggerBy | None = None

    @property
    def operation(self) -> Operation:
        return Operation.CREATE_ORDER


@frozen(kw_only=True)
class ToldFill:
    """A fill that was told as a report, before its order was adopted."""

    fill_id: FillId
    quantity: Decimal
    price: Decimal


@frozen(kw_only=True)
class AdoptOrder(CreateOrder):
    """Follow an order that this engine did not send as if it had. Registered like a create, and never sent.

    The client order id is the engine's own key; the venue never sees it, and knows the order by its venue order id.

    Attributes:
        state: Where the order stood when it was adopted.
        opened_on: When the venue opened it, UTC; its fills are no older.
        filled: The venue's count of what was filled.
        told: The fills that were told as reports, which are not told again.
    """

    venue_order_id: VenueOrderId
    state: OrderState
    opened_on: datetime
    filled: Decimal = ZERO
    told: tuple[ToldFill, ...] = ()

    @property
    def operation(self) -> Operation:
        return Operation.ADOPT_ORDER


@frozen(kw_only=True)
class AmendOrder(_Command):
    """Change terms of an order in place; what is ``None`` stays.

    ``quantity`` is the new total, filled part included. An order that this engine did not send may have no client order
    id; it is then addressed by its venue order id. ``side`` is the order's own, for venues that want it repeated.
    """

    client_order_id: ClientOrderId | None
    instrument: InstrumentId | None = None
    venue_order_id: VenueOrderId | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    post_only: bool | None = None
    side: Side | None = None

    @property
    def operation(self) -> Operation:
        return Operation.AMEND_ORDER


@frozen(kw_only=True)
class CancelOrder(_Command):
    """Take an order off the book; addressed as in ``AmendOrder``.

    ``conditional`` is whether it waits for a trigger at a venue that keeps such orders apart; an order's venue order id
    says so too.
    """

    client_order_id: ClientOrderId | None
    instrument: InstrumentId | None = None
    venue_order_id: VenueOrderId | None = None
    conditional: bool = False

    @property
    def operation(self) -> Operation:
        return Operation.CANCEL_ORDER


@frozen(kw_only=True)
class CancelAll(_Command):
    """Take every open order of the account off the book, ours and others'.

    Attributes:
        instrument: Only those of this one, at venues that have no call for all of them.
        conditional: Those that wait for a trigger, at venues that keep them apart, rather than the others.
    """

    instrument: InstrumentId | None = None
    conditional: bool = False

    @property
    def operation(self) -> Operation:
        return Operation.CANCEL_ALL


Command = CreateOrder | AdoptOrder | AmendOrder | CancelOrder | CancelAll
