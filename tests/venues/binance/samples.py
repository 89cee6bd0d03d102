"""Frames and rows as the venue writes them, by hand from the sheet; each says from which section its shape comes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder
from batactors.model.credentials import Credentials
from batactors.model.facts import AnswerFact, Fact
from batactors.model.ids import AccountName, Asset, ClientOrderId, CommandId, InstrumentId, RequestId, VenueOrderId
from batactors.model.instruments import Instrument
from batactors.model.terms import OrderType, Side
from batactors.venues.binance.codec import BinanceUsdm
from batactors.venues.binance.hosts import COMMANDS, USER_DATA
from batactors.venues.binance.names import Names
from batactors.venues.binance.stream import UserDataSession
from batactors.venues.binance.ws_api import CommandSession
from batactors.venues.codec import Stamp
from batactors.venues.signers import Keys, keys_of
from tests.venues.signing import signed

OURS = ClientOrderId("a1")
ORDER = VenueOrderId("BTCUSDT:111")
ALGO_ORDER = VenueOrderId("algo:2148719")
BTC = InstrumentId("BTC/USDT:USDT")
REQUEST = RequestId(7)
NOW = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
NOW_MS = 1_767_323_045_678
STAMP = Stamp(now=NOW, valid_until=NOW + timedelta(seconds=5), nonce=1)
AT = datetime(2023, 11, 14, 22, 13, 20, 120_000, tzinfo=UTC)
"""1700000000120, the time of the sheet's frames."""

# Section 7: ORDER_TRADE_UPDATE, the frame that the sheet shows.
TRADE: dict[str, Any] = {
    "s": "BTCUSDT", "c": "a1", "S": "BUY", "o": "LIMIT", "f": "GTC", "q": "0.010", "p": "60000.0", "ap": "60000.0",
    "sp": "0", "x": "TRADE", "X": "PARTIALLY_FILLED", "i": 111, "l": "0.004", "z": "0.004", "L": "60000.0",
    "N": "USDT", "n": "0.048", "T": 1700000000120, "t": 900, "b": "0", "a": "0", "m": True, "R": False,
    "wt": "CONTRACT_PRICE", "ot": "LIMIT", "ps": "BOTH", "cp": False, "pP": False, "si": 0, "ss": 0, "rp": "0",
    "V": "EXPIRE_MAKER", "pm": "NONE", "gtd": 0, "er": "0",
}  # fmt: skip
# Section 7: without a fill, `l`, `z` and `t` are zero, and the fee may be written as "0"/"USDT".
NEW = TRADE | {"x": "NEW", "X": "NEW", "l": "0", "z": "0", "L": "0", "n": "0", "t": 0, "m": False}
AMENDED = NEW | {"x": "AMENDMENT", "X": "NEW", "q": "0.020", "p": "59000.0", "M": "12"}
CANCELED = NEW | {"x": "CANCELED", "X": "CANCELED", "z": "0.004"}
EXPIRED = NEW | {"x": "EXPIRED", "X": "EXPIRED", "f": "IOC", "er": "2"}
FILLED = TRADE | {"X": "FILLED", "l": "0.006", "z": "0.010", "t": 901}
ROWS = (TRADE, NEW, AMENDED, CANCELED, EXPIRED, FILLED)

# Section 7: TRADE_LITE, the same fill as TRADE.
LITE: dict[str, Any] = {
    "e": "TRADE_LITE", "E": 1700000000123, "T": 1700000000120, "s": "BTCUSDT", "q": "0.010", "p": "60000.0", "m": True,
    "c": "a1", "S": "BUY", "L": "60000.0", "l": "0.004", "t": 900, "i": 111,
}  # fmt: skip

# Section 7: ACCOUNT_UPDATE.
ACCOUNT_UPDATE: dict[str, Any] = {
    "e": "ACCOUNT_UPDATE", "E": 1700000000125, "T": 1700000000120,
    "a": {
        "m": "ORDER",
        "B": [{"a": "USDT", "wb": "122624.12345678", "cw": "100.12345678", "bc": "50.12345678"}],
        "P": [
            {"s": "BTCUSDT", "pa": "0.004", "ep": "60000.0", "bep": "60001.0", "cr": "200", "up": "-0.5", "mt": "cross",
             "iw": "0", "ps": "LONG"},
            {"s": "BTCUSDT", "pa": "-0.002", "ep": "61000.0", "bep": "0", "cr": "0", "up": "0", "mt": "isolated",
             "iw": "12.1", "ps": "SHORT"},
        ],
    },
}  # fmt: skip

