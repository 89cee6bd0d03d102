"""How a session begins, as seen on the wire: whatever was missed is known before anything live is told."""

import pytest
import trio

from batactors import OrderFilled, Origin
from batactors.testing import Knobs, World, faults, simulated
from tests.simulation.stories import bought, fill, fills_of, happened, journaled


@pytest.mark.holds("X47")
@simulated(seeds=3, knobs=Knobs(read_lag=1.0, reconcile_every=3600.0))
async def test_a_session_subscribes_buffers_takes_the_snapshot_replays_and_then_publishes(world: World) -> None:
    """Subscribed, confirmed, the snapshot; then the history by REST, in which a live fill waits; then that fill."""
    order = await bought(world)
    world.venue.cut()
    fill(world, order, "0.1")  # nobody hears it
    cut = trio.current_time()
    world.add(faults.Stall(method="TradesHistory", seconds=3.0))
    await trio.sleep(1.5)
    fill(world, order, "0.2")  # heard, and not told yet
    await trio.sleep(1.0)
    assert [str(one.quantity) for one in fills_of(journaled(world, order))] in ([], ["0.10000000"])
    await trio.sleep(3.0)
    subscribed = happened(world, "frame up", "subscribe", cut)[0].at
    confirmed = min(one.at for one in happened(world, "frame down", "executions", cut))
    snapshot = next(one.at for one in happened(world, "frame down", "executions", cut) if '"snapshot"' in one.text)
    history = happened(world, "request", "TradesHistory", cut)[0].at
    published = next(one.at for one in happened(world, "event", "OrderFilled", cut) if "from stream" in one.text)
    assert cut < subscribed <= confirmed <= snapshot < history < published
    assert published >= history + 3.0, "not before the history was there"
    told = [(str(one.quantity.normalize()), one.replayed) for one in fills_of(journaled(world, order))]
    assert told == [("0.1", True), ("0.2", False)]
    last = journaled(world, order)[-1]
    assert isinstance(last, OrderFilled)
    assert last.origin is Origin.STREAM
    await order.cancel()
    await world.settled()
