"""The rows of the ``executions`` channel, as facts (section 9).

What happened is in ``exec_type``, how the order stands in ``order_status``; a snapshot's rows say only the latter.
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Raw

from batactors.model.facts import Fact, FillFact, OrderFact, Says, SnapshotFact
from batactors.model.order_events import Fee
from batactors.model.terms import Liquidity
from batactors.venues.kraken_v2.dialect import Naming
from batactors.venues.kraken_v2.quarantine import Unsound, aside, each, number, quantity, text_of
from batactors.venues.kraken_v2.rows import EXECUTION, EXECUTIONS, ExecutionRow
from batactors.venues.kraken_v2.times import from_text
from batactors.venues.kraken_v2.words import (
    ENDS,
    LIQUIDITY,
    ORDER_TYPES,
    SIDES,
    STREAM_STATUS,
    TIMES_IN_FORCE,
    is_post_only,
)

# What an event says whatever the order's status with it. `None` is told by the status, and is OPEN if there is none.
EVENTS: dict[str | None, Says | None] = {
    "pending_new": Says.PENDING,
    "new": Says.OPEN,
    "trade": None,  # its fill is told apart; without an exec_id there is only the status
    "filled": Says.FILLED,
    "amended": Says.UPDATED,
    "restated": Says.UPDATED,
    "iceberg_refill": None,
    "status": None,
    "canceled": Says.CANCELED,
    "expired": Says.EXPIRED,
}


def read_update(data: Raw, names: Naming) -> list[Fact]:
    """The facts of an update frame, in the order of its rows."""
    return each(data, EXECUTIONS, EXECUTION, lambda row: _event(row, names))


def read_snapshot(data: Raw, names: Naming) -> list[Fact]:
    """One ``SnapshotFact`` of what could be read, and what could not."""
    if not bytes(data).startswith(b"["):
        return [aside(text_of(data), "a snapshot that is no list: it does not say that nothing is open")]
    facts = each(data, EXECUTIONS, EXECUTION, lambda row: _standing(row, names))
    orders = tuple(fact for fact in facts if isinstance(fact, OrderFact))
    fills = tuple(fact for fact in facts if isinstance(fact, FillFact))
    return [SnapshotFact(orders=orders, fills=fills), *(f for f in facts if not isinstance(f, OrderFact | FillFact))]


def _event(row: ExecutionRow, names: Naming) -> Iterator[Fact]:
    known = row.exec_type in EVENTS and (row.order_status is None or row.order_status in STREAM_STATUS)
    is_trade = row.exec_type == "trade"
    # Elsewhere than on a trade an exec_id may be a mere reference.
    if row.exec_id and (is_trade or row.last_qty is not None):
        # The last trade may still say "partially_filled"; a row "filled" follows it (section 0, fact 6).
        yield _fill(row, names, completes=row.order_status == "filled")
        if is_trade and known:
            return
    yield _order(row, names, _says(row) if known else Says.UNCLEAR, whole=_is_whole(row))


def _standing(row: ExecutionRow, names: Naming) -> Iterator[Fact]:
    is_trade = row.exec_type == "trade"
    if is_trade or (row.exec_id and row.last_qty is not None):
        # Here the status is perhaps the order's present one, on each of its fills: no fill of these completes it.
        yield _fill(row, names, completes=False)
    if not is_trade:
        status = row.order_status
        says = Says.OPEN if status is None else STREAM_STATUS.get(status, Says.UNCLEAR)
        yield _order(row, names, says, whole=True)


def _says(row: ExecutionRow) -> Says:
    event = EVENTS[row.exec_type]
    status = STREAM_STATUS.get(row.order_status)
    if row.exec_type == "status" and row.triggers is not None and row.triggers.status == "triggered":
        return status if status in ENDS else Says.TRIGGERED
    if event is None:
        return status or Says.OPEN
    if event is Says.UPDATED and status in ENDS:
        return status  # restated to nothing
    return event


def _is_whole(row: ExecutionRow) -> bool:
    # A pending_new carries the order's terms in full, a new as a rule next to nothing.
    if row.exec_type == "pending_new":
        return True
    return row.exec_type == "new" and row.order_qty is not None and row.symbol is not None


def _order(row: ExecutionRow, names: Naming, says: Says, *, whole: bool) -> OrderFact:
    if not row.order_id and not row.cl_ord_id:
        raise Unsound("it names no order")
    reason = row.reason or row.cancel_reason
    return OrderFact(
        says=says,
        venue_order_id=row.order_id or None,
        client_order_id=row.cl_ord_id or None,
        instrument=names.on_stream(row.symbol),
        side=SIDES.get(row.side),
        order_type=ORDER_TYPES.get(row.order_type),
        time_in_force=TIMES_IN_FORCE.get(row.time_in_force),
        quantity=quantity(row.order_qty, "order_qty"),
        # A price in percent or as a distance is not a price.
        price=number(row.limit_price, "limit_price") if row.limit_price_type in (None, "static") else None,
        trigger_price=_trigger_price(row),
        filled=quantity(row.cum_qty, "cum_qty"),
        reason=reason,
        post_only=is_post_only(reason) and says in (Says.CANCELED, Says.EXPIRED),
        whole=whole,
        occurred_at=from_text(row.timestamp),
    )


def _trigger_price(row: ExecutionRow) -> Decimal | None:
    if row.triggers is None or row.triggers.price_type not in (None, "static"):
        return None
    return number(row.triggers.price, "triggers.price")


def _fill(row: ExecutionRow, names: Naming, *, completes: bool) -> FillFact:
    last_qty, last_price = quantity(row.last_qty, "last_qty"), number(row.last_price, "last_price")
    if not row.exec_id or not row.order_id or not last_qty or not last_price or last_price < 0:
        raise Unsound(f"not a fill: order {row.order_id}, {last_qty} at {last_price}")
    return FillFact(
        fill_id=row.exec_id,
        venue_order_id=row.order_id,
        client_order_id=row.cl_ord_id or None,
        instrument=names.on_stream(row.symbol),
        side=SIDES.get(row.side),
        order_type=ORDER_TYPES.get(row.order_type),
        quantity=last_qty,
        price=last_price,
        fees=_fees(row),
        liquidity=LIQUIDITY.get(row.liquidity_ind, Liquidity.UNKNOWN),
        filled=quantity(row.cum_qty, "cum_qty"),
        total=quantity(row.order_qty, "order_qty"),
        completes=completes,
        occurred_at=from_text(row.timestamp),
    )


def _fees(row: ExecutionRow) -> tuple[Fee, ...]:
    # A fee of nothing is no fee: REST and the stream may differ in whether they say so.
    return tuple([Fee(asset=fee.asset, amount=fee.qty) for fee in row.fees or () if number(fee.qty, "fees.qty")])
