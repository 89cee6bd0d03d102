"""Part C of what must hold, on the simulated Kraken Spot: very many handles, slow consumers, very many events."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import trio

import batactors
from batactors import CommandHandle, CommandStatus, NewOrder, OrderEvent
from batactors.testing import Knobs, World, simulated
from batactors.testing.simulation.checks.once import ExactlyOnce
from batactors.testing.simulation.checks.order import InOrder
from batactors.testing.simulation.checks.upkeep import NothingLeaks
from tests.simulation.stories import fill, fills_of, kinds_of

FEW, MANY = 100, 1000
FILLS = 8
"""Of each order; with its being submitted and accepted it has 10 events."""
BURST = 100
"""Fills at one instant."""
PAUSE = 1.0
"""Seconds that a consumer takes for one event; a burst comes every 20th of that."""
TASKS = ("batactors.actors.", "kraken/")
"""How the names of the engine's tasks begin."""
HOME = str(Path(batactors.__file__).parent)


class Work(trio.abc.Instrument):
    """Counts how much the engine's tasks do: their steps, and the lines of ours that they run meanwhile.

    Lines of the simulation, which runs in tasks of its own, are not counted, and those that a journal in memory or a
    check needs are: they are the same for each event.
    """

    def __init__(self) -> None:
        self.steps = 0
        self.lines = 0
        self._before: Any = None

    def before_task_step(self, task: trio.lowlevel.Task) -> None:
        if task.name.startswith(TASKS):
            self.steps += 1
            self._before = sys.gettrace()
            sys.settrace(self._enter)

    def after_task_step(self, task: trio.lowlevel.Task) -> None:
        if task.name.startswith(TASKS):
            sys.settrace(self._before)

    def _enter(self, frame: FrameType, event: str, given: object) -> "Callable[..., Any] | None":
        name = frame.f_code.co_filename
        return self._line if name.startswith(HOME) and "/testing/" not in name else None

    def _line(self, frame: FrameType, event: str, given: object) -> "Callable[..., Any]":
        self.lines += event == "line"
        return self._line


@contextmanager
def work() -> Iterator[Work]:
    """What is done in here."""
    counted = Work()
    trio.lowlevel.add_instrument(counted)
    try:
        yield counted
    finally:
        trio.lowlevel.remove_instrument(counted)


async def place(world: World, count: int) -> list[CommandHandle]:
    """Place so many orders, as fast as the venue's limits allow."""
    terms = NewOrder(instrument="BTC/USD", side="buy", order_type="limit", quantity="0.008", price="48000")
    handles = await world.account.create_orders([terms] * count)
    for handle in handles:
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED
    return handles


async def consume(handle: CommandHandle, told: list[OrderEvent]) -> None:
    """Read an order's events, slowly."""
    async for event in handle.events():
        told.append(event)
        await trio.sleep(PAUSE)


async def trade(world: World, handles: Sequence[CommandHandle]) -> None:
    """One fill of each, in bursts; after each burst no bound is exceeded."""
    for start in range(0, len(handles), BURST):
        for handle in handles[start : start + BURST]:
            fill(world, handle, "0.001")
        await trio.sleep(PAUSE / 20)
        over = {name: gauge for name, gauge in world.account.gauges().items() if gauge.there > gauge.most}
        assert over == {}


@pytest.mark.holds("Y11")
@simulated(
    # The check for resends compares each order with all others; here the ledger is asked in the end.
    checks=(ExactlyOnce, InOrder, NothingLeaks),
    knobs=Knobs(reconcile_every=3600.0),
    options={"tier": "pro", "send_within": 900.0},
)
async def test_a_thousand_slow_consumers_lose_nothing_and_cost_nothing(world: World) -> None:
    """1000 handles with slow consumers are told 10 000 events, each once and in order; an event costs what it costs
    with 100 handles; and nothing waits anywhere in the engine for those that lag.
    """
    told: dict[CommandHandle, list[OrderEvent]] = {}
    costs: list[Work] = []
    handles: list[CommandHandle] = []
    for count in (FEW, MANY - FEW):
        for handle in await place(world, count):
            handles.append(handle)
            world.start(consume, handle, told.setdefault(handle, []))
        await trio.sleep(3 * PAUSE)  # all have read what there is
        with work() as counted:
            await trade(world, handles[:BURST])
        costs.append(counted)
    few, many = costs
    assert few.steps >= BURST
    assert many.steps <= few.steps * 1.2 + 20
    assert many.lines <= few.lines * 1.2
    for _ in range(FILLS - 2):
        await trade(world, handles[:BURST])
    for _ in range(FILLS):
        await trade(world, handles[BURST:])
    behind = sum(2 + FILLS - len(events) for events in told.values())
    assert behind > MANY, "the consumers lag"
    waiting = {name: gauge.there for name, gauge in world.account.gauges().items() if name.startswith("mailbox")}
    assert set(waiting.values()) == {0}
    assert world.account.gauges()["commands"].there == MANY
    await trio.sleep((2 + FILLS) * PAUSE)
    kinds = ["OrderSubmitted", "OrderAccepted", *["OrderFilled"] * FILLS]
    for events in told.values():
        assert kinds_of(events) == kinds
        assert [event.sequence for event in events] == list(range(1, len(kinds) + 1))
    assert sum(map(len, told.values())) == 10_000
    fills = [one.fill_id for events in told.values() for one in fills_of(events)]
    assert sorted(fills) == sorted(one.exec_id for one in world.ledger.fills)
    assert len(world.ledger.orders) == MANY
    assert world.account.health().reconnects == 0
    await world.settled()
