"""The commands on orders: parameters in, the acknowledgement out, one by one or in batches."""

from collections.abc import Callable

from batactors.testing.bybit.calls import Answered, Arguments, Call
from batactors.testing.bybit.market import Markets
from batactors.testing.bybit.rates import Rates
from batactors.testing.bybit.refusals import Refused, bad, missing, refusal_of
from batactors.testing.bybit.terms import category_in, changes_in, contract_in, placement_in, ref_in
from batactors.testing.bybit.trading import Named, Trading
from batactors.testing.fault_script import FaultScript
from batactors.testing.faults import RefuseRow
from batactors.testing.venue.orders import VenueOrder
from batactors.testing.venue.text import Json

BATCH_MOST = 20
FILTERS = ("Order", "StopOrder", "OpenOrder")


class Commands:
    """The handlers of commands, by the bench's word."""

    def __init__(self, *, trading: Trading, markets: Markets, rates: Rates, faults: FaultScript) -> None:
        self._trading = trading
        self._markets = markets
        self._rates = rates
        self._faults = faults
        self.handlers: dict[str, Callable[[Call], Answered]] = {
            "add_order": lambda call: self._single(call, self._place),
            "amend_order": lambda call: self._single(call, self._amend),
            "cancel_order": lambda call: self._single(call, self._cancel),
            "batch_add": lambda call: self._batch(call, self._place),
            "batch_amend": lambda call: self._batch(call, self._amend),
            "batch_cancel": lambda call: self._batch(call, self._cancel),
            "cancel_all": self._cancel_all,
            "order/pre-check": self._check,
        }

    def _place(self, account: str, arguments: Arguments) -> Named:
        return self._trading.place(account, placement_in(arguments, self._markets))

    def _amend(self, account: str, arguments: Arguments) -> Named:
        return self._trading.amend(account, ref_in(arguments, self._markets), *changes_in(arguments))

    def _cancel(self, account: str, arguments: Arguments) -> Named:
        return self._trading.cancel(account, ref_in(arguments, self._markets))

    def _single(self, call: Call, run: Callable[[str, Arguments], Named]) -> Answered:
        category_in(call.arguments)
        return Answered(_named(run(call.account, call.arguments)))

    def _check(self, call: Call) -> Answered:
        category_in(call.arguments)
        named = self._trading.place(call.account, placement_in(call.arguments, self._markets), validate=True)
        margins = {"preImrE4": 30, "preMmrE4": 21, "postImrE4": 357, "postMmrE4": 294}
        return Answered(_named(named) | margins)

    def _batch(self, call: Call, run: Callable[[str, Arguments], Named]) -> Answered:
        """Each row for itself: one that is refused does not undo the others, and the whole is a success."""
        category_in(call.arguments)
        rows = call.arguments.rows("request")
        if len(rows) > BATCH_MOST:
            raise bad(f"the max length of request is {BATCH_MOST}")
        listed, codes = [], []
        for number, row in enumerate(rows):
            named, refusal = self._one(call, number, Arguments(row), run)
            listed.append({"category": "linear", "symbol": row.get("symbol", ""), **_named(named)})
            codes.append({"code": 0, "msg": "OK"} if refusal is None else {"code": refusal.code, "msg": refusal.text})
        return Answered({"list": listed}, {"list": codes})

    def _one(
        self, call: Call, number: int, row: Arguments, run: Callable[[str, Arguments], Named]
    ) -> tuple[Named, Refused | None]:
        name = row.text("orderLinkId")
        try:
            if number:
                self._rates.take(call.account, call.method)  # the first was counted as the request came
            if fault := self._faults.take(RefuseRow, method=call.method, client_order_id=name):
                raise refusal_of(fault.error)
            return run(call.account, row), None
        except Refused as refusal:
            return ("", name or ""), refusal

    def _cancel_all(self, call: Call) -> Answered:
        """Of one contract, one base coin or one settling coin: the first of these that is given."""
        category_in(call.arguments)
        kind = call.arguments.text("orderFilter")
        if kind not in (None, *FILTERS):
            raise bad("params error: orderFilter invalid")
        chosen = self._scope(call.arguments)

        def wanted(order: VenueOrder) -> bool:
            waits = order.waits_for_trigger
            return chosen(order) and {"Order": not waits, "StopOrder": waits}.get(kind or "", True)

        named = self._trading.cancel_all(call.account, wanted)
        return Answered({"list": [_named(one) for one in named], "success": "1"})

    def _scope(self, arguments: Arguments) -> Callable[[VenueOrder], bool]:
        if arguments.text("symbol") is not None:
            contract = contract_in(arguments, self._markets)
            return lambda order: order.pair.symbol == contract.symbol
        for name in ("baseCoin", "settleCoin"):
            if coin := arguments.text(name):
                return lambda order: coin == (order.pair.base if name == "baseCoin" else order.pair.quote).name
        raise missing("symbol or baseCoin or settleCoin")


def _named(named: Named) -> Json:
    return {"orderId": named[0], "orderLinkId": named[1]}
