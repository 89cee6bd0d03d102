"""The channels ``positions`` and ``margin``, which Spot does not have (documented for derivatives), as facts.

Their fields are documented in part. Of those that are not, every likely name is read: the instrument may be called
``symbol``, ``instrument`` or ``product_id``, and a short position may be a negative ``size`` or bear a ``side``.
"""

from decimal import Decimal

from attrs import field, frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.account_facts import MarginFact, PositionFact
from batactors.model.facts import Fact, IgnoredFact
from batactors.model.ids import InstrumentId
from batactors.model.positions import PositionSide
from batactors.venues.kraken_unified.names import UnifiedNames
from batactors.venues.kraken_v2.quarantine import UNREADABLE, Unsound, alone, each, number, text_of, whole_frame
from batactors.venues.kraken_v2.rows import NOTHING, Frame
from batactors.venues.kraken_v2.times import from_text

_SHORT = ("short", "sell")


@frozen(slots=False)
class PositionRow:
    """One position; of an update, one that changed. One that was closed has a ``size`` of 0."""

    size: Decimal
    symbol: str | None = None
    instrument: str | None = None
    product_id: str | None = None
    side: str | None = None
    entry_price: Decimal | None = None
    mark_price: Decimal | None = None
    liquidation_price: Decimal | None = None
    liquidation_threshold: Decimal | None = None
    pnl: Decimal | None = None


@frozen(slots=False)
class PositionsData:
    """The data of ``positions``: an object. There are no options of ours."""

    futures: Raw = field(default=NOTHING, repr=False)
    time: str | None = None
    error: str | None = None


@frozen(slots=False)
class MarginRow:
    """The sums of the multi-collateral wallet, under the names that WebSocket v1 has for them (section 8.3)."""

    balance_value: Decimal | None = None
    pnl: Decimal | None = None
    total_unrealized: Decimal | None = None
    initial_margin: Decimal | None = None
    maintenance_margin: Decimal | None = None
    available_margin: Decimal | None = None


_DATA, _MARGIN = Decoder(PositionsData), Decoder(MarginRow)
_ROW, _ROWS = Decoder(PositionRow), Decoder(list[PositionRow])


class Holdings:
    """What was told of positions, over all sessions: a snapshot leaves out what was closed since the last one."""

    def __init__(self, names: UnifiedNames) -> None:
        self._names = names
        self._held: dict[InstrumentId, None] = {}

    def read(self, frame: Frame) -> list[Fact]:
        """A frame of ``positions``."""
        try:
            data = _DATA.decode(frame.data)
        except UNREADABLE as error:
            return whole_frame(text_of(frame.data), str(error))
        refused = frame.error or data.error
        if refused or data.futures is NOTHING:
            return whole_frame(text_of(frame.data), f"positions that could not be told: {refused or 'no futures'}")
        facts = each(data.futures, _ROWS, _ROW, lambda row: [self._position(row, data.time)])
        told = {fact.instrument: None for fact in facts if isinstance(fact, PositionFact)}
        gone: list[InstrumentId] = []
        if frame.type == "snapshot" and len(told) == len(facts):
            gone = [instrument for instrument in self._held if instrument not in told]
            self._held.clear()
        self._held.update(told)
        return [*facts, *(_flat(instrument) for instrument in gone)]

    def _position(self, row: PositionRow, time: str | None) -> Fact:
        size = number(row.size, "size")
        instrument = self._names.on_stream(row.symbol or row.instrument or row.product_id)
        if size is None or instrument is None:
            raise Unsound("a position of no contract")
        return PositionFact(
            instrument=instrument,
            position_side=PositionSide.NET,
            quantity=-abs(size) if row.side in _SHORT else size,
            entry_price=_positive(row.entry_price, "entry_price"),
            mark_price=_positive(row.mark_price, "mark_price"),
            liquidation_price=_positive(row.liquidation_price or row.liquidation_threshold, "liquidation_price"),
            unrealized=number(row.pnl, "pnl"),
            occurred_at=from_text(time),
        )


def read_margin(frame: Frame) -> list[Fact]:
    """A frame of ``margin``: all of one kind of wallet. Linear contracts use the multi-collateral one."""
    if frame.type != "multi_collateral":
        return [IgnoredFact(what=f"margin of {frame.type}")]
    return alone(frame.data, _MARGIN, lambda row: [_margin(row)])


def _margin(row: MarginRow) -> Fact:
    if number(row.balance_value, "balance_value") is None or row.balance_value is None:
        return IgnoredFact(what="margin without balance_value")
    return MarginFact(
        wallet=row.balance_value,
        unrealized=number(row.pnl if row.pnl is not None else row.total_unrealized, "pnl"),
        available=number(row.available_margin, "available_margin"),
        initial=number(row.initial_margin, "initial_margin"),
        maintenance=number(row.maintenance_margin, "maintenance_margin"),
    )


def _positive(value: Decimal | None, name: str) -> Decimal | None:
    return number(value, name) or None


def _flat(instrument: InstrumentId) -> PositionFact:
    return PositionFact(instrument=instrument, position_side=PositionSide.NET, quantity=Decimal(0))
