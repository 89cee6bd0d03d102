"""An engine on a simulated Binance USD-M, over a simulated network, in virtual time."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import trio
from attrs import field, frozen

from batactors import Account, AccountConfig, Engine, EngineConfig, Secret, SupervisionConfig, open_engine
from batactors.journal.store import Journal
from batactors.seams import Seams
from batactors.testing.binance import BinanceAccount, BinanceUrls, BinanceVenue, Habits
from tests.engine.bench import SUPERVISION

BTC = "BTC/USDT:USDT"
BID, ASK = Decimal("49000"), Decimal("51000")
ORDER: dict[str, Any] = {
    "instrument": BTC, "side": "buy", "order_type": "limit", "quantity": "0.5", "price": "48000",
}  # fmt: skip


@frozen(kw_only=True)
class Bench:
    """What a test holds."""

    venue: BinanceVenue
    urls: BinanceUrls
    engine: Engine
    account: Account
    terms: Mapping[str, Any] = field(factory=lambda: ORDER)
    """Those of an order that rests."""


def account_config(urls: BinanceUrls, demo: BinanceAccount, *, logs_on: bool = False, **options: Any) -> AccountConfig:
    """An account at the simulated venue; with an Ed25519 key if it logs on, else with a secret."""
    own: dict[str, Any] = {"read_lag": 0.5, "margin": 1.0, "validity": 5.0, **options}
    return AccountConfig(
        venue="binance",
        api_key=Secret.value(demo.ed25519_key if logs_on else demo.api_key),
        api_secret=Secret.value(demo.ed25519_secret if logs_on else demo.api_secret),
        rest_url=urls.rest,
        websocket_url=urls.websocket_streams,
        commands_url=urls.websocket_api,
        **own,
    )


@asynccontextmanager
async def open_venue(
    seams: Seams, *, rate_limits: bool = True, habits: Habits | None = None
) -> AsyncIterator[tuple[BinanceVenue, BinanceUrls]]:
    """Open a venue with two markets."""
    venue = BinanceVenue(seams=seams, accounts=[BinanceAccount.demo()], rate_limits=rate_limits, habits=habits)
    async with trio.open_nursery() as nursery:
        urls = await nursery.start(venue.serve, "127.0.0.1", 0)
        venue.set_market("BTCUSDT", bid=BID, ask=ASK)
        venue.set_market("ETHUSDT", bid=Decimal("1900"), ask=Decimal("2100"))
        yield venue, urls
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def open_on(
    venue: BinanceVenue,
    urls: BinanceUrls,
    seams: Seams,
    *,
    supervision: SupervisionConfig = SUPERVISION,
    journals: Callable[[str], Journal] | None = None,
    record: Callable[[str], Callable[[str], object] | None] | None = None,
    **options: Any,
) -> AsyncIterator[Bench]:
    """Open an engine on a venue that is there."""
    config = EngineConfig(
        accounts={"binance": account_config(urls, BinanceAccount.demo(), **options)}, supervision=supervision
    )
    async with open_engine(config, seams=seams, journals=journals, record=record) as engine:
        yield Bench(venue=venue, urls=urls, engine=engine, account=engine.account("binance"))


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
