"""Reading the parameters of trading requests on WebSocket v2, strictly.

A client that sends money as text, or one identity too many, must find out here and not at the real venue.
"""

from decimal import Decimal
from typing import Any, Protocol

from batactors.testing.kraken_v2 import refusals
from batactors.testing.kraken_v2.refs import OrderRef
from batactors.testing.kraken_v2.refusals import Refused, invalid
from batactors.testing.kraken_v2.wire import Json, decimal_of, moment_of
from batactors.testing.venue.market import Pair
from batactors.testing.venue.orders import Placement

UNSUPPORTED = ("conditional", "effective_time", "sender_sub_id")

TERMS = """order_type side order_qty limit_price limit_price_type triggers time_in_force expire_time effective_time
    post_only reduce_only margin stp_type display_qty fee_preference no_mpp cash_order_qty conditional order_userref
    cl_ord_id sender_sub_id"""
AMENDABLE = "order_id cl_ord_id symbol order_qty limit_price limit_price_type trigger_price trigger_price_type"
FIELDS = {
    method: frozenset(f"token deadline {fields}".split())
    for method, fields in {
        "add_order": f"symbol validate {TERMS}",
        "batch_add": "symbol validate orders",
        "amend_order": f"{AMENDABLE} display_qty post_only",
        "edit_order": f"order_id symbol validate {TERMS}",
        "cancel_order": "order_id cl_ord_id order_userref",
        "batch_cancel": "orders cl_ord_id",
        "cancel_all": "",
        "cancel_all_orders_after": "timeout",
    }.items()
}


class Symbols(Protocol):
    """What is traded."""

    def by_symbol(self, symbol: str) -> Pair | None:
        """The pair that WebSocket v2 means by this."""
        ...


def known_fields(method: str, params: Json) -> None:
    """Refuse a member that the method does not have, such as a misspelt one."""
    for name in params:
        if name not in FIELDS[method]:
            raise Refused(f"Unsupported field: '{name}'")


def pair_of(params: Json, markets: Symbols) -> Pair:
    """The pair of a request, by its WebSocket name only."""
    if "symbol" not in params:
        raise Refused("Symbol(s) not found")
    pair = markets.by_symbol(str(params["symbol"]))
    if pair is None:
        raise Refused(f"Currency pair not supported {params['symbol']}")
    return pair


def placement(params: Any, pair: Pair) -> Placement:
    """The terms of a new order."""
    if not isinstance(params, dict):
        raise invalid("orders")
    if any(name in params for name in UNSUPPORTED):
        raise Refused(refusals.INVALID_ARGUMENTS)
    static_prices(params)
    cash = number(params, "cash_order_qty")
    quantity = cash if cash is not None else number(params, "order_qty")
    if quantity is None:
        raise invalid("order_qty")
    expire_at = moment_of(params["expire_time"]) if "expire_time" in params else None
    return Placement(
        pair=pair,
        side=params.get("side"),  # type: ignore[arg-type]  # checked with the other terms, by its value
        order_type=str(params.get("order_type")),
        quantity=quantity,
        cash=cash is not None,
        limit_price=number(params, "limit_price"),
        trigger_price=trigger_price(params),
        trigger_reference=str((params.get("triggers") or {}).get("reference", "last")),
        time_in_force=str(params.get("time_in_force", "gtc")).lower(),
        expire_at=expire_at,
        post_only=params.get("post_only", False) is True,
        reduce_only=params.get("reduce_only", False) is True,
        margin=params.get("margin", False) is True,
        display_quantity=number(params, "display_qty"),
        fee_in_base=params.get("fee_preference") == "base",
        client_order_id=text(params, "cl_ord_id") if "cl_ord_id" in params else None,
        userref=integer(params, "order_userref"),
    )


def one_ref(params: Json) -> OrderRef:
    """The order that an amend is for, by exactly one of its names."""
    if ("order_id" in params) == ("cl_ord_id" in params):
        raise Refused(refusals.INVALID_ARGUMENTS)
    if "order_id" in params:
        return OrderRef(order_id=text(params, "order_id"))
    return OrderRef(client_order_id=text(params, "cl_ord_id"))


def many_refs(params: Json, names: tuple[str, ...]) -> list[OrderRef]:
    """The orders that a cancel names; lists only, as documented."""
    refs: list[OrderRef] = []
    for name in names:
        values = params.get(name, [])
        if not isinstance(values, list):
            raise invalid(name)
        for value in values:
            if name == "order_userref" and isinstance(value, int):
                refs.append(OrderRef(userref=value))
            elif name == "order_id" and isinstance(value, str):
                refs.append(OrderRef(order_id=value))
            elif name == "cl_ord_id" and isinstance(value, str):
                refs.append(OrderRef(client_order_id=value))
            else:
                raise invalid(name)
    if not refs:
        raise invalid("order_id")
    return refs


def static_prices(params: Json) -> None:
    """Refuse prices that are relative to the market; they are not simulated."""
    for name in ("limit_price_type", "trigger_price_type"):
        if params.get(name, "static") != "static":
            raise invalid(name)


def trigger_price(params: Json) -> Decimal | None:
    """The price of the trigger, if there is one."""
    triggers = params.get("triggers")
    if triggers is None:
        return None
    if not isinstance(triggers, dict) or triggers.get("price_type", "static") != "static":
        raise invalid("triggers")
    return number(triggers, "price")


def number(params: Json, name: str) -> Decimal | None:
    """A JSON number; text is refused, as the venue does."""
    if name not in params:
        return None
    value = params[name]
    found = None if isinstance(value, str) else decimal_of(value)
    if found is None:
        raise invalid(name)
    return found


def integer(params: Json, name: str) -> int | None:
    """A whole number, if there is one."""
    value = params.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise invalid(name)
    return value


def text(params: Json, name: str) -> str:
    """A text that must be there."""
    value = params.get(name)
    if not isinstance(value, str):
        raise invalid(name)
    return value
