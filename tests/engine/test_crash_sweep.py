"""Whichever actor crashes wherever it waits: each order is told once and whole, and each command has its verdict."""

from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import TypeVar

import pytest
import trio

from batactors import (
    BatactorsError,
    CommandHandle,
    CommandStatus,
    HealthStatus,
    OrderEvent,
    OrderFilled,
    SupervisionConfig,
)
from batactors.journal.memory import MemoryJournal
from batactors.journal.store import Contents, Entry, Progress
from batactors.seams import Seams, SeededChance, SeededIds
from batactors.testing import SimulatedNetwork, VirtualClock, run_in_virtual_time, virtual_keep_alive
from batactors.testing.await_points import AwaitPoints
from tests.engine.bench import Bench, open_on, open_venue

Value = TypeVar("Value")

FIRST = 40
"""Await points of each actor that are crashed at, if it passes so many."""
EACH = 3
"""Every how many of them, so that the whole takes seconds."""
PATIENT = SupervisionConfig(backoff_first=0.1, backoff_most=2.0, start_within=200.0)
STALL = 12.0
"""Seconds."""
ACTORS = ("rest", "dedup", "reconciler", "metadata", "clock", "journal", "lane", "connection", "subscriber")


class WaitingJournal(MemoryJournal):
    """It lets others have a turn before it has written and after, as one on a disk does."""

    async def append(self, entries: Sequence[Entry]) -> None:
        await trio.lowlevel.checkpoint()
        await super().append(entries)
        await trio.lowlevel.checkpoint()

    async def read(self, progress: Progress | None = None) -> Contents:
        await trio.lowlevel.checkpoint()
        return await super().read(progress)


async def trade(seed: str) -> None:
    """Place an order that fills by the socket and one that is canceled by REST, with all that a careful user does."""
    seams = Seams(clock=VirtualClock(), ids=SeededIds(seed), chance=SeededChance(seed))
    with SimulatedNetwork(seed=seed).installed(), virtual_keep_alive():
        async with (
            open_venue(seams) as (venue, urls),
            open_on(
                venue, urls, seams, supervision=PATIENT, journals=lambda name: WaitingJournal(), reconcile_every=3.0
            ) as bench,
        ):
            filled = await placed(bench, price="50000")
            canceled = await placed(bench, price="40000", transport="rest")
            venue.fill(str(filled.client_order_id), quantity=Decimal("0.2"))
            await trio.sleep(0.5)
            async with trio.open_nursery() as nursery:
                events: list[OrderEvent] = []
                nursery.start_soon(follow, filled, events)
                await trio.sleep(0.2)
                venue.fill(str(filled.client_order_id), quantity=Decimal("0.3"))
            # In the order in which they are heard: one that a crash forgot is heard again, later.
            fills = sorted(event.quantity for event in events if isinstance(event, OrderFilled))
            assert fills == [Decimal("0.2"), Decimal("0.3")]
            await cancel(bench, canceled)
            with trio.fail_after(100.0):
                while bench.account.health().status is not HealthStatus.HEALTHY:  # noqa: ASYNC110
                    await trio.sleep(1.0)
            await at_last(bench.account.reconcile)
            assert not bench.account._wiring.dedup_actor.dispatch.desk.unresolved()
            assert len(venue.ledger.orders) == 2, "an order that was told as not sent was sent"


async def placed(bench: Bench, **changes: str) -> CommandHandle:
    """Place an order, and another if it is proved that the first was not."""
    terms = {"instrument": "BTC/USD", "side": "buy", "order_type": "limit", "quantity": "0.5", **changes}
    while True:
        handle = await at_last(lambda: bench.account.create_order(**terms))  # type: ignore[arg-type]
        if (await at_last(handle.resolved)).status is CommandStatus.ACCEPTED:
            return handle
        await follow(handle, [])
        assert bench.venue.ledger.orders_by_client_id(str(handle.client_order_id)) == []


async def cancel(bench: Bench, order: CommandHandle) -> None:
    """Cancel an order, until it is."""
    events: list[OrderEvent] = []
    async with trio.open_nursery() as nursery:
        nursery.start_soon(follow, order, events)
        while not bench.at_venue(order.client_order_id).closed:
            handle = await at_last(order.cancel)
            await at_last(handle.resolved)
    assert events[-1].is_terminal


async def follow(handle: CommandHandle, events: list[OrderEvent]) -> None:
    """Read all events of an order, going on where a crash broke off."""

    async def read() -> None:
        async for event in handle.events(since=len(events)):
            events.append(event)

    await at_last(read)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))


async def at_last(attempt: Callable[[], Awaitable[Value]]) -> Value:
    """Try again what a crash broke off, within reason."""
    with trio.fail_after(200.0):
        while True:
            try:
                return await attempt()
            except BatactorsError:
                await trio.sleep(0.5)


class Steps(trio.abc.Instrument):
    """Which task took a step, and when."""

    def __init__(self) -> None:
        self.taken: list[tuple[float, str]] = []

    def before_task_step(self, task: trio.lowlevel.Task) -> None:
        self.taken.append((trio.current_time(), task.name))


def test_an_unplanned_run_takes_the_same_steps() -> None:
    """Where no crash is planned, or none strikes, each task takes the steps at the moments that it would without."""
    unplanned, planned = AwaitPoints(), AwaitPoints()
    planned.crash("dedup", nth=1_000_000)
    runs = []
    for points in ([], [unplanned], [planned]):
        steps = Steps()
        run_in_virtual_time(trade, "s", seed="s", instruments=[*points, steps])
        runs.append(steps.taken)
    assert runs[0] == runs[1] == runs[2]
    assert unplanned.passed == planned.passed
    assert set(unplanned.passed) == set(ACTORS)


def trade_through(points: AwaitPoints, what: str, at: float | None = None) -> bool:
    """Trade with what is planned, or with a pause at this moment; whether it struck."""
    told: list[str] = []
    points.on_strike = told.append

    async def pause(at: float) -> None:
        await trio.sleep(at)
        points.pause(STALL)

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            if at is not None:
                nursery.start_soon(pause, at)
            await trade("s")

    try:
        run_in_virtual_time(main, seed=what, instruments=[points])
    except BaseException as error:
        error.add_note(f"{what}: {told}")
        raise
    return bool(told)


@pytest.mark.holds("D04")
@pytest.mark.parametrize("actor", ACTORS)
def test_a_crash_anywhere_is_survived(actor: str) -> None:
    """Two orders and a cancel, with one crash: fills once, verdicts for all, nothing sent twice, healthy in the end."""
    for nth in range(1, FIRST + 1, EACH):
        points = AwaitPoints()
        points.crash(actor, nth=nth)
        if not trade_through(points, f"crash of {actor} at {nth}"):
            assert points.passed[actor] < nth + 1
            return


@pytest.mark.holds("D04")
@pytest.mark.parametrize("actor", ACTORS)
def test_a_stall_anywhere_is_survived(actor: str) -> None:
    """The same where one task of an actor is held for longer than a venue's answer is waited for."""
    for nth in range(1, FIRST + 1, 4 * EACH):
        points = AwaitPoints()
        points.stall(actor, STALL, nth=nth)
        trade_through(points, f"stall of {actor} at {nth}")


@pytest.mark.parametrize("at", [0.1, 0.3, 0.4, 0.5, 0.7, 1.0, 2.0])
def test_a_pause_of_the_whole_engine_is_survived(at: float) -> None:
    """The same where all of the engine stands still, as a machine does that is moved to another host."""
    trade_through(AwaitPoints(), f"pause at {at} s", at)
