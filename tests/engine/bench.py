"""An engine on a simulated Kraken Spot, over a simulated network, in virtual time."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import trio
from attrs import frozen

from batactors import Account, AccountConfig, Engine, EngineConfig, Secret, SupervisionConfig, open_engine
from batactors.journal.store import Journal
from batactors.seams import Seams
from batactors.testing import KrakenSpotVenue, VenueAccount, VenueUrls
from batactors.testing.venue.orders import VenueOrder

BID, ASK = Decimal("49000"), Decimal("51000")
SUPERVISION = SupervisionConfig(backoff_first=0.1, backoff_most=2.0)


@frozen(kw_only=True)
class Bench:
    """What a test holds."""

    venue: KrakenSpotVenue
    urls: VenueUrls
    engine: Engine
    account: Account

    def at_venue(self, client_order_id: str | None) -> VenueOrder:
        """The venue's order with this client order id; there must be one and only one."""
        assert client_order_id is not None
        (order,) = self.venue.ledger.orders_by_client_id(client_order_id)
        return order


def venue_config(urls: VenueUrls, demo: VenueAccount, **options: Any) -> AccountConfig:
    """An account at the simulated venue, whose REST reads trail by half a second at most."""
    own: dict[str, Any] = {"read_lag": 0.5, "margin": 1.0, "validity": 5.0, "paced": False, **options}
    return AccountConfig(
        api_key=Secret.value(demo.api_key),
        api_secret=Secret.value(demo.api_secret),
        rest_url=urls.rest,
        websocket_url=urls.websocket_auth,
        **own,
    )


@asynccontextmanager
async def open_bench(
    seams: Seams, *, rate_limits: bool = False, supervision: SupervisionConfig = SUPERVISION, **options: Any
) -> AsyncIterator[Bench]:
    """Open a venue and an engine on it, ready to trade."""
    async with (
        open_venue(seams, rate_limits=rate_limits) as (venue, urls),
        open_on(venue, urls, seams, supervision=supervision, **{"paced": rate_limits, **options}) as bench,
    ):
        yield bench


@asynccontextmanager
async def open_venue(seams: Seams, *, rate_limits: bool = False) -> AsyncIterator[tuple[KrakenSpotVenue, VenueUrls]]:
    """Open a venue with two markets."""
    venue = KrakenSpotVenue(seams=seams, accounts=[VenueAccount.demo()], rate_limits=rate_limits)
    async with trio.open_nursery() as nursery:
        urls = await nursery.start(venue.serve, "127.0.0.1", 0)
        venue.set_market("BTC/USD", bid=BID, ask=ASK)
        venue.set_market("ETH/USD", bid=Decimal("1900"), ask=Decimal("2100"))
        yield venue, urls
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def open_on(
    venue: KrakenSpotVenue,
    urls: VenueUrls,
    seams: Seams,
    *,
    supervision: SupervisionConfig = SUPERVISION,
    journals: Callable[[str], Journal] | None = None,
    record: Callable[[str], Callable[[str], object] | None] | None = None,
    **options: Any,
) -> AsyncIterator[Bench]:
    """Open an engine on a venue that is there."""
    accounts = {"kraken": venue_config(urls, VenueAccount.demo(), **options)}
    config = EngineConfig(accounts=accounts, supervision=supervision)
    async with open_engine(config, seams=seams, journals=journals, record=record) as engine:
        yield Bench(venue=venue, urls=urls, engine=engine, account=engine.account("kraken"))