# Section 4.4: ALGO_UPDATE. `ai` is empty before the trigger.
ALGO: dict[str, Any] = {
    "caid": "a1", "aid": 2148719, "at": "CONDITIONAL", "o": "TAKE_PROFIT", "s": "BTCUSDT", "S": "SELL", "ps": "BOTH",
    "f": "GTC", "q": "0.01", "X": "NEW", "ai": "", "ap": "0.00000", "aq": "0.00000", "act": "0", "tp": "75000",
    "p": "750", "V": "EXPIRE_MAKER", "wt": "CONTRACT_PRICE", "pm": "NONE", "cp": False, "pP": False, "R": False,
    "tt": 0, "gtd": 0, "rm": "",
}  # fmt: skip

# Section 4.1: the response to POST, PUT and DELETE; GET adds avgPrice, cumQuote and time.
ORDER_ROW: dict[str, Any] = {
    "clientOrderId": "a1", "cumQty": "0", "executedQty": "0", "orderId": 111, "origQty": "0.010", "price": "60000.0",
    "reduceOnly": False, "side": "BUY", "positionSide": "BOTH", "status": "NEW", "stopPrice": "0",
    "closePosition": False, "symbol": "BTCUSDT", "timeInForce": "GTC", "type": "LIMIT", "origType": "LIMIT",
    "updateTime": 1700000000120, "workingType": "CONTRACT_PRICE", "priceProtect": False, "priceMatch": "NONE",
    "selfTradePreventionMode": "EXPIRE_MAKER", "goodTillDate": 0,
}  # fmt: skip
# Section 4.1, "userTrades row": the same fill as TRADE.
TRADE_ROW: dict[str, Any] = {
    "buyer": True, "commission": "0.048", "commissionAsset": "USDT", "id": 900, "maker": True, "orderId": 111,
    "price": "60000.0", "qty": "0.004", "quoteQty": "240.00", "baseQty": "0", "marginAsset": "USDT", "realizedPnl": "0",
    "side": "BUY", "positionSide": "BOTH", "symbol": "BTCUSDT", "pair": "BTCUSDT", "time": 1700000000120,
}  # fmt: skip
# Section 4.4 names the fields; the shape is that of the public documentation.
ALGO_ROW: dict[str, Any] = {
    "algoId": 2148719, "clientAlgoId": "a1", "algoType": "CONDITIONAL", "orderType": "STOP", "symbol": "BTCUSDT",
    "side": "BUY", "positionSide": "BOTH", "timeInForce": "GTC", "quantity": "0.002", "algoStatus": "NEW",
    "actualOrderId": "", "triggerPrice": "100000.00", "price": "102000.00", "workingType": "CONTRACT_PRICE",
    "closePosition": False, "reduceOnly": False, "createTime": 1700000000000, "updateTime": 1700000000120,
}  # fmt: skip

