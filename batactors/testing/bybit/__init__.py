"""A simulated Bybit (linear contracts, v5) that speaks the venue's wire protocol on a real (or simulated) socket."""

from batactors.testing.bybit.accounts import BybitAccount
from batactors.testing.bybit.habits import Habits
from batactors.testing.bybit.market import DEFAULT_CONTRACTS, Contract
from batactors.testing.bybit.venue import BybitUrls, BybitVenue

__all__ = ["DEFAULT_CONTRACTS", "BybitAccount", "BybitUrls", "BybitVenue", "Contract", "Habits"]
