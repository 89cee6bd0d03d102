"""What the engine has said and done so far, over all lives of its process: what the checks compare with the venue."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import trio
from attrs import define, field, frozen

from batactors.journal.store import Entry
from batactors.model.commands import AdoptOrder, AmendOrder, CancelAll, CancelOrder, Command, CreateOrder
from batactors.model.ids import ClientOrderId, CommandId, VenueOrderId
from batactors.model.inputs import Registered
from batactors.model.lifecycle import LifecycleEvent, RecoveryCompleted, Resolved
from batactors.model.order_events import OrderCanceled, OrderEvent
from batactors.model.receipts import CommandReceipt, RecoveryOutcome
from batactors.model.reports import Report
from batactors.model.settings import SettingCommand
from batactors.testing.simulation.stages.words import Words
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import VenueOrder


@define(eq=False)
class Frame:
    """A frame or a request as the venue saw it, before any fault acted on it.

    Attributes:
        at: Virtual seconds.
        up: Whether it came from the engine.
        kind: `frame up` or `frame down` for a WebSocket's, `request` or `reply` for those of REST.
        connection: The number of its connection.
        text: As it went over the wire, without secrets.
    """

    at: float
    up: bool
    kind: str
    connection: int
    text: str
    order: str | None = None


@define(eq=False)
class Follower:
    """One piece of user code that follows an order, and what it was told.

    Attributes:
        done: Whether the stream of events has come to its end.
        forgotten: Whether it came so late that the order was forgotten: more had ended since than are remembered.
    """

    client_order_id: ClientOrderId
    kind: str
    told: list[OrderEvent] = field(factory=list)
    done: bool = False
    forgotten: bool = False


@frozen(kw_only=True)
class ModeSet:
    """A mode that the user set in the life of the process that goes on now; `at` is the engine's wall clock.

    It is that of the account where it names no instrument.
    """

    at: datetime
    mode: str
    instrument: str | None


@frozen(kw_only=True)
class ScopedCancel:
    """A cancel of a part of the account that has come back.

    Attributes:
        side: Of the orders that it was about; `None` for both.
        open_throughout: The venue's ids of such orders that were open when it was asked for, and when it came back.
        command_ids: The cancels that it came to.
        complete: Whether the engine says that these are all.
        adopted: The venue's ids of others' orders that were followed when it was asked for.
    """

    side: str | None
    open_throughout: tuple[str, ...]
    command_ids: tuple[CommandId, ...]
    complete: bool
    adopted: tuple[VenueOrderId, ...] = ()


@frozen(kw_only=True)
class Held:
    """A position or a balance.

    Attributes:
        told: What the account tells.
        real: What the venue has.
        read: What REST says of it, where health tells that this differs from what was told.
    """

    told: Decimal
    real: Decimal
    read: Decimal | None = None

    @property
    def agrees(self) -> bool:
        """Whether it is told as it is, or at least told that it is not."""
        return self.real in (self.told, self.read)


@define(eq=False)
class Record:
    """Everything that was journaled, told and sent."""

    words: Words
    commands: dict[CommandId, Command] = field(factory=dict)
    creates: dict[ClientOrderId, CommandId] = field(factory=dict)
    wire_ids: dict[ClientOrderId, ClientOrderId] = field(factory=dict)
    """What the venue knows an order by, where that is not what its user calls it."""
    adopted: dict[ClientOrderId, VenueOrderId] = field(factory=dict)
    """The orders of others that are followed, by the engine's own key, which the venue does not know."""
    events: defaultdict[ClientOrderId, list[OrderEvent]] = field(factory=lambda: defaultdict(list))
    steps: defaultdict[CommandId, list[LifecycleEvent]] = field(factory=lambda: defaultdict(list))
    verdicts: dict[CommandId, CommandReceipt] = field(factory=dict)
    reports: list[Report] = field(factory=list)
    followers: list[Follower] = field(factory=list)
    calls: dict[int, str] = field(factory=dict)
    """The calls of the user's own that have not come back yet, in words."""
    frames: list[Frame] = field(factory=list)
    modes: list[ModeSet] = field(factory=list)
    scoped: list[ScopedCancel] = field(factory=list)
    crashes: int = 0
    """How many actors were made to crash."""
    registered_at: dict[CommandId, float] = field(factory=dict)
    resolved_at: dict[CommandId, float] = field(factory=dict)
    """When each command had its first verdict, in virtual seconds."""
    compared: Counter[str] = field(factory=Counter)
    """How many verdicts of NotExecuted and Rejected were compared with the venue's ledger, and with what result."""
    longest: float = 0.0
    """Virtual seconds that the slowest verdict took after the healing."""
    bound: float = 0.0
    """And how many it may take."""

    def take(self, entry: Entry) -> None:
        """Take in what has just been journaled."""
        match entry:
            case Registered():
                self._register(entry.command, entry.wire_id)
                if isinstance(entry.command, CreateOrder):
                    self.creates[entry.command.client_order_id] = entry.command.command_id
                if isinstance(entry.command, AdoptOrder):
                    self.adopted[entry.command.client_order_id] = entry.command.venue_order_id
            case OrderEvent():
                self.events[entry.client_order_id].append(entry)
            case LifecycleEvent():
                self.steps[entry.command_id].append(entry)
                if isinstance(entry, Resolved):
                    self.verdicts[entry.command_id] = entry.receipt
                    self.resolved_at.setdefault(entry.command_id, trio.current_time())
            case Report():
                self.reports.append(entry)

    def _register(self, command: Command, wire_id: ClientOrderId | None) -> None:
        self.commands[command.command_id] = command
        self.registered_at.setdefault(command.command_id, trio.current_time())
        if isinstance(command, CreateOrder) and wire_id is not None:
            self.wire_ids[command.client_order_id] = wire_id

    def wire_id(self, client_order_id: ClientOrderId) -> ClientOrderId:
        """The client order id as the venue knows it."""
        return self.wire_ids.get(client_order_id, client_order_id)

    def at_venue(self, client_order_id: ClientOrderId, ledger: Ledger) -> list[VenueOrder]:
        """The orders of this id in the venue's ledger; there should be one at most."""
        if client_order_id in self.adopted:
            order = ledger.whole(self.words.ledger_id(self.adopted[client_order_id]))
            assert order is not None
            return [order]
        # What another program places under an id of ours is not ours.
        return [one for one in ledger.orders_as_wholes(self.wire_id(client_order_id)) if not one.by_hand]

    def order_of(self, command: AmendOrder | CancelOrder | CreateOrder) -> ClientOrderId | None:
        """The order of ours, sent or adopted, that a command is about; `None` if it is a stranger's."""
        if command.client_order_id is not None or isinstance(command, CreateOrder):
            return command.client_order_id
        return next((key for key, one in self.adopted.items() if one == command.venue_order_id), None)

    def cannot_be_told(self, command: Command) -> bool:
        """Whether it has been said that nobody can tell what became of this one; only these kinds may say so.

        What a lost cancel-all did to an order whose create was under way, nothing tells; nor whether a lost amend to
        less than was filled, or of a post-only order where that may cancel it, is what took the order off the book;
        nor, where no list has the changes of an order, whether it had terms that another amend has replaced; nor
        whether a setting that another has replaced since was ever set.
        """
        steps = self.steps[command.command_id]
        if not any(
            isinstance(s, RecoveryCompleted) and s.report.outcome is not RecoveryOutcome.SYNCHRONIZED for s in steps
        ):
            return False
        order = self.order_of(command) if isinstance(command, AmendOrder) else None
        if isinstance(command, AmendOrder) and order is not None:
            ends = [event for event in self.events[order] if isinstance(event, OrderCanceled)]
            moved = command.price is not None and self.words.amends_may_cancel and self._is_post_only(order)
            less = command.quantity is not None and any(end.filled >= command.quantity for end in ends)
            return less or (moved and bool(ends)) or (not self.words.lists_changes and self._amends_of(order) > 1)
        if isinstance(command, SettingCommand):
            return sum(type(one) is type(command) for one in self.commands.values()) > 1
        return isinstance(command, CancelAll)

    def _amends_of(self, order: ClientOrderId) -> int:
        amends = (one for one in self.commands.values() if isinstance(one, AmendOrder))
        return sum(self.order_of(one) == order for one in amends)

    def _is_post_only(self, order: ClientOrderId) -> bool:
        create = self.commands[self.creates[order]]
        return isinstance(create, CreateOrder) and create.post_only

    def undecided(self) -> Sequence[str]:
        """The commands of which it was said that nobody can tell: what each is, and what its recovery came to."""
        told = []
        for command in self.unresolved():
            steps = [step for step in self.steps[command.command_id] if isinstance(step, RecoveryCompleted)]
            if steps and self.cannot_be_told(command):
                told.append(f"{command.operation} {steps[-1].report.outcome}")
        return told

    def unresolved(self) -> Sequence[Command]:
        """The commands that have no verdict, oldest first."""
        return [command for command_id, command in self.commands.items() if command_id not in self.verdicts]
