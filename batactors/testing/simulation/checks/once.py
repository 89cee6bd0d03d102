"""At most once at the venue (P1), exactly once to whoever follows (P2)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import ClassVar

from attrs import evolve

from batactors.journal.store import Entry
from batactors.model.commands import AdoptOrder, AmendOrder, CancelOrder, Command, CreateOrder
from batactors.model.ids import ClientOrderId, VenueOrderId
from batactors.model.inputs import Registered
from batactors.model.order_events import OrderAdopted, OrderEvent, OrderFilled
from batactors.model.reports import FillReport, Report
from batactors.testing.simulation.checks.base import Check, Scene
from batactors.testing.simulation.record import Follower, Frame


class AtMostOnceAtTheVenue(Check):
    """No command that may have left is sent again, and none leaves before it is journaled."""

    promise: ClassVar[str] = "P1"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._sent: Counter[tuple[type, str]] = Counter()

    def saw(self, frame: Frame) -> Iterator[str]:
        if not frame.up:
            return
        for wire_id in self.scene.words.created(frame.text):
            yield from self._create(wire_id)
        for kind, names in self.scene.words.changed(frame.text):
            for name in names:
                yield from self._about(kind, name)

    def _create(self, wire_id: str) -> Iterator[str]:
        record = self.scene.record
        self._sent[CreateOrder, wire_id] += 1
        sent = [record.wire_id(one) for one in record.creates if one not in record.adopted]
        if wire_id not in sent:
            yield f"order {wire_id} reached the venue, and is not in the journal"
        elif (times := self._sent[CreateOrder, wire_id]) > 1:
            yield f"CreateOrder of {wire_id} reached the venue {times} times, and was asked for once"

    def _about(self, kind: type[AmendOrder | CancelOrder], name: str) -> Iterator[str]:
        """An amend or a cancel has reached the venue, which names an order by one of its two ids."""
        self._sent[kind, name] += 1
        adopted = ClientOrderId(name) if name in self.scene.record.adopted else None
        if adopted is not None and not self.at_venue(adopted)[0].closed:
            yield f"{kind.__name__} goes to the venue for {name}, which is our own key of an adopted order"
        ids = self._ids_of(name)
        times = sum(self._sent[kind, one] for one in ids)
        asked = sum(isinstance(one, kind) and not ids.isdisjoint(self._named(one)) for one in self._commands())
        if times > asked:
            yield f"{kind.__name__} of {name} reached the venue {times} times, and was asked for {asked} times"

    def _ids_of(self, name: str) -> set[str]:
        """Every id under which the venue knows this order."""
        ledger = self.scene.ledger
        named = ledger.whole(name)
        orders = [named] if named is not None else ledger.orders_as_wholes(name)
        ids = {one for order in orders for one in (*ledger.ids_of(order), order.client_order_id) if one is not None}
        return {name, *ids}

    def _commands(self) -> Iterable[Command]:
        return self.scene.record.commands.values()

    def _named(self, command: AmendOrder | CancelOrder) -> set[str]:
        """The ids by which a command may name its order at the venue; of one long forgotten, the user's own."""
        ours = command.client_order_id
        wire = None if ours is None else self.scene.record.wire_id(ours)
        theirs = command.venue_order_id and self.scene.words.ledger_id(command.venue_order_id)
        return {one for one in (ours, wire, theirs) if one is not None}

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
        self._adopted: set[VenueOrderId] = set()

    def wrote(self, entry: Entry) -> Iterator[str]:
        match entry:
            case OrderEvent():
                yield from self._event(entry)
            case Report():
                yield from self._report(entry)
            case Registered(command=AdoptOrder(venue_order_id=venue_order_id)):
                adoptions = [one for one in self.scene.record.adopted.values() if one == venue_order_id]
                if len(adoptions) > 1:
                    yield f"{venue_order_id} is adopted {len(adoptions)} times"
            case _:
                pass

    def _event(self, event: OrderEvent) -> Iterator[str]:
        number = len(self.scene.record.events[event.client_order_id])
        if event.sequence != number:
            yield f"event {number} of {event.client_order_id} has the number {event.sequence}"
        if isinstance(event, OrderAdopted) and event.venue_order_id is not None:
            self._adopted.add(event.venue_order_id)
        if isinstance(event, OrderFilled):
            key = (event.instrument, event.fill_id)
            if key in self._fills:
                yield f"fill {event.fill_id} is told of {event.client_order_id}, and was of {self._fills[key]} before"
            if event.fill_id in self._reported:
                yield f"fill {event.fill_id} was reported, and is told of {event.client_order_id}"
            self._fills[key] = event.client_order_id

    def _report(self, report: Report) -> Iterator[str]:
        if report.sequence != len(self.scene.record.reports):
            yield f"report {len(self.scene.record.reports)} has the number {report.sequence}"
        theirs = self.scene.ledger.whole(self.scene.words.ledger_id(str(report.venue_order_id)))
        reused = theirs is not None and theirs.by_hand  # another program's, under an id that we had used
        is_ours = report.client_order_id in self.scene.record.creates and not reused
        if is_ours or report.venue_order_id in self._adopted:
            whose = report.client_order_id or report.venue_order_id
            yield f"{whose} is ours, and reported as somebody else's: {report}"
        if isinstance(report, FillReport):
            if (report.instrument, report.fill_id) in self._fills:
                of = self._fills[report.instrument, report.fill_id]
                yield f"fill {report.fill_id} was told of {of}, and is reported"
            self._reported[report.fill_id] += 1
            if (times := self._reported[report.fill_id]) > 1:
                yield f"fill {report.fill_id} of somebody else's order is reported {times} times"

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
