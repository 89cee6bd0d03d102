"""Frames and rows as the venue writes them, by hand from the sheet; each says from which section its shape comes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from batactors.model.commands import AmendOrder, CancelOrder, Command, CreateOrder
from batactors.model.credentials import Credentials
from batactors.model.facts import AnswerFact, Fact
from batactors.model.ids import AccountName, Asset, ClientOrderId, CommandId, InstrumentId, RequestId, VenueOrderId
from batactors.model.instruments import Instrument
from batactors.model.questions import Page, Question
from batactors.model.terms import OrderType, Side
from batactors.venues.bybit.codec import BybitLinear
from batactors.venues.bybit.hosts import PRIVATE, TRADE
from batactors.venues.bybit.names import Names
from batactors.venues.bybit.private import PrivateSession
from batactors.venues.bybit.trade import TradeSession
from batactors.venues.codec import Stamp
from batactors.venues.signers import keys_of

OURS = ClientOrderId("a1")
ORDER_ID = VenueOrderId("0f5c7a10-0000-4000-8000-000000000001")
EXEC_ID = "7d1e2b20-0000-4000-8000-000000000001"
FILL_ID = f"{EXEC_ID}:{ORDER_ID}"
BTC = InstrumentId("BTC/USDT:USDT")
REQUEST = RequestId(7)
NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
NOW_MS = 1_700_000_000_000
"""The time of the sheet's vectors and frames."""
STAMP = Stamp(now=NOW, valid_until=NOW + timedelta(seconds=5), nonce=1)
KEYS = keys_of(Credentials(api_key="TESTKEY", api_secret="TESTSECRET"))

# Section 7: the row of the topic `order` that the sheet shows; section 4 says that REST has the same.
ORDER: dict[str, Any] = {
    "category": "linear", "symbol": "BTCUSDT", "orderId": ORDER_ID, "orderLinkId": "a1", "side": "Buy",
    "orderType": "Limit", "timeInForce": "GTC", "price": "60000.0", "qty": "0.010", "positionIdx": 0,
    "orderStatus": "PartiallyFilled", "cancelType": "UNKNOWN", "rejectReason": "EC_NoError",
    "createType": "CreateByUser", "avgPrice": "60000", "leavesQty": "0.006", "cumExecQty": "0.004",
    "cumExecValue": "240", "cumExecFee": "0.048", "cumFeeDetail": {"USDT": "0.048"}, "closedPnl": "0",
    "reduceOnly": False, "closeOnTrigger": False, "smpType": "None", "smpGroup": 0, "smpOrderId": "",
    "stopOrderType": "", "triggerPrice": "", "createdTime": "1700000000100", "updatedTime": "1700000000120",
}  # fmt: skip
NOTHING_FILLED = {"cumExecQty": "0", "leavesQty": "0.010", "avgPrice": "", "cumExecValue": "0", "cumFeeDetail": {}}
NEW = ORDER | NOTHING_FILLED | {"orderStatus": "New"}
FILLED = ORDER | {"orderStatus": "Filled", "cumExecQty": "0.010", "leavesQty": "0"}
# Section 0, 6: the notice that a cancel came too late is a second row of the same order.
FILLED_AGAIN = FILLED | {"cancelType": "CancelByUser", "rejectReason": "EC_OrigClOrdIDDoesNotExist"}
# Section 0, 4: what was filled before a cancel is counted in its row.
CANCELED = ORDER | {"orderStatus": "Cancelled", "cancelType": "CancelByUser", "leavesQty": "0"}
REJECTED = NEW | {"orderStatus": "Rejected", "rejectReason": "EC_NoEnoughQtyToFill", "leavesQty": "0"}
# Section 0, 5.
WOULD_TAKE = NEW | {
    "orderStatus": "Cancelled", "timeInForce": "PostOnly", "rejectReason": "EC_PostOnlyWillTakeLiquidity",
}  # fmt: skip
# Sections 3 and 7: an order that waits for a trigger.
UNTRIGGERED = NEW | {
    "orderStatus": "Untriggered", "stopOrderType": "Stop", "triggerPrice": "61000.0", "triggerDirection": 1,
    "triggerBy": "LastPrice",
}  # fmt: skip

