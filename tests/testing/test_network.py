"""The simulated network carries unmodified clients and servers, TLS included, and takes the time it says."""

import socket as stdlib
import ssl
from collections.abc import Awaitable, Callable
from functools import partial

import anyio
import httpx2
import pytest
import trio
import trustme
from trio_websocket import open_websocket_url

from batactors.testing.network import SimulatedNetwork
from tests.testing.servers import start_echo, start_http, start_websocket_echo

PORT = 5001
LEAST, MOST = 0.01, 0.03  # the fixture's latency


async def test_http_runs_on_it(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """httpx2 on trio reaches a server by name, and both ends close all they opened."""
    await start_http(nursery, PORT)
    network.register("venue.example", {80: PORT})
    async with httpx2.AsyncClient() as client:
        answer = await client.get("http://venue.example/hello")
    assert answer.text == "GET /hello"
    await trio.sleep(1)
    assert network.open_sockets == 1  # the listener


async def test_websockets_run_on_it(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """trio-websocket's client and server talk over it, and part in peace."""
    await start_websocket_echo(nursery, PORT)
    async with open_websocket_url(f"ws://localhost:{PORT}/") as ws:
        for text in ("one", "two"):
            await ws.send_message(text)
            assert await ws.get_message() == text
        await ws.ping(b"there?")
    await trio.sleep(1)
    assert network.open_sockets == 1


async def test_tls_runs_on_it(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """https and wss work with certificates for the names that clients use, over one network."""
    authority = trustme.CA()
    server, client = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("venue.example").configure_cert(server)
    authority.configure_trust(client)
    network.register("venue.example", {443: PORT, 8443: PORT + 1})
    await start_websocket_echo(nursery, PORT, server)
    await start_http(nursery, PORT + 1, server)
    async with open_websocket_url("wss://venue.example/", ssl_context=client) as ws:
        await ws.send_message("secret")
        assert await ws.get_message() == "secret"
    async with httpx2.AsyncClient(verify=client) as http:
        assert (await http.get("https://venue.example:8443/hello")).text == "GET /hello"
    await trio.sleep(1)
    assert network.open_sockets == 2


async def test_anyio_runs_on_it(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """AnyIO's own streams work too, although they reach for the socket of the standard library."""
    await start_echo(nursery, PORT)
    async with await anyio.connect_tcp("localhost", PORT) as stream:
        await stream.send(b"hello")
        assert await stream.receive() == b"hello"
        assert stream.extra(anyio.abc.SocketAttribute.remote_port) == PORT


async def test_latency_is_virtual_and_within_its_limits(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """A connection takes one round trip, and so do a question and its answer."""
    await start_echo(nursery, PORT)
    begun = trio.current_time()
    stream = await trio.open_tcp_stream("localhost", PORT)
    async with stream:
        for rounds in range(1, 50):
            assert rounds * 2 * LEAST <= trio.current_time() - begun <= rounds * 2 * MOST
            await stream.send_all(b"x")
            assert await stream.receive_some() == b"x"


async def test_ticks_make_instants_coarse(nursery: trio.Nursery) -> None:
    """With a tick, everything arrives at a multiple of it, so that different connections meet."""
    with SimulatedNetwork(latency=(0.001, 0.05), tick=0.01).installed():
        await start_echo(nursery, PORT)
        for _ in range(5):
            async with await trio.open_tcp_stream("localhost", PORT) as stream:
                await stream.send_all(b"x")
                await stream.receive_some()
                assert trio.current_time() * 100 == pytest.approx(round(trio.current_time() * 100))


async def test_bytes_stay_whole_and_in_order(nursery: trio.Nursery) -> None:
    """Whatever is split and merged on the way, each direction is one stream of bytes."""
    with SimulatedNetwork(latency=(0, 0.1), split=0.5).installed():
        await start_echo(nursery, PORT)
        sent = [b"%d " % number * (number % 20) for number in range(300)]
        stream = await trio.open_tcp_stream("localhost", PORT)
        reads = []

        async def write() -> None:
            for data in sent:
                await stream.send_all(data)
                await trio.sleep(0.01)
            await stream.send_eof()

        nursery.start_soon(write)
        async for data in stream:
            reads.append(data)
        assert b"".join(reads) == b"".join(sent)
        assert len(reads) > 50


async def test_a_writer_waits_for_a_reader(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """64 KiB are under way or unread at most; then writing waits until somebody reads."""
    listener = (await trio.open_tcp_listeners(PORT))[0]
    client = await trio.open_tcp_stream("localhost", PORT)
    server = await listener.accept()
    await client.send_all(bytes(65_536))
    with trio.move_on_after(60) as patience:
        await client.send_all(b"more")
    assert patience.cancelled_caught
    with trio.move_on_after(60) as patience:
        await client.wait_send_all_might_not_block()
    assert patience.cancelled_caught
    assert len(await server.receive_some(1000)) == 1000
    with trio.fail_after(1):
        await client.wait_send_all_might_not_block()
        await client.send_all(bytes(1000))
    for stream in (client, server, listener):
        await stream.aclose()
    assert network.open_sockets == 0


async def test_an_end_takes_as_long_as_data(nursery: trio.Nursery) -> None:
    """That the other end closed is known one latency later, behind all it wrote."""
    with SimulatedNetwork(latency=(1, 1)).installed():
        listener = (await trio.open_tcp_listeners(PORT))[0]
        client = await trio.open_tcp_stream("localhost", PORT)
        server = await listener.accept()
        closed_at = trio.current_time()
        await server.send_all(b"last words")
        await server.aclose()
        assert not client.socket.is_readable()
        assert await client.receive_some() == b"last words"
        assert await client.receive_some() == b""
        assert trio.current_time() == closed_at + 1
        assert client.socket.is_readable()


async def test_ports_are_given_once(network: SimulatedNetwork) -> None:
    """Port 0 is any free port; a port that is taken is refused until it is free again."""
    one, other = [(await trio.open_tcp_listeners(0))[0] for _ in range(2)]
    port = one.socket.getsockname()[1]
    assert port != other.socket.getsockname()[1]
    with pytest.raises(OSError, match="in use"):
        await trio.open_tcp_listeners(port)
    await one.aclose()
    await (await trio.open_tcp_listeners(port))[0].aclose()
    await other.aclose()
    assert network.open_sockets == 0


async def test_only_registered_names_are_found(network: SimulatedNetwork) -> None:
    """A name that nobody registered, or that was forgotten, does not resolve; nor is any other address reached."""
    network.register("venue.example")
    network.forget("venue.example")
    for name in ("venue.example", "api.kraken.com"):
        with pytest.raises(stdlib.gaierror):
            await trio.open_tcp_stream(name, 443)
    with pytest.raises(OSError, match="all attempts"):
        await trio.open_tcp_stream("192.0.2.1", 443)
    with pytest.raises(OSError, match="all attempts"):
        await trio.open_tcp_stream("::1", 443)
    assert network.open_sockets == 0


async def test_closing_wakes_who_waits(network: SimulatedNetwork) -> None:
    """A task that reads, writes or accepts learns at once that another task of its own end closed the socket."""
    listener = (await trio.open_tcp_listeners(PORT))[0]
    client = await trio.open_tcp_stream("localhost", PORT)
    server = await listener.accept()
    await client.send_all(bytes(65_536))
    woken = []

    async def wait(name: str, call: Callable[[], Awaitable[object]]) -> None:
        with pytest.raises(trio.ClosedResourceError):
            await call()
        woken.append(name)

    async with trio.open_nursery() as waiting:
        waiting.start_soon(wait, "read", client.receive_some)
        waiting.start_soon(wait, "write", partial(client.send_all, b"more"))
        waiting.start_soon(wait, "accept", listener.accept)
        await trio.sleep(1)
        await client.aclose()
        await listener.aclose()
    assert trio.current_time() < 2
    assert sorted(woken) == ["accept", "read", "write"]
    with pytest.raises(trio.ClosedResourceError):
        await client.receive_some()
    await server.aclose()
    assert network.open_sockets == 0


async def test_idle_connections_expire_in_virtual_time(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """Requests further apart than httpx2 keeps a connection use a new one, as they would in production."""
    await start_http(nursery, PORT)
    async with httpx2.AsyncClient() as client:
        for _ in range(3):
            await client.get(f"http://localhost:{PORT}/")
            await trio.sleep(60)
    assert network.dials(PORT) == 3
