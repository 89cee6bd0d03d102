"""A simulated Binance USD-M that speaks the venue's wire protocol on a real (or simulated) socket."""

from batactors.testing.binance.accounts import BinanceAccount
from batactors.testing.binance.habits import Habits
from batactors.testing.binance.market import DEFAULT_SYMBOLS, Symbol
from batactors.testing.binance.venue import BinanceUrls, BinanceVenue

__all__ = ["DEFAULT_SYMBOLS", "BinanceAccount", "BinanceUrls", "BinanceVenue", "Habits", "Symbol"]
