"""Frames of the shapes that other projects have recorded, with values of our own; each says where its shape comes from.

NAUTILUS is nautechsystems/nautilus_trader, tests/integration_tests/adapters/binance/resources.
"""

from decimal import Decimal
from typing import Any

import pytest

from batactors.model.account_facts import PositionFact, SettingFact
from batactors.model.facts import BalanceFact, FillFact, InstrumentFact, OrderFact, QuarantineFact, Says
from batactors.model.ids import ClientOrderId, VenueOrderId
from batactors.model.positions import Forced, PositionSide
from batactors.model.questions import AskInstruments, AskPositions
from tests.venues.binance.samples import BTC, only, taught, text, told

# NAUTILUS ws_messages/ws_futures_order_update_settlement.json: what the order does not have is null, `W` (which the
# sheet does not list) stands beside it, and `er`, `pm` and `M` are not there.
FORCED: dict[str, Any] = {
    "s": "BTCUSDT", "c": "settlement_autoclose-77", "S": "BUY", "o": "MARKET", "f": "GTC", "q": "0.010", "p": "0",
    "ap": "60000.00", "sp": None, "x": "CALCULATED", "X": "FILLED", "i": 111, "l": "0.010", "z": "0.010",
    "L": "60000.00", "N": "USDT", "n": "0.30000000", "T": 1700000000120, "t": 900, "b": "0", "a": "0", "m": False,
    "R": False, "wt": "CONTRACT_PRICE", "ot": "MARKET", "ps": "SHORT", "cp": False, "AP": None, "cr": None,
    "pP": False, "si": 0, "ss": 0, "rp": "25.00", "gtd": 0, "W": None, "V": None,
}  # fmt: skip
# NAUTILUS ws_messages/ws_futures_algo_update_triggering.json: no `act`, `ap`, `aq`, `rm` and `ia` before the trigger.
WAITING: dict[str, Any] = {
    "caid": "a1", "aid": 1000000000000055, "at": "CONDITIONAL", "o": "STOP_MARKET", "s": "BTCUSDT", "S": "BUY",
    "ps": "BOTH", "f": "GTC", "q": "0.010", "X": "TRIGGERING", "ai": "", "tp": "61000.0", "p": "0",
    "V": "EXPIRE_MAKER", "wt": "CONTRACT_PRICE", "pm": "NONE", "cp": False, "pP": False, "R": False,
    "tt": 1700000000120, "gtd": 0,
}  # fmt: skip
# NAUTILUS ws_messages/ws_futures_algo_update_triggered.json: from the trigger on with these, and still without `rm`.
GONE_ON = WAITING | {"X": "TRIGGERED", "ai": "111", "ap": "0", "aq": "0", "act": "MARKET"}


def wrapped(kind: str, **fields: Any) -> bytes:
    """A frame as a combined stream has it: NAUTILUS, all of its private frames."""
    data = {"e": kind, "E": 1700000000125, "T": 1700000000120, **fields}
    return text({"stream": "test", "data": data})


@pytest.mark.parametrize(
    ("named", "forced"),
    [
        ({"c": "settlement_autoclose-77"}, Forced.SETTLEMENT),
        # NAUTILUS ws_messages/ws_futures_order_update_adl_filled.json: a number after the sheet's bare name.
        ({"c": "adl_autoclose-77", "x": "TRADE"}, Forced.DELEVERAGING),
        # NAUTILUS ws_messages/ws_futures_order_update_liquidation.json
        ({"c": "autoclose-77"}, Forced.LIQUIDATION),
    ],
)
def test_an_order_that_the_venue_made(named: dict[str, str], forced: Forced) -> None:
    """Its fill is one like any other, on the side of a hedge, and says why it came."""
    fact = only(told(wrapped("ORDER_TRADE_UPDATE", o=FORCED | named)))
    assert isinstance(fact, FillFact)
    assert (fact.forced, fact.position_side, fact.client_order_id) == (forced, PositionSide.SHORT, None)
    assert (fact.quantity, fact.price, fact.completes) == (Decimal("0.010"), Decimal("60000.00"), True)


