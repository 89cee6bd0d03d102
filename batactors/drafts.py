"""What a user writes, read into commands: every word, number and id checked at the door, before an actor sees it."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from attrs import define

from batactors.model.commands import AmendOrder, CreateOrder
from batactors.model.errors import InvalidCommand
from batactors.model.ids import AccountName, ClientOrderId, CommandId, InstrumentId, VenueOrderId
from batactors.model.money import decimal_of
from batactors.model.positions import PositionSide
from batactors.model.terms import OrderType, Side, TimeInForce, TransportPolicy, TriggerBy

Number = Decimal | str | int
Word = TypeVar("Word", bound=StrEnum)

LONGEST_ID = 200
"""Characters of an id; far more than any venue takes, and short enough for a log line."""


@define(kw_only=True)
class NewOrder:
    """One order of a batch; the fields are those of ``Account.create_order``."""

    instrument: str
    side: Side | str
    order_type: OrderType | str
    quantity: Number
    price: Number | None = None
    trigger_price: Number | None = None
    display_quantity: Number | None = None
    time_in_force: TimeInForce | str = TimeInForce.GTC
    expire_at: datetime | None = None
    post_only: bool = False
    reduce_only: bool = False
    position_side: PositionSide | str | None = None
    trigger_by: TriggerBy | str | None = None
    client_order_id: str | None = None
    transport: TransportPolicy | str | None = None
    validity: float | None = None

    def read(
        self, *, account: AccountName, command_id: CommandId, spare_id: str, transport: TransportPolicy
    ) -> CreateOrder:
        """The command for it.

        Args:
            account: Whose order it is.
            command_id: For the command.
            spare_id: The client order id if it has none.
            transport: The road if it asks for none.

        Raises:
            InvalidCommand: A field is not of its kind.
        """
        if self.expire_at is not None and not isinstance(self.expire_at, datetime):
            raise InvalidCommand(f"expire_at is {_shown(self.expire_at)}: give a datetime with a time zone")
        client_order_id = text(self.client_order_id, "client_order_id")
        return CreateOrder(
            command_id=command_id,
            account=account,
            transport=word(TransportPolicy, self.transport, "transport") if self.transport is not None else transport,
            validity=seconds(self.validity, "validity"),
            client_order_id=ClientOrderId(client_order_id if client_order_id is not None else spare_id),
            instrument=InstrumentId(required(self.instrument, "instrument")),
            side=word(Side, self.side, "side"),
            order_type=word(OrderType, self.order_type, "order_type"),
            quantity=decimal_of(self.quantity, "quantity"),
            price=number(self.price, "price"),
            trigger_price=number(self.trigger_price, "trigger_price"),
            display_quantity=number(self.display_quantity, "display_quantity"),
            time_in_force=word(TimeInForce, self.time_in_force, "time_in_force"),
            expire_at=self.expire_at,
            post_only=flag(self.post_only, "post_only"),
            reduce_only=flag(self.reduce_only, "reduce_only"),
            position_side=word(PositionSide, self.position_side, "position_side") if self.position_side else None,
            trigger_by=word(TriggerBy, self.trigger_by, "trigger_by") if self.trigger_by else None,
        )


@define(kw_only=True)
class Amend:
    """One amend of several; the fields are those of ``Account.amend_order``."""

    client_order_id: str | None = None
    venue_order_id: str | None = None
    instrument: str | None = None
    quantity: Number | None = None
    price: Number | None = None
    trigger_price: Number | None = None
    post_only: bool | None = None
    transport: TransportPolicy | str | None = None
    validity: float | None = None

    def read(
        self,
        *,
        account: AccountName,
        command_id: CommandId,
        address: tuple[ClientOrderId | None, VenueOrderId | None, InstrumentId | None],
        transport: TransportPolicy,
    ) -> AmendOrder:
        """The command for it; arguments as for ``NewOrder.read``, and the address of the order as far as it is known.

        Raises:
            InvalidCommand: A field is not of its kind.
        """
        client_order_id, venue_order_id, instrument = address
        return AmendOrder(
            command_id=command_id,
            account=account,
            transport=word(TransportPolicy, self.transport, "transport") if self.transport is not None else transport,
            validity=seconds(self.validity, "validity"),
            client_order_id=client_order_id,
            venue_order_id=venue_order_id,
            instrument=instrument,
            quantity=number(self.quantity, "quantity"),
            price=number(self.price, "price"),
            trigger_price=number(self.trigger_price, "trigger_price"),
            post_only=flag(self.post_only, "post_only") if self.post_only is not None else None,
        )


def number(value: Number | None, name: str) -> Decimal | None:
    """A number that is money, or none.

    Raises:
        InvalidCommand: It is a float, or no finite number.
    """
    return None if value is None else decimal_of(value, name)


def word(kind: type[Word], value: str, name: str) -> Word:
    """A word of a closed vocabulary.

    Raises:
        InvalidCommand: It is none of them; they are told.
    """
    try:
        return kind(value)
    except ValueError:
        raise InvalidCommand(f"{name} is {_shown(value)}: give one of {', '.join(kind)}") from None


def required(value: object, name: str) -> str:
    """A text that must be there.

    Raises:
        InvalidCommand: It is not, or is no text.
    """
    if not isinstance(value, str):
        raise InvalidCommand(f"{name} is {_shown(value)}: give text")
    return value


def text(value: object, name: str) -> str | None:
    """An id, or none.

    Raises:
        InvalidCommand: It is no text, is empty, too long, or has characters that a venue would not take.
    """
    if value is None:
        return None
    if not isinstance(value, str) or not _is_id(value):
        raise InvalidCommand(f"{name} is {_shown(value)}: give 1 to {LONGEST_ID} printable ASCII characters")
    return value


def _is_id(value: str) -> bool:
    return 0 < len(value) <= LONGEST_ID and value.isascii() and value.isprintable()


def flag(value: object, name: str) -> bool:
    """A yes or a no.

    Raises:
        InvalidCommand: It is neither, such as the text "false", which would count as a yes.
    """
    if not isinstance(value, bool):
        raise InvalidCommand(f"{name} is {_shown(value)}: give True or False")
    return value


def seconds(value: object, name: str) -> float | None:
    """A duration, or none.

    Raises:
        InvalidCommand: It is no number.
    """
    if value is not None and (isinstance(value, bool) or not isinstance(value, float | int)):
        raise InvalidCommand(f"{name} is {_shown(value)}: give a number of seconds")
    return value


def _shown(value: object) -> str:
    """The value as an error shows it: whole if it is short."""
    whole = repr(value)
    return whole if len(whole) <= 60 else f"{whole[:60]}..."
