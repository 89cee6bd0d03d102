"""A client that speaks Bybit's raw protocol and knows nothing of batactors: what it sees is what is on the wire."""

import hashlib
import hmac
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import httpx2
import trio
from trio_websocket import WebSocketConnection, open_websocket_url

from batactors.seams import WallClock
from batactors.testing.bybit import BybitAccount, BybitUrls

Json = dict[str, Any]
PATIENCE = 30.0
# An order that rests as long as no market is set.
ORDER: Json = {
    "category": "linear",
    "symbol": "BTCUSDT",
    "side": "Buy",
    "orderType": "Limit",
    "qty": "0.010",
    "price": "50000.0",
}
TOPICS = ("order.linear", "execution.linear", "execution.fast.linear", "position.linear", "wallet")


class Socket:
    """One WebSocket, with everything it heard and nobody has asked for yet."""

    def __init__(self, websocket: WebSocketConnection, client: "Client") -> None:
        self.websocket = websocket
        self.unheard: list[Json] = []
        self.client = client

    async def next(self, patience: float = PATIENCE) -> Json:
        """The next frame, whatever it is."""
        with trio.fail_after(patience):
            text = await self.websocket.get_message()
        frame = json.loads(text, parse_float=Decimal)
        assert isinstance(frame, dict)
        return frame

    async def hear(self, **wanted: Any) -> Json:
        """The next frame that has these members; those before it wait for their own question."""
        for frame in self.unheard:
            if wanted.items() <= frame.items():
                self.unheard.remove(frame)
                return frame
        with trio.fail_after(PATIENCE):
            while not wanted.items() <= (frame := await self.next()).items():
                self.unheard.append(frame)
        return frame

    async def row(self, topic: str) -> Json:
        """The row of the next frame of a topic, which has one only."""
        (row,) = (await self.hear(topic=topic))["data"]
        assert isinstance(row, dict)
        return row

    async def order(self, status: str) -> Json:
        """The next row of an order, which must have this status."""
        row = await self.row("order.linear")
        assert row["orderStatus"] == status, row
        return row

    async def quiet(self, seconds: float = 5.0) -> list[Json]:
        """What comes within so long, and what nobody has asked for."""
        with trio.move_on_after(seconds):
            while True:
                self.unheard.append(await self.next(seconds + 1))
        heard, self.unheard = self.unheard, []
        return heard

    async def say(self, frame: Json) -> None:
        """Send a frame as it is."""
        await self.websocket.send_message(json.dumps(frame))

    async def ask(self, op: str, *args: Any, **others: Any) -> Json:
        """An operation, and its answer."""
        number = f"q{next(self.client.ids)}"
        await self.say({"req_id": number, "op": op, "args": list(args), **others})
        return await self.hear(req_id=number)

    def logon(self, expires: int | None = None) -> list[Any]:
        """The arguments of a logon."""
        expires = self.client.stamp() + 10_000 if expires is None else expires
        return [self.client.account.api_key, expires, self.client.sign(f"GET/realtime{expires}")]

    async def command(self, op: str, **params: Any) -> Json:
        """A request by the trade socket, and its answer."""
        number = params.pop("reqId", f"r{next(self.client.ids)}")
        stamp = params.pop("stamp", str(self.client.stamp()))
        header = {"X-BAPI-TIMESTAMP": stamp, "X-BAPI-RECV-WINDOW": "5000"}
        await self.say({"reqId": number, "header": header, "op": op, "args": [params]})
        return await self.hear(reqId=number)


