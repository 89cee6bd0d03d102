"""A venue that is open, and a client that has its keys, on the simulated network and in virtual time.

The venue's chances are set so that nothing is left to them: a test says itself what it wants to be otherwise.
"""

from collections.abc import AsyncIterator

import httpx2
import pytest
import trio

from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing.bybit import BybitAccount, BybitUrls, BybitVenue, Habits
from tests.venue.bybit.client import Client


@pytest.fixture
def venue(seams: Seams) -> BybitVenue:
    habits = Habits(
        matching_delay=0,
        topic_delay=0,
        events_first=0,
        executions_first=0,
        fast_first=1,
        rows_together=0,
        news_shown=1,
        repeats=0,
        idle_positions=0,
        post_only_ends="Cancelled",
        races_seen=1,
        late_amends_told=0,
        liquidation_orders=1,
        unknown_words=0,
        oddities=0,
        extras=0,
    )
    return BybitVenue(seams=seams, accounts=[BybitAccount.demo()], rate_limits=False, habits=habits)


@pytest.fixture
async def urls(network: SimulatedNetwork, venue: BybitVenue, nursery: trio.Nursery) -> BybitUrls:
    urls: BybitUrls = await nursery.start(venue.serve, "127.0.0.1", 0)
    return urls


@pytest.fixture
async def client(urls: BybitUrls, seams: Seams) -> AsyncIterator[Client]:
    async with httpx2.AsyncClient(timeout=20) as http:
        yield Client(http, urls, BybitAccount.demo(), seams.clock)
