"""One host's HTTP: connections that are kept, requests out as they were signed, answers in whole.

It asks the pool that httpx2 stands on. What httpx2 does around it is made for people: it merges settings, follows
redirects, keeps cookies, writes each address with its signature into the log, and hands an answer through five
generators. None of it is wanted here, and it takes half of what a request costs.
"""

import ssl
from collections.abc import AsyncIterable, Mapping
from types import TracebackType
from typing import Self

import httpcore2
import httpx2
from attrs import frozen

from batactors.actors.addresses import Addresses

MOST_CONNECTIONS = 100
MOST_KEPT = 20
KEPT_FOR = 5.0
"""Seconds that a connection waits for the next request."""
WRITES = ("POST", "PUT", "PATCH")
"""What says how long its body is even where it has none."""

_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""It would trust nobody, and nobody uses it: even to make one takes longer than a request."""

NOT_CONNECTED = httpcore2.ConnectError | httpcore2.ConnectTimeout
"""There was no connection to write to."""

HTTP_ERRORS = (
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.TimeoutException,
    httpcore2.UnsupportedProtocol,
    httpx2.DecodingError,
    httpx2.InvalidURL,
    OSError,
)
"""What goes wrong with a request on its way, and with what comes back."""


@frozen(kw_only=True)
class HttpAnswer:
    """An answer, whole and decompressed. The headers' names are in small letters."""

    status_code: int
    headers: dict[str, str]
    content: bytes


class HttpClient:
    """The connections to one host.

    No time limits of the library's: who asks has a deadline, and theirs would only add other errors.
    """

    def __init__(self, url: str) -> None:
        # Where nothing is encrypted, as at a simulated venue, there are no certificates to read, which takes long.
        encrypted = not url.startswith("http://")
        context = httpx2.create_ssl_context(trust_env=False) if encrypted else _NO_CERTIFICATES
        self._addresses = Addresses(url)
        with httpx2.Client(verify=_NO_CERTIFICATES, trust_env=False) as library:
            self._usual = library.headers.raw  # what it can decompress, and who it is
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=context,
            max_connections=MOST_CONNECTIONS,
            max_keepalive_connections=MOST_KEPT,
            keepalive_expiry=KEPT_FOR,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.aclose()

    async def request(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        """Send a request and read the answer to its end.

        Raises:
            HTTP_ERRORS: One of them.
        """
        own = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
        size = [(b"Content-Length", str(len(body)).encode())]
        empty = size if not body and method in WRITES else []
        response = await self._pool.handle_async_request(
            httpcore2.Request(
                method,
                self._addresses.whole(path),
                headers=[self._addresses.host, *empty, *self._usual, *own, *(size if body else [])],
                content=body,
            )
        )
        assert isinstance(response.stream, AsyncIterable)
        try:
            content = b"".join([part async for part in response.stream])
        finally:
            await response.aclose()
        told = _read(response.headers)
        if "content-encoding" in told:
            content = httpx2.Response(response.status, headers=response.headers, content=content).content
        return HttpAnswer(status_code=response.status, headers=told, content=content)


def _read(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    read: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        read[name] = f"{read[name]}, {value}" if name in read else value
    return read
