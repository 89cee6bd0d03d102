"""TLS in front of a simulated venue, under a certificate that is made for it and trusted by nobody else."""

import ssl
from pathlib import Path

import trio
from attrs import frozen

from batactors.model.errors import ConfigError

CHUNK = 65_536
ENDINGS = (trio.BrokenResourceError, trio.ClosedResourceError, OSError)


@frozen(kw_only=True)
class Certificate:
    """A context to serve with, and the file with the authority that a client has to trust."""

    context: ssl.SSLContext
    authority: Path


def make_certificate(host: str, folder: Path) -> Certificate:
    """Make a certificate for this host, valid for as long as anyone cares, and put its authority into this folder.

    Raises:
        ConfigError: What makes certificates is not installed.
    """
    try:
        import trustme  # noqa: PLC0415 - an extra, needed for nothing else
    except ImportError:
        raise ConfigError("--tls needs trustme: pip install 'batactors[test]'") from None
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(host, "localhost", "127.0.0.1").configure_cert(context)
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(path)
    return Certificate(context=context, authority=path)


async def serve_tls(
    host: str,
    port: int,
    inner: tuple[str, int],
    context: ssl.SSLContext,
    *,
    task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Serve by TLS what another port serves without it; started with the port."""
    listeners = (await trio.open_tcp_listeners(port, host=host))[:1]

    async def serve(stream: trio.SocketStream) -> None:
        try:
            await _relay(trio.SSLStream(stream, context, server_side=True, https_compatible=True), inner)
        except* ENDINGS:
            pass  # of one client, or of the venue towards it: it is cut off, the others are not

    task_status.started(listeners[0].socket.getsockname()[1])
    await trio.serve_listeners(serve, listeners)


async def _relay(outer: "trio.SSLStream[trio.SocketStream]", inner: tuple[str, int]) -> None:
    async with outer, await trio.open_tcp_stream(*inner) as venue, trio.open_nursery() as nursery:

        async def pump(source: trio.abc.ReceiveStream, sink: trio.abc.SendStream) -> None:
            while data := await source.receive_some(CHUNK):
                await sink.send_all(data)
            nursery.cancel_scope.cancel()

        nursery.start_soon(pump, outer, venue)
        nursery.start_soon(pump, venue, outer)
