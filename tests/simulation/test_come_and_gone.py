"""An order that came and went while nobody heard it, and of which each list lacks the part that the other has."""

import pytest
import trio

from batactors import CommandStatus, OrderState, Proof
from batactors.testing import Knobs, World, faults, moments, simulated
from tests.simulation.stories import bought, buy, journaled, kinds_of


@pytest.mark.holds("X45", "S08")
@simulated(seeds=4, knobs=Knobs(read_lag=35.0, reconcile_every=3600.0, recovery_patience=600.0, reads=1))
async def test_an_order_canceled_by_hand_at_the_end_of_an_outage_is_not_told_as_absent(world: World) -> None:
    """The open orders have it no more, the closed ones trail and do not have it yet: it is not said that it never was.

    The answer is lost with the session; nothing can be asked for a minute; then somebody takes the order off the book.
    """
    other = await bought(world)
    world.add(faults.CutAfterCommand(method="add_order"), moments.RefuseConnections(seconds=60.0))
    world.add(faults.HttpError(method="OpenOrders", status=502, count=1000))
    handle = await buy(world)
    assert (await handle.ack()).receipt.status is CommandStatus.UNKNOWN_EXECUTION
    await trio.sleep(55.0)
    (order,) = world.ledger.orders_by_client_id(str(handle.client_order_id))
    world.venue.cancel(order)
    world.venue.faults.clear()
    world.add(faults.ReadLag(method="ClosedOrders", count=1000, seconds=30.0))
    verdict = await handle.verdict()
    assert (verdict.status, verdict.proof) == (CommandStatus.ACCEPTED, Proof.ORDER_CANCELED)
    assert verdict.order_state is OrderState.CANCELED
    assert kinds_of(journaled(world, handle)) == ["OrderSubmitted", "OrderAccepted", "OrderCanceled"]
    await other.cancel()
    world.heal()
    await world.settled()
