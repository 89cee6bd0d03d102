"""Requests to change something at a venue."""

from datetime import datetime
from decimal import Decimal

from attrs import frozen

from batactors.model.ids import ClientOrderId, FillId, InstrumentId, VenueOrderId
from batactors.model.money import ZERO
from batactors.model.operations import CommandBase, Operation
from batactors.model.positions import PositionSide
from batactors.model.settings import SetLeverage, SetMarginMode, SetPositionMode, SettingCommand
from batactors.model.terms import OrderState, OrderType, Side, TimeInForce, TriggerBy

__all__ = [
    "AccountCommand", "AdoptOrder", "AmendOrder", "CancelAll", "CancelOrder", "Command", "CreateOrder", "Operation",
    "OrderCommand", "SetLeverage", "SetMarginMode", "SetPositionMode", "SettingCommand", "ToldFill",
    "instrument_of", "order_of",
]  # fmt: skip


@frozen(kw_only=True)
class CreateOrder(CommandBase):
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

    @property
    def reduces(self) -> bool:
        """Whether it can only reduce a position: by its own word, or because it trades against its position side."""
        return self.reduce_only or (self.position_side, self.side) in _AGAINST


_AGAINST = ((PositionSide.LONG, Side.SELL), (PositionSide.SHORT, Side.BUY))


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
class AmendOrder(CommandBase):
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
class CancelOrder(CommandBase):
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
class CancelAll(CommandBase):
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


OrderCommand = CreateOrder | AdoptOrder | AmendOrder | CancelOrder
"""Commands about one order."""
AccountCommand = CancelAll | SettingCommand
"""Commands about no one order: about the account, or an instrument of it."""
Command = OrderCommand | AccountCommand


def order_of(command: Command) -> ClientOrderId | None:
    """The client order id of the one order that a command is about, if it is about one and has that."""
    return None if isinstance(command, AccountCommand) else command.client_order_id


def instrument_of(command: Command) -> InstrumentId | None:
    """What a command is about, if that is one instrument and it is known."""
    return None if isinstance(command, SetPositionMode) else command.instrument
