"""The simulated network breaks connections as real networks do: loudly, or half-way through a message."""

import pytest
import trio
from trio_websocket import ConnectionClosed, wrap_client_stream

from batactors.testing.network import SimulatedNetwork
from tests.testing.servers import connected_pair, start_echo, start_websocket_echo

PORT = 5001


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
    client, server = await connected_pair(PORT)
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
    client, server = await connected_pair(PORT)
    await server.aclose()
    network.cut(PORT)
    await trio.sleep(1)
    with pytest.raises(trio.BrokenResourceError):
        await client.receive_some()
    await client.aclose()


@pytest.mark.parametrize("direction", ["up", "down"])
async def test_cut_in_the_middle(network: SimulatedNetwork, direction: str) -> None:
    """A connection can break behind any byte: the reader gets those before it, the writer believes all was sent."""
    ends = await connected_pair(PORT)
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
    ends_after = await connected_pair(PORT)  # the cut was the only one
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


async def test_writing_to_an_end_that_closed(network: SimulatedNetwork) -> None:
    """Data for an end that has closed is answered by a reset, one round trip later."""
    client, server = await connected_pair(PORT)
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
    client, server = await connected_pair(PORT)
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
    client, server = await connected_pair(PORT)

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
