"""The simulated network carries unmodified clients and servers, and fails as real networks do."""

import httpx2
import trio
from trio_websocket import open_websocket_url

from batactors.testing.network import SimulatedNetwork
from tests.testing.servers import start_http, start_websocket_echo

PORT = 5001


async def test_http_runs_on_it(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """httpx2 on trio reaches a server by name, in virtual time, and both ends close all they opened."""
    await start_http(nursery, PORT)
    network.register("venue.example", {80: PORT})
    async with httpx2.AsyncClient() as client:
        answer = await client.get("http://venue.example/hello")
    assert answer.text == "GET /hello"
    assert 0.04 <= trio.current_time() <= 0.2
    await trio.sleep(1)
    assert network.open_sockets == 1  # the listener


async def test_websockets_run_on_it(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """trio-websocket's client and server talk over it and part in peace."""
    await start_websocket_echo(nursery, PORT)
    async with open_websocket_url(f"ws://localhost:{PORT}/") as ws:
        for text in ("one", "two"):
            await ws.send_message(text)
            assert await ws.get_message() == text
        await ws.ping(b"there?")
    await trio.sleep(1)
    assert network.open_sockets == 1
