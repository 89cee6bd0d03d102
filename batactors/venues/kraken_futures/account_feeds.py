"""The feeds ``balances`` and ``open_positions`` (section 8.3), as facts."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Raw

from batactors.model.account_facts import PositionFact
from batactors.model.facts import BalanceFact, Fact
from batactors.model.ids import InstrumentId
from batactors.model.positions import PositionSide
from batactors.venues.kraken_futures.envelope import NOTHING
from batactors.venues.kraken_futures.feed_rows import FLEX, POSITION, POSITIONS, CurrencyRow, Flex, PositionRow
from batactors.venues.kraken_futures.feeds import positive
from batactors.venues.kraken_futures.names import Names, asset
from batactors.venues.kraken_futures.quarantine import alone, each
from batactors.venues.reading import number


def read_balances(flex: Raw) -> list[Fact]:
    """The multi-collateral wallet, if it is in the frame.

    The single-collateral and the cash wallets have the same assets again, and orders in linear contracts use neither.
    """
    return [] if flex is NOTHING else alone(flex, FLEX, currencies)


def currencies(flex: Flex) -> Iterator[Fact]:
    """Each currency whose quantity is told."""
    for name in sorted(flex.currencies):
        fact = _currency(name, flex.currencies[name])
        if fact is not None:
            yield fact


def _currency(name: str, row: CurrencyRow) -> BalanceFact | None:
    if row.quantity is None:
        return None
    number(row.quantity, "quantity")
    return BalanceFact(asset=asset(name), total=row.quantity, available=number(row.available, "available"))


class OpenPositions:
    """The instruments in which the session has told a position: the list is told whole, and leaves out what is flat."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._held: dict[InstrumentId, None] = {}

    def read(self, rows: Raw) -> list[Fact]:
        """One frame; where a row cannot be read, nothing is taken to be flat."""
        facts = each(rows, POSITIONS, POSITION, lambda row: [self._position(row)])
        told = {fact.instrument: None for fact in facts if isinstance(fact, PositionFact)}
        if len(told) < len(facts):
            self._held.update(told)
            return facts
        gone = [instrument for instrument in self._held if instrument not in told]
        self._held = told
        flat = [
            PositionFact(instrument=instrument, position_side=PositionSide.NET, quantity=Decimal(0))
            for instrument in gone
        ]
        return [*facts, *flat]

    def _position(self, row: PositionRow) -> Fact:
        number(row.balance, "balance")
        return PositionFact(
            instrument=self._names.of(row.instrument),
            position_side=PositionSide.NET,
            quantity=row.balance,
            entry_price=positive(row.entry_price, "entry_price"),
            mark_price=positive(row.mark_price, "mark_price"),
            liquidation_price=positive(row.liquidation_threshold, "liquidation_threshold"),
            unrealized=number(row.pnl, "pnl"),
        )
