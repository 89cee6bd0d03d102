"""Binance's words and ours. A word that is not here is not guessed at: it becomes ``None``, or a reason to ask."""

from batactors.model.facts import Says
from batactors.model.instruments import InstrumentStatus
from batactors.model.limits import Counts
from batactors.model.positions import MarginMode, PositionMode, PositionSide
from batactors.model.terms import Liquidity, OrderType, Side, TimeInForce, TriggerBy

VENUE = "binance"

SIDES: dict[str | None, Side] = {"BUY": Side.BUY, "SELL": Side.SELL}
SIDE_WORDS: dict[Side, str] = {ours: theirs for theirs, ours in SIDES.items() if theirs}

# Sections 0 and 7. A liquidation is the venue's own order, of no type that we have.
ORDER_TYPES: dict[str | None, OrderType | None] = {
    "LIMIT": OrderType.LIMIT,
    "MARKET": OrderType.MARKET,
    "STOP": OrderType.STOP_LIMIT,
    "STOP_MARKET": OrderType.STOP_MARKET,
    "TAKE_PROFIT": OrderType.TAKE_PROFIT_LIMIT,
    "TAKE_PROFIT_MARKET": OrderType.TAKE_PROFIT_MARKET,
    "TRAILING_STOP_MARKET": OrderType.TRAILING_STOP,
    "LIQUIDATION": None,
}
ORDER_TYPE_WORDS: dict[OrderType, str] = {ours: theirs for theirs, ours in ORDER_TYPES.items() if ours and theirs}

# Section 4.1. GTX is post-only, and RPI post-only with a counterparty of its own choice: both work until cancelled.
TIMES_IN_FORCE: dict[str | None, TimeInForce] = {
    "GTC": TimeInForce.GTC,
    "GTX": TimeInForce.GTC,
    "RPI": TimeInForce.GTC,
    "GTD": TimeInForce.GTD,
    "IOC": TimeInForce.IOC,
    "FOK": TimeInForce.FOK,
}
POST_ONLY = "GTX"

POSITION_SIDES: dict[str | None, PositionSide] = {
    "BOTH": PositionSide.NET,
    "LONG": PositionSide.LONG,
    "SHORT": PositionSide.SHORT,
}
POSITION_SIDE_WORDS: dict[PositionSide, str] = {ours: theirs for theirs, ours in POSITION_SIDES.items() if theirs}

# Section 7, `wt`.
TRIGGER_WORDS: dict[TriggerBy, str] = {TriggerBy.LAST: "CONTRACT_PRICE", TriggerBy.MARK: "MARK_PRICE"}

# Sections 4.1 and 7: REST commands and settings write large, positions write small.
MARGIN_MODES: dict[str | None, MarginMode] = {
    "CROSSED": MarginMode.CROSS,
    "cross": MarginMode.CROSS,
    "ISOLATED": MarginMode.ISOLATED,
    "isolated": MarginMode.ISOLATED,
}
MARGIN_WORDS: dict[MarginMode, str] = {MarginMode.CROSS: "CROSSED", MarginMode.ISOLATED: "ISOLATED"}
POSITION_MODES: dict[bool, PositionMode] = {True: PositionMode.HEDGE, False: PositionMode.ONE_WAY}

LIQUIDITY: dict[bool | None, Liquidity] = {True: Liquidity.MAKER, False: Liquidity.TAKER, None: Liquidity.UNKNOWN}

# The state of an order, on the stream (`X`) and over REST (section 7). NEW_ADL and NEW_INSURANCE are of older days.
ORDER_STATUS: dict[str | None, Says] = {
    "NEW": Says.OPEN,
    "PARTIALLY_FILLED": Says.OPEN,
    "NEW_ADL": Says.OPEN,
    "NEW_INSURANCE": Says.OPEN,
    "FILLED": Says.FILLED,
    "CANCELED": Says.CANCELED,
    "EXPIRED": Says.EXPIRED,
    "EXPIRED_IN_MATCH": Says.EXPIRED,
    "REJECTED": Says.REFUSED,
}
ENDS = (Says.FILLED, Says.CANCELED, Says.EXPIRED, Says.REFUSED)

# What just happened (`x`), and what it says whatever the order's state with it; `None` is told by the state.
EXECUTIONS: dict[str | None, Says | None] = {
    "NEW": None,
    "TRADE": None,
    "AMENDMENT": Says.UPDATED,
    "CANCELED": Says.CANCELED,
    "EXPIRED": Says.EXPIRED,
    "CALCULATED": None,
}

# Of an order that waits for a trigger (section 4.4). When it has FINISHED, the order that came of it has ended, and
# only that one says how: of itself it still says that it was triggered. It was acknowledged when it is REJECTED, at its
# trigger: it left the book with nothing done.
ALGO_STATUS: dict[str | None, Says] = {
    "NEW": Says.OPEN,
    "TRIGGERING": Says.OPEN,
    "TRIGGERED": Says.TRIGGERED,
    "FINISHED": Says.TRIGGERED,
    "CANCELED": Says.CANCELED,
    "REJECTED": Says.CANCELED,
    "EXPIRED": Says.EXPIRED,
}

# `er` (section 7): why an order has expired.
EXPIRY_REASONS: dict[str, str | None] = {
    "0": None,
    "1": "self-trade prevention",
    "2": "what an IOC order could not fill",
    "3": "what an IOC order could not fill, for self-trade prevention",
    "4": "knocked out by a reduce-only order of higher priority, or by a position's turn",
    "5": "the account is liquidated",
    "6": "the condition of its time in force is not met",
    "7": "the symbol is delisted",
    "8": "triggered, and replaced",
    "9": "what a market order could not fill",
}

INSTRUMENT_STATUS: dict[str | None, InstrumentStatus] = {
    "TRADING": InstrumentStatus.ONLINE,
    "PENDING_TRADING": InstrumentStatus.HALTED,
    "TRADING_HALT": InstrumentStatus.HALTED,
    "SETTLING": InstrumentStatus.HALTED,
    "PRE_DELIVERING": InstrumentStatus.HALTED,
    "DELIVERING": InstrumentStatus.HALTED,
    "DELIVERED": InstrumentStatus.HALTED,
    "PRE_SETTLE": InstrumentStatus.HALTED,
    "CLOSE": InstrumentStatus.HALTED,
}

COUNTS: dict[str, Counts] = {
    "REQUEST_WEIGHT": Counts.WEIGHT,
    "ORDERS": Counts.ORDERS,
    "RAW_REQUESTS": Counts.REQUESTS,
}
INTERVALS: dict[str, int] = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86_400}  # in seconds
