"""A client that speaks Binance's raw protocol and knows nothing of batactors: what it sees is what is on the wire."""

import base64
import hashlib
import hmac
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

import httpx2
import trio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from trio_websocket import WebSocketConnection, open_websocket_url

from batactors.seams import WallClock
from batactors.testing.binance import BinanceAccount, BinanceUrls

Json = dict[str, Any]
PATIENCE = 30.0
# An order that rests as long as no market is set.
ORDER: Json = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.010",
    "price": "50000.0",
}


class Socket:
    """One WebSocket, with everything it heard and nobody has asked for yet."""

    def __init__(self, websocket: WebSocketConnection) -> None:
        self.websocket = websocket
        self.unheard: list[Json] = []

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

    async def order(self, step: str) -> Json:
        """The order of the next ORDER_TRADE_UPDATE, which must tell this step."""
        row = (await self.hear(e="ORDER_TRADE_UPDATE"))["o"]
        assert isinstance(row, dict)
        assert row["x"] == step, row
        return row

    async def quiet(self, seconds: float = 5.0) -> list[Json]:
        """What comes within so long, and what nobody has asked for."""
        with trio.move_on_after(seconds):
            while True:
                self.unheard.append(await self.next(seconds + 1))
        heard, self.unheard = self.unheard, []
        return heard


class Api(Socket):
    """A socket of the WS API."""

    def __init__(self, websocket: WebSocketConnection, client: "Client") -> None:
        super().__init__(websocket)
        self._client = client
        self._ids = itertools.count(1)

    async def say(self, method: str, params: Json) -> str:
        """Send a request as it is; its number is returned."""
        number = f"r{next(self._ids)}"
        await self.websocket.send_message(json.dumps({"id": number, "method": method, "params": params}))
        return number

    async def ask(self, method: str, *, signed: bool = True, **params: Any) -> Json:
        """Send a request and take its answer."""
        if signed:
            params = self._client.sign_params(params)
        return await self.hear(id=await self.say(method, params))

    async def result(self, method: str, *, signed: bool = True, **params: Any) -> Any:
        """The result of a request that is expected to succeed."""
        answer = await self.ask(method, signed=signed, **params)
        assert answer["status"] == 200, answer
        return answer["result"]

    async def logon(self) -> Json:
        """Log the session on with the Ed25519 key."""
        account, stamp = self._client.account, self._client.stamp()
        payload = f"apiKey={account.ed25519_key}&timestamp={stamp}"
        signature = self._client.ed25519(payload)
        return await self.ask(
            "session.logon", signed=False, apiKey=account.ed25519_key, timestamp=stamp, signature=signature
        )


class Client:
    """One account's REST calls and sockets."""

    def __init__(self, http: httpx2.AsyncClient, urls: BinanceUrls, account: BinanceAccount, clock: WallClock) -> None:
        self.urls = urls
        self.account = account
        self.http = http
        self._clock = clock

    def stamp(self) -> int:
        """The time by the client's clock."""
        return int(self._clock.now().timestamp() * 1000)

    def hmac(self, text: str) -> str:
        return hmac.new(self.account.api_secret.encode(), text.encode(), hashlib.sha256).hexdigest()

    def ed25519(self, text: str) -> str:
        key = load_pem_private_key(self.account.ed25519_secret.encode(), None)
        assert isinstance(key, Ed25519PrivateKey)
        return base64.b64encode(key.sign(text.encode())).decode()

    def sign_params(self, params: Json) -> Json:
        """The parameters of a WS API request, signed by HMAC."""
        full = {"apiKey": self.account.api_key, "timestamp": self.stamp(), **params}
        text = "&".join(f"{name}={full[name]}" for name in sorted(full))
        return full | {"signature": self.hmac(text)}

    async def send(
        self, method: str, path: str, *, signed: bool = True, key: str | None = None, by: str = "hmac", **params: Any
    ) -> httpx2.Response:
        """A REST request as it is."""
        text = urlencode({name: value for name, value in params.items() if value is not None})
        if signed:
            text += ("&" if text else "") + ("" if "timestamp" in params else f"timestamp={self.stamp()}")
            text = text.removesuffix("&")
            signature = self.hmac(text) if by == "hmac" else quote(self.ed25519(text), safe="")
            text += f"&signature={signature}"
            if by != "hmac":
                key = key or self.account.ed25519_key
        headers = {"X-MBX-APIKEY": self.account.api_key if key is None else key}
        query = f"?{text}" if text else ""
        return await self.http.request(method, f"{self.urls.rest}/fapi/{path}{query}", headers=headers)

    async def call(self, method: str, path: str, **params: Any) -> Any:
        """The body of a request that is expected to succeed."""
        answer = await self.send(method, path, **params)
        assert answer.status_code == 200, answer.text
        return answer.json(parse_float=Decimal)

    async def refusal(self, method: str, path: str, **params: Any) -> int:
        """The code of a request that is expected to be refused."""
        answer = await self.send(method, path, **params)
        assert answer.status_code >= 400, answer.text
        return int(answer.json()["code"])

    async def place(self, **terms: Any) -> Json:
        """Place an order by REST that rests, unless the terms say otherwise."""
        body = await self.call("POST", "v1/order", **(ORDER | terms))
        assert isinstance(body, dict)
        return body

    async def key(self) -> str:
        return str((await self.call("POST", "v1/listenKey", signed=False))["listenKey"])

    @asynccontextmanager
    async def open(self, path: str) -> AsyncIterator[Socket]:
        """A socket at this address."""
        url = self.urls.websocket_streams + path
        async with open_websocket_url(url, message_queue_size=10_000) as websocket:
            yield Socket(websocket)

    @asynccontextmanager
    async def listening(self, *events: str) -> AsyncIterator[Socket]:
        """A socket of user data, of all events unless some are listed."""
        listed = f"&events={'/'.join(events)}" if events else ""
        async with self.open(f"/private/ws?listenKey={await self.key()}{listed}") as socket:
            yield socket

    @asynccontextmanager
    async def api(self, query: str = "") -> AsyncIterator[Api]:
        """A socket of the WS API."""
        async with open_websocket_url(self.urls.websocket_api + query, message_queue_size=10_000) as websocket:
            yield Api(websocket, self)
