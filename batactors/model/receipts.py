"""What answers a command: the venue's word, our proof, or the plain statement that it is not known yet."""

from datetime import datetime
from decimal import Decimal
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


class Reach(StrEnum):
    """How far a command got on its way to the venue."""

    NOT_SENT = "NotSent"
    """No byte of it left us, and none will."""
    MAYBE_SENT = "MaybeSent"
    """Its first byte may have left; whether the last did is not known."""
    SENT = "Sent"
    """Its last byte was handed to the network. Whether it arrived, only the venue can say."""


class Proof(StrEnum):
    """What shows what became of a command; each operation has its own proofs."""

    ANSWERED = "answered"
    """The venue's own answer to it."""
    NEVER_WRITTEN = "never written"
    """No byte of it left us."""
    ORDER_OPEN = "order open"
    """Of a create: the order is, or was, in the book."""
    ORDER_FILLED = "order filled"
    ORDER_CANCELED = "order canceled"
    ORDER_EXPIRED = "order expired"
    ORDER_REJECTED = "order rejected"
    """Of a create: the venue tells the order as one that it refused."""
    ABSENT = "absent"
    """No endpoint that could hold the order knows of it, asked after the command's validity ran out."""
    NEW_TERMS = "new terms"
    """Of an amend: the terms that it asked for are there, and only it can have brought them about."""
    OLD_TERMS = "old terms"
    """Of an amend: the terms are still the old ones after its validity ran out."""
    ORDER_GONE = "order gone"
    """Of an amend or a cancel: the order ended without it."""
    ORDER_CLOSED = "order closed"
    """Of a cancel: the order is canceled. Of a cancel of all: none of the orders is open any more."""
    STILL_OPEN = "still open"
    """Of a cancel: the order works on after its validity ran out."""
    READ_BACK = "read back"
    """Of a setting: the venue was asked for its value."""


@frozen(kw_only=True)
class Evidence:
    """One thing that is known about a command, for the verdict's reader.

    Attributes:
        source: Which road or endpoint said it: ``ack``, ``stream``, ``open orders``, ``fills``, ``wire``.
        says: What it said.
        at: When it was heard first (UTC, our clock).
        origin: The road's kind.
        as_of: Where a question was asked: when; what it says is no newer than that, and may be older.
        times: How many times in a row this source said just this.
        last_at: When it did so last; the same as ``at`` if once.
    """

    source: str
    says: str
    at: datetime
    origin: Origin = Origin.LOCAL
    as_of: datetime | None = None
    times: int = 1
    last_at: datetime | None = None


@frozen(kw_only=True)
class OrderStanding:
    """Where an order stood when a verdict was found, by the venue's word; its events may tell of its end later.

    Attributes:
        quantity: Its total, in base currency; ``None`` where the venue has not said.
        filled: How much of it is filled, by the venue's count or by the fills told, whichever is more.
        average_price: Of these fills, in quote currency; ``None`` if there are none, or not all are told yet.
    """

    client_order_id: ClientOrderId | None = None
    venue_order_id: VenueOrderId | None = None
    instrument: InstrumentId | None = None
    state: OrderState
    quantity: Decimal | None = None
    filled: Decimal = Decimal(0)
    average_price: Decimal | None = None


@frozen(kw_only=True)
class Difference:
    """A field in which our account and the venue's do not agree, as text: ``filled``: ours ``2``, theirs ``3``."""

    of: str
    field: str
    ours: str | None
    theirs: str | None


@frozen(kw_only=True)
class Verdict:
    """What became of a command, and how we know.

    Attributes:
        proof: What shows it; ``None`` while it is not known.
        reach: How far the command got.
        evidence: All that was heard about it, in order of time; the same from one source in a row is one entry.
        order: The order that it concerns, where there is one and it is known, as it stood when the verdict was found.
        orders: For a cancel of all: every order that it concerned, as it stood then.
        differences: Where our account and the venue's contradict each other.
    """

    status: CommandStatus
    proof: Proof | None = None
    reach: Reach = Reach.NOT_SENT
    evidence: tuple[Evidence, ...] = ()
    order: OrderStanding | None = None
    orders: tuple[OrderStanding, ...] = ()
    differences: tuple[Difference, ...] = ()

    @property
    def order_state(self) -> OrderState | None:
        """Where the order stood when the verdict was found, for commands that concern one."""
        return self.order.state if self.order is not None else None


class RecoveryOutcome(StrEnum):
    """How the recovery of an unknown command, or a whole pass of questions, stands."""

    SYNCHRONIZED = "Synchronized"
    """The venue's account and ours agree."""
    STILL_UNCERTAIN = "StillUncertain"
    """Not known yet; the asking goes on, more slowly."""
    DIVERGED = "Diverged"
    """Both are known, and they contradict each other."""


class Trigger(StrEnum):
    """Why the reconciler asks."""

    MANUAL = "manual"
    """``account.reconcile()``."""
    START = "start"
    """The first session of this process."""
    RECONNECT = "reconnect"
    """A later one."""
    GAP = "gap"
    """Something was missed, and nothing says what: a sequence gap, an unreadable frame, a crash of an actor."""
    UNKNOWN_EXECUTION = "unknown execution"
    DOUBT = "doubt"
    """What is known of an order does not fit, or nobody knows whose it is."""
    PERIODIC = "periodic"
    RETRY = "retry"
    """The pass before failed."""


@frozen(kw_only=True)
class PassReport:
    """One pass of questions to the venue.

    Attributes:
        number: From 1, in this life of the account's books.
        began_at: UTC, our clock.
        ended_at: The same; ``None`` while it goes on.
        asked: Commands of unknown outcome that it asked for.
        settled: How many of them have their verdict.
        uncertain: How many have none yet.
        diverged: How many never will, because the venue's account and ours contradict each other.
        orders: Orders in doubt that it asked for.
        differences: What stays contradictory between our account and the venue's, though it was asked for long enough.
        failure: Why it could not be finished; what it left is asked again.
    """

    number: int
    triggers: tuple[Trigger, ...]
    began_at: datetime
    ended_at: datetime | None = None
    asked: int = 0
    settled: int = 0
    uncertain: int = 0
    diverged: int = 0
    orders: int = 0
    differences: tuple[Difference, ...] = ()
    failure: str | None = None

    @property
    def outcome(self) -> RecoveryOutcome:
        """What it came to."""
        if self.diverged or self.differences:
            return RecoveryOutcome.DIVERGED
        if self.uncertain or self.failure is not None or self.ended_at is None:
            return RecoveryOutcome.STILL_UNCERTAIN
        return RecoveryOutcome.SYNCHRONIZED


@frozen(kw_only=True)
class RecoveryReport:
    """How the recovery of one command went.

    Attributes:
        attempts: How many times the venue was asked for it.
        summary: The pass of questions in which it ended, as it stood then; ``None`` where no pass ended it.
    """

    outcome: RecoveryOutcome
    attempts: int
    verdict: Verdict
    note: str = ""
    summary: PassReport | None = None
