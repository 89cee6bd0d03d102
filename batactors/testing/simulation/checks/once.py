"""At most once at the venue (P1), exactly once to whoever follows (P2)."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import ClassVar

from attrs import evolve

from batactors.journal.store import Entry
from batactors.model.commands import AmendOrder, CancelOrder, CreateOrder
from batactors.model.ids import ClientOrderId
from batactors.model.order_events import OrderEvent, OrderFilled
from batactors.model.reports import FillReport, Report
from batactors.testing.simulation.checks.base import Check, Scene
from batactors.testing.simulation.record import Follower, Frame

CREATES = re.compile(r'"method": ?"(?:add_order|batch_add)"|/private/AddOrder')
AMENDS = re.compile(r'"method": ?"amend_order"|/private/AmendOrder')
CANCELS = re.compile(r'"method": ?"(?:cancel_order|batch_cancel)"|/private/CancelOrder')
CLIENT_ID = re.compile(r"""cl_ord_id(?:": ?"|=|%22%3A%22|%22%3A\+%22)([0-9A-Za-z-]+)""")
OPERATIONS = ((CREATES, CreateOrder), (AMENDS, AmendOrder), (CANCELS, CancelOrder))


class AtMostOnceAtTheVenue(Check):
    """No command that may have left is sent again, and none leaves before it is journaled."""

    promise: ClassVar[str] = "P1"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._sent: Counter[tuple[type, str]] = Counter()

    def saw(self, frame: Frame) -> Iterator[str]:
        if not frame.up or "cl_ord_id" not in frame.text:
            return
        for words, kind in OPERATIONS:
            if words.search(frame.text):
                for wire_id in CLIENT_ID.findall(frame.text):
                    yield from self._count(kind, wire_id)

    def _count(self, kind: type, wire_id: str) -> Iterator[str]:
        self._sent[kind, wire_id] += 1
        asked = self.scene.record.asked[kind, wire_id]
        if not asked and kind is CreateOrder:
            yield f"order {wire_id} reached the venue, and is not in the journal"
        elif self._sent[kind, wire_id] > asked > 0:
            times = self._sent[kind, wire_id]
            yield f"{kind.__name__} of {wire_id} reached the venue {times} times, and was asked for {asked} times"

    def wrote(self, entry: Entry) -> Iterator[str]:
        if isinstance(entry, OrderEvent):
            yield from self._twins(entry.client_order_id)

    def settled(self) -> Iterator[str]:
        for client_order_id in self.scene.record.creates:
            yield from self._twins(client_order_id)

    def _twins(self, client_order_id: ClientOrderId) -> Iterator[str]:
        there = len(self.at_venue(client_order_id))
        if there > 1:
            yield f"{client_order_id} is at the venue {there} times"


class ExactlyOnce(Check):
    """Each event has one number and each fill is told once, to every follower, whatever was repeated or restarted."""

    promise: ClassVar[str] = "P2"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._fills: dict[tuple[str | None, str], ClientOrderId] = {}
        self._reported: defaultdict[str, int] = defaultdict(int)

    def wrote(self, entry: Entry) -> Iterator[str]:
        if isinstance(entry, OrderEvent):
            number = len(self.scene.record.events[entry.client_order_id])
            if entry.sequence != number:
                yield f"event {number} of {entry.client_order_id} has the number {entry.sequence}"
        if isinstance(entry, OrderFilled):
            key = (entry.instrument, entry.fill_id)
            if key in self._fills:
                yield f"fill {entry.fill_id} is told of {entry.client_order_id}, and was of {self._fills[key]} before"
            self._fills[key] = entry.client_order_id
        if isinstance(entry, Report) and entry.client_order_id in self.scene.record.creates:
            yield f"{entry.client_order_id} is ours, and reported as somebody else's: {entry}"
        if isinstance(entry, FillReport) and (entry.instrument, entry.fill_id) in self._fills:
            yield f"fill {entry.fill_id} was told of {self._fills[entry.instrument, entry.fill_id]}, and is reported"
        if isinstance(entry, FillReport):
            self._reported[entry.fill_id] += 1
            if self._reported[entry.fill_id] > 1:
                yield f"fill {entry.fill_id} of somebody else's order is reported {self._reported[entry.fill_id]} times"
        if isinstance(entry, Report) and entry.sequence != len(self.scene.record.reports):
            yield f"report {len(self.scene.record.reports)} has the number {entry.sequence}"

    def told(self, follower: Follower, event: OrderEvent) -> Iterator[str]:
        if event.sequence != len(follower.told):
            yield f"a follower of {event.client_order_id} was told {event.sequence} as number {len(follower.told)}"
            return
        journal = self.scene.record.events[event.client_order_id]
        if event.sequence > len(journal):
            yield f"a follower of {event.client_order_id} was told {event} before it was durable"
        elif _bare(journal[event.sequence - 1]) != _bare(event):
            yield f"a follower of {event.client_order_id} was told {event}, others {journal[event.sequence - 1]}"

    def settled(self) -> Iterator[str]:
        for follower in self.scene.record.followers:
            journal = self.scene.record.events[follower.client_order_id]
            missed = journal[len(follower.told) :]
            forgotten = follower.forgotten and len(self.scene.record.creates) > self.scene.tombstones
            if missed and not missed[0].late and not forgotten:
                yield f"a {follower.kind} follower of {follower.client_order_id} was not told {missed[0]}"


def _bare(event: OrderEvent) -> OrderEvent:
    """The event without how it was told."""
    return evolve(event, replayed=False)
