"""Small servers for the tests of the bench."""

import ssl
from functools import partial

import trio
from trio_websocket import ConnectionClosed, WebSocketRequest, serve_websocket


async def echo(stream: trio.abc.Stream) -> None:
    """Say again whatever is said, until it ends or breaks."""
    async with stream:
        try:
            while data := await stream.receive_some():
                await stream.send_all(data)
        except trio.BrokenResourceError:
            pass


async def start_echo(nursery: trio.Nursery, port: int) -> int:
    """Start an echo server on a port, or any if it is 0; the answer is which."""
    listeners = await trio.open_tcp_listeners(port, host="127.0.0.1")
    await nursery.start(trio.serve_listeners, echo, listeners)
    number: int = listeners[0].socket.getsockname()[1]
    return number


async def start_http(nursery: trio.Nursery, port: int, ssl_context: ssl.SSLContext | None = None) -> None:
    """Start a server that answers with the request's first words, and keeps connections alive."""

    async def answer(socket: trio.SocketStream) -> None:
        stream: trio.abc.Stream = socket
        if ssl_context is not None:
            stream = trio.SSLStream(socket, ssl_context, server_side=True, https_compatible=True)
        async with stream:
            try:
                buffer = b""
                while data := await stream.receive_some():
                    buffer += data
                    while b"\r\n\r\n" in buffer:
                        head, _, buffer = buffer.partition(b"\r\n\r\n")
                        body = b" ".join(head.split()[:2])
                        await stream.send_all(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
            except trio.BrokenResourceError:
                pass

    await nursery.start(trio.serve_listeners, answer, await trio.open_tcp_listeners(port))


async def start_websocket_echo(nursery: trio.Nursery, port: int, ssl_context: ssl.SSLContext | None = None) -> None:
    """Start a WebSocket server that says again what is said."""

    async def answer(request: WebSocketRequest) -> None:
        ws = await request.accept()
        try:
            while True:
                await ws.send_message(await ws.get_message())
        except ConnectionClosed:
            pass

    await nursery.start(partial(serve_websocket, answer, "localhost", port, ssl_context))


async def connected_pair(port: int) -> tuple[trio.SocketStream, trio.SocketStream]:
    """Both ends of a connection to this port: the client's and the server's."""
    listener = (await trio.open_tcp_listeners(port))[0]
    client = await trio.open_tcp_stream("localhost", port)
    server = await listener.accept()
    await listener.aclose()
    return client, server
