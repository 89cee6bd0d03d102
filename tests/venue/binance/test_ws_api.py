"""The WS API: commands over one socket."""

import json
from decimal import Decimal

import pytest
from trio_websocket import ConnectionClosed

from batactors.testing.binance import BinanceVenue
from batactors.testing.faults import DelayAck
from tests.venue.binance.client import ORDER, Client, Json

NAMED: Json = {"symbol": "BTCUSDT", "origClientOrderId": "a1"}
CHANGED: Json = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.020", "price": "49000.0"}


async def test_orders_over_the_socket(venue: BinanceVenue, client: Client) -> None:
    """Place, look, modify, cancel, each signed by itself; the result is REST's body, and the counts come with it."""
    async with client.listening() as events, client.api() as api:
        answer = await api.ask("order.place", **ORDER, newClientOrderId="a1")
        assert answer["status"] == 200
        assert [(one["interval"], one["count"]) for one in answer["rateLimits"]] == [("SECOND", 1), ("MINUTE", 1)]
        number = answer["result"]["orderId"]
        assert (await events.order("NEW"))["i"] == number
        assert (await api.result("order.status", **NAMED))["status"] == "NEW"
        changed = await api.result("order.modify", **CHANGED, orderId=number)
        assert (changed["origQty"], changed["price"]) == ("0.020", "49000.0")
        assert (await events.order("AMENDMENT"))["q"] == "0.020"
        assert (await api.result("order.cancel", **NAMED))["status"] == "CANCELED"
        assert (await events.order("CANCELED"))["i"] == number
        refused = await api.ask("order.cancel", **NAMED)
        assert (refused["status"], refused["error"]["code"]) == (400, -2011)
    told = [(one.method, one.transport, one.req_id, one.accepted) for one in venue.ledger.commands]
    assert told == [
        ("add_order", "websocket", "r1", True),
        ("amend_order", "websocket", "r3", True),
        ("cancel_order", "websocket", "r4", True),
        ("cancel_order", "websocket", "r5", False),
    ]


async def test_a_session_may_be_logged_on(venue: BinanceVenue, client: Client) -> None:
    """With an Ed25519 key, once; after that requests need their time only, until the logout or the socket's end."""
    async with client.api() as api:
        assert (await api.result("session.status", signed=False))["apiKey"] is None
        answer = await api.logon()
        assert answer["status"] == 200, answer
        assert set(answer["result"]) == {
            *("apiKey", "authorizedSince", "connectedSince", "returnRateLimits", "serverTime")
        }
        await api.result("order.place", signed=False, **ORDER, timestamp=client.stamp())
        assert (await api.ask("order.place", signed=False, **ORDER))["error"]["code"] == -1102
        assert (await api.ask("order.place", signed=False, **ORDER, timestamp=1))["error"]["code"] == -1021
        # A key of its own goes before who is logged on.
        bad = await api.ask("order.place", signed=False, **ORDER, timestamp=client.stamp(), apiKey="nobody")
        assert bad["error"]["code"] == -2015
        own = client.account.api_key
        bad = await api.ask("order.place", signed=False, **ORDER, timestamp=client.stamp(), apiKey=own)
        assert bad["error"]["code"] == -1102, "then it is signed, too"
        await api.result("session.logout", signed=False)
        refused = await api.ask("order.place", signed=False, **ORDER, timestamp=client.stamp())
        assert (refused["status"], refused["error"]["code"]) == (401, -2014)
    async with client.api() as other:
        assert (await other.result("session.status", signed=False))["apiKey"] is None
    assert len(venue.ledger.orders) == 1


async def test_an_hmac_key_cannot_log_on(client: Client) -> None:
    """Only Ed25519 keys can."""
    async with client.api() as api:
        answer = await api.ask("session.logon")
        assert (answer["status"], "error" in answer) == (400, True)


