"""Venue-neutral statements, as a codec reads them from a frame or an HTTP body.

A field that the frame did not carry is ``None``: absent, not zero. Facts say what the venue said; what it means for our
orders is decided in ``batactors.core``.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from batactors.model.account_facts import AccountFact
from batactors.model.errors import ErrorKind
from batactors.model.ids import Asset, ClientOrderId, FillId, InstrumentId, RequestId, VenueOrderId
from batactors.model.instruments import Instrument
from batactors.model.order_events import Fee
from batactors.model.positions import Forced, PositionSide
from batactors.model.terms import Liquidity, OrderType, Side, TimeInForce


class Says(StrEnum):
    """What a statement about an order says of its standing."""

    PENDING = "pending"
    """The venue has it and has not yet put it to work."""
    OPEN = "open"
    """It works, whatever part of it is filled."""
    TRIGGERED = "triggered"
    UPDATED = "updated"
    """Its terms were changed, by a user or by the venue."""
    FILLED = "filled"
    """It is wholly filled. A status: the fills themselves are told apart."""
    CANCELED = "canceled"
    EXPIRED = "expired"
    REFUSED = "refused"
    """It was refused without ever having worked."""
    UNCLEAR = "unclear"
    """A word that we do not know: a reason to ask."""


@frozen(kw_only=True)
class OrderFact:
    """A statement about one order.

    Attributes:
        client_order_id: As on the wire; the core maps a shortened one back.
        quantity: The total, filled part included.
        filled: The venue's cumulative count of what is filled.
        reason: The venue's own words.
        post_only: The venue closed it because it would have taken liquidity.
        refused: The venue's engine refused it, for whatever reason: one that never rested was never in the book.
        whole: The frame carries the order's terms in full, so that a missing client order id means that it has none.
        position_side: Which position it changes; ``None`` at venues without positions.
        forced: The venue placed it by itself, for this reason.
        becomes: The venue goes on with this order under another id, as it does with a triggered one.
        changed_at: When it last changed, by the venue: a statement with an earlier one is older, whenever it was made.
        terms_stand: It tells of something else than a change of terms, such as a fill or that the order was made, and
            only repeats them: another statement from the same moment counts more.
    """

    says: Says
    venue_order_id: VenueOrderId | None = None
    client_order_id: ClientOrderId | None = None
    instrument: InstrumentId | None = None
    side: Side | None = None
    order_type: OrderType | None = None
    time_in_force: TimeInForce | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    filled: Decimal | None = None
    reason: str | None = None
    post_only: bool = False
    refused: bool = False
    whole: bool = False
    position_side: PositionSide | None = None
    forced: Forced | None = None
    becomes: VenueOrderId | None = None
    occurred_at: datetime | None = None
    changed_at: datetime | None = None
    terms_stand: bool = False


@frozen(kw_only=True)
class FillFact:
    """One fill.

    Attributes:
        quantity: Of this fill.
        filled: The venue's cumulative count for the order, this fill included, where the frame carries it.
        total: The order's total quantity, where the frame carries it.
        completes: The venue's own word that the order is wholly filled with it.
        whole: As for ``OrderFact``.
        position_side: As for ``OrderFact``.
        forced: As for ``OrderFact``.
        provisional: Told ahead, without its fees and without a count; it will be told again in full, under the same id.
    """

    fill_id: FillId
    venue_order_id: VenueOrderId
    client_order_id: ClientOrderId | None = None
    instrument: InstrumentId | None = None
    side: Side | None = None
    order_type: OrderType | None = None
    quantity: Decimal
    price: Decimal
    fees: tuple[Fee, ...] = ()
    liquidity: Liquidity = Liquidity.UNKNOWN
    filled: Decimal | None = None
    total: Decimal | None = None
    completes: bool = False
    whole: bool = False
    position_side: PositionSide | None = None
    forced: Forced | None = None
    provisional: bool = False
    occurred_at: datetime | None = None


@frozen(kw_only=True)
class Terms:
    """The terms of an order from one moment on; ``by_user`` is whether an amend set them."""

    by_user: bool
    quantity: Decimal | None = None
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    since: datetime | None = None


@frozen(kw_only=True)
class TermsFact:
    """Every set of terms that an order has had, oldest first, the original one included."""

    venue_order_id: VenueOrderId
    history: tuple[Terms, ...]


class Answer(StrEnum):
    """What the venue's response to a command means for it."""

    ACCEPTED = "accepted"
    PENDING = "pending"
    """It passed the door, and nothing more: what became of it, the order that it is about tells."""
    REFUSED = "refused"
    """Surely not done."""
    UNCLEAR = "unclear"
    """The response says nothing certain about what was done."""
    NOT_OPEN = "not_open"
    """The order that it addresses is not open now: filled, cancelled, or never there. Ask which."""


