"""Whoever watches the simulated network is told what becomes of each connection, once, and when it happens."""

import pytest
import trio

from batactors.testing.network import SimulatedNetwork
from tests.testing.servers import connected_pair, start_echo

PORT = 5001

Told = list[tuple[int, str, str]]


@pytest.fixture
def told(network: SimulatedNetwork) -> Told:
    told: Told = []
    network.watch = lambda *news: told.append(news)
    return told


async def test_an_end_that_closes(told: Told) -> None:
    """A connection is opened and closed once, by the end that closes first; they are numbered from 1."""
    for closes_first in range(2):
        ends = await connected_pair(PORT)
        await ends[closes_first].aclose()
        await trio.sleep(1)
        await ends[1 - closes_first].aclose()
    assert told == [
        (1, "opened", "port 5001"),
        (1, "closed", "by client"),
        (2, "opened", "port 5001"),
        (2, "closed", "by venue"),
    ]


async def test_a_dial_that_comes_to_nothing(network: SimulatedNetwork, told: Told) -> None:
    """A dial is refused, or given up before it is known what becomes of it."""
    with pytest.raises(OSError, match="all attempts"):
        await trio.open_tcp_stream("localhost", PORT)
    network.partition(PORT, 100)
    with trio.move_on_after(1):
        await trio.open_tcp_stream("localhost", PORT)
    assert told == [(1, "refused", "port 5001"), (2, "given up", "port 5001")]


async def test_resets(network: SimulatedNetwork, told: Told) -> None:
    """A reset is told at the end that causes it: the network, or a kernel that is left with unread data."""
    client, server = await connected_pair(PORT)
    network.cut(PORT)
    await client.aclose()
    await server.aclose()
    client, server = await connected_pair(PORT)
    network.cut_after(PORT, 2, "up")
    await client.send_all(b"three")
    await client.aclose()
    await server.aclose()
    client, server = await connected_pair(PORT)
    await client.send_all(b"unread")
    await trio.sleep(1)
    await server.aclose()
    await client.aclose()
    assert [news for news in told if news[1] != "opened"] == [
        (1, "reset", "by network"),
        (2, "reset", "by network"),
        (3, "reset", "by venue"),
    ]


async def test_sockets_know_their_connection(network: SimulatedNetwork, nursery: trio.Nursery, told: Told) -> None:
    """Both ends of a connection have its number, whatever runs beside it."""
    await start_echo(nursery, PORT + 1)
    other = await trio.open_tcp_stream("localhost", PORT + 1)
    client, server = await connected_pair(PORT)
    assert client.socket.connection == server.socket.connection == 2  # type: ignore[attr-defined]
    for stream in (other, client, server):
        await stream.aclose()
