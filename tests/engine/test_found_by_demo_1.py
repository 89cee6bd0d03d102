"""Found by the demo: an order whose last fill nobody heard of live ends, and its last word says that it is filled."""

from decimal import Decimal

import pytest
import trio

from batactors import OrderState
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import open_bench
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")


async def test_an_order_filled_unheard_ends_as_filled(network: SimulatedNetwork, seams: Seams) -> None:
    """The history of trades names no total, so the end is learned otherwise; it is told all the same, and once."""
    async with open_bench(seams) as bench:
        handle = await place(bench)
        await handle.resolved()
        bench.venue.faults.add(f.LoseFrame(count=2))  # the fill, and the word that it was the last
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.5"))
        await bench.account.reconcile()
        with trio.fail_after(30):
            events = await events_of(handle)
        assert events[-1].state is OrderState.FILLED
        assert [event.is_terminal for event in events].count(True) == 1
