"""Rows of the public WebSocket channels, from the synthetic market: as much as a trading client looks at."""

import zlib
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from batactors.testing.kraken_v2.wire import Json, number, plain, stamp
from batactors.testing.venue.market import Pair, Quote
from batactors.testing.venue.orders import ZERO, VenueFill

ENDLESS = Decimal(1000)  # what is shown where the synthetic market has no end

Level = tuple[Decimal, Decimal]


def ticker_row(pair: Pair, quote: Quote, now: datetime) -> Json:
    """The top of the book. Volumes and changes are not simulated."""
    price = pair.price_decimals
    row = {
        "bid": number(quote.bid or ZERO, price),
        "bid_qty": number(_shown(quote.bid_quantity), pair.quantity_decimals),
        "ask": number(quote.ask or ZERO, price),
        "ask_qty": number(_shown(quote.ask_quantity), pair.quantity_decimals),
        "last": number(quote.last or ZERO, price),
    }
    unknown = {name: number(ZERO) for name in ("volume", "vwap", "low", "high", "change", "change_pct")}
    return {"symbol": pair.symbol, **row, **unknown, "timestamp": stamp(now)}


def book_row(pair: Pair, before: Quote | None, quote: Quote, now: datetime) -> Json:
    """The book of one level a side, whole, or as the change from the one before; the checksum is of the whole."""
    bids, asks = _levels(quote.bid, quote.bid_quantity), _levels(quote.ask, quote.ask_quantity)
    old_bids = _levels(before.bid, before.bid_quantity) if before is not None else []
    old_asks = _levels(before.ask, before.ask_quantity) if before is not None else []
    return {
        "symbol": pair.symbol,
        "bids": [_level(pair, level) for level in _changes(old_bids, bids)],
        "asks": [_level(pair, level) for level in _changes(old_asks, asks)],
        "checksum": checksum(pair, asks, bids),
        "timestamp": stamp(now),
    }


def trade_row(fill: VenueFill) -> Json:
    """A trade, from the taker's side."""
    side = fill.order.side
    taker = side if fill.liquidity == "t" else ("sell" if side == "buy" else "buy")
    return {
        "symbol": fill.order.pair.symbol,
        "side": taker,
        "price": number(fill.price, fill.order.pair.price_decimals),
        "qty": number(fill.quantity, fill.order.pair.quantity_decimals),
        "ord_type": "limit" if fill.liquidity == "m" else fill.order.terms.order_type,
        "trade_id": fill.trade_id,
        "timestamp": stamp(fill.at),
    }


def checksum(pair: Pair, asks: Sequence[Level], bids: Sequence[Level]) -> int:
    """CRC32 over the top ten of both sides: price and quantity texts without the point and without leading zeros."""
    text = "".join(
        _digits(price, pair.price_decimals) + _digits(quantity, pair.quantity_decimals)
        for side in (asks, bids)
        for price, quantity in side[:10]
    )
    return zlib.crc32(text.encode())


def _digits(value: Decimal, decimals: int) -> str:
    return plain(value, decimals).replace(".", "").lstrip("0")


def _levels(price: Decimal | None, quantity: Decimal | None) -> list[Level]:
    return [] if price is None or quantity == ZERO else [(price, _shown(quantity))]


def _changes(before: Sequence[Level], after: Sequence[Level]) -> list[Level]:
    """New levels first, then deletions with quantity 0."""
    prices = [price for price, _ in after]
    return [level for level in after if level not in before] + [(p, ZERO) for p, _ in before if p not in prices]


def _level(pair: Pair, level: Level) -> Json:
    return {"price": number(level[0], pair.price_decimals), "qty": number(level[1], pair.quantity_decimals)}


def _shown(quantity: Decimal | None) -> Decimal:
    return ENDLESS if quantity is None else quantity
