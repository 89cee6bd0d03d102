"""Where requests go: whole addresses of one host, each read once."""

import httpx2

MOST_URLS = 100
"""Addresses that are kept; a codec has some ten, unless it writes what it asks for into them."""


class Addresses:
    """The addresses of paths at one host. The library would read each of them three times for each request."""

    def __init__(self, root: str) -> None:
        self._root = root.rstrip("/")
        self._urls: dict[str, httpx2.URL] = {}

    def whole(self, path: str) -> httpx2.URL:
        """The address of a path.

        Raises:
            httpx2.InvalidURL: It is none.
        """
        if path not in self._urls:
            if len(self._urls) >= MOST_URLS:
                self._urls.clear()
            self._urls[path] = httpx2.URL(f"{self._root}/{path.lstrip('/')}")
        return self._urls[path]
