"""Completes amends for venues that take an amend with every term of the order, or not at all.

What an amend leaves out is to stay as it is. Where the venue wants it repeated, it is taken from what is known of the
order; and while that is about to change, nobody can say what it will be.
"""

from collections.abc import Iterable, Sequence

from attrs import evolve

from batactors.core.commands import CommandRecord
from batactors.core.expected import shows
from batactors.core.ledger import Ledger
from batactors.core.orders import OrderRecord
from batactors.core.ruling import NOT_DONE
from batactors.core.stranger import Stranger
from batactors.model.commands import AmendOrder, Command
from batactors.model.errors import InvalidCommand
from batactors.model.order_events import OrderUpdated
from batactors.model.receipts import CommandStatus


def completed(commands: Sequence[Command], ledger: Ledger, in_full: bool = True) -> tuple[Command, ...]:
    """The same commands; where amends go in full, with the order's side, total quantity and price in each of them.

    Raises:
        InvalidCommand: Of an amend that leaves out one of these, nothing is known of the order, or another amend of it
            may change it yet, or did so and what the order has now cannot be told. Or it is to change the price of an
            order that has none, which would leave nothing to see.
    """
    if not in_full:
        return tuple(commands)
    done: list[Command] = []
    for command in commands:
        done.append(_completed(command, ledger, done) if isinstance(command, AmendOrder) else command)
    return tuple(done)


def _completed(amend: AmendOrder, ledger: Ledger, before: Iterable[Command]) -> AmendOrder:
    which = f"order {(amend.client_order_id or amend.venue_order_id)!r}"
    order = ledger.standing(amend)
    has_price = order is None or order.order_type is None or order.order_type.has_price
    missing = [name for name in ("quantity", "price")[: 1 + has_price] if getattr(amend, name) is None]
    if order is None:
        lacks = ", ".join([*([] if amend.side is not None else ["side"]), *missing])
        if not lacks:
            return amend
        raise InvalidCommand(
            f"{ledger.venue} wants every term of an amended order again, and nothing is known here of the {lacks} of "
            f"{which}: cancel it and place another"
        )
    if not has_price and amend.price is not None:
        assert order.order_type is not None
        raise InvalidCommand(
            f"{which} is a {order.order_type} order, which has no price to amend: cancel it and place another"
        )
    if missing and any(_is_same(other, amend, order, ledger) for other in (*before, *_under_way(ledger))):
        raise InvalidCommand(
            f"another amend of {which} has no verdict yet, and {ledger.venue} wants every term of it again: give "
            f"{' and '.join(missing)} too, or wait for the other's resolved()"
        )
    quantity, price, _ = order.terms
    unseen = _unseen(order, ledger) if missing else None
    if unseen is not None:
        if not _is_explained(order, ledger):
            raise InvalidCommand(
                f"{which} changed to terms that no amend of ours asked for, while one that was accepted is not to be "
                f"seen yet, and {ledger.venue} wants every term of it again: give {' and '.join(missing)} too"
            )
        # The venue has said yes to them, or they were proved, and it has still to show them.
        quantity, price = unseen.quantity or quantity, unseen.price or price
    return evolve(
        amend,
        side=amend.side or order.side,
        quantity=amend.quantity if amend.quantity is not None else quantity,
        price=amend.price if amend.price is not None else price,
    )


def _under_way(ledger: Ledger) -> list[Command]:
    return [record.command for record in ledger.desk.unresolved()]


def _is_same(other: Command, amend: AmendOrder, order: OrderRecord | Stranger, ledger: Ledger) -> bool:
    """Whether it is another amend of this order."""
    return isinstance(other, AmendOrder) and other is not amend and ledger.standing(other) is order


def _unseen(order: OrderRecord | Stranger, ledger: Ledger) -> AmendOrder | None:
    """The last amend of this order that may hold, if it was accepted and the order was not seen with its terms since.

    However it was settled: an answer, or a list of changes, may be ahead of all that shows the order itself.
    """
    sent = [
        record
        for record in _amends_of(order, ledger)
        if record.left_at is not None and (record.verdict is None or record.verdict.status not in NOT_DONE)
    ]
    last = max(reversed(sent), key=lambda record: record.left_at or 0.0, default=None)
    if last is None or last.verdict is None or last.verdict.status is not CommandStatus.ACCEPTED:
        return None
    command, before = last.command, last.before.terms
    assert isinstance(command, AmendOrder)
    if shows(order.terms, command) or (before is not None and shows(before, command)):
        return None
    if isinstance(order, Stranger):
        return command if order.terms == before else None  # others change it too: what was heard last counts
    asked_since = last.verdict_at is not None and order.queried_at >= last.verdict_at + ledger.rules.read_lag
    return None if asked_since or _has_shown(order, last, command) else command


def _has_shown(order: OrderRecord, record: CommandRecord, command: AmendOrder) -> bool:
    """Whether its terms were told since it was sent; what it has now is younger."""
    updates = [event for event in order.events if isinstance(event, OrderUpdated)]
    return any(
        shows((event.quantity, event.price, event.trigger_price), command)
        for event in updates
        if record.sent is not None and event.received_at >= record.sent.on
    )


def _is_explained(order: OrderRecord | Stranger, ledger: Ledger) -> bool:
    """Whether the terms that it is known to have are older than its last amend: from before, or an earlier one's."""
    amends = _amends_of(order, ledger)
    return any(
        order.terms == one.before.terms or (isinstance(one.command, AmendOrder) and shows(order.terms, one.command))
        for one in amends
    )


def _amends_of(order: OrderRecord | Stranger, ledger: Ledger) -> list[CommandRecord]:
    if isinstance(order, OrderRecord):
        return ledger.desk.amends_of(order.client_order_id)
    records = ledger.desk.commands.values()
    return [one for one in records if isinstance(one.command, AmendOrder) and ledger.standing(one.command) is order]
