"""The engine on Binance: orders by either kind of key and either road, their fills, amends and cancels."""

from decimal import Decimal

import pytest
import trio

from batactors import CommandStatus, OrderAccepted, OrderCanceled, OrderFilled, Unsupported
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from tests.engine.binance.bench import ORDER, open_bench

pytestmark = pytest.mark.usefixtures("network")


@pytest.mark.parametrize("logs_on", [False, True], ids=["secret", "ed25519"])
@pytest.mark.parametrize("transport", ["websocket", "rest"])
async def test_an_order_lives(network: SimulatedNetwork, seams: Seams, logs_on: bool, transport: str) -> None:
    """Accepted, filled in part, amended, cancelled: each told once, in order."""
    async with open_bench(seams, logs_on=logs_on) as bench:
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
        assert kinds.count(OrderFilled) == 1
        assert kinds[-1] is OrderCanceled


async def test_what_a_road_does_not_carry_is_told_so_in_words_that_help(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """A setting by the socket, and an order that nobody knows: the reason names what would be right."""
    async with open_bench(seams) as bench:
        handle = await bench.account.set_leverage("BTC/USDT:USDT", 10, transport="websocket")
        with trio.fail_after(30.0):
            receipt = await handle.resolved()
        assert receipt.status is CommandStatus.NOT_EXECUTED
        assert "REST" in str(receipt.message)
        with pytest.raises(Unsupported, match="instrument"):
            await bench.account.cancel_order("nonesuch")
