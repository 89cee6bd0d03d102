"""What the private feeds tell of orders and fills (sections 8.1 and 8.2), as facts.

A delta of ``open_orders`` says how its order stands. What was filled it only counts: the fills themselves come by their
own feed, before it or behind it. An order that leaves the book may be named by its ids alone.
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Raw

from batactors.model.facts import Fact, FillFact, OrderFact, Says
from batactors.model.ids import Asset
from batactors.model.order_events import Fee
from batactors.venues.kraken_futures.envelope import NOTHING
from batactors.venues.kraken_futures.feed_rows import FILL, FILLS, ORDER, ORDERS, FillRow, Frame, OrderRow
from batactors.venues.kraken_futures.names import Names, asset
from batactors.venues.kraken_futures.quarantine import alone, aside, each
from batactors.venues.kraken_futures.times import from_ms
from batactors.venues.kraken_futures.words import (
    FORCED_FILLS,
    FORCED_ORDERS,
    LIQUIDITY,
    REASONS,
    SIDES,
    UNKNOWN_REASON,
    Reason,
    order_type_of,
)
from batactors.venues.reading import Unsound, number, quantity


def positive(value: Decimal | None, name: str) -> Decimal | None:
    """The number; zero is how the venue writes that there is none."""
    return number(value, name) or None


def total_of(left: Decimal | None, filled: Decimal | None) -> Decimal | None:
    """An order's total, of what is left and what is filled."""
    left, filled = quantity(left, "the remaining quantity"), quantity(filled, "the filled quantity")
    return None if left is None or filled is None else left + filled or None


def read_delta(frame: Frame, raw: str | bytes, names: Names) -> list[Fact]:
    """One frame of ``open_orders``."""
    if frame.order is not NOTHING:
        return alone(frame.order, ORDER, lambda row: [_told(frame, row, names)])
    if not frame.order_id and not frame.cli_ord_id:
        return aside(raw, "a frame of open_orders that names no order")
    says, reason = _meaning(frame, leaves=frame.is_cancel is not False)
    # Of one that never rested this says all; of another the venue is asked how much of it was filled.
    said = Says.REFUSED if reason.refused and says is Says.CANCELED else says
    return [
        OrderFact(
            says=said,
            venue_order_id=frame.order_id or None,
            client_order_id=frame.cli_ord_id or None,
            reason=_words(frame),
            post_only=reason.post_only,
        )
    ]


def read_open(rows: Raw, names: Names) -> list[Fact]:
    """The orders of ``open_orders_snapshot``."""
    return each(rows, ORDERS, ORDER, lambda row: [_order(row, names, says=Says.OPEN, reason=None, whole=True)])


def read_fills(rows: Raw, names: Names) -> list[Fact]:
    """The fills of ``fills`` and ``fills_snapshot``, in the order of the frame."""
    return each(rows, FILLS, FILL, lambda row: [_fill(row, names)])


def _told(frame: Frame, row: OrderRow, names: Names) -> OrderFact:
    says, reason = _meaning(frame, leaves=frame.is_cancel is True)
    return _order(row, names, says=says, reason=_words(frame), meaning=reason, stays=frame.is_cancel is not True)


def _meaning(frame: Frame, *, leaves: bool) -> tuple[Says, Reason]:
    reason = REASONS.get(frame.reason, UNKNOWN_REASON)
    return (reason.leaves if leaves else reason.stays) or Says.UNCLEAR, reason


def _words(frame: Frame) -> str | None:
    if frame.reason in ("new_placed_order_by_user", "partial_fill", "full_fill"):
        return None  # they say no more than the fact itself
    return frame.reason


def _order(
    row: OrderRow,
    names: Names,
    *,
    says: Says,
    reason: str | None,
    meaning: Reason = UNKNOWN_REASON,
    stays: bool = True,
    whole: bool = False,
) -> OrderFact:
    if not row.order_id:
        raise Unsound("an order without its id")
    price = positive(row.limit_price, "limit_price")
    return OrderFact(
        says=says,
        venue_order_id=row.order_id,
        client_order_id=row.cli_ord_id or None,
        instrument=names.find(row.instrument),
        side=SIDES.get(row.direction),
        order_type=order_type_of(row.type, price),
        quantity=total_of(row.qty, row.filled),
        price=price,
        trigger_price=positive(row.stop_price, "stop_price"),
        filled=quantity(row.filled, "filled"),
        reason=reason,
        post_only=meaning.post_only,
        refused=meaning.refused,
        whole=whole,
        forced=FORCED_ORDERS.get(row.type) or (meaning.forced if stays else None),
        occurred_at=from_ms(row.last_update_time) or from_ms(row.time),
        changed_at=from_ms(row.last_update_time),
        terms_stand=meaning.fills,
    )


def _fill(row: FillRow, names: Names) -> FillFact:
    qty, price = quantity(row.qty, "qty"), number(row.price, "price")
    left = quantity(row.remaining_order_qty, "remaining_order_qty")
    if not row.fill_id or not row.order_id or not qty or not price or price < 0:
        raise Unsound(f"not a fill: order {row.order_id}, {qty} at {price}")
    return FillFact(
        fill_id=row.fill_id,
        venue_order_id=row.order_id,
        client_order_id=row.cli_ord_id or None,
        instrument=names.find(row.instrument),
        side=None if row.buy is None else SIDES["buy" if row.buy else "sell"],
        order_type=order_type_of(row.order_type, None),
        quantity=qty,
        price=price,
        fees=fees_of(None if row.fee_currency is None else asset(row.fee_currency), row.fee_paid),
        liquidity=LIQUIDITY.get(row.fill_type, LIQUIDITY[None]),
        completes=left == 0 and left is not None,
        forced=FORCED_FILLS.get(row.fill_type),
        occurred_at=from_ms(row.time),
    )


def fees_of(currency: Asset | None, amount: Decimal | None) -> tuple[Fee, ...]:
    """The fee, negative for a rebate; one of nothing is no fee, as stream and history may differ in saying so."""
    return (Fee(asset=currency, amount=amount),) if currency and number(amount, "fee") and amount else ()


def in_time(fills: list[Fact]) -> Iterator[Fact]:
    """Oldest first: a snapshot may begin with the newest. What cannot be told apart stays in its place."""
    known = [fact for fact in fills if isinstance(fact, FillFact) and fact.occurred_at is not None]
    yield from sorted(known, key=lambda fact: fact.occurred_at)  # type: ignore[arg-type, return-value]
    yield from (fact for fact in fills if not isinstance(fact, FillFact) or fact.occurred_at is None)
