"""What an account may do now: its modes, what a command does to its risk, and new risk while it recovers."""

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from batactors.model.ids import InstrumentId


class TradingMode(StrEnum):
    """What may go out of an account, or for one instrument of it."""

    ACTIVE = "active"
    """Everything."""
    REDUCE_ONLY = "reduce_only"
    """Only what adds no risk."""
    HALTED = "halted"
    """Only cancels."""


class NewRisk(StrEnum):
    """What becomes of commands that add risk while an account recovers."""

    QUEUE = "queue"
    """They wait until it has, ``send_within`` seconds at most."""
    REFUSE = "refuse"
    """They are refused at once."""
    ALLOW = "allow"
    """They go out by whatever road there is."""


class Risk(StrEnum):
    """What a command does to the risk that open orders are."""

    LOWERS = "lowers"
    """It takes orders away: a cancel."""
    KEEPS = "keeps"
    """It adds none: a create that only reduces, an amend to no more than the order has."""
    ADDS = "adds"
    """It adds some, or may."""


@frozen(kw_only=True)
class Exposure:
    """What a command does to the risk, and in which instrument; ``None`` if that is not known."""

    risk: Risk
    instrument: InstrumentId | None


@frozen(kw_only=True)
class ModeSetting:
    """A mode that was set.

    Attributes:
        instrument: What it is for; ``None`` for the whole account.
        reason: Why, in the words of who set it.
        since: From when on (UTC, our clock).
    """

    mode: TradingMode
    instrument: InstrumentId | None = None
    reason: str = ""
    since: datetime
