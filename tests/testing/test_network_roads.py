"""The simulated network closes and slows its roads as real networks do: without a word, in one direction or both."""

import pytest
import trio
from trio_websocket import connect_websocket_url

from batactors.testing.network import SimulatedNetwork
from tests.testing.servers import connected_pair, start_echo, start_websocket_echo

PORT = 5001


async def test_a_partition_says_nothing(network: SimulatedNetwork) -> None:
    """Through a partition writing succeeds and nothing arrives, not even a close; afterwards all arrives in order."""
    client, server = await connected_pair(PORT)
    await client.send_all(b"under way, ")
    network.partition(PORT, 100)
    await client.send_all(b"and after")
    await client.aclose()
    with trio.move_on_after(99):
        await server.receive_some()
        pytest.fail("something came through")
    got = b"".join([data async for data in server])
    assert got == b"under way, and after"
    assert 100 <= trio.current_time() <= 101
    await server.aclose()


@pytest.mark.parametrize(("direction", "heard"), [("up", False), ("down", True)])
async def test_one_way_partition(network: SimulatedNetwork, direction: str, heard: bool) -> None:
    """A road may be closed in one direction only: the venue hears us and we don't hear it, or the other way round."""
    client, server = await connected_pair(PORT)
    network.partition(PORT, 100, "down" if heard else "up")
    hears, deaf = (server, client) if heard else (client, server)
    await client.send_all(b"x")
    await server.send_all(b"x")
    with trio.fail_after(1):
        assert await hears.receive_some() == b"x"
    with trio.move_on_after(50) as patience:
        await deaf.receive_some()
    assert patience.cancelled_caught
    for end in (client, server):
        await end.aclose()


async def test_a_ping_finds_a_half_open_connection(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """A WebSocket in a partition looks alive until a ping goes without its pong."""
    await start_websocket_echo(nursery, PORT)
    ws = await connect_websocket_url(nursery, f"ws://localhost:{PORT}/")
    network.partition(PORT, 3600)
    await ws.send_message("anyone?")
    await trio.sleep(600)
    assert ws.closed is None
    with pytest.raises(trio.TooSlowError), trio.fail_after(10):
        await ws.ping()
    nursery.cancel_scope.cancel()


async def test_a_dial_waits_out_a_partition(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """A dial gets no answer while the road is closed; one that is given up leaves nothing behind."""
    await start_echo(nursery, PORT)
    network.partition(PORT, 100)
    with pytest.raises(trio.TooSlowError), trio.fail_after(10):
        await trio.open_tcp_stream("localhost", PORT)
    assert network.open_sockets == 1
    await (await trio.open_tcp_stream("localhost", PORT)).aclose()
    assert 100 <= trio.current_time() <= 101


async def test_a_dial_that_is_given_up_closes_its_socket(network: SimulatedNetwork) -> None:
    """As with trio's own sockets: half a connection is of no use, so a cancelled dial closes the socket."""
    network.partition(PORT, 100)
    sock = trio.socket.socket()
    with trio.move_on_after(10):
        await sock.connect(("127.0.0.1", PORT))
    assert sock.fileno() == -1
    assert network.open_sockets == 0


async def test_delay(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """While a port is slow all takes longer in each direction, and what is sent later does not overtake it."""
    await start_echo(nursery, PORT)
    async with await trio.open_tcp_stream("localhost", PORT) as stream:
        network.delay(PORT, 5, for_seconds=1)
        await stream.send_all(b"slow ")
        await trio.sleep(1)
        await stream.send_all(b"fast")
        got = await stream.receive_some()
        assert got == b"slow fast"
        assert 5 <= trio.current_time() < 6


async def test_heal(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """Healing ends every fault of a port, even one that was for ever."""
    await start_echo(nursery, PORT)
    stream = await trio.open_tcp_stream("localhost", PORT)
    network.partition(PORT, float("inf"))
    network.refuse(PORT, 1000)
    network.delay(PORT, 1000, 1000)
    network.cut_after(PORT, 1, "down")
    await stream.send_all(b"hello")
    await trio.sleep(1)
    network.heal(PORT)
    with trio.fail_after(1):
        assert await stream.receive_some() == b"hello"
        await (await trio.open_tcp_stream("localhost", PORT)).aclose()
    await stream.aclose()


async def test_partitions_and_delays_add_up(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """A short partition does not speed up what a delay, or a longer partition, holds back."""
    await start_echo(nursery, PORT)
    async with await trio.open_tcp_stream("localhost", PORT) as stream:
        network.delay(PORT, 50, for_seconds=1, direction="up")
        await stream.send_all(b"slow")
        await trio.sleep(1)
        network.partition(PORT, 20)
        network.partition(PORT, 5)
        with trio.move_on_after(48) as patience:
            await stream.receive_some()
        assert patience.cancelled_caught
        assert await stream.receive_some() == b"slow"
        assert trio.current_time() < 52


async def test_healing_hastens_what_is_slow(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """After healing, what a delay held back arrives as fast as anything."""
    await start_echo(nursery, PORT)
    async with await trio.open_tcp_stream("localhost", PORT) as stream:
        network.delay(PORT, 1000, for_seconds=1000)
        await stream.send_all(b"slow")
        network.heal(PORT)
        with trio.fail_after(1):
            assert await stream.receive_some() == b"slow"
