"""From the report of a recovery to the final receipt."""

from attrs import evolve

from batactors.model.receipts import CommandReceipt, CommandStatus, RecoveryOutcome, RecoveryReport


def final_receipt(receipt: CommandReceipt, report: RecoveryReport) -> CommandReceipt:
    """What a command's receipt becomes by its recovery.

    Synchronized gives the verdict of this command, whatever it is; the other outcomes leave it unknown. An unknown
    command is never retriable: to send it again might do it twice.
    """
    if report.outcome is not RecoveryOutcome.SYNCHRONIZED:
        message = report.note or receipt.message
        return evolve(receipt, status=CommandStatus.UNKNOWN_EXECUTION, message=message, retriable=False)
    status = report.verdict.status
    return evolve(
        receipt,
        status=status,
        message=report.note or receipt.message,
        retriable=status is CommandStatus.NOT_EXECUTED,
    )
