"""What a check is, and what it can see."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Protocol

from attrs import frozen

from batactors import ChildEvent
from batactors.journal.store import Entry
from batactors.model.ids import ClientOrderId
from batactors.model.order_events import OrderEvent
from batactors.model.receipts import PassReport
from batactors.model.reports import FillReport
from batactors.seams import WallClock
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.record import Follower, Frame, Held, Record
from batactors.testing.simulation.stages.words import Words
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import VenueOrder


@frozen(kw_only=True)
class Violation:
    """A promise that was broken.

    Attributes:
        check: The name of the check that saw it.
        text: What is wrong, in words.
        at: Virtual seconds since the run began.
    """

    check: str
    text: str
    at: float

    def __str__(self) -> str:
        return f"{self.check}, at {self.at:.3f} s: {self.text}"


class Scene(Protocol):
    """What a check can see of the world."""

    @property
    def ledger(self) -> Ledger:
        """The venue's own truth."""
        ...

    @property
    def record(self) -> Record:
        """What the engine said and did."""
        ...

    @property
    def happenings(self) -> Sequence[ChildEvent]:
        """What supervision did, over all lives of the process."""
        ...

    @property
    def gave_up(self) -> Sequence[str]:
        """Why the engine ended by itself, or could not start."""
        ...

    @property
    def secrets(self) -> Sequence[str]:
        """What nobody may read."""
        ...

    @property
    def sockets(self) -> Sequence[str]:
        """The actors that keep the venue's sockets; the first hears what happens on the account."""
        ...

    @property
    def knobs(self) -> Knobs:
        """How the world is set up."""
        ...

    @property
    def healed_at(self) -> float | None:
        """When the last thing that was wrong ended, in virtual seconds; `None` if nobody said so."""
        ...

    def holdings(self) -> Mapping[str, Held]:
        """The positions and balances, by name; none while the engine is down, or at a venue that has none to tell."""
        ...

    def passes(self) -> tuple[PassReport | None, int]:
        """The last pass of the reconciler that ended, and how many of its passes never did."""
        ...

    @property
    def tombstones(self) -> int:
        """How many ended orders the engine remembers."""
        ...

    @property
    def clock(self) -> WallClock:
        """The wall clock of the engine's machine."""
        ...

    @property
    def struck(self) -> Mapping[str, int]:
        """How often each kind of fault struck."""
        ...

    def down(self) -> Iterator[str]:
        """What of the engine is not up, in words."""
        ...

    def texts(self) -> Iterator[str]:
        """Everything that was written for people or for the disk: logs, errors, the journal, health."""
        ...

    @property
    def words(self) -> Words:
        """What the venue's wire says, and how the engine spells the ids in the ledger."""
        ...

    def leaks(self) -> Mapping[str, tuple[int, int]]:
        """For each thing that must be given back or bounded: how much of it there is, and how much may be."""
        ...


class Check:
    """One promise, watched. Each method gives the violations that it sees, as sentences; none may wait.

    Derive from this, name the promise in `promise`, and hand the class to the world.
    """

    promise: ClassVar[str] = ""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    @property
    def name(self) -> str:
        """What a report calls it."""
        return type(self).__name__

    def at_venue(self, client_order_id: ClientOrderId) -> list[VenueOrder]:
        """The orders of this id in the venue's ledger; there should be one at most."""
        return self.scene.record.at_venue(client_order_id, self.scene.ledger)

    def reported(self, client_order_id: ClientOrderId) -> list[FillReport]:
        """The fills of an order that were told as reports: before it was adopted, if that was done in time."""
        if client_order_id not in self.scene.record.adopted:
            return []
        (order,), ledger_id = self.at_venue(client_order_id), self.scene.words.ledger_id
        ids, reports = self.scene.ledger.ids_of(order), self.scene.record.reports
        return [one for one in reports if isinstance(one, FillReport) and ledger_id(one.venue_order_id) in ids]

    def wrote(self, entry: Entry) -> Iterator[str]:
        """This has just become durable, and is about to be told."""
        yield from ()

    def told(self, follower: Follower, event: OrderEvent) -> Iterator[str]:
        """A follower has just been told this; it stands last in what it was told."""
        yield from ()

    def saw(self, frame: Frame) -> Iterator[str]:
        """The venue has just received or sent this."""
        yield from ()

    def supervised(self, event: ChildEvent) -> Iterator[str]:
        """Supervision has just done this."""
        yield from ()

    def settled(self) -> Iterator[str]:
        """Nothing has been wrong for the stated time: everything must have its end now."""
        yield from ()

    def closed(self) -> Iterator[str]:
        """The engine has stopped."""
        yield from ()
