"""``batactors venue serve``: a simulated venue on a port, for any client that can be told another address."""

import errno
import json
import signal
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from urllib.parse import urlsplit

import trio
from attrs import asdict, evolve, frozen
from cyclopts import App, Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.text import Text

from batactors.cli.market import Walk
from batactors.cli.tls import Certificate, make_certificate, serve_tls
from batactors.config.rules import listed, suggestion
from batactors.model.errors import ConfigError
from batactors.seams import SeededChance
from batactors.testing.binance import DEFAULT_SYMBOLS, BinanceAccount, BinanceUrls, BinanceVenue
from batactors.testing.bybit import DEFAULT_CONTRACTS as DEFAULT_LINEAR
from batactors.testing.bybit import BybitAccount, BybitUrls, BybitVenue
from batactors.testing.kraken_futures import (
    DEFAULT_CONTRACTS,
    FuturesAccount,
    KrakenFuturesUrls,
    KrakenFuturesVenue,
)
from batactors.testing.kraken_spot import DEFAULT_PAIRS, KrakenSpotVenue, VenueAccount, VenueUrls
from batactors.testing.venue.market import Pair
from batactors.testing.venue.venue import SimulatedVenue

Urls = VenueUrls | BinanceUrls | KrakenFuturesUrls | BybitUrls


@frozen
class Offer:
    """A venue to serve, what is traded there, and what its client needs besides the addresses."""

    venue: SimulatedVenue
    pairs: Sequence[Pair]
    keys: dict[str, str]


def _kraken_spot(seed: int) -> Offer:
    account = VenueAccount.demo()
    keys = {"api_key": account.api_key, "api_secret": account.api_secret}
    return Offer(KrakenSpotVenue(accounts=[account], seed=seed), DEFAULT_PAIRS, keys)


def _binance(seed: int) -> Offer:
    account = BinanceAccount.demo()
    keys = {"api_key": account.api_key, "api_secret": account.api_secret, "ed25519_key": account.ed25519_key}
    # Without the lines of PEM, so that each fact is a line.
    keys["ed25519_secret"] = "".join(account.ed25519_secret.splitlines()[1:-1])
    return Offer(BinanceVenue(accounts=[account], seed=seed), DEFAULT_SYMBOLS, keys)


def _kraken_futures(seed: int) -> Offer:
    account = FuturesAccount.demo()
    keys = {"api_key": account.api_key, "api_secret": account.api_secret}
    keys |= {"spot_key": account.spot_key, "spot_secret": account.spot_secret}
    return Offer(KrakenFuturesVenue(accounts=[account], seed=seed), DEFAULT_CONTRACTS, keys)


def _bybit(seed: int) -> Offer:
    account = BybitAccount.demo()
    keys = {"api_key": account.api_key, "api_secret": account.api_secret}
    return Offer(BybitVenue(accounts=[account], seed=seed), DEFAULT_LINEAR, keys)


VENUES = {
    "kraken-spot": _kraken_spot,
    "kraken-futures": _kraken_futures,
    "binance": _binance,
    "bybit": _bybit,
}
HIDDEN = "127.0.0.1"  # where the venue is when TLS stands in front of it

Port = Annotated[int, Parameter(validator=Number(gte=0, lte=65_535))]
Seconds = Annotated[float, Parameter(validator=Number(gt=0, lte=86_400))]

venue = App(name="venue", help="Simulated venues.")


@venue.command
async def serve(
    name: str,
    /,
    *,
    port: Port = 0,
    host: str = "127.0.0.1",
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    tls: Annotated[bool, Parameter(negative="")] = False,
    market: bool = True,
    every: Seconds = 0.5,
    seed: int = 0,
) -> None:
    """Serve a simulated venue until Ctrl-C or SIGTERM. It prints its addresses and the key of its demo account.

    Args:
        name: The venue: binance, bybit, kraken-futures or kraken-spot.
        port: Where to listen; 0 is any port that is free.
        host: The address to listen on.
        as_json: Print one JSON object, on the first line.
        tls: Serve https and wss, under a certificate made for this run. Needs batactors[test].
        market: Let the prices move by themselves. Else they stand still.
        every: Seconds between two moves of the market.
        seed: One seed gives one market.
    """
    if name not in VENUES:
        raise ConfigError(
            f"there is no simulated venue {name!r}{suggestion(name, VENUES) or '.'} There is {listed(sorted(VENUES))}"
        )
    offer = VENUES[name](seed)
    walk = Walk(offer.venue, offer.pairs, SeededChance(seed).generator("market"))
    with TemporaryDirectory(prefix="batactors-") as folder:
        certificate = make_certificate(host, Path(folder)) if tls else None
        async with trio.open_nursery() as nursery:
            with trio.open_signal_receiver(signal.SIGTERM) as signals:
                urls = await _open(nursery, offer.venue, host, port, certificate)
                facts = {"venue": name, **asdict(urls), **offer.keys}
                if certificate is not None:
                    facts["authority"] = str(certificate.authority)
                _tell(facts, as_json=as_json)
                if market:
                    nursery.start_soon(walk.run, every)
                async for _ in signals:
                    nursery.cancel_scope.cancel()


async def _open(
    nursery: trio.Nursery, served: SimulatedVenue, host: str, port: int, certificate: Certificate | None
) -> Urls:
    """Have the venue listen here, behind TLS if there is a certificate."""
    try:
        urls: Urls = await nursery.start(served.serve, *((HIDDEN, 0) if certificate else (host, port)))
        if certificate is None:
            return urls
        inner = (HIDDEN, urlsplit(urls.rest).port or 0)
        return _secured(urls, host, await nursery.start(serve_tls, host, port, inner, certificate.context))
    except OSError as error:
        raise ConfigError(_why_not(error, host, port)) from error


def _secured(urls: Urls, host: str, port: int) -> Urls:
    """The same addresses, by TLS and at the outer port."""
    shown = f"[{host}]" if ":" in host else host
    outer = {
        field: urlsplit(address)._replace(scheme=f"{urlsplit(address).scheme}s", netloc=f"{shown}:{port}").geturl()
        for field, address in asdict(urls).items()
    }
    return evolve(urls, **outer)


def _why_not(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} on {host} is in use: give another with --port, or 0 for any that is free"
        case errno.EACCES:
            return f"port {port} on {host} is not for us: give one above 1023 with --port, or 0 for any that is free"
        case _:
            return f"cannot listen on port {port} of {host}: {error.strerror or error}"


def _tell(facts: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(facts), flush=True)
        return
    console = Console(highlight=False, soft_wrap=True)
    width = max(map(len, facts))
    for name, value in facts.items():
        console.print(Text.assemble((f"{name:<{width}}  ", "bold"), value))
    console.print("Serving until Ctrl-C.")
    console.file.flush()
