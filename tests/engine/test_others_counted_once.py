"""Orders placed by hand: status and fills, over lost frames, reconnects, history and restarts, are counted once."""

from contextlib import aclosing
from decimal import Decimal

import pytest
import trio

from batactors import FillReport, Missed, OrderState, OrderStatusReport, Report, SupervisionConfig
from batactors.journal.memory import MemoryJournal
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.testing.fault_script import Fault
from tests.engine.bench import ASK, BID, Bench, open_on, open_venue

pytestmark = pytest.mark.usefixtures("network")
TROUBLE: dict[str, list[Fault]] = {
    "nothing": [],
    "everything twice": [f.DuplicateFrame(count=20)],
    "out of order": [f.SwapFrames(count=20)],
    "late": [f.DelayFrame(event="trade", seconds=4.0, count=20)],
    "fills are lost": [f.LoseFrame(event="trade", count=20)],
    "statuses are lost": [f.LoseFrame(event="filled"), f.LoseFrame(event="new"), f.LoseFrame(event="canceled")],
    "all are lost": [f.LoseFrame(count=100)],
}


async def told(bench: Bench) -> list[Report]:
    """All reports so far."""
    found: list[Report] = []
    async with aclosing(bench.account.reports()) as reports:
        with trio.move_on_after(1.0):
            async for report in reports:
                assert not isinstance(report, Missed)
                found.append(report)
    return found


@pytest.mark.holds("S05")
@pytest.mark.parametrize("restart", [False, True], ids=["one process", "two"])
@pytest.mark.parametrize("trouble", TROUBLE)
async def test_orders_by_hand_are_counted_once(
    network: SimulatedNetwork, seams: Seams, trouble: str, restart: bool
) -> None:
    """One that rests and is filled in parts, one that is filled at once, one that is canceled with a part filled: by
    the fills reported, and by the last status, each has what the venue's ledger says, and no fill is reported twice.
    """
    journal = MemoryJournal()
    at_once = SupervisionConfig(stop_within=0.0, backoff_first=0.1, backoff_most=2.0)
    places = {"symbol": "BTC/USD", "side": "buy", "quantity": Decimal("0.5")}
    async with open_venue(seams) as (venue, urls):
        for life in range(1 + restart):
            async with open_on(
                venue, urls, seams, journals=lambda name: journal, supervision=at_once, reconcile_every=5.0
            ) as bench:
                if not life:
                    await trio.sleep(1.0)
                    venue.faults.add(*TROUBLE[trouble])
                    parts, canceled = (venue.place_external(**places, price=BID - 1) for _ in range(2))  # type: ignore[arg-type]
                    at_once_filled = venue.place_external(**places, price=ASK)  # type: ignore[arg-type]
                    await trio.sleep(1.0)
                    for order in (parts, canceled):
                        venue.fill(order.order_id, quantity=Decimal("0.1"))
                    await trio.sleep(1.0)
                    venue.cut()
                    venue.fill(parts.order_id, quantity=Decimal("0.2"))
                    await trio.sleep(5.0)
                    await bench.account.reconcile()
                if life == restart:
                    venue.cancel(canceled.order_id)
                    venue.fill(parts.order_id, quantity=Decimal("0.2"))
                    await trio.sleep(15.0)
                    venue.faults.clear()
                    venue.cut()
                    await trio.sleep(15.0)
                    await bench.account.reconcile()
                    await trio.sleep(5.0)
                    reports = await told(bench)
    assert [report.sequence for report in reports] == list(range(1, len(reports) + 1))
    fills = [report for report in reports if isinstance(report, FillReport)]
    assert len({report.fill_id for report in fills}) == len(fills)
    for placed, state in (
        (parts, OrderState.FILLED), (canceled, OrderState.CANCELED), (at_once_filled, OrderState.FILLED)
    ):  # fmt: skip
        order = venue.ledger.orders[placed.order_id]
        mine = [report for report in reports if report.venue_order_id == order.order_id]
        assert sum(report.quantity for report in mine if isinstance(report, FillReport)) == order.filled
        statuses = [report for report in mine if isinstance(report, OrderStatusReport)]
        assert (statuses[-1].state, statuses[-1].filled) == (state, order.filled)
        counts = [status.filled or Decimal(0) for status in statuses]
        assert counts == sorted(counts)
