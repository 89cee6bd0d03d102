"""A WebSocket that is open: any trouble ends it at once, with one kind of error, and leaves nothing open."""

import pytest
import trio
from trio_websocket import ConnectionClosed, WebSocketRequest

from batactors.actors import transport
from batactors.actors.supervisor import leaves
from batactors.actors.transport import Socket
from batactors.model.errors import TransportError
from batactors.testing import SimulatedNetwork
from tests.actors.peers import PORT, dial, server, silent


async def test_a_polite_close_is_told_with_its_words(network: SimulatedNetwork) -> None:
    """The peer's code and reason are in the error."""

    async def leave(request: WebSocketRequest) -> None:
        socket = await request.accept()
        await socket.aclose(1012, "restarting")

    async with server(network, leave):
        with pytest.raises(ExceptionGroup) as group:
            async with dial() as socket:
                await socket.receive()
    (error,) = leaves(group.value)
    assert isinstance(error, TransportError)
    assert "1012" in str(error)
    assert "restarting" in str(error)


@pytest.mark.parametrize("cut_at", [20, 300, 5_000])
async def test_a_reset_in_the_middle_of_a_frame_is_an_error(network: SimulatedNetwork, cut_at: int) -> None:
    """Half a frame is no frame: the receiver is told that the session has ended, and so is who sends."""

    async def talk(request: WebSocketRequest) -> None:
        socket = await request.accept()
        try:
            while True:
                await socket.send_message("x" * 1000)
                await trio.sleep(0.01)
        except (ConnectionClosed, trio.BrokenResourceError):
            pass

    async with server(network, talk):
        received: list[str | bytes] = []
        with pytest.raises(ExceptionGroup) as group:
            async with dial() as socket:
                network.cut_after(PORT, cut_at, "down")
                while True:
                    received.append(await socket.receive())
        assert {type(error) for error in leaves(group.value)} == {TransportError}
        assert all(frame == "x" * 1000 for frame in received)


async def test_a_send_that_stalls_kills_the_session(network: SimulatedNetwork) -> None:
    """A frame that cannot be written whole in time ends the session: what followed it would be read as its rest."""
    async with server(network, silent):
        with pytest.raises(ExceptionGroup) as group:
            async with dial() as socket:
                network.partition(PORT, 600.0)
                began = trio.current_time()
                while True:
                    await socket.send("x" * 100_000)
        (error,) = leaves(group.value)
        assert isinstance(error, TransportError)
        assert "no frame within 5 s" in str(error)
        assert trio.current_time() - began < 7.0


async def test_no_close_frame_follows_half_a_frame(network: SimulatedNetwork) -> None:
    """A session that is left in the middle of a frame is broken off: a close frame would be read as its rest."""
    async with server(network, silent):
        async with dial() as socket:
            network.partition(PORT, 600.0)
            with trio.move_on_after(1.0):
                while True:
                    await socket.send("x" * 100_000)
            assert not socket.is_whole
            began = trio.current_time()
        assert trio.current_time() - began < 0.1


async def test_a_send_on_a_dead_session_is_an_error(network: SimulatedNetwork) -> None:
    """After a reset nothing more is taken."""
    async with server(network):
        with pytest.raises(ExceptionGroup) as group:
            async with dial() as socket:
                network.cut(PORT)
                await trio.sleep(0.1)
                await socket.send("too late")
        assert {type(error) for error in leaves(group.value)} == {TransportError}


async def test_to_leave_a_dead_peer_takes_no_longer_than_stated(network: SimulatedNetwork) -> None:
    """The closing handshake is waited for a moment; a peer that is half open does not hold us up."""
    async with server(network):
        async with dial() as socket:
            assert isinstance(socket, Socket)
            network.partition(PORT, 600.0)
            began = trio.current_time()
        assert trio.current_time() - began <= transport.CLOSING + 0.1


async def test_a_cancelled_session_leaves_nothing(network: SimulatedNetwork) -> None:
    """Who is cancelled while dialling, sending or receiving is gone at once."""
    async with server(network, silent):
        for moment in (0.0, 0.001, 1.0):
            began = trio.current_time()
            with trio.move_on_after(moment):
                async with dial() as socket:
                    await socket.receive()
            assert trio.current_time() - began <= moment + 0.1


async def test_the_bodys_own_error_passes_through(network: SimulatedNetwork) -> None:
    """An error of who uses the session is not mistaken for one of the session's."""
    async with server(network):
        with pytest.raises(ExceptionGroup) as group:
            async with dial():
                raise ZeroDivisionError
        assert [type(error) for error in leaves(group.value)] == [ZeroDivisionError]


async def test_a_slow_reader_does_not_keep_the_pongs_away(network: SimulatedNetwork) -> None:
    """Frames wait inside, so that pings are answered while nobody reads."""
    pongs = 0

    async def ping(request: WebSocketRequest) -> None:
        nonlocal pongs
        socket = await request.accept()
        for _ in range(10):
            for _ in range(100):
                await socket.send_message("news")
            with trio.fail_after(5.0):
                await socket.ping()
            pongs += 1
        await socket.aclose()

    async with server(network, ping), dial():
        await trio.sleep(20.0)
    assert pongs == 10


async def test_a_ping_of_the_protocol_sees_its_pong(network: SimulatedNetwork) -> None:
    """At venues that have no frame for it; without a pong it gives up, and a session that has ended is told."""
    async with server(network, silent), dial() as socket:
        assert await socket.ping(within=5.0)
        network.partition(PORT, 60.0)
        began = trio.current_time()
        assert not await socket.ping(within=5.0)
        assert trio.current_time() - began == 5.0
