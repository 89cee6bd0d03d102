"""Bybit's words and ours (section 7). A word that is not here is not guessed at: it is ``None``, or a reason to ask."""

from batactors.model.facts import Says
from batactors.model.instruments import InstrumentStatus
from batactors.model.positions import Forced, MarginMode, PositionMode, PositionSide
from batactors.model.terms import Liquidity, OrderType, Side, TimeInForce, TriggerBy

VENUE = "bybit"
CATEGORY = "linear"
SETTLE_COINS = ("USDT", "USDC")
"""What linear instruments are settled in: some lists are kept for each."""

SIDES: dict[str | None, Side] = {"Buy": Side.BUY, "Sell": Side.SELL}
SIDE_WORDS: dict[Side, str] = {Side.BUY: "Buy", Side.SELL: "Sell"}

RISES, FALLS = 1, 2
"""Which way the price has to go to reach a trigger."""
# A stop trades the way that the price goes, a take-profit against it: the type says the direction, and the other way.
DIRECTIONS: dict[tuple[bool, Side], int] = {
    (True, Side.BUY): RISES,
    (True, Side.SELL): FALLS,
    (False, Side.BUY): FALLS,
    (False, Side.SELL): RISES,
}
"""By whether it is a stop, and by side."""
STOPS = (OrderType.STOP_MARKET, OrderType.STOP_LIMIT)
CONDITIONAL: dict[tuple[bool, bool], OrderType] = {
    (True, False): OrderType.STOP_MARKET,
    (True, True): OrderType.STOP_LIMIT,
    (False, False): OrderType.TAKE_PROFIT_MARKET,
    (False, True): OrderType.TAKE_PROFIT_LIMIT,
}
"""By whether it is a stop, and by whether it has a price."""
PLAIN: dict[str | None, OrderType] = {"Limit": OrderType.LIMIT, "Market": OrderType.MARKET}
TRAILING = "TrailingStop"

TIMES_IN_FORCE: dict[str | None, TimeInForce] = {
    "GTC": TimeInForce.GTC,
    "PostOnly": TimeInForce.GTC,
    "RPI": TimeInForce.GTC,
    "IOC": TimeInForce.IOC,
    "FOK": TimeInForce.FOK,
}
POST_ONLY = "PostOnly"
WOULD_TAKE = "EC_PostOnlyWillTakeLiquidity"
NO_REASON = (None, "", "EC_NoError", "UNKNOWN")

TRIGGER_WORDS: dict[TriggerBy, str] = {
    TriggerBy.LAST: "LastPrice",
    TriggerBy.MARK: "MarkPrice",
    TriggerBy.INDEX: "IndexPrice",
}

POSITION_SIDES: dict[int | None, PositionSide] = {0: PositionSide.NET, 1: PositionSide.LONG, 2: PositionSide.SHORT}
POSITION_INDEXES: dict[PositionSide | None, int] = {
    None: 0,
    PositionSide.NET: 0,
    PositionSide.LONG: 1,
    PositionSide.SHORT: 2,
}

MARGIN_MODES: dict[str | None, MarginMode] = {
    "REGULAR_MARGIN": MarginMode.CROSS,
    "ISOLATED_MARGIN": MarginMode.ISOLATED,
}
"""The portfolio margin is neither."""
MARGIN_WORDS: dict[MarginMode, str] = {MarginMode.CROSS: "REGULAR_MARGIN", MarginMode.ISOLATED: "ISOLATED_MARGIN"}
POSITION_MODE_NUMBERS: dict[PositionMode, int] = {PositionMode.ONE_WAY: 0, PositionMode.HEDGE: 3}

LIQUIDITY: dict[bool | None, Liquidity] = {True: Liquidity.MAKER, False: Liquidity.TAKER, None: Liquidity.UNKNOWN}

ORDER_STATUS: dict[str | None, Says] = {
    "Created": Says.PENDING,
    "New": Says.OPEN,
    "PartiallyFilled": Says.OPEN,
    "Untriggered": Says.OPEN,
    "Triggered": Says.TRIGGERED,
    "Filled": Says.FILLED,
    "Cancelled": Says.CANCELED,
    "PartiallyFilledCanceled": Says.CANCELED,
    "Deactivated": Says.CANCELED,
    "Rejected": Says.REFUSED,
}
WORKING = ("New", "PartiallyFilled")

# Who made an order, if no user did.
CREATED_BY: dict[str | None, Forced] = {
    "CreateByLiq": Forced.LIQUIDATION,
    "CreateByTakeOver_PassThrough": Forced.LIQUIDATION,
    "CreateByAdl_PassThrough": Forced.DELEVERAGING,
    "CreateBySettle": Forced.SETTLEMENT,
}

FILLS: dict[str | None, Forced | None] = {
    "Trade": None,
    "BlockTrade": None,
    "MovePosition": None,
    "FutureSpread": None,
    "BustTrade": Forced.LIQUIDATION,
    "AdlTrade": Forced.DELEVERAGING,
    "Delivery": Forced.SETTLEMENT,
}
"""The kinds of executions that change a position, and why, if the venue did it by itself."""
NO_FILLS = ("Funding", "Settle")
"""Money that is paid for a position, which stays as it was."""

INSTRUMENT_STATUS: dict[str | None, InstrumentStatus] = {
    "Trading": InstrumentStatus.ONLINE,
    "PreLaunch": InstrumentStatus.HALTED,
    "Delivering": InstrumentStatus.HALTED,
    "Closed": InstrumentStatus.HALTED,
}
