"""How each part of an engine does, since when, and why."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from attrs import asdict, field, frozen

from batactors.model.ids import AccountName, Asset, InstrumentId
from batactors.model.modes import ModeSetting
from batactors.model.positions import PositionSide
from batactors.model.receipts import PassReport


class ComponentState(StrEnum):
    """Where a component stands."""

    STARTING = "starting"
    """On its way up, for the first time or again."""
    UP = "up"
    DEGRADED = "degraded"
    """Working, but not wholly; the cause says what is missing."""
    DOWN = "down"
    """Not there: it crashed, or lost what it is about, and waits to be started again."""

    @property
    def is_away(self) -> bool:
        """Whether it does no work at present."""
        return self in (ComponentState.STARTING, ComponentState.DOWN)


class SessionPhase(StrEnum):
    """How far a socket's session has come on the road that every session takes."""

    AUTHENTICATING = "authenticating"
    """The token for it is asked for."""
    DIALLING = "dialling"
    SUBSCRIBING = "subscribing"
    """Confirmations and the snapshot are awaited."""
    CATCHING_UP = "catching up"
    """It hears; what was missed before it is asked for."""
    READY = "ready"
    """It takes commands."""
    ENDED = "ended"


class HealthStatus(StrEnum):
    """The whole account in one word, with bat-markets' vocabulary: the worst that holds, worst first.

    ``DegradedPublicStream`` is not produced yet: this engine follows no public stream.
    """

    DISCONNECTED = "Disconnected"
    """No socket hears of the account."""
    READ_ONLY_SAFE = "ReadOnlySafe"
    """The account is followed, and new orders cannot go out; ``commands_blocked`` says why."""
    COMMAND_UNCERTAIN = "CommandUncertain"
    """Of some command it is not known what became of it."""
    RECONCILE_REQUIRED = "ReconcileRequired"
    """Something about the account must be asked for before our account of it is whole."""
    DEGRADED_PRIVATE_STREAM = "DegradedPrivateStream"
    """What the engine says is right, and some part of what it is heard with does not work wholly."""
    DEGRADED_PUBLIC_STREAM = "DegradedPublicStream"
    HEALTHY = "Healthy"


class HealthReason(StrEnum):
    """Why an account is not healthy. All that hold are told, worst first.

    ``CommandsBlocked`` and ``ComponentDegraded`` are words of ours, the others are those of bat-markets.
    ``PublicStreamGap`` is not produced yet.
    """

    DISCONNECTED = "Disconnected"
    """No session is subscribed."""
    COMMANDS_BLOCKED = "CommandsBlocked"
    """New orders cannot go out."""
    COMMAND_UNCERTAIN = "CommandUncertain"
    """A command is unknown."""
    STATE_DIVERGENCE = "StateDivergence"
    """What the stream told and what the venue's REST says of a balance contradict each other, asked twice."""
    RECONCILE_REQUIRED = "ReconcileRequired"
    """An order is in doubt, or everything is to be asked for."""
    SNAPSHOT_STALE = "SnapshotStale"
    """The venue's list of what is open has not been read for several rounds."""
    PRIVATE_STREAM_GAP = "PrivateStreamGap"
    """Something may have been told that we did not hear: a session catches up, or numbers were left out."""
    COMPONENT_DEGRADED = "ComponentDegraded"
    """A component is not up; ``components`` says which, and why."""
    PUBLIC_STREAM_GAP = "PublicStreamGap"


STATUS_OF: Mapping[HealthReason, HealthStatus] = {
    HealthReason.DISCONNECTED: HealthStatus.DISCONNECTED,
    HealthReason.COMMANDS_BLOCKED: HealthStatus.READ_ONLY_SAFE,
    HealthReason.COMMAND_UNCERTAIN: HealthStatus.COMMAND_UNCERTAIN,
    HealthReason.STATE_DIVERGENCE: HealthStatus.RECONCILE_REQUIRED,
    HealthReason.RECONCILE_REQUIRED: HealthStatus.RECONCILE_REQUIRED,
    HealthReason.SNAPSHOT_STALE: HealthStatus.RECONCILE_REQUIRED,
    HealthReason.PRIVATE_STREAM_GAP: HealthStatus.DEGRADED_PRIVATE_STREAM,
    HealthReason.COMPONENT_DEGRADED: HealthStatus.DEGRADED_PRIVATE_STREAM,
    HealthReason.PUBLIC_STREAM_GAP: HealthStatus.DEGRADED_PUBLIC_STREAM,
}
"""What the status is if this is the worst of the reasons; without any it is ``Healthy``."""


@frozen(kw_only=True)
class ComponentHealth:
    """One component.

    Attributes:
        cause: Why it is not up; ``None`` while it is.
        since: When it came to where it stands (UTC, our clock). ``STARTING`` and ``DOWN`` count as one: what is started
            again and again has been away all the while.
        phase: For a socket, how far its session has come.
    """

    state: ComponentState
    cause: str | None
    since: datetime
    phase: SessionPhase | None = None


@frozen(kw_only=True)
class Gauge:
    """How many there are of something that is bounded, and how many there may be."""

    there: int
    most: int


@frozen(kw_only=True)
class Divergence:
    """A balance of which the stream and the venue's REST say different things, asked more than once.

    It is reported, and nothing is made of it: no balance is set right by it, and no fill is inferred.

    Attributes:
        ours: As last heard on the stream.
        theirs: As REST said last.
        since: When it was first seen (UTC, our clock).
    """

    asset: Asset
    ours: Decimal
    theirs: Decimal
    since: datetime


