"""The commands of REST v3. A success says that a request was processed; its status says what became of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from batactors.testing.fault_script import FaultScript
from batactors.testing.faults import RefuseRow
from batactors.testing.kraken_futures.calls import Arguments, Call, Handler
from batactors.testing.kraken_futures.habits import Habits
from batactors.testing.kraken_futures.market import Markets
from batactors.testing.kraken_futures.matching import SELF
from batactors.testing.kraken_futures.order_events import OrderEvents, cancel_event, rejected_events
from batactors.testing.kraken_futures.refusals import Refused, Turned, bad, missing
from batactors.testing.kraken_futures.terms import contract_in, order_named, placement
from batactors.testing.kraken_futures.trading import Trading
from batactors.testing.kraken_futures.wire import moment_of, stamp
from batactors.testing.venue.dice import Dice
from batactors.testing.venue.orders import VenueOrder
from batactors.testing.venue.text import Json

TOO_LATE = "wouldProcessAfterSpecifiedTime"
MODES = ("ABSOLUTE", "RELATIVE")
UNKNOWN_WORD = "novated"


class Commands:
    """The handlers of commands, by the bench's word."""

    def __init__(
        self,
        *,
        trading: Trading,
        markets: Markets,
        events: OrderEvents,
        habits: Habits,
        dice: Dice,
        faults: FaultScript,
        now: Callable[[], datetime],
    ) -> None:
        self._trading = trading
        self._markets = markets
        self._events = events
        self._habits = habits
        self._dice = dice
        self._faults = faults
        self._now = now
        self.handlers: dict[str, Handler] = {
            "add_order": lambda call: {"sendStatus": self._send(call.account, call.arguments)},
            "amend_order": lambda call: {"editStatus": self._edit(call.account, call.arguments)},
            "cancel_order": lambda call: {"cancelStatus": self._cancel(call.account, call.arguments)},
            "cancel_all": self._cancel_all,
            "cancel_all_orders_after": self._cancel_all_after,
            "batch_add": self._batch,
            "batch_amend": self._batch,
            "batch_cancel": self._batch,
            "batch": self._batch,
        }

    # -- one order -----------------------------------------------------------------------------------------------------

    def _send(self, account: str, arguments: Arguments) -> Json:
        known = len(self._trading.rejections)
        name = arguments.text("cliOrdId")
        try:
            self._in_time(arguments)
            order, happened = self._trading.place(account, placement(arguments, self._markets))
        except Turned as turned:
            rejection = self._trading.rejections[-1] if len(self._trading.rejections) > known else None
            row: Json = {"status": turned.status, **_client(name), "receivedTime": stamp(self._now())}
            if rejection is not None:
                row = {"order_id": rejection.order.order_id, **row}
            return row | {"orderEvents": rejected_events(rejection)}
        return {
            "order_id": order.order_id,
            **_client(name),
            "status": self._word(order),
            "receivedTime": stamp(self._now()),
            "orderEvents": self._events.placed(order, happened),
        }

    def _edit(self, account: str, arguments: Arguments) -> Json:
        ref = order_named(arguments, "orderId" if arguments.text("orderId") else "order_id")
        mode = arguments.text("qtyMode") or "RELATIVE"
        if mode not in MODES:
            raise bad("qtyMode")
        row: Json = {**_ref("orderId", ref.order_id, ref.client_order_id), "receivedTime": stamp(self._now())}
        before = self._trading.find(account, ref)
        try:
            self._in_time(arguments)
            order, happened = self._trading.edit(
                account,
                ref,
                size=arguments.decimal("size"),
                absolute=mode == "ABSOLUTE",
                limit_price=arguments.decimal("limitPrice"),
                trigger_price=arguments.decimal("stopPrice"),
            )
        except Turned as turned:
            return {"status": turned.status, **row, "orderEvents": []}
        assert before is not None
        row |= _ref("orderId", order.live_id, order.client_order_id)
        word = "filled" if order.status == "filled" else "edited"
        return {"status": self._odd(word), **row, "orderEvents": self._events.edited(before, happened)}

    def _cancel(self, account: str, arguments: Arguments) -> Json:
        ref = order_named(arguments, "order_id")
        row: Json = {**_ref("order_id", ref.order_id, ref.client_order_id), "receivedTime": stamp(self._now())}
        try:
            self._in_time(arguments)
            order, _ = self._trading.cancel(account, ref)
        except Turned as turned:
            return {"status": turned.status, **row, "orderEvents": []}
        row |= _ref("order_id", order.live_id, order.client_order_id)
        return {"status": self._odd("cancelled"), **row, "orderEvents": [cancel_event(order)]}

    # -- many orders ---------------------------------------------------------------------------------------------------

    def _cancel_all(self, call: Call) -> Json:
        symbol = contract_in(call.arguments, self._markets).symbol if call.arguments.text("symbol") else None
        steps = self._trading.cancel_all(call.account, symbol)
        status: Json = {
            "receivedTime": stamp(self._now()),
            "cancelOnly": symbol or "all",
            "status": "cancelled" if steps else "noOrdersToCancel",
            "cancelledOrders": [
                {"order_id": step.order.live_id, **_client(step.order.client_order_id)} for step in steps
            ],
            "orderEvents": [cancel_event(step.order) for step in steps],
        }
        return {"cancelStatus": status}

    def _cancel_all_after(self, call: Call) -> Json:
        seconds = call.arguments.integer("timeout")
        if seconds is None:
            raise missing("timeout")
        if seconds < 0:
            raise bad("timeout")
        armed = self._trading.cancel_all_after(call.account, seconds)
        fires = stamp(self._now() + timedelta(seconds=seconds)) if armed else "0"
        return {"status": {"currentTime": stamp(self._now()), "triggerTime": fires}}

    def _batch(self, call: Call) -> Json:
        self._readable(call)
        rows = [self._row(call, Arguments.of_row(row), row) for row in call.rows]
        if self._habits.row_order == "any":
            self._dice.shuffle(rows)
        return {"batchStatus": rows}

    def _readable(self, call: Call) -> None:
        """Refuse the whole batch if one row means nothing."""
        for row in call.rows:
            kind = row.get("order")
            if kind == "send":
                placement_or_turned(Arguments.of_row(row), self._markets)
            elif kind not in ("edit", "cancel"):
                raise bad("order")

    def _row(self, call: Call, arguments: Arguments, row: Json) -> Json:
        kind, late = row["order"], call.arguments.text("processBefore")
        if late is not None and arguments.text("processBefore") is None:
            arguments = Arguments.of_row(row | {"processBefore": late})
        tag: Json = {"order_tag": row["order_tag"]} if "order_tag" in row else {}
        narrowed = {"method": call.method, "client_order_id": arguments.text("cliOrdId")}
        if fault := self._faults.take(RefuseRow, **narrowed):
            status = fault.error.split()[-1] if " " not in fault.error else "insufficientAvailableFunds"
            return tag | {"status": status, "dateTimeReceived": stamp(self._now()), "orderEvents": []}
        do = {"send": self._send, "edit": self._edit, "cancel": self._cancel}[kind]
        try:
            done = do(call.account, arguments)
        except Refused as refused:
            done = {"status": "unknown", "message": refused.error, "orderEvents": []}
        if "orderId" in done:
            done["order_id"] = done.pop("orderId")
        if done["status"] == "clientOrderIdTooBig":
            done["status"] = "clientOrderIdTooLong"
        done["dateTimeReceived"] = done.pop("receivedTime", stamp(self._now()))
        return tag | done

    # -- helpers -------------------------------------------------------------------------------------------------------

    def _in_time(self, arguments: Arguments) -> None:
        text = arguments.text("processBefore")
        if text is None:
            return
        moment = moment_of(text)
        if moment is None:
            raise bad("processBefore")
        if self._now() > moment:
            raise Turned(TOO_LATE)

    def _word(self, order: VenueOrder) -> str:
        if order.reason == SELF:
            return "selfFill"
        if self._habits.partial_words and order.filled:
            return self._odd("filled" if order.status == "filled" else "partiallyFilled")
        return self._odd("placed")

    def _odd(self, word: str) -> str:
        return UNKNOWN_WORD if self._dice.falls(self._habits.unknown_words) else word


def placement_or_turned(arguments: Arguments, markets: Markets) -> None:
    """Refuse a row of a batch that cannot be read."""
    try:
        placement(arguments, markets)
    except Turned:
        return


def _client(name: str | None) -> Json:
    return {} if name is None else {"cliOrdId": name}


def _ref(name: str, order_id: str | None, client_order_id: str | None) -> Json:
    return ({} if order_id is None else {name: order_id}) | _client(client_order_id)