# Section 7: the row of the topic `execution` that the sheet shows; section 4 names the same fields for REST.
EXECUTION: dict[str, Any] = {
    "category": "linear", "symbol": "BTCUSDT", "orderId": ORDER_ID, "orderLinkId": "a1", "side": "Buy",
    "orderPrice": "60000.0", "orderQty": "0.010", "leavesQty": "0.006", "orderType": "Limit",
    "stopOrderType": "UNKNOWN", "execId": EXEC_ID, "execPrice": "60000.0", "execQty": "0.004", "execValue": "240",
    "execFee": "0.048", "feeRate": "0.0002", "feeCurrency": "USDT", "execType": "Trade", "execTime": "1700000000119",
    "isMaker": True, "closedSize": "0", "execPnl": "0", "createType": "CreateByUser", "seq": 4011,
}  # fmt: skip
LAST_EXEC = "7d1e2b20-0000-4000-8000-000000000002"
LAST = EXECUTION | {"execId": LAST_EXEC, "execQty": "0.006", "leavesQty": "0", "seq": 4012, "execFee": "0.072"}
# Section 7: the fields of `execution.fast`; the same fill as EXECUTION, of a maker.
FAST: dict[str, Any] = {
    "category": "linear", "symbol": "BTCUSDT", "execId": EXEC_ID, "execPrice": "60000.0", "execQty": "0.004",
    "orderId": ORDER_ID, "isMaker": True, "orderLinkId": "", "side": "Buy", "execTime": "1700000000119", "seq": 4011,
}  # fmt: skip
# Section 7: funding is told as an execution of no order of a user's.
FUNDING = EXECUTION | {
    "execType": "Funding", "orderLinkId": "", "orderId": "1699999999999", "execId": "f1", "leavesQty": "",
}  # fmt: skip

# Sections 4 and 7: the fields of a position; the topic calls `entryPrice` what REST calls `avgPrice`.
POSITION: dict[str, Any] = {
    "category": "linear", "positionIdx": 0, "riskId": 1, "riskLimitValue": "2000000", "symbol": "BTCUSDT",
    "side": "Sell", "size": "0.004", "entryPrice": "60000", "positionValue": "240", "leverage": "10",
    "markPrice": "60010.5", "liqPrice": "", "breakEvenPrice": "60001", "positionIM": "24", "positionMM": "1.2",
    "positionStatus": "Normal", "adlRankIndicator": 2, "unrealisedPnl": "-0.042", "curRealisedPnl": "0",
    "cumRealisedPnl": "-3", "seq": 4011, "isReduceOnly": False, "createdTime": "1699999990000",
    "updatedTime": "1700000000119",
}  # fmt: skip
POSITION_ROW = {name: value for name, value in POSITION.items() if name != "entryPrice"} | {"avgPrice": "60000"}
# Section 7: side "" is flat.
FLAT = POSITION | {"side": "", "size": "0", "entryPrice": "0", "positionValue": "", "unrealisedPnl": ""}

# Section 4: wallet-balance, and the topic `wallet`.
COIN: dict[str, Any] = {
    "coin": "USDT", "equity": "1000.5", "usdValue": "1000.5", "walletBalance": "1000.25", "locked": "0",
    "unrealisedPnl": "0.25", "cumRealisedPnl": "-3", "totalOrderIM": "0", "totalPositionIM": "24",
    "totalPositionMM": "1.2", "borrowAmount": "0", "accruedInterest": "0", "bonus": "0", "collateralSwitch": True,
    "marginCollateral": True, "spotBorrow": "0",
}  # fmt: skip
WALLET: dict[str, Any] = {
    "totalEquity": "1000.5", "accountIMRate": "0.01", "accountMMRate": "0.001", "totalMarginBalance": "1000.5",
    "totalInitialMargin": "24", "totalMaintenanceMargin": "1.2", "totalAvailableBalance": "976.5",
    "totalWalletBalance": "1000.25", "totalPerpUPL": "0.25", "accountType": "UNIFIED", "coin": [COIN],
}  # fmt: skip

# Section 4, filters. The names of the coins and of the delivery are those of the public documentation.
SYMBOL: dict[str, Any] = {
    "symbol": "BTCUSDT", "contractType": "LinearPerpetual", "status": "Trading", "baseCoin": "BTC",
    "quoteCoin": "USDT", "settleCoin": "USDT", "launchTime": "1585526400000", "deliveryTime": "0",
    "priceScale": "2", "symbolId": 5, "fundingInterval": 480,
    "leverageFilter": {"minLeverage": "1", "maxLeverage": "100.00", "leverageStep": "0.01"},
    "priceFilter": {"minPrice": "0.10", "maxPrice": "1999999.80", "tickSize": "0.10"},
    "lotSizeFilter": {
        "minOrderQty": "0.001", "maxOrderQty": "1190.000", "maxMktOrderQty": "500.000",
        "postOnlyMaxOrderQty": "1190.000", "qtyStep": "0.001", "minNotionalValue": "5",
    },
    "riskParameters": {"priceLimitRatioX": "0.01", "priceLimitRatioY": "0.02"},
}  # fmt: skip

# Section 8: the answer that the sheet shows.
ANSWER: dict[str, Any] = {
    "reqId": "7-1700000000000", "retCode": 0, "retMsg": "OK", "op": "order.create",
    "data": {"orderId": ORDER_ID, "orderLinkId": "a1"}, "retExtInfo": {},
    "header": {
        "X-Bapi-Limit": "10", "X-Bapi-Limit-Status": "9", "X-Bapi-Limit-Reset-Timestamp": "1700000000001",
        "Traceid": "t", "Timenow": "1700000000002",
    },
    "connId": "c",
}  # fmt: skip


