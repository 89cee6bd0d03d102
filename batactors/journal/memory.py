"""A journal that lives as long as the process: it survives the crash of an actor, not that of the machine."""

from collections import deque
from collections.abc import Sequence

from batactors.journal.store import Contents, Entry
from batactors.model.commands import CreateOrder
from batactors.model.ids import ClientOrderId, CommandId
from batactors.model.inputs import Registered
from batactors.model.lifecycle import LifecycleEvent
from batactors.model.order_events import OrderEvent
from batactors.model.reports import Report


class MemoryJournal:
    """Keeps entries in lists.

    Args:
        reports: How many reports about other orders on the account are kept, the oldest going first.
        bygone: How many ids of forgotten orders are kept, the oldest going first.
    """

    def __init__(self, reports: int = 10_000, bygone: int = 100_000) -> None:
        self._registered: dict[CommandId, Registered] = {}
        self._events: dict[ClientOrderId, list[OrderEvent]] = {}
        self._steps: dict[CommandId, list[LifecycleEvent]] = {}
        self._reports: deque[Report] = deque(maxlen=reports)
        self._bygone: deque[str] = deque(maxlen=bygone)

    async def append(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            match entry:
                case OrderEvent():
                    self._events.setdefault(entry.client_order_id, []).append(entry)
                case LifecycleEvent():
                    self._steps.setdefault(entry.command_id, []).append(entry)
                case Report():
                    self._reports.append(entry)
                case Registered():
                    self._registered[entry.command.command_id] = entry

    async def forget(self, orders: Sequence[ClientOrderId], commands: Sequence[CommandId]) -> None:
        for order in orders:
            told = self._events.pop(order, ())
            self._bygone.extend({order: None, **{e.venue_order_id: None for e in told if e.venue_order_id is not None}})
        for command in commands:
            registered = self._registered.pop(command, None)
            if (
                registered is not None
                and isinstance(registered.command, CreateOrder)
                and registered.wire_id is not None
            ):
                self._bygone.append(registered.wire_id)
            self._steps.pop(command, None)

    async def read(self) -> Contents:
        return Contents(
            registered=tuple(self._registered.values()),
            events={key: tuple(events) for key, events in self._events.items()},
            steps={key: tuple(steps) for key, steps in self._steps.items()},
            reports=tuple(self._reports),
            bygone=tuple(self._bygone),
        )
