"""The simulated network lets a byte go wrong, a pipe be narrow, and something else answer where the venue should."""

import ssl

import httpx2
import pytest
import trio
import trustme

from batactors.testing.network import SimulatedNetwork
from batactors.testing.nonsense import Nonsense
from tests.testing.servers import connected_pair, start_echo, start_http

PORT = 5001


async def read(stream: trio.SocketStream, count: int) -> bytes:
    """So many bytes."""
    got = b""
    while len(got) < count:
        got += await stream.receive_some()
    return got


async def test_a_narrow_road(network: SimulatedNetwork) -> None:
    """Through a narrow road data trickles, no faster than said; the writer does not notice."""
    client, server = await connected_pair(PORT)
    network.narrow(PORT, 1_000, 3600, "up")
    begun = trio.current_time()
    await client.send_all(bytes(10_000))
    assert trio.current_time() == begun
    arrived: list[tuple[float, int]] = []
    while sum(size for _, size in arrived) < 10_000:
        arrived.append((trio.current_time(), len(await server.receive_some())))
    assert len(arrived) > 5
    assert 10 <= trio.current_time() - begun <= 10.1
    await server.send_all(bytes(10_000))
    await read(client, 10_000)
    assert trio.current_time() - begun < 10.2, "the way back is as wide as ever"
    for stream in (client, server):
        await stream.aclose()


async def test_a_narrow_road_makes_the_writer_wait(network: SimulatedNetwork) -> None:
    """A writer has 64 KiB under way at most; for more it waits until so much has come through and was read."""
    client, server = await connected_pair(PORT)
    network.narrow(PORT, 1_000, 3600, "down")
    begun = trio.current_time()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(read, client, 100_000)
        await server.send_all(bytes(100_000))
        assert 34 <= trio.current_time() - begun <= 36
    assert 100 <= trio.current_time() - begun <= 101
    for stream in (client, server):
        await stream.aclose()


async def test_all_connections_share_a_narrow_road(network: SimulatedNetwork) -> None:
    """Two connections over one narrow road are half as fast, and a new one stands in the queue too."""
    pairs = [await connected_pair(PORT) for _ in range(2)]
    network.narrow(PORT, 1_000, 3600)
    begun = trio.current_time()
    for client, server in pairs:
        await client.send_all(bytes(5_000))
        await read(server, 1)
    third = await connected_pair(PORT)
    assert 10 <= trio.current_time() - begun <= 10.2
    for stream in (*pairs[0], *pairs[1], *third):
        await stream.aclose()


@pytest.mark.parametrize("healed", [False, True])
async def test_a_narrow_road_widens(network: SimulatedNetwork, healed: bool) -> None:
    """When the time is over, or the road healed, all that was still on its way arrives, in order."""
    client, server = await connected_pair(PORT)
    network.narrow(PORT, 10, 60)
    await client.send_all(bytes(5_000) + b"end")
    await trio.sleep(60)
    if healed:
        network.narrow(PORT, 10, 600)
        await client.send_all(bytes(5_000) + b"end")
        network.heal(PORT)
    begun = trio.current_time()
    assert (await read(server, 10_006 if healed else 5_003)).endswith(b"end")
    assert trio.current_time() - begun < 0.1
    for stream in (client, server):
        await stream.aclose()


@pytest.mark.parametrize("direction", ["up", "down"])
async def test_one_bit_goes_wrong(network: SimulatedNetwork, direction: str) -> None:
    """One bit of one byte is flipped, behind so many good ones, however these are written; then all is well again."""
    client, server = await connected_pair(PORT)
    source, sink = (client, server) if direction == "up" else (server, client)
    network.corrupt_after(PORT, 5, "up" if direction == "up" else "down")
    for _ in range(4):
        await source.send_all(bytes(3))
    got = await read(sink, 12)
    assert [place for place, byte in enumerate(got) if byte] == [5]
    assert got[5].bit_count() == 1
    for stream in (client, server):
        await stream.aclose()


