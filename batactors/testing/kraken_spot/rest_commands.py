"""The trading calls of REST: the same commands as on WebSocket, in REST's words."""

from collections.abc import Callable
from datetime import datetime

from attrs import evolve

from batactors.testing.kraken_spot.accounts import CANCEL_ORDERS, MODIFY_ORDERS
from batactors.testing.kraken_spot.market import Markets, named_here
from batactors.testing.kraken_spot.rest_arguments import pair_of, placement
from batactors.testing.kraken_spot.trading import Trading
from batactors.testing.kraken_v2.commands import BATCH_SIZES, CANCEL_BATCH_MAXIMUM
from batactors.testing.kraken_v2.gateway import Answer, Command, Gateway
from batactors.testing.kraken_v2.refs import OrderRef, named_order
from batactors.testing.kraken_v2.refusals import Refused, invalid
from batactors.testing.kraken_v2.reports import describe
from batactors.testing.kraken_v2.rest_arguments import Arguments
from batactors.testing.kraken_v2.wire import Json, plain, short_stamp
from batactors.testing.venue.orders import Placement, VenueOrder

Build = Callable[[str, Arguments], Command]


class RestCommands:
    """Makes commands of REST calls. The second name of each is the word that WebSocket has for it."""

    def __init__(self, *, trading: Trading, gateway: Gateway, markets: Markets, now: Callable[[], datetime]) -> None:
        self._trading = trading
        self._gateway = gateway
        self._markets = markets
        self._now = now
        modify, cancel = (MODIFY_ORDERS,), (MODIFY_ORDERS, CANCEL_ORDERS)
        self._builders: dict[str, tuple[str, tuple[str, ...], Build]] = {
            "AddOrder": ("add_order", modify, self._add_order),
            "AddOrderBatch": ("batch_add", modify, self._add_order_batch),
            "AmendOrder": ("amend_order", modify, self._amend_order),
            "EditOrder": ("edit_order", modify, self._edit_order),
            "CancelOrder": ("cancel_order", cancel, self._cancel_order),
            "CancelOrderBatch": ("batch_cancel", cancel, self._cancel_order_batch),
            "CancelAll": ("cancel_all", cancel, self._cancel_all),
            "CancelAllOrdersAfter": ("cancel_all_orders_after", cancel, self._cancel_all_after),
        }

    def __contains__(self, call: str) -> bool:
        return call in self._builders

    def method(self, call: str) -> str:
        """The WebSocket word for a call; a call that has none keeps its own."""
        return self._builders[call][0] if call in self._builders else call

    def permissions(self, call: str) -> tuple[str, ...]:
        """Any of these lets a key make this call."""
        return self._builders[call][1]

    def command(self, call: str, account: str, arguments: Arguments) -> Command:
        """The command that a call asks for; refused when it makes no sense."""
        command = self._builders[call][2](account, arguments)
        return evolve(command, deadline=self._gateway.deadline(arguments.deadline(), "rest"))

    # -- calls ---------------------------------------------------------------------------------------------------------

    def _add_order(self, account: str, arguments: Arguments) -> Command:
        terms = placement(arguments, pair_of(arguments, self._markets), self._now())
        validate = arguments.flag("validate")

        def run() -> list[Answer]:
            order = self._trading.place(account, terms, validate=validate)
            return [{"descr": _order_words(terms)} | ({"txid": [order.order_id]} if order is not None else {})]

        return _command("add_order", account, run, _client_ids([terms]))

    def _add_order_batch(self, account: str, arguments: Arguments) -> Command:
        pair, rows = pair_of(arguments, self._markets), arguments.values.get("orders")
        if not isinstance(rows, list) or len(rows) not in BATCH_SIZES or not all(isinstance(row, dict) for row in rows):
            raise invalid("orders")
        batch = [placement(Arguments(row), pair, self._now()) for row in rows]
        validate = arguments.flag("validate")

        def run() -> list[Answer]:
            outcomes = self._trading.place_batch(account, batch, validate=validate)
            return [{"orders": [_row(outcome, terms) for outcome, terms in zip(outcomes, batch, strict=True)]}]

        return _command("batch_add", account, run, _client_ids(batch))

    def _amend_order(self, account: str, arguments: Arguments) -> Command:
        ref = arguments.order()

        def run() -> list[Answer]:
            amend_id, _ = self._trading.amend(
                account,
                ref,
                quantity=arguments.number("order_qty"),
                limit_price=arguments.number("limit_price"),
                trigger_price=arguments.number("trigger_price"),
                post_only=arguments.flag("post_only"),
            )
            return [{"amend_id": amend_id}]

        return _refs_command("amend_order", account, run, [ref])

    def _edit_order(self, account: str, arguments: Arguments) -> Command:
        ref = named_order(arguments.required("txid"))
        pair = pair_of(arguments, self._markets)

        def change(order: VenueOrder) -> Placement:
            if order.pair.symbol != pair.symbol:
                raise invalid("pair")
            triggered = order.trigger_price is not None
            price, price2 = arguments.number("price"), arguments.number("price2")
            return evolve(
                order.terms,
                quantity=arguments.number("volume") or order.quantity,
                limit_price=(price2 if triggered else price) or order.limit_price,
                trigger_price=(price or order.trigger_price) if triggered else None,
                post_only="post" in arguments.words("oflags"),
                client_order_id=None,
                userref=arguments.integer("userref"),
            )

        def run() -> list[Answer]:
            old, new = self._trading.edit(account, ref, change, validate=arguments.flag("validate"))
            result: Json = {"status": "ok", "originaltxid": old.order_id, "orders_cancelled": 1 if new else 0}
            if new is not None:
                result |= {"txid": new.order_id, "volume": plain(new.quantity, 8), "descr": _order_words(new.terms)}
                result |= {"price": plain(new.limit_price, pair.price_decimals)} if new.limit_price is not None else {}
            return [result]

        return _refs_command("edit_order", account, run, [ref])

    def _cancel_order(self, account: str, arguments: Arguments) -> Command:
        ref = arguments.order()

        def run() -> list[Answer]:
            canceled = self._trading.cancel(account, ref)
            return [{"count": len(canceled.orders)} | ({"pending": True} if canceled.pending else {})]

        return _refs_command("cancel_order", account, run, [ref])

    def _cancel_order_batch(self, account: str, arguments: Arguments) -> Command:
        orders, client_ids = arguments.values.get("orders", []), arguments.values.get("cl_ord_ids", [])
        if not isinstance(orders, list) or not isinstance(client_ids, list):
            raise invalid("orders")
        refs = [_batch_ref(row, "txid") for row in orders] + [_batch_ref(row, "cl_ord_id") for row in client_ids]
        if not 1 <= len(refs) <= CANCEL_BATCH_MAXIMUM:
            raise invalid("orders")
        return _refs_command(
            "batch_cancel", account, lambda: [{"count": self._trading.cancel_many(account, refs)}], refs
        )

    def _cancel_all(self, account: str, arguments: Arguments) -> Command:
        del arguments
        return _command("cancel_all", account, lambda: [{"count": self._trading.cancel_all(account)}])

    def _cancel_all_after(self, account: str, arguments: Arguments) -> Command:
        timeout = arguments.integer("timeout")
        if timeout is None:
            raise invalid("timeout")

        def run() -> list[Answer]:
            fires_at = self._trading.cancel_all_after(account, timeout)
            trigger = "0" if fires_at is None else short_stamp(fires_at)
            return [{"currentTime": short_stamp(self._now()), "triggerTime": trigger}]

        return _command("cancel_all_orders_after", account, run)


