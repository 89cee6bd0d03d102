"""What anybody may ask: the time, what is traded by which rules, and the top of the synthetic market."""

from collections.abc import Callable
from datetime import datetime

from batactors.testing.bybit.calls import Answered, Call
from batactors.testing.bybit.market import Contract, Markets
from batactors.testing.bybit.pages import page_of
from batactors.testing.bybit.refusals import bad
from batactors.testing.bybit.terms import category_in, contract_in
from batactors.testing.bybit.wire import levels, ms, price, quantity, shown
from batactors.testing.venue.text import Json, plain

LAUNCHED = "1584230400000"


class Public:
    """The handlers of public reads, by the bench's word."""

    def __init__(self, *, markets: Markets, now: Callable[[], datetime]) -> None:
        self._markets = markets
        self._now = now
        self.handlers: dict[str, Callable[[Call], Answered]] = {
            "time": self._time,
            "instruments-info": self._instruments,
            "orderbook": self._book,
            "tickers": self._tickers,
        }

    def _time(self, call: Call) -> Answered:
        del call
        now = ms(self._now())
        return Answered({"timeSecond": str(now // 1_000), "timeNano": f"{now}000000"})

    def _instruments(self, call: Call) -> Answered:
        """By pages: there may be more of them than one has."""
        category = call.arguments.word("category")
        if category not in ("linear", "inverse", "spot", "option"):
            raise bad("params error: category invalid")
        wanted = call.arguments.text("symbol")
        found = [one for one in self._markets if wanted in (None, one.symbol)] if category == "linear" else []
        page = page_of(
            call.arguments, found, lambda one: one.symbol, instrument_row, limit=500, most=1_000, cursor_at_end=False
        )
        return Answered(page | {"category": category})

    def _book(self, call: Call) -> Answered:
        category_in(call.arguments)
        contract, limit = contract_in(call.arguments, self._markets), call.arguments.integer("limit")
        if limit is not None and not 1 <= limit <= 1_000:
            raise bad("params error: limit invalid")
        quote, now, number = self._markets.quote(contract), ms(self._now()), self._markets.last_update(contract)
        bids, asks = levels(contract, quote.bid, quote.bid_quantity), levels(contract, quote.ask, quote.ask_quantity)
        return Answered({"s": contract.symbol, "b": bids, "a": asks, "ts": now, "u": number, "seq": number, "cts": now})

    def _tickers(self, call: Call) -> Answered:
        category_in(call.arguments)
        wanted = call.arguments.text("symbol")
        rows = [ticker_row(one, self._markets) for one in self._markets if wanted in (None, one.symbol)]
        return Answered({"category": "linear", "list": rows})


def ticker_row(contract: Contract, markets: Markets) -> Json:
    """The best prices and the mark of one contract."""
    quote = markets.quote(contract)
    last = price(contract, quote.last)
    return {
        "symbol": contract.symbol,
        "lastPrice": last,
        "markPrice": last,
        "indexPrice": last,
        "bid1Price": price(contract, quote.bid),
        "bid1Size": shown(contract, quote.bid_quantity),
        "ask1Price": price(contract, quote.ask),
        "ask1Size": shown(contract, quote.ask_quantity),
        "openInterest": "1000",
        "fundingRate": "0.0001",
        "nextFundingTime": "0",
        "volume24h": "0",
        "turnover24h": "0",
    }


def instrument_row(contract: Contract) -> Json:
    """One contract with its filters."""
    return {
        "symbol": contract.symbol,
        "contractType": "LinearPerpetual",
        "status": contract.status,
        "baseCoin": contract.base.name,
        "quoteCoin": contract.quote.name,
        "settleCoin": contract.settle,
        "launchTime": LAUNCHED,
        "deliveryTime": "0",
        "deliveryFeeRate": "",
        "priceScale": str(contract.price_decimals),
        "leverageFilter": {
            "minLeverage": "1",
            "maxLeverage": plain(contract.leverage_max, 2),
            "leverageStep": "0.01",
        },
        "priceFilter": {
            "minPrice": plain(contract.price_min),
            "maxPrice": plain(contract.price_max),
            "tickSize": plain(contract.tick_size, contract.price_decimals),
        },
        "lotSizeFilter": {
            "maxOrderQty": quantity(contract, contract.quantity_max),
            "minOrderQty": quantity(contract, contract.quantity_min),
            "qtyStep": quantity(contract, contract.step),
            "postOnlyMaxOrderQty": quantity(contract, contract.quantity_max),
            "maxMktOrderQty": quantity(contract, contract.market_quantity_max),
            "minNotionalValue": plain(contract.notional_min),
        },
        "unifiedMarginTrade": True,
        "fundingInterval": 480,
        "copyTrading": "none",
        "upperFundingRate": "0.00375",
        "lowerFundingRate": "-0.00375",
        "isPreListing": False,
        "preListingInfo": None,
        "riskParameters": {"priceLimitRatioX": "0.05", "priceLimitRatioY": plain(contract.band)},
        "symbolType": "",
    }
