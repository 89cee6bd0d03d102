"""The simulated network fails as real networks do: loudly, half-way through a message, or without a word."""

import pytest
import trio
from trio_websocket import ConnectionClosed, connect_websocket_url, wrap_client_stream

from batactors.testing.network import SimulatedNetwork
from tests.testing.servers import start_echo, start_websocket_echo

PORT = 5001


async def pair() -> tuple[trio.SocketStream, trio.SocketStream]:
    """Both ends of a connection to the port: the client's and the server's."""
    listener = (await trio.open_tcp_listeners(PORT))[0]
    client = await trio.open_tcp_stream("localhost", PORT)
    server = await listener.accept()
    await listener.aclose()
    return client, server


async def test_nobody_listens(network: SimulatedNetwork) -> None:
    """A dial to a port without a listener is refused after one round trip."""
    with pytest.raises(OSError, match="all attempts"):
        await trio.open_tcp_stream("localhost", PORT)
    assert 0.02 <= trio.current_time() <= 0.06
    assert network.open_sockets == 0


async def test_refused_for_a_while(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """While a port refuses, old connections work and new ones fail; then new ones work again."""
    await start_echo(nursery, PORT)
    old = await trio.open_tcp_stream("localhost", PORT)
    network.refuse(PORT, 10)
    with pytest.raises(OSError, match="all attempts"):
        await trio.open_tcp_stream("localhost", PORT)
    await old.send_all(b"x")
    assert await old.receive_some() == b"x"
    await trio.sleep(10)
    await (await trio.open_tcp_stream("localhost", PORT)).aclose()
    await old.aclose()


async def test_cut(network: SimulatedNetwork) -> None:
    """After a cut both ends fail to read and to write; what had arrived is still read, what was under way is lost."""
    client, server = await pair()
    await server.send_all(b"arrived ")
    await trio.sleep(1)
    await server.send_all(b"under way")
    network.cut(PORT)
    await trio.sleep(1)
    assert await client.receive_some() == b"arrived "
    for end in (client, server):
        with pytest.raises(trio.BrokenResourceError):
            await end.receive_some()
        with pytest.raises(trio.BrokenResourceError):
            await end.send_all(b"x")
        await end.aclose()
    assert network.open_sockets == 0


async def test_a_cut_hides_an_end_under_way(network: SimulatedNetwork) -> None:
    """An end that had not arrived when the connection was cut is not seen: the reader knows that it may miss data."""
    client, server = await pair()
    await server.aclose()
    network.cut(PORT)
    await trio.sleep(1)
    with pytest.raises(trio.BrokenResourceError):
        await client.receive_some()
    await client.aclose()


@pytest.mark.parametrize("direction", ["up", "down"])
async def test_cut_in_the_middle(network: SimulatedNetwork, direction: str) -> None:
    """A connection can break behind any byte: the reader gets those before it, the writer believes all was sent."""
    ends = await pair()
    writer, reader = ends if direction == "up" else ends[::-1]
    network.cut_after(PORT, 7, "up" if direction == "up" else "down")
    await writer.send_all(b"123")
    await writer.send_all(b"4567 never")
    await writer.send_all(b"never")
    got = b""
    with pytest.raises(trio.BrokenResourceError):
        while True:
            got += await reader.receive_some()
    assert got == b"1234567"
    with pytest.raises(trio.BrokenResourceError):
        await writer.receive_some()
    ends_after = await pair()  # the cut was the only one
    for end, other in (ends_after, ends_after[::-1]):
        await end.send_all(b"0123456789")
        assert await other.receive_some() == b"0123456789"
    for end in ends + ends_after:
        await end.aclose()


@pytest.mark.parametrize("count", range(0, 12))
async def test_a_websocket_cut_in_a_frame_delivers_no_part_of_it(
    network: SimulatedNetwork, nursery: trio.Nursery, count: int
) -> None:
    """Wherever a frame is cut, trio-websocket reports a closed connection and no message."""
    await start_websocket_echo(nursery, PORT)
    async with await trio.open_tcp_stream("localhost", PORT) as stream:
        ws = await wrap_client_stream(nursery, stream, "localhost", "/")
        network.cut_after(PORT, count, "down")
        await ws.send_message("0123456789")  # the echo's frame has 12 bytes
        with pytest.raises(ConnectionClosed), trio.fail_after(10):
            await ws.get_message()
        await ws.aclose()
    await trio.sleep(1)
    assert network.open_sockets == 1


async def test_a_partition_says_nothing(network: SimulatedNetwork) -> None:
    """Through a partition writing succeeds and nothing arrives, not even a close; afterwards all arrives in order."""
    client, server = await pair()
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
    client, server = await pair()
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


async def test_writing_to_an_end_that_closed(network: SimulatedNetwork) -> None:
    """Data for an end that has closed is answered by a reset, one round trip later."""
    client, server = await pair()
    await server.aclose()
    await client.send_all(b"too late")
    assert await client.receive_some() == b""
    await trio.sleep(1)
    with pytest.raises(trio.BrokenResourceError):
        await client.send_all(b"x")
    await client.aclose()
    assert network.open_sockets == 0


async def test_closing_on_unread_data(network: SimulatedNetwork) -> None:
    """An end that closes without having read all resets the connection; what it wrote before arrives nevertheless."""
    client, server = await pair()
    await client.send_all(b"unread")
    await server.send_all(b"last words")
    await trio.sleep(1)
    await server.aclose()
    assert await client.receive_some() == b"last words"
    with pytest.raises(trio.BrokenResourceError):
        await client.receive_some()
    await client.aclose()


async def test_a_blocked_writer_learns_of_the_end(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """A writer that waits for room is told when the connection breaks or the reader goes away."""
    client, server = await pair()

    async def flood() -> None:
        with pytest.raises(trio.BrokenResourceError):
            while True:
                await client.send_all(bytes(10_000))

    async with trio.open_nursery() as waiting:
        waiting.start_soon(flood)
        await trio.sleep(5)
        await server.aclose()
    assert trio.current_time() < 6
    await client.aclose()


async def test_a_listener_that_closes_resets_whom_it_never_accepted(network: SimulatedNetwork) -> None:
    """A connection in the listener's queue is broken when the listener goes, and leaves no socket behind."""
    listener = (await trio.open_tcp_listeners(PORT))[0]
    client = await trio.open_tcp_stream("localhost", PORT)
    await listener.aclose()
    with pytest.raises(trio.BrokenResourceError):
        await client.receive_some()
    await client.aclose()
    assert network.open_sockets == 0


async def test_a_websocket_to_a_deaf_port_fails_in_time(network: SimulatedNetwork) -> None:
    """The handshake of a WebSocket is bounded by the caller's deadline when the server never answers it."""
    listener = (await trio.open_tcp_listeners(PORT))[0]
    # trio-websocket does not close the stream of a connection that failed: whoever opened it has to.
    async with await trio.open_tcp_stream("localhost", PORT) as stream, trio.open_nursery() as nursery:
        with pytest.raises(trio.TooSlowError), trio.fail_after(10):
            await wrap_client_stream(nursery, stream, "localhost", "/")
        nursery.cancel_scope.cancel()
    await listener.aclose()
    assert network.open_sockets == 0
