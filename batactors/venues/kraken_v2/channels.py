"""The rows of the ``balances`` and ``status`` channels, as facts."""

from collections.abc import Collection, Iterator

from msgspec import Raw

from batactors.model.facts import BalanceFact, Fact, IgnoredFact, VenueStatusFact
from batactors.venues.kraken_v2.quarantine import each, number
from batactors.venues.kraken_v2.rows import BALANCE, BALANCES, STATUS, STATUSES, BalanceRow, StatusRow
from batactors.venues.kraken_v2.times import from_text
from batactors.venues.kraken_v2.words import SHUT


def read_balances(data: Raw, wallets: Collection[str | None]) -> list[Fact]:
    """Totals, from the snapshot or from ledger entries (section 10)."""
    return each(data, BALANCES, BALANCE, lambda row: _balance(row, wallets))


def read_status(data: Raw) -> list[Fact]:
    """The venue's word on itself (section 7)."""
    return each(data, STATUSES, STATUS, _status)


def _balance(row: BalanceRow, wallets: Collection[str | None]) -> Iterator[Fact]:
    number(row.balance, "balance")
    if row.wallet_type in wallets:
        yield BalanceFact(asset=row.asset, total=row.balance, occurred_at=from_text(row.timestamp))
    else:
        # Whether its balance is this wallet's or the asset's is not written, and orders do not use it.
        yield IgnoredFact(what=f"balances entry of the wallet {row.wallet_type}")


def _status(row: StatusRow) -> Iterator[Fact]:
    yield VenueStatusFact(word=row.system, accepts_orders=row.system not in SHUT)
