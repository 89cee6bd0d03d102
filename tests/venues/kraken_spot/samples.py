"""Frames and rows as the venue writes them, by hand from the sheet; each says from which section its shape comes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, CreateOrder
from batactors.model.credentials import Credentials
from batactors.model.facts import AnswerFact, Fact
from batactors.model.ids import AccountName, Asset, ClientOrderId, CommandId, InstrumentId, RequestId, VenueOrderId
from batactors.model.instruments import Instrument
from batactors.model.terms import OrderType, Side
from batactors.venues.codec import Stamp
from batactors.venues.kraken_spot.codec import KrakenSpot
from batactors.venues.kraken_v2.session import V2Session

ORDER = VenueOrderId("OAAAAA-BBBBB-CCCCCC")
OURS = ClientOrderId("sim-000000000001")
BTC_USD = InstrumentId("BTC/USD")
TOKEN = "TKN"
REQUEST = RequestId(101)
UNTIL = datetime(2026, 1, 2, 3, 4, 10, tzinfo=UTC)
STAMP = Stamp(now=UNTIL - timedelta(seconds=5), valid_until=UNTIL, nonce=1)
SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
KEYS = KrakenSpot().keys(Credentials(api_key="KEY", api_secret=SECRET))

# Section 9, "Life of a two-fill buy": rows of the executions channel, as text, since their numbers are JSON numbers.
PENDING_NEW = (
    '{"exec_type":"pending_new","order_status":"pending_new","order_id":"OAAAAA-BBBBB-CCCCCC",'
    '"cl_ord_id":"sim-000000000001","symbol":"BTC/USD","side":"buy","order_type":"limit","order_qty":0.01,'
    '"limit_price":50000.0,"time_in_force":"GTC","cum_qty":0,"cum_cost":0,"avg_price":0,"fee_usd_equiv":0,'
    '"fee_ccy_pref":"fciq","timestamp":"2026-01-02T03:04:05.200000Z"}'
)
NEW = (
    '{"exec_type":"new","order_status":"new","order_id":"OAAAAA-BBBBB-CCCCCC","cl_ord_id":"sim-000000000001",'
    '"timestamp":"2026-01-02T03:04:05.200000Z"}'
)
TRADE = (
    '{"exec_type":"trade","order_status":"partially_filled","order_id":"OAAAAA-BBBBB-CCCCCC",'
    '"cl_ord_id":"sim-000000000001","exec_id":"TAAAAA-00001-AAAAAA","trade_id":365573,"symbol":"BTC/USD","side":"buy",'
    '"order_type":"limit","last_qty":0.004,"last_price":50000.0,"liquidity_ind":"m","cost":200.0,"cum_qty":0.004,'
    '"cum_cost":200.0,"avg_price":50000.0,"order_qty":0.01,"fees":[{"asset":"USD","qty":0.32}],"fee_usd_equiv":0.32,'
    '"timestamp":"2026-01-02T03:04:06.000000Z"}'
)
FILLED = (
    '{"exec_type":"filled","order_status":"filled","order_id":"OAAAAA-BBBBB-CCCCCC","cl_ord_id":"sim-000000000001",'
    '"cum_qty":0.01,"cum_cost":500.0,"avg_price":50000.0,"timestamp":"2026-01-02T03:04:07.000000Z"}'
)
CANCELED = (
    '{"exec_type":"canceled","order_status":"canceled","order_id":"OAAAAA-BBBBB-CCCCCC",'
    '"cl_ord_id":"sim-000000000001","reason":"User requested","cancel_reason":"User requested","cum_qty":0.004,'
    '"cum_cost":200.0,"avg_price":50000.0,"timestamp":"2026-01-02T03:04:08.000000Z"}'
)
# Section 9, "Snapshot trade rows": no cum_qty, no order_qty, no cl_ord_id.
SNAPSHOT_TRADE = (
    '{"cost":200.0,"exec_id":"TAAAAA-00001-AAAAAA","exec_type":"trade","fee_usd_equiv":0.32,'
    '"fees":[{"asset":"USD","qty":0.32}],"last_price":50000.0,"last_qty":0.004,"liquidity_ind":"m",'
    '"order_id":"OAAAAA-BBBBB-CCCCCC","order_status":"filled","order_type":"limit","order_userref":0,"side":"buy",'
    '"symbol":"BTC/USD","timestamp":"2026-01-02T03:04:06.000000Z","trade_id":365573}'
)
ROWS = (PENDING_NEW, NEW, TRADE, FILLED, CANCELED, SNAPSHOT_TRADE)

# Section 4, "Trade object": the same fill as TRADE.
REST_TRADE = {
    "ordertxid": ORDER, "postxid": "TKH2SE-M7IF5-CFI7LT", "pair": "XXBTZUSD", "time": 1767323046.0, "type": "buy",
    "ordertype": "limit", "price": "50000.00000", "cost": "200.00000", "fee": "0.32000", "vol": "0.00400000",
    "margin": "0.00000", "leverage": "0", "misc": "", "trade_id": 365573, "maker": True,
}  # fmt: skip
# Section 4, "Order object".
REST_ORDER = {
    "refid": None, "userref": 0, "cl_ord_id": OURS, "status": "open", "opentm": 1767323045.2, "starttm": 0,
    "expiretm": 0,
    "descr": {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "50000.0", "price2": "0",
              "leverage": "none", "order": "buy 0.01 XBTUSD @ limit 50000.0", "close": ""},
    "vol": "0.01000000", "vol_exec": "0.00400000", "cost": "200.00000", "fee": "0.32000", "price": "50000.0",
    "stopprice": "0.00000", "limitprice": "0.00000", "misc": "", "oflags": "fciq",
}  # fmt: skip
# Section 5.
ASSET_PAIRS = {
    "XXBTZUSD": {
        "altname": "XBTUSD", "wsname": "XBT/USD", "base": "XXBT", "quote": "ZUSD", "pair_decimals": 1,
        "lot_decimals": 8, "cost_decimals": 5, "lot_multiplier": 1, "fees": [], "fees_maker": [], "ordermin": "0.00005",
        "costmin": "0.5", "tick_size": "0.1", "status": "online",
    },
    "XDGUSD": {
        "altname": "XDGUSD", "wsname": "XDG/USD", "base": "XXDG", "quote": "ZUSD", "pair_decimals": 7,
        "lot_decimals": 8, "ordermin": "13", "costmin": "0.5", "tick_size": "0.0000001",
    },
}  # fmt: skip


def executions(*rows: str, kind: str = "update", sequence: int | None = None) -> str:
    """A frame of the executions channel (section 9)."""
    tail = "" if sequence is None else f',"sequence":{sequence}'
    return f'{{"channel":"executions","type":"{kind}","data":[{",".join(rows)}]{tail}}}'


def changed(row: str, **fields: object) -> str:
    """A row with fields changed or added; with ... they are taken away. A ``Raw`` stands as it is."""
    values: dict[str, Any] = msgspec.json.decode(row, type=dict[str, msgspec.Raw])
    values |= {name: value for name, value in fields.items() if value is not ...}
    return msgspec.json.encode({k: v for k, v in values.items() if fields.get(k) is not ...}).decode()


def raw(text: str) -> msgspec.Raw:
    """A piece of JSON that stands as it is."""
    return msgspec.Raw(text.encode())


def response(method: str, **fields: object) -> str:
    """The response to a request (section 7.1)."""
    times = {"time_in": "2026-01-02T03:04:05.123456Z", "time_out": "2026-01-02T03:04:05.127001Z"}
    return msgspec.json.encode({"method": method, "req_id": REQUEST, **fields, **times}).decode()


def rest(result: object = None, *errors: str) -> bytes:
    """A body of REST (section 2)."""
    body: dict[str, object] = {"error": list(errors)}
    return msgspec.json.encode(body if result is None else body | {"result": result})


def taught() -> KrakenSpot:
    """A codec that knows BTC/USD and DOGE/USD."""
    codec = KrakenSpot()
    codec.learn([
        Instrument(
            id=InstrumentId(f"{base}/USD"), base=Asset(base), quote=Asset("USD"), tick=Decimal("0.1"),
            step=Decimal("0.00000001"), aliases=aliases,
        )
        for base, aliases in known
    ])  # fmt: skip
    return codec


known: Any = (("BTC", ("XXBTZUSD", "XBTUSD", "XBT/USD")), ("DOGE", ("XDGUSD", "XDG/USD")))


def session() -> V2Session:
    """A fresh session of such a codec."""
    return taught().session("connection", KEYS)


def told(frame: str | bytes) -> list[Fact]:
    """What a fresh session makes of one frame."""
    return session().decode(frame)


def only(facts: list[Fact]) -> Any:
    """The only fact."""
    (fact,) = facts
    return fact


def answer(frame: str) -> AnswerFact:
    """The only fact of a frame that is one answer."""
    fact = only(told(frame))
    assert isinstance(fact, AnswerFact)
    return fact


def create(**changes: Any) -> CreateOrder:
    """Section 8, "Example"."""
    terms: dict[str, Any] = {
        "command_id": CommandId("c"), "account": AccountName("a"), "client_order_id": OURS, "instrument": BTC_USD,
        "side": Side.BUY, "order_type": OrderType.LIMIT, "quantity": Decimal("0.01"), "price": Decimal("50000.0"),
    }  # fmt: skip
    return CreateOrder(**(terms | changes))


def amend(**changes: Any) -> AmendOrder:
    """Of that order."""
    terms: dict[str, Any] = {"client_order_id": OURS, "instrument": BTC_USD}
    return AmendOrder(command_id=CommandId("c"), account=AccountName("a"), **(terms | changes))


def cancel(**changes: Any) -> CancelOrder:
    """Of that order."""
    terms: dict[str, Any] = {"client_order_id": OURS, "instrument": BTC_USD}
    return CancelOrder(command_id=CommandId("c"), account=AccountName("a"), **(terms | changes))


def cancel_all() -> CancelAll:
    """Of everything."""
    return CancelAll(command_id=CommandId("c"), account=AccountName("a"))
