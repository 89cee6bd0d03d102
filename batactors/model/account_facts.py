"""Venue-neutral statements about an account, its settings and its limits, rather than about its orders.

As in ``facts``, what the frame did not carry is ``None``.
"""

from datetime import datetime
from decimal import Decimal

from attrs import field, frozen

from batactors.model.ids import InstrumentId, RequestId
from batactors.model.limits import Counts, RateLimit
from batactors.model.positions import MarginMode, PositionMode, PositionSide


@frozen(kw_only=True)
class PositionFact:
    """How a position stands.

    Attributes:
        quantity: In base currency; negative if it is short, zero if there is none.
        entry_price: The average price at which it was opened.
        unrealized: What closing it at the mark price would bring, in the settling asset.
    """

    instrument: InstrumentId
    position_side: PositionSide
    quantity: Decimal
    entry_price: Decimal | None = None
    mark_price: Decimal | None = None
    liquidation_price: Decimal | None = None
    unrealized: Decimal | None = None
    margin_mode: MarginMode | None = None
    occurred_at: datetime | None = None


@frozen(kw_only=True)
class MarginFact:
    """The account's sums over all assets, in the asset that the venue reckons in.

    Attributes:
        wallet: What is in it, without what open positions would bring.
        unrealized: What closing every position at its mark price would bring.
        available: What new orders may use.
        initial: What open positions and orders hold.
        maintenance: Below this much margin the venue liquidates.
    """

    wallet: Decimal
    unrealized: Decimal | None = None
    available: Decimal | None = None
    initial: Decimal | None = None
    maintenance: Decimal | None = None


@frozen(kw_only=True)
class MarginCallFact:
    """The venue warns that a position is near its liquidation. A hint: it may liquidate without one."""

    instrument: InstrumentId
    position_side: PositionSide
    maintenance: Decimal | None = None
    occurred_at: datetime | None = None


@frozen(kw_only=True)
class SettingFact:
    """How the account, or one instrument of it, is set.

    Attributes:
        instrument: ``None`` for what holds for the whole account.
        multi_assets: Whether all assets stand for all positions.
        can_trade: Whether the account may place orders.
    """

    instrument: InstrumentId | None = None
    leverage: int | None = None
    margin_mode: MarginMode | None = None
    position_mode: PositionMode | None = None
    multi_assets: bool | None = None
    can_trade: bool | None = None
    occurred_at: datetime | None = None


@frozen(kw_only=True)
class LimitFact:
    """A limit that the venue says it keeps."""

    limit: RateLimit


@frozen(kw_only=True)
class UsageFact:
    """How far one of the venue's counters has come, by its own account.

    Attributes:
        interval: In seconds.
        limit: Where it refuses, if it says so here.
    """

    counts: Counts
    interval: int
    used: int
    limit: int | None = None


@frozen(kw_only=True)
class BackOffFact:
    """The venue wants no more requests for some time; who goes on is locked out for longer.

    Without ``seconds`` and ``until`` it is until the counter begins anew.

    Attributes:
        seconds: From now.
        until: Or until then (UTC).
        counts: Which counter is over its limit, where it says so.
        banned: Nothing at all is taken, rather than nothing but cancels.
    """

    reason: str
    seconds: int | None = None
    until: datetime | None = None
    counts: Counts | None = None
    banned: bool = False


@frozen(kw_only=True)
class ClockFact:
    """The venue refused a request for the time that it bore: its clock is to be measured."""

    reason: str


@frozen(kw_only=True)
class SubscriptionEndedFact:
    """A channel tells no more, though its socket may live on.

    Attributes:
        token: The token that ended, where it says so.
        needs_token: Whether only a new token brings the channel back.
    """

    channel: str
    reason: str
    token: str | None = field(default=None, repr=False)
    needs_token: bool = True


@frozen(kw_only=True)
class SwitchFact:
    """How the dead man's switch stands after it was set.

    Attributes:
        request_id: Which request this answers, where it was set by a socket.
        refused: Why it was not set, if it was not.
    """

    is_armed: bool
    request_id: RequestId | None = None
    refused: str | None = None


AccountFact = (
    PositionFact | MarginFact | MarginCallFact | SettingFact | LimitFact | UsageFact | BackOffFact
    | ClockFact | SubscriptionEndedFact | SwitchFact
)  # fmt: skip
