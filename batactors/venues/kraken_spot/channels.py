"""The rows of the ``balances`` and ``status`` channels, as facts."""

from collections.abc import Iterator

from msgspec import Raw

from batactors.model.facts import BalanceFact, Fact, IgnoredFact, VenueStatusFact
from batactors.venues.kraken_spot.quarantine import each, number
from batactors.venues.kraken_spot.rows import BALANCE, BALANCES, STATUS, STATUSES, BalanceRow, StatusRow
from batactors.venues.kraken_spot.times import from_text
from batactors.venues.kraken_spot.words import SHUT


def read_balances(data: Raw) -> list[Fact]:
    """Totals, from the snapshot or from ledger entries (section 10)."""
    return each(data, BALANCES, BALANCE, _balance)


def read_status(data: Raw) -> list[Fact]:
    """The venue's word on itself (section 7)."""
    return each(data, STATUSES, STATUS, _status)


def _balance(row: BalanceRow) -> Iterator[Fact]:
    number(row.balance, "balance")
    if row.wallet_type in (None, "spot"):
        yield BalanceFact(asset=row.asset, total=row.balance, occurred_at=from_text(row.timestamp))
    else:
        # Whether its balance is this wallet's or the asset's is not written, and orders use the spot wallet.
        yield IgnoredFact(what=f"balances entry of the wallet {row.wallet_type}")


def _status(row: StatusRow) -> Iterator[Fact]:
    yield VenueStatusFact(word=row.system, accepts_orders=row.system not in SHUT)