def test_a_forced_order_of_nothing() -> None:
    """NAUTILUS ws_messages/ws_futures_order_update_liquidation_zero_qty.json: a number, and nothing traded by it."""
    nothing = {"c": "autoclose-77", "q": "0.000", "l": "0.000", "z": "0.000", "L": "0.00", "N": None, "n": None}
    fact = only(told(wrapped("ORDER_TRADE_UPDATE", o=FORCED | nothing)))
    assert isinstance(fact, OrderFact)
    assert (fact.says, fact.filled, fact.forced) == (Says.FILLED, Decimal(0), Forced.LIQUIDATION)


def test_a_fill_with_a_working_time() -> None:
    """NAUTILUS ws_messages/ws_futures_order_update_trade_reduce_only_qty.json: `W` is a time there."""
    ours = {"c": "a1", "x": "TRADE", "o": "LIMIT", "ot": "LIMIT", "p": "60000.00", "W": 1700000000120, "R": True}
    fact = only(told(wrapped("ORDER_TRADE_UPDATE", o=FORCED | ours)))
    assert isinstance(fact, FillFact)
    assert (fact.client_order_id, fact.fill_id) == (ClientOrderId("a1"), "BTCUSDT:900:111")


def test_an_order_that_is_being_triggered() -> None:
    """It is still the one that waits, and is no other yet."""
    fact = only(told(wrapped("ALGO_UPDATE", o=WAITING)))
    assert isinstance(fact, OrderFact)
    assert fact.venue_order_id == VenueOrderId("algo:1000000000000055")
    assert (fact.becomes, fact.trigger_price) == (None, Decimal("61000.0"))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"ai": 111},
        # NAUTILUS ws_messages/ws_futures_algo_update_finished_canceled.json: what came of it was cancelled.
        {"X": "FINISHED"},
        # NAUTILUS ws_messages/ws_futures_algo_update_finished.json
        {"X": "FINISHED", "ap": "61000.0", "aq": "0.010"},
    ],
)
def test_an_order_that_was_triggered(changes: dict[str, Any]) -> None:
    """It goes on as an ordinary order, which says itself how it fares; and the one that waits has filled nothing."""
    fact = only(told(wrapped("ALGO_UPDATE", o=GONE_ON | changes)))
    assert (fact.says, fact.becomes, fact.filled) == (Says.TRIGGERED, VenueOrderId("BTCUSDT:111"), None)


def test_an_early_fill_of_a_long_number() -> None:
    """NAUTILUS ws_messages/ws_futures_trade_lite.json: an order's number of 19 digits, which no float can hold."""
    lite = {"s": "BTCUSDT", "q": "0.010", "p": "60000.00", "m": False, "c": "a1", "S": "BUY", "L": "60000.00",
            "l": "0.010", "t": 4400000001, "i": 8389765000000000007}  # fmt: skip
    fact = only(told(text({"e": "TRADE_LITE", "E": 1700000000120, "T": 1700000000120, **lite})))
    assert fact.venue_order_id == VenueOrderId("BTCUSDT:8389765000000000007")
    assert fact.fill_id == "BTCUSDT:4400000001:8389765000000000007"


def test_a_position_with_its_margin_asset() -> None:
    """In P stands `ma`, which the sheet does not list. From a public web client, whose comments have frames as they
    came; the index of public code (file 67173455281) does not say which.
    """
    position = {"s": "BTCUSDT", "pa": "-0.010", "ep": "60000.0", "cr": "-48.5", "up": "0.04", "mt": "cross", "iw": "0",
                "ps": "SHORT", "ma": "USDT", "bep": "60000.0"}  # fmt: skip
    balance = {"a": "USDT", "wb": "100.5", "cw": "100.5", "bc": "0"}
    facts = told(wrapped("ACCOUNT_UPDATE", a={"B": [balance], "P": [position], "m": "ORDER"}))
    assert [type(fact) for fact in facts] == [BalanceFact, PositionFact]
    assert isinstance(facts[1], PositionFact)
    assert (facts[1].position_side, facts[1].quantity) == (PositionSide.SHORT, Decimal("-0.010"))


def test_funding_names_its_instrument() -> None:
    """A crossed one has `S`, no P, and a change below nothing: the shape of the documents, where others test it."""
    balance = {"a": "USDT", "wb": "100.5", "cw": "100.5", "bc": "-0.25"}
    (fact,) = told(wrapped("ACCOUNT_UPDATE", a={"m": "FUNDING_FEE", "S": "BTCUSDT", "B": [balance]}))
    assert isinstance(fact, BalanceFact)
    assert fact.total == Decimal("100.5")


