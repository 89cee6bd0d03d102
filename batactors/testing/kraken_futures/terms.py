"""Reading the terms of an order, and how a request names one."""

from decimal import Decimal

from attrs import frozen

from batactors.testing.kraken_futures.calls import Arguments
from batactors.testing.kraken_futures.market import Contract, Markets
from batactors.testing.kraken_futures.refusals import Refused, Turned, bad, missing
from batactors.testing.venue.orders import Placement

TYPES = ("lmt", "post", "ioc", "mkt", "fok", "stp", "take_profit", "trailing_stop")
STOPS = ("stp", "take_profit", "trailing_stop")
SIGNALS = ("mark", "index", "last")
UNITS = ("PERCENT", "QUOTE_CURRENCY")


@frozen(kw_only=True)
class OrderRef:
    """How a request names an order: by one of the two."""

    order_id: str | None = None
    client_order_id: str | None = None


def order_named(arguments: Arguments, name: str) -> OrderRef:
    """The one order that a request is for; `name` is how it spells the order id."""
    order_id, client = arguments.text(name), arguments.text("cliOrdId")
    if order_id is None and client is None:
        raise missing(name)
    if order_id is not None and client is not None:
        raise bad("cliOrdId")
    return OrderRef(order_id=order_id, client_order_id=client)


def contract_in(arguments: Arguments, markets: Markets) -> Contract:
    """The contract of a request."""
    found = markets.named(arguments.word("symbol"))
    if found is None:
        raise bad("symbol")
    return found


def placement(arguments: Arguments, markets: Markets) -> Placement:
    """The terms of a new order.

    Raises:
        Refused: They are no terms.
        Turned: They are none for this venue.
    """
    kind, side = arguments.word("orderType"), arguments.word("side").lower()
    contract = contract_in(arguments, markets)
    if kind not in TYPES:
        raise Turned("invalidOrderType")
    if side not in ("buy", "sell"):
        raise Turned("invalidSide")
    if arguments.text("limitPriceOffsetValue") is not None:
        raise Refused("limitPriceOffsetValue is not simulated", code=11, status=400)
    quantity, limit, stop = arguments.decimal("size"), arguments.decimal("limitPrice"), arguments.decimal("stopPrice")
    if quantity is None:
        raise missing("size")
    if kind in ("lmt", "post", "ioc", "fok") and limit is None:
        raise missing("limitPrice")
    if kind in ("stp", "take_profit") and stop is None:
        raise missing("stopPrice")
    trail, unit = _trail(arguments) if kind == "trailing_stop" else (None, "")
    signal = arguments.text("triggerSignal") or "mark"
    if signal not in SIGNALS:
        raise bad("triggerSignal")
    return Placement(
        pair=contract,
        side="buy" if side == "buy" else "sell",
        order_type=_kind(kind, limit),
        quantity=quantity,
        limit_price=None if kind in ("mkt", "trailing_stop") else limit,
        trigger_price=stop if kind in ("stp", "take_profit") else None,
        trigger_reference=signal,
        time_in_force=kind if kind in ("ioc", "fok") else "gtc",
        post_only=kind == "post",
        reduce_only=arguments.flag("reduceOnly"),
        client_order_id=arguments.text("cliOrdId"),
        native_type=kind,
        trail=trail,
        trail_in_percent=unit == "PERCENT",
    )


def _kind(kind: str, limit: Decimal | None) -> str:
    if kind == "mkt":
        return "market"
    if kind not in STOPS:
        return "limit"
    stop = "take-profit" if kind == "take_profit" else "stop-loss"
    return f"{stop}-limit" if limit is not None and kind != "trailing_stop" else stop


def _trail(arguments: Arguments) -> tuple[Decimal, str]:
    deviation, unit = arguments.decimal("trailingStopMaxDeviation"), arguments.word("trailingStopDeviationUnit")
    if deviation is None:
        raise missing("trailingStopMaxDeviation")
    if unit not in UNITS:
        raise bad("trailingStopDeviationUnit")
    return deviation, unit
