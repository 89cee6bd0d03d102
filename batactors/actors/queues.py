"""What waits in the lane: a queue per urgency and instrument, out of which an order can be taken back."""

from collections import deque
from collections.abc import Callable, Iterable
from math import inf

from attrs import define

from batactors.core.cancel_scope import is_listed_in, list_of
from batactors.model.commands import (
    AccountCommand,
    AmendOrder,
    CancelAll,
    Command,
    CreateOrder,
    Operation,
    instrument_of,
    order_of,
)
from batactors.model.ids import ClientOrderId, CommandId, InstrumentId, VenueOrderId
from batactors.model.modes import Exposure
from batactors.model.terms import TransportPolicy

PRIORITY = {
    Operation.CANCEL_ALL: 0,
    Operation.CANCEL_ORDER: 0,
    Operation.AMEND_ORDER: 1,
    Operation.SET_LEVERAGE: 2,
    Operation.SET_MARGIN_MODE: 2,
    Operation.SET_POSITION_MODE: 2,
    Operation.CREATE_ORDER: 3,
}

Key = tuple[int, InstrumentId | None]


@define(eq=False)
class Item:
    """Commands that will go out together, with their client order ids as the venue will see them.

    Attributes:
        send_by: When it is too late for them, on trio's clock.
        exposure: What each of them does to the risk.
        given_at: When they were submitted.
    """

    commands: tuple[Command, ...]
    send_by: float
    exposure: Exposure
    given_at: float | None = None

    @property
    def operation(self) -> Operation:
        return self.commands[0].operation

    @property
    def instrument(self) -> InstrumentId | None:
        return instrument_of(self.commands[0])

    @property
    def transport(self) -> TransportPolicy:
        return self.commands[0].transport

    @property
    def command_ids(self) -> tuple[CommandId, ...]:
        return tuple(command.command_id for command in self.commands)


