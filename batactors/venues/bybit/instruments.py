"""instruments-info: what can be traded (section 4)."""

from collections.abc import Iterator
from decimal import Decimal

from attrs import frozen
from msgspec.json import Decoder

from batactors.model.facts import Fact, InstrumentFact
from batactors.model.ids import Asset, InstrumentId
from batactors.model.instruments import Instrument, InstrumentStatus, QuantityLimits
from batactors.venues.bybit.rows import count, positive
from batactors.venues.bybit.times import from_ms
from batactors.venues.bybit.words import INSTRUMENT_STATUS
from batactors.venues.reading import Unsound

OPEN_ORDERS = 500  # of a symbol (section 3)


@frozen(slots=False)
class PriceFilter:
    """What a price may be."""

    tickSize: str
    minPrice: str | None = None
    maxPrice: str | None = None


@frozen(slots=False)
class LotFilter:
    """What a quantity may be."""

    qtyStep: str
    minOrderQty: str | None = None
    maxOrderQty: str | None = None
    maxMktOrderQty: str | None = None
    minNotionalValue: str | None = None


@frozen(slots=False)
class SymbolRow:
    """A symbol. The names of its coins are those of the public documentation."""

    symbol: str
    baseCoin: str
    quoteCoin: str
    settleCoin: str
    priceFilter: PriceFilter
    lotSizeFilter: LotFilter
    status: str | None = None
    contractType: str | None = None
    deliveryTime: int | str | None = None
    priceScale: int | str | None = None


SYMBOL, SYMBOLS = Decoder(SymbolRow), Decoder(list[SymbolRow])


def read_instrument(row: SymbolRow) -> Iterator[Fact]:
    """An instrument."""
    price, lot = row.priceFilter, row.lotSizeFilter
    step = _increment(lot.qtyStep, "qtyStep")
    minimum = count(lot.minOrderQty, "minOrderQty") or Decimal(0)
    most_at_market = positive(lot.maxMktOrderQty, "maxMktOrderQty")
    market = None if most_at_market is None else QuantityLimits(step=step, minimum=minimum, maximum=most_at_market)
    instrument = Instrument(
        id=instrument_id(row),
        base=Asset(row.baseCoin),
        quote=Asset(row.quoteCoin),
        settle=Asset(row.settleCoin),
        tick=_increment(price.tickSize, "tickSize"),
        step=step,
        minimum_quantity=minimum,
        maximum_quantity=positive(lot.maxOrderQty, "maxOrderQty"),
        market=market,
        minimum_price=positive(price.minPrice, "minPrice"),
        maximum_price=positive(price.maxPrice, "maxPrice"),
        minimum_cost=count(lot.minNotionalValue, "minNotionalValue") or Decimal(0),
        price_digits=_digits(row.priceScale),
        maximum_open_orders=OPEN_ORDERS,
        status=INSTRUMENT_STATUS.get(row.status, InstrumentStatus.UNKNOWN),
        aliases=(row.symbol,),
    )
    yield InstrumentFact(instrument=instrument)


def instrument_id(row: SymbolRow) -> InstrumentId:
    """``BTC/USDT:USDT``; with the day of delivery behind it, if there is one: ``BTC/USDT:USDT-260327``."""
    delivery = from_ms(row.deliveryTime) if row.contractType == "LinearFutures" else None
    day = "" if delivery is None else f"-{delivery:%y%m%d}"
    return InstrumentId(f"{row.baseCoin}/{row.quoteCoin}:{row.settleCoin}{day}")


def _increment(text: str, name: str) -> Decimal:
    value = count(text, name)
    if not value:
        raise Unsound(f"{name} is {text[:20]!r}: nothing can be rounded to it")
    return value


def _digits(scale: int | str | None) -> int | None:
    text = str(scale)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None
