"""What became of a command that changes a setting, such as leverage, read off the setting's value.

Nothing tells of a setting by itself: it is asked for. The value that was wanted proves that the command was done, and
nothing else does; that it was not done, the old value proves, asked for when the command could not be done any more.
"""

from collections.abc import Sequence
from math import inf

from attrs import frozen

from batactors.core.rules import Rules
from batactors.core.ruling import Ruling, Undecidable
from batactors.model.receipts import CommandStatus, Difference, Proof, RecoveryOutcome


@frozen(kw_only=True)
class SettingRead:
    """One answer to the question for a setting.

    Attributes:
        asked_at: When it was asked, on trio's clock.
        heard_at: When the answer came, on the same clock; what was done until then may show in it.
        value: What it said, as text; ``None`` if there was no answer, which proves nothing.
    """

    asked_at: float
    heard_at: float
    value: str | None


@frozen(kw_only=True)
class Asked:
    """A command that changes a setting, and may have been done or not.

    Attributes:
        name: Of the setting, with what it is of: ``leverage of BTCUSDT``.
        value: What it was to become, as text.
        before: What it was, as far as is known.
        left_at: When the command may have left us, on trio's clock.
        expires: When the venue will no longer carry it out, on the same clock.
        shared_from: From then on another command of ours may have set it to the same: seen later, the value proves
            nothing of this one.
        set_from: From then on another command of ours, which surely was done, may have set it to the same: an old value
            that is seen later was set by somebody else since.
        again: An earlier command of ours had set it to the same, and was over before this one left: what a read that
            trails shows may be its doing.
    """

    name: str
    value: str
    before: str | None = None
    left_at: float
    expires: float
    shared_from: float = inf
    set_from: float = inf
    again: bool = False


def is_past_proof(asked: Asked, reads: Sequence[SettingRead]) -> bool:
    """Whether what was read may be another command's doing as well, so that nothing read later proves anything."""
    shared = [read for read in reads if read.value is not None and read.heard_at >= asked.shared_from]
    return any(read.value == asked.value or read.heard_at >= asked.set_from for read in shared)


def from_reads(asked: Asked, reads: Sequence[SettingRead], rules: Rules) -> Ruling | Undecidable | None:
    """What the answers so far prove, oldest first; ``None`` while they prove nothing."""
    seen = [read for read in reads if read.value is not None and read.asked_at >= asked.left_at]
    # What was so before may be what a read that trails shows; what is new is the command's doing.
    is_new = asked.before is not None and asked.before != asked.value and not asked.again
    for at, read in enumerate(seen):
        if read.value == asked.value and read.heard_at >= asked.shared_from:
            seen = seen[:at]  # it was set by one or the other: an old value after that is somebody else's doing
            break
        if read.value == asked.value and (is_new or read.asked_at >= asked.left_at + rules.read_lag):
            return Ruling(CommandStatus.ACCEPTED, Proof.READ_BACK, f"the {asked.name} is {asked.value}")
    fence = asked.expires + rules.margin
    seen = [read for read in seen if read.heard_at < asked.set_from and read.value != asked.value]
    late = [read for read in seen if read.asked_at >= fence]
    if len(late) < rules.reads or late[-1].asked_at < fence + rules.read_lag:
        return None
    last = late[-1].value
    if any(read.value != (asked.before or last) for read in late):
        says = f"the {asked.name} is {last}, which is neither what it was nor what was asked for"
        difference = Difference(of=asked.name, field="value", ours=asked.value, theirs=last)
        return Undecidable(RecoveryOutcome.DIVERGED, says, differences=(difference,))
    says = f"the {asked.name} is still {last}, asked {len(late)} times after its validity ran out"
    return Ruling(CommandStatus.NOT_EXECUTED, Proof.READ_BACK, says)