@pytest.mark.parametrize("count", [0, 300, 1_500, 6_000])
async def test_tls_finds_a_wrong_bit(network: SimulatedNetwork, nursery: trio.Nursery, count: int) -> None:
    """Under TLS a wrong bit breaks the connection, in the handshake or later; nothing wrong is ever read."""
    authority = trustme.CA()
    theirs, ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(theirs)
    authority.configure_trust(ours)
    await start_http(nursery, PORT, theirs)
    network.corrupt_after(PORT, count, "down")

    told = b""
    with trio.fail_after(600), pytest.raises(trio.BrokenResourceError):
        tcp = await trio.open_tcp_stream("localhost", PORT)
        async with trio.SSLStream(tcp, ours, server_hostname="localhost") as stream:
            while True:
                await stream.send_all(b"GET /true HTTP/1.1\r\n\r\n")
                with trio.move_on_after(0.2):  # a record that seems longer than it is waits for the next
                    told += await stream.receive_some()
    assert told.replace(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nGET /true", b"") == b""
    async with httpx2.AsyncClient(verify=ours) as http:
        assert (await http.get(f"https://localhost:{PORT}/next")).text == "GET /next"


@pytest.mark.parametrize("how", ["garbage", "tls_alert", "silence", "reset"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_spoiled_handshake(
    network: SimulatedNetwork, nursery: trio.Nursery, how: Nonsense, scheme: str
) -> None:
    """While handshakes are spoiled a connection is accepted and good for nothing; afterwards all is well again."""
    ours = ssl.create_default_context()
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority = trustme.CA()
    authority.issue_cert("localhost").configure_cert(theirs)
    authority.configure_trust(ours)
    await start_http(nursery, PORT, theirs if scheme == "https" else None)
    told: list[tuple[int, str, str]] = []
    network.watch = lambda *news: told.append(news)
    network.spoil_handshakes(PORT, 30, how)
    async with httpx2.AsyncClient(verify=ours, timeout=5) as http:
        expected = httpx2.ReadTimeout if how == "silence" and scheme == "http" else httpx2.TransportError
        with pytest.raises(expected):
            await http.get(f"{scheme}://localhost:{PORT}/")
        assert told[0] == (1, "opened", f"port {PORT} ({how})")
        end = {"tls_alert": "closed by proxy", "reset": "reset by proxy"}.get(how, "by client")
        assert " ".join(told[1][1:]).endswith(end)
        assert network.open_ends(PORT) == 0
        await trio.sleep(30)
        assert (await http.get(f"{scheme}://localhost:{PORT}/well")).text == "GET /well"


async def test_a_spoiled_handshake_touches_no_other(network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """Connections that stand do not notice; a port that refuses refuses all the same; healing ends it."""
    await start_echo(nursery, PORT)
    old = await trio.open_tcp_stream("localhost", PORT)
    network.spoil_handshakes(PORT, 3600, "garbage")
    await old.send_all(b"x")
    assert await old.receive_some() == b"x"
    network.refuse(PORT, 10)
    with pytest.raises(OSError, match="all attempts"):
        await trio.open_tcp_stream("localhost", PORT)
    network.heal(PORT)
    young = await trio.open_tcp_stream("localhost", PORT)
    await young.send_all(b"x")
    assert await young.receive_some() == b"x"
    for stream in (old, young):
        await stream.aclose()


async def test_open_ends(network: SimulatedNetwork) -> None:
    """How many ends are open can be asked for each port and side."""
    client, server = await connected_pair(PORT)
    assert [network.open_ends(PORT, side) for side in ("client", "venue", "both")] == [1, 1, 2]
    await client.aclose()
    assert [network.open_ends(PORT, side) for side in ("client", "venue", "both")] == [0, 1, 1]
    await server.aclose()
    assert network.open_ends(PORT) == network.open_ends(PORT + 1) == 0
