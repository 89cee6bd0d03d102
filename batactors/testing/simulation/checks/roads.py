"""Recovery is the ordinary road (P7)."""

import re
from collections.abc import Iterator
from typing import ClassVar

import trio

from batactors import ChildEvent, Happening
from batactors.journal.store import Entry
from batactors.model.ids import FillId
from batactors.model.order_events import OrderFilled
from batactors.model.terms import Origin
from batactors.testing.simulation.checks.base import Check, Scene
from batactors.testing.simulation.record import Frame

LONG = 30.0
"""Virtual seconds. A venue says each second that it is there."""
NUMBERED = re.compile(r'^\{"channel":"(\w+)".*"sequence":(\d+)\}$')


class ReadyBeforeUse(Check):
    """No command goes by a session whose subscription the venue has not confirmed."""

    promise: ClassVar[str] = "P7"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._subscribed: set[int] = set()

    def saw(self, frame: Frame) -> Iterator[str]:
        if frame.connection in self._subscribed:
            return
        words = self.scene.words
        if not frame.up and words.confirms(frame.text):
            self._subscribed.add(frame.connection)
        if frame.up and words.carries_command(frame.text) and not words.is_open_to_all():
            yield f"connection {frame.connection} carries a command before it was subscribed: {frame.text}"


class MissedBeforeLive(Check):
    """What was missed before a session began is told before what it tells live: of each order, the fills.

    Where sockets overlap, that is so after a break; an heir's elder goes on telling.
    """

    promise: ClassVar[str] = "P7"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._before: set[FillId] = set()
        self._is_broken = False

    def saw(self, frame: Frame) -> Iterator[str]:
        words = self.scene.words
        if words.begins(frame.text):
            counts = self._is_broken or not words.overlaps
            self._before = {words.fill_id(fill) for fill in self.scene.ledger.fills} if counts else set()
            self._is_broken = False
        yield from ()

    def supervised(self, event: ChildEvent) -> Iterator[str]:
        self._is_broken |= event.what is Happening.CRASHED and event.child == self.scene.sockets[0]
        if event.what is Happening.CRASHED and event.child == "dedup":
            self._before.clear()  # it is rebuilt while the session goes on, and what it had in hand is asked for
        yield from ()

    def wrote(self, entry: Entry) -> Iterator[str]:
        if not isinstance(entry, OrderFilled) or entry.origin is not Origin.STREAM or entry.fill_id in self._before:
            return
        if self.scene.words.overlaps and self.scene.struck.get("ReadLag"):
            return  # it says nothing of the past by itself, and what reads do not show yet nobody can know
        told = {one.fill_id for one in self.scene.record.events[entry.client_order_id] if isinstance(one, OrderFilled)}
        told.update(report.fill_id for report in self.reported(entry.client_order_id))
        for order in self.at_venue(entry.client_order_id):
            for fill in self.scene.ledger.fills_of(order.order_id):
                fill_id = self.scene.words.fill_id(fill)
                if fill_id in self._before and fill_id not in told:
                    yield f"{entry.client_order_id}: {entry.fill_id} is told live, and {fill_id} was before it"


class ComesBack(Check):
    """A stated time after the world has healed, the engine runs and has its session."""

    promise: ClassVar[str] = "P7, P10"

    def settled(self) -> Iterator[str]:
        for what in self.scene.down():
            yield f"{what}, and nothing has been wrong for long"


class HearsTheVenue(Check):
    """A stated time after the world has healed, the venue has a session to tell things by: a dead one is noticed.

    For worlds in which a session may be silent for less than this.
    """

    promise: ClassVar[str] = "P7"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._heard_at = 0.0

    def saw(self, frame: Frame) -> Iterator[str]:
        if frame.kind == "frame down":
            self._heard_at = frame.at
        yield from ()

    def settled(self) -> Iterator[str]:
        silent_for = trio.current_time() - self._heard_at
        if silent_for > LONG:
            yield f"the venue has had nobody to tell anything for {silent_for:.1f} s, not even that it is there"


class GapsAreAskedAbout(Check):
    """Where a number of a channel is missing, the venue is asked for what is open, whatever else is known.

    For worlds in which a session that is there to the end has heard what was written on it.
    """

    promise: ClassVar[str] = "P7, P8"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._session = 0
        self._numbers: dict[str, int] = {}
        self._gap: str | None = None
        """What nobody has asked about yet."""

    def saw(self, frame: Frame) -> Iterator[str]:
        if frame.up and "/private/OpenOrders" in frame.text:
            self._gap = None
        elif frame.kind == "frame down" and '"sequence":' in frame.text:
            self._count(frame)
        yield from ()

    def _count(self, frame: Frame) -> None:
        if frame.connection > self._session:
            self._session, self._gap = frame.connection, None
            self._numbers.clear()
        numbered = NUMBERED.search(frame.text)
        if numbered is None or frame.connection < self._session:
            return
        channel, number = numbered[1], int(numbered[2])
        if number > self._numbers.get(channel, number) + 1:
            self._gap = f"{channel} went on with {number} after {self._numbers[channel]}, at {frame.at:.3f} s"
        self._numbers[channel] = number

    def settled(self) -> Iterator[str]:
        if self._gap is not None:
            yield f"{self._gap}, and nobody has asked since"
