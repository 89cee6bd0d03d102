"""What became of a command that changes a setting, where others may change it too."""

from collections.abc import Iterable
from math import inf

from batactors.core.account_settings import name_of, scope_of, wanted_by
from batactors.core.commands import CommandRecord
from batactors.core.rules import Rules
from batactors.core.ruling import Ruling, Undecidable
from batactors.core.settings import Asked, from_reads
from batactors.model.lifecycle import Resolved
from batactors.model.receipts import CommandStatus, RecoveryOutcome
from batactors.model.settings import SettingCommand

_UNDONE = (CommandStatus.REJECTED, CommandStatus.NOT_EXECUTED)


def from_setting(
    record: CommandRecord, command: SettingCommand, others: Iterable[CommandRecord], rules: Rules
) -> Ruling | Undecidable | None:
    """What all that was heard of the setting proves of a command that is unknown; ``None`` while it proves nothing."""
    asked = _asked(record, command)
    found = from_reads(asked, record.reads, rules)
    if not isinstance(found, Ruling) or found.status is not CommandStatus.NOT_EXECUTED:
        return found
    if not _may_have_undone(record, command, others):
        return found
    says = f"the {asked.name} is not {asked.value}, and another command of ours may have changed it since"
    return Undecidable(RecoveryOutcome.STILL_UNCERTAIN, says) if record.gave_up else None


def _asked(record: CommandRecord, command: SettingCommand) -> Asked:
    assert record.unknown_since is not None
    # What left before a crash left at a time that no clock of now knows; it counts as if it had left just after.
    left_at = record.sent.at if record.sent is not None else record.unknown_since
    return Asked(
        name=name_of(command), value=wanted_by(command), before=record.before.setting, left_at=left_at,
        expires=record.expires,
    )  # fmt: skip


def _may_have_undone(record: CommandRecord, command: SettingCommand, others: Iterable[CommandRecord]) -> bool:
    """Whether another command may have changed the same setting to something else after this one did."""
    is_later = False
    for other in others:  # in the order in which they were given
        if other is record:
            is_later = True
        elif _is_rival(other, command) and (is_later or not _was_over(other, record)):
            return True
    return False


def _is_rival(other: CommandRecord, command: SettingCommand) -> bool:
    """Whether it may have set the same to another value."""
    rival = other.command
    if not isinstance(rival, SettingCommand) or rival.operation is not command.operation:
        return False
    if scope_of(rival) != scope_of(command) or wanted_by(rival) == wanted_by(command):
        return False
    return other.left_at is not None and (other.verdict is None or other.verdict.status not in _UNDONE)


def _was_over(other: CommandRecord, record: CommandRecord) -> bool:
    """Whether an earlier command had its verdict before this one left: it had been done by then."""
    if other.verdict_at is None or record.sent is None:
        return False
    if other.left_at == -inf:  # from before a crash: of its times only those of day are known
        told = [step.at for step in other.steps if isinstance(step, Resolved)]
        return bool(told) and told[-1] <= record.sent.on
    return other.verdict_at <= record.sent.at
