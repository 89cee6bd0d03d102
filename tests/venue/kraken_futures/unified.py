"""A client of the Unified WebSocket and of Spot's REST, by hand and from the documents."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from trio_websocket import open_websocket_url

from tests.venue.kraken_futures.client import Client, Json, Socket

LIMIT: Json = {"order_type": "limit", "symbol": "PF_XBTUSD", "side": "buy", "order_qty": 1, "limit_price": 50000}


async def spot_body(client: Client, call: str, *, key: str | None = None, **fields: Any) -> Json:
    """What Spot's REST says to who asks with a normal key."""
    path, nonce = f"/0/private/{call}", client.nonce()
    body = urlencode({"nonce": nonce, **fields})
    digest = path.encode() + hashlib.sha256((nonce + body).encode()).digest()
    sign = base64.b64encode(hmac.new(base64.b64decode(client.account.spot_secret), digest, hashlib.sha512).digest())
    headers = {"API-Key": key or client.account.spot_key, "API-Sign": sign.decode()}
    headers["content-type"] = "application/x-www-form-urlencoded"
    answer = await client.http.post(client.urls.rest + path, content=body, headers=headers)
    assert answer.status_code == 200
    return dict(answer.json(parse_float=Decimal))


async def spot_result(client: Client, call: str, **fields: Any) -> Json:
    """The result of a call on derivatives that is expected to succeed."""
    told = await spot_body(client, call, asset_class="derivatives", **fields)
    assert told["error"] == [], told
    return dict(told["result"])


async def token_body(client: Client, key: str | None = None) -> Json:
    """What Spot's REST says to who asks for a token."""
    return await spot_body(client, "GetWebSocketsToken", key=key)


class Unified(Socket):
    """A socket of the Unified WebSocket with a token."""

    token = ""
    number = 0

    async def request(self, method: str, **params: Any) -> int:
        """Send a request for derivatives; its number is returned."""
        self.number += 1
        full = {"asset_class": "derivatives", "token": self.token, **params}
        await self.say(method=method, req_id=self.number, params=full)
        return self.number

    async def ask(self, method: str, **params: Any) -> Json:
        """Send a request and take its answer."""
        return await self.hear(req_id=await self.request(method, **params))

    async def result(self, method: str, **params: Any) -> Json:
        """The result of a request that is expected to succeed."""
        answer = await self.ask(method, **params)
        assert answer["success"] is True, answer
        return dict(answer["result"])

    async def event(self) -> Json:
        """The next row of executions."""
        (row,) = (await self.hear(channel="executions", type="update"))["data"]
        return dict(row)


@asynccontextmanager
async def unified(client: Client, *channels: str) -> AsyncIterator[Unified]:
    async with open_websocket_url(client.urls.unified, message_queue_size=10_000) as websocket:
        socket = Unified(websocket, client.account)
        assert (await socket.next())["channel"] == "status"
        socket.token = (await token_body(client))["result"]["token"]
        for channel in channels:
            await socket.result("subscribe", channel=channel)
            assert (await socket.hear(channel=channel, type="snapshot"))["sequence"] == 1
        yield socket
