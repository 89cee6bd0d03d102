"""An engine on a simulated Kraken Futures, over a simulated network, in virtual time."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import trio
from attrs import field, frozen

from batactors import Account, AccountConfig, Engine, EngineConfig, Secret, SupervisionConfig, open_engine
from batactors.journal.store import Journal
from batactors.seams import Seams
from batactors.testing.kraken_futures import FuturesAccount, Habits, KrakenFuturesUrls, KrakenFuturesVenue
from tests.engine.bench import SUPERVISION

SYMBOL = "PF_XBTUSD"
BTC = "BTC/USD:USD"
BID, ASK = Decimal("49000"), Decimal("51000")
ORDER: dict[str, Any] = {
    "instrument": BTC, "side": "buy", "order_type": "limit", "quantity": "0.5", "price": "48000",
}  # fmt: skip


@frozen(kw_only=True)
class Bench:
    """What a test holds."""

    venue: KrakenFuturesVenue
    urls: KrakenFuturesUrls
    engine: Engine
    account: Account
    terms: Mapping[str, Any] = field(factory=lambda: ORDER)
    """Those of an order that rests."""


def account_config(urls: KrakenFuturesUrls, demo: FuturesAccount, **options: Any) -> AccountConfig:
    """An account at the simulated venue."""
    own: dict[str, Any] = {"read_lag": 0.5, "margin": 1.0, "validity": 5.0, **options}
    return AccountConfig(
        venue="kraken-futures", api_key=Secret.value(demo.api_key), api_secret=Secret.value(demo.api_secret),
        rest_url=urls.rest, websocket_url=urls.websocket, **own,
    )  # fmt: skip


@asynccontextmanager
async def open_venue(
    seams: Seams, *, rate_limits: bool = True, habits: Habits | None = None
) -> AsyncIterator[tuple[KrakenFuturesVenue, KrakenFuturesUrls]]:
    """Open a venue with two markets."""
    venue = KrakenFuturesVenue(seams=seams, accounts=[FuturesAccount.demo()], rate_limits=rate_limits, habits=habits)
    async with trio.open_nursery() as nursery:
        urls = await nursery.start(venue.serve, "127.0.0.1", 0)
        venue.set_market(SYMBOL, bid=BID, ask=ASK)
        venue.set_market("PF_ETHUSD", bid=Decimal("1900"), ask=Decimal("2100"))
        yield venue, urls
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def open_on(
    venue: KrakenFuturesVenue,
    urls: KrakenFuturesUrls,
    seams: Seams,
    *,
    supervision: SupervisionConfig = SUPERVISION,
    journals: Callable[[str], Journal] | None = None,
    **options: Any,
) -> AsyncIterator[Bench]:
    """Open an engine on a venue that is there."""
    config = EngineConfig(
        accounts={"futures": account_config(urls, FuturesAccount.demo(), **options)}, supervision=supervision
    )
    async with open_engine(config, seams=seams, journals=journals) as engine:
        yield Bench(venue=venue, urls=urls, engine=engine, account=engine.account("futures"))


@asynccontextmanager
async def open_bench(
    seams: Seams, *, rate_limits: bool = True, habits: Habits | None = None, **options: Any
) -> AsyncIterator[Bench]:
    """Open a venue and an engine on it, ready to trade."""
    async with (
        open_venue(seams, rate_limits=rate_limits, habits=habits) as (venue, urls),
        open_on(venue, urls, seams, **options) as bench,
    ):
        yield bench
