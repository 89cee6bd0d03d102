"""Client order ids: ours everywhere, whatever the venue can take, and never used twice."""

from contextlib import aclosing
from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import (
    CommandHandle,
    CommandStatus,
    InvalidCommand,
    NewOrder,
    OrderFilled,
    Origin,
)
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import BID, Bench, open_bench

LONG = "my strategy/leg 1/" + "x" * 80
ORDER: dict[str, Any] = {"instrument": "BTC/USD", "side": "buy", "order_type": "limit", "quantity": "1", "price": BID}


async def place(bench: Bench, **fields: Any) -> CommandHandle:
    """Place an order that rests, and have it accepted."""
    handle = await bench.account.create_order(**(ORDER | fields))
    await handle.resolved()
    return handle


@pytest.mark.holds("I03")
async def test_an_id_that_the_venue_cannot_take_is_ours_everywhere(network: SimulatedNetwork, seams: Seams) -> None:
    """A long client order id goes out shortened, and comes back as it was by ack, stream and REST alike."""
    async with open_bench(seams) as bench:
        handle = await place(bench, client_order_id=LONG)
        (order,) = bench.venue.ledger.orders.values()
        wire_id = order.client_order_id
        assert wire_id is not None
        assert wire_id != LONG
        assert len(wire_id) <= 36
        bench.venue.fill(wire_id, quantity=Decimal("0.1"))
        await trio.sleep(0.5)
        bench.venue.restart(down_for=2.0)
        bench.venue.fill(wire_id, quantity=Decimal("0.1"))
        await trio.sleep(10.0)
        amend = await bench.account.amend_order(LONG, price=BID - 1)
        assert (await amend.resolved()).status is CommandStatus.ACCEPTED
        bench.venue.faults.add(f.LoseAck(method="cancel_order"), f.LoseFrame(event="canceled"))
        cancel = await bench.account.cancel_order(LONG)
        assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
        events = [event async for event in handle.events()]
        assert {event.client_order_id for event in events} == {LONG}
        assert sum(isinstance(event, OrderFilled) for event in events) == 2
        assert {Origin.ACK, Origin.STREAM, Origin.QUERY} <= {event.origin for event in events}
        assert handle.client_order_id == LONG
        async with aclosing(bench.account.reports()) as reports:
            with trio.move_on_after(1.0):
                raise AssertionError(f"it was told as another's: {await anext(reports)}")


@pytest.mark.holds("I03")
async def test_a_shortened_id_is_found_by_rest_alone(network: SimulatedNetwork, seams: Seams) -> None:
    """When ack and stream are lost, the order is found under its short id and told under its long one."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.CutAfterCommand(method="add_order"))
        handle = await place(bench, client_order_id=LONG)
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert (await handle.resolved()).client_order_id == LONG
        await (await handle.cancel()).resolved()
        assert {event.client_order_id async for event in handle.events()} == {LONG}


@pytest.mark.holds("I03")
async def test_a_cancel_that_does_not_wait_for_the_ack_finds_its_order(network: SimulatedNetwork, seams: Seams) -> None:
    """While the venue's own id is not known yet, a cancel names the order by the short id that the venue has."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.DelayAck(method="add_order", seconds=3.0))
        bench.venue.faults.add(f.DelayFrame(event="pending_new", seconds=3.0), f.DelayFrame(event="new", seconds=3.0))
        handle = await bench.account.create_order(**(ORDER | {"client_order_id": LONG}))
        await trio.sleep(0.5)
        assert (await (await handle.cancel()).resolved()).status is CommandStatus.ACCEPTED
        create, cancel = bench.venue.ledger.commands
        assert cancel.cl_ord_id == create.cl_ord_id != LONG


@pytest.mark.holds("I04")
@pytest.mark.parametrize("name", ["short", LONG])
async def test_an_id_is_never_used_twice(network: SimulatedNetwork, seams: Seams, name: str) -> None:
    """Whether its order is open, closed, or so long closed that it is forgotten, a client order id stays taken."""
    async with open_bench(seams, tombstones=2) as bench:
        handle = await place(bench, client_order_id=name)
        with pytest.raises(InvalidCommand, match="used before"):
            await place(bench, client_order_id=name)
        await (await handle.cancel()).resolved()
        with pytest.raises(InvalidCommand, match="used before"):
            await place(bench, client_order_id=name)
        for _ in range(5):
            other = await place(bench)
            await (await other.cancel()).resolved()
        with pytest.raises(InvalidCommand, match="not known"):
            bench.account.command(handle.command_id)
        with pytest.raises(InvalidCommand, match="used before"):
            await place(bench, client_order_id=name)
        with pytest.raises(InvalidCommand, match="two orders"):
            await bench.account.create_orders([NewOrder(**ORDER, client_order_id="twice")] * 2)
        assert len(bench.venue.ledger.orders) == 6
