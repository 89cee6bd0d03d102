"""A client that speaks the raw protocol and knows nothing of batactors: what it sees is what is on the wire."""

import base64
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

from batactors.testing import VenueAccount, VenueUrls

Json = dict[str, Any]
PATIENCE = 30.0
# An order that rests as long as no market is set.
ORDER: Json = {"order_type": "limit", "side": "buy", "symbol": "BTC/USD", "order_qty": 0.01, "limit_price": 50000.0}


def sign(secret: str, path: str, nonce: str, body: bytes) -> str:
    """The signature as the documents spell it out."""
    message = path.encode() + hashlib.sha256(nonce.encode() + body).digest()
    return base64.b64encode(hmac.new(base64.b64decode(secret), message, hashlib.sha512).digest()).decode()


class Socket:
    """One WebSocket, with everything it heard and nobody has asked for yet."""

    def __init__(self, websocket: WebSocketConnection, token: str = "") -> None:
        self.websocket = websocket
        self.token = token
        self.unheard: list[Json] = []
        self.raw: list[str] = []
        self._ids = itertools.count(1)

    async def say(self, method: str, *, token: bool = True, **params: Any) -> int:
        """Send a request; its number is returned."""
        req_id = next(self._ids)
        if token:
            params["token"] = self.token
        await self.websocket.send_message(json.dumps({"method": method, "req_id": req_id, "params": params}))
        return req_id

    async def next(self, patience: float = PATIENCE) -> Json:
        """The next frame, whatever it is."""
        with trio.fail_after(patience):
            text = await self.websocket.get_message()
        assert isinstance(text, str)
        self.raw.append(text)
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

    async def ask(self, method: str, **params: Any) -> Json:
        """Send a request and take its (first) answer."""
        return await self.hear(req_id=await self.say(method, **params))

    async def place(self, **terms: Any) -> Json:
        """Place an order that rests, unless the terms say otherwise."""
        return await self.ask("add_order", **(ORDER | terms))

    async def events(self, count: int) -> list[Json]:
        """The next rows of the executions channel."""
        rows: list[Json] = []
        while len(rows) < count:
            rows += (await self.hear(channel="executions", type="update"))["data"]
        return rows

    async def quiet(self, seconds: float = 5.0) -> list[Json]:
        """What comes within so long, heartbeats left out."""
        with trio.move_on_after(seconds):
            while True:
                self.unheard.append(await self.next(seconds + 1))
        heard, self.unheard = self.unheard, []
        return [frame for frame in heard if frame.get("channel") != "heartbeat"]


class Client:
    """One API key's REST calls and sockets."""

    def __init__(self, http: httpx2.AsyncClient, urls: VenueUrls, account: VenueAccount) -> None:
        self.urls = urls
        self.account = account
        self.http = http
        self._nonces = itertools.count(1)

    async def post(self, call: str, *, as_json: bool = False, **params: Any) -> httpx2.Response:
        """A signed request, as form or as JSON."""
        nonce = params.setdefault("nonce", str(next(self._nonces)))
        body = (json.dumps(params) if as_json else urlencode(params)).encode()
        path = f"/0/private/{call}"
        kind = "application/json" if as_json else "application/x-www-form-urlencoded"
        headers = {
            "API-Key": self.account.api_key,
            "API-Sign": sign(self.account.api_secret, path, str(nonce), body),
            "Content-Type": kind,
        }
        return await self.http.post(self.urls.rest + path, content=body, headers=headers)

    async def call(self, call: str, **params: Any) -> Any:
        """The result of a private call that is expected to succeed."""
        answer = (await self.post(call, **params)).json(parse_float=Decimal)
        assert answer["error"] == [], answer
        return answer["result"]

    async def refusal(self, call: str, **params: Any) -> str:
        """The text of a private call that is expected to be refused."""
        answer = (await self.post(call, **params)).json()
        assert len(answer["error"]) == 1, answer
        return str(answer["error"][0])

    async def public(self, call: str, **params: Any) -> Any:
        """The result of a public call."""
        answer = (await self.http.get(f"{self.urls.rest}/0/public/{call}", params=params)).json()
        assert answer["error"] == [], answer
        return answer["result"]

    async def add(self, **terms: Any) -> str:
        """Place an order by REST; its id is returned."""
        usual = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "volume": "0.01", "price": "50000"}
        return str((await self.call("AddOrder", **(usual | terms)))["txid"][0])

    @asynccontextmanager
    async def socket(self, url: str | None = None, *, token: str | None = None) -> AsyncIterator[Socket]:
        """A socket with a fresh token; the status frame is still to be heard."""
        token = (await self.call("GetWebSocketsToken"))["token"] if token is None else token
        async with open_websocket_url(url or self.urls.websocket_auth, message_queue_size=10_000) as websocket:
            yield Socket(websocket, token or "")

    @asynccontextmanager
    async def listening(self, *channels: str, **params: Any) -> AsyncIterator[Socket]:
        """A socket that has subscribed, to executions unless told otherwise, and has its snapshots."""
        async with self.socket() as socket:
            for channel in channels or ("executions",):
                await socket.ask("subscribe", channel=channel, **params)
                await socket.hear(channel=channel, type="snapshot")
            await socket.hear(channel="status")
            yield socket