def text(value: object) -> bytes:
    """JSON."""
    return msgspec.json.encode(value)


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """The row with fields taken away."""
    return {name: value for name, value in row.items() if name not in names}


def event(topic: str, *rows: dict[str, Any]) -> bytes:
    """A frame of a topic (section 7)."""
    return text({"id": "m1", "topic": topic, "creationTime": 1700000000125, "data": list(rows)})


def order_event(*rows: dict[str, Any]) -> bytes:
    """A frame of the topic of orders."""
    return event("order.linear", *rows)


def execution_event(*rows: dict[str, Any]) -> bytes:
    """A frame of the topic of executions."""
    return event("execution.linear", *rows)


def envelope(result: object, code: int = 0, message: str = "OK", *, time: int | None = NOW_MS, **more: Any) -> bytes:
    """Any answer by REST (section 2)."""
    return text({"retCode": code, "retMsg": message, "result": result, "retExtInfo": {}, "time": time} | more)


def listed(*rows: dict[str, Any], cursor: str = "", time: int | None = NOW_MS) -> bytes:
    """A page of rows."""
    return envelope({"category": "linear", "nextPageCursor": cursor, "list": list(rows)}, time=time)


def instrument(symbol: str, id: str) -> Instrument:
    """An instrument with a symbol."""
    base, _, rest = id.partition("/")
    return Instrument(
        id=InstrumentId(id), base=Asset(base), quote=Asset(rest.partition(":")[0]), tick=Decimal("0.1"),
        step=Decimal("0.001"), aliases=(symbol,),
    )  # fmt: skip


KNOWN = (
    instrument("BTCUSDT", "BTC/USDT:USDT"),
    instrument("ETHPERP", "ETH/USDC:USDC"),
    instrument("BTC-27MAR26", "BTC/USDC:USDC-260327"),
)


def names() -> Names:
    """Names that know a perpetual of each coin, and a future."""
    learned = Names()
    learned.learn(KNOWN)
    return learned


def taught() -> BybitLinear:
    """A codec that knows them."""
    codec = BybitLinear()
    codec.learn(KNOWN)
    return codec


def private() -> PrivateSession:
    """A fresh session on the private socket."""
    session = taught().session(PRIVATE, KEYS)
    assert isinstance(session, PrivateSession)
    return session


def trade() -> TradeSession:
    """A fresh session on the trade socket."""
    session = taught().session(TRADE, KEYS)
    assert isinstance(session, TradeSession)
    return session


def told(frame: str | bytes) -> list[Fact]:
    """What a fresh private session makes of one frame."""
    return private().decode(frame)


def answered(**changes: Any) -> list[Fact]:
    """What a fresh trade session makes of the answer with changes."""
    return trade().decode(text(ANSWER | changes))


def read(question: Question, body: bytes, offset: int = 0, status: int = 200) -> Page:
    """One page of an answer by REST."""
    return taught().read(question, offset, status, body)


def only(facts: list[Any] | tuple[Any, ...]) -> Any:
    """The only fact."""
    (fact,) = facts
    return fact


def answer(facts: list[Fact]) -> AnswerFact:
    """The first fact, which is an answer."""
    assert isinstance(facts[0], AnswerFact)
    return facts[0]


WHO: dict[str, Any] = {"command_id": CommandId("c"), "account": AccountName("a")}


def create(**changes: Any) -> CreateOrder:
    """The order of the sheet's frames."""
    terms: dict[str, Any] = {
        "client_order_id": OURS, "instrument": BTC, "side": Side.BUY, "order_type": OrderType.LIMIT,
        "quantity": Decimal("0.010"), "price": Decimal("60000.0"),
    }  # fmt: skip
    return CreateOrder(**(WHO | terms | changes))


def amend(**changes: Any) -> AmendOrder:
    """Another price for it."""
    return AmendOrder(**(WHO | {"client_order_id": OURS, "instrument": BTC, "price": Decimal("59000.0")} | changes))


def cancel(**changes: Any) -> CancelOrder:
    """It, off the book."""
    return CancelOrder(**(WHO | {"client_order_id": OURS, "instrument": BTC} | changes))


def sent(*commands: Command) -> dict[str, Any]:
    """The frame for these, as it is sent by the trade socket."""
    frame = trade().encode(commands, request_id=REQUEST, token=None, stamp=STAMP)
    decoded: dict[str, Any] = msgspec.json.decode(frame)
    return decoded


def args(*commands: Command) -> dict[str, Any]:
    """What of it is about the orders."""
    (found,) = sent(*commands)["args"]
    assert isinstance(found, dict)
    return found
