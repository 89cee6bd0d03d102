"""What became of a command, read off what is known of the order that it concerns.

Each operation has its own proof. That an order exists proves that it was created; it proves nothing about a cancel.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from attrs import frozen

from batactors.core.commands import CommandRecord
from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, CreateOrder
from batactors.model.receipts import CommandStatus
from batactors.model.terms import OrderState


class Standing(Protocol):
    """What a verdict needs to know of an order; ours and strangers have it alike."""

    @property
    def state(self) -> OrderState: ...

    @property
    def proved_accepted(self) -> bool: ...

    @property
    def terms(self) -> tuple[Decimal | None, Decimal | None, Decimal | None]: ...

    def shows(self, amend: AmendOrder) -> bool: ...


@frozen
class Finding:
    """A verdict in the making: the status, and the words for it."""

    status: CommandStatus
    says: str


def from_orders(record: CommandRecord, orders: Sequence[Standing]) -> Finding | None:
    """What the orders' own standing proves about an unresolved command, if it proves anything."""
    command = record.command
    if isinstance(command, CancelAll):
        return _cancel_all(record, orders)
    if not orders:
        return None
    order = orders[0]
    if isinstance(command, CreateOrder):
        return _create(order)
    if isinstance(command, AmendOrder):
        return _amend(record, command, order)
    return _cancel(record, order)


def _create(order: Standing) -> Finding | None:
    if order.state is OrderState.REJECTED:
        return Finding(CommandStatus.REJECTED, "the venue refused the order")
    if order.proved_accepted:
        return Finding(CommandStatus.ACCEPTED, f"the order is {order.state}")
    return None


def _amend(record: CommandRecord, command: AmendOrder, order: Standing) -> Finding | None:
    if record.sent is None:
        return None
    if order.shows(command):
        return Finding(CommandStatus.ACCEPTED, "the order has the new terms")
    if order.state.is_closed and record.is_unknown and order.terms == record.terms_before:
        # Closed with its old terms: no amend can reach it any more.
        return _after_the_end(record, order)
    return None


def _cancel(record: CommandRecord, order: Standing) -> Finding | None:
    if record.sent is None or not order.state.is_closed:
        return None
    if order.state is OrderState.CANCELED and not record.refused_as_not_open:
        return Finding(CommandStatus.ACCEPTED, "the order is canceled")
    if record.is_unknown:
        return _after_the_end(record, order)
    return None  # the answer is on its way, and says which


def _after_the_end(record: CommandRecord, order: Standing) -> Finding:
    if record.refused_as_not_open:
        return Finding(CommandStatus.REJECTED, f"the venue refused it, the order being {order.state}")
    return Finding(CommandStatus.NOT_EXECUTED, f"the order ended as {order.state} without it")


def _cancel_all(record: CommandRecord, orders: Sequence[Standing]) -> Finding | None:
    if not record.is_unknown or not all(order.state.is_closed for order in orders):
        return None
    if not orders:
        return None  # nothing of ours was open: only an answer, or time, can tell
    return Finding(CommandStatus.ACCEPTED, f"all {len(orders)} orders that were open are closed")


def from_absence(record: CommandRecord, *, margin: float, read_lag: float, reads: int) -> Finding | None:
    """What repeated asking proves when nothing of the command's effect was found.

    A question proves nothing if it was asked before the command's validity had run out, with a margin for clocks and
    for bytes still on their way; and where reads may trail what happened by ``read_lag`` seconds, the last of at least
    ``reads`` must have been asked that much later still.
    """
    if record.sent is None or not record.is_unknown:
        return None
    proof_from = record.sent.expires + margin
    counted = [negative for negative in record.negatives if negative.asked_at >= proof_from]
    if len(counted) < reads or counted[-1].asked_at < proof_from + read_lag:
        return None
    if isinstance(record.command, CreateOrder):
        says = f"no endpoint knows of it, asked {len(counted)} times after its validity ran out"
    elif isinstance(record.command, CancelOrder):
        says = "the order is still open, asked after the validity ran out"
    elif isinstance(record.command, CancelAll):
        says = "orders that it should have cancelled are still open, asked after the validity ran out"
    else:
        says = "the order has its old terms, asked after the validity ran out"
    return Finding(CommandStatus.NOT_EXECUTED, says)