async def test_a_revoked_key_is_told(venue: BinanceVenue, client: Client) -> None:
    """An answer to nobody, 401; the connection stands, and nobody is logged on to it."""
    async with client.api() as api:
        await api.logon()
        venue.revoke(client.account.ed25519_key)
        told = await api.hear(status=401)
        assert (told["id"], told["error"]["code"]) == (None, -2015)
        assert (await api.result("session.status", signed=False))["apiKey"] is None


async def test_answers_may_change_places(venue: BinanceVenue, client: Client) -> None:
    """The second of two commands may be answered first; ids are echoed as they came."""
    venue.faults.add(DelayAck(method="add_order", client_order_id="a1", seconds=1.0))
    async with client.api() as api:
        params = client.sign_params(ORDER | {"newClientOrderId": "a1"})
        await api.websocket.send_message(_frame(7, "order.place", params))
        params = client.sign_params(ORDER | {"newClientOrderId": "a2"})
        await api.websocket.send_message(_frame(None, "order.place", params))
        first, second = await api.next(), await api.next()
        assert (first["id"], first["result"]["clientOrderId"]) == (None, "a2")
        assert (second["id"], second["result"]["clientOrderId"]) == (7, "a1")


@pytest.mark.parametrize("way", ["in the address", "in the request"])
async def test_counts_can_be_left_out(client: Client, way: str) -> None:
    """returnRateLimits=false trims the answers."""
    async with client.api("?returnRateLimits=false" if way == "in the address" else "") as api:
        asked = {} if way == "in the address" else {"returnRateLimits": "false"}
        params = client.sign_params({**ORDER, **asked})
        answer = await api.hear(id=await api.say("order.place", params))
        assert answer["status"] == 200
        assert ("rateLimits" in answer) == (way == "in the request")
        params = {"returnRateLimits": False}
        answer = await api.hear(id=await api.say("session.status", params))
        assert "rateLimits" not in answer


async def test_what_cannot_be_read_is_refused(client: Client) -> None:
    """No JSON, no method that there is: an error, and the socket stands."""
    async with client.api() as api:
        await api.websocket.send_message("[")
        assert (await api.next())["status"] == 400
        assert (await api.ask("order.cancelAll"))["status"] == 400
        assert (await api.ask("session.status", signed=False))["status"] == 200


async def test_the_account_can_be_read(venue: BinanceVenue, client: Client) -> None:
    """Balance, account and positions, as by REST."""
    await client.place(newClientOrderId="a1")
    venue.fill("a1", Decimal("0.010"))
    async with client.api() as api:
        assert await api.result("v2/account.position") == await client.call("GET", "v3/positionRisk")
        rows = await api.result("v2/account.balance")
        assert {row["asset"] for row in rows} == {"USDT", "BNB"}
        assert (await api.result("v2/account.status"))["positions"][0]["positionAmt"] == "0.010"


async def test_listen_keys_over_the_socket(client: Client) -> None:
    """start, ping and stop need the key only, and it is the same listen key as REST's."""
    async with client.api() as api:
        mine = {"apiKey": client.account.api_key}
        started = await api.result("userDataStream.start", signed=False, **mine)
        assert started["listenKey"] == await client.key()
        await api.result("userDataStream.ping", signed=False, **mine)
        await api.result("userDataStream.stop", signed=False, **mine)
        assert (await api.ask("userDataStream.ping", signed=False, **mine))["error"]["code"] == -1125


async def test_a_cut_answers_nothing(venue: BinanceVenue, client: Client) -> None:
    """What was asked before a cut is not answered by anybody; what was done is done."""
    venue.faults.add(DelayAck(method="add_order", seconds=1.0))
    async with client.api() as api:
        await api.say("order.place", client.sign_params(ORDER))
        venue.cut()
        with pytest.raises(ConnectionClosed):
            await api.next()
    async with client.api() as again:
        assert await again.quiet(3) == []


def _frame(number: int | None, method: str, params: dict[str, object]) -> str:

    return json.dumps({"id": number, "method": method, "params": params})
