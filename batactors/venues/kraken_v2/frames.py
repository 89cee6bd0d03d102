"""The frames that we send on the private socket (sections 7 to 9)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from msgspec import Raw

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder
from batactors.model.money import plain
from batactors.model.questions import KeepSwitch
from batactors.model.terms import TimeInForce
from batactors.venues.kraken_v2.answers import SWITCH
from batactors.venues.kraken_v2.dialect import Dialect
from batactors.venues.kraken_v2.times import to_text
from batactors.venues.kraken_v2.words import ORDER_TYPE_WORDS

PING = '{"method":"ping"}'


def subscription(channel: str, request_id: int, token: str, dialect: Dialect) -> str:
    """The frame that subscribes to a private channel."""
    params = {"channel": channel, "token": token, **dialect.channels[channel]}
    return _text("subscribe", request_id, params, dialect)


def encode(commands: Sequence[Command], request_id: int, token: str, valid_until: datetime, dialect: Dialect) -> str:
    """One frame for one command, or for several of one operation.

    Raises:
        Unsupported: The socket cannot carry it, or not in one frame.
    """
    deadline = to_text(valid_until)
    match commands:
        case [CreateOrder() as order]:
            symbol = dialect.names.symbol(order.instrument)
            method, params = "add_order", {"symbol": symbol, **_terms(order, dialect), "deadline": deadline}
        case [CreateOrder(), *_]:
            method, params = "batch_add", {**_batch(commands, dialect), "deadline": deadline}
        case [AmendOrder() as amend]:
            method, params = "amend_order", {**_amendment(amend), "deadline": deadline}
        # No method that cancels takes a deadline: a cancel that comes late does no harm.
        case [CancelOrder() as cancel] if cancel.venue_order_id:
            method, params = "cancel_order", {"order_id": [cancel.venue_order_id]}
        case [CancelOrder() as cancel]:
            method, params = "cancel_order", {"cl_ord_id": [cancel.client_order_id]}
        case [CancelOrder(), *_]:
            method, params = "batch_cancel", _batch_cancel(commands, dialect)
        case [CancelAll() as cancel_all]:
            dialect.check_scope(cancel_all)
            method, params = "cancel_all", {}
        case _:
            raise dialect.unsupported("one frame carries one command, several creates, or several cancels")
    return _text(method, request_id, {**params, "token": token}, dialect)


def keep_switch(question: KeepSwitch, request_id: int, token: str | None, dialect: Dialect) -> str:
    """The frame that sets the dead man's switch.

    Raises:
        Unsupported: There is no token.
    """
    if token is None:
        raise dialect.unsupported("the dead man's switch on the socket needs a token")
    return _text(SWITCH, request_id, {"timeout": question.seconds, "token": token}, dialect)


def _terms(order: CreateOrder, dialect: Dialect) -> dict[str, object]:
    dialect.check(order)
    terms: dict[str, object] = {
        "order_type": ORDER_TYPE_WORDS[order.order_type],
        "side": order.side.value,
        "order_qty": _number(order.quantity),
        "cl_ord_id": order.client_order_id,
    }
    if order.price is not None:
        terms["limit_price"] = _number(order.price)
    if order.trigger_price is not None:
        terms["triggers"] = {"reference": dialect.references[order.trigger_by], "price": _number(order.trigger_price)}
    if order.display_quantity is not None:
        terms["display_qty"] = _number(order.display_quantity)
    if order.time_in_force is not TimeInForce.GTC:
        terms["time_in_force"] = order.time_in_force.value
    if order.expire_at is not None:
        terms["expire_time"] = to_text(order.expire_at)
    if order.post_only:
        terms["post_only"] = True
    if order.reduce_only:
        terms["reduce_only"] = True
    return terms


def _batch(commands: Sequence[Command], dialect: Dialect) -> dict[str, object]:
    orders = [command for command in commands if isinstance(command, CreateOrder)]
    if len(orders) != len(commands) or any(order.instrument != orders[0].instrument for order in orders):
        raise dialect.unsupported("a batch holds orders of one instrument")
    symbol = dialect.names.symbol(orders[0].instrument)
    return {"symbol": symbol, "orders": [_terms(order, dialect) for order in orders]}


def _batch_cancel(commands: Sequence[Command], dialect: Dialect) -> dict[str, object]:
    cancels = [command for command in commands if isinstance(command, CancelOrder)]
    if len(cancels) != len(commands):
        raise dialect.unsupported("a batch of cancels holds cancels")
    # All in one list: whether "orders" may be shorter than two while the other list makes up for it is not written.
    if all(cancel.venue_order_id for cancel in cancels):
        return {"orders": [cancel.venue_order_id for cancel in cancels]}
    return {"cl_ord_id": [cancel.client_order_id for cancel in cancels]}


def _amendment(amend: AmendOrder) -> dict[str, object]:
    changes: dict[str, object] = (
        {"order_id": amend.venue_order_id} if amend.venue_order_id else {"cl_ord_id": amend.client_order_id}
    )
    if amend.quantity is not None:
        changes["order_qty"] = _number(amend.quantity)
    if amend.price is not None:
        changes["limit_price"] = _number(amend.price)
    if amend.trigger_price is not None:
        changes["trigger_price"] = _number(amend.trigger_price)
    if amend.post_only is not None:
        changes["post_only"] = amend.post_only
    return changes


def _number(value: Decimal) -> Raw:
    """A JSON number of plain digits."""
    return Raw(plain(value).encode())


def _text(method: str, request_id: int, params: Mapping[str, object], dialect: Dialect) -> str:
    whole = {**params, **dialect.params}
    return msgspec.json.encode({"method": method, "req_id": request_id, "params": whole}).decode()
