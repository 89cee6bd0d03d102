"""What anybody may read: instruments, tickers, the book, and the last trades."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from batactors.testing.kraken_futures.calls import Call, Handler
from batactors.testing.kraken_futures.market import Contract, Markets
from batactors.testing.kraken_futures.terms import contract_in
from batactors.testing.kraken_futures.wire import ENDLESS, num, stamp
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import ZERO
from batactors.testing.venue.text import Json

LAST_TRADES = 100


class Public:
    """The handlers of public requests."""

    def __init__(self, *, markets: Markets, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._markets = markets
        self._ledger = ledger
        self._now = now
        self.handlers: dict[str, Handler] = {
            "instruments": lambda call: {"instruments": [self._instrument(one) for one in markets]},
            "instruments/status": lambda call: {"instrumentStatus": [_status(one) for one in markets]},
            "tickers": lambda call: {"tickers": [self._ticker(one) for one in markets]},
            "orderbook": self._book,
            "history": self._trades,
        }

    def _instrument(self, contract: Contract) -> Json:
        ended = self._markets.has_ended(contract)
        levels = {"contracts" if contract.inverse else "numNonContractUnits": num(ZERO)}
        row: Json = {
            "symbol": contract.symbol,
            "type": contract.kind,
            "tickSize": num(contract.tick_size),
            "contractSize": num(Decimal(1)),
            "tradeable": not ended,
            "contractValueTradePrecision": contract.quantity_decimals,
            "impactMidSize": num(Decimal(1)),
            "maxPositionSize": num(contract.quantity_max),
            "openingDate": "2022-01-01T00:00:00.000Z",
            "marginLevels": [
                levels | {"initialMargin": num(Decimal("0.02")), "maintenanceMargin": num(Decimal("0.01"))}
            ],
            "postOnly": False,
            "base": contract.base.name,
            "quote": "USD",
            "pair": f"{'XBT' if contract.base.name == 'BTC' else contract.base.name}:USD",
            "isExpired": ended,
            "tradfi": False,
        }
        return row | ({"lastTradingTime": contract.last_trading} if contract.last_trading else {})

    def _ticker(self, contract: Contract) -> Json:
        quote = self._markets.quote(contract)
        row: Json = {
            "symbol": contract.symbol,
            "tag": "month" if contract.last_trading else "perpetual",
            "pair": f"{'XBT' if contract.base.name == 'BTC' else contract.base.name}:USD",
            "markPrice": num(quote.last or ZERO),
            "indexPrice": num(quote.last or ZERO),
            "suspended": self._markets.has_ended(contract),
            "postOnly": False,
            "vol24h": num(ZERO),
            "openInterest": num(ZERO),
        }
        told = {"bid": quote.bid, "ask": quote.ask, "last": quote.last}
        row |= {name: num(price) for name, price in told.items() if price is not None}
        if quote.bid is not None:
            row["bidSize"] = num(ENDLESS if quote.bid_quantity is None else quote.bid_quantity)
        if quote.ask is not None:
            row["askSize"] = num(ENDLESS if quote.ask_quantity is None else quote.ask_quantity)
        return row

    def _book(self, call: Call) -> Json:
        quote = self._markets.quote(contract_in(call.arguments, self._markets))
        sides = {"bids": (quote.bid, quote.bid_quantity), "asks": (quote.ask, quote.ask_quantity)}
        return {"orderBook": {name: levels(*side) for name, side in sides.items()}}

    def _trades(self, call: Call) -> Json:
        contract = contract_in(call.arguments, self._markets)
        traded = [one for one in self._ledger.fills if one.order.pair.symbol == contract.symbol]
        return {
            "history": [
                {
                    "time": stamp(one.at),
                    "trade_id": one.trade_id,
                    "price": num(one.price),
                    "size": num(one.quantity),
                    "side": one.order.side,
                    "type": "fill",
                    "uid": one.exec_id,
                }
                for one in traded[-LAST_TRADES:][::-1]
            ]
        }


def _status(contract: Contract) -> Json:
    """Nothing ever shakes this market."""
    return {"tradeable": contract.symbol, "experiencingDislocation": False, "priceDislocationDirection": None}


def levels(price: Decimal | None, quantity: Decimal | None) -> list[list[object]]:
    """One side of the book, which has one level or none."""
    return [] if price is None else [[num(price), num(ENDLESS if quantity is None else quantity)]]
