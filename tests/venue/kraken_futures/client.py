"""A client that speaks Kraken Futures' raw protocol and knows nothing of batactors: it sees what is on the wire."""

import base64
import hashlib
import hmac
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
from batactors.testing.kraken_futures import FuturesAccount, KrakenFuturesUrls

Json = dict[str, Any]
PATIENCE = 30.0
# An order that rests as long as no market is set.
ORDER: Json = {"orderType": "lmt", "symbol": "PF_XBTUSD", "side": "buy", "size": "1", "limitPrice": "50000"}


def mac(secret: str, text: str) -> str:
    """What this secret says about a text, as requests and challenges want it."""
    digest = hashlib.sha256(text.encode()).digest()
    return base64.b64encode(hmac.new(base64.b64decode(secret), digest, hashlib.sha512).digest()).decode()


class Socket:
    """One WebSocket, with everything it heard and nobody has asked for yet."""

    def __init__(self, websocket: WebSocketConnection, account: FuturesAccount) -> None:
        self.websocket = websocket
        self.unheard: list[Json] = []
        self._account = account

    async def next(self, patience: float = PATIENCE) -> Json:
        """The next frame, whatever it is."""
        with trio.fail_after(patience):
            text = await self.websocket.get_message()
        frame = json.loads(text, parse_float=Decimal)
        assert isinstance(frame, dict)
        return frame

    async def say(self, **frame: Any) -> None:
        """Send a frame as it is."""
        await self.websocket.send_message(json.dumps(frame))

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

    async def quiet(self, seconds: float = 5.0) -> list[Json]:
        """What comes within so long, and what nobody has asked for."""
        with trio.move_on_after(seconds):
            while True:
                self.unheard.append(await self.next(seconds + 1))
        heard, self.unheard = self.unheard, []
        return heard

    async def challenge(self) -> Json:
        """The three fields that a private feed wants."""
        await self.say(event="challenge", api_key=self._account.api_key)
        text = (await self.hear(event="challenge"))["message"]
        signed = mac(self._account.api_secret, text)
        return {"api_key": self._account.api_key, "original_challenge": text, "signed_challenge": signed}

    async def subscribe(self, *feeds: str, **more: Any) -> list[Json]:
        """Subscribe to private feeds; their snapshots are returned."""
        fields = await self.challenge()
        snapshots = []
        for feed in feeds:
            await self.say(event="subscribe", feed=feed, **fields, **more)
            await self.hear(event="subscribed", feed=feed)
            snapshots.append(await self.next())
        return snapshots


class Client:
    """One account's REST calls and sockets."""

    def __init__(
        self, http: httpx2.AsyncClient, urls: KrakenFuturesUrls, account: FuturesAccount, clock: WallClock
    ) -> None:
        self.urls = urls
        self.account = account
        self.http = http
        self._clock = clock
        self._last = 0

    def nonce(self) -> str:
        """A number that grows."""
        self._last = max(self._last + 1, int(self._clock.now().timestamp() * 1000))
        return str(self._last)

    async def send(
        self,
        name: str,
        params: Any = (),
        *,
        root: str = "/derivatives/api/v3/",
        nonce: str | None = "",
        key: str | None = None,
        hashed: str | None = None,
        get: bool = False,
    ) -> httpx2.Response:
        """A request as it is; the nonce is left out if it is None."""
        text = urlencode(params, doseq=True)
        path = (root + name).removeprefix("/derivatives")
        nonce = self.nonce() if nonce == "" else nonce
        authent = mac(self.account.api_secret, (text if hashed is None else hashed) + (nonce or "") + path)
        headers = {"APIKey": self.account.api_key if key is None else key, "Authent": authent}
        headers |= {} if nonce is None else {"Nonce": nonce}
        url = self.urls.rest + root + name
        if get:
            return await self.http.get(f"{url}?{text}" if text else url, headers=headers)
        headers["content-type"] = "application/x-www-form-urlencoded"
        return await self.http.post(url, content=text, headers=headers)

    async def post(self, name: str, **params: Any) -> Json:
        """The body of a command that is expected to be a success."""
        answer = await self.send(name, params)
        assert answer.status_code == 200, answer.text
        body = answer.json(parse_float=Decimal)
        assert body["result"] == "success", body
        assert isinstance(body, dict)
        return body

    async def get(self, name: str, **params: Any) -> Json:
        """The body of a read that is expected to be a success."""
        root = "/api/history/v3/" if name.startswith("history/") else "/derivatives/api/v3/"
        answer = await self.send(name.removeprefix("history/"), params, root=root, get=True)
        assert answer.status_code == 200, answer.text
        body = answer.json(parse_float=Decimal)
        assert body["result"] == "success", body
        assert isinstance(body, dict)
        return body

    async def place(self, **terms: Any) -> Json:
        """The status of a new order that rests, unless the terms say otherwise."""
        status = (await self.post("sendorder", **(ORDER | terms)))["sendStatus"]
        assert isinstance(status, dict)
        return status

    async def edit(self, **terms: Any) -> Json:
        """The status of an edit."""
        status = (await self.post("editorder", **terms))["editStatus"]
        assert isinstance(status, dict)
        return status

    async def cancel(self, **named: Any) -> Json:
        """The status of a cancel."""
        status = (await self.post("cancelorder", **named))["cancelStatus"]
        assert isinstance(status, dict)
        return status

    async def batch(self, *rows: Json, **more: Any) -> list[Json]:
        """The rows of a batch, as they come."""
        body = await self.post("batchorder", json=json.dumps({"batchOrder": rows}), **more)
        return list(body["batchStatus"])

    async def status(self, **named: Any) -> list[Json]:
        """What orders/status knows."""
        return list((await self.post("orders/status", **named))["orders"])

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Socket]:
        """A socket of WebSocket v1, after its greeting, which pings as it has to."""
        async with open_websocket_url(self.urls.websocket, message_queue_size=10_000) as websocket:
            socket = Socket(websocket, self.account)
            assert await socket.next() == {"event": "info", "version": 1}
            yield socket

    @asynccontextmanager
    async def listening(self, *feeds: str) -> AsyncIterator[Socket]:
        """A socket that is subscribed, by default to the two feeds of orders."""
        async with self.open() as socket:
            await socket.subscribe(*(feeds or ("open_orders", "fills")))
            yield socket
