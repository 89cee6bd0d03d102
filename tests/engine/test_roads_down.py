"""The way down to the venue: by which road, how fast, and until when."""

from typing import Any

import pytest
import trio

from batactors import (
    CommandHandle,
    CommandStatus,
    NewRisk,
)
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import BID, Bench, open_bench

ORDER: dict[str, Any] = {"instrument": "BTC/USD", "side": "buy", "order_type": "limit", "quantity": "1", "price": BID}


async def place(bench: Bench, **fields: Any) -> CommandHandle:
    """Place an order that rests, and have it accepted."""
    handle = await bench.account.create_order(**(ORDER | fields))
    await handle.resolved()
    return handle


@pytest.mark.holds("G16", "D11")
async def test_a_burst_of_orders_delays_no_cancel(network: SimulatedNetwork, seams: Seams) -> None:
    """With the venue's counters on, a burst far beyond them is slowed, not refused, and a cancel goes out at once."""
    async with open_bench(seams, rate_limits=True, send_within=300.0) as bench:
        resting = await place(bench)
        await trio.sleep(10.0)
        handles = [await bench.account.create_order(**(ORDER | {"quantity": "0.01"})) for _ in range(120)]
        began = trio.current_time()
        cancel = await resting.cancel()
        assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
        assert trio.current_time() - began < 1.0
        assert len(bench.account.commands()) > 30
        assert [(await handle.resolved()).status for handle in handles] == [CommandStatus.ACCEPTED] * 120


@pytest.mark.holds("G16")
async def test_a_refusal_for_rate_is_definite(network: SimulatedNetwork, seams: Seams) -> None:
    """A command that was refused for its rate was surely not done; the next waits for its turn and succeeds."""
    async with open_bench(seams, send_within=60.0) as bench:
        bench.venue.faults.add(f.RefuseRate(method="add_order"))
        refused = await bench.account.create_order(**ORDER)
        receipt = await refused.resolved()
        assert (receipt.status, receipt.retriable) == (CommandStatus.REJECTED, True)
        began = trio.current_time()
        again = await bench.account.create_order(**ORDER)
        assert (await again.resolved()).status is CommandStatus.ACCEPTED
        assert trio.current_time() - began > 5.0


@pytest.mark.holds("G01", "X24")
async def test_rest_is_taken_while_there_is_no_socket(network: SimulatedNetwork, seams: Seams) -> None:
    """Before the socket was used, REST may be; what was handed to a socket that then died goes by no other road."""
    async with open_bench(seams, new_risk_while_recovering=NewRisk.ALLOW) as bench:
        bench.venue.faults.add(f.RefuseToken(method="subscribe", count=3))
        bench.venue.cut()
        await trio.sleep(0.5)
        handle = await bench.account.create_order(**ORDER)
        assert (await handle.ack()).transport == "rest"
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        await trio.sleep(10.0)
        assert (await (await place(bench)).ack()).transport == "websocket"
        assert [command.method for command in bench.venue.ledger.commands].count("add_order") == 2


@pytest.mark.holds("G05")
async def test_what_waited_too_long_never_arrives(network: SimulatedNetwork, seams: Seams) -> None:
    """Orders that could not go out within their time are told as not sent, and the venue never sees them."""
    async with open_bench(seams, rate_limits=True, send_within=2.0) as bench:
        handles = [await bench.account.create_order(**(ORDER | {"quantity": "0.01"})) for _ in range(100)]
        statuses = {str(handle.client_order_id): (await handle.resolved()).status for handle in handles}
        await trio.sleep(120.0)
        late = {name for name, status in statuses.items() if status is CommandStatus.NOT_EXECUTED}
        assert 10 < len(late) < 60
        seen = {order.client_order_id for order in bench.venue.ledger.orders.values()}
        assert seen == set(statuses) - late
