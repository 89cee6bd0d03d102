"""One command of ours: how far it got, what answered it, and the steps that its followers are told."""

from collections.abc import Callable, Sequence
from datetime import datetime
from math import inf
from typing import Any

from attrs import evolve

from batactors.core.before import Before
from batactors.core.evidence import EvidenceLog, what_it_says
from batactors.core.news import News
from batactors.core.recovery import STATUS_OF, ack_of, final_receipt
from batactors.core.ruling import Ruling, Undecidable
from batactors.core.settings import SettingRead
from batactors.model.commands import AdoptOrder, CancelAll, Command, instrument_of, order_of
from batactors.model.errors import ErrorKind
from batactors.model.facts import Answer, AnswerFact
from batactors.model.ids import ClientOrderId
from batactors.model.inputs import Inquiry, Sending
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
from batactors.model.questions import NAMES
from batactors.model.receipts import (
    CommandReceipt,
    CommandStatus,
    OrderStanding,
    PassReport,
    Proof,
    Reach,
    RecoveryOutcome,
    RecoveryReport,
    Verdict,
)
from batactors.model.terms import Transport


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
        self.written = False
        """Its last byte was handed to the network, or an answer shows that it arrived."""
        self.receipt = CommandReceipt(
            command_id=command.command_id, operation=command.operation, status=CommandStatus.UNKNOWN_EXECUTION,
            account=command.account, venue=venue, instrument=instrument_of(command), client_order_id=order_of(command),
            venue_order_id=command.venue_order_id if isinstance(command, AdoptOrder) else None,
        )  # fmt: skip
        self.verdict: Verdict | None = None
        self.verdict_at: float | None = None
        """When the verdict was found, on trio's clock."""
        self.unknown_since: float | None = None
        self.unknown_on: datetime | None = None
        self.refused_as_not_open = False
        self.confirmed = False
        """The venue's own answer says that it was done."""
        self.pending = False
        """The venue's own answer says no more than that it came; its order tells what becomes of it."""
        self.gave_up = False
        """Those who wait for it were told that it is still uncertain."""
        self.abandoned = False
        """Nothing that can still be asked tells what became of it; it stays unknown."""
        self.outcome: RecoveryOutcome | None = None
        """What its recovery came to, where that was told."""
        self.attempts = 0
        self.negatives: list[float] = []
        """When questions were asked that showed the world as it would be without this command, on trio's clock."""
        self.reads: list[SettingRead] = []
        """What was heard of the setting that it changes, since it was sent."""
        self.absent: Ruling | None = None
        """No list of orders has the order that it was to make; the fills are still to be asked for."""
        self.steps: list[LifecycleEvent] = []
        self.evidence = EvidenceLog()
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

    @property
    def reach(self) -> Reach:
        """How far it got on its way to the venue."""
        if self.left_at is None:
            return Reach.NOT_SENT
        return Reach.SENT if self.written else Reach.MAYBE_SENT

    def sending(self, sending: Sending, news: News) -> None:
        """Its first byte is about to leave."""
        self.sent, self.left_at, self.expires = sending, sending.at, sending.expires
        self.receipt = evolve(self.receipt, request_id=sending.request_id)
        until, request_id = sending.valid_until, sending.request_id
        self._tell(Sent, news, transport=sending.transport, request_id=request_id, valid_until=until)

    def went_out(self, news: News) -> None:
        """All of it was handed to the network."""
        if not self.written:
            self.written = True
            self.evidence.note("wire", "written whole", news)

    def not_sent(self, reason: str, news: News, standing: OrderStanding | None = None) -> None:
        """It never left us, which is proof that it was not done."""
        if self.verdict is not None:
            return
        self.left_at = None
        self.evidence.note("wire", f"never written: {reason}", news)
        self.receipt = evolve(self.receipt, status=CommandStatus.NOT_EXECUTED, message=reason, retriable=True)
        self._acknowledge(news, Transport.NONE)
        self._resolve(Ruling(CommandStatus.NOT_EXECUTED, Proof.NEVER_WRITTEN, reason), standing, news)

    def answered(self, fact: AnswerFact, news: News, standing: OrderStanding | None = None) -> None:
        """The venue responded to it, while its order stood so."""
        self.written = True
        self.evidence.note("ack", f"{fact.answer} {fact.message or ''}".rstrip(), news)
        if fact.answer is Answer.PENDING:
            self.pending = True
            self.receipt = evolve(self.receipt, venue_order_id=fact.venue_order_id or self.receipt.venue_order_id)
            return
        transport = self.sent.transport if self.sent is not None else Transport.WEBSOCKET
        status = STATUS_OF[fact.answer]
        receipt = evolve(
            self.receipt, status=status, venue_order_id=fact.venue_order_id or self.receipt.venue_order_id,
            message=fact.message, native_code=fact.native_code, error=fact.error,
            retriable=fact.retriable and status is CommandStatus.REJECTED,
        )  # fmt: skip
        self.confirmed = self.confirmed or status is CommandStatus.ACCEPTED
        if self.verdict is not None:
            if self.verdict.status is CommandStatus.NOT_EXECUTED and status is CommandStatus.ACCEPTED:
                ack = ack_of(receipt, transport, news, self.left_at)
                self._tell(LateAck, news, ack=ack)
                says = "the venue answered after all that it did it"
                self.revoked(Ruling(CommandStatus.ACCEPTED, Proof.ANSWERED, says), standing, news)
            return  # proved already; an answer that confirms it adds nothing, one that contradicts it is a doubt
        self.refused_as_not_open = self.refused_as_not_open or fact.answer is Answer.NOT_OPEN
        late = self.unknown_since is not None and self.acked
        self.receipt = receipt
        if late:
            ack = ack_of(receipt, transport, news, self.left_at)
            self._tell(LateAck, news, ack=ack)
            self._tell(Receipt, news, receipt=receipt)
        else:
            self._acknowledge(news, transport)
        if status is CommandStatus.UNKNOWN_EXECUTION:
            self._schedule(fact.message or "an answer that says nothing certain", news)
        else:
            self._resolve(Ruling(status, Proof.ANSWERED, fact.message or str(fact.answer)), standing, news)

    def lost(self, reason: str, news: News) -> None:
        """It may have left, and no answer came: from now on it is unknown."""
        if self.verdict is not None or self.unknown_since is not None:
            return
        self.evidence.note("no answer", reason, news)
        self.receipt = evolve(self.receipt, status=CommandStatus.UNKNOWN_EXECUTION, message=reason)
        self._acknowledge(news, self.sent.transport if self.sent is not None else Transport.NONE)
        self._schedule(reason, news)

    def proved(
        self, ruling: Ruling, standing: OrderStanding | None, news: News, summary: PassReport | None = None
    ) -> None:
        """Evidence other than an answer shows what became of it."""
        self.evidence.note(str(news.origin), ruling.says, news)
        if self.unknown_since is not None:
            report = RecoveryReport(
                outcome=RecoveryOutcome.SYNCHRONIZED, attempts=self.attempts, verdict=self._verdict(ruling, standing),
                note=ruling.says, summary=summary,
            )  # fmt: skip
            self.receipt = final_receipt(self.receipt, report)
            self._tell(RecoveryCompleted, news, report=report)
            self._tell(Receipt, news, receipt=self.receipt)
        else:
            retriable = ruling.status is CommandStatus.NOT_EXECUTED
            error = ErrorKind.EXCHANGE_REJECT if ruling.status is CommandStatus.REJECTED else None
            self.receipt = evolve(
                self.receipt, status=ruling.status, message=ruling.says, retriable=retriable, error=error
            )
            self._acknowledge(news, self.sent.transport if self.sent is not None else Transport.NONE)
        self._resolve(ruling, standing, news)

    def revoked(self, ruling: Ruling, standing: OrderStanding | None, news: News) -> None:
        """It was proved not done, or refused, and later evidence shows that it was done after all."""
        self.evidence.note(str(news.origin), ruling.says, news)
        self.receipt = evolve(self.receipt, status=ruling.status, message=ruling.says, retriable=False)
        self._tell(Receipt, news, receipt=self.receipt)
        self._resolve(ruling, standing, news)

    def attempted(self, inquiries: Sequence[Inquiry], note: str, news: News) -> None:
        """The reconciler has asked once more; of what goes on for days, ever fewer attempts are told."""
        self.attempts += 1
        for inquiry in inquiries:
            self.evidence.note(NAMES[type(inquiry.question)], what_it_says(inquiry), news, inquiry.asked_on)
        if not inquiries:
            self.evidence.note("asked", note, news)
        if self.attempts <= MOST_TOLD or not self.attempts & (self.attempts - 1):
            self._tell(RecoveryAttempt, news, attempt=self.attempts, note=note)

    def give_up_waiting(self, news: News) -> None:
        """Asked so long that those who wait are told how it stands; the asking goes on."""
        self.gave_up = True
        since = self.unknown_on.isoformat() if self.unknown_on is not None else "it was sent"
        note = f"not known since {since}, asked {self.attempts} times"
        self._still_unknown(Undecidable(RecoveryOutcome.STILL_UNCERTAIN, note), None, news)

    def abandon(
        self, found: Undecidable, standing: OrderStanding | None, news: News, summary: PassReport | None = None
    ) -> None:
        """Nothing more can be found out: it stays unknown, with what is known of it."""
        self.abandoned = True
        self.evidence.note("asked", found.says, news)
        self._still_unknown(found, standing, news, summary)

    def _still_unknown(
        self, found: Undecidable, standing: OrderStanding | None, news: News, summary: PassReport | None = None
    ) -> None:
        verdict = Verdict(
            status=CommandStatus.UNKNOWN_EXECUTION, reach=self.reach, evidence=self.evidence.all(), order=standing,
            orders=found.orders, differences=found.differences,
        )  # fmt: skip
        self.outcome = found.outcome
        report = RecoveryReport(
            outcome=found.outcome, attempts=self.attempts, verdict=verdict, note=found.says, summary=summary
        )
        self.receipt = final_receipt(self.receipt, report)
        self._tell(RecoveryCompleted, news, report=report)

    def _verdict(self, ruling: Ruling, standing: OrderStanding | None) -> Verdict:
        return Verdict(
            status=ruling.status, proof=ruling.proof, reach=self.reach, evidence=self.evidence.all(), order=standing,
            orders=ruling.orders,
        )  # fmt: skip

    def _resolve(self, ruling: Ruling, standing: OrderStanding | None, news: News) -> None:
        self.verdict = self._verdict(ruling, standing)
        self.verdict_at = news.at
        self.unknown_since = None
        self.negatives.clear()
        self._tell(Resolved, news, verdict=self.verdict, receipt=self.receipt)

    def _acknowledge(self, news: News, transport: Transport) -> None:
        """Tell the first receipt, as the ack that those who wait for one are given."""
        if not self.acked:
            self.acked = True
            ack = ack_of(self.receipt, transport, news, self.left_at)
            self._tell(Ack, news, ack=ack)
        self._tell(Receipt, news, receipt=self.receipt)

    def _schedule(self, reason: str, news: News) -> None:
        if self.unknown_since is None:
            self.unknown_since, self.unknown_on = news.at, news.on
            self._tell(RecoveryScheduled, news, reason=reason)

    def _tell(
        self,
        kind: Callable[..., LifecycleEvent],
        news: News,
        **fields: Any,
    ) -> None:
        self.steps.append(
            kind(
                command_id=self.command.command_id, sequence=len(self.steps) + 1, at=news.on, origin=news.origin,
                replayed=news.replayed, **fields,
            )
        )  # fmt: skip


MOST_TOLD = 100
"""Attempts of a recovery of which each is told; beyond them every doubling is."""
