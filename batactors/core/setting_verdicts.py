"""What became of a command that changes a setting, where others may change it too."""

from collections.abc import Iterable, Iterator
from math import inf

from attrs import frozen

from batactors.core.account_settings import name_of, scope_of, wanted_by
from batactors.core.commands import CommandRecord
from batactors.core.rules import Rules
from batactors.core.ruling import NOT_DONE, Ruling, Undecidable
from batactors.core.settings import Asked, from_reads, is_past_proof
from batactors.model.lifecycle import Resolved
from batactors.model.receipts import CommandStatus, RecoveryOutcome
from batactors.model.settings import SettingCommand


def from_setting(
    record: CommandRecord, command: SettingCommand, others: Iterable[CommandRecord], rules: Rules
) -> Ruling | Undecidable | None:
    """What all that was heard of the setting proves of a command that is unknown; ``None`` while it proves nothing."""
    asked = _asked(record, command, others)
    found = from_reads(asked, record.reads, rules)
    if found is None and record.gave_up and is_past_proof(asked, record.reads):
        says = f"another command of ours set the {asked.name} to {asked.value} too: the value does not say which did"
        return Undecidable(RecoveryOutcome.STILL_UNCERTAIN, says)
    if not isinstance(found, Ruling) or found.status is not CommandStatus.NOT_EXECUTED:
        return found
    if not _may_have_undone(record, command, others):
        return found
    says = f"the {asked.name} is not {asked.value}, and another command of ours may have changed it since"
    return Undecidable(RecoveryOutcome.STILL_UNCERTAIN, says) if record.gave_up else None


def _asked(record: CommandRecord, command: SettingCommand, others: Iterable[CommandRecord]) -> Asked:
    assert record.unknown_since is not None
    # What left before a crash left at a time that no clock of now knows; it counts as if it had left just after.
    left_at = record.sent.at if record.sent is not None else record.unknown_since
    shared_from = set_from = inf
    again = False
    for other in _others_of(record, command, others):
        if other.value != wanted_by(command):
            continue
        again = again or other.is_over
        if not other.is_over:
            shared_from = min(shared_from, other.left_at)
            set_from = min(set_from, other.left_at if other.is_done else inf)
    return Asked(
        name=name_of(command), value=wanted_by(command), before=record.before.setting, left_at=left_at,
        expires=record.expires, shared_from=shared_from, set_from=set_from, again=again,
    )  # fmt: skip


def _may_have_undone(record: CommandRecord, command: SettingCommand, others: Iterable[CommandRecord]) -> bool:
    """Whether another command may have changed the same setting to something else after this one did."""
    rivals = [other for other in _others_of(record, command, others) if other.value != wanted_by(command)]
    return any(not other.is_over for other in rivals)


@frozen(kw_only=True)
class _Other:
    """Another command for the same setting, which may have been done.

    Attributes:
        value: What it asks for.
        left_at: When it may have left us, on trio's clock.
        is_done: It surely was done.
        is_over: It had its verdict before the command in question left.
    """

    value: str
    left_at: float
    is_done: bool
    is_over: bool


def _others_of(record: CommandRecord, command: SettingCommand, others: Iterable[CommandRecord]) -> Iterator[_Other]:
    is_later = False
    for other in others:  # in the order in which they were given
        is_later = is_later or other is record
        given, verdict = other.command, other.verdict
        if other is record or not isinstance(given, SettingCommand) or given.operation is not command.operation:
            continue
        undone = verdict is not None and verdict.status in NOT_DONE
        if scope_of(given) == scope_of(command) and other.left_at is not None and not undone:
            is_over = not is_later and _was_over(other, record)
            yield _Other(value=wanted_by(given), left_at=other.left_at, is_done=verdict is not None, is_over=is_over)


def _was_over(other: CommandRecord, record: CommandRecord) -> bool:
    """Whether an earlier command had its verdict before this one left: it had been done by then."""
    if other.verdict_at is None or record.sent is None:
        return False
    if other.left_at == -inf:  # from before a crash: of its times only those of day are known
        told = [step.at for step in other.steps if isinstance(step, Resolved)]
        return bool(told) and told[-1] <= record.sent.on
    return other.verdict_at <= record.sent.at
