"""A fill that the venue counts and will not tell: nothing is made up, nobody waits in the dark, and it is told once."""

import math
from decimal import Decimal

import pytest
import trio

from batactors import (
    CommandHandle,
    HealthStatus,
    OrderCanceled,
    OrderEvent,
    OrderFilled,
    OrderFillsMissing,
    OrderState,
    SupervisionConfig,
)
from batactors.journal.memory import MemoryJournal
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.testing.fault_script import Fault
from tests.engine.bench import Bench, open_bench, open_on, open_venue
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")
PATIENCE = 20.0
LAGS = f.ReadLag(method="TradesHistory", seconds=3600.0, count=math.inf)
"""Its history of fills is an hour old, though it counts the fill in the order's own row."""
FAILS: dict[str, Fault] = {
    "http error": f.HttpError(method="TradesHistory", status=502, count=math.inf),
    "broken off": f.CutReply(method="TradesHistory", count=math.inf),
    "refused": f.Refuse(method="TradesHistory", error="EService:Unavailable", count=math.inf),
    "no answer": f.Stall(method="TradesHistory", count=math.inf),
}


async def follow(handle: CommandHandle, told: list[OrderEvent]) -> None:
    """Read the events of its order to their end."""
    async for event in handle.events():
        told.append(event)


async def lose_a_fill(bench: Bench) -> CommandHandle:
    """Two fills of an order of 0.5, the second of which no frame tells, and its cancel, which counts both."""
    handle = await place(bench)
    await handle.resolved()
    bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.1"))
    await trio.sleep(1.0)
    bench.venue.faults.add(f.LoseFrame(event="trade"))
    bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.2"))
    await trio.sleep(0.5)
    await (await handle.cancel()).resolved()
    return handle


def fills_of(told: list[OrderEvent]) -> list[Decimal]:
    return [event.quantity for event in told if isinstance(event, OrderFilled)]


@pytest.mark.holds("S06", "S09")
@pytest.mark.parametrize("fault", FAILS)
async def test_while_fills_cannot_be_asked_for_none_is_made_up(
    network: SimulatedNetwork, seams: Seams, fault: str
) -> None:
    """While the history of fills cannot be had the fill is not told, and the order not as ended; health says that it is
    in doubt and what goes wrong; followers are told how much is missing; and then the fill is told, once, and the end.
    """
    async with open_bench(seams, recovery_patience=PATIENCE) as bench, trio.open_nursery() as nursery:
        bench.venue.faults.add(FAILS[fault])
        handle = await lose_a_fill(bench)
        told: list[OrderEvent] = []
        nursery.start_soon(follow, handle, told)
        await trio.sleep(PATIENCE)
        assert fills_of(told) == [Decimal("0.1")]
        assert not any(isinstance(event, OrderFillsMissing | OrderCanceled) for event in told)
        health = bench.account.health()
        assert health.orders_in_doubt == 1
        assert health.status is not HealthStatus.HEALTHY
        assert any(component.cause for component in health.components.values())
        await trio.sleep(3 * PATIENCE)
        (missing,) = [event for event in told if isinstance(event, OrderFillsMissing)]
        assert (missing.missing, missing.counted, missing.filled) == (Decimal("0.2"), Decimal("0.3"), Decimal("0.1"))
        assert (missing.histories, missing.ends_as) == (0, OrderState.CANCELED)
        assert told[-1] is missing
        assert bench.account.health().orders_in_doubt == 1
        bench.venue.faults.clear()
        with trio.fail_after(3 * PATIENCE):
            events = await events_of(handle)
        assert fills_of(events) == [Decimal("0.1"), Decimal("0.2")]
        assert isinstance(events[-1], OrderCanceled)
        await trio.sleep(1.0)
        assert told == events
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert bench.account.health().orders_in_doubt == 0


async def until_missing(handle: CommandHandle) -> tuple[list[OrderEvent], OrderFillsMissing]:
    """What is told until fills are missing."""
    told: list[OrderEvent] = []
    async for event in handle.events():
        if isinstance(event, OrderFillsMissing):
            return told, event
        told.append(event)
    raise AssertionError("it ended without that")


@pytest.mark.holds("S06", "D14")
async def test_a_history_that_lacks_the_fill_is_asked_again_and_the_shortfall_is_told(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """A venue that counts a fill and lists it nowhere: it is asked for as long as those who wait should wait, with what
    is missing told after that; then seldom, for it may come; and when it does, it is told once, over a crash of the
    whole engine, too.
    """
    journal = MemoryJournal()
    at_once = SupervisionConfig(stop_within=0.0)
    async with open_venue(seams) as (venue, urls):
        async with open_on(
            venue,
            urls,
            seams,
            journals=lambda name: journal,
            supervision=at_once,
            recovery_patience=PATIENCE,
            reconcile_every=3600.0,
        ) as bench:
            venue.faults.add(LAGS)
            handle = await lose_a_fill(bench)
            since = trio.current_time()
            with trio.fail_after(2 * PATIENCE):
                told, missing = await until_missing(handle)
            assert trio.current_time() >= since + PATIENCE - 1.0
            assert fills_of(told) == [Decimal("0.1")]
            assert missing.missing == Decimal("0.2")
            assert missing.histories > 0
            asked = venue.faults.fired["ReadLag"]
            await trio.sleep(10 * PATIENCE)
            assert 9 <= venue.faults.fired["ReadLag"] - asked <= 11, "it is asked for seldom from now on"
        venue.faults.add(f.LoseFrame(frame_type="snapshot"))  # which would tell the latest fills
        async with open_on(venue, urls, seams, journals=lambda name: journal, recovery_patience=PATIENCE) as bench:
            again = bench.account.command(handle.command_id)
            await trio.sleep(3 * PATIENCE)
            assert await until_missing(again) == (told, missing)
            assert bench.account.health().orders_in_doubt == 1
            venue.faults.clear()
            with trio.fail_after(2 * PATIENCE):
                events = await events_of(again)
            assert events[: len(told) + 1] == [*told, missing]
            assert fills_of(events) == [Decimal("0.1"), Decimal("0.2")]
            assert [type(event) for event in events[len(told) + 1 :]] == [OrderFilled, OrderCanceled]