@frozen(kw_only=True)
class PositionDivergence:
    """A position of which stream and REST say different things; quantities in base currency, negative if short.

    Attributes:
        ours: As last heard on the stream.
        theirs: As REST said last.
        since: When it was first seen (UTC, our clock).
    """

    instrument: InstrumentId
    position_side: PositionSide
    ours: Decimal
    theirs: Decimal
    since: datetime


@frozen(kw_only=True)
class MarginCall:
    """The venue warned that a position is near its liquidation, and the position has not changed since.

    A hint: venues liquidate without one, too.

    Attributes:
        maintenance: The margin below which the venue liquidates, where it said so.
        since: When it was told (UTC, our clock).
    """

    instrument: InstrumentId
    position_side: PositionSide
    maintenance: Decimal | None
    since: datetime


@frozen(kw_only=True)
class HealthReport:
    """How an account does. Two reports are equal if nothing has changed but time.

    Attributes:
        status: The worst of ``reasons``.
        reasons: Everything that keeps the account from being healthy, worst first.
        components: By name: ``connection``, ``rest``, ``clock``, ``lane``, ``dedup``, ``reconciler``, ``journal``,
            ``metadata``, ``venue`` once the venue has spoken of itself, and ``limits`` once it refused for too much.
        commands_blocked: Why new orders cannot go out.
        unknown_commands: Commands of which it is not known what became of them.
        orders_in_doubt: Orders of which something does not fit.
        divergences: Balances of which stream and REST say different things.
        position_divergences: The same of positions.
        margin_calls: Positions that the venue warned of. They leave the status as it is: the account is well told.
        warnings: What somebody should see to in time, such as that the venue will end the protocol in use. They leave
            the status as it is, too.
        reconnects: Sessions after the first.
        modes: The account's own mode, then those of instruments that are not active.
        clock_offset: Seconds by which the venue's clock is ahead of ours, as measured; negative if it is behind.
        quiet_for: Seconds since the socket last heard anything.
        snapshot_age: Seconds since the venue's list of what is open was as it was read last.
        last_pass: How the reconciler's last pass went; ``None`` before the first.
    """

    account: AccountName
    status: HealthStatus
    reasons: tuple[HealthReason, ...] = ()
    components: Mapping[str, ComponentHealth] = field(factory=dict)
    commands_blocked: str | None = None
    unknown_commands: int = 0
    orders_in_doubt: int = 0
    divergences: tuple[Divergence, ...] = ()
    position_divergences: tuple[PositionDivergence, ...] = ()
    margin_calls: tuple[MarginCall, ...] = ()
    warnings: tuple[str, ...] = ()
    reconnects: int = 0
    modes: tuple[ModeSetting, ...] = ()
    clock_offset: float | None = field(default=None, eq=False)
    quiet_for: float | None = field(default=None, eq=False)
    snapshot_age: float | None = field(default=None, eq=False)
    last_pass: PassReport | None = field(default=None, eq=False)

    def to_dict(self) -> dict[str, Any]:
        """The same in words that JSON has: times in ISO 8601, amounts as text, so that none is rounded."""
        return {
            "account": str(self.account),
            "status": str(self.status),
            "reasons": [str(reason) for reason in self.reasons],
            "components": {
                name: {
                    "state": str(one.state),
                    "cause": one.cause,
                    "since": one.since.isoformat(),
                    "phase": str(one.phase) if one.phase is not None else None,
                }
                for name, one in self.components.items()
            },
            "commands_blocked": self.commands_blocked,
            "unknown_commands": self.unknown_commands,
            "orders_in_doubt": self.orders_in_doubt,
            "divergences": [
                {
                    "asset": str(one.asset),
                    "ours": str(one.ours),
                    "theirs": str(one.theirs),
                    "since": one.since.isoformat(),
                }
                for one in self.divergences
            ],
            "position_divergences": [_of_position(one) for one in self.position_divergences],
            "margin_calls": [_of_position(one) for one in self.margin_calls],
            "warnings": list(self.warnings),
            "reconnects": self.reconnects,
            "modes": [
                {
                    "instrument": str(one.instrument) if one.instrument is not None else None,
                    "mode": str(one.mode),
                    "reason": one.reason,
                    "since": one.since.isoformat(),
                }
                for one in self.modes
            ],
            "clock_offset": self.clock_offset,
            "quiet_for": self.quiet_for,
            "snapshot_age": self.snapshot_age,
            "last_pass": _of_pass(self.last_pass) if self.last_pass is not None else None,
        }


def _of_position(one: PositionDivergence | MarginCall) -> dict[str, Any]:
    told = asdict(one)
    told["since"] = one.since.isoformat()
    return {name: str(value) if value is not None else None for name, value in told.items()}


def _of_pass(one: PassReport) -> dict[str, Any]:
    return {
        "number": one.number,
        "outcome": str(one.outcome),
        "triggers": [str(trigger) for trigger in one.triggers],
        "began_at": one.began_at.isoformat(),
        "ended_at": one.ended_at.isoformat() if one.ended_at is not None else None,
        "asked": one.asked,
        "settled": one.settled,
        "uncertain": one.uncertain,
        "diverged": one.diverged,
        "orders": one.orders,
        "differences": [asdict(difference) for difference in one.differences],
        "failure": one.failure,
    }
