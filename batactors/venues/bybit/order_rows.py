"""Orders and executions, live and by REST, as facts (section 7). Live, the two come in any order."""

from collections.abc import Iterator
from decimal import Decimal

from batactors.model.facts import Fact, FillFact, IgnoredFact, OrderFact, Says
from batactors.model.ids import Asset
from batactors.model.order_events import Fee
from batactors.model.terms import OrderType, Side
from batactors.venues.bybit.ids import fill_id
from batactors.venues.bybit.names import Names
from batactors.venues.bybit.rows import ExecutionRow, OrderRow, amount, count, positive
from batactors.venues.bybit.times import from_ms, ms_of
from batactors.venues.bybit.words import (
    CATEGORY,
    CONDITIONAL,
    CREATED_BY,
    DIRECTIONS,
    FILLS,
    LIQUIDITY,
    NO_FILLS,
    NO_REASON,
    ORDER_STATUS,
    PLAIN,
    POSITION_SIDES,
    SIDES,
    TIMES_IN_FORCE,
    TRAILING,
    WORKING,
    WOULD_TAKE,
)
from batactors.venues.reading import Unsound


def read_order(row: OrderRow, names: Names) -> Iterator[Fact]:
    """How an order stands. Rows of other categories are none of ours."""
    if row.category not in (None, CATEGORY):
        yield IgnoredFact(what=f"an order of {row.category}"[:80])
        return
    filled, trigger = count(row.cumExecQty, "cumExecQty"), positive(row.triggerPrice, "triggerPrice")
    says = ORDER_STATUS.get(row.orderStatus, Says.UNCLEAR)
    if says is Says.REFUSED and filled:
        says = Says.CANCELED  # what has traded was not refused, whatever the word
    elif says is Says.OPEN and trigger is not None and row.orderStatus in WORKING:
        says = Says.TRIGGERED  # it waited, and works now
    kind = _kind(row, has_trigger=trigger is not None)
    yield OrderFact(
        says=says,
        venue_order_id=row.orderId,
        client_order_id=row.orderLinkId or None,
        instrument=names.find(row.symbol),
        side=SIDES.get(row.side),
        order_type=kind,
        time_in_force=TIMES_IN_FORCE.get(row.timeInForce),
        quantity=positive(row.qty, "qty"),
        # A market order is a limit order within, and may show the price at which the venue caps it.
        price=positive(row.price, "price") if row.orderType != "Market" else None,
        trigger_price=trigger,
        filled=filled,
        reason=_reason(row, says),
        post_only=row.rejectReason == WOULD_TAKE,
        whole=True,
        position_side=POSITION_SIDES.get(row.positionIdx),
        forced=CREATED_BY.get(row.createType),
        occurred_at=from_ms(row.updatedTime) or from_ms(row.createdTime),
        changed_at=from_ms(row.updatedTime),
    )


def read_execution(row: ExecutionRow, names: Names) -> Iterator[Fact]:
    """A fill; or funding and the like, which is none.

    Raises:
        Unsound: A kind that we do not know: it may be a fill.
    """
    if row.category not in (None, CATEGORY):
        yield IgnoredFact(what=f"an execution of {row.category}"[:80])
    elif row.execType in NO_FILLS:
        yield IgnoredFact(what=f"execution {row.execType}")
    elif row.execType not in FILLS:
        raise Unsound(f"an execution of the kind {(row.execType or '')[:40]!r}")
    else:
        yield _fill(row, names)


def read_history(row: ExecutionRow, names: Names) -> Iterator[Fact]:
    """The same of the history, where the order's own count tells whether a kind that we do not know was a fill.

    It is told again by each answer, and must not spoil them all.
    """
    if row.execType in FILLS or row.execType in NO_FILLS:
        yield from read_execution(row, names)
    else:
        yield IgnoredFact(what=f"execution {row.execType}"[:80], is_known=False)


def read_fast(row: ExecutionRow, names: Names) -> Iterator[Fact]:
    """A fill, told ahead: without its fee, and of makers without the client order id."""
    if row.category not in (None, CATEGORY):
        yield IgnoredFact(what=f"an execution of {row.category}"[:80])
        return
    yield FillFact(
        fill_id=fill_id(row.execId, row.orderId),
        venue_order_id=row.orderId,
        client_order_id=row.orderLinkId or None,
        instrument=names.find(row.symbol),
        side=SIDES.get(row.side),
        quantity=_needed(row.execQty, "execQty"),
        price=_needed(row.execPrice, "execPrice"),
        liquidity=LIQUIDITY[row.isMaker],
        provisional=True,
        occurred_at=from_ms(row.execTime),
    )


def place_in_time(row: ExecutionRow) -> tuple[int, int, str]:
    """Where an execution stands among others: those of one millisecond come in no order."""
    seq = str(row.seq or 0)
    return (ms_of(row.execTime) or 0, int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 20 else 0, row.execId)


def _fill(row: ExecutionRow, names: Names) -> FillFact:
    conditional = row.stopOrderType not in NO_REASON
    instrument = names.find(row.symbol)
    settle = None if instrument is None else Asset(instrument.partition(":")[2].partition("-")[0])
    fee, asset = amount(row.execFee, "execFee"), row.feeCurrency or settle
    return FillFact(
        fill_id=fill_id(row.execId, row.orderId),
        venue_order_id=row.orderId,
        client_order_id=row.orderLinkId or None,
        instrument=instrument,
        side=SIDES.get(row.side),
        order_type=None if conditional else PLAIN.get(row.orderType),
        quantity=_needed(row.execQty, "execQty"),
        price=_needed(row.execPrice, "execPrice"),
        fees=(Fee(asset=asset, amount=fee),) if asset and fee else (),
        liquidity=LIQUIDITY[row.isMaker],
        total=positive(row.orderQty, "orderQty"),
        whole=True,
        forced=FILLS.get(row.execType) or CREATED_BY.get(row.createType),
        occurred_at=from_ms(row.execTime),
    )


def _needed(text: str | None, name: str) -> Decimal:
    found = count(text, name)
    if not found:
        raise Unsound(f"not a fill: {name} is {(text or '')[:20]!r}")
    return found


def _kind(row: OrderRow, *, has_trigger: bool) -> OrderType | None:
    plain, side = PLAIN.get(row.orderType), SIDES.get(row.side)
    if not has_trigger or plain is None:
        return plain
    if row.stopOrderType == TRAILING:
        return OrderType.TRAILING_STOP
    stop = _is_stop(row, side)
    return None if stop is None else CONDITIONAL[stop, plain is OrderType.LIMIT]


def _is_stop(row: OrderRow, side: Side | None) -> bool | None:
    """Whether it is a stop rather than a take-profit; ``None`` if nothing tells."""
    for stop in (True, False):
        if side is not None and row.triggerDirection == DIRECTIONS[stop, side]:
            return stop
    return {"Stop": True, "StopLoss": True, "TakeProfit": False}.get(row.stopOrderType or "")


def _reason(row: OrderRow, says: Says) -> str | None:
    if says is Says.UNCLEAR:
        return f"the status {(row.orderStatus or '')[:40]!r}"
    told = (row.rejectReason, row.cancelType)
    return next((word for word in told if word not in NO_REASON), None)
