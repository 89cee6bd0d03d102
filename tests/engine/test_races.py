"""Answers that were under way while something happened."""

from decimal import Decimal

import pytest
import trio

from batactors import (
    OrderAccepted,
    OrderCanceled,
    OrderEvent,
    OrderFilled,
    OrderState,
    OrderSubmitted,
    OrderUpdated,
)
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import Bench, open_bench
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")
BEGINS: list[type[OrderEvent]] = [OrderSubmitted, OrderAccepted]
STORIES: dict[str, list[type[OrderEvent]]] = {
    "placed": [],
    "filled": [OrderFilled],
    "amended": [OrderUpdated],
    "canceled": [],
    "all of it": [OrderFilled, OrderUpdated, OrderFilled],
}


def asked_of(bench: Bench) -> list[str]:
    """The REST requests that the venue has from now on."""
    asked: list[str] = []

    def watch(connection: int, word: str, text: str, client_order_id: str | None) -> None:
        if word == "request":
            asked.append(text)

    bench.venue.watch = watch
    return asked


@pytest.mark.holds("S11")
@pytest.mark.parametrize("trails", [0.0, 5.0])
@pytest.mark.parametrize("method", ["OpenOrders", "ClosedOrders", "TradesHistory"])
@pytest.mark.parametrize("what", STORIES)
async def test_what_happens_while_an_answer_is_under_way_is_no_reason_to_doubt(
    network: SimulatedNetwork, seams: Seams, what: str, method: str, trails: float
) -> None:
    """A list that was asked for before an order was placed, filled, amended or canceled, and comes after that was told,
    takes nothing back, tells nothing again, and makes nobody ask for the order.
    """
    async with open_bench(seams, read_lag=10.0, reconcile_every=3600.0) as bench, trio.open_nursery() as nursery:
        handle = None if what == "placed" else await place(bench)
        if handle is not None:
            await handle.resolved()
        await trio.sleep(1.0)
        asked = asked_of(bench)
        bench.venue.faults.add(f.Stall(method=method, seconds=3.0))
        if trails:
            bench.venue.faults.add(f.ReadLag(method="OpenOrders", seconds=trails))
        nursery.start_soon(bench.account.reconcile)
        await trio.sleep(0.5)
        handle = handle or await place(bench)
        await handle.resolved()
        if what in {"filled", "all of it"}:
            bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.1"))
        if what in {"amended", "all of it"}:
            await (await handle.amend(price="49999")).resolved()
        if what == "all of it":
            bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.1"))
        if what == "canceled":
            await (await handle.cancel()).resolved()
        await trio.sleep(20.0)
        assert not any("QueryOrders" in text for text in asked)
        assert sum(method in text for text in asked) == 1
        assert bench.account.health().orders_in_doubt == 0
        await (await handle.cancel()).resolved()
        events = await events_of(handle)
        assert [type(event) for event in events] == [*BEGINS, *STORIES[what], OrderCanceled]
        assert not any(event.late for event in events)
        assert events[-1].state is OrderState.CANCELED
