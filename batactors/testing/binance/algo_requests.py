"""The requests about conditional orders: parameters in, rows out. The shapes of the rows are unverified."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from batactors.testing.binance.algo_orders import AT_MARKET, AlgoOrder
from batactors.testing.binance.algo_rows import algo_row
from batactors.testing.binance.algos import Algos
from batactors.testing.binance.calls import Arguments, Call
from batactors.testing.binance.checks import CLIENT_ORDER_ID, Checks
from batactors.testing.binance.market import Markets, Symbol
from batactors.testing.binance.refusals import Refused, bad, missing, unwanted
from batactors.testing.binance.road import Handler
from batactors.testing.binance.terms import (
    CONDITIONAL,
    POSITION_SIDES,
    TIMES_IN_FORCE,
    one_of,
    side_in,
    symbol_in,
)
from batactors.testing.venue.orders import ZERO
from batactors.testing.venue.positions import Positions
from batactors.testing.venue.text import Json

WORKING = ("CONTRACT_PRICE", "MARK_PRICE")
UNKNOWN = -2013


class AlgoRequests:
    """The handlers of conditional orders, by the bench's word."""

    def __init__(
        self,
        *,
        algos: Algos,
        markets: Markets,
        checks: Checks,
        positions: Positions,
        fresh: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._algos = algos
        self._markets = markets
        self._checks = checks
        self._positions = positions
        self._fresh = fresh
        self._now = now
        self.handlers: dict[str, Handler] = {
            "algoOrder.place": self._place,
            "algoOrder.cancel": self._cancel,
            "algoOrder.status": lambda call: algo_row(self._find(call, UNKNOWN)),
            "openAlgoOrders": self._open,
            "allAlgoOrders": self._all,
            "algoOpenOrders.cancel": self._cancel_all,
        }

    def _place(self, call: Call) -> Json:
        arguments = call.arguments
        if arguments.word("algoType") != "CONDITIONAL":
            raise bad("algoType")
        symbol, kind = symbol_in(arguments, self._markets), arguments.word("type")
        if kind not in CONDITIONAL:
            raise Refused(-1116)
        name = arguments.text("clientAlgoId") or self._fresh()
        if CLIENT_ORDER_ID.fullmatch(name) is None:
            raise Refused(-4015)
        now = self._now()
        order = AlgoOrder(
            algo_id=0,
            client_algo_id=name,
            account=call.account,
            symbol=symbol,
            side=side_in(arguments),
            kind=kind,
            position_side=one_of(arguments, "positionSide", POSITION_SIDES, "BOTH", -1130),
            quantity=self._size(arguments, symbol, kind),
            trigger_price=self._trigger(arguments, symbol, kind),
            limit_price=None if kind in AT_MARKET else self._price(arguments, symbol, "price"),
            time_in_force=one_of(arguments, "timeInForce", TIMES_IN_FORCE, "GTC", -1115),
            reduce_only=arguments.flag("reduceOnly"),
            close_position=arguments.flag("closePosition"),
            working_type=one_of(arguments, "workingType", WORKING, "CONTRACT_PRICE", -1130),
            callback_rate=self._callback(arguments, kind),
            activate_price=arguments.decimal("activatePrice"),
            created_at=now,
            updated_at=now,
        )
        if order.position_side not in self._positions.sides(call.account):
            raise Refused(-4061)
        return algo_row(self._algos.place(order))

    def _cancel(self, call: Call) -> Json:
        order = self._find(call, -2011)
        if order.over or order.status != "NEW":
            raise Refused(-2011)
        self._algos.cancel(order)
        # The code is text here, and nowhere else.
        return {"algoId": order.algo_id, "clientAlgoId": order.client_algo_id, "code": "200", "msg": "success"}

    def _open(self, call: Call) -> list[Json]:
        only = call.arguments.text("symbol")
        found = self._algos.open(call.account)
        return [algo_row(order) for order in found if only in (None, order.symbol.symbol)]

    def _all(self, call: Call) -> list[Json]:
        symbol = symbol_in(call.arguments, self._markets)
        mine = [order for order in self._algos.orders.values() if order.account == call.account]
        return [algo_row(order) for order in mine if order.symbol.symbol == symbol.symbol]

    def _cancel_all(self, call: Call) -> Json:
        symbol = symbol_in(call.arguments, self._markets)
        for order in self._algos.open(call.account):
            if order.symbol.symbol == symbol.symbol and order.status == "NEW":
                self._algos.cancel(order)
        return {"code": "200", "msg": "The operation of cancel all open order is done."}

    # -- parameters ----------------------------------------------------------------------------------------------------

    def _find(self, call: Call, code: int) -> AlgoOrder:
        algo_id, name = call.arguments.integer("algoId"), call.arguments.text("clientAlgoId")
        if algo_id is None and not name:
            raise missing("algoId")
        order = self._algos.find(call.account, algo_id, name)
        if order is None:
            raise Refused(code)
        return order

    def _size(self, arguments: Arguments, symbol: Symbol, kind: str) -> Decimal:
        wanted = arguments.decimal("quantity")
        if arguments.flag("closePosition"):
            if wanted:
                raise Refused(-4137)
            if arguments.text("reduceOnly") is not None or kind not in ("STOP_MARKET", "TAKE_PROFIT_MARKET"):
                raise unwanted("reduceOnly") if arguments.text("reduceOnly") is not None else Refused(-1128)
            return ZERO
        if wanted is None:
            raise missing("quantity")
        self._checks.size(symbol, wanted, market=kind in AT_MARKET)
        return wanted

    def _trigger(self, arguments: Arguments, symbol: Symbol, kind: str) -> Decimal | None:
        if kind == "TRAILING_STOP_MARKET":
            return None
        return self._price(arguments, symbol, "triggerPrice")

    def _price(self, arguments: Arguments, symbol: Symbol, name: str) -> Decimal:
        wanted = arguments.decimal(name)
        if wanted is None:
            raise missing(name)
        self._checks.price(symbol, wanted)
        return wanted

    def _callback(self, arguments: Arguments, kind: str) -> Decimal | None:
        rate = arguments.decimal("callbackRate")
        if kind != "TRAILING_STOP_MARKET":
            return None
        if rate is None:
            raise missing("callbackRate")
        if not Decimal("0.1") <= rate <= 10:
            raise bad("callbackRate")
        return rate
