"""The demo at Kraken Futures, by REST v3 and WebSocket v1."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import evolve

from batactors import AccountConfig, Seams, Secret
from batactors.cli.demo.kinds import Deed, Kind, kinds
from batactors.cli.demo.scene import PRICES, Market, Scene
from batactors.cli.demo.truth import Truth
from batactors.testing import faults as f
from batactors.testing.kraken_futures import (
    DEFAULT_CONTRACTS,
    Contract,
    FuturesAccount,
    Habits,
    KrakenFuturesUrls,
    KrakenFuturesVenue,
)
from batactors.testing.kraken_futures.market import linear
from batactors.testing.venue.venue import SimulatedVenue
from batactors.venues.kraken_futures.codec import SOCKETS

MARKETS_TRADED = 20
BETWEEN = 0.005
"""Seconds that an answer waits for its events: many times what the loopback takes."""
METHODS = ("add_order", "add_order", "amend_order", "cancel_order")
REFUSALS = ("92 INSUFFICIENT_MARGIN", "marketUnavailable", "Server Error", "unknownError")  # the last two say nothing


class FuturesTruth(Truth):
    """The ledger of Kraken Futures. A post-only order that would take leaves no trace in it.

    Args:
        symbols: What the venue calls each instrument.
    """

    def __init__(self, venue: KrakenFuturesVenue, symbols: Mapping[str, str]) -> None:
        super().__init__(venue.ledger)
        self._venue = venue
        self._symbols = symbols

    def positions(self) -> Mapping[str, Decimal]:
        names = {symbol: instrument for instrument, symbol in self._symbols.items()}
        account = next(iter(self._venue.accounts))
        return {names[one.symbol]: one.amount for one in self._venue.positions.open(account)}


def contracts() -> tuple[Contract, ...]:
    """What is traded: perpetuals."""
    known = {one.base.name: one for one in DEFAULT_CONTRACTS if one.symbol.startswith("PF_")}
    return tuple(known.get(name) or _contract(name, Decimal(PRICES[name])) for name in list(PRICES)[:MARKETS_TRADED])


def open_venue(seams: Seams, seed: int) -> KrakenFuturesVenue:
    """The venue, which counts nothing: the script brings its own refusals."""
    rich = evolve(FuturesAccount.demo(), balances={"USD": Decimal(100_000_000)})
    habits = Habits(between=BETWEEN, late_refusals=0.0)
    return KrakenFuturesVenue(
        seams=seams, contracts=contracts(), accounts=[rich], seed=seed, rate_limits=False, habits=habits
    )


def account(urls: KrakenFuturesUrls, seed: int) -> AccountConfig:
    """The engine's account there."""
    del seed
    demo = FuturesAccount.demo()
    return AccountConfig(
        venue="kraken-futures",
        protocol="v1",
        api_key=Secret.value(demo.api_key),
        api_secret=Secret.value(demo.api_secret),
        rest_url=urls.rest,
        websocket_url=urls.websocket,
    )


def truth(venue: SimulatedVenue) -> FuturesTruth:
    """What happened there."""
    assert isinstance(venue, KrakenFuturesVenue)
    return FuturesTruth(venue, SYMBOLS)


def _contract(name: str, price: Decimal) -> Contract:
    """A perpetual with a tick of about a ten-thousandth of its price, and steps worth a few dollars."""
    ticks = max(1, 4 - price.adjusted())
    return linear(name, tick=str(Decimal(1).scaleb(-ticks)), decimals=max(0, 1 + price.adjusted()))


MARKETS: Mapping[str, Market] = {
    f"{one.base.name}/USD:USD": Market(pair=one, price=Decimal(PRICES[one.base.name])) for one in contracts()
}
SYMBOLS = {name: market.pair.symbol for name, market in MARKETS.items()}
SCENE = Scene(
    title="Kraken Futures",
    markets=MARKETS,
    # A refusal for the rate is left out: after one the engine sends nothing for ten seconds, which a run does not have.
    kinds=kinds(
        METHODS,
        REFUSALS,
        Kind(1, Deed("invalidate challenges", lambda venue: venue.invalidate_tokens()), ends_session=True),
        Kind(3, lambda chance: f.LoseFrame(event=chance.choice(("trade", "partial_fill", "full_fill", "canceled")))),
        Kind(2, lambda chance: f.HttpError(method="orders/status", status=503, nth=chance.randint(1, 3))),
        Kind(1, lambda chance: f.FillBeforeAmend(share=chance.choice(("half", "all")))),
        road="rest",
    ),
    open_venue=open_venue,
    account=account,
    truth=truth,
    sockets=tuple(spec.name for spec in SOCKETS),
    has_positions=True,
)
