"""An engine on a simulated Kraken Futures by the Unified WebSocket, over a simulated network, in virtual time."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from attrs import frozen

from batactors import Account, AccountConfig, Engine, EngineConfig, Secret, open_engine
from batactors.journal.store import Journal
from batactors.seams import Seams
from batactors.testing.kraken_futures import FuturesAccount, Habits, KrakenFuturesUrls, KrakenFuturesVenue
from tests.engine.bench import SUPERVISION
from tests.engine.kraken_futures.bench import ASK, BID, BTC, ORDER, SYMBOL, open_venue

__all__ = ["ASK", "BID", "BTC", "ORDER", "SYMBOL", "Bench", "account_config", "open_bench", "open_on", "open_venue"]


@frozen(kw_only=True)
class Bench:
    """What a test holds."""

    venue: KrakenFuturesVenue
    urls: KrakenFuturesUrls
    engine: Engine
    account: Account
    terms: ClassVar[Mapping[str, Any]] = ORDER


def account_config(urls: KrakenFuturesUrls, demo: FuturesAccount, **options: Any) -> AccountConfig:
    """An account by a normal Kraken key; Spot's REST is at the venue's own address."""
    own: dict[str, Any] = {"read_lag": 0.5, "margin": 1.0, "validity": 5.0, "paced": False, **options}
    return AccountConfig(
        venue="kraken-futures", protocol="unified", api_key=Secret.value(demo.spot_key),
        api_secret=Secret.value(demo.spot_secret), rest_url=urls.rest, websocket_url=urls.unified, **own,
    )  # fmt: skip


@asynccontextmanager
async def open_on(
    venue: KrakenFuturesVenue,
    urls: KrakenFuturesUrls,
    seams: Seams,
    *,
    journals: Callable[[str], Journal] | None = None,
    record: Callable[[str], Callable[[str], object] | None] | None = None,
    **options: Any,
) -> AsyncIterator[Bench]:
    """Open an engine on a venue that is there."""
    config = EngineConfig(
        accounts={"futures": account_config(urls, FuturesAccount.demo(), **options)}, supervision=SUPERVISION
    )
    async with open_engine(config, seams=seams, journals=journals, record=record) as engine:
        yield Bench(venue=venue, urls=urls, engine=engine, account=engine.account("futures"))


@asynccontextmanager
async def open_bench(
    seams: Seams, *, rate_limits: bool = False, habits: Habits | None = None, **options: Any
) -> AsyncIterator[Bench]:
    """Open a venue and an engine on it, ready to trade."""
    async with (
        open_venue(seams, rate_limits=rate_limits, habits=habits) as (venue, urls),
        open_on(venue, urls, seams, **{"paced": rate_limits, **options}) as bench,
    ):
        yield bench
