"""What a command's receipt says, by the answer to it and by its recovery."""

from math import inf

from attrs import evolve

from batactors.core.news import News
from batactors.model.errors import ErrorKind
from batactors.model.facts import Answer
from batactors.model.receipts import CommandAck, CommandReceipt, CommandStatus, RecoveryOutcome, RecoveryReport
from batactors.model.terms import Origin, Transport

STATUS_OF = {
    Answer.ACCEPTED: CommandStatus.ACCEPTED,
    Answer.REFUSED: CommandStatus.REJECTED,
    Answer.UNCLEAR: CommandStatus.UNKNOWN_EXECUTION,
    Answer.NOT_OPEN: CommandStatus.UNKNOWN_EXECUTION,  # which of filled, cancelled and never there it is, we ask
}


def final_receipt(receipt: CommandReceipt, report: RecoveryReport) -> CommandReceipt:
    """What a command's receipt becomes by its recovery.

    Synchronized gives the verdict of this command, whatever it is; the other outcomes leave it unknown. An unknown
    command is never retriable: to send it again might do it twice. Where what the venue says contradicts what we
    know, the receipt says so.
    """
    if report.outcome is not RecoveryOutcome.SYNCHRONIZED:
        message = report.note or receipt.message
        error = ErrorKind.STATE_DIVERGENCE if report.outcome is RecoveryOutcome.DIVERGED else receipt.error
        return evolve(
            receipt, status=CommandStatus.UNKNOWN_EXECUTION, message=message, retriable=False, error=error
        )  # fmt: skip
    status = report.verdict.status
    return evolve(
        receipt,
        status=status,
        message=report.note or receipt.message,
        retriable=status is CommandStatus.NOT_EXECUTED,
    )


def ack_of(receipt: CommandReceipt, transport: Transport, news: News, left_at: float | None) -> CommandAck:
    """The first answer as a value, with its times."""
    sent_at = left_at if left_at != -inf else None  # of a clock before a crash, which is another
    heard_at = news.at if news.origin is not Origin.LOCAL else None
    return CommandAck(
        receipt=receipt, transport=transport, acknowledged_at=news.on, sent_at=sent_at, received_at=heard_at
    )
