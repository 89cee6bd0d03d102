"""What a journal is: commands before they are sent, and everything that was told, in the order of telling.

An engine that crashes, or an actor of it, is rebuilt from this. Nothing else is kept: what the venue knows is asked for
again.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from attrs import field, frozen

from batactors.model.ids import ClientOrderId, CommandId
from batactors.model.inputs import Registered
from batactors.model.lifecycle import LifecycleEvent
from batactors.model.order_events import OrderEvent
from batactors.model.reports import Report

Entry = Registered | OrderEvent | LifecycleEvent | Report


@frozen(kw_only=True)
class Contents:
    """What a journal holds, each part in the order in which it was appended.

    Attributes:
        bygone: The ids of forgotten orders, as we, the wire and the venue knew them, oldest first: nothing else is left
            of them, and what is heard of them again is not taken for somebody else's.
    """

    registered: Sequence[Registered] = ()
    events: Mapping[ClientOrderId, Sequence[OrderEvent]] = field(factory=dict)
    steps: Mapping[CommandId, Sequence[LifecycleEvent]] = field(factory=dict)
    reports: Sequence[Report] = ()
    bygone: Sequence[str] = ()


class Journal(Protocol):
    """A store of entries. Only the dedup actor writes to it."""

    async def append(self, entries: Sequence[Entry]) -> None:
        """Keep these; when this returns they are as durable as the store makes anything."""
        ...

    async def forget(self, orders: Sequence[ClientOrderId], commands: Sequence[CommandId]) -> None:
        """Nothing will ask for these orders and commands again; of the orders only the ids are kept."""
        ...

    async def read(self) -> Contents:
        """Everything that is kept."""
        ...