def _command(
    method: str, account: str, run: Callable[[], list[Answer]], client_order_ids: tuple[str, ...] = ()
) -> Command:
    return Command(method=method, transport="rest", account=account, run=run, client_order_ids=client_order_ids)


def _refs_command(method: str, account: str, run: Callable[[], list[Answer]], refs: list[OrderRef]) -> Command:
    return Command(
        method=method,
        transport="rest",
        account=account,
        run=run,
        client_order_ids=tuple(ref.client_order_id for ref in refs if ref.client_order_id is not None),
        order_ids=tuple(ref.order_id for ref in refs if ref.order_id is not None),
    )


def _client_ids(batch: list[Placement]) -> tuple[str, ...]:
    return tuple(terms.client_order_id for terms in batch if terms.client_order_id is not None)


def _order_words(terms: Placement) -> Json:
    altname = named_here(terms.pair).altname
    return {"order": describe(terms, altname, terms.quantity, terms.limit_price, terms.trigger_price)["order"]}


def _row(outcome: VenueOrder | Refused | None, terms: Placement) -> Json:
    if isinstance(outcome, Refused):
        return {"error": outcome.error}
    return {"descr": _order_words(terms)} | ({"txid": outcome.order_id} if outcome is not None else {})


def _batch_ref(row: object, name: str) -> OrderRef:
    """A row as an object, as specified, or as bare text, as in the specification's example."""
    if isinstance(row, dict):
        name, row = next(iter(row.items()), (name, None))
    if row is None or isinstance(row, dict | list):
        raise invalid("orders")
    return OrderRef(client_order_id=str(row)) if name == "cl_ord_id" else named_order(str(row))
