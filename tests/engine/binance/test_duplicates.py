"""Frames twice, torn, strange or in another order, by two sockets: told once, or set aside; nobody else suffers."""

from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import CommandStatus, HealthStatus, OrderAccepted, OrderFilled
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.testing.binance import Habits
from tests.engine.binance.bench import open_bench
from tests.engine.binance.story import events_of, fill, fills_in, healthy, place, rest, told_so_far

pytestmark = pytest.mark.usefixtures("network")

HABITS = {
    "ack_first": Habits(events_first=0.0),
    "events_first": Habits(events_first=1.0, answer_delay=0.3),
    "lite_last": Habits(lite_first=0.0, balances_first=1.0),
    "strange": Habits(oddities=1.0, extras=1.0),
}


@pytest.mark.holds("B05", "B09", "X10", "Y12")
@pytest.mark.parametrize("habits", HABITS.values(), ids=HABITS)
@pytest.mark.parametrize("transport", ["websocket", "rest"])
async def test_any_order_of_ack_and_events(
    network: SimulatedNetwork, seams: Seams, habits: Habits, transport: str
) -> None:
    """Whatever comes first, the ack, TRADE_LITE or the whole fill: accepted once, then each fill once, then the end."""
    async with open_bench(seams, habits=habits) as bench:
        await healthy(bench)
        for _ in range(3):  # marketable: it is filled before the ack can be there
            handle = await place(bench, price="51500", quantity="0.3", transport=transport)
            events = await events_of(handle)
            assert [type(event) for event in events][1:] == [OrderAccepted, *[OrderFilled] * (len(events) - 2)]
            assert sum(fills_in(events)) == Decimal("0.3")
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        await trio.sleep(2.0)
        health = bench.account.health()
        assert (health.status, health.reconnects) == (HealthStatus.HEALTHY, 0)


@pytest.mark.holds("B05", "Y12", "B17")
@pytest.mark.parametrize(
    "fault",
    [
        f.DuplicateFrame(event="trade", extra=3),
        f.DuplicateFrame(event="trade_lite", extra=2),
        f.SwapFrames(event="trade"),
        f.DelayFrame(event="trade", seconds=2.0),
        f.LoseFrame(event="trade"),
        f.LoseFrame(event="trade_lite"),
        f.LoseFrame(channel="executions", count=4),
        f.MalformedRow(),
        f.UnknownEvent(),
        f.Garbage(),
        f.CutInFrame(event="trade"),
    ],
    ids=lambda one: f"{type(one).__name__}-{getattr(one, 'event', None) or getattr(one, 'channel', None)}",
)
async def test_each_fill_once(network: SimulatedNetwork, seams: Seams, fault: Any) -> None:
    """A fill whose frame is repeated, late, lost, torn, or beside one that cannot be read is told once, as all are."""
    async with open_bench(seams, reconcile_every=20.0) as bench:
        await healthy(bench)
        order, other = await rest(bench, quantity="1"), await rest(bench, price="47000")
        fill(bench, order, "0.1")
        await trio.sleep(0.5)
        bench.venue.faults.add(fault)
        fill(bench, order, "0.2")
        fill(bench, other, "0.5")
        await trio.sleep(0.5)
        fill(bench, order, "0.3")
        assert fills_in(await events_of(other)) == [Decimal("0.5")]
        await trio.sleep(30.0)
        assert sorted(fills_in(await told_so_far(order))) == [Decimal("0.1"), Decimal("0.2"), Decimal("0.3")]
        fill(bench, order, "0.4")
        events = await events_of(order)
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert sum(fills_in(events)) == 1
        await healthy(bench)
