"""Completes amends for venues that take an amend with every term of the order, or not at all.

What an amend leaves out is to stay as it is. Where the venue wants it repeated, it is taken from what is known of the
order; and while that is about to change, nobody can say what it will be.
"""

from collections.abc import Iterable, Sequence

from attrs import evolve

from batactors.core.ledger import Ledger
from batactors.core.orders import OrderRecord
from batactors.core.stranger import Stranger
from batactors.model.commands import AmendOrder, Command
from batactors.model.errors import InvalidCommand


def completed(commands: Sequence[Command], ledger: Ledger, in_full: bool = True) -> tuple[Command, ...]:
    """The same commands; where amends go in full, with the order's side, total quantity and price in each of them.

    Raises:
        InvalidCommand: Of an amend that leaves out one of these, nothing is known of the order, or another amend of it
            may change it yet. Or it is to change the price of an order that has none, which would leave nothing to see.
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
    if isinstance(order, OrderRecord) and order.acknowledged is not None:
        # The venue has said yes to them, and has still to show them.
        quantity, price = order.acknowledged.quantity or quantity, order.acknowledged.price or price
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
