"""Frames and answers as the venue writes them, by hand from the sheet; each says from which section its shape comes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder
from batactors.model.credentials import Credentials
from batactors.model.facts import Fact
from batactors.model.ids import AccountName, Asset, ClientOrderId, CommandId, InstrumentId, RequestId, VenueOrderId
from batactors.model.instruments import Instrument
from batactors.model.questions import Page, Question
from batactors.model.terms import OrderType, Side
from batactors.venues.codec import Stamp
from batactors.venues.kraken_futures.codec import KrakenFutures
from batactors.venues.kraken_futures.session import FuturesSession

Fields = dict[str, Any]

OURS = ClientOrderId("sim-1")
ORDER = VenueOrderId("11111111-1111-4111-8111-111111111111")
OTHER = VenueOrderId("22222222-2222-4222-8222-222222222222")
BTC = InstrumentId("BTC/USD:USD")
REQUEST = RequestId(7)
NOW = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
STAMP = Stamp(now=NOW, valid_until=NOW + timedelta(seconds=5), nonce=1)
# Section 2: the public secret of the documentation, which signs the sheet's vectors.
SECRET = "7zxMEF5p/Z8l2p2U7Ghv6x14Af+Fx+92tPgUdVQ748FOIrEoT9bgT+bTRfXc5pz8na+hL/QdrCVG7bh9KpT0eMTm"
KEYS = KrakenFutures().keys(Credentials(api_key="K", api_secret=SECRET))
CHALLENGE = "c100b894-1729-464d-ace1-52dbce11db42"

# Section 8.1: the order of a frame of open_orders.
WORKS: Fields = {
    "instrument": "PF_XBTUSD", "time": 1700000000000, "last_update_time": 1700000000000, "qty": 1.0, "filled": 0.0,
    "limit_price": 50000.0, "stop_price": 0.0, "type": "limit", "order_id": ORDER, "cli_ord_id": OURS, "direction": 0,
    "reduce_only": False,
}  # fmt: skip
# Section 8.2.
FILL: Fields = {
    "instrument": "PF_XBTUSD", "time": 1700000001000, "price": 50000.0, "seq": 101, "buy": True, "qty": 0.14,
    "remaining_order_qty": 0.86, "order_id": ORDER, "cli_ord_id": OURS, "fill_id": "f1", "fill_type": "maker",
    "fee_paid": 0.004, "fee_currency": "USD", "taker_order_type": "ioc", "order_type": "limit",
}  # fmt: skip
# Section 3.1: the order of an event, and the PLACE row of the answer to sendorder.
EVENT_ORDER: Fields = {
    "orderId": ORDER, "cliOrdId": OURS, "type": "lmt", "symbol": "PF_XBTUSD", "side": "buy", "quantity": 1.0,
    "filled": 0, "limitPrice": 50000.0, "reduceOnly": False, "timestamp": "2026-01-02T03:04:05.601Z",
    "lastUpdateTimestamp": "2026-01-02T03:04:05.601Z",
}  # fmt: skip
PLACE: Fields = {"type": "PLACE", "order": EVENT_ORDER, "reducedQuantity": None}
# Section 4: an entry of openorders, of orders/status and of fills.
OPEN_ROW: Fields = {
    "order_id": ORDER, "cliOrdId": OURS, "status": "partiallyFilled", "side": "buy", "orderType": "lmt",
    "symbol": "PF_XBTUSD", "limitPrice": 50000.0, "filledSize": 0.4, "unfilledSize": 0.6, "reduceOnly": False,
    "receivedTime": "2026-01-02T03:04:05.600Z", "lastUpdateTime": "2026-01-02T03:04:05.700Z",
}  # fmt: skip
STATUS_ORDER: Fields = EVENT_ORDER | {"type": "ORDER", "quantity": 0, "filled": 1.0, "priceTriggerOptions": None}
STATUS_ROW: Fields = {"order": STATUS_ORDER, "status": "FULLY_EXECUTED", "updateReason": "FULL_FILL", "error": None}
FILL_ROW: Fields = {
    "fill_id": "f1", "order_id": ORDER, "cliOrdId": OURS, "symbol": "PF_XBTUSD", "side": "buy", "size": 0.14,
    "price": 50000.0, "fillTime": "2023-11-14T22:13:21.000Z", "fillType": "maker",
}  # fmt: skip
# Section 4: an order of the history, and an execution; the shapes behind the names are those of the OpenAPI.
HISTORY_ORDER: Fields = {
    "uid": ORDER, "accountUid": "A-UID", "tradeable": "PF_XBTUSD", "direction": "Buy", "quantity": "0", "filled": "1",
    "timestamp": 1700000000000, "limitPrice": "50000", "orderType": "Limit", "clientId": OURS, "reduceOnly": False,
    "lastUpdateTimestamp": 1700000002000,
}  # fmt: skip
EXECUTION: Fields = {
    "uid": "f1", "makerOrder": HISTORY_ORDER, "takerOrder": {}, "timestamp": 1700000001000, "quantity": "0.14",
    "price": "50000", "markPrice": "50000", "limitFilled": False, "usdValue": "7000",
    "makerOrderData": {"fee": "0.004", "positionSize": "0.14"}, "takerOrderData": {"fee": "0", "positionSize": "0"},
}  # fmt: skip
# Section 5.
INSTRUMENT: Fields = {
    "symbol": "PF_XBTUSD", "type": "flexible_futures", "tickSize": 0.5, "contractSize": 1, "tradeable": True,
    "contractValueTradePrecision": 4, "impactMidSize": 1, "postOnly": False, "base": "BTC", "quote": "USD",
    "pair": "BTC:USD", "isExpired": False,
}  # fmt: skip

KNOWN = (
    Instrument(
        id=BTC, base=Asset("BTC"), quote=Asset("USD"), settle=Asset("USD"), tick=Decimal("0.5"), step=Decimal("0.0001"),
        aliases=("PF_XBTUSD",),
    ),
    Instrument(
        id=InstrumentId("BTC/USD:BTC"), base=Asset("BTC"), quote=Asset("USD"), settle=Asset("BTC"), tick=Decimal("0.5"),
        step=Decimal(1), aliases=("PI_XBTUSD",),
    ),
)  # fmt: skip


def text(value: object) -> bytes:
    """JSON."""
    return msgspec.json.encode(value)


def without(row: Fields, *names: str) -> Fields:
    """The row with fields taken away."""
    return {name: value for name, value in row.items() if name not in names}


def taught() -> KrakenFutures:
    """A codec that knows two instruments."""
    codec = KrakenFutures()
    codec.learn(KNOWN)
    return codec


def session() -> FuturesSession:
    """A fresh session."""
    return taught().session("private feeds", KEYS)


def told(*frames: bytes) -> list[Fact]:
    """What a fresh session makes of these frames."""
    one = session()
    return [fact for frame in frames for fact in one.decode(frame)]


def delta(reason: str, *, is_cancel: bool = False, lacks: tuple[str, ...] = (), **changes: Any) -> bytes:
    """A frame of open_orders with its order (section 8.1)."""
    order = without(WORKS | changes, *lacks)
    return text({"feed": "open_orders", "order": order, "is_cancel": is_cancel, "reason": reason})


def by_id(reason: str, *, order_id: str = ORDER, cli_ord_id: str | None = None) -> bytes:
    """A frame of open_orders that names an order that left the book, and no more (section 8.1)."""
    ids = {"order_id": order_id} | ({} if cli_ord_id is None else {"cli_ord_id": cli_ord_id})
    return text({"feed": "open_orders", **ids, "is_cancel": True, "reason": reason})


def fills(*rows: Fields) -> bytes:
    """A frame of fills (section 8.2)."""
    return text({"feed": "fills", "username": "A-UID", "fills": list(rows)})


def fill(fill_id: str, qty: float, left: float, **changes: Any) -> Fields:
    """A row of it."""
    return FILL | {"fill_id": fill_id, "qty": qty, "remaining_order_qty": left} | changes


def snapshot(*rows: Fields) -> bytes:
    """open_orders_snapshot (section 8.1)."""
    return text({"feed": "open_orders_snapshot", "account": "A-UID", "orders": list(rows)})


def fills_snapshot(*rows: Fields) -> bytes:
    """fills_snapshot (section 8.2)."""
    return text({"feed": "fills_snapshot", "account": "A-UID", "fills": list(rows)})


def success(**fields: Any) -> bytes:
    """An answer over REST (section 2)."""
    return text({"result": "success", "serverTime": "2026-01-02T03:04:05.678Z", **fields})


def sent(status: str = "placed", events: list[Fields] | None = None, **fields: Any) -> bytes:
    """The answer to sendorder (section 3.1)."""
    return success(sendStatus={
        "order_id": ORDER, "cliOrdId": OURS, "status": status, "receivedTime": "2026-01-02T03:04:05.600Z",
        "orderEvents": [PLACE] if events is None else events, **fields,
    })  # fmt: skip


def edited(status: str = "edited", events: list[Fields] | None = None) -> bytes:
    """The answer to editorder (section 3.3)."""
    return success(editStatus={"orderId": ORDER, "status": status, "orderEvents": events or []})


def execution(fill_id: str, amount: float, *, left: float, filled: float = 0.0) -> Fields:
    """An EXECUTION row: the order as it was before has so much left, and so much filled (section 3.2)."""
    prior = EVENT_ORDER | {"quantity": left, "filled": filled}
    return {"type": "EXECUTION", "executionId": fill_id, "price": 50000.0, "amount": amount,
            "orderPriorExecution": prior, "orderPriorEdit": None, "takerReducedQuantity": None}  # fmt: skip


def history(*events: Fields, token: str | None = None) -> bytes:
    """A page of the history (section 4)."""
    elements = [{"uid": f"e{n}", "timestamp": 1700000002000 + n, "event": one} for n, one in enumerate(events)]
    more = {"continuationToken": token} if token else {}
    return text({"accountUid": "A-UID", "len": len(elements), "elements": elements} | more)


def page(question: Question, body: bytes, offset: int = 0, status: int = 200) -> Page:
    """An answer to a question."""
    return taught().read(question, offset, status, body)


def answered(command: Command, body: bytes, status: int = 200) -> list[Fact]:
    """What the answer to a command says."""
    return list(taught().read_command([command], REQUEST, status, body))


def create(**terms: Any) -> CreateOrder:
    """An order of 1 at 50000."""
    return CreateOrder(**{
        "command_id": CommandId("c1"), "account": AccountName("futures"), "client_order_id": OURS, "instrument": BTC,
        "side": Side.BUY, "order_type": OrderType.LIMIT, "quantity": Decimal(1), "price": Decimal(50000), **terms,
    })  # fmt: skip


def amend(**terms: Any) -> AmendOrder:
    """A change of it."""
    return AmendOrder(**{
        "command_id": CommandId("c2"), "account": AccountName("futures"), "client_order_id": OURS,
        "venue_order_id": ORDER, **terms,
    })  # fmt: skip


def cancel(**terms: Any) -> CancelOrder:
    """Its cancel."""
    return CancelOrder(**{
        "command_id": CommandId("c3"), "account": AccountName("futures"), "client_order_id": OURS,
        "venue_order_id": ORDER, **terms,
    })  # fmt: skip


def cancel_all(**terms: Any) -> CancelAll:
    """The cancel of all."""
    return CancelAll(command_id=CommandId("c4"), account=AccountName("futures"), **terms)


def only(facts: list[Any] | tuple[Any, ...]) -> Any:
    """The only fact."""
    (fact,) = facts
    return fact
