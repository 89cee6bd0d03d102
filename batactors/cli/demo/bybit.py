"""The demo at Bybit."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from attrs import evolve

from batactors import AccountConfig, Seams, Secret
from batactors.cli.demo.bybit_truth import BybitTruth
from batactors.cli.demo.kinds import Deed, Kind, kinds
from batactors.cli.demo.scene import PRICES, Market, Scene
from batactors.testing import faults as f
from batactors.testing.bybit import BybitAccount, BybitUrls, BybitVenue, Contract, Habits
from batactors.testing.bybit.market import perpetual
from batactors.testing.bybit.troubles import (
    When,
    html_page,
    internal_error,
    overloaded,
    protected,
    restarting,
    server_timeout,
)
from batactors.testing.fault_script import Fault
from batactors.testing.venue.venue import SimulatedVenue
from batactors.venues.bybit.hosts import SOCKETS

if TYPE_CHECKING:
    from random import Random

MATCHING, TOPICS, BETWEEN = 0.02, 0.02, 0.05
"""Seconds that the matching engine is behind the answer, and topics behind that: many times what the loopback takes."""
METHODS = ("add_order", "add_order", "amend_order", "cancel_order")
REFUSALS = ("110007", "110094", "10001", "110066", "10000 Server Timeout", "10016")  # the last two say nothing
BEFORE_OR_AFTER: tuple[When, When] = ("before", "after")
UNCLEAR = (server_timeout, internal_error, restarting, protected, overloaded, html_page)


def contracts() -> tuple[Contract, ...]:
    """What is traded."""
    return tuple(_contract(name, Decimal(price)) for name, price in PRICES.items())


def open_venue(seams: Seams, seed: int) -> BybitVenue:
    """The venue, which counts nothing: the script brings its own refusals."""
    rich = evolve(BybitAccount.demo(), balances={"USDT": Decimal(100_000_000)})
    habits = Habits(matching_delay=MATCHING, topic_delay=TOPICS, between=BETWEEN)
    return BybitVenue(seams=seams, contracts=CONTRACTS, accounts=[rich], seed=seed, rate_limits=False, habits=habits)


def account(urls: BybitUrls, seed: int) -> AccountConfig:
    """The engine's account there."""
    del seed
    demo = BybitAccount.demo()
    return AccountConfig(
        venue="bybit",
        api_key=Secret.value(demo.api_key),
        api_secret=Secret.value(demo.api_secret),
        rest_url=urls.rest,
        websocket_url=urls.websocket,
    )


def truth(venue: SimulatedVenue) -> BybitTruth:
    """What happened there."""
    assert isinstance(venue, BybitVenue)
    return BybitTruth(venue, SYMBOLS)


def _contract(name: str, price: Decimal) -> Contract:
    """A perpetual with a tick of about a ten-thousandth of its price, and steps worth a few dollars."""
    ticks = max(1, 4 - price.adjusted())
    return perpetual(name, tick=str(Decimal(1).scaleb(-ticks)), decimals=max(0, 1 + price.adjusted()))


def _unclear(chance: "Random") -> Fault:
    """One of the answers after which nobody knows, executed or not."""
    trouble, when = chance.choice(UNCLEAR), chance.choice(BEFORE_OR_AFTER)
    return trouble(when, method=chance.choice(METHODS), nth=chance.randint(1, 3))


def _forget(venue: SimulatedVenue) -> None:
    assert isinstance(venue, BybitVenue)
    venue.forget_closed_orders()


def _charge(venue: SimulatedVenue) -> None:
    assert isinstance(venue, BybitVenue)
    for symbol in SYMBOLS.values():
        if venue.position(symbol).amount:
            venue.fund(symbol, Decimal("0.5"))


CONTRACTS = contracts()
MARKETS: Mapping[str, Market] = {
    f"{one.base.name}/USDT:USDT": Market(pair=one, price=Decimal(PRICES[one.base.name])) for one in CONTRACTS
}
SYMBOLS = {name: market.pair.symbol for name, market in MARKETS.items()}
SCENE = Scene(
    title="Bybit",
    markets=MARKETS,
    kinds=kinds(
        METHODS,
        REFUSALS,
        Kind(6, _unclear),
        Kind(3, lambda chance: f.RefuseLater(method="add_order", nth=chance.randint(1, 3))),
        Kind(1, Deed("forget closed orders", _forget)),
        Kind(1, Deed("charge funding", _charge)),
    ),
    open_venue=open_venue,
    account=account,
    truth=truth,
    sockets=tuple(spec.name for spec in SOCKETS),
    has_positions=True,
    has_leverage=True,
)
