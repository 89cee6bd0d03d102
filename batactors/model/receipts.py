"""What answers a command: the venue's word, our proof, or the plain statement that it is not known yet."""

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from batactors.model.commands import Operation
from batactors.model.errors import ErrorKind
from batactors.model.ids import AccountName, ClientOrderId, CommandId, InstrumentId, RequestId, VenueOrderId
from batactors.model.terms import OrderState, Origin, Transport


class CommandStatus(StrEnum):
    """What became of a command, as far as is known."""

    ACCEPTED = "Accepted"
    """The venue says it did it, or was seen to have done it."""
    REJECTED = "Rejected"
    """The venue refused it."""
    UNKNOWN_EXECUTION = "UnknownExecution"
    """It may have been done or not; we are asking."""
    NOT_EXECUTED = "NotExecuted"
    """Proved not to have been done: never written, or absent after its validity ran out. Later evidence revokes it."""


@frozen(kw_only=True)
class CommandReceipt:
    """The answer to one command.

    Attributes:
        message: The venue's words, or ours on why.
        native_code: The venue's error code or string, if it gave one.
        error: The kind of the refusal, if it was one.
        retriable: Whether a new command of the same content is sure not to do it twice. Never true while unknown.
    """

    command_id: CommandId
    operation: Operation
    status: CommandStatus
    account: AccountName
    venue: str
    instrument: InstrumentId | None = None
    venue_order_id: VenueOrderId | None = None
    client_order_id: ClientOrderId | None = None
    request_id: RequestId | None = None
    message: str | None = None
    native_code: str | None = None
    error: ErrorKind | None = None
    retriable: bool = False


@frozen(kw_only=True)
class CommandAck:
    """The first answer to a command, or the first proof or failure that stands for one, with how and when it came.

    Attributes:
        transport: The road that the command took.
        acknowledged_at: When it was told (UTC, our clock).
        sent_at: When its first byte was about to leave, in seconds on trio's clock, which is never set; ``None`` if it
            never left, or left before a crash, by a clock that is gone.
        received_at: When the venue's word that this tells of was heard, on the same clock; ``None`` if there was none.
    """

    receipt: CommandReceipt
    transport: Transport
    acknowledged_at: datetime
    sent_at: float | None = None
    received_at: float | None = None

    @property
    def round_trip(self) -> float | None:
        """Seconds from the write to the venue's word, however the wall clock was set meanwhile; ``None`` if unknown."""
        if self.sent_at is None or self.received_at is None:
            return None
        return self.received_at - self.sent_at


@frozen(kw_only=True)
class Evidence:
    """One thing that is known about a command, for the verdict's reader.

    Attributes:
        source: Which road or endpoint said it: ``stream``, ``ack``, ``ClosedOrders``, ``never written``.
        says: What it said.
        at: When it was asked or heard (UTC, our clock).
    """

    source: str
    says: str
    at: datetime
    origin: Origin = Origin.LOCAL


@frozen(kw_only=True)
class Verdict:
    """What became of a command, and how we know.

    Attributes:
        order_state: Where the order stood when the verdict was found, for commands that concern one.
    """

    status: CommandStatus
    evidence: tuple[Evidence, ...] = ()
    order_state: OrderState | None = None


class RecoveryOutcome(StrEnum):
    """How the recovery of an unknown command stands."""

    SYNCHRONIZED = "Synchronized"
    """The venue's account and ours agree about this command."""
    STILL_UNCERTAIN = "StillUncertain"
    """Not known yet; the asking goes on, more slowly."""
    DIVERGED = "Diverged"
    """Both are known, and they contradict each other."""


@frozen(kw_only=True)
class RecoveryReport:
    """How the recovery of one command went."""

    outcome: RecoveryOutcome
    attempts: int
    verdict: Verdict
    note: str = ""
