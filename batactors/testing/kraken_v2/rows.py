"""Rows of the private WebSocket channels, with only the fields that the venue puts in each kind of row.

Sparseness is the point: `new` tells almost nothing, `filled` and `canceled` tell totals but no terms. A client must
remember.
"""

from decimal import Decimal

from batactors.testing.kraken_v2.wire import Json, number, stamp
from batactors.testing.venue.orders import Happened, LedgerEntry, VenueFill, VenueOrder

MAJOR_EVENTS = ("new", "trade", "filled", "canceled", "expired")


def event_row(step: Happened, *, full: bool = False) -> Json:
    """One step of an order as the executions channel tells it while it happens."""
    order = step.order
    row: Json = {"exec_type": step.exec_type, "order_status": order.status, **_ids(order)}
    if step.fill is not None:
        row |= _trade(step.fill) | _terms(order) | _totals(order)
    elif step.exec_type in ("pending_new", "amended", "restated") or (full and step.exec_type == "new"):
        row |= _terms(order) | _limits(order) | _totals(order)
        row |= {"amended": True} if order.amended else {}
        row |= {"reason": order.reason} if step.exec_type == "restated" else {}
    elif step.exec_type == "status":
        row |= {"triggers": _trigger(order)}
    elif step.exec_type in ("filled", "canceled", "expired"):
        row |= _totals(order)
        row |= {"reason": order.reason, "cancel_reason": order.reason} if order.reason else {}
    return row | {"timestamp": stamp(order.updated_at)}


def open_order_row(order: VenueOrder) -> Json:
    """An open order in a snapshot. Its exec_type is `new` whatever happened to it; the status says how it stands."""
    status = "new" if order.status == "pending_new" else order.status
    row: Json = {"exec_type": "new", "order_status": status, **_ids(order), **_terms(order), **_limits(order)}
    row |= _totals(order)
    row |= {"amended": True} if order.amended else {}
    return row | {"timestamp": stamp(order.updated_at)}


def fill_row(fill: VenueFill) -> Json:
    """A past fill in a snapshot: no totals and no quantity of the order."""
    order = fill.order
    row = {"exec_type": "trade", "order_status": "filled", "order_id": order.order_id, **_trade(fill)}
    row |= {"cl_ord_id": order.client_order_id} if order.client_order_id else {}
    row |= {"symbol": order.pair.symbol, "side": order.side, "order_type": order.terms.order_type}
    return row | {"order_userref": order.terms.userref or 0, "timestamp": stamp(fill.at)}


def ledger_row(entry: LedgerEntry) -> Json:
    """One change of a balance."""
    return {
        "ledger_id": entry.ledger_id,
        "ref_id": entry.ref_id,
        "timestamp": stamp(entry.at),
        "type": "trade",
        "subtype": "",
        "asset": entry.asset,
        "asset_class": "currency",
        "category": "trade",
        "wallet_type": "spot",
        "wallet_id": "main",
        "amount": number(entry.amount),
        "fee": number(entry.fee),
        "balance": number(entry.balance),
    }


def balance_rows(balances: dict[str, Decimal]) -> list[Json]:
    """The snapshot of the balances channel."""
    return [
        {
            "asset": asset,
            "asset_class": "currency",
            "balance": number(total),
            "wallets": [{"type": "spot", "id": "main", "balance": number(total)}],
        }
        for asset, total in balances.items()
    ]


def _ids(order: VenueOrder) -> Json:
    row: Json = {"order_id": order.order_id}
    if order.client_order_id is not None:
        row["cl_ord_id"] = order.client_order_id
    if order.terms.userref is not None:
        row["order_userref"] = order.terms.userref
    if order.parent_id is not None:
        row["ord_ref_id"] = order.parent_id
    return row


def _terms(order: VenueOrder) -> Json:
    return {
        "symbol": order.pair.symbol,
        "side": order.side,
        "order_type": order.terms.order_type,
        "order_qty": number(order.quantity),
    }


def _limits(order: VenueOrder) -> Json:
    """The terms that only full rows carry."""
    row: Json = {
        "time_in_force": order.terms.time_in_force.upper(),
        "fee_ccy_pref": "fcib" if order.terms.fee_in_base else "fciq",
        "post_only": order.terms.post_only,
        "reduce_only": order.terms.reduce_only,
    }
    if order.limit_price is not None:
        row["limit_price"] = number(order.limit_price, order.pair.price_decimals)
    if order.trigger_price is not None:
        row["triggers"] = _trigger(order)
    if order.terms.display_quantity is not None:
        row["display_qty"] = number(order.terms.display_quantity)
    if order.terms.expire_at is not None:
        row["expire_time"] = stamp(order.terms.expire_at)
    return row


def _trigger(order: VenueOrder) -> Json:
    return {
        "reference": order.terms.trigger_reference,
        "price": number(order.trigger_price or Decimal(0), order.pair.price_decimals),
        "price_type": "static",
        "status": "triggered" if order.triggered else "untriggered",
    }


def _totals(order: VenueOrder) -> Json:
    return {
        "cum_qty": number(order.filled),
        "cum_cost": number(order.cost),
        "avg_price": number(round(order.average_price, order.pair.price_decimals + 4)),
        "fee_usd_equiv": number(order.fee),
    }


def _trade(fill: VenueFill) -> Json:
    return {
        "exec_id": fill.exec_id,
        "trade_id": fill.trade_id,
        "last_qty": number(fill.quantity),
        "last_price": number(fill.price, fill.order.pair.price_decimals),
        "liquidity_ind": fill.liquidity,
        "cost": number(fill.cost),
        "fees": [{"asset": fill.order.pair.quote.name, "qty": number(fill.fee)}],
        "fee_usd_equiv": number(fill.fee),
    }
