"""The engine on Kraken Futures: orders by REST, their fills, amends and cancels by the feeds."""

from decimal import Decimal

import pytest
import trio

from batactors import CommandStatus, OrderAccepted, OrderCanceled, OrderFilled, OrderUpdated
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from tests.engine.kraken_futures.bench import ORDER, open_bench

pytestmark = pytest.mark.usefixtures("network")


async def test_an_order_lives(network: SimulatedNetwork, seams: Seams) -> None:
    """Accepted, filled in part, amended, cancelled: each told once, though there is no socket for commands."""
    async with open_bench(seams) as bench:
        handle = await bench.account.create_order(**ORDER)
        with trio.fail_after(30.0):
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.2"))
        await trio.sleep(1.0)
        amend = await handle.amend(price="48500")
        with trio.fail_after(30.0):
            assert (await amend.resolved()).status is CommandStatus.ACCEPTED
        cancel = await handle.cancel()
        with trio.fail_after(30.0):
            assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
        with trio.fail_after(30.0):
            kinds = [type(event) async for event in handle.events()]
        assert kinds[1] is OrderAccepted
        assert (kinds.count(OrderFilled), kinds.count(OrderUpdated)) == (1, 1)
        assert kinds[-1] is OrderCanceled


async def test_an_order_is_filled_in_parts(network: SimulatedNetwork, seams: Seams) -> None:
    """The captured sequence of an order of 10 that filled as 4 + 3 + 3: three fills, one end, no update."""
    async with open_bench(seams) as bench:
        handle = await bench.account.create_order(**{**ORDER, "quantity": "10"})
        await handle.resolved()
        for quantity in ("4", "3", "3"):
            bench.venue.fill(str(handle.client_order_id), quantity=Decimal(quantity))
            await trio.sleep(0.2)
        with trio.fail_after(30.0):
            events = [event async for event in handle.events()]
        fills = [event for event in events if isinstance(event, OrderFilled)]
        assert [fill.quantity for fill in fills] == [4, 3, 3]
        assert not any(isinstance(event, OrderUpdated) for event in events)
