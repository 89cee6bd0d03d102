"""Frames and answers of the Unified WebSocket, by hand: Spot's format, with the ids and symbols of derivatives."""

from decimal import Decimal
from typing import Any

import msgspec

from batactors.model.commands import Command
from batactors.model.credentials import Credentials
from batactors.model.facts import Fact
from batactors.model.questions import Page, Question
from batactors.venues.kraken_unified.codec import KrakenUnified
from batactors.venues.kraken_v2.session import V2Session
from tests.venues.kraken_futures.samples import KNOWN, ORDER, OURS, REQUEST, STAMP, text
from tests.venues.kraken_spot.samples import SECRET

TOKEN = "TKN"
KEYS = KrakenUnified().keys(Credentials(api_key="KEY", api_secret=SECRET))
Fields = dict[str, Any]

# Section 15: no pending_new, so that `new` has the terms.
NEW: Fields = {
    "exec_type": "new", "order_status": "new", "order_id": ORDER, "cl_ord_id": OURS, "symbol": "PF_XBTUSD",
    "side": "buy", "order_type": "limit", "order_qty": 1.0, "limit_price": 50000.0, "cum_qty": 0,
    "time_in_force": "GTC", "timestamp": "2026-01-02T03:04:05.678901Z",
}  # fmt: skip
TRADE: Fields = {
    "exec_type": "trade", "order_status": "partially_filled", "order_id": ORDER, "cl_ord_id": OURS,
    "symbol": "PF_XBTUSD", "side": "buy", "order_type": "limit", "order_qty": 1.0, "cum_qty": 0.14, "exec_id": "e-1",
    "trade_id": 7, "last_qty": 0.14, "last_price": 50000.0, "liquidity_ind": "m",
    "fees": [{"asset": "USD", "qty": 1.4}], "timestamp": "2026-01-02T03:04:06.000000Z",
}  # fmt: skip
CANCELED: Fields = {
    "exec_type": "canceled", "order_status": "canceled", "order_id": ORDER, "cl_ord_id": OURS, "cum_qty": 0.14,
    "reason": "User requested", "timestamp": "2026-01-02T03:04:07.000000Z",
}  # fmt: skip
ROWS = (NEW, TRADE, CANCELED)
# Documented: the data of `positions` is an object, with what changed alone in an update.
POSITION: Fields = {"symbol": "PF_XBTUSD", "size": 0.5, "entry_price": 50000.0}
# Section 8.3: the sums of flex_futures, which `margin` carries.
MARGIN: Fields = {
    "balance_value": 1000.5, "portfolio_value": 1001.0, "pnl": 0.5, "initial_margin": 20.0, "maintenance_margin": 10.0,
    "available_margin": 980.0, "margin_equity": 1000.0,
}  # fmt: skip
# Section 4 of Spot's sheet, with a derivative's names.
REST_ORDER: Fields = {
    "userref": 0, "cl_ord_id": OURS, "status": "canceled", "reason": "User requested", "opentm": 1767323045.2,
    "closetm": 1767323047.0,
    "descr": {"pair": "PF_XBTUSD", "type": "buy", "ordertype": "limit", "price": "50000.0", "price2": "0"},
    "vol": "1.00000000", "vol_exec": "0.14000000",
}  # fmt: skip
REST_TRADE: Fields = {
    "ordertxid": ORDER, "pair": "PF_XBTUSD", "time": 1767323046.0, "type": "buy", "ordertype": "limit",
    "price": "50000.0", "fee": "1.4", "vol": "0.14000000", "trade_id": 7, "maker": True,
}  # fmt: skip


def taught() -> KrakenUnified:
    """A codec that knows two contracts."""
    codec = KrakenUnified()
    codec.learn(KNOWN)
    return codec


def session() -> V2Session:
    """A fresh session of such a codec."""
    return taught().session("connection", KEYS)


def told(*frames: bytes) -> list[Fact]:
    """What a fresh session makes of these frames."""
    one = session()
    return [fact for frame in frames for fact in one.decode(frame)]


def channel(name: str, data: object, kind: str = "update", **more: object) -> bytes:
    """A frame of a channel."""
    return text({"channel": name, "type": kind, "data": data, **more})


def positions(*rows: Fields, kind: str = "update", **more: object) -> bytes:
    """A frame of ``positions``."""
    data = {"futures": list(rows), "options": [], "time": "2026-01-02T03:04:06.000000Z", **more}
    return channel("positions", data, kind)


def sent(*commands: Command) -> dict[str, Any]:
    """What goes out of some commands in one frame, numbers as they are written."""
    frame = session().encode(commands, request_id=REQUEST, token=TOKEN, stamp=STAMP)
    read: dict[str, Any] = msgspec.json.decode(frame, type=dict[str, Any])
    return read


def answer(method: str, **fields: object) -> bytes:
    """The response to a request."""
    return text({"method": method, "req_id": REQUEST, **fields})


def page(question: Question, result: object) -> Page:
    """What is read of an answer over REST."""
    return taught().read(question, 0, 200, text({"error": [], "result": result}))


def exact(number: str) -> Decimal:
    """A number of these digits."""
    return Decimal(number)