# Section 3. BTCUSDT's tick, step and notional are those that the sheet gives.
SYMBOL: dict[str, Any] = {
    "symbol": "BTCUSDT", "pair": "BTCUSDT", "contractType": "PERPETUAL", "deliveryDate": 4133404800000,
    "onboardDate": 1569398400000, "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT", "marginAsset": "USDT",
    "pricePrecision": 2, "quantityPrecision": 3, "underlyingType": "COIN", "triggerProtect": "0.0500",
    "liquidationFee": "0.012500", "marketTakeBound": "0.05", "orderTypes": ["LIMIT", "MARKET"],
    "timeInForce": ["GTC", "IOC", "FOK", "GTX", "GTD"],
    "filters": [
        {"filterType": "PRICE_FILTER", "minPrice": "556.80", "maxPrice": "4529764", "tickSize": "0.10"},
        {"filterType": "LOT_SIZE", "minQty": "0.001", "maxQty": "1000", "stepSize": "0.001"},
        {"filterType": "MARKET_LOT_SIZE", "minQty": "0.001", "maxQty": "120", "stepSize": "0.001"},
        {"filterType": "MAX_NUM_ORDERS", "limit": 200},
        {"filterType": "MIN_NOTIONAL", "notional": "50"},
        {"filterType": "PERCENT_PRICE", "multiplierUp": "1.0500", "multiplierDown": "0.9500", "multiplierDecimal": "4"},
        {"filterType": "POSITION_RISK_CONTROL", "positionControlSide": "NONE"},
    ],
}  # fmt: skip
# Section 3.
RATE_LIMITS: list[dict[str, Any]] = [
    {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 2400},
    {"rateLimitType": "ORDERS", "interval": "MINUTE", "intervalNum": 1, "limit": 1200},
    {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 300},
]
# Section 8.
WS_LIMITS = [{"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 300, "count": 1}]

# An Ed25519 key that is nobody's: the first of RFC 8032, section 7.1, in PKCS#8.
ED25519_PEM = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
"""
SECRET_KEYS = keys_of(Credentials(api_key="TESTKEY", api_secret="TESTSECRET"))


def ed25519_keys() -> Keys:
    """Keys that can log on."""
    return keys_of(Credentials(api_key="TESTKEY", api_secret=ED25519_PEM))


def text(value: object) -> bytes:
    """JSON."""
    return msgspec.json.encode(value)


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """The row with fields taken away."""
    return {name: value for name, value in row.items() if name not in names}


def update(**changes: Any) -> bytes:
    """The frame ORDER_TRADE_UPDATE of TRADE with changes."""
    return order_event(TRADE | changes)


def order_event(row: dict[str, Any]) -> bytes:
    """The frame ORDER_TRADE_UPDATE."""
    return text({"e": "ORDER_TRADE_UPDATE", "E": 1700000000125, "T": 1700000000120, "o": row})


def algo_event(**changes: Any) -> bytes:
    """The frame ALGO_UPDATE."""
    return text({"e": "ALGO_UPDATE", "T": 1700000000120, "E": 1700000000125, "o": ALGO | changes})


def instrument(symbol: str, id: str) -> Instrument:
    """An instrument with a symbol."""
    base, _, rest = id.partition("/")
    return Instrument(
        id=InstrumentId(id), base=Asset(base), quote=Asset(rest.partition(":")[0]), tick=Decimal("0.1"),
        step=Decimal("0.001"), aliases=(symbol,),
    )  # fmt: skip


KNOWN = (instrument("BTCUSDT", "BTC/USDT:USDT"), instrument("ETHUSDT_260327", "ETH/USDT:USDT-260327"))


def names() -> Names:
    """Names that know BTCUSDT and one delivery contract."""
    learned = Names()
    learned.learn(KNOWN)
    return learned


def taught() -> BinanceUsdm:
    """A codec that knows them."""
    codec = BinanceUsdm()
    codec.learn(KNOWN)
    return codec


def user_data() -> UserDataSession:
    """A fresh session on the private stream."""
    session = taught().session(USER_DATA, SECRET_KEYS)
    assert isinstance(session, UserDataSession)
    return session


def commands(keys: Keys = SECRET_KEYS) -> CommandSession:
    """A fresh session on the WebSocket API."""
    session = taught().session(COMMANDS, keys)
    assert isinstance(session, CommandSession)
    return session


def encoded(
    session: CommandSession, command: Command, request_id: RequestId = REQUEST, keys: Keys = SECRET_KEYS
) -> str:
    """The frame for a command, as it is sent."""
    return signed(session.encode([command], request_id=request_id, token=None, stamp=STAMP), keys)


def told(frame: str | bytes) -> list[Fact]:
    """What a fresh session of user data makes of one frame."""
    return user_data().decode(frame)


def only(facts: list[Any] | tuple[Any, ...]) -> Any:
    """The only fact."""
    (fact,) = facts
    return fact


def answer(facts: list[Fact]) -> AnswerFact:
    """The first fact, which is an answer."""
    assert isinstance(facts[0], AnswerFact)
    return facts[0]


def create(**changes: Any) -> CreateOrder:
    """The order of the sheet's frames."""
    terms: dict[str, Any] = {
        "command_id": CommandId("c"), "account": AccountName("a"), "client_order_id": OURS, "instrument": BTC,
        "side": Side.BUY, "order_type": OrderType.LIMIT, "quantity": Decimal("0.010"), "price": Decimal("60000.0"),
    }  # fmt: skip
    return CreateOrder(**(terms | changes))


def market(**changes: Any) -> CreateOrder:
    """The same at any price."""
    return create(**({"order_type": OrderType.MARKET, "price": None} | changes))


def stop(**changes: Any) -> CreateOrder:
    """An order that waits for a trigger."""
    terms: dict[str, Any] = {"order_type": OrderType.STOP_MARKET, "price": None, "trigger_price": Decimal(59_000)}
    return create(**(terms | changes))


def amend(**changes: Any) -> AmendOrder:
    """Of that order, with every term."""
    terms: dict[str, Any] = {
        "client_order_id": OURS, "instrument": BTC, "venue_order_id": ORDER, "side": Side.BUY,
        "quantity": Decimal("0.020"), "price": Decimal("59000.0"),
    }  # fmt: skip
    return AmendOrder(command_id=CommandId("c"), account=AccountName("a"), **(terms | changes))


def cancel(**changes: Any) -> CancelOrder:
    """Of that order."""
    terms: dict[str, Any] = {"client_order_id": OURS, "instrument": BTC}
    return CancelOrder(command_id=CommandId("c"), account=AccountName("a"), **(terms | changes))


def cancel_all(**changes: Any) -> CancelAll:
    """Of everything in BTCUSDT."""
    return CancelAll(command_id=CommandId("c"), account=AccountName("a"), **({"instrument": BTC} | changes))
