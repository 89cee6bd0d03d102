"""The venues that there are: adding one adds a line here."""

from collections.abc import Callable

from batactors.venues.binance.codec import BinanceUsdm
from batactors.venues.bybit.codec import BybitLinear
from batactors.venues.codec import Codec
from batactors.venues.kraken_futures.codec import KrakenFutures
from batactors.venues.kraken_spot.codec import KrakenSpot

CODECS: dict[str, Callable[..., Codec]] = {
    "kraken-spot": KrakenSpot,
    "kraken-futures": KrakenFutures,
    "binance": BinanceUsdm,
    "bybit": BybitLinear,
}
"""What makes the codec of each venue; the arguments are the venue's own options."""
