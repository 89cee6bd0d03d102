"""Verdicts come in time and are true (P4, P5), and the passes that find them are counted right."""

from collections.abc import Iterator
from typing import ClassVar

from batactors import ChildEvent, Happening
from batactors.journal.store import Entry
from batactors.model.commands import Command, CreateOrder
from batactors.model.lifecycle import RecoveryCompleted, Sent
from batactors.model.receipts import CommandReceipt, CommandStatus, PassReport, RecoveryOutcome
from batactors.testing.simulation.bounds import verdict_bound
from batactors.testing.simulation.checks.base import Check, Scene
from batactors.testing.simulation.checks.ledger import UNDONE, DoneAsTold


class VerdictsInTime(Check):
    """Every command has its verdict within the time that follows from the settings, once the world has healed.

    For worlds that heal, and in which all that goes wrong is a fault of a plan.
    """

    promise: ClassVar[str] = "P4"

    def settled(self) -> Iterator[str]:
        record, healed = self.scene.record, self.scene.healed_at
        if healed is None:
            return
        record.bound = verdict_bound(self.scene.knobs, len(record.commands), self.scene.words.window)
        for command_id, told_at in record.resolved_at.items():
            took = told_at - max(healed, record.registered_at[command_id])
            record.longest = max(record.longest, took)
            if took > record.bound:
                operation = record.commands[command_id].operation
                yield f"{operation} {command_id} had its verdict after {took:.1f} s, and {record.bound:.1f} are stated"


class UndoneIsUndone(Check):
    """Each command whose last verdict is NotExecuted or Rejected is looked for in the venue's ledger."""

    promise: ClassVar[str] = "P5"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._at_venue = DoneAsTold(scene)

    def settled(self) -> Iterator[str]:
        record = self.scene.record
        record.compared.clear()
        for command_id, receipt in record.verdicts.items():
            if receipt.status not in UNDONE:
                continue
            command = record.commands[command_id]
            wrong = self._create(command, receipt) if isinstance(command, CreateOrder) else self._other(command)
            record.compared["cannot be told from others" if wrong is None else "checked"] += 1
            if wrong:
                record.compared["wrong"] += 1
                yield f"{command.operation} {command_id} is told as {receipt.status}: {wrong}"

    def _create(self, command: CreateOrder, receipt: CommandReceipt) -> str:
        for order in self.at_venue(command.client_order_id):
            if receipt.status is CommandStatus.NOT_EXECUTED or not order.closed or order.filled:
                return f"the venue has the order, {order.status} with {order.filled} filled"
        return ""

    def _other(self, command: Command) -> str | None:
        """What is wrong; `None` if the ledger does not tell this command from others like it."""
        sent = [step for step in self.scene.record.steps[command.command_id] if isinstance(step, Sent)]
        if not sent or self._at_venue.found(command, sent[0]) is None:
            return None
        return next(self._at_venue.compare_last(command.command_id), "")


class PassesAddUp(Check):
    """What a pass of the reconciler came to adds up, and each one that began has ended, unless an actor crashed."""

    promise: ClassVar[str] = "P4"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._crashes = 0

    def supervised(self, event: ChildEvent) -> Iterator[str]:
        self._crashes += event.what is Happening.CRASHED and event.child == "reconciler"
        yield from ()

    def wrote(self, entry: Entry) -> Iterator[str]:
        if isinstance(entry, RecoveryCompleted) and entry.report.summary is not None:
            yield from self._adds_up(entry.report.summary)
            decided = entry.report.outcome is RecoveryOutcome.SYNCHRONIZED
            if not entry.report.summary.asked or (decided and not entry.report.summary.settled):
                yield f"{entry.command_id} was settled in a pass that does not count it: {entry.report.summary}"

    def settled(self) -> Iterator[str]:
        last, unended = self.scene.passes()
        if last is not None:
            yield from self._adds_up(last)
        if unended > self._crashes:
            yield f"{unended} passes began and did not end, and the reconciler crashed {self._crashes} times"

    @staticmethod
    def _adds_up(report: PassReport) -> Iterator[str]:
        counts = (report.settled, report.uncertain, report.diverged)
        if sum(counts) != report.asked or min(counts) < 0 or report.number < 1:
            yield f"a pass does not add up: {report}"
        if report.ended_at is not None and report.outcome is RecoveryOutcome.SYNCHRONIZED and report.uncertain:
            yield f"a pass is told as synchronized, and left something: {report}"
