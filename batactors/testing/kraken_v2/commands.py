"""The trading methods of WebSocket v2: what each asks of the engine, and the shape of its answer."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from attrs import evolve

from batactors.testing.kraken_v2 import refusals
from batactors.testing.kraken_v2.arguments import (
    Symbols,
    integer,
    known_fields,
    many_refs,
    number,
    one_ref,
    pair_of,
    placement,
    static_prices,
    text,
    trigger_price,
)
from batactors.testing.kraken_v2.gateway import Answer, Command, Gateway
from batactors.testing.kraken_v2.refs import Canceled, OrderRef, named_order
from batactors.testing.kraken_v2.refusals import Refused, invalid
from batactors.testing.kraken_v2.wire import Json, moment_of, short_stamp
from batactors.testing.venue.orders import Placement, VenueOrder

Build = Callable[[str, Json], Command]
MODIFY_ORDERS, CANCEL_ORDERS = "modify-orders", "cancel-orders"
BATCH_SIZES = range(2, 16)
"""How many orders one batch may place."""
CANCEL_BATCH_MAXIMUM = 50
"""How many orders one batch may cancel."""


class Desk(Protocol):
    """The commands that requests are for. Each refuses by raising `Refused`."""

    def place(self, account: str, terms: Placement, *, validate: bool = False) -> VenueOrder | None: ...

    def place_batch(
        self, account: str, rows: Sequence[Placement], *, validate: bool = False
    ) -> list[VenueOrder | Refused | None]: ...

    def amend(
        self,
        account: str,
        ref: OrderRef,
        *,
        quantity: Decimal | None = None,
        limit_price: Decimal | None = None,
        trigger_price: Decimal | None = None,
        post_only: bool = False,
    ) -> tuple[str, VenueOrder]: ...

    def edit(
        self, account: str, ref: OrderRef, change: Callable[[VenueOrder], Placement], *, validate: bool = False
    ) -> tuple[VenueOrder, VenueOrder | None]: ...

    def cancel(self, account: str, ref: OrderRef) -> Canceled: ...

    def cancel_many(self, account: str, refs: Sequence[OrderRef]) -> int: ...

    def cancel_all(self, account: str) -> int: ...

    def cancel_all_after(self, account: str, seconds: int) -> datetime | None: ...


class WebSocketCommands:
    """Makes commands of trading requests."""

    def __init__(self, *, trading: Desk, gateway: Gateway, markets: Symbols, now: Callable[[], Any]) -> None:
        self._trading = trading
        self._gateway = gateway
        self._markets = markets
        self._now = now
        self._builders: dict[str, tuple[tuple[str, ...], Build]] = {
            "add_order": ((MODIFY_ORDERS,), self._add_order),
            "batch_add": ((MODIFY_ORDERS,), self._batch_add),
            "amend_order": ((MODIFY_ORDERS,), self._amend_order),
            "edit_order": ((MODIFY_ORDERS,), self._edit_order),
            "cancel_order": ((MODIFY_ORDERS, CANCEL_ORDERS), self._cancel_order),
            "batch_cancel": ((MODIFY_ORDERS, CANCEL_ORDERS), self._batch_cancel),
            "cancel_all": ((MODIFY_ORDERS, CANCEL_ORDERS), self._cancel_all),
            "cancel_all_orders_after": ((MODIFY_ORDERS, CANCEL_ORDERS), self._cancel_all_after),
        }

    def __contains__(self, method: str) -> bool:
        return method in self._builders

    def permissions(self, method: str) -> tuple[str, ...]:
        """Any of these lets a key use this method."""
        return self._builders[method][0]

    def command(self, method: str, account: str, params: Json, req_id: int | None) -> Command:
        """The command that a request asks for; refused when it makes no sense."""
        known_fields(method, params)
        command = self._builders[method][1](account, params)
        deadline = None
        if "deadline" in params:
            deadline = moment_of(params["deadline"])
            if deadline is None:
                raise invalid("deadline")
        return evolve(command, deadline=self._gateway.deadline(deadline, "websocket"), req_id=req_id)

    # -- methods -------------------------------------------------------------------------------------------------------

    def _add_order(self, account: str, params: Json) -> Command:
        terms = placement(params, pair_of(params, self._markets))
        validate = params.get("validate") is True

        def run() -> list[Answer]:
            return [_placed(self._trading.place(account, terms, validate=validate), terms)]

        return _command("add_order", account, run, _client_ids(terms))

    def _batch_add(self, account: str, params: Json) -> Command:
        pair, rows = pair_of(params, self._markets), params.get("orders")
        if not isinstance(rows, list) or len(rows) not in BATCH_SIZES:
            raise invalid("orders")
        batch = [placement(row, pair) for row in rows]
        validate = params.get("validate") is True

        def run() -> list[Answer]:
            outcomes = self._trading.place_batch(account, batch, validate=validate)
            return [{"orders": [_row(outcome, terms) for outcome, terms in zip(outcomes, batch, strict=True)]}]

        return _command("batch_add", account, run, _client_ids(*batch))

    def _amend_order(self, account: str, params: Json) -> Command:
        ref = one_ref(params)
        static_prices(params)

        def run() -> list[Answer]:
            amend_id, order = self._trading.amend(
                account,
                ref,
                quantity=number(params, "order_qty"),
                limit_price=number(params, "limit_price"),
                trigger_price=number(params, "trigger_price"),
                post_only=params.get("post_only") is True,
            )
            named = {"cl_ord_id": ref.client_order_id} if ref.client_order_id else {"order_id": order.order_id}
            return [{"amend_id": amend_id, **named}]

        return _refs_command("amend_order", account, run, [ref])

    def _edit_order(self, account: str, params: Json) -> Command:
        if "cl_ord_id" in params:
            raise Refused("Unsupported field: 'cl_ord_id' for the given msg type: edit order")
        pair = pair_of(params, self._markets)
        ref = OrderRef(order_id=text(params, "order_id"))

        def change(order: VenueOrder) -> Placement:
            if order.pair.symbol != pair.symbol:
                raise Refused(refusals.UNKNOWN_ORDER)
            return evolve(
                order.terms,
                quantity=number(params, "order_qty") or order.quantity,
                limit_price=number(params, "limit_price") or order.limit_price,
                trigger_price=trigger_price(params) or order.trigger_price,
                post_only=params.get("post_only", order.terms.post_only) is True,
                client_order_id=None,
                userref=integer(params, "order_userref"),
            )

        def run() -> list[Answer]:
            old, new = self._trading.edit(account, ref, change, validate=params.get("validate") is True)
            result: Json = {"original_order_id": old.order_id}
            return [result | ({"order_id": new.order_id} if new is not None else {})]

        return _refs_command("edit_order", account, run, [ref])

    def _cancel_order(self, account: str, params: Json) -> Command:
        refs = many_refs(params, ("order_id", "cl_ord_id", "order_userref"))

        def run() -> list[Answer]:
            return [answer for ref in refs for answer in self._cancel_one(account, ref)]

        return _refs_command("cancel_order", account, run, refs)

    def _batch_cancel(self, account: str, params: Json) -> Command:
        orders = params.get("orders", [])
        if not isinstance(orders, list):
            raise invalid("orders")
        refs = [named_order(str(row)) for row in orders]
        refs += many_refs(params, ("cl_ord_id",)) if "cl_ord_id" in params else []
        if not 1 <= len(refs) <= CANCEL_BATCH_MAXIMUM:
            raise invalid("orders")
        return _refs_command(
            "batch_cancel", account, lambda: [{"count": self._trading.cancel_many(account, refs)}], refs
        )

    def _cancel_all(self, account: str, params: Json) -> Command:
        del params
        return _command("cancel_all", account, lambda: [{"count": self._trading.cancel_all(account)}])

    def _cancel_all_after(self, account: str, params: Json) -> Command:
        timeout = integer(params, "timeout")
        if timeout is None:
            raise invalid("timeout")

        def run() -> list[Answer]:
            fires_at = self._trading.cancel_all_after(account, timeout)
            trigger = "0" if fires_at is None else short_stamp(fires_at)
            return [{"currentTime": short_stamp(self._now()), "triggerTime": trigger}]

        return _command("cancel_all_orders_after", account, run)

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _cancel_one(self, account: str, ref: OrderRef) -> list[Answer]:
        """One answer for each order that the name meant, or one refusal."""
        try:
            canceled = self._trading.cancel(account, ref)
        except Refused as refusal:
            return [refusal]
        return [_canceled(canceled, order, ref) for order in canceled.orders]


def _command(
    method: str, account: str, run: Callable[[], list[Answer]], client_order_ids: tuple[str, ...] = ()
) -> Command:
    return Command(method=method, transport="websocket", account=account, run=run, client_order_ids=client_order_ids)


def _refs_command(method: str, account: str, run: Callable[[], list[Answer]], refs: list[OrderRef]) -> Command:
    return Command(
        method=method,
        transport="websocket",
        account=account,
        run=run,
        client_order_ids=tuple(ref.client_order_id for ref in refs if ref.client_order_id is not None),
        order_ids=tuple(ref.order_id for ref in refs if ref.order_id is not None),
    )


def _client_ids(*batch: Placement) -> tuple[str, ...]:
    return tuple(terms.client_order_id for terms in batch if terms.client_order_id is not None)


def _placed(order: VenueOrder | None, terms: Placement) -> Json:
    named: Json = {"cl_ord_id": terms.client_order_id} if terms.client_order_id is not None else {}
    if terms.userref is not None:
        named["order_userref"] = terms.userref
    return ({"order_id": order.order_id} if order is not None else {}) | named


def _row(outcome: VenueOrder | Refused | None, terms: Placement) -> Json:
    if isinstance(outcome, Refused):
        return _placed(None, terms) | {"error": outcome.error}
    return _placed(outcome, terms)


def _canceled(canceled: Canceled, order: VenueOrder, ref: OrderRef) -> Json:
    result: Json = {"order_id": order.order_id}
    if ref.client_order_id is not None:
        result = {"cl_ord_id": ref.client_order_id}
    return result | ({"pending": True} if canceled.pending else {})
