"""The demo at Binance USD-M."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from attrs import evolve

from batactors import AccountConfig, Seams, Secret
from batactors.cli.demo.binance_truth import BinanceTruth
from batactors.cli.demo.kinds import Deed, Kind, kinds
from batactors.cli.demo.scene import PRICES, Market, Scene
from batactors.testing.binance import DEFAULT_SYMBOLS, BinanceAccount, BinanceUrls, BinanceVenue, Habits, Symbol
from batactors.testing.binance.market import perpetual
from batactors.testing.binance.troubles import (
    When,
    html_page,
    internal_error,
    service_unavailable,
    throttled,
    timed_out,
    unknown_error,
    without_code,
)
from batactors.testing.fault_script import Fault
from batactors.testing.venue.venue import SimulatedVenue
from batactors.venues.binance.hosts import SOCKETS

if TYPE_CHECKING:
    from random import Random

MARKETS_TRADED = 12
"""This venue is asked for fills and closed orders by market: what was missed in forty takes longer than the trading."""
BETWEEN = 0.005
"""Seconds that an answer waits for its events: many times what the loopback takes."""
METHODS = ("add_order", "add_order", "amend_order", "cancel_order", "algoOrder.place")
REFUSALS = ("-2019", "-4131", "-1008", "-2010 Order would be rejected.", "-1007", "-1000")  # the last two say nothing
BEFORE_OR_AFTER: tuple[When, When] = ("before", "after")
UNCLEAR = (unknown_error, internal_error, timed_out, without_code, html_page)


def symbols() -> tuple[Symbol, ...]:
    """What is traded."""
    known = {symbol.base.name: symbol for symbol in DEFAULT_SYMBOLS}
    return tuple(known.get(name) or _symbol(name, Decimal(PRICES[name])) for name in list(PRICES)[:MARKETS_TRADED])


def open_venue(seams: Seams, seed: int) -> BinanceVenue:
    """The venue, which counts nothing: the script brings its own refusals."""
    rich = evolve(BinanceAccount.demo(), balances={"USDT": Decimal(100_000_000)})
    habits = Habits(between=BETWEEN)
    return BinanceVenue(seams=seams, symbols=symbols(), accounts=[rich], seed=seed, rate_limits=False, habits=habits)


def account(urls: BinanceUrls, seed: int) -> AccountConfig:
    """The engine's account there: with a key that logs on for odd seeds, else with one that signs each request."""
    demo, logs_on = BinanceAccount.demo(), seed % 2 == 1
    return AccountConfig(
        venue="binance",
        api_key=Secret.value(demo.ed25519_key if logs_on else demo.api_key),
        api_secret=Secret.value(demo.ed25519_secret if logs_on else demo.api_secret),
        rest_url=urls.rest,
        websocket_url=urls.websocket_streams,
        commands_url=urls.websocket_api,
    )


def truth(venue: SimulatedVenue) -> BinanceTruth:
    """What happened there."""
    assert isinstance(venue, BinanceVenue)
    return BinanceTruth(venue, SYMBOLS)


def _symbol(name: str, price: Decimal) -> Symbol:
    """A perpetual with a tick of about a ten-thousandth of its price, and steps worth a few dollars."""
    ticks = max(1, 4 - price.adjusted())
    return perpetual(name, tick=str(Decimal(1).scaleb(-ticks)), decimals=max(0, 1 + price.adjusted()), notional="5")


def _unclear(chance: "Random") -> Fault:
    """One of the answers after which nobody knows, executed or not."""
    trouble, when = chance.choice(UNCLEAR), chance.choice(BEFORE_OR_AFTER)
    return trouble(when, method=chance.choice(METHODS), nth=chance.randint(1, 3))


def _failed(chance: "Random") -> Fault:
    """One of the answers that say for sure that nothing was done."""
    trouble = chance.choice((service_unavailable, throttled))
    return trouble(method=chance.choice(METHODS), nth=chance.randint(1, 3))


def _expire_listen_keys(venue: SimulatedVenue) -> None:
    assert isinstance(venue, BinanceVenue)
    venue.expire_listen_keys()


EXPIRE_LISTEN_KEYS = Deed("expire listen keys", _expire_listen_keys)
MARKETS: Mapping[str, Market] = {
    f"{symbol.base.name}/USDT:USDT": Market(pair=symbol, price=Decimal(PRICES[symbol.base.name]))
    for symbol in symbols()
}
SYMBOLS = {name: market.pair.symbol for name, market in MARKETS.items()}
SCENE = Scene(
    title="Binance USD-M",
    markets=MARKETS,
    # Two are left out that cost more than a run has: after a refusal for its rate the engine sends nothing for a
    # minute, and that a listen key is gone without a word is found within five.
    kinds=kinds(
        METHODS,
        REFUSALS,
        Kind(6, _unclear),
        Kind(3, _failed),
        Kind(2, EXPIRE_LISTEN_KEYS, ends_session=True),
    ),
    open_venue=open_venue,
    account=account,
    truth=truth,
    sockets=tuple(spec.name for spec in SOCKETS),
    has_positions=True,
    has_leverage=True,
)
