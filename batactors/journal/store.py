"""What a journal is: commands before they are sent, and everything that was told, in the order of telling.

An engine that crashes, or an actor of it, is rebuilt from this. Nothing else is kept: what the venue knows is asked for
again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from attrs import field, frozen

from batactors.model.ids import ClientOrderId, CommandId
from batactors.model.inputs import Registered
from batactors.model.lifecycle import LifecycleEvent
from batactors.model.order_events import OrderEvent
from batactors.model.reports import Report


@frozen(kw_only=True)
class SetAside:
    """What a venue sent and we could not take in, whole, for whoever looks into it later.

    Attributes:
        on: When it was heard (UTC, our clock).
        reason: What is wrong with it.
        text: As it was heard. A store keeps no more than its first part, and no secrets.
    """

    on: datetime
    reason: str
    text: str


Entry = Registered | OrderEvent | LifecycleEvent | Report | SetAside
"""What a journal keeps. Each has an identity by which it is kept once: a command its id, an event of an order or a step
of a command its sequence number there, a report its sequence number, what was set aside all of itself."""


def identity_of(entry: Entry) -> tuple[object, ...]:
    """By what an entry is kept once."""
    match entry:
        case Registered():
            return ("command", entry.command.command_id)
        case OrderEvent():
            return ("event", entry.client_order_id, entry.sequence)
        case LifecycleEvent():
            return ("step", entry.command_id, entry.sequence)
        case Report():
            return ("report", entry.sequence)
        case SetAside():
            return ("set aside", entry)


@frozen(kw_only=True)
class Contents:
    """What a restart needs to know, each part in the order in which it was appended.

    A store may leave out what has long ended, but never anything that is still open, and of what it leaves out it gives
    the ids.

    Attributes:
        bygone: The ids of orders that are left out or forgotten, as we, the wire and the venue knew them, oldest first:
            what is heard of them again is not taken for somebody else's.
    """

    registered: Sequence[Registered] = ()
    events: Mapping[ClientOrderId, Sequence[OrderEvent]] = field(factory=dict)
    steps: Mapping[CommandId, Sequence[LifecycleEvent]] = field(factory=dict)
    reports: Sequence[Report] = ()
    bygone: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever kept."""
        return not (self.registered or self.reports or self.bygone)


Progress = Callable[[int, int], None]
"""Is told in the loop, now and then, how many of how many entries are read. It may not wait, and must not raise."""


class Journal(Protocol):
    """A store of entries. Only the dedup actor writes to it.

    Each method can raise ``JournalError``. After one that was raised by ``append`` it is not known whether the entries
    are kept; the store takes no more, and what is kept is what the next life reads.
    """

    async def append(self, entries: Sequence[Entry]) -> None:
        """Keep these, all or none: one commit, as durable when this returns as the store makes anything.

        What is kept already, by its identity, is not kept twice, and stays as it is. Cancelled before the writing
        began, nothing is kept; once begun, it is finished.
        """
        ...

    async def forget(self, orders: Sequence[ClientOrderId], commands: Sequence[CommandId]) -> None:
        """Nothing will ask for these orders and commands again; a restart is given only the ids of the orders."""
        ...

    async def read(self, progress: Progress | None = None) -> Contents:
        """What a restart needs. The first call opens the store. ``progress`` is told how far it is."""
        ...

    async def close(self) -> None:
        """Let go of the store. Nothing that was appended depends on this being called."""
        ...
