"""What the stream tells of orders: ORDER_TRADE_UPDATE, TRADE_LITE, ALGO_UPDATE (sections 4.4 and 7), as facts.

What happened is in ``x``, how the order stands in ``X``. Whether a row tells a fill is seen by its fill, not by ``x``:
liquidations have words of their own.
"""

from collections.abc import Iterator
from decimal import Decimal

from batactors.model.facts import Fact, FillFact, OrderFact, Says
from batactors.model.ids import VenueOrderId
from batactors.model.positions import Forced
from batactors.venues.binance.ids import algo_id, fill_id, forced_by, order_id
from batactors.venues.binance.names import Names
from batactors.venues.binance.order_rows import actual_order, algo_says, fees_of, ours, positive
from batactors.venues.binance.rows import AlgoUpdateRow, TradeLite, UpdateRow
from batactors.venues.binance.times import from_ms
from batactors.venues.binance.words import (
    ENDS,
    EXECUTIONS,
    EXPIRY_REASONS,
    LIQUIDITY,
    ORDER_STATUS,
    ORDER_TYPES,
    POSITION_SIDES,
    POST_ONLY,
    SIDES,
    TIMES_IN_FORCE,
)
from batactors.venues.reading import Unsound, number, quantity


def read_update(row: UpdateRow, names: Names) -> Iterator[Fact]:
    """The facts of one ORDER_TRADE_UPDATE: its fill, if it tells one, and what else it says of the order."""
    order = order_id(row.s, row.i)
    last = quantity(row.l, "l")
    says = _says(row)
    if last and row.t is not None and row.t > 0:
        yield _fill(row, order, last, row.t, names)
        if says is Says.OPEN or (says is Says.FILLED and row.X == "FILLED"):
            return  # the fill says it all, the end included
    yield OrderFact(
        says=says,
        venue_order_id=order,
        client_order_id=ours(row.c),
        instrument=names.find(row.s),
        side=SIDES.get(row.S),
        order_type=ORDER_TYPES.get(row.o),
        time_in_force=TIMES_IN_FORCE.get(row.f),
        quantity=quantity(row.q, "q") or None,
        price=positive(row.p, "p"),
        trigger_price=positive(row.sp, "sp"),
        filled=quantity(row.z, "z"),
        reason=_reason(row),
        post_only=_would_have_taken(row, says),
        whole=True,
        position_side=POSITION_SIDES.get(row.ps),
        forced=_forced(row),
        occurred_at=from_ms(row.T),
        changed_at=from_ms(row.T),
        terms_stand=row.x == "NEW",  # the first word of an order: what REST tells of the same millisecond is no older
    )


def read_lite(row: TradeLite, names: Names) -> Iterator[Fact]:
    """The fill of a TRADE_LITE, under the id under which ORDER_TRADE_UPDATE and REST tell it in full."""
    last, price = quantity(row.l, "l"), number(row.L, "L")
    if not last or not price or price < 0 or row.t <= 0:
        raise Unsound(f"not a fill: trade {row.t}, {last} at {price}")
    yield FillFact(
        fill_id=fill_id(row.s, row.t, row.i),
        venue_order_id=order_id(row.s, row.i),
        client_order_id=ours(row.c),
        instrument=names.find(row.s),
        side=SIDES.get(row.S),
        quantity=last,
        price=price,
        liquidity=LIQUIDITY[row.m],
        total=quantity(row.q, "q") or None,
        forced=forced_by(row.c),
        provisional=True,
        occurred_at=from_ms(row.T),
    )


def read_algo_update(row: AlgoUpdateRow, names: Names, told_at: int | None) -> Iterator[Fact]:
    """How an order stands that waits for a trigger, or did."""
    becomes = actual_order(row.s, row.ai)
    says = algo_says(row.X, becomes)
    yield OrderFact(
        says=says,
        venue_order_id=algo_id(row.aid),
        client_order_id=row.caid or None,
        instrument=names.find(row.s),
        side=SIDES.get(row.S),
        order_type=ORDER_TYPES.get(row.o),
        time_in_force=TIMES_IN_FORCE.get(row.f),
        quantity=quantity(row.q, "q") or None,
        price=positive(row.p, "p"),
        trigger_price=positive(row.tp, "tp"),
        filled=Decimal(0) if says in (Says.CANCELED, Says.EXPIRED) else None,
        reason=row.rm or None,
        whole=True,
        position_side=POSITION_SIDES.get(row.ps),
        becomes=becomes,
        occurred_at=from_ms(told_at),
    )


def _fill(row: UpdateRow, order: VenueOrderId, last: Decimal, trade: int, names: Names) -> FillFact:
    price = number(row.L, "L")
    if not price or price < 0:
        raise Unsound(f"not a fill: {last} at {price}")
    return FillFact(
        fill_id=fill_id(row.s, trade, row.i),
        venue_order_id=order,
        client_order_id=ours(row.c),
        instrument=names.find(row.s),
        side=SIDES.get(row.S),
        order_type=ORDER_TYPES.get(row.o),
        quantity=last,
        price=price,
        fees=fees_of(row.N, row.n, "n"),
        liquidity=LIQUIDITY[row.m],
        filled=quantity(row.z, "z"),
        total=quantity(row.q, "q") or None,
        completes=row.X == "FILLED",
        whole=True,
        position_side=POSITION_SIDES.get(row.ps),
        forced=_forced(row),
        occurred_at=from_ms(row.T),
    )


def _says(row: UpdateRow) -> Says:
    state = ORDER_STATUS.get(row.X)
    if state is None or row.x not in EXECUTIONS:
        return Says.UNCLEAR
    event = EXECUTIONS[row.x]
    if event is None or state in ENDS:
        return state
    # Amended, and it works on; or "cancelled" with a state that is no end, which cannot be.
    return event if event is Says.UPDATED else Says.UNCLEAR


def _reason(row: UpdateRow) -> str | None:
    if row.X == "EXPIRED_IN_MATCH":
        return "self-trade prevention"
    code = "0" if row.er is None else str(row.er)
    return EXPIRY_REASONS.get(code, f"expiry reason {code[:20]}")


def _would_have_taken(row: UpdateRow, says: Says) -> bool:
    """Nothing else ends a post-only order at once and gives no reason."""
    return says is Says.EXPIRED and row.f == POST_ONLY and row.X == "EXPIRED" and str(row.er or 0) == "0"


def _forced(row: UpdateRow) -> Forced | None:
    named = forced_by(row.c)
    if named is not None:
        return named
    if row.X == "NEW_ADL":
        return Forced.DELEVERAGING
    return Forced.LIQUIDATION if row.o == "LIQUIDATION" or row.X == "NEW_INSURANCE" else None
