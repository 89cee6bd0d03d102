"""A venue that is open, and a client that has its key, on the simulated network and in virtual time."""

from collections.abc import AsyncIterator

import httpx2
import pytest
import trio

from batactors.seams import Seams
from batactors.testing import KrakenSpotVenue, SimulatedNetwork, VenueAccount, VenueUrls
from tests.venue.client import Client


@pytest.fixture
def venue(seams: Seams) -> KrakenSpotVenue:
    return KrakenSpotVenue(seams=seams, accounts=[VenueAccount.demo()], rate_limits=False)


@pytest.fixture
async def urls(network: SimulatedNetwork, venue: KrakenSpotVenue, nursery: trio.Nursery) -> VenueUrls:
    urls: VenueUrls = await nursery.start(venue.serve, "127.0.0.1", 0)
    return urls


@pytest.fixture
async def client(urls: VenueUrls) -> AsyncIterator[Client]:
    async with httpx2.AsyncClient(timeout=20) as http:
        yield Client(http, urls, VenueAccount.demo())
