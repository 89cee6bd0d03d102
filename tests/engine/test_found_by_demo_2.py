"""Found by the demo: a fill of an order placed by hand, heard from history, did away with the question how it ended."""

from decimal import Decimal

import pytest
import trio

from batactors import FillReport, Missed, OrderState, OrderStatusReport, Report
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import Bench, open_bench

pytestmark = pytest.mark.usefixtures("network")


async def test_the_end_of_an_order_by_hand_is_asked_for(network: SimulatedNetwork, seams: Seams) -> None:
    """Its last fill and its end went unheard; both are reported, once."""
    told: list[Report | Missed] = []

    async def follow(bench: Bench) -> None:
        async for report in bench.account.reports():
            told.append(report)

    async with open_bench(seams) as bench, trio.open_nursery() as following:
        following.start_soon(follow, bench)
        order = bench.venue.place_external(
            symbol="BTC/USD", side="buy", quantity=Decimal("0.5"), price=Decimal("48000")
        )
        await trio.sleep(1.0)
        bench.venue.faults.add(f.LoseFrame(count=2))
        bench.venue.fill(order, quantity=Decimal("0.5"))
        await trio.sleep(1.0)
        await bench.account.reconcile()
        await trio.sleep(5.0)
        following.cancel_scope.cancel()
    assert sum(isinstance(report, FillReport) for report in told) == 1
    states = [report.state for report in told if isinstance(report, OrderStatusReport)]
    assert states.count(OrderState.FILLED) == 1
    assert states[-1] is OrderState.FILLED
