"""Dialling a WebSocket: whatever is at the other end, it opens in time or fails with one kind of error."""

import ssl

import pytest
import trio
import trustme
from trio_websocket import WebSocketRequest

from batactors.testing import SimulatedNetwork
from tests.actors.peers import PORT, dial, server, tcp_server, trouble


async def test_frames_go_and_come(network: SimulatedNetwork) -> None:
    """What is sent arrives, what is said is received, and the URL's path and query are asked for."""
    async with server(network), dial() as socket:
        assert await socket.receive() == "/auth/v2?a=b"
        await socket.send('{"a": 1}')
        assert await socket.receive() == '{"a": 1}'


async def test_a_handshake_that_never_completes_is_given_up(network: SimulatedNetwork) -> None:
    """A peer that accepts the connection and says nothing costs the stated time, not more."""

    async def mute(stream: trio.SocketStream) -> None:
        await trio.sleep_forever()

    async with tcp_server(network, mute):
        began = trio.current_time()
        assert "no answer within 5 s" in await trouble()
        assert trio.current_time() - began == pytest.approx(5.0, abs=0.1)


async def test_a_network_that_swallows_everything_is_given_up(network: SimulatedNetwork) -> None:
    """When not even the connection is made, the same holds."""
    async with server(network):
        network.partition(PORT, 60.0)
        began = trio.current_time()
        await trouble()
        assert trio.current_time() - began <= 5.1


@pytest.mark.parametrize("after", [0, 10])
async def test_a_peer_that_leaves_during_the_handshake_is_an_error(network: SimulatedNetwork, after: int) -> None:
    """A peer that closes before it has answered, at once or after the request, hangs nobody."""

    async def leave(stream: trio.SocketStream) -> None:
        if after:
            await stream.receive_some(after)
        await stream.aclose()

    async with tcp_server(network, leave):
        await trouble()


@pytest.mark.parametrize("status", [401, 403, 429, 503])
async def test_an_http_refusal_is_an_error_with_its_status(network: SimulatedNetwork, status: int) -> None:
    """What refuses the upgrade is told by the number that it gave."""

    async def refuse(request: WebSocketRequest) -> None:
        await request.reject(status, body=b"no")

    async with server(network, refuse):
        assert f"HTTP {status}" in await trouble()


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 101 Oh\r\n\r\n", bytes(range(256))])
async def test_no_websocket_at_the_other_end_is_an_error(network: SimulatedNetwork, answer: bytes) -> None:
    """Another protocol, or a bad handshake, is one kind of error too."""

    async def other(stream: trio.SocketStream) -> None:
        await stream.receive_some()
        await stream.send_all(answer)
        await stream.receive_some()
        await stream.aclose()

    async with tcp_server(network, other):
        await trouble()


async def test_nobody_there_is_an_error(network: SimulatedNetwork) -> None:
    """A refused connection and an unknown name are told as what could not be opened."""
    assert "could not be opened" in await trouble()
    assert "could not be opened" in await trouble("ws://nowhere.example/")


async def test_an_encrypted_session(network: SimulatedNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """`wss` is encrypted and the venue's certificate checked; one that is not trusted is an error."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    url = f"wss://localhost:{PORT}/v2"
    with trio.move_on_after(60.0):
        async with server(network, ssl_context=context):
            trusting = ssl.create_default_context()
            authority.configure_trust(trusting)
            with monkeypatch.context() as patch:
                patch.setattr(ssl, "create_default_context", lambda: trusting)
                async with dial(url) as socket:
                    assert await socket.receive() == "/v2"
        return
    raise AssertionError("it hung")


async def test_a_certificate_that_is_not_trusted_is_an_error(network: SimulatedNetwork) -> None:
    """Nothing is said to a peer that cannot prove who it is, and the error says why."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("localhost").configure_cert(context)

    async def serve(stream: trio.SocketStream) -> None:
        encrypted = trio.SSLStream(stream, context, server_side=True)
        with pytest.raises(trio.BrokenResourceError):
            await encrypted.do_handshake()
        await trio.aclose_forcefully(encrypted)

    async with tcp_server(network, serve):
        assert "certificate" in await trouble(f"wss://localhost:{PORT}/v2")
