"""Pairs, from REST's AssetPairs and from the public ``instrument`` channel (sections 5 and 11)."""

from decimal import Decimal

from attrs import frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.facts import Fact, InstrumentFact
from batactors.model.ids import Asset, InstrumentId
from batactors.model.instruments import Instrument, InstrumentStatus
from batactors.venues.kraken_v2.assets import symbol_of
from batactors.venues.kraken_v2.quarantine import UNREADABLE, Unsound, alone, aside, each, quantity, text_of
from batactors.venues.kraken_v2.words import INSTRUMENT_STATUS

_MOST_DECIMALS = 30


@frozen
class PairRow:
    """A pair of AssetPairs; its key is the pair's first name."""

    altname: str
    wsname: str
    pair_decimals: int
    lot_decimals: int
    tick_size: Decimal | None = None
    ordermin: Decimal | None = None
    costmin: Decimal | None = None
    status: str | None = None


@frozen
class SymbolRow:
    """A pair of the ``instrument`` channel."""

    symbol: InstrumentId
    base: Asset
    quote: Asset
    price_increment: Decimal
    qty_increment: Decimal
    qty_min: Decimal | None = None
    cost_min: Decimal | None = None
    status: str | None = None


@frozen
class ChannelData:
    """The data of the ``instrument`` channel: an object, unlike the other channels'."""

    pairs: Raw


_PAIR = Decoder(PairRow)
_SYMBOL, _SYMBOLS = Decoder(SymbolRow), Decoder(list[SymbolRow])
_CHANNEL = Decoder(ChannelData)


def read_pair(key: str, raw: Raw) -> list[Fact]:
    """One entry of AssetPairs."""
    return alone(raw, _PAIR, lambda row: [InstrumentFact(instrument=_of_pair(key, row))])


def read_channel(data: Raw) -> list[Fact]:
    """The pairs of a frame of the ``instrument`` channel."""
    try:
        pairs = _CHANNEL.decode(data).pairs
    except UNREADABLE as error:
        return [aside(text_of(data), str(error))]
    return each(pairs, _SYMBOLS, _SYMBOL, lambda row: [InstrumentFact(instrument=_of_symbol(row))])


def _of_pair(key: str, row: PairRow) -> Instrument:
    pair = symbol_of(row.wsname)
    base, slash, quote = pair.partition("/")
    if not (base and slash and quote):
        raise Unsound(f"wsname is {row.wsname}")
    aliases = tuple(dict.fromkeys([key, row.altname, row.wsname]))
    return Instrument(
        id=pair,
        base=Asset(base),
        quote=Asset(quote),
        tick=_increment(row.tick_size or _ten_to_minus(row.pair_decimals)),
        step=_increment(_ten_to_minus(row.lot_decimals)),
        minimum_quantity=quantity(row.ordermin, "ordermin") or Decimal(0),
        minimum_cost=quantity(row.costmin, "costmin") or Decimal(0),
        status=_status(row.status),
        aliases=aliases,
    )


def _of_symbol(row: SymbolRow) -> Instrument:
    return Instrument(
        id=row.symbol,
        base=row.base,
        quote=row.quote,
        tick=_increment(row.price_increment),
        step=_increment(row.qty_increment),
        minimum_quantity=quantity(row.qty_min, "qty_min") or Decimal(0),
        minimum_cost=quantity(row.cost_min, "cost_min") or Decimal(0),
        status=_status(row.status),
    )


def _status(word: str | None) -> InstrumentStatus:
    return INSTRUMENT_STATUS.get(word, InstrumentStatus.UNKNOWN)


def _ten_to_minus(decimals: int) -> Decimal:
    if not 0 <= decimals <= _MOST_DECIMALS:
        raise Unsound(f"{decimals} decimals")
    return Decimal(1).scaleb(-decimals)


def _increment(value: Decimal) -> Decimal:
    if not quantity(value, "increment"):
        raise Unsound(f"an increment of {value}")
    return value
