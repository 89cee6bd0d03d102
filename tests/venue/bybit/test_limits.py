"""How often may be asked: in any second of an account, and of an address."""

from collections.abc import Awaitable, Callable, Sequence

import trio

from batactors.testing.bybit import BybitVenue
from tests.venue.bybit.client import ORDER, Client


async def codes(asks: Sequence[Callable[[], Awaitable[int]]]) -> list[int]:
    """The codes of requests that set out together."""
    found: list[int] = []

    async def one(ask: Callable[[], Awaitable[int]]) -> None:
        found.append(await ask())

    async with trio.open_nursery() as nursery:
        for ask in asks:
            nursery.start_soon(one, ask)
    return sorted(found)


def creates(client: Client, count: int) -> list[Callable[[], Awaitable[int]]]:
    async def create() -> int:
        return int((await client.post("order/create", **ORDER)).json()["retCode"])

    return [create] * count


async def test_ten_creates_a_second_over_both_roads(venue: BybitVenue, client: Client) -> None:
    """REST and the trade socket share the count; it is rolling, and the headers tell it."""
    venue.rates.enabled = True
    answer = await client.post("order/create", **ORDER)
    assert (answer.headers["X-Bapi-Limit"], answer.headers["X-Bapi-Limit-Status"]) == ("10", "9")
    async with client.trading() as socket:
        await trio.sleep(2)
        over_rest = await codes(creates(client, 6))
        over_socket = [(await socket.command("order.create", **ORDER))["retCode"] for _ in range(4)]
        assert [*over_rest, *over_socket] == [0] * 10
        told = await socket.command("order.create", **ORDER)
        assert (told["retCode"], told["header"]["X-Bapi-Limit-Status"], told["data"]) == (10006, "0", {})
        reset = int(told["header"]["X-Bapi-Limit-Reset-Timestamp"])
        assert 0 < reset - client.stamp() <= 1_000
        await trio.sleep((reset - client.stamp()) / 1_000)
        assert (await socket.command("order.create", **ORDER))["retCode"] == 0


async def test_each_endpoint_counts_for_itself(venue: BybitVenue, client: Client) -> None:
    """Cancels go when creates do not."""
    venue.rates.enabled = True
    order = await client.place()
    assert 10006 in await codes(creates(client, 11))
    await client.call("order/cancel", category="linear", symbol="BTCUSDT", orderId=order)


async def test_a_higher_level_has_more(venue: BybitVenue, client: Client) -> None:
    """The headers say how many."""
    venue.rates.enabled = True
    venue.rates.level = 2
    answer = await client.post("order/create", **ORDER)
    assert (answer.headers["X-Bapi-Limit"], answer.headers["X-Bapi-Limit-Status"]) == ("20", "19")


async def test_an_address_that_asks_too_much_is_out_for_ten_minutes(venue: BybitVenue, client: Client) -> None:
    """600 in five seconds; then 403 for everything, new sockets too, and open ones go on."""
    venue.rates.enabled = True
    async with client.trading() as socket:
        url = f"{client.urls.rest}/v5/market/time"

        async def ask() -> int:
            return (await client.http.get(url)).status_code

        found = await codes([ask] * 700)
        assert (found.count(200), found.count(403)) == (600, 100)
        await trio.sleep(590)
        assert (await client.get("account/info")).status_code == 403
        assert venue.banned
        assert (await socket.command("order.create", **ORDER))["retCode"] == 0
        await trio.sleep(11)
        assert (await client.get("account/info")).json()["retCode"] == 0
