"""The commands on ordinary orders: parameters in, the engine's answer out, one by one or in batches."""

from collections.abc import Callable
from typing import Any

from batactors.testing.binance.calls import Arguments, Call
from batactors.testing.binance.habits import Habits
from batactors.testing.binance.market import Markets
from batactors.testing.binance.refusals import Refused, bad, missing, refusal_of
from batactors.testing.binance.road import Handler
from batactors.testing.binance.rows import average, order_row
from batactors.testing.binance.terms import (
    placement_in,
    price_in,
    ref_in,
    side_in,
    symbol_in,
    wants_result,
)
from batactors.testing.binance.trading import Trading
from batactors.testing.binance.wire import money
from batactors.testing.fault_script import FaultScript
from batactors.testing.faults import RefuseRow
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import VenueOrder
from batactors.testing.venue.text import Json

BATCH_MOST, CANCEL_BATCH_MOST = 5, 10
DONE: Json = {"code": 200, "msg": "The operation of cancel all open order is done."}


class Commands:
    """The handlers of commands, by the bench's word."""

    def __init__(
        self, *, trading: Trading, ledger: Ledger, markets: Markets, habits: Habits, faults: FaultScript
    ) -> None:
        self._trading = trading
        self._ledger = ledger
        self._markets = markets
        self._habits = habits
        self._faults = faults
        self.handlers: dict[str, Handler] = {
            "add_order": lambda call: self._place(call.account, call.arguments),
            "order.test": self._validate,
            "amend_order": lambda call: self._modify(call.account, call.arguments),
            "cancel_order": lambda call: self._cancel(call.account, call.arguments),
            "cancel_all": self._cancel_all,
            "cancel_all_orders_after": self._count_down,
            "batch_add": lambda call: self._batch(call, "batch_add", self._place),
            "batch_amend": lambda call: self._batch(call, "batch_amend", self._modify),
            "batch_cancel": self._cancel_batch,
        }

    def _place(self, account: str, arguments: Arguments) -> Json:
        terms = placement_in(arguments, self._markets)
        result = wants_result(arguments)
        order = self._trading.place(account, terms)
        assert order is not None
        # An ack says that the order is accepted; how it fares at once is for the events to tell.
        return self._row(order if result else self._ledger.states(order.order_id)[0])

    def _validate(self, call: Call) -> Json:
        terms = placement_in(call.arguments, self._markets)
        wants_result(call.arguments)
        self._trading.place(call.account, terms, validate=True)
        return {}

    def _modify(self, account: str, arguments: Arguments) -> Json:
        ref, side = ref_in(arguments, self._markets), side_in(arguments)
        symbol = symbol_in(arguments, self._markets)
        quantity, modify_id = arguments.decimal("quantity"), arguments.integer("modifyId")
        if quantity is None:
            raise missing("quantity")
        order = self._trading.modify(
            account,
            ref,
            side=side,
            quantity=quantity,
            price=price_in(arguments, symbol, side, self._markets),
            modify_id=None if modify_id is None else str(modify_id),
            reduce_only=arguments.flag("reduceOnly"),
        )
        echo = {} if modify_id is None else {"modifyId": modify_id}
        return self._row(order) | {"pair": symbol.symbol} | echo

    def _cancel(self, account: str, arguments: Arguments) -> Json:
        order = self._trading.cancel(account, ref_in(arguments, self._markets))
        return self._row(order) | {"activatePrice": "0", "priceRate": "0"}

    def _cancel_all(self, call: Call) -> Json:
        self._trading.cancel_all(call.account, symbol_in(call.arguments, self._markets).symbol)
        return DONE

    def _count_down(self, call: Call) -> Json:
        symbol, time = symbol_in(call.arguments, self._markets), call.arguments.integer("countdownTime")
        if time is None:
            raise missing("countdownTime")
        if time < 0:
            raise bad("countdownTime")
        self._trading.count_down(call.account, symbol.symbol, time / 1_000)
        return {"symbol": symbol.symbol, "countdownTime": str(time)}

    # -- batches -------------------------------------------------------------------------------------------------------

    def _batch(self, call: Call, method: str, run: Callable[[str, Arguments], Json]) -> list[Json]:
        """Each row for itself: one that is refused does not undo the others."""
        rows = call.arguments.rows("batchOrders")
        if not rows:
            raise missing("batchOrders")
        if len(rows) > BATCH_MOST or not all(isinstance(row, dict) for row in rows):
            raise bad("batchOrders")
        return [self._one(call.account, method, row, run) for row in rows]

    def _cancel_batch(self, call: Call) -> list[Json]:
        symbol = symbol_in(call.arguments, self._markets).symbol
        numbers, names = call.arguments.rows("orderIdList"), call.arguments.rows("origClientOrderIdList")
        if not numbers and not names:
            raise missing("orderIdList")
        rows: list[Json] = [{"symbol": symbol, "orderId": number} for number in numbers or ()]
        rows = rows or [{"symbol": symbol, "origClientOrderId": name} for name in names or ()]
        if len(rows) > CANCEL_BATCH_MOST:
            raise bad("orderIdList")
        return [self._one(call.account, "batch_cancel", row, self._cancel) for row in rows]

    def _one(self, account: str, method: str, row: Any, run: Callable[[str, Arguments], Json]) -> Json:
        arguments = Arguments(row)
        name = arguments.text("newClientOrderId") or arguments.text("origClientOrderId")
        try:
            if fault := self._faults.take(RefuseRow, method=method, client_order_id=name):
                raise refusal_of(fault.error)
            return run(account, arguments)
        except Refused as refusal:
            return refusal.body

    def _row(self, order: VenueOrder) -> Json:
        old = {"avgPrice": average(order), "cumQuote": money(order.cost)} if self._habits.old_answers else {}
        return order_row(order) | old
