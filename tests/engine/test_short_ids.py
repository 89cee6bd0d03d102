"""Client order ids that the venue does not take are shortened for it, and mapped back on every road."""

import pytest
import trio

from batactors import NewOrder, OrderFilled
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from tests.engine.bench import open_bench
from tests.engine.test_unknown_outcomes import events_of

pytestmark = pytest.mark.usefixtures("network")
TAIL = "x" * 17


def limit_order(name: str) -> NewOrder:
    return NewOrder(
        instrument="BTC/USD",
        side="buy",
        order_type="limit",
        quantity="0.1",
        price="50000",
        client_order_id=name,
    )


@pytest.mark.holds("I01", "I03")
async def test_two_ids_of_one_batch_get_two_short_ids(network: SimulatedNetwork, seams: Seams) -> None:
    """Ids that end alike, in one batch or one after the other, get different short ids, and each order its own
    events.
    """
    async with open_bench(seams) as bench:
        names = [f"{first}-strategy-{TAIL}" for first in ("one", "two", "three")]
        orders = [limit_order(name) for name in names]
        handles = [*await bench.account.create_orders(orders[:2]), *await bench.account.create_orders(orders[2:])]
        for handle in handles:
            await handle.resolved()
        at_venue = {order.client_order_id: order for order in bench.venue.ledger.orders.values()}
        assert len(at_venue) == 3
        assert not [wire for wire in at_venue if wire in names], "the venue takes none of them as it is"
        bench.venue.restart(down_for=1.0)  # what comes by REST and snapshot is mapped back, too
        for order in at_venue.values():
            bench.venue.fill(order.order_id, quantity=order.quantity)
        with trio.fail_after(30.0):
            told = [await events_of(handle) for handle in handles]
        for name, events in zip(names, told, strict=True):
            assert {event.client_order_id for event in events} == {name}
            (fill,) = [event for event in events if isinstance(event, OrderFilled)]
            assert fill.venue_order_id in bench.venue.ledger.orders
