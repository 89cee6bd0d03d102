"""exchangeInfo: instruments and limits (section 3)."""

from collections.abc import Iterator
from decimal import Decimal

from attrs import field, frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.account_facts import LimitFact
from batactors.model.facts import Fact, InstrumentFact
from batactors.model.ids import Asset
from batactors.model.instruments import Instrument, InstrumentStatus, QuantityLimits
from batactors.venues.binance.names import instrument_id
from batactors.venues.binance.order_rows import positive
from batactors.venues.binance.quarantine import each
from batactors.venues.binance.rows import NOTHING
from batactors.venues.binance.usage import LimitRow, read_limit
from batactors.venues.binance.words import INSTRUMENT_STATUS
from batactors.venues.reading import Unsound, quantity


@frozen(slots=False)
class SymbolRow:
    """A symbol. Its precisions are of what is shown: they are neither tick nor step."""

    symbol: str
    baseAsset: str
    quoteAsset: str
    marginAsset: str
    filters: list[Raw]
    status: str | None = None
    pricePrecision: int | None = None
    quantityPrecision: int | None = None


@frozen(slots=False)
class FilterRow:
    """Any filter: each kind has some of the fields. One of a kind that we do not know may have anything in them."""

    filterType: str
    minPrice: Decimal | None = None
    maxPrice: Decimal | None = None
    tickSize: Decimal | None = None
    minQty: Decimal | None = None
    maxQty: Decimal | None = None
    stepSize: Decimal | None = None
    limit: int | None = None
    notional: Decimal | None = None
    multiplierUp: Decimal | None = None
    multiplierDown: Decimal | None = None


@frozen(slots=False)
class KindRow:
    """A filter, of which only the kind is wanted."""

    filterType: str


@frozen(slots=False)
class ExchangeInfo:
    """What can be traded, and how often."""

    symbols: Raw
    rateLimits: Raw = field(default=NOTHING, repr=False)


EXCHANGE_INFO = Decoder(ExchangeInfo)
_LIMIT, _LIMITS = Decoder(LimitRow), Decoder(list[LimitRow])
_SYMBOL, _SYMBOLS = Decoder(SymbolRow), Decoder(list[SymbolRow])
_FILTER, _KIND = Decoder(FilterRow), Decoder(KindRow)
KINDS = ("PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE", "MAX_NUM_ORDERS", "MIN_NOTIONAL", "PERCENT_PRICE")
_NO_FILTER = FilterRow("")


def read_exchange_info(info: ExchangeInfo) -> list[Fact]:
    """An instrument per symbol, and the limits; what cannot be read is set aside alone."""
    limits = [] if info.rateLimits is NOTHING else read_limits(info.rateLimits)
    return limits + each(info.symbols, _SYMBOLS, _SYMBOL, _symbol)


def read_limits(rows: Raw) -> list[Fact]:
    """A list of limits, here or as the call for the account's order limits tells it."""
    return each(rows, _LIMITS, _LIMIT, _limit)


def _limit(row: LimitRow) -> Iterator[Fact]:
    limit = read_limit(row)
    if limit is not None:
        yield LimitFact(limit=limit)


def _symbol(row: SymbolRow) -> Iterator[Fact]:
    yield InstrumentFact(instrument=_instrument(row, {kind.filterType: kind for kind in _filters(row.filters)}))


def _filters(filters: list[Raw]) -> Iterator[FilterRow]:
    for raw in filters:
        if _KIND.decode(raw).filterType in KINDS:
            yield _FILTER.decode(raw)


def _instrument(row: SymbolRow, filters: dict[str, FilterRow]) -> Instrument:
    price, lot, market = (filters.get(kind, _NO_FILTER) for kind in ("PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE"))
    band = filters.get("PERCENT_PRICE", _NO_FILTER)
    return Instrument(
        id=instrument_id(row.symbol, row.baseAsset, row.quoteAsset, row.marginAsset),
        base=Asset(row.baseAsset),
        quote=Asset(row.quoteAsset),
        settle=Asset(row.marginAsset),
        tick=_increment(price.tickSize, "tickSize"),
        step=_increment(lot.stepSize, "stepSize"),
        minimum_quantity=quantity(lot.minQty, "minQty") or Decimal(0),
        maximum_quantity=positive(lot.maxQty, "maxQty"),
        market=_market(market),
        minimum_price=positive(price.minPrice, "minPrice"),
        maximum_price=positive(price.maxPrice, "maxPrice"),
        price_band=_band(band.multiplierDown, band.multiplierUp),
        minimum_cost=quantity(filters.get("MIN_NOTIONAL", _NO_FILTER).notional, "notional") or Decimal(0),
        price_digits=row.pricePrecision,
        quantity_digits=row.quantityPrecision,
        maximum_open_orders=filters.get("MAX_NUM_ORDERS", _NO_FILTER).limit,
        status=INSTRUMENT_STATUS.get(row.status, InstrumentStatus.UNKNOWN),
        aliases=(row.symbol,),
    )


def _market(row: FilterRow) -> QuantityLimits | None:
    if row.stepSize is None:
        return None
    return QuantityLimits(
        step=_increment(row.stepSize, "stepSize"),
        minimum=quantity(row.minQty, "minQty") or Decimal(0),
        maximum=positive(row.maxQty, "maxQty"),
    )


def _band(down: Decimal | None, up: Decimal | None) -> tuple[Decimal, Decimal] | None:
    if down is None or up is None:
        return None
    quantity(down, "multiplierDown")
    quantity(up, "multiplierUp")
    return (down, up)


def _increment(value: Decimal | None, name: str) -> Decimal:
    if value is None or not quantity(value, name):
        raise Unsound(f"{name} is {value}: nothing can be rounded to it")
    return value
