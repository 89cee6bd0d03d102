"""Always an answer (P4), never a guess (P5)."""

from collections.abc import Iterator
from typing import ClassVar

from batactors.journal.store import Entry
from batactors.model.commands import AdoptOrder, AmendOrder, CancelAll, CancelOrder, Command, CreateOrder
from batactors.model.lifecycle import Resolved
from batactors.model.order_events import OrderRejected
from batactors.model.receipts import CommandReceipt, CommandStatus
from batactors.testing.simulation.checks.base import Check, Scene
from batactors.testing.simulation.record import Frame
from batactors.testing.venue.orders import VenueOrder


class AlwaysAnAnswer(Check):
    """A stated time after the world has healed, every call has come back, and every command has its verdict."""

    promise: ClassVar[str] = "P4, P11"

    def settled(self) -> Iterator[str]:
        for command in self.scene.record.unresolved():
            if not self.scene.record.cannot_be_told(command):
                names = [type(step).__name__ for step in self.scene.record.steps[command.command_id]]
                yield f"{command.operation} {command.command_id} has no verdict: {names[-8:]}"
        for follower in self.scene.record.followers:
            if not follower.done:
                last = follower.told[-1] if follower.told else "nothing"
                yield f"a {follower.kind} follower of {follower.client_order_id} still waits; it was told {last}"
        for call in self.scene.record.calls.values():
            yield f"a call has not come back: {call}"


class NoGuess(Check):
    """Every verdict is true: by the venue's ledger at the moment when it is told, and ever after."""

    promise: ClassVar[str] = "P5"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._heard: list[str] = []

    def saw(self, frame: Frame) -> Iterator[str]:
        if not frame.up and self.scene.words.says_no(frame.text):
            self._heard.append(frame.text)
        yield from ()

    def wrote(self, entry: Entry) -> Iterator[str]:
        if isinstance(entry, Resolved):
            command = self.scene.record.commands.get(entry.command_id)
            if command is not None:
                yield from self._corrected(command, entry)
                yield from self._judge(command, entry.receipt)

    def settled(self) -> Iterator[str]:
        for command_id, receipt in self.scene.record.verdicts.items():
            command = self.scene.record.commands[command_id]
            if isinstance(command, CreateOrder):
                yield from self._create(command, receipt)

    def _judge(self, command: Command, receipt: CommandReceipt) -> Iterator[str]:
        if receipt.status is CommandStatus.REJECTED:
            yield from self._refusal(command, receipt)
        match command:
            case CreateOrder():
                yield from self._create(command, receipt)
            case CancelOrder() if receipt.status is CommandStatus.ACCEPTED:
                there = self._orders(command)
                if not self._was_accepted(command, "cancel") and not any(one.status == "canceled" for one in there):
                    statuses = [one.status for one in there]
                    which = command.client_order_id or command.venue_order_id
                    yield f"the cancel of {which} is told as accepted, and the order is {statuses}"
            case AmendOrder() if receipt.status is CommandStatus.ACCEPTED:
                yield from self._amend(command)
            case _:
                pass

    def _corrected(self, command: Command, now: Resolved) -> Iterator[str]:
        """What has to be taken back was no proof. A cancel has no deadline: the venue may do it however late."""
        steps = self.scene.record.steps[now.command_id]
        before = [step.receipt.status for step in steps if isinstance(step, Resolved) and step is not now]
        if before and not isinstance(command, CancelOrder | CancelAll):
            yield f"{command.operation} {command.command_id} was told as {before[-1]}, and is {now.receipt.status}"

    def _refusal(self, command: Command, receipt: CommandReceipt) -> Iterator[str]:
        words = receipt.native_code or receipt.message or ""
        if isinstance(command, AmendOrder | CancelOrder) and self._is_refused(command):
            return  # there is nothing to amend or cancel where the order itself was refused
        if isinstance(command, CreateOrder) and any(
            one.terms.post_only and one.closed for one in self._orders(command)
        ):
            return  # it said so by taking the order off the book
        if not any(self.scene.words.has_said(words, text) for text in self._heard):
            yield f"{command.operation} {command.command_id} is told as rejected ({words}); the venue never said so"

    def _is_refused(self, command: AmendOrder | CancelOrder) -> bool:
        order = self.scene.record.order_of(command)
        events = self.scene.record.events[order] if order is not None else []
        return any(isinstance(event, OrderRejected) for event in events)

    def _create(self, command: CreateOrder, receipt: CommandReceipt) -> Iterator[str]:
        there = self._orders(command)
        if isinstance(command, AdoptOrder) and receipt.status is not CommandStatus.ACCEPTED:
            yield f"the adoption of {command.venue_order_id} is told as {receipt.status}, and nothing was sent for it"
            return
        if receipt.status is CommandStatus.ACCEPTED and not there:
            yield f"{command.client_order_id} is told as accepted, and the venue never had it"
        if receipt.status is CommandStatus.NOT_EXECUTED and there:
            yield f"{command.client_order_id} is told as not executed, and the venue has it: {there[0].status}"
        if receipt.status is CommandStatus.REJECTED and there and not (there[0].closed and not there[0].filled):
            yield f"{command.client_order_id} is told as rejected, and the venue has it: {there[0].status}"

    def _amend(self, command: AmendOrder) -> Iterator[str]:
        for order in self._orders(command):
            terms = [one.order for one in self.scene.ledger.amendments(order.order_id)]
            terms += self.scene.ledger.states(order.order_id)
            seen = any(_has(command, one.quantity, one.limit_price) for one in terms)
            if not seen and not self._was_accepted(command, "amend"):
                yield f"the amend of {command.client_order_id} is told as accepted, and the venue never had these terms"

    def _orders(self, command: CreateOrder | CancelOrder | AmendOrder) -> list[VenueOrder]:
        if command.client_order_id is not None:
            return self.at_venue(command.client_order_id)
        named = self.scene.words.ledger_id(str(command.venue_order_id))
        order = None if isinstance(command, CreateOrder) else self.scene.ledger.whole(named)
        return [] if order is None else [order]

    def _was_accepted(self, command: CancelOrder | AmendOrder, method: str) -> bool:
        """Whether the venue said yes, though no state of the order shows it: it does it later, or the order ended."""
        ledger = self.scene.ledger
        return self.scene.words.answers_settle and any(
            record.accepted
            and method in record.method
            and (
                any(order.client_order_id in record.client_order_ids for order in self._orders(command))
                or any(one in record.order_ids for order in self._orders(command) for one in ledger.ids_of(order))
            )
            for record in ledger.commands
        )


def _has(command: AmendOrder, quantity: object, price: object) -> bool:
    return command.quantity in (None, quantity) and command.price in (None, price)
