"""What ends by itself after long: a listen key after its hour, a socket after its day."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest
import trio
from trio_websocket import ConnectionClosed

from batactors.seams import Seams, SeededChance
from batactors.testing import SimulatedNetwork, VirtualClock, run_in_virtual_time
from batactors.testing.binance import BinanceAccount, BinanceVenue, Habits
from tests.venue.binance.client import Client

HOUR = 3_600


def live(story: Callable[[Client], Awaitable[None]]) -> None:
    """Let a story happen that takes longer than a test may."""

    async def main() -> None:
        seams = Seams(clock=VirtualClock(), chance=SeededChance(0))
        venue = BinanceVenue(seams=seams, habits=Habits(oddities=0, extras=0))
        with SimulatedNetwork(seed=0).installed():
            async with trio.open_nursery() as nursery, httpx2.AsyncClient() as http:
                urls = await nursery.start(venue.serve, "127.0.0.1", 0)
                await story(Client(http, urls, BinanceAccount.demo(), seams.clock))
                nursery.cancel_scope.cancel()

    run_in_virtual_time(main, timeout=30 * HOUR, seed=0)


def test_a_key_lasts_an_hour_from_its_last_sign_of_life() -> None:
    """Then its end is told on the open socket, and there is silence, whatever new key there is."""

    async def story(client: Client) -> None:
        first = await client.key()
        async with client.listening() as socket:
            await trio.sleep(HOUR - 60)
            assert (await client.call("PUT", "v1/listenKey", signed=False))["listenKey"] == first
            await trio.sleep(HOUR - 60)
            assert await client.key() == first, "a POST has the same effect, and gives the same key"
            assert await socket.quiet(HOUR - 10) == []
            ended = await socket.hear(e="listenKeyExpired")
            assert ended["listenKey"] == first
            assert await client.refusal("PUT", "v1/listenKey", signed=False) == -1125
            assert await client.key() != first
            await client.place()
            assert await socket.quiet() == []

    live(story)


def test_a_day_is_the_longest_life_of_a_socket() -> None:
    """It is pinged each three minutes, lives for 24 hours, and is closed then."""

    async def story(client: Client) -> None:
        async with client.open("/private/ws") as socket:
            began = trio.current_time()
            with pytest.raises(ConnectionClosed):
                await socket.next(25 * HOUR)
            assert trio.current_time() - began == pytest.approx(24 * HOUR, abs=5)

    live(story)