class Queues:
    """The items that wait, each queue first in, first out.

    Args:
        apart: The venue keeps orders that wait for a trigger apart from the others.
    """

    def __init__(self, *, apart: bool = False) -> None:
        self._apart = apart
        self._queues: dict[Key, deque[Item]] = {}
        self._creates: dict[ClientOrderId, Item] = {}

    @property
    def keys(self) -> list[Key]:
        """The queues that hold something, most urgent first."""
        return sorted(self._queues, key=lambda key: key[0])

    @property
    def command_ids(self) -> list[CommandId]:
        """Every command that waits."""
        return [one for queue in self._queues.values() for item in queue for one in item.command_ids]

    @property
    def exposures(self) -> list[Exposure]:
        """What the items that wait do to the risk, each kind once."""
        return list(dict.fromkeys(item.exposure for queue in self._queues.values() for item in queue))

    def add(self, item: Item) -> None:
        """Put an item last; an amend of an order that waits itself, behind that."""
        self._queues.setdefault(self._key(item), deque()).append(item)
        for command in item.commands:
            if isinstance(command, CreateOrder):
                self._creates[command.client_order_id] = item

    def earliest(self, key: Key) -> float:
        """When it is too late for the first item of a queue, and so not yet for any other, on trio's clock."""
        queue = self._queues.get(key)
        return queue[0].send_by if queue else inf

    def pop(self, key: Key, is_held: Callable[[Item], bool]) -> tuple[int, Item] | None:
        """Take the first item of a queue that is not held, nor about the same order as one that is; and its place."""
        queue = self._queues.get(key, deque())
        place = _first_free(queue, is_held)
        if place is None:
            return None
        item = queue[place]
        del queue[place]
        if not queue:
            del self._queues[key]
        for command in item.commands:
            if isinstance(command, CreateOrder):
                self._creates.pop(command.client_order_id, None)
        return place, item

    def put_back(self, key: Key, place: int, item: Item) -> None:
        """Put an item again where it was taken."""
        self._queues.setdefault(key, deque()).insert(place, item)
        for command in item.commands:
            if isinstance(command, CreateOrder):
                self._creates[command.client_order_id] = item

    def take_back(self, client_order_id: ClientOrderId | None) -> list[CommandId]:
        """Let an order that still waits never go out, nor what waits behind it; which commands that concerns."""
        if client_order_id is None or client_order_id not in self._creates:
            return []
        del self._creates[client_order_id]
        gone: list[CommandId] = []
        for key in list(self._queues):
            for item in list(self._queues[key]):
                mine = [one for one in item.commands if order_of(one) == client_order_id]
                if mine:
                    gone += [one.command_id for one in mine]
                    self._shrink(key, item, mine)
        return gone

    def take_back_exposure(self, exposure: Exposure) -> list[CommandId]:
        """Let such items never go out, nor what waits behind an order of theirs; which commands that concerns."""
        items = [item for queue in self._queues.values() for item in queue if item.exposure == exposure]
        made = [one for item in items for one in item.commands if isinstance(one, CreateOrder)]
        orders = dict.fromkeys(one.client_order_id for one in made)
        gone: list[CommandId] = []
        for key in list(self._queues):
            for item in list(self._queues[key]):
                whole = item.exposure == exposure
                mine = [one for one in item.commands if whole or order_of(one) in orders]
                if mine:
                    gone += [one.command_id for one in mine]
                    self._shrink(key, item, mine)
        for order in orders:
            self._creates.pop(order, None)
        return gone

    def take_back_all(self, command: CancelAll) -> list[CommandId]:
        """The same for every order that waits, of those that a cancel of all is about."""
        target, mine = list_of(command, apart=self._apart), dict[ClientOrderId, None]()
        for item in self._creates.values():
            creates = [one for one in item.commands if isinstance(one, CreateOrder) and is_listed_in(target, one)]
            mine |= dict.fromkeys(one.client_order_id for one in creates)
        return [one for order in mine for one in self.take_back(order)]

    def _shrink(self, key: Key, item: Item, gone: Iterable[Command]) -> None:
        item.commands = tuple(one for one in item.commands if one not in gone)
        if not item.commands:
            self._queues[key].remove(item)
        if not self._queues[key]:
            del self._queues[key]

    def _key(self, item: Item) -> Key:
        first = item.commands[0]
        waiting = (
            self._creates.get(first.client_order_id or ClientOrderId("")) if isinstance(first, AmendOrder) else None
        )
        return (PRIORITY[waiting.operation if waiting is not None else item.operation], item.instrument)


def _first_free(queue: Iterable[Item], is_held: Callable[[Item], bool]) -> int | None:
    held: set[ClientOrderId | VenueOrderId] = set()
    for place, item in enumerate(queue):
        orders = [order for command in item.commands for order in _ids_of(command)]
        if not is_held(item) and held.isdisjoint(orders):
            return place
        held.update(orders)
    return None


def frames(
    commands: Iterable[tuple[Command, Exposure]], limits: dict[Operation, int]
) -> list[tuple[tuple[Command, ...], Exposure]]:
    """Put commands that follow each other and are alike into one frame, up to as many as the venue takes."""
    made: list[tuple[list[Command], Exposure]] = []
    for command, exposure in commands:
        last, common = made[-1] if made else ([], None)
        room = len(last) < limits.get(command.operation, 1)
        if last and room and exposure == common and _alike(last[0], command):
            last.append(command)
        else:
            made.append(([command], exposure))
    return [(tuple(frame), exposure) for frame, exposure in made]


def _alike(first: Command, second: Command) -> bool:
    """Whether two commands may share a frame, which has one of each of these."""
    return (
        first.operation is second.operation
        and instrument_of(first) == instrument_of(second)
        and first.transport is second.transport
        and first.validity == second.validity
        # A frame names its orders all in one way: some by the venue's id alone, others perhaps only by our own.
        and (order_of(first) is None) is (order_of(second) is None)
    )


def _ids_of(command: Command) -> Iterable[ClientOrderId | VenueOrderId]:
    if isinstance(command, AccountCommand):
        return ()
    venue_order_id = None if isinstance(command, CreateOrder) else command.venue_order_id
    return (one for one in (command.client_order_id, venue_order_id) if one is not None)
