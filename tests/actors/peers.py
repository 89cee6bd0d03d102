"""What may be at the other end of a socket, for the tests of the transport."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest
import trio
from trio_websocket import ConnectionClosed, WebSocketRequest, serve_websocket

from batactors.actors.supervisor import leaves
from batactors.actors.transport import open_socket
from batactors.model.errors import TransportError
from batactors.testing import SimulatedNetwork

PORT = 8000
URL = f"ws://localhost:{PORT}/auth/v2?a=b"
Answer = Callable[[WebSocketRequest], Awaitable[None]]


async def echo(request: WebSocketRequest) -> None:
    """Say again whatever is said, and the path first of all."""
    socket = await request.accept()
    await socket.send_message(request.path)
    try:
        while True:
            await socket.send_message(await socket.get_message())
    except ConnectionClosed:
        pass


async def silent(request: WebSocketRequest) -> None:
    """Accept, and read nothing."""
    await request.accept()
    await trio.sleep_forever()


@asynccontextmanager
async def server(
    network: SimulatedNetwork, answer: Answer = echo, ssl_context: ssl.SSLContext | None = None
) -> AsyncIterator[None]:
    """A venue's WebSocket end; no socket outlives it."""
    async with trio.open_nursery() as nursery:
        await nursery.start(partial(serve_websocket, answer, "localhost", PORT, ssl_context))
        yield
        nursery.cancel_scope.cancel()
    assert network.open_sockets == 0


@asynccontextmanager
async def tcp_server(
    network: SimulatedNetwork, handle: Callable[[trio.SocketStream], Awaitable[None]]
) -> AsyncIterator[None]:
    """Something that listens where a venue should be; no socket outlives it."""

    async def serve(stream: trio.SocketStream) -> None:
        async with stream:
            await handle(stream)

    async with trio.open_nursery() as nursery:
        await nursery.start(trio.serve_listeners, serve, await trio.open_tcp_listeners(PORT, host="127.0.0.1"))
        yield
        nursery.cancel_scope.cancel()
    assert network.open_sockets == 0


def dial(url: str = URL, within: float = 5.0, send_within: float = 5.0):  # type: ignore[no-untyped-def]
    return open_socket(url, within=within, send_within=send_within)


async def trouble(dialled: str = URL) -> str:
    """What dialling fails with: one kind of error, and no socket is left."""
    with pytest.raises(ExceptionGroup) as group:
        async with dial(dialled):
            raise AssertionError("it opened")
    (error,) = leaves(group.value)
    assert isinstance(error, TransportError)
    return str(error)
