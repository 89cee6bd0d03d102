"""An engine on either simulated venue, for what must hold at both."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from batactors.seams import Seams
from tests.engine import bench as kraken
from tests.engine.binance import bench as binance

each_venue = pytest.mark.parametrize("venue", ["kraken-spot", "binance"])
ON_KRAKEN: dict[str, Any] = {
    "instrument": "BTC/USD", "side": "buy", "order_type": "limit", "quantity": "0.5", "price": "48000",
}  # fmt: skip


@asynccontextmanager
async def opened(venue: str, seams: Seams, **options: Any) -> AsyncIterator[tuple[Any, dict[str, Any], str]]:
    """An engine on one of the venues, an order for it, and the name of the socket that tells what happens."""
    if venue == "binance":
        async with binance.open_bench(seams, **options) as there:
            yield there, binance.ORDER, "user data"
    else:
        async with kraken.open_bench(seams, **options) as here:
            yield here, ON_KRAKEN, "connection"
