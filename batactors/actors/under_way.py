"""Which commands are under way by HTTP at once: several, and never two about one order.

Where all commands go by HTTP, one whose answer does not come must not hold up those about other orders. What concerns
more than an order, such as a cancel of all, goes alone: nothing overtakes it, and it overtakes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import trio
from attrs import define

from batactors.model.commands import AmendOrder, CancelOrder, Command, CreateOrder

Commands = tuple[Command, ...]


@define(eq=False)
class Hand:
    """What was taken to be sent, and has not been begun."""

    left: Commands

    def begun(self, commands: Commands) -> None:
        """The first of these go, or were refused."""
        self.left = self.left[len(commands) :]


class UnderWay:
    """The commands that were taken to be sent, in the order in which they were given.

    Args:
        most: So many requests at once.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._all: list[Commands] = []
        self._changed = trio.Event()
        self._writes: list[trio.CancelScope] = []
        self._hurries = False

    def hurry(self) -> None:
        """The time for answers is over: what is written may be cancelled from now on."""
        self._hurries = True
        for scope in self._writes:
            scope.shield = False

    @contextmanager
    def writing(self) -> Iterator[None]:
        """What is written within is not cancelled."""
        with trio.CancelScope(shield=not self._hurries) as scope:
            self._writes.append(scope)
            try:
                yield
            finally:
                self._writes.remove(scope)

    async def room(self) -> None:
        """Wait until one more may be taken."""
        while len(self._all) >= self._most:
            await self._changed.wait()

    def begin(self, commands: Commands) -> None:
        """These were taken."""
        self._all.append(commands)

    async def turn(self, commands: Commands) -> None:
        """Wait until nothing that was taken before these is about the same order."""
        while any(_collide(one, commands) for one in self._before(commands)):
            await self._changed.wait()

    def end(self, commands: Commands) -> None:
        """These are answered, or will not be."""
        self._all = [one for one in self._all if one is not commands]
        self._changed.set()
        self._changed = trio.Event()

    def _before(self, commands: Commands) -> list[Commands]:
        places = [place for place, one in enumerate(self._all) if one is commands]
        return self._all[: places[0]] if places else []


def _collide(one: Commands, other: Commands) -> bool:
    ours, theirs = _orders(one), _orders(other)
    return ours is None or theirs is None or not ours.isdisjoint(theirs)


def _orders(commands: Commands) -> frozenset[str] | None:
    """By which ids the orders go that these are about; ``None`` where it is not known which they are."""
    ids: list[str | None] = []
    for command in commands:
        if not isinstance(command, CreateOrder | AmendOrder | CancelOrder):
            return None
        ids.append(command.client_order_id)
        if not isinstance(command, CreateOrder):
            ids.append(command.venue_order_id)
    return frozenset(one for one in ids if one is not None)
