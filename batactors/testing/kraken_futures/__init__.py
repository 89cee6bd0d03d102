"""A simulated Kraken Futures that speaks the venue's wire protocols on a real (or simulated) socket."""

from batactors.testing.kraken_futures.accounts import FuturesAccount
from batactors.testing.kraken_futures.habits import Habits
from batactors.testing.kraken_futures.market import DEFAULT_CONTRACTS, Contract
from batactors.testing.kraken_futures.venue import KrakenFuturesUrls, KrakenFuturesVenue

__all__ = ["DEFAULT_CONTRACTS", "Contract", "FuturesAccount", "Habits", "KrakenFuturesUrls", "KrakenFuturesVenue"]
