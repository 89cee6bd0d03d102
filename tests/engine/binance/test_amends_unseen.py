"""An amend of one term after another of which neither the answer nor the event came, on the simulated Binance."""

from decimal import Decimal
from typing import Any

import trio

from batactors import CommandStatus, OrderUpdated
from batactors.testing import World, faults, simulated
from tests.engine.binance.bench import ORDER

# Lists of changes are as they are now; rows of orders may trail, so that they change nothing for a while.
LOST: tuple[Any, ...] = (faults.LoseAck(method="amend_order"), faults.LoseFrame(event="amended"))


@simulated(venue="binance", seeds=2)
async def test_a_second_amend_does_not_undo_one_that_was_not_seen(world: World) -> None:
    """The quantity, proved by the list of changes, stays when the price is amended."""
    handle = await world.account.create_order(**ORDER)
    await handle.resolved()
    world.add(*LOST)
    for terms in ({"quantity": "0.2"}, {"price": "47500"}):
        amend = await handle.amend(**terms)
        assert (await amend.resolved()).status is CommandStatus.ACCEPTED
    (order,) = world.ledger.open_orders()
    assert (order.quantity, order.limit_price) == (Decimal("0.2"), Decimal(47500))


@simulated(venue="binance", seeds=2)
async def test_the_terms_of_an_amend_proved_by_the_list_are_told(world: World) -> None:
    """The event is lost, and the order is asked for until it shows them: told once."""
    handle = await world.account.create_order(**ORDER)
    await handle.resolved()
    world.add(*LOST)
    amend = await handle.amend(quantity="0.2")
    assert (await amend.resolved()).status is CommandStatus.ACCEPTED
    told = []
    with trio.move_on_after(60):
        async for event in handle.events():
            told.append(event)
    assert [event.quantity for event in told if isinstance(event, OrderUpdated)] == [Decimal("0.2")]
