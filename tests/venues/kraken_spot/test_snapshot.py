"""The snapshot of the executions channel: what is open, and the latest fills (section 9)."""

from decimal import Decimal

import pytest

from batactors.model.facts import QuarantineFact, Says, SnapshotFact
from tests.venues.kraken_spot.samples import (
    CANCELED,
    NEW,
    ORDER,
    PENDING_NEW,
    SNAPSHOT_TRADE,
    TRADE,
    changed,
    executions,
    only,
    told,
)


def snapshot(*rows: str) -> SnapshotFact:
    """The only fact of a snapshot frame with these rows."""
    read = only(told(executions(*rows, kind="snapshot", sequence=1)))
    assert isinstance(read, SnapshotFact)
    return read


def test_an_empty_snapshot_is_a_snapshot() -> None:
    """No rows means that nothing is open; that such a frame comes is unverified."""
    assert snapshot() == SnapshotFact(orders=())


@pytest.mark.parametrize(
    ("status", "says"),
    [("new", Says.OPEN), ("pending_new", Says.PENDING), ("partially_filled", Says.OPEN), ("triggered", Says.TRIGGERED)],
)
@pytest.mark.parametrize("what", ["pending_new", "new"])
def test_the_state_is_in_order_status(what: str, status: str, says: Says) -> None:
    """An open order's row has the exec_type of old news; how it stands is in its status."""
    (order,) = snapshot(changed(PENDING_NEW, exec_type=what, order_status=status)).orders
    assert (order.says, order.venue_order_id, order.whole) == (says, ORDER, True)


def test_a_trade_row_is_a_fill() -> None:
    """A trade row lacks counts and client order id, and is a fill all the same; it does not complete its order.

    The status with it is seen to be "filled", perhaps on each fill of the order.
    """
    (fill,) = snapshot(SNAPSHOT_TRADE).fills
    assert (fill.fill_id, fill.quantity, fill.client_order_id) == ("TAAAAA-00001-AAAAAA", Decimal("0.004"), None)
    assert (fill.filled, fill.total, fill.completes, fill.whole) == (None, None, False, False)


def test_the_snapshot_and_the_stream_tell_one_fill() -> None:
    """The fill of a snapshot row and that of the live row agree in all that both carry."""
    (fill,) = snapshot(SNAPSHOT_TRADE).fills
    live = only(told(executions(TRADE)))
    for name in ("fill_id", "venue_order_id", "instrument", "side", "quantity", "price", "fees", "liquidity"):
        assert getattr(fill, name) == getattr(live, name)


def test_unknown_words() -> None:
    """An open order with an unknown status is unclear; with an unknown exec_type it is simply open."""
    first, second = snapshot(changed(PENDING_NEW, order_status="odd"), changed(PENDING_NEW, exec_type="odd",
                                                                               order_status="new")).orders  # fmt: skip
    assert (first.says, second.says) == (Says.UNCLEAR, Says.OPEN)


def test_a_closed_order_says_so() -> None:
    """A row of an order that has ended is told as ended."""
    (order,) = snapshot(CANCELED).orders
    assert order.says is Says.CANCELED


def test_a_bad_row_is_set_aside_alone() -> None:
    """What can be read is the snapshot; what cannot is set aside beside it, with its order."""
    bad = changed(SNAPSHOT_TRADE, last_qty=0)
    told_of, aside = told(executions(NEW, bad, SNAPSHOT_TRADE, kind="snapshot"))
    assert isinstance(told_of, SnapshotFact)
    assert (len(told_of.orders), len(told_of.fills)) == (1, 1)
    assert isinstance(aside, QuarantineFact)
    assert (aside.raw, aside.venue_order_id) == (bad, ORDER)


def test_a_trade_without_an_id_is_set_aside() -> None:
    """It is neither a fill that can be known again nor an open order."""
    _, aside = told(executions(changed(SNAPSHOT_TRADE, exec_id=...), kind="snapshot"))
    assert isinstance(aside, QuarantineFact)
