"""The venue's own words: an order, a fill, a ledger entry, and what happened to an order. Frozen values; no rules."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from attrs import field, frozen

from batactors.testing.venue.market import Pair, Side

OrderStatus = Literal["pending_new", "new", "partially_filled", "filled", "canceled", "expired"]
Liquidity = Literal["m", "t"]
ZERO = Decimal(0)
CLOSED_STATUSES: tuple[OrderStatus, ...] = ("filled", "canceled", "expired")
TRIGGER_TYPES = ("stop-loss", "take-profit", "stop-loss-limit", "take-profit-limit")
MARKET_TYPES = ("market", "stop-loss", "take-profit")


@frozen(kw_only=True)
class Placement:
    """The terms of a new order, the same from either transport. What a venue has no word for stays as it is here."""

    pair: Pair
    side: Side
    order_type: str
    quantity: Decimal
    limit_price: Decimal | None = None
    trigger_price: Decimal | None = None
    trigger_reference: str = "last"
    time_in_force: str = "gtc"
    expire_at: datetime | None = None
    post_only: bool = False
    reduce_only: bool = False
    margin: bool = False
    display_quantity: Decimal | None = None
    fee_in_base: bool = False
    cash: bool = False  # the quantity is an amount of quote currency to spend
    client_order_id: str | None = None
    userref: int | None = None
    position_side: str = "BOTH"  # which position of the market, where an account may hold two
    close_position: bool = False
    self_trade: str = ""  # what becomes of two orders of one account that would trade with each other
    price_match: str = ""
    native_type: str = ""  # the venue's own word, where the type says less than that
    trail: Decimal | None = None  # how far behind the market its trigger follows
    trail_in_percent: bool = False


@frozen(kw_only=True)
class VenueOrder:
    """One order as the venue knows it at one moment."""

    order_id: str
    account: str
    terms: Placement
    quantity: Decimal
    limit_price: Decimal | None
    trigger_price: Decimal | None
    status: OrderStatus
    opened_at: datetime
    updated_at: datetime
    aged_from: datetime  # since it was added or last amended: the age that the trading counter goes by
    filled: Decimal = ZERO
    cost: Decimal = ZERO
    fee: Decimal = ZERO
    triggered: bool = False
    amended: bool = False
    reason: str | None = None
    closed_at: datetime | None = None
    parent_id: str | None = None  # the order that this one replaces
    by_hand: bool = False
    modify_id: str | None = None
    child_id: str | None = None  # what the venue calls it since it was triggered, where that is another id

    @property
    def live_id(self) -> str:
        """What the venue calls it now."""
        return self.child_id or self.order_id

    @property
    def pair(self) -> Pair:
        return self.terms.pair

    @property
    def side(self) -> Side:
        return self.terms.side

    @property
    def client_order_id(self) -> str | None:
        return self.terms.client_order_id

    @property
    def remaining(self) -> Decimal:
        """What is left to trade."""
        return self.quantity - self.filled

    @property
    def average_price(self) -> Decimal:
        return self.cost / self.filled if self.filled else ZERO

    @property
    def closed(self) -> bool:
        return self.status in CLOSED_STATUSES

    @property
    def waits_for_trigger(self) -> bool:
        return self.terms.order_type in TRIGGER_TYPES and not self.triggered

    @property
    def at_market(self) -> bool:
        """Whether it takes any price, once it is live."""
        return self.terms.order_type in MARKET_TYPES


@frozen(kw_only=True)
class VenueFill:
    """One execution. `event` numbers what caused it; the taker fills of one event may be told as one."""

    exec_id: str
    trade_id: int
    order: VenueOrder
    quantity: Decimal
    price: Decimal
    cost: Decimal
    fee: Decimal
    liquidity: Liquidity
    at: datetime
    event: int
    realized: Decimal = ZERO  # what it won or lost on a position that it made smaller

    @property
    def key(self) -> tuple[str, str, str]:
        """What no other fill of the venue has: the ids of fills may be unique in their market only."""
        return (self.order.pair.symbol, self.exec_id, self.order.order_id)

    @property
    def order_id(self) -> str:
        return self.order.order_id

    @property
    def client_order_id(self) -> str | None:
        return self.order.client_order_id

    @property
    def account(self) -> str:
        return self.order.account


@frozen(kw_only=True)
class LedgerEntry:
    """One change of one balance."""

    ledger_id: str
    ref_id: str
    account: str
    asset: str  # the WebSocket name
    amount: Decimal
    fee: Decimal
    balance: Decimal
    at: datetime


@frozen(kw_only=True)
class Position:
    """One position as it is at one moment. The amount is negative for a short one."""

    account: str
    symbol: str
    side: str = "BOTH"
    amount: Decimal = ZERO
    entry_price: Decimal = ZERO
    realized: Decimal = ZERO  # over its whole life, fees not counted
    isolated: bool = False
    isolated_margin: Decimal = ZERO
    updated_at: datetime | None = None


@frozen(kw_only=True)
class Amendment:
    """One row of an order's history of terms; the first is its original terms."""

    amend_id: str
    kind: Literal["original", "user", "restated"]
    order: VenueOrder
    reason: str | None = None


@frozen(kw_only=True)
class Happened:
    """One step in an order's life, as the executions channel tells it, with the order as it is after the step."""

    exec_type: str
    order: VenueOrder
    fill: VenueFill | None = None
    entries: tuple[LedgerEntry, ...] = field(default=())
    positions: tuple[Position, ...] = field(default=())


@frozen(kw_only=True)
class CommandRecord:
    """One command that reached the engine, and what the engine said."""

    at: datetime
    method: str
    transport: str
    account: str
    req_id: int | str | None
    client_order_ids: tuple[str, ...]
    order_ids: tuple[str, ...]
    errors: tuple[str, ...]

    @property
    def cl_ord_id(self) -> str | None:
        """The client order id, when the command names exactly one."""
        return self.client_order_ids[0] if len(self.client_order_ids) == 1 else None

    @property
    def accepted(self) -> bool:
        """Whether no part of it was refused."""
        return not self.errors
