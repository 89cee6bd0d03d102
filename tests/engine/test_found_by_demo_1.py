"""Found by the demo: an order that was filled while nobody listened ends, and its last word says that it is filled."""

from decimal import Decimal

import pytest
import trio

from batactors import OrderState
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from tests.engine.bench import open_bench
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")


async def test_an_order_filled_in_an_outage_ends_as_filled(network: SimulatedNetwork, seams: Seams) -> None:
    """The history of trades says no total, so the end is learned after the last fill; it is told all the same, once."""
    async with open_bench(seams) as bench:
        handle = await place(bench)
        await handle.resolved()
        bench.venue.restart(down_for=3.0)
        for _ in range(100):  # more than the snapshot holds, which says the total
            bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.005"))
        with trio.fail_after(30):
            events = await events_of(handle)
        assert events[-1].state is OrderState.FILLED
        assert [event.is_terminal for event in events].count(True) == 1
