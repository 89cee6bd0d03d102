"""How an engine stopped: what was settled meanwhile, and what lives on without it."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from attrs import asdict, frozen

from batactors.model.commands import Operation
from batactors.model.ids import ClientOrderId, CommandId, InstrumentId, VenueOrderId
from batactors.model.receipts import CommandStatus
from batactors.model.terms import OrderState, Side, Transport

LATE = 0.25
"""Seconds by which a busy event loop may be late; more is a task that does not let others have their turn."""


@frozen(kw_only=True)
class SettledCommand:
    """A command that had no verdict when the stop began, and has one now.

    Attributes:
        message: The venue's words, or ours on why.
    """

    command_id: CommandId
    operation: Operation
    client_order_id: ClientOrderId | None
    instrument: InstrumentId | None
    status: CommandStatus
    message: str | None


@frozen(kw_only=True)
class LeftCommand:
    """A command without a verdict, with what is known of it. An engine on the same journal goes on asking.

    Attributes:
        sent_at: When its first byte was about to leave (UTC); ``None`` if nothing says that it was sent.
        transport: By which road; ``None`` likewise.
        unknown_since: Since when it is not known what became of it (UTC).
        why: In words.
    """

    command_id: CommandId
    operation: Operation
    client_order_id: ClientOrderId | None
    instrument: InstrumentId | None
    sent_at: datetime | None
    transport: Transport | None
    unknown_since: datetime | None
    why: str


@frozen(kw_only=True)
class OpenOrder:
    """An order that was open at the venue as last heard. It lives on: nobody follows it now.

    Attributes:
        ours: Whether this engine sent it.
        quantity: In base currency, as are the fills; ``None`` for an order of others of which that is not known.
    """

    client_order_id: ClientOrderId | None
    venue_order_id: VenueOrderId | None
    instrument: InstrumentId | None
    side: Side | None
    state: OrderState
    quantity: Decimal | None
    filled: Decimal | None
    price: Decimal | None
    ours: bool


@frozen(kw_only=True)
class AccountStop:
    """How one account stopped.

    Attributes:
        settled: Commands that got their verdict while the engine stopped, oldest first.
        left: Commands that have none, oldest first.
        open_orders: What is open at the venue, as last heard.
        forced: Actors that did not end in good order in their time, and were cancelled, or were down.
    """

    venue: str
    settled: tuple[SettledCommand, ...] = ()
    left: tuple[LeftCommand, ...] = ()
    open_orders: tuple[OpenOrder, ...] = ()
    forced: tuple[str, ...] = ()


@frozen(kw_only=True)
class StopReport:
    """How an engine stopped.

    Attributes:
        accounts: By name.
        graceful: Whether it was stopped; else it was cancelled, or ended by an error, and nothing was waited for.
        began: When, UTC.
        took: Seconds.
        within: Seconds that it could take at most.
    """

    accounts: Mapping[str, AccountStop]
    graceful: bool
    began: datetime
    took: float
    within: float

    @property
    def is_clean(self) -> bool:
        """Whether every command had its verdict."""
        return not self.left

    @property
    def left(self) -> Mapping[str, tuple[LeftCommand, ...]]:
        """The commands without a verdict, by account; accounts without such are left out."""
        return {name: account.left for name, account in self.accounts.items() if account.left}

    @property
    def in_time(self) -> bool:
        """Whether it took no longer than it could; a timer may go off a little late."""
        return self.took <= self.within + LATE

    def to_dict(self) -> dict[str, Any]:
        """All of it in values that JSON has: numbers of money as text, times in ISO 8601."""
        told = asdict(self, value_serializer=lambda _, __, value: _plain(value))
        return {**told, "is_clean": self.is_clean, "in_time": self.in_time}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return list(value) if isinstance(value, tuple) else value
