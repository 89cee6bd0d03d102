"""Where requests go: whole addresses at one host."""

import re

import httpcore2
import httpx2

_AS_IT_IS = re.compile(r"/(?:[A-Za-z0-9_~/?&=:,+.-]|%[0-9A-Fa-f]{2})*")
"""A path with its question that goes on the wire as it is written, unless it has steps that are no names (`/..`)."""


class Addresses:
    """The addresses of paths at one host. The library would read each of them letter by letter, for each request.

    Attributes:
        host: The header that names it.
    """

    def __init__(self, root: str) -> None:
        """Read the root.

        Raises:
            httpx2.InvalidURL: It is no address.
        """
        self._root = root.rstrip("/")
        self._url = httpx2.URL(self._root)
        self._above = self._url.raw_path.decode("ascii").rstrip("/")
        self.host = (b"Host", self._url.netloc)

    def whole(self, path: str) -> httpcore2.URL:
        """The address of a path.

        Raises:
            httpx2.InvalidURL: It is none.
        """
        path = f"/{path.lstrip('/')}"
        if _AS_IT_IS.fullmatch(path) and "/." not in path:
            target = f"{self._above}{path}".encode("ascii")
        else:
            target = httpx2.URL(f"{self._root}{path}").raw_path
        url = self._url
        return httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=target)
