"""A venue that is open, and a client that has its keys, on the simulated network and in virtual time.

The venue's chances are set so that nothing is left to them: a test says itself what it wants to be otherwise.
"""

from collections.abc import AsyncIterator

import httpx2
import pytest
import trio

from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing.binance import BinanceAccount, BinanceUrls, BinanceVenue, Habits
from tests.venue.binance.client import Client


@pytest.fixture
def venue(seams: Seams) -> BinanceVenue:
    habits = Habits(events_first=0, lite_first=1, balances_first=0, oddities=0, extras=0, er_as_text=False)
    return BinanceVenue(seams=seams, accounts=[BinanceAccount.demo()], rate_limits=False, habits=habits)


@pytest.fixture
async def urls(network: SimulatedNetwork, venue: BinanceVenue, nursery: trio.Nursery) -> BinanceUrls:
    urls: BinanceUrls = await nursery.start(venue.serve, "127.0.0.1", 0)
    return urls


@pytest.fixture
async def client(urls: BinanceUrls, seams: Seams) -> AsyncIterator[Client]:
    async with httpx2.AsyncClient(timeout=20) as http:
        yield Client(http, urls, BinanceAccount.demo(), seams.clock)