def test_leverage_alone_or_the_account() -> None:
    """ACCOUNT_CONFIG_UPDATE with `ac` or `ai`, as others test it by the documents: only the first is about ours."""
    (fact,) = told(wrapped("ACCOUNT_CONFIG_UPDATE", ac={"s": "BTCUSDT", "l": 25}))
    assert isinstance(fact, SettingFact)
    assert (fact.instrument, fact.leverage) == (BTC, 25)
    assert not [
        one for one in told(wrapped("ACCOUNT_CONFIG_UPDATE", ai={"j": True})) if isinstance(one, QuarantineFact)
    ]


def test_positions_of_the_second_version() -> None:
    """NAUTILUS http_responses/http_futures_account_positions_hedge.json: with leverage, and no notional."""
    row = {"entryPrice": "60000.0", "marginType": "isolated", "isAutoAddMargin": "false", "isolatedMargin": "15.5",
           "leverage": "10", "liquidationPrice": "59000.0", "markPrice": "60001.0", "maxNotionalValue": "20000000",
           "positionAmt": "0.010", "symbol": "BTCUSDT", "unRealizedProfit": "0.01", "positionSide": "LONG",
           "updateTime": 0}  # fmt: skip
    page = taught().read(AskPositions(), 0, 200, text([row]))
    fact = only(page.facts)
    assert isinstance(fact, PositionFact)
    assert (fact.position_side, fact.quantity, fact.occurred_at) == (PositionSide.LONG, Decimal("0.010"), None)


def test_instruments_with_more_than_is_read() -> None:
    """NAUTILUS http_responses/http_futures_usdt_exchange_info.json: more fields, and a filter that is gone by now."""
    filters = [
        {"minPrice": "402", "maxPrice": "1246396.60", "filterType": "PRICE_FILTER", "tickSize": "0.10"},
        {"stepSize": "0.001", "filterType": "LOT_SIZE", "maxQty": "1000", "minQty": "0.001"},
        {"stepSize": "0.001", "filterType": "MARKET_LOT_SIZE", "maxQty": "500", "minQty": "0.001"},
        {"limit": 200, "filterType": "MAX_NUM_ORDERS"},
        {"limit": 10, "filterType": "MAX_NUM_ALGO_ORDERS"},
        {"notional": "10", "filterType": "MIN_NOTIONAL"},
        {"multiplierDown": "0.5", "multiplierUp": "1.1", "multiplierDecimal": "4", "filterType": "PERCENT_PRICE"},
    ]
    symbol = {
        "symbol": "BTCUSDT", "pair": "BTCUSDT", "contractType": "PERPETUAL", "deliveryDate": 4133404802000,
        "onboardDate": 1569398400000, "status": "TRADING", "maintMarginPercent": "2.5", "requiredMarginPercent": "5",
        "baseAsset": "BTC", "quoteAsset": "USDT", "marginAsset": "USDT", "pricePrecision": 2, "quantityPrecision": 3,
        "baseAssetPrecision": 8, "quotePrecision": 8, "underlyingType": "COIN", "underlyingSubType": [],
        "settlePlan": 0, "triggerProtect": "0.05", "liquidationFee": "0.01", "marketTakeBound": "0.3",
        "filters": filters, "orderTypes": ["LIMIT"], "timeInForce": ["GTC"],
    }  # fmt: skip
    body = {
        "timezone": "UTC", "serverTime": 1700000000120, "futuresType": "U_MARGINED", "rateLimits": [],
        "exchangeFilters": [], "assets": [{"asset": "USDT", "marginAvailable": True}], "symbols": [symbol],
    }  # fmt: skip
    facts = taught().read(AskInstruments(), 0, 200, text(body)).facts
    (fact,) = [one for one in facts if isinstance(one, InstrumentFact)]
    assert (fact.instrument.tick, fact.instrument.step) == (Decimal("0.10"), Decimal("0.001"))
    assert (fact.instrument.minimum_cost, fact.instrument.maximum_open_orders) == (Decimal(10), 200)
    assert not [one for one in facts if isinstance(one, QuarantineFact)]
