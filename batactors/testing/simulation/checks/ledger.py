"""Verdicts on amends and cancels against the venue's own list of the commands that reached it (P5)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar

from batactors.journal.store import Entry
from batactors.model.commands import AccountCommand, AmendOrder, CancelAll, CancelOrder, Command
from batactors.model.ids import CommandId
from batactors.model.lifecycle import Ack, LateAck, Resolved, Sent
from batactors.model.receipts import CommandStatus
from batactors.model.terms import Origin, Transport
from batactors.testing.simulation.checks.base import Check
from batactors.testing.venue.orders import CommandRecord, VenueOrder

METHODS: dict[type, tuple[str, ...]] = {
    AmendOrder: ("amend_order",),
    CancelOrder: ("cancel_order", "algoOrder.cancel"),
    CancelAll: ("cancel_all", "algoOpenOrders.cancel"),
}
"""What the venue calls a command that is alone in its frame: of several at once it says too little. Whether an order
was created, its being there says."""
CLOCKS = timedelta(seconds=2)
"""How far the venue's clock may be from the engine's."""
UNDONE = (CommandStatus.NOT_EXECUTED, CommandStatus.REJECTED)


class DoneAsTold(Check):
    """What the venue carried out is not told as undone, and what it refused or never got is not told as done."""

    promise: ClassVar[str] = "P5"

    def wrote(self, entry: Entry) -> Iterator[str]:
        if isinstance(entry, Resolved):
            yield from self._compare(entry)

    def settled(self) -> Iterator[str]:
        for command_id in self.scene.record.steps:
            yield from self.compare_last(command_id)

    def compare_last(self, command_id: CommandId) -> Iterator[str]:
        """What is wrong with the last verdict on this command."""
        resolved = [step for step in self.scene.record.steps[command_id] if isinstance(step, Resolved)]
        for last in resolved[-1:]:
            yield from self._compare(last)

    def _compare(self, resolved: Resolved) -> Iterator[str]:
        record, status = self.scene.record, resolved.receipt.status
        command = record.commands.get(resolved.command_id)
        sent = [step for step in record.steps[resolved.command_id] if isinstance(step, Sent)]
        if command is None or type(command) not in METHODS or not sent:
            return
        at_venue = self.found(command, sent[0])
        if at_venue is None:
            return
        who = f"{command.operation} {resolved.command_id} is told as {status}"
        # A cancel has no deadline at the venue: one that comes long after its time is seen on its order.
        late = sent[0].valid_until + CLOCKS
        # And one that it took, to be done later, does nothing where the order ends before.
        done = not isinstance(command, CancelOrder) or self._is_canceled(command)
        if isinstance(command, AmendOrder) and not self.scene.words.answers_settle:
            done = self._has_terms(command)
        # A refusal in the venue's own words is the answer to this very request; `NoGuess` looks for the words.
        said = status is CommandStatus.REJECTED and resolved.receipt.native_code is not None
        if status in UNDONE and done and not said and any(one.accepted and one.at <= late for one in at_venue):
            yield f"{who}, and the venue carried it out"
        if status is CommandStatus.ACCEPTED and not any(one.accepted for one in at_venue):
            yield from self._without(command, sent[0], who, at_venue)

    def _without(self, command: Command, sent: Sent, who: str, at_venue: list[CommandRecord]) -> Iterator[str]:
        """Told as done, which the venue did not do; its effect may be there all the same."""
        why = f"refused it: {at_venue[0].errors}" if at_venue else "never got it"
        has_them = self.scene.words.nothing_to_amend
        if has_them and any(error.startswith(has_them) for one in at_venue for error in one.errors):
            return  # what was asked for is so, whoever did it
        if isinstance(command, AmendOrder) and self._asks_for_nothing(command):
            return
        if isinstance(command, AmendOrder) and not self._may_be_mistaken(command):
            yield f"{who}, and the venue {why}"
        elif isinstance(command, CancelAll):
            for order in self._still_open(command):
                if order.opened_at < sent.at - CLOCKS:
                    yield f"{who}, the venue {why}, and {order.order_id} has been open all the time"

    def _still_open(self, command: CancelAll) -> list[VenueOrder]:
        """What it was about, and is open."""
        ledger, words = self.scene.ledger, self.scene.words
        found = ledger.waiting.open() if command.conditional else ledger.open_orders()
        return [one for one in found if command.instrument in (None, words.instrument(one.pair.symbol))]

    def _asks_for_nothing(self, command: AmendOrder) -> bool:
        """Whether the order never had other terms than those asked for: what was asked for is so, whoever did it."""
        states = [one for name in sorted(self._names(command)) for one in self.scene.ledger.states(name)]
        return bool(states) and all(
            want in (None, has)
            for one in states
            for want, has in zip(_asked(command), (one.quantity, one.limit_price, one.trigger_price), strict=True)
        )

    def _may_be_mistaken(self, command: AmendOrder) -> bool:
        """Whether another asked for the same and its answer was lost: the venue does not say which one it did."""
        for command_id, other in self.scene.record.commands.items():
            alike = isinstance(other, AmendOrder) and other is not command and _asked(other) == _asked(command)
            if alike and self._names(other) == self._names(command):
                steps = self.scene.record.steps[command_id]
                heard = [step for step in steps if isinstance(step, Ack | LateAck) and step.origin is Origin.ACK]
                acks = [step.ack.receipt.status for step in heard]
                if all(status is CommandStatus.UNKNOWN_EXECUTION for status in acks):
                    return True
        return False

    def found(self, command: Command, sent: Sent) -> list[CommandRecord] | None:
        """What the venue has of it, at most one; `None` where that cannot be told from others."""
        if type(command) not in METHODS:
            return None
        record, wanted = self.scene.record, self._names(command)
        by_socket = sent.transport is Transport.WEBSOCKET
        request_id = sent.request_id if by_socket else None
        twins = 0
        for command_id, other in record.commands.items():
            if type(other) is type(command) and self._names(other) == wanted and _kind(other) == _kind(command):
                steps = [step for step in record.steps[command_id] if isinstance(step, Sent)]
                # One that a killed process sent may not have been written down as sent.
                twins += not steps and "Kill" in self.scene.struck
                for step in steps:
                    same_road = (step.transport is Transport.WEBSOCKET) == by_socket
                    twins += same_road and (not by_socket or step.request_id == request_id)
        if twins != 1 or self._went_with_others(command, sent):
            return None
        return [
            one
            for one in self.scene.ledger.commands
            if one.method in METHODS[type(command)]
            and (not isinstance(command, CancelAll) or one.method == METHODS[CancelAll][command.conditional])
            and (one.transport == "websocket") == by_socket
            and self.scene.words.request_id(one.req_id) == request_id
            and (isinstance(command, CancelAll) or wanted & {*one.client_order_ids, *one.order_ids})
        ]

    def _went_with_others(self, command: Command, sent: Sent) -> bool:
        """Whether one request carried several: the venue calls that otherwise."""
        together = (sent.request_id, sent.transport, sent.at)
        return any(
            isinstance(step, Sent) and (step.request_id, step.transport, step.at) == together
            for command_id, steps in self.scene.record.steps.items()
            for step in steps
            if command_id != command.command_id
        )

    def _is_canceled(self, command: CancelOrder) -> bool:
        ids, why = self._names(command), self.scene.words.by_request
        there = [self.scene.ledger.whole(one) for one in sorted(ids)]
        canceled = [order for order in there if order is not None and order.status == "canceled"]
        return any(not why or order.reason == why for order in canceled)

    def _has_terms(self, command: AmendOrder) -> bool:
        """Whether the order ever had the terms that an amend asks for; where there are others, nothing says which."""
        if any(other is not command and isinstance(other, AmendOrder) for other in self.scene.record.commands.values()):
            return False
        ids = self._names(command)
        states = [one.order for name in sorted(ids) for one in self.scene.ledger.amendments(name)][1:]
        return any(_has(command, one) for one in states)

    def _names(self, command: Command) -> frozenset[str]:
        if isinstance(command, AccountCommand):
            return frozenset()
        ours = command.client_order_id
        there = self.at_venue(ours) if ours is not None else []
        named = {
            ours,
            self.scene.record.wire_id(ours) if ours is not None else None,
            *(one for order in there for one in self.scene.ledger.ids_of(order)),
        }
        if isinstance(command, AmendOrder | CancelOrder) and command.venue_order_id is not None:
            named.add(self.scene.words.ledger_id(command.venue_order_id))
        return frozenset(name for name in named if name is not None)


def _kind(command: Command) -> bool:
    """Of a cancel of all: which of the two kinds of orders it is about."""
    return isinstance(command, CancelAll) and command.conditional


def _has(command: AmendOrder, order: VenueOrder) -> bool:
    has = (order.quantity, order.limit_price, order.trigger_price)
    return all(want in (None, one) for want, one in zip(_asked(command), has, strict=True))


def _asked(amend: AmendOrder) -> tuple[object, ...]:
    return (amend.quantity, amend.price, amend.trigger_price)
