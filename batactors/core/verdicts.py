"""What became of a command, read off what is known of the orders that it concerns.

Each operation has its own proof. That an order exists proves that it was created; it proves nothing about a cancel.
Here is what an order's own standing proves; what the answers to questions prove is in ``core.proofs``.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from batactors.core.commands import CommandRecord
from batactors.core.expected import shows
from batactors.core.ruling import NOT_DONE, Ruling
from batactors.model.commands import (
    AmendOrder,
    CancelAll,
    CancelOrder,
    CreateOrder,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
)
from batactors.model.receipts import CommandStatus, Difference, Proof
from batactors.model.terms import OrderState

Terms = tuple[Decimal | None, Decimal | None, Decimal | None]
TERMS = ("quantity", "price", "trigger_price")
"""Which terms these are."""


class Standing(Protocol):
    """What a verdict needs to know of an order; ours and strangers have it alike."""

    @property
    def state(self) -> OrderState: ...

    @property
    def ending(self) -> OrderState | None:
        """How it has ended by the venue's word, though not all its fills may be told."""
        ...

    @property
    def proved_accepted(self) -> bool: ...

    @property
    def refusal(self) -> str | None:
        """The venue's words, if it refused it and they are known."""
        ...

    @property
    def terms(self) -> Terms: ...


def from_order(record: CommandRecord, order: Standing, amends: Sequence[CommandRecord]) -> Ruling | None:
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
        case CancelAll() | SetLeverage() | SetMarginMode() | SetPositionMode():
            return None


_PROOF_OF_CREATE = {
    OrderState.FILLED: Proof.ORDER_FILLED,
    OrderState.CANCELED: Proof.ORDER_CANCELED,
    OrderState.EXPIRED: Proof.ORDER_EXPIRED,
}


def _create(order: Standing) -> Ruling | None:
    if order.state is OrderState.REJECTED:
        why = "" if order.refusal is None else f": {order.refusal}"
        return Ruling(CommandStatus.REJECTED, Proof.ORDER_REJECTED, f"the venue refused the order{why}")
    if order.proved_accepted:
        return lives(order)
    return None


def lives(order: Standing) -> Ruling:
    """What an order that the venue has, or had, proves of the command that makes it."""
    state = order.ending or order.state
    return Ruling(CommandStatus.ACCEPTED, _PROOF_OF_CREATE.get(state, Proof.ORDER_OPEN), f"the order is {state}")


def _cancel(record: CommandRecord, order: Standing) -> Ruling | None:
    if record.left_at is None or not order.state.is_closed:
        return None
    if order.state is OrderState.CANCELED and not record.refused_as_not_open and not record.before.closed:
        return Ruling(CommandStatus.ACCEPTED, Proof.ORDER_CLOSED, "the order is canceled")
    if not record.is_unknown and not record.pending:
        return None  # the answer is on its way, and says which
    if record.refused_as_not_open:
        says = f"the venue refused it, the order being {order.state}"
        return Ruling(CommandStatus.REJECTED, Proof.ORDER_GONE, says)
    return Ruling(CommandStatus.NOT_EXECUTED, Proof.ORDER_GONE, f"the order ended as {order.state} without it")


def _amend(record: CommandRecord, order: Standing, amends: Sequence[CommandRecord]) -> Ruling | None:
    if record.left_at is None:
        return None
    if record.refused_as_not_open:
        if record.is_unknown and order.state.is_closed:
            says = f"the venue refused it, the order being {order.state}"
            return Ruling(CommandStatus.REJECTED, Proof.ORDER_GONE, says)
        return None
    if (record.is_unknown or record.pending) and order.state.never_lived:
        says = f"there was nothing to amend, the order being {order.state}"
        return Ruling(CommandStatus.NOT_EXECUTED, Proof.ORDER_GONE, says)
    if is_its_doing(record, order.terms, amends):
        return Ruling(CommandStatus.ACCEPTED, Proof.NEW_TERMS, "the order has the new terms")
    return None


def is_its_doing(record: CommandRecord, terms: Terms, amends: Sequence[CommandRecord]) -> bool:
    """Whether these terms are those that an amend asked for, and only it can have brought them about."""
    command = record.command
    if not isinstance(command, AmendOrder) or record.before.terms is None or not shows(terms, command):
        return False
    return _brought_about(record, terms, amends)


def _brought_about(record: CommandRecord, terms: Terms, amends: Sequence[CommandRecord]) -> bool:
    """Whether one of these terms is what an amend asked for, and only it can have changed it to that."""
    before = record.before.terms
    assert before is not None
    rivals = _rivals(record, amends)
    return any(
        want is not None and want == have != had and all(want != _asked(rival)[place] for rival in rivals)
        for place, (want, had, have) in enumerate(zip(_asked(record), before, terms, strict=True))
    )


def is_partly_done(record: CommandRecord, terms: Terms, amends: Sequence[CommandRecord]) -> list[Difference]:
    """Where these terms are not what an amend asked for, though another of its terms can only be its doing."""
    before = record.before.terms
    if before is None or not _brought_about(record, terms, amends):
        return []
    restored = [_asked(rival) for rival in _rivals(record, amends)]
    return [
        Difference(of=str(record.order or ""), field=TERMS[place], ours=str(want), theirs=str(have))
        for place, (want, had, have) in enumerate(zip(_asked(record), before, terms, strict=True))
        if want is not None and have == had != want and all(have != asked[place] for asked in restored)
    ]


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
    return record.verdict is not None and record.verdict.status in NOT_DONE
