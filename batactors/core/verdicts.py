"""What became of a command, read off what is known of the orders that it concerns.

Each operation has its own proof. That an order exists proves that it was created; it proves nothing about a cancel.
Here is what an order's own standing proves; what the answers to questions prove is in ``core.proofs``.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from attrs import frozen

from batactors.core.commands import CommandRecord
from batactors.core.expected import shows
from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, CreateOrder
from batactors.model.receipts import CommandStatus
from batactors.model.terms import OrderState

Terms = tuple[Decimal | None, Decimal | None, Decimal | None]


class Standing(Protocol):
    """What a verdict needs to know of an order; ours and strangers have it alike."""

    @property
    def state(self) -> OrderState: ...

    @property
    def proved_accepted(self) -> bool: ...

    @property
    def terms(self) -> Terms: ...


@frozen
class Finding:
    """A verdict in the making: the status, and the words for it."""

    status: CommandStatus
    says: str


def from_order(record: CommandRecord, order: Standing, amends: Sequence[CommandRecord]) -> Finding | None:
    """What an order's standing proves about a command that has no verdict, if it proves anything.

    ``amends`` are all amends of the order: another may have had the effect that this one was to have, or undone it.
    """
    match record.command:
        case CreateOrder():
            return _create(order)
        case CancelOrder():
            return _cancel(record, order)
        case AmendOrder():
            return _amend(record, order, amends)
        case CancelAll():
            return None


def _create(order: Standing) -> Finding | None:
    if order.state is OrderState.REJECTED:
        return Finding(CommandStatus.REJECTED, "the venue refused the order")
    if order.proved_accepted:
        return Finding(CommandStatus.ACCEPTED, f"the order is {order.state}")
    return None


def _cancel(record: CommandRecord, order: Standing) -> Finding | None:
    if record.left_at is None or not order.state.is_closed:
        return None
    if order.state is OrderState.CANCELED and not record.refused_as_not_open and not record.before.closed:
        return Finding(CommandStatus.ACCEPTED, "the order is canceled")
    if not record.is_unknown:
        return None  # the answer is on its way, and says which
    if record.refused_as_not_open:
        return Finding(CommandStatus.REJECTED, f"the venue refused it, the order being {order.state}")
    return Finding(CommandStatus.NOT_EXECUTED, f"the order ended as {order.state} without it")


def _amend(record: CommandRecord, order: Standing, amends: Sequence[CommandRecord]) -> Finding | None:
    if record.left_at is None:
        return None
    if record.refused_as_not_open:
        if record.is_unknown and order.state.is_closed:
            return Finding(CommandStatus.REJECTED, f"the venue refused it, the order being {order.state}")
        return None
    if record.is_unknown and order.state.never_lived:
        return Finding(CommandStatus.NOT_EXECUTED, f"there was nothing to amend, the order being {order.state}")
    if is_its_doing(record, order.terms, amends):
        return Finding(CommandStatus.ACCEPTED, "the order has the new terms")
    return None


def is_its_doing(record: CommandRecord, terms: Terms, amends: Sequence[CommandRecord]) -> bool:
    """Whether these terms are those that an amend asked for, and only it can have brought them about."""
    command, before = record.command, record.before.terms
    if not isinstance(command, AmendOrder) or before is None or not shows(terms, command):
        return False
    rivals = _rivals(record, amends)
    return any(
        want is not None and want != had and all(want != _asked(rival)[place] for rival in rivals)
        for place, (want, had) in enumerate(zip(_asked(record), before, strict=True))
    )


def is_without_it(record: CommandRecord, terms: Terms, amends: Sequence[CommandRecord]) -> bool:
    """Whether these terms show that an amend was not done: they are still the old ones, and no other restored them."""
    before = record.before.terms
    if before is None:
        return False
    rivals = _rivals(record, amends)
    return any(
        want is not None and have is not None and have == had != want
        and all(have != _asked(rival)[place] for rival in rivals)
        for place, (want, had, have) in enumerate(zip(_asked(record), before, terms, strict=True))
    )  # fmt: skip


def _asked(record: CommandRecord) -> Terms:
    command = record.command
    assert isinstance(command, AmendOrder)
    return (command.quantity, command.price, command.trigger_price)


def _rivals(record: CommandRecord, amends: Sequence[CommandRecord]) -> list[CommandRecord]:
    """The other amends that may have been carried out after this one was sent, or were before without being seen."""
    sent_at, before = record.left_at, record.before.terms
    assert sent_at is not None
    return [
        other
        for other in amends
        if other is not record
        and other.left_at is not None
        and not _was_not_done(other)
        and (
            other.left_at >= sent_at
            or other.verdict_at is None
            or other.verdict_at >= sent_at
            # The answer to it may have come before its effect: the terms that this one found are then older than both.
            or (before is not None and isinstance(other.command, AmendOrder) and not shows(before, other.command))
        )
    ]


def _was_not_done(record: CommandRecord) -> bool:
    undone = (CommandStatus.REJECTED, CommandStatus.NOT_EXECUTED)
    return record.verdict is not None and record.verdict.status in undone
