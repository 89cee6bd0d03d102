"""The steps of a command's life, as its followers are told of them.

Each step has a sequence number of its own command, from 1, the same however often it is told.
"""

from datetime import datetime

from attrs import frozen

from batactors.model.ids import CommandId, RequestId
from batactors.model.receipts import CommandAck, CommandReceipt, RecoveryReport, Verdict
from batactors.model.terms import Origin, Transport


@frozen(kw_only=True)
class LifecycleEvent:
    """One step in a command's life. ``at`` is our clock, UTC."""

    command_id: CommandId
    sequence: int
    at: datetime
    origin: Origin = Origin.LOCAL
    replayed: bool = False


@frozen(kw_only=True)
class Sent(LifecycleEvent):
    """Its first byte is about to leave; from here on it may have been carried out."""

    transport: Transport
    request_id: RequestId
    valid_until: datetime


@frozen(kw_only=True)
class Ack(LifecycleEvent):
    """The first answer, or the first proof that stands for one."""

    ack: CommandAck


@frozen(kw_only=True)
class Receipt(LifecycleEvent):
    """A receipt: of the answer, of our not knowing, of a recovery."""

    receipt: CommandReceipt


@frozen(kw_only=True)
class LateAck(LifecycleEvent):
    """The venue's own answer, come after the command had become unknown."""

    ack: CommandAck


@frozen(kw_only=True)
class RecoveryScheduled(LifecycleEvent):
    """It is not known what became of it; the reconciler will ask."""

    reason: str


@frozen(kw_only=True)
class RecoveryAttempt(LifecycleEvent):
    """The reconciler has asked for the ``attempt``-th time, and this is what it heard."""

    attempt: int
    note: str


@frozen(kw_only=True)
class RecoveryCompleted(LifecycleEvent):
    """The recovery has ended, or has lasted so long that those who wait are told how it stands."""

    report: RecoveryReport


@frozen(kw_only=True)
class Resolved(LifecycleEvent):
    """The verdict.

    A later one corrects it; only one that says that it was not done can be corrected, by evidence that it was.
    """

    verdict: Verdict
    receipt: CommandReceipt
