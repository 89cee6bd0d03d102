"""The engine on Bybit: orders by either road, their fills, amends and cancels."""

from decimal import Decimal

import pytest
import trio

from batactors import CommandStatus, OrderAccepted, OrderCanceled, OrderFilled, OrderUpdated
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from tests.engine.bybit.bench import ORDER, open_bench

pytestmark = pytest.mark.usefixtures("network")


@pytest.mark.parametrize("transport", ["websocket", "rest"])
async def test_an_order_lives(network: SimulatedNetwork, seams: Seams, transport: str) -> None:
    """Accepted, filled in part, amended, cancelled: each told once, in order, though every answer says little."""
    async with open_bench(seams) as bench:
        handle = await bench.account.create_order(**ORDER, transport=transport)
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
