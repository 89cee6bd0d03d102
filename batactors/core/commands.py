"""One command of ours: how far it got, what answered it, and the steps that its followers are told."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from math import inf
from typing import Any

from attrs import evolve, frozen

from batactors.core.news import News
from batactors.core.recovery import final_receipt
from batactors.model.commands import CancelAll, Command
from batactors.model.facts import Answer, AnswerFact
from batactors.model.ids import ClientOrderId, VenueOrderId
from batactors.model.inputs import Sending
from batactors.model.lifecycle import (
    Ack,
    LateAck,
    LifecycleEvent,
    Receipt,
    RecoveryAttempt,
    RecoveryCompleted,
    RecoveryScheduled,
    Resolved,
    Sent,
)
from batactors.model.receipts import (
    CommandAck,
    CommandReceipt,
    CommandStatus,
    Evidence,
    RecoveryOutcome,
    RecoveryReport,
    Verdict,
)
from batactors.model.terms import OrderState, Origin, Transport

STATUS_OF = {
    Answer.ACCEPTED: CommandStatus.ACCEPTED,
    Answer.REFUSED: CommandStatus.REJECTED,
    Answer.UNCLEAR: CommandStatus.UNKNOWN_EXECUTION,
    Answer.NOT_OPEN: CommandStatus.UNKNOWN_EXECUTION,  # which of filled, cancelled and never there it is, we ask
}


@frozen(kw_only=True)
class Before:
    """How things stood when a command was sent; what differs later may be its effect.

    Attributes:
        terms: Of the order that it addresses: total quantity, price, trigger price; ``None`` if not known.
        closed: That order had ended.
        open: For a cancel-all, the orders of ours that were surely open; the create of another may have been under way.
        others: For the same, the orders of others that were open.
    """

    terms: tuple[Decimal | None, Decimal | None, Decimal | None] | None = None
    closed: bool = False
    open: tuple[ClientOrderId, ...] = ()
    others: tuple[VenueOrderId, ...] = ()


class CommandRecord:
    """The engine's account of one command that it was given.

    Args:
        targets: The orders of ours that it concerns; for a cancel-all, those that may have been open when it was sent.
    """

    def __init__(self, command: Command, venue: str, targets: tuple[ClientOrderId, ...] = ()) -> None:
        self.command = command
        self.targets = targets
        self.before = Before()
        self.sent: Sending | None = None
        self.left_at: float | None = None
        """When it may have left us, at the earliest, on trio's clock; ``None`` while it surely did not."""
        self.expires = inf
        """When the venue will no longer carry it out, on trio's clock."""
        self.receipt = CommandReceipt(
            command_id=command.command_id,
            operation=command.operation,
            status=CommandStatus.UNKNOWN_EXECUTION,
            account=command.account,
            venue=venue,
            instrument=None if isinstance(command, CancelAll) else command.instrument,
            client_order_id=None if isinstance(command, CancelAll) else command.client_order_id,
        )
        self.verdict: Verdict | None = None
        self.verdict_at: float | None = None
        """When the verdict was found, on trio's clock."""
        self.unknown_since: float | None = None
        self.unknown_on: datetime | None = None
        self.refused_as_not_open = False
        self.confirmed = False
        """The venue's own answer says that it was done."""
        self.gave_up = False
        """Those who wait for it were told that it is still uncertain."""
        self.abandoned = False
        """Nothing that can still be asked tells what became of it; it stays unknown."""
        self.attempts = 0
        self.negatives: list[float] = []
        """When questions were asked that showed the world as it would be without this command, on trio's clock."""
        self.steps: list[LifecycleEvent] = []
        self._evidence: list[Evidence] = []
        self.acked = False

    @property
    def order(self) -> ClientOrderId | None:
        """The one order of ours that it concerns."""
        return self.targets[0] if self.targets and not isinstance(self.command, CancelAll) else None

    @property
    def has_ended(self) -> bool:
        """It has its verdict, or never will."""
        return self.verdict is not None or self.abandoned

    @property
    def is_unknown(self) -> bool:
        """It is not known what became of it; the reconciler asks."""
        return not self.has_ended and self.unknown_since is not None

    def sending(self, sending: Sending, news: News) -> None:
        """Its first byte is about to leave."""
        self.sent, self.left_at, self.expires = sending, sending.at, sending.expires
        self.receipt = evolve(self.receipt, request_id=sending.request_id)
        self._tell(
            Sent, news, transport=sending.transport, request_id=sending.request_id, valid_until=sending.valid_until
        )

    def not_sent(self, reason: str, news: News) -> None:
        """It never left us, which is proof that it was not done."""
        if self.verdict is not None:
            return
        self._note("never written", reason, news)
        self.receipt = evolve(self.receipt, status=CommandStatus.NOT_EXECUTED, message=reason, retriable=True)
        self._acknowledge(news, Transport.NONE)
        self._resolve(CommandStatus.NOT_EXECUTED, None, news)

    def answered(self, fact: AnswerFact, news: News) -> None:
        """The venue responded to it."""
        self._note("ack", f"{fact.answer} {fact.message or ''}".rstrip(), news)
        transport = self.sent.transport if self.sent is not None else Transport.WEBSOCKET
        status = STATUS_OF[fact.answer]
        receipt = evolve(
            self.receipt,
            status=status,
            venue_order_id=fact.venue_order_id or self.receipt.venue_order_id,
            message=fact.message,
            native_code=fact.native_code,
            error=fact.error,
            retriable=fact.retriable and status is CommandStatus.REJECTED,
        )
        self.confirmed = self.confirmed or status is CommandStatus.ACCEPTED
        if self.verdict is not None:
            if self.verdict.status is CommandStatus.NOT_EXECUTED and status is CommandStatus.ACCEPTED:
                ack = self._ack_of(receipt, transport, news)
                self._tell(LateAck, news, ack=ack)
                self.revoked("the venue answered after all that it did it", None, news)
            return  # proved already; an answer that confirms it adds nothing, one that contradicts it is a doubt
        self.refused_as_not_open = self.refused_as_not_open or fact.answer is Answer.NOT_OPEN
        late = self.unknown_since is not None and self.acked
        self.receipt = receipt
        if late:
            ack = self._ack_of(receipt, transport, news)
            self._tell(LateAck, news, ack=ack)
            self._tell(Receipt, news, receipt=receipt)
        else:
            self._acknowledge(news, transport)
        if status is CommandStatus.UNKNOWN_EXECUTION:
            self._schedule(fact.message or "an answer that says nothing certain", news)
        else:
            self._resolve(status, None, news)

    def lost(self, reason: str, news: News) -> None:
        """It may have left, and no answer came: from now on it is unknown."""
        if self.verdict is not None or self.unknown_since is not None:
            return
        self._note("no answer", reason, news)
        self.receipt = evolve(self.receipt, status=CommandStatus.UNKNOWN_EXECUTION, message=reason)
        self._acknowledge(news, self.sent.transport if self.sent is not None else Transport.NONE)
        self._schedule(reason, news)

    def proved(self, status: CommandStatus, source: str, says: str, state: OrderState | None, news: News) -> None:
        """Evidence other than an answer shows what became of it."""
        self._note(source, says, news)
        if self.unknown_since is not None:
            self._complete(status, says, state, news)
            return
        self.receipt = evolve(self.receipt, status=status, message=says, retriable=status is CommandStatus.NOT_EXECUTED)
        self._acknowledge(news, self.sent.transport if self.sent is not None else Transport.NONE)
        self._resolve(status, state, news)

    def revoked(self, says: str, state: OrderState | None, news: News) -> None:
        """It was proved not done, or refused, and later evidence shows that it was done after all."""
        self._note(news.origin, says, news)
        self.receipt = evolve(self.receipt, status=CommandStatus.ACCEPTED, message=says, retriable=False)
        self._tell(Receipt, news, receipt=self.receipt)
        self._resolve(CommandStatus.ACCEPTED, state, news)

    def attempted(self, note: str, news: News) -> None:
        """The reconciler has asked once more; of what goes on for days, ever fewer attempts are told."""
        self.attempts += 1
        self._note("asked", note, news)
        if self.attempts <= MOST_TOLD or not self.attempts & (self.attempts - 1):
            self._tell(RecoveryAttempt, news, attempt=self.attempts, note=note)

    def give_up_waiting(self, news: News) -> None:
        """Asked so long that those who wait are told how it stands; the asking goes on."""
        self.gave_up = True
        since = self.unknown_on.isoformat() if self.unknown_on is not None else "it was sent"
        note = f"not known since {since}, asked {self.attempts} times"
        self._still_unknown(RecoveryOutcome.STILL_UNCERTAIN, note, news)

    def abandon(self, outcome: RecoveryOutcome, says: str, news: News) -> None:
        """Nothing more can be found out: it stays unknown, with what is known of it."""
        self.abandoned = True
        self._note("asked", says, news)
        self._still_unknown(outcome, says, news)

    def _still_unknown(self, outcome: RecoveryOutcome, note: str, news: News) -> None:
        verdict = Verdict(status=CommandStatus.UNKNOWN_EXECUTION, evidence=tuple(self._evidence))
        report = RecoveryReport(outcome=outcome, attempts=self.attempts, verdict=verdict, note=note)
        self.receipt = final_receipt(self.receipt, report)
        self._tell(RecoveryCompleted, news, report=report)

    def _complete(self, status: CommandStatus, says: str, state: OrderState | None, news: News) -> None:
        verdict = Verdict(status=status, evidence=tuple(self._evidence), order_state=state)
        report = RecoveryReport(
            outcome=RecoveryOutcome.SYNCHRONIZED, attempts=self.attempts, verdict=verdict, note=says
        )
        self.receipt = final_receipt(self.receipt, report)
        self._tell(RecoveryCompleted, news, report=report)
        self._tell(Receipt, news, receipt=self.receipt)
        self._resolve(status, state, news)

    def _resolve(self, status: CommandStatus, state: OrderState | None, news: News) -> None:
        self.verdict = Verdict(status=status, evidence=tuple(self._evidence), order_state=state)
        self.verdict_at = news.at
        self.unknown_since = None
        self.negatives.clear()
        self._tell(Resolved, news, verdict=self.verdict, receipt=self.receipt)

    def _acknowledge(self, news: News, transport: Transport) -> None:
        """Tell the first receipt, as the ack that those who wait for one are given."""
        if not self.acked:
            self.acked = True
            ack = self._ack_of(self.receipt, transport, news)
            self._tell(Ack, news, ack=ack)
        self._tell(Receipt, news, receipt=self.receipt)

    def _ack_of(self, receipt: CommandReceipt, transport: Transport, news: News) -> CommandAck:
        left_at = self.left_at if self.left_at != -inf else None  # of a clock before a crash, which is another
        heard_at = news.at if news.origin is not Origin.LOCAL else None
        return CommandAck(
            receipt=receipt, transport=transport, acknowledged_at=news.on, sent_at=left_at, received_at=heard_at
        )

    def _schedule(self, reason: str, news: News) -> None:
        if self.unknown_since is None:
            self.unknown_since, self.unknown_on = news.at, news.on
            self._tell(RecoveryScheduled, news, reason=reason)

    def _note(self, source: str, says: str, news: News) -> None:
        if len(self._evidence) < MOST_EVIDENCE:
            self._evidence.append(Evidence(source=source, says=says, at=news.on, origin=news.origin))

    def _tell(
        self,
        kind: Callable[..., LifecycleEvent],
        news: News,
        **fields: Any,
    ) -> None:
        self.steps.append(
            kind(
                command_id=self.command.command_id,
                sequence=len(self.steps) + 1,
                at=news.on,
                origin=news.origin,
                replayed=news.replayed,
                **fields,
            )
        )


MOST_TOLD = 100
"""Attempts of a recovery of which each is told; beyond them every doubling is."""
MOST_EVIDENCE = 100
"""Per command: a recovery that goes on for hours repeats itself, and its first hundred findings tell it all."""
