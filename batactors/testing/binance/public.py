"""What anybody may ask: the time, what is traded by which rules, and the top of the synthetic market."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from batactors.testing.binance.calls import Call
from batactors.testing.binance.market import Markets, Symbol
from batactors.testing.binance.rates import LIMITS
from batactors.testing.binance.refusals import Refused
from batactors.testing.binance.road import Handler
from batactors.testing.binance.terms import symbol_in
from batactors.testing.binance.wire import levels, ms, price, shown
from batactors.testing.venue.text import Json, plain

ONBOARD = 1_569_398_400_000
DELIVERY = 4_133_404_800_000
ORDER_TYPES = ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"]
TIMES = ["GTC", "IOC", "FOK", "GTX", "GTD"]


class Public:
    """The handlers of public reads, by the bench's word."""

    def __init__(self, *, markets: Markets, now: Callable[[], datetime]) -> None:
        self._markets = markets
        self._now = now
        self.handlers: dict[str, Handler] = {
            "ping": lambda call: {},
            "time": lambda call: {"serverTime": ms(now())},
            "exchangeInfo": lambda call: self._exchange_info(),
            "ticker.price": lambda call: self._each(call, self._price),
            "ticker.book": lambda call: self._each(call, self._book),
            "premiumIndex": lambda call: self._each(call, self._mark),
            "depth": self._depth,
        }

    def _exchange_info(self) -> Json:
        return {
            "timezone": "UTC",
            "serverTime": ms(self._now()),
            "futuresType": "U_MARGINED",
            "rateLimits": list(LIMITS),
            "exchangeFilters": [],
            "assets": [{"asset": "USDT", "marginAvailable": True, "autoAssetExchange": "-10000"}],
            "symbols": [symbol_row(symbol) for symbol in self._markets],
        }

    def _each(self, call: Call, row: Callable[[Symbol], Json]) -> object:
        if call.arguments.text("symbol"):
            return row(symbol_in(call.arguments, self._markets))
        return [row(symbol) for symbol in self._markets]

    def _price(self, symbol: Symbol) -> Json:
        last = self._markets.quote(symbol).last
        return {"symbol": symbol.symbol, "price": price(symbol, last), "time": ms(self._now())}

    def _book(self, symbol: Symbol) -> Json:
        quote = self._markets.quote(symbol)
        return {
            "symbol": symbol.symbol,
            "bidPrice": price(symbol, quote.bid),
            "bidQty": shown(symbol, quote.bid_quantity),
            "askPrice": price(symbol, quote.ask),
            "askQty": shown(symbol, quote.ask_quantity),
            "time": ms(self._now()),
        }

    def _mark(self, symbol: Symbol) -> Json:
        mark = price(symbol, self._markets.mark(symbol))
        return {
            "symbol": symbol.symbol,
            "markPrice": mark,
            "indexPrice": mark,
            "estimatedSettlePrice": mark,
            "lastFundingRate": "0.00010000",
            "interestRate": "0.00010000",
            "nextFundingTime": 0,
            "time": ms(self._now()),
        }

    def _depth(self, call: Call) -> Json:
        symbol = symbol_in(call.arguments, self._markets)
        quote, now = self._markets.quote(symbol), ms(self._now())
        limit = call.arguments.integer("limit")
        if limit is not None and limit not in (5, 10, 20, 50, 100, 500, 1000):
            raise Refused(-4021, "Depth limit is not valid.")
        bids, asks = levels(symbol, quote.bid, quote.bid_quantity), levels(symbol, quote.ask, quote.ask_quantity)
        return {"lastUpdateId": self._markets.last_update(symbol), "E": now, "T": now, "bids": bids, "asks": asks}


def symbol_row(symbol: Symbol) -> Json:
    """One symbol of exchangeInfo. The precisions are of what is shown, and are neither tick nor step."""
    step = plain(symbol.step)
    return {
        "symbol": symbol.symbol,
        "pair": symbol.symbol,
        "contractType": "PERPETUAL",
        "deliveryDate": DELIVERY,
        "onboardDate": ONBOARD,
        "status": symbol.status,
        "baseAsset": symbol.base.name,
        "quoteAsset": symbol.quote.name,
        "marginAsset": symbol.quote.name,
        "pricePrecision": symbol.price_precision,
        "quantityPrecision": symbol.quantity_precision,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "underlyingType": "COIN",
        "underlyingSubType": [],
        "triggerProtect": "0.0500",
        "liquidationFee": "0.012500",
        "marketTakeBound": "0.05",
        "orderTypes": ORDER_TYPES,
        "timeInForce": TIMES,
        "filters": [
            {
                "filterType": "PRICE_FILTER",
                "minPrice": plain(symbol.price_min),
                "maxPrice": plain(symbol.price_max),
                "tickSize": plain(symbol.tick_size),
            },
            _lots("LOT_SIZE", symbol, symbol.quantity_max, step),
            _lots("MARKET_LOT_SIZE", symbol, symbol.market_quantity_max, step),
            {"filterType": "MAX_NUM_ORDERS", "limit": symbol.orders_max},
            {"filterType": "MIN_NOTIONAL", "notional": plain(symbol.notional_min)},
            {
                "filterType": "PERCENT_PRICE",
                "multiplierUp": plain(symbol.multiplier_up, 4),
                "multiplierDown": plain(symbol.multiplier_down, 4),
                "multiplierDecimal": "4",
            },
        ],
    }


def _lots(kind: str, symbol: Symbol, most: Decimal, step: str) -> Json:
    return {"filterType": kind, "minQty": plain(symbol.quantity_min), "maxQty": plain(most), "stepSize": step}
