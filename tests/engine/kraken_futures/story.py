"""What the tests on Kraken Futures do again and again, besides what those on any venue do: hear its wire, cut it."""

import json
from collections.abc import Iterator
from typing import Any

from batactors.testing.kraken_futures import KrakenFuturesVenue
from tests.engine.kraken_futures.bench import Bench

FEEDS = "private feeds"
"""The socket, as health calls it."""


class Wire:
    """The frames that the venue writes from now on, and what it is asked."""

    def __init__(self, venue: KrakenFuturesVenue) -> None:
        self.frames: list[dict[str, Any]] = []
        self.asked: list[str] = []
        venue.watch = self._saw

    def _saw(self, connection: int, kind: str, text: str, order: str | None) -> None:
        del connection, order
        if kind == "frame down":
            self.frames.append(json.loads(text))
        elif kind == "request":
            self.asked.append(text)

    def of(self, feed: str) -> list[dict[str, Any]]:
        """Those of a feed."""
        return [frame for frame in self.frames if frame.get("feed") == feed]

    def orders(self) -> Iterator[tuple[str, bool, Any, Any]]:
        """What `open_orders` told: the reason, whether the order left, its `qty` and its `filled`, if it has these."""
        for frame in self.of("open_orders"):
            row = frame.get("order", {})
            yield frame["reason"], frame["is_cancel"], row.get("qty"), row.get("filled")

    def life(self) -> list[str]:
        """The two feeds of an order's life in turn: the reason of a delta, or `fill`."""
        told = [frame for frame in self.frames if frame.get("feed") in ("open_orders", "fills")]
        return [frame.get("reason") or "fill" for frame in told]

    def calls(self, path: str) -> int:
        """How often this was asked."""
        return sum(path in text for text in self.asked)


def cut(bench: Bench) -> None:
    """Reset the socket."""
    for session in list(bench.venue._telling.sessions):
        session.cut()
