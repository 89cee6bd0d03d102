"""How often may be asked: the counts in headers and frames, 429, and 418 for who goes on."""

import json

import pytest
import trio
from trio_websocket import ConnectionRejected

from batactors.testing.binance import BinanceVenue
from tests.venue.binance.client import ORDER, Client


@pytest.fixture
def venue(venue: BinanceVenue) -> BinanceVenue:
    venue.rates.enabled = True
    return venue


async def test_the_counts_are_told(venue: BinanceVenue, client: Client) -> None:
    """Weights with every answer, orders with those of orders; the count of orders is one for both roads."""
    await trio.sleep(60 - client.stamp() / 1000 % 60)
    answer = await client.send("GET", "v1/openOrders")
    assert answer.headers["X-MBX-USED-WEIGHT-1M"] == "40", "without a symbol it costs more"
    assert "X-MBX-ORDER-COUNT-10S" not in answer.headers
    answer = await client.send("POST", "v1/order", **ORDER)
    assert [answer.headers[f"X-MBX-{name}"] for name in ("USED-WEIGHT-1M", "ORDER-COUNT-10S", "ORDER-COUNT-1M")] == [
        *("40", "1", "1")
    ]
    async with client.api() as api:
        placed = await api.ask("order.place", **ORDER)
        assert [row["count"] for row in placed["rateLimits"]] == [2, 2]
        seen = await api.ask("order.status", symbol="BTCUSDT", orderId=placed["result"]["orderId"])
        (weight,) = seen["rateLimits"]
        assert (weight["rateLimitType"], weight["count"]) == ("REQUEST_WEIGHT", 46), "the handshake costs five"
    refused = await client.send("POST", "v1/order", **ORDER | {"side": "HOLD"})
    assert "X-MBX-ORDER-COUNT-10S" not in refused.headers, "not promised on what is refused"
    await trio.sleep(10)
    answer = await client.send("POST", "v1/order", **ORDER)
    assert [answer.headers[f"X-MBX-ORDER-COUNT-{name}"] for name in ("10S", "1M")] == ["1", "4"]


async def test_too_much_is_429_and_more_is_418(venue: BinanceVenue, client: Client) -> None:
    """Who goes on after a 429 is banned: two minutes, and twice as long the next time."""
    lasted = []
    for _ in range(2):
        await trio.sleep(60 - client.stamp() / 1000 % 60)
        codes = [(await client.send("GET", "v1/openOrders")).status_code for _ in range(60 + venue.rates.patience + 2)]
        assert codes == [200] * 60 + [429] * (venue.rates.patience + 1) + [418]
        banned = await client.send("GET", "v1/time", signed=False)
        assert (banned.status_code, banned.json()["code"]) == (418, -1003)
        assert "banned until" in banned.json()["msg"]
        with pytest.raises(ConnectionRejected):
            async with client.api():
                pass
        began = trio.current_time()
        while (await client.send("GET", "v1/time", signed=False)).status_code == 418:  # noqa: ASYNC110 - it is polled
            await trio.sleep(1)
        lasted.append(trio.current_time() - began)
    assert lasted == [pytest.approx(120, abs=3), pytest.approx(240, abs=3)]


async def test_too_many_orders_are_1015(venue: BinanceVenue, client: Client) -> None:
    """300 in ten seconds, by either road; nothing is placed, and it is over with the ten seconds."""
    await trio.sleep(10 - client.stamp() / 1000 % 10)
    async with client.api() as api:
        for _ in range(60):
            await api.say("order.place", client.sign_params(ORDER))
        for _ in range(48):  # five at once in a batch cost five
            await client.call("POST", "v1/batchOrders", batchOrders=json.dumps([ORDER] * 5))
        answer = await client.send("POST", "v1/order", **ORDER)
        assert (answer.status_code, answer.json()["code"]) == (429, -1015)
        assert int(answer.headers["Retry-After"]) <= 10
        refused = await api.ask("order.place", **ORDER)
        assert (refused["status"], refused["error"]["code"]) == (429, -1015)
    await trio.sleep(10)
    assert (await client.send("POST", "v1/order", **ORDER)).status_code == 400, "200 are open: that is another limit"


async def test_counting_can_be_left_off(venue: BinanceVenue, client: Client) -> None:
    """A venue without limits counts and refuses nothing."""
    venue.rates.enabled = False
    codes = {(await client.send("GET", "v1/openOrders")).status_code for _ in range(80)}
    assert codes == {200}
    venue.rates.retry_after = False
    venue.rates.enabled = True
    answer = await client.send("GET", "v1/openOrders")
    while answer.status_code == 200:
        answer = await client.send("GET", "v1/openOrders")
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, False)
