"""A journal that lives as long as the process: it survives the crash of an actor, not that of the machine."""

from collections import deque
from collections.abc import Sequence

from batactors.journal.secrets_out import fit_to_keep
from batactors.journal.store import Contents, Entry, Progress, SetAside
from batactors.model.commands import CreateOrder
from batactors.model.ids import ClientOrderId, CommandId
from batactors.model.inputs import Registered
from batactors.model.lifecycle import LifecycleEvent
from batactors.model.order_events import OrderEvent
from batactors.model.reports import Report


class MemoryJournal:
    """Keeps entries in dictionaries, by their identity.

    Args:
        reports: How many reports about other orders on the account are kept, the oldest going first.
        bygone: How many ids of forgotten orders are kept, the oldest going first.
        set_aside: How many frames that could not be taken in are kept, the oldest going first.
    """

    def __init__(self, reports: int = 10_000, bygone: int = 100_000, set_aside: int = 1_000) -> None:
        self._registered: dict[CommandId, Registered] = {}
        self._events: dict[ClientOrderId, dict[int, OrderEvent]] = {}
        self._steps: dict[CommandId, dict[int, LifecycleEvent]] = {}
        self._reports: dict[int, Report] = {}
        self._most_reports = reports
        self._bygone: deque[str] = deque(maxlen=bygone)
        self.set_aside: deque[SetAside] = deque(maxlen=set_aside)

    async def append(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            match entry:
                case OrderEvent():
                    self._events.setdefault(entry.client_order_id, {}).setdefault(entry.sequence, entry)
                case LifecycleEvent():
                    self._steps.setdefault(entry.command_id, {}).setdefault(entry.sequence, entry)
                case Report():
                    self._keep_report(entry)
                case Registered():
                    self._registered.setdefault(entry.command.command_id, entry)
                case SetAside():
                    kept = fit_to_keep(entry)
                    if kept not in self.set_aside:
                        self.set_aside.append(kept)

    def _keep_report(self, report: Report) -> None:
        self._reports.setdefault(report.sequence, report)
        if len(self._reports) > self._most_reports:
            del self._reports[next(iter(self._reports))]

    async def forget(self, orders: Sequence[ClientOrderId], commands: Sequence[CommandId]) -> None:
        for order in orders:
            told = self._events.pop(order, {}).values()
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

    async def read(self, progress: Progress | None = None) -> Contents:
        return Contents(
            registered=tuple(self._registered.values()),
            events={key: tuple(events.values()) for key, events in self._events.items()},
            steps={key: tuple(steps.values()) for key, steps in self._steps.items()},
            reports=tuple(self._reports.values()),
            bygone=tuple(self._bygone),
        )

    async def close(self) -> None:
        """There is nothing to let go of."""
