"""``instruments``: what can be traded (section 5)."""

from collections.abc import Iterator
from decimal import Decimal

from attrs import frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.facts import Fact, InstrumentFact
from batactors.model.ids import Asset
from batactors.model.instruments import Instrument, InstrumentStatus
from batactors.venues.kraken_futures.names import INVERSE, asset, instrument_id
from batactors.venues.kraken_futures.quarantine import each
from batactors.venues.reading import Unsound, quantity

_DECIMALS = 30  # more of them no quantity has
_LINEAR = "flexible_futures"
_INVERSE = "futures_inverse"


@frozen(slots=False)
class InstrumentRow:
    """An instrument. ``contractValueTradePrecision`` may be negative: lots of ten, a hundred, ..."""

    symbol: str
    type: str
    tickSize: Decimal | None = None
    tradeable: bool | None = None
    contractValueTradePrecision: int | None = None
    postOnly: bool = False
    isExpired: bool = False
    base: str | None = None
    quote: str | None = None


@frozen(slots=False)
class InstrumentsBody:
    """The answer."""

    instruments: Raw


INSTRUMENTS = Decoder(InstrumentsBody)
_ROW, _ROWS = Decoder(InstrumentRow), Decoder(list[InstrumentRow])


def read_instruments(rows: Raw) -> list[Fact]:
    """The futures among them; indices and reference rates are no instruments of ours."""
    return each(rows, _ROWS, _ROW, _instrument)


def _instrument(row: InstrumentRow) -> Iterator[Fact]:
    if row.type not in (_LINEAR, _INVERSE):
        return
    base, quote = _assets(row)
    tick, digits = quantity(row.tickSize, "tickSize"), row.contractValueTradePrecision or 0
    if not tick:
        raise Unsound(f"tickSize is {row.tickSize}: nothing can be rounded to it")
    if not -_DECIMALS < digits < _DECIMALS:
        raise Unsound(f"contractValueTradePrecision is {digits}")
    step = Decimal(1).scaleb(-digits)
    yield InstrumentFact(
        instrument=Instrument(
            id=instrument_id(row.symbol, base, quote),
            base=base,
            quote=quote,
            settle=base if _kind(row) in INVERSE else quote,
            tick=tick,
            step=step,
            minimum_quantity=step,
            status=_status(row),
            aliases=(row.symbol.upper(),),
        )
    )


def _assets(row: InstrumentRow) -> tuple[Asset, Asset]:
    """Base and quote; older answers leave them to the symbol, in which a dollar is last."""
    if row.base and row.quote:
        return asset(row.base), asset(row.quote)
    pair = row.symbol.upper().split("_")[1:2]
    if not pair or len(pair[0]) < 6:
        raise Unsound(f"{row.symbol} names no base and no quote")
    return asset(pair[0][:-3]), asset(pair[0][-3:])


def _kind(row: InstrumentRow) -> str:
    return row.symbol.upper().partition("_")[0]


def _status(row: InstrumentRow) -> InstrumentStatus:
    if row.isExpired or row.tradeable is False:
        return InstrumentStatus.HALTED
    return InstrumentStatus.POST_ONLY if row.postOnly else InstrumentStatus.ONLINE
