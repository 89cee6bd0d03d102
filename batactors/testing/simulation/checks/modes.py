"""What may go out: modes, new risk while the account recovers, and cancels of a part of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from batactors import ChildEvent, Happening
from batactors.journal.store import Entry
from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder, instrument_of
from batactors.model.ids import CommandId
from batactors.model.lifecycle import Sent
from batactors.testing.simulation.checks.base import Check, Scene
from batactors.testing.venue.orders import VenueOrder


def adds_risk(command: Command, commands: list[Command]) -> bool:
    """Whether it does for certain: a create that is not to reduce, an amend to more than anybody ever asked for.

    Of an adopted order that is what it had when it was adopted.
    """
    if isinstance(command, CreateOrder):
        return not command.reduces
    if not isinstance(command, AmendOrder) or command.quantity is None:
        return False
    others = [
        one.quantity
        for one in commands
        if isinstance(one, CreateOrder | AmendOrder)
        and one is not command
        and _about_one_order(one, command)
        and one.quantity is not None
    ]
    return bool(others) and command.quantity > max(others)


def _about_one_order(one: CreateOrder | AmendOrder, other: AmendOrder) -> bool:
    if None not in (one.client_order_id, other.client_order_id):
        return one.client_order_id == other.client_order_id
    venue_order_id = None if type(one) is CreateOrder else getattr(one, "venue_order_id", None)
    return venue_order_id is not None and venue_order_id == other.venue_order_id


class ModesHold(Check):
    """Nothing is written that the mode of the account, or of the instrument, does not let out."""

    promise: ClassVar[str] = "Modes"

    def wrote(self, entry: Entry) -> Iterator[str]:
        if not isinstance(entry, Sent) or self.scene.struck.get("StepClock"):
            return  # by a clock that was set back, before and after are not told apart
        record = self.scene.record
        command = record.commands.get(entry.command_id)
        if command is None or isinstance(command, CancelOrder | CancelAll):
            return
        adds = adds_risk(command, list(record.commands.values()))
        for of_instrument in (False, True):
            modes = self._at(entry.at, command, of_instrument=of_instrument)
            if all(mode == "halted" or (mode == "reduce_only" and adds) for mode in modes):
                scope = "its instrument" if of_instrument else "the account"
                yield f"{command.operation} {command.command_id} is written while {scope} is {modes[-1]}"

    def _instrument(self, command: Command) -> str | None:
        named, record = instrument_of(command), self.scene.record
        if named is None and isinstance(command, AmendOrder) and command.client_order_id in record.creates:
            named = instrument_of(record.commands[record.creates[command.client_order_id]])
        return named

    def _at(self, at: datetime, command: Command, *, of_instrument: bool) -> list[str]:
        """The mode at a moment, and those set at that very moment."""
        about = self._instrument(command) if of_instrument else None
        settings = [one for one in self.scene.record.modes if one.instrument == about and one.at <= at]
        before = [one.mode for one in settings if one.at < at]
        return [before[-1] if before else "active", *(one.mode for one in settings if one.at == at)]


class NewRiskWaits(Check):
    """While no session is ready, no command that adds risk is written, unless the account allows it."""

    promise: ClassVar[str] = "Modes"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._down_since: datetime | None = None
        self._downs: list[tuple[datetime, datetime]] = []

    def supervised(self, event: ChildEvent) -> Iterator[str]:
        if event.child == self.scene.sockets[0]:
            now = self.scene.clock.now()
            if event.what is Happening.CRASHED:
                self._note(now)
                self._down_since = now
            elif event.what is Happening.STARTED:
                self._note(now)
                self._down_since = None
        yield from ()

    def _note(self, now: datetime) -> None:
        if self._down_since is not None:
            self._downs.append((self._down_since, now))

    def wrote(self, entry: Entry) -> Iterator[str]:
        late = any(self.scene.struck.get(fault) for fault in ("StepClock", "Stall", "Pause"))
        if not isinstance(entry, Sent) or late or self.scene.knobs.new_risk == "allow":
            return  # where a part gets no turn, supervision hears of a session some time after it is ready
        command = self.scene.record.commands.get(entry.command_id)
        if command is None or not adds_risk(command, list(self.scene.record.commands.values())):
            return
        now_down = self._down_since is not None and self._down_since < entry.at < self.scene.clock.now()
        if now_down or any(since < entry.at < until for since, until in self._downs):
            yield f"{command.operation} {command.command_id} is written while there is no session"


class ExactlyTheScope(Check):
    """A cancel of one side cancels the orders that are open on it, ours and others', and no others."""

    promise: ClassVar[str] = "Scope"

    def settled(self) -> Iterator[str]:
        lags = self.scene.struck.get("ReadLag")
        for scoped in self.scene.record.scoped:
            covered: set[str] = set()
            for command_id in scoped.command_ids:
                side, order_ids = self._about(command_id)
                covered.update(order_ids)
                if scoped.side is not None and side not in (None, scoped.side):
                    yield f"{command_id} cancels an order to {side}, and was to cancel orders to {scoped.side}"
            for order_id in scoped.open_throughout if scoped.complete else ():
                order = self.scene.ledger.whole(order_id)
                assert order is not None
                # Another program may have used an id of ours again.
                sent_by_us = order.client_order_id in self._wire_ids() and not order.by_hand
                is_ours = sent_by_us or self.scene.words.order_id(order) in scoped.adopted
                if covered.isdisjoint(self.scene.ledger.ids_of(order)) and (is_ours or not lags):
                    yield f"{order_id} was open on the side of a cancel, which passed it over"

    def _wire_ids(self) -> list[str]:
        record = self.scene.record
        return [record.wire_id(one) for one in record.creates]

    def _about(self, command_id: CommandId) -> tuple[str | None, list[str]]:
        """The side of the order that a cancel is about, and the venue's id of it."""
        record, ids_of = self.scene.record, self.scene.ledger.ids_of
        command = record.commands[command_id]
        assert isinstance(command, CancelOrder)
        if command.client_order_id in record.creates:
            create = record.commands[record.creates[command.client_order_id]]
            assert isinstance(create, CreateOrder)
            return create.side, [one for order in self.at_venue(command.client_order_id) for one in ids_of(order)]
        named = self.scene.words.ledger_id(str(command.venue_order_id))
        order: VenueOrder | None = self.scene.ledger.whole(named)
        return (None, []) if order is None else (order.side, list(ids_of(order)))
