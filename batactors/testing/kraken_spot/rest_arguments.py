"""The terms of Spot's orders as REST has them."""

from datetime import datetime

from batactors.testing.kraken_spot.market import Markets, Pair
from batactors.testing.kraken_v2 import refusals
from batactors.testing.kraken_v2.refusals import Refused, invalid
from batactors.testing.kraken_v2.rest_arguments import Arguments
from batactors.testing.kraken_v2.wire import decimal_of, moment_of_seconds, span_of_seconds
from batactors.testing.venue.orders import MARKET_TYPES, TRIGGER_TYPES, Placement

UNSUPPORTED = ("starttm", "close", "close[ordertype]")


def pair_of(arguments: Arguments, markets: Markets) -> Pair:
    """The pair that is meant, under any of its names."""
    pair = markets.named(arguments.required("pair"))
    if pair is None:
        raise Refused(refusals.UNKNOWN_PAIR)
    return pair


def placement(arguments: Arguments, pair: Pair, now: datetime) -> Placement:
    """The terms of a new order. `price` is the trigger where there is one, and then `price2` the limit."""
    if any(arguments.text(name) not in (None, "0", "+0") for name in UNSUPPORTED):
        raise Refused(refusals.INVALID_ARGUMENTS)
    order_type = arguments.required("ordertype")
    triggered = order_type in TRIGGER_TYPES
    price = arguments.number("price")
    limit = arguments.number("price2") if triggered else price
    flags = arguments.words("oflags")
    volume = arguments.number("volume")
    if volume is None:
        raise invalid("volume")
    return Placement(
        pair=pair,
        side=arguments.required("type"),  # type: ignore[arg-type]  # checked with the other terms, by its value
        order_type=order_type,
        quantity=volume,
        cash="viqc" in flags,
        limit_price=None if order_type in MARKET_TYPES else limit,
        trigger_price=price if triggered else None,
        trigger_reference=arguments.text("trigger") or "last",
        time_in_force=(arguments.text("timeinforce") or "gtc").lower(),
        expire_at=_expiry(arguments, now),
        post_only="post" in flags,
        reduce_only=arguments.flag("reduce_only"),
        margin=arguments.text("leverage") not in (None, "none", "0"),
        display_quantity=arguments.number("displayvol"),
        fee_in_base="fcib" in flags,
        client_order_id=arguments.text("cl_ord_id"),
        userref=arguments.integer("userref"),
    )


def _expiry(arguments: Arguments, now: datetime) -> datetime | None:
    text = arguments.text("expiretm")
    if text is None or text == "0":
        return None
    value = decimal_of(text.lstrip("+"))
    if value is None:
        raise invalid("expiretm")
    return now + span_of_seconds(value) if text.startswith("+") else moment_of_seconds(value)
