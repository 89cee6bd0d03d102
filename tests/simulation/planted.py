"""Bugs that are there on purpose: promises that nobody gave, and engines that forget. They have to be found."""

from collections.abc import Iterator

from batactors.core.dispatch import Changes, Dispatch
from batactors.journal.store import Entry
from batactors.model.inputs import Input, SessionEnded
from batactors.model.order_events import OrderFilled
from batactors.testing.simulation.checks import Check, Scene


class NoReplayAfterACrash(Check):
    """No fill is told by replay once an actor has crashed. Nobody promises that."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._replayed = False

    def wrote(self, entry: Entry) -> Iterator[str]:
        self._replayed |= isinstance(entry, OrderFilled) and entry.replayed
        if self._replayed and self.scene.record.crashes:
            yield "a fill was replayed, and an actor has crashed"


class NoFill(Check):
    """No order is ever filled. Nobody promises that."""

    def wrote(self, entry: Entry) -> Iterator[str]:
        if isinstance(entry, OrderFilled):
            yield "an order is filled"


def forgets_fills(dispatch: Dispatch, given: Input) -> Changes:
    """`Dispatch.apply` of an engine that forgets which fills it has told, whenever a session ends."""
    if isinstance(given, SessionEnded):
        for order in dispatch.book.working():
            order.fills.told.clear()
    return REAL_APPLY(dispatch, given)


REAL_APPLY = Dispatch.apply
