"""A process that dies leaves the network as its kernel would: what it wrote arrives, and then it is gone."""

import pytest
import trio

from batactors.testing.network import SimulatedNetwork
from batactors.testing.ports import Direction
from tests.testing.servers import connected_pair, start_echo

PORT = 5001
DEAD = (trio.ClosedResourceError, OSError)


async def test_what_was_written_arrives(network: SimulatedNetwork) -> None:
    """The last words of a dead client travel and arrive, the end behind them; the venue's end lives until it hears."""
    client, server = await connected_pair(PORT)
    await client.send_all(b"last words")
    network.drop_clients(PORT)
    assert network.open_sockets == 1
    died = trio.current_time()
    assert await server.receive_some() == b"last words"
    assert await server.receive_some() == b""
    assert trio.current_time() > died
    await server.aclose()
    assert network.open_sockets == 0


async def test_unread_data_is_answered_by_a_reset(network: SimulatedNetwork) -> None:
    """Where the dead client had left something unread, the venue sees a reset instead of an end."""
    client, server = await connected_pair(PORT)
    await server.send_all(b"never read")
    await trio.sleep(1)
    network.drop_clients(PORT)
    await trio.sleep(1)
    with pytest.raises(trio.BrokenResourceError):
        await server.receive_some()
    await server.aclose()
    await client.aclose()


async def test_the_dead_do_nothing_more(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """Whoever reads or waits for room at a dead end is told at once, and nobody can write there."""
    told: list[str] = []

    async def read() -> None:
        with pytest.raises(DEAD):
            await client.receive_some()
        told.append("reader")

    async def flood() -> None:
        with pytest.raises(DEAD):
            await client.send_all(bytes(100_000))
        told.append("writer")

    client, server = await connected_pair(PORT)
    async with trio.open_nursery() as waiting:
        waiting.start_soon(read)
        waiting.start_soon(flood)
        await trio.sleep(1)
        network.drop_clients(PORT)
        died = trio.current_time()
    assert (sorted(told), trio.current_time()) == (["reader", "writer"], died)
    for stream_does in (client.receive_some(), client.send_all(b"x")):
        with pytest.raises(DEAD):
            await stream_does
    await server.aclose()


@pytest.mark.parametrize("direction", ["up", "down"])
async def test_a_dial_dies_too(network: SimulatedNetwork, nursery: trio.Nursery, direction: Direction) -> None:
    """A dial that is under way when its process dies comes to nothing, whether the venue has heard of it or not."""
    await start_echo(nursery, PORT)
    network.partition(PORT, 5, direction)

    async def dial() -> None:
        with pytest.raises(DEAD):
            await trio.socket.socket().connect(("127.0.0.1", PORT))

    async with trio.open_nursery() as dialling:
        dialling.start_soon(dial)
        await trio.sleep(1)
        network.drop_clients(PORT)
        died = trio.current_time()
    assert trio.current_time() == died
    await trio.sleep(10)
    assert network.open_sockets == 1  # the listener


async def test_others_live_on(network: SimulatedNetwork) -> None:
    """A death concerns the connections to its port that there are; the next one is as good as any."""
    other = await connected_pair(PORT + 1)
    dead = await connected_pair(PORT)
    network.drop_clients(PORT)
    young = await connected_pair(PORT)
    for client, server in (other, young):
        await client.send_all(b"x")
        assert await server.receive_some() == b"x"
    for stream in (*other, *dead, *young):
        await stream.aclose()
