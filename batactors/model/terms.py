"""The closed vocabularies of orders. A venue's word that is not among them becomes ``None`` or a doubt, not a guess."""

from enum import StrEnum


class Side(StrEnum):
    """Which way an order trades."""

    BUY = "buy"
    SELL = "sell"


class OrderType(StrEnum):
    """What makes an order work, and at which price."""

    LIMIT = "limit"
    MARKET = "market"
    STOP_MARKET = "stop_market"
    STOP_LIMIT = "stop_limit"
    TAKE_PROFIT_MARKET = "take_profit_market"
    TAKE_PROFIT_LIMIT = "take_profit_limit"
    TRAILING_STOP = "trailing_stop"
    TRAILING_STOP_LIMIT = "trailing_stop_limit"
    ICEBERG = "iceberg"

    @property
    def has_price(self) -> bool:
        """Whether the order carries a limit price."""
        return self in _PRICED

    @property
    def has_trigger(self) -> bool:
        """Whether the order waits for a trigger price before it works."""
        return self in _TRIGGERED


_PRICED = (OrderType.LIMIT, OrderType.STOP_LIMIT, OrderType.TAKE_PROFIT_LIMIT, OrderType.ICEBERG)
_TRIGGERED = (OrderType.STOP_MARKET, OrderType.STOP_LIMIT, OrderType.TAKE_PROFIT_MARKET, OrderType.TAKE_PROFIT_LIMIT)


class TriggerBy(StrEnum):
    """Which price a trigger price is compared with."""

    LAST = "last"
    MARK = "mark"
    INDEX = "index"


class TimeInForce(StrEnum):
    """How long an order works: until cancelled, until ``expire_at``, or not at all beyond what trades at once."""

    GTC = "gtc"
    GTD = "gtd"
    IOC = "ioc"
    FOK = "fok"


class Liquidity(StrEnum):
    """Whether a fill gave liquidity or took it."""

    MAKER = "maker"
    TAKER = "taker"
    UNKNOWN = "unknown"


class OrderState(StrEnum):
    """Where an order stands. The transition table is ``batactors.core.lifecycle``."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    TRIGGERED = "triggered"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    NOT_EXECUTED = "not_executed"

    @property
    def is_closed(self) -> bool:
        """No longer working at the venue, or never was."""
        return self in _CLOSED

    @property
    def never_lived(self) -> bool:
        """Closed without ever having worked; later evidence of life revives such an order."""
        return self in _NEVER_LIVED


_CLOSED = (
    OrderState.FILLED,
    OrderState.CANCELED,
    OrderState.EXPIRED,
    OrderState.REJECTED,
    OrderState.NOT_EXECUTED,
)
_NEVER_LIVED = (OrderState.REJECTED, OrderState.NOT_EXECUTED)


class Origin(StrEnum):
    """By which road a piece of news reached us."""

    LOCAL = "local"
    ACK = "ack"
    STREAM = "stream"
    SNAPSHOT = "snapshot"
    QUERY = "query"
    JOURNAL = "journal"


class Transport(StrEnum):
    """Which road a command took."""

    WEBSOCKET = "websocket"
    REST = "rest"
    NONE = "none"
    """Never left us."""


class TransportPolicy(StrEnum):
    """Which road a command may take."""

    AUTO = "auto"
    """WebSocket first; REST only where the socket provably was not used."""
    WEBSOCKET = "websocket"
    REST = "rest"
