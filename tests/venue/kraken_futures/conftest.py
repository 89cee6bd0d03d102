"""A venue that is open, and a client that has its keys, on the simulated network and in virtual time.

The venue's chances are set so that nothing is left to them: a test says itself what it wants to be otherwise.
"""

from collections.abc import AsyncIterator

import httpx2
import pytest
import trio

from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing.kraken_futures import FuturesAccount, Habits, KrakenFuturesUrls, KrakenFuturesVenue
from tests.venue.kraken_futures.client import Client


@pytest.fixture
def venue(seams: Seams) -> KrakenFuturesVenue:
    habits = Habits(
        events_first=0,
        fills_first=0,
        feeds_apart=0,
        fills_together=0,
        ioc_cancel_row=1,
        cancels_named=1,
        fills_named=1,
        deltas_named=1,
        repeats=0,
        refusals_told=0,
        post_reason="filled",
        row_order="same",
        oddities=0,
        extras=0,
        last_trade_fills=0,
    )
    return KrakenFuturesVenue(seams=seams, accounts=[FuturesAccount.demo()], rate_limits=False, habits=habits)


@pytest.fixture
async def urls(network: SimulatedNetwork, venue: KrakenFuturesVenue, nursery: trio.Nursery) -> KrakenFuturesUrls:
    urls: KrakenFuturesUrls = await nursery.start(venue.serve, "127.0.0.1", 0)
    return urls


@pytest.fixture
async def client(urls: KrakenFuturesUrls, seams: Seams) -> AsyncIterator[Client]:
    async with httpx2.AsyncClient(timeout=20) as http:
        yield Client(http, urls, FuturesAccount.demo(), seams.clock)