class Client:
    """One account's REST calls and sockets."""

    def __init__(self, http: httpx2.AsyncClient, urls: BybitUrls, account: BybitAccount, clock: WallClock) -> None:
        self.urls = urls
        self.account = account
        self.http = http
        self.ids = itertools.count(1)
        self._clock = clock

    def stamp(self) -> int:
        """The time by the client's clock."""
        return int(self._clock.now().timestamp() * 1000)

    def sign(self, text: str) -> str:
        return hmac.new(self.account.api_secret.encode(), text.encode(), hashlib.sha256).hexdigest()

    def headers(self, signed: str, *, stamp: int | None = None, window: int = 5_000) -> dict[str, str]:
        """The headers of a request."""
        stamp = self.stamp() if stamp is None else stamp
        return {
            "X-BAPI-API-KEY": self.account.api_key,
            "X-BAPI-TIMESTAMP": str(stamp),
            "X-BAPI-RECV-WINDOW": str(window),
            "X-BAPI-SIGN": self.sign(f"{stamp}{self.account.api_key}{window}{signed}"),
        }

    async def get(self, call: str, *, stamp: int | None = None, **params: Any) -> httpx2.Response:
        """A GET as it is."""
        text = urlencode({name: value for name, value in params.items() if value is not None})
        query = f"?{text}" if text else ""
        return await self.http.get(f"{self.urls.rest}/v5/{call}{query}", headers=self.headers(text, stamp=stamp))

    async def post(self, call: str, *, stamp: int | None = None, **params: Any) -> httpx2.Response:
        """A POST as it is."""
        body = json.dumps({name: value for name, value in params.items() if value is not None})
        headers = {**self.headers(body, stamp=stamp), "Content-Type": "application/json"}
        return await self.http.post(f"{self.urls.rest}/v5/{call}", content=body, headers=headers)

    async def read(self, call: str, **params: Any) -> Any:
        """The result of a GET that is expected to succeed."""
        return _result(await self.get(call, **params))

    async def rows(self, call: str, **params: Any) -> list[Json]:
        """The rows of a GET about linear contracts."""
        listed: list[Json] = (await self.read(call, category="linear", **params))["list"]
        return listed

    async def call(self, call: str, **params: Any) -> Any:
        """The result of a POST that is expected to succeed."""
        return _result(await self.post(call, **params))

    async def refusal(self, call: str, **params: Any) -> int:
        """The code of a POST that is expected to be refused."""
        answer = await self.post(call, **params)
        assert answer.status_code == 200, answer.text
        code = int(answer.json()["retCode"])
        assert code, answer.text
        return code

    async def place(self, **terms: Any) -> str:
        """Place an order by REST that rests, unless the terms say otherwise; its id is returned."""
        return str((await self.call("order/create", **(ORDER | terms)))["orderId"])

    async def status(self, name: str) -> str | None:
        """How the order of this client order id stands, by the list of what is open or has lately closed."""
        rows = await self.rows("order/realtime", orderLinkId=name)
        return str(rows[0]["orderStatus"]) if rows else None

    @asynccontextmanager
    async def open(self, path: str) -> AsyncIterator[Socket]:
        """A socket at this address."""
        async with open_websocket_url(self.urls.websocket + path, message_queue_size=10_000) as websocket:
            yield Socket(websocket, self)

    @asynccontextmanager
    async def listening(self, *topics: str) -> AsyncIterator[Socket]:
        """A private socket that is logged on, with these topics, or those of orders unless some are named."""
        async with self.open("/v5/private") as socket:
            assert (await socket.ask("auth", *socket.logon()))["success"] is True
            for topic in topics or ("order.linear",):
                assert (await socket.ask("subscribe", topic))["success"] is True
            yield socket

    @asynccontextmanager
    async def trading(self) -> AsyncIterator[Socket]:
        """A trade socket that is logged on."""
        async with self.open("/v5/trade") as socket:
            await socket.say({"op": "auth", "args": socket.logon()})
            assert (await socket.hear(op="auth"))["retCode"] == 0
            yield socket


def _result(answer: httpx2.Response) -> Any:
    body = answer.json(parse_float=Decimal)
    assert (answer.status_code, body["retCode"]) == (200, 0), answer.text
    return body["result"]
