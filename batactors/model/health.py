"""How each part of an engine does, since when, and why."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from batactors.model.ids import AccountName
from batactors.model.modes import ModeSetting


class ComponentState(StrEnum):
    """Where a component stands."""

    STARTING = "starting"
    UP = "up"
    DEGRADED = "degraded"
    """Working, but not wholly; the cause says what is missing."""
    DOWN = "down"


class HealthStatus(StrEnum):
    """The whole account in one word, with bat-markets' vocabulary."""

    HEALTHY = "Healthy"
    DEGRADED_PRIVATE_STREAM = "DegradedPrivateStream"
    RECONCILE_REQUIRED = "ReconcileRequired"
    COMMAND_UNCERTAIN = "CommandUncertain"
    DISCONNECTED = "Disconnected"


@frozen(kw_only=True)
class ComponentHealth:
    """One component: its state, why, and since when (UTC, our clock)."""

    state: ComponentState
    cause: str | None
    since: datetime


@frozen(kw_only=True)
class Gauge:
    """How many there are of something that is bounded, and how many there may be."""

    there: int
    most: int


@frozen(kw_only=True)
class HealthReport:
    """How an account does.

    Attributes:
        components: By name: ``connection``, ``rest``, ``clock`` and so on.
        unknown_commands: Commands of which it is not known what became of them.
        orders_in_doubt: Orders of which something does not fit.
        reconnects: Sessions after the first.
        modes: The account's own mode, then those of instruments that are not active.
    """

    account: AccountName
    status: HealthStatus
    components: Mapping[str, ComponentHealth] = field(factory=dict)
    unknown_commands: int = 0
    orders_in_doubt: int = 0
    reconnects: int = 0
    modes: tuple[ModeSetting, ...] = ()