@frozen(kw_only=True)
class AnswerFact:
    """The response to a command, or to one leg of a batch.

    Attributes:
        request_id: ``None`` where the venue did not echo it.
        leg: The position of the leg in a batch, from 0; ``None`` where the response is for the whole request.
        legs: How many rows the response had.
        error: What kind of refusal it is.
        retriable: The refusal concerns the moment, not the command: a new one may succeed.
        clock: It came too late or too early by the venue's clock: ours is to be measured.
    """

    request_id: RequestId | None
    answer: Answer
    leg: int | None = None
    legs: int | None = None
    venue_order_id: VenueOrderId | None = None
    client_order_id: ClientOrderId | None = None
    message: str | None = None
    native_code: str | None = None
    error: ErrorKind | None = None
    retriable: bool = False
    post_only: bool = False
    clock: bool = False

    @property
    def refuses_token(self) -> bool:
        """What was refused is the session's token, not the command: with another one it may pass."""
        return self.error is ErrorKind.AUTH_ERROR and self.retriable


@frozen(kw_only=True)
class SnapshotFact:
    """The venue's own account of what is open now, and of the latest fills; sent when a subscription begins."""

    orders: tuple[OrderFact, ...]
    fills: tuple[FillFact, ...] = ()


@frozen(kw_only=True)
class BalanceFact:
    """How much of an asset the account has, holds included; ``available`` is what new orders may use of it."""

    asset: Asset
    total: Decimal
    available: Decimal | None = None
    occurred_at: datetime | None = None


@frozen(kw_only=True)
class InstrumentFact:
    """What can be traded, and how."""

    instrument: Instrument


@frozen(kw_only=True)
class SubscribedFact:
    """The venue confirmed a subscription."""

    channel: str


@frozen(kw_only=True)
class SubscriptionRefusedFact:
    """The venue refused a subscription, or a logon.

    Attributes:
        is_final: For the sake of what we are: whoever tries again with the same credentials is refused again.
    """

    channel: str
    message: str
    error: ErrorKind
    is_final: bool = False


@frozen(kw_only=True)
class GapFact:
    """Frames of a channel were lost: this sequence number came where another was due."""

    channel: str
    expected: int
    received: int


@frozen(kw_only=True)
class QuarantineFact:
    """A frame, or a part of one, that could not be understood: kept whole, with the orders it may concern.

    ``cut`` is for an answer that began at a time and may lack its first rows: asked by number it would have them.
    """

    raw: str
    reason: str
    venue_order_id: VenueOrderId | None = None
    client_order_id: ClientOrderId | None = None
    cut: bool = False


@frozen(kw_only=True)
class VenueStatusFact:
    """The venue's word on itself. ``accepts_orders`` is whether new orders may be tried now."""

    word: str
    accepts_orders: bool


@frozen(kw_only=True)
class VenueTimeFact:
    """What the venue's clock says, rounded down to its resolution in seconds."""

    now: datetime
    resolution: float


@frozen(kw_only=True)
class IgnoredFact:
    """A frame that says nothing about orders, such as a heartbeat.

    Attributes:
        is_known: Whether it is well understood; one of a channel or a method that nobody has documented is not.
    """

    what: str
    is_known: bool = True


Fact = (
    OrderFact | FillFact | TermsFact | AnswerFact | SnapshotFact | BalanceFact | InstrumentFact | SubscribedFact
    | SubscriptionRefusedFact | GapFact | QuarantineFact | VenueStatusFact | VenueTimeFact
    | IgnoredFact | AccountFact
)  # fmt: skip
