"""Orders and trades as REST tells them: money as text, times as floating seconds, closed orders with their reason."""

from collections.abc import Sequence
from decimal import Decimal

from batactors.testing.kraken_v2.listing import Listing
from batactors.testing.kraken_v2.wire import Json, plain, seconds
from batactors.testing.venue.market import Pair, Quote
from batactors.testing.venue.orders import ZERO, Amendment, Placement, VenueFill, VenueOrder

STATUSES = {
    "pending_new": "pending",
    "new": "open",
    "partially_filled": "open",
    "filled": "closed",
    "canceled": "canceled",
    "expired": "expired",
}


def order_report(order: VenueOrder, listing: Listing, fill_ids: Sequence[str] | None = None) -> Json:
    """One order, without its id, which is its key."""
    decimals = order.pair.price_decimals
    report: Json = {
        "refid": order.parent_id,
        "userref": order.terms.userref or 0,
        "status": STATUSES[order.status],
        "opentm": seconds(order.opened_at),
        "starttm": 0,
        "expiretm": seconds(order.terms.expire_at) if order.terms.expire_at else 0,
        "descr": describe(
            order.terms, listing.altname(order.pair), order.quantity, order.limit_price, order.trigger_price
        ),
        "vol": plain(order.quantity, 8),
        "vol_exec": plain(order.filled, 8),
        "cost": plain(order.cost, order.pair.cost_decimals),
        "fee": plain(order.fee, order.pair.cost_decimals),
        "price": plain(order.average_price, decimals + 4 if order.filled else decimals),
        "stopprice": plain(order.trigger_price or ZERO, decimals),
        "limitprice": plain(ZERO, decimals),
        "misc": ",".join(_misc(order)),
        "oflags": ",".join(_flags(order.terms)),
    }
    if order.client_order_id is not None:
        report["cl_ord_id"] = order.client_order_id
    if order.trigger_price is not None:
        report["trigger"] = order.terms.trigger_reference
    if fill_ids is not None:
        report["trades"] = list(fill_ids)
    if order.closed_at is not None:
        report |= {"closetm": seconds(order.closed_at), "reason": order.reason}
    return report


def describe(terms: Placement, altname: str, quantity: Decimal, limit: Decimal | None, trigger: Decimal | None) -> Json:
    """The terms in words, which some clients parse."""
    decimals = terms.pair.price_decimals
    price = trigger if trigger is not None else limit
    price2 = limit if trigger is not None else None
    words = f"{terms.side} {plain(quantity, 8)} {altname} @ {terms.order_type}"
    words += f" {plain(price, decimals)}" if price is not None else ""
    words += f" -> limit {plain(price2, decimals)}" if price2 is not None else ""
    return {
        "pair": altname,
        "type": terms.side,
        "ordertype": terms.order_type,
        "price": plain(price, decimals) if price is not None else "0",
        "price2": plain(price2, decimals) if price2 is not None else "0",
        "leverage": "none",
        "order": words,
        "close": "",
    }


def trade_report(fills: Sequence[VenueFill], listing: Listing) -> Json:
    """One trade; several fills are merged into one, as the venue does with a taker's."""
    first = fills[0]
    pair, order = first.order.pair, first.order
    quantity = sum((fill.quantity for fill in fills), ZERO)
    cost = sum((fill.cost for fill in fills), ZERO)
    return {
        "ordertxid": order.order_id,
        "postxid": "TKH2SE-M7IF5-CFI7LT",
        "pair": listing.key(pair),
        "time": seconds(first.at),
        "type": order.side,
        "ordertype": order.terms.order_type,
        "price": plain(first.price if len(fills) == 1 else cost / quantity, pair.price_decimals),
        "cost": plain(cost, pair.cost_decimals),
        "fee": plain(sum((fill.fee for fill in fills), ZERO), pair.cost_decimals),
        "vol": plain(quantity, 8),
        "margin": plain(ZERO, pair.cost_decimals),
        "leverage": "0",
        "misc": "",
        "trade_id": first.trade_id,
        "maker": first.liquidity == "m",
    }


def amendment_report(amendment: Amendment) -> Json:
    """One set of terms in an order's history."""
    order = amendment.order
    report: Json = {
        "amend_id": amendment.amend_id,
        "amend_type": amendment.kind,
        "order_qty": plain(order.quantity, 8),
        "remaining_qty": plain(order.remaining, 8),
        "post_only": order.terms.post_only,
        "timestamp": int(order.updated_at.timestamp() * 1_000_000) * 1_000,
    }
    if order.limit_price is not None:
        report["limit_price"] = plain(order.limit_price, order.pair.price_decimals)
    if order.trigger_price is not None:
        report["trigger_price"] = plain(order.trigger_price, order.pair.price_decimals)
    if amendment.reason is not None:
        report["reason"] = amendment.reason
    return report


def ticker_report(pair: Pair, quote: Quote) -> Json:
    """The top of the book; volumes are not simulated."""
    bid, ask, last = (plain(price or ZERO, pair.price_decimals) for price in (quote.bid, quote.ask, quote.last))
    today = ["0.00000000", "0.00000000"]
    return {
        "a": [ask, "1", "1.000"],
        "b": [bid, "1", "1.000"],
        "c": [last, "0.00000000"],
        "v": today,
        "p": [last, last],
        "t": [0, 0],
        "l": [last, last],
        "h": [last, last],
        "o": last,
    }


def _misc(order: VenueOrder) -> list[str]:
    partial = order.closed and ZERO < order.filled < order.quantity
    words = {"amended": order.amended, "touched": order.triggered, "partial": partial}
    return [word for word, holds in words.items() if holds]


def _flags(terms: Placement) -> list[str]:
    return ["fcib" if terms.fee_in_base else "fciq", *(["post"] if terms.post_only else [])]
