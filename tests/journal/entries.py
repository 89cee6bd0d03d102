"""Entries of every class, drawn and written by hand."""

import types
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs
from hypothesis import strategies as st

from batactors.journal.codec import COMMANDS, EVENTS, REPORTS, STEPS
from batactors.journal.store import Entry, SetAside
from batactors.model.commands import CancelAll, CancelOrder, CreateOrder, Operation
from batactors.model.ids import (
    AccountName,
    Asset,
    ClientOrderId,
    CommandId,
    FillId,
    InstrumentId,
    RequestId,
    VenueOrderId,
)
from batactors.model.inputs import Registered
from batactors.model.lifecycle import Resolved, Sent
from batactors.model.order_events import Fee, OrderAccepted, OrderCanceled, OrderFilled, OrderSubmitted
from batactors.model.receipts import CommandReceipt, CommandStatus, Verdict
from batactors.model.reports import OrderStatusReport
from batactors.model.terms import OrderState, OrderType, Origin, Side, Transport

ACCOUNT, BTC = AccountName("kraken"), InstrumentId("BTC/USD")
NOW = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)

_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=12),
    int: st.integers(0, 2**53),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    datetime: st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(fold=0)),
    types.NoneType: st.none(),
}


def of(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a type."""
    hint = getattr(hint, "__supertype__", hint)
    if get_origin(hint) in (Union, types.UnionType):
        return st.one_of(*(of(part) for part in get_args(hint)))
    if get_origin(hint) is tuple:
        return st.lists(of(get_args(hint)[0]), max_size=2).map(tuple)
    if attrs.has(hint):
        return made(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    return _PLAIN[hint]


def made(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Any value of a class."""
    hints = get_type_hints(cls)
    return st.builds(cls, **{attribute.name: of(hints[attribute.name]) for attribute in attrs.fields(cls)})


def registered(cls: type[Any]) -> st.SearchStrategy[Registered]:
    """Any command of a class, registered."""
    fields = {name: of(get_type_hints(Registered)[name]) for name in ("at", "on", "wire_id")}
    return st.builds(Registered, command=made(cls), **fields)


EVERY: dict[str, st.SearchStrategy[Any]] = {
    **{cls.__name__: registered(cls) for cls in COMMANDS},
    **{cls.__name__: made(cls) for cls in (*EVENTS, *STEPS, *REPORTS, SetAside)},
}


class Life:
    """One order's life, entry by entry.

    Args:
        name: The order's client order id is made of it, and all other ids.
        start: When it begins.
    """

    def __init__(self, name: str, start: datetime = NOW, *, wire_id: str | None = None) -> None:
        self.order = ClientOrderId(f"order-{name}")
        self.command = CommandId(f"command-{name}")
        self.venue_id = VenueOrderId(f"V-{name}")
        self.start = start
        self.wire_id = None if wire_id is None else ClientOrderId(wire_id)
        self._told = self._steps = 0

    def registered(self) -> Registered:
        command = CreateOrder(
            command_id=self.command, account=ACCOUNT, client_order_id=self.order, instrument=BTC, side=Side.BUY,
            order_type=OrderType.LIMIT, quantity=Decimal("0.50"), price=Decimal("5E+4"),
        )  # fmt: skip
        return Registered(at=1.5, on=self.start, command=command, wire_id=self.wire_id)

    def cancel(self, command_id: str) -> Registered:
        command = CancelOrder(command_id=CommandId(command_id), account=ACCOUNT, client_order_id=self.order)
        return Registered(at=2.5, on=self.start, command=command, wire_id=self.wire_id)

    def event(self, cls: type[Any], state: OrderState, *, known: bool = True, **fields: Any) -> Any:
        """The next event."""
        self._told += 1
        return cls(
            account=ACCOUNT, instrument=BTC, client_order_id=self.order, sequence=self._told, state=state,
            venue_order_id=self.venue_id if known else None, received_at=self.start + timedelta(seconds=self._told),
            origin=Origin.STREAM, **fields,
        )  # fmt: skip

    def submitted(self) -> Any:
        return self.event(OrderSubmitted, OrderState.SUBMITTED, known=False)

    def accepted(self) -> Any:
        return self.event(OrderAccepted, OrderState.ACCEPTED)

    def filled(self, quantity: str = "0.1", state: OrderState = OrderState.PARTIALLY_FILLED) -> Any:
        fee = Fee(asset=Asset("USD"), amount=Decimal("0.320"))
        return self.event(
            OrderFilled, state, fill_id=FillId(f"F-{self._told}"), side=Side.BUY, order_type=OrderType.LIMIT,
            quantity=Decimal(quantity), price=Decimal("49999.9"), filled=Decimal(quantity), fees=(fee,),
        )  # fmt: skip

    def canceled(self) -> Any:
        return self.event(OrderCanceled, OrderState.CANCELED, filled=Decimal(0), reason="user")

    def sent(self) -> Sent:
        self._steps += 1
        return Sent(
            command_id=self.command, sequence=self._steps, at=self.start, transport=Transport.WEBSOCKET,
            request_id=RequestId(7), valid_until=self.start,
        )  # fmt: skip

    def resolved(self) -> Resolved:
        self._steps += 1
        return resolved(self.command, self._steps, self.start)

    def working(self) -> list[Entry]:
        """Its first part: it is in the book."""
        return [self.registered(), self.submitted(), self.sent(), self.accepted(), self.resolved()]

    def whole(self) -> list[Entry]:
        """All of it."""
        return [*self.working(), self.filled(), self.canceled()]


def resolved(command_id: str, sequence: int = 1, at: datetime = NOW) -> Resolved:
    receipt = CommandReceipt(
        command_id=CommandId(command_id), operation=Operation.CREATE_ORDER, status=CommandStatus.ACCEPTED,
        account=ACCOUNT, venue="kraken-spot",
    )  # fmt: skip
    verdict = Verdict(status=CommandStatus.ACCEPTED)
    return Resolved(command_id=CommandId(command_id), sequence=sequence, at=at, verdict=verdict, receipt=receipt)


def cancel_all(command_id: str) -> Registered:
    return Registered(at=3.5, on=NOW, command=CancelAll(command_id=CommandId(command_id), account=ACCOUNT))


def report(sequence: int) -> OrderStatusReport:
    return OrderStatusReport(
        account=ACCOUNT, sequence=sequence, venue_order_id=VenueOrderId(f"X-{sequence}"), client_order_id=None,
        instrument=BTC, received_at=NOW, origin=Origin.STREAM, state=OrderState.ACCEPTED, quantity=Decimal(3),
    )  # fmt: skip


def set_aside(text: str) -> SetAside:
    return SetAside(on=NOW, reason="nobody knows this event", text=text)
