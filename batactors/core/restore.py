"""Rebuilding the account of everything from what was told of it.

What had been heard and not yet told is gone with the crash, so everything that had not ended is asked for again.
"""

from collections.abc import Mapping, Sequence

from batactors.core.commands import CommandRecord
from batactors.core.dispatch import Dispatch
from batactors.core.orders import News, OrderRecord
from batactors.model.commands import CancelAll, CreateOrder
from batactors.model.ids import ClientOrderId, CommandId
from batactors.model.inputs import Registered
from batactors.model.lifecycle import LifecycleEvent
from batactors.model.order_events import OrderEvent
from batactors.model.reports import Report


def restore(
    dispatch: Dispatch,
    registered: Sequence[Registered],
    events: Mapping[ClientOrderId, Sequence[OrderEvent]],
    steps: Mapping[CommandId, Sequence[LifecycleEvent]],
    reports: Sequence[Report],
    now: News,
) -> None:
    """Fill an empty dispatch from what a journal holds.

    Commands that were never sent are not sent now; those that were, and have no verdict, are unknown from here on.
    """
    for entry in registered:
        command = entry.command
        if isinstance(command, CreateOrder):
            order = OrderRecord.restored(command, events.get(command.client_order_id, ()), now.at)
            dispatch.book.add(order, entry.wire_id)
            if order.venue_order_id is not None:
                dispatch.book.learn(order, order.venue_order_id)
            dispatch.book.review(order)
    for entry in registered:
        command = entry.command
        targets: tuple[ClientOrderId, ...] = ()
        if isinstance(command, CancelAll):
            targets = tuple(order.client_order_id for order in dispatch.book.working())
        elif command.client_order_id is not None:
            targets = (command.client_order_id,)
        told = steps.get(command.command_id, ())
        dispatch.desk.restore(CommandRecord.restored(command, dispatch.venue, targets, told, now))
    for report in reports:
        dispatch.strangers.restore(report)
    dispatch.doubt_all("rebuilt after a crash", now.at)
