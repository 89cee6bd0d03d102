"""What is missed is found: by snapshots, by orders/status for five seconds, and then by lists and the history."""

from copy import deepcopy
from decimal import Decimal

import pytest
import trio

from batactors import CommandStatus, OrderCanceled, OrderFilled, OrderState, SupervisionConfig
from batactors.journal.memory import MemoryJournal
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.testing.kraken_futures import Habits
from tests.engine.kraken_futures.bench import open_bench, open_on, open_venue
from tests.engine.kraken_futures.story import Wire, cut
from tests.engine.stories import events_of, fill, fills_in, healthy, name_of, place, rest, sent, told_so_far, until

pytestmark = pytest.mark.usefixtures("network")

AT_ONCE = SupervisionConfig(stop_within=0.0)


@pytest.mark.holds("R04", "R05", "B05", "F16")
async def test_what_happened_in_an_outage_is_told_once_and_in_order(network: SimulatedNetwork, seams: Seams) -> None:
    """The snapshots of both feeds are replayed: what was told says nothing, what was missed is told, as replayed."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        partly, wholly, canceled = await rest(bench), await rest(bench, price="47000"), await rest(bench, price="46000")
        fill(bench, partly, "0.1")
        await trio.sleep(1.0)
        wire = Wire(bench.venue)
        cut(bench)
        fill(bench, partly, "0.15")
        fill(bench, wholly, "0.5")
        fill(bench, canceled, "0.1")
        bench.venue.cancel(name_of(canceled))
        await trio.sleep(1.0)
        await healthy(bench)
        (snapshot,) = wire.of("fills_snapshot")
        assert len(snapshot["fills"]) == 4  # the one that was told before is among them
        done = await events_of(wholly, within=5.0)
        assert (fills_in(done), done[-1].state) == ([Decimal("0.5")], OrderState.FILLED)
        ended = await events_of(canceled, within=5.0)
        assert (fills_in(ended), type(ended[-1])) == ([Decimal("0.1")], OrderCanceled)
        fill(bench, partly, "0.25")
        events = await events_of(partly)
        assert fills_in(events) == [Decimal("0.1"), Decimal("0.15"), Decimal("0.25")]
        assert [event.replayed for event in events if isinstance(event, OrderFilled)] == [False, True, False]


@pytest.mark.holds("R04")
async def test_more_fills_than_a_snapshot_holds(network: SimulatedNetwork, seams: Seams) -> None:
    """A snapshot has the last hundred fills, and so has the list: the history has the others, each told once."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench, quantity="0.3")
        bench.venue.restart(down_for=3.0)
        for _ in range(300):
            fill(bench, order, "0.001")
        events = await events_of(order, within=120.0)
        ids = [event.fill_id for event in events if isinstance(event, OrderFilled)]
        assert len(ids) == len(set(ids)) == 300


@pytest.mark.holds("S08", "S02")
@pytest.mark.parametrize("late", [False, True], ids=["within_its_five_seconds", "after_them"])
async def test_how_an_order_ended_is_asked_of_who_knows(network: SimulatedNetwork, seams: Seams, late: bool) -> None:
    """A cancel has no count of fills: orders/status says it for five seconds, and behind them the history does."""
    async with open_bench(seams, habits=Habits(cancels_whole=0.0, repeats=0.0)) as bench:
        await healthy(bench)
        order = await rest(bench)
        wire = Wire(bench.venue)
        if late:
            bench.venue.faults.add(f.HttpError(method="orders/status", status=503, count=8))
        bench.venue.cancel(name_of(order))
        events = await events_of(order, within=120.0)
        assert isinstance(events[-1], OrderCanceled)
        assert wire.calls("orders/status")
        assert bool(wire.calls("/api/history/v3/orders")) is late


@pytest.mark.holds("S10", "S11")
async def test_a_frame_that_is_lost_without_a_trace_is_found_by_polling(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """`open_orders` has no sequence: that an order is gone shows when all is asked for, well within the budget."""
    async with open_bench(seams, reconcile_every=20.0) as bench:
        await healthy(bench)
        order, stays = await rest(bench), await rest(bench, price="47000")
        bench.venue.faults.add(f.LoseFrame(channel="executions", count=2))
        fill(bench, order, "0.5")
        wire = Wire(bench.venue)
        events = await events_of(order, within=60.0)
        assert fills_in(events) == [Decimal("0.5")]
        await trio.sleep(600.0)
        assert 20 <= wire.calls("openorders") <= 40
        assert wire.calls("/api/history/") <= 100, "the venue's budget of ten minutes"
        assert (await told_so_far(stays))[-1].state is OrderState.ACCEPTED


@pytest.mark.holds("R03")
async def test_a_challenge_that_is_no_good_any_more(network: SimulatedNetwork, seams: Seams) -> None:
    """The feeds are refused, of which nothing says which: another socket, another challenge, and nothing is lost."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench)
        bench.venue.faults.add(f.LoseFrame(event="trade"))
        wire = Wire(bench.venue)
        cut(bench)
        await until(lambda: any(one.get("event") == "challenge" for one in wire.frames))
        bench.venue.invalidate_tokens()
        fill(bench, order, "0.5")
        assert fills_in(await events_of(order)) == [Decimal("0.5")]
        await healthy(bench)
        assert sum(one.get("event") == "challenge" for one in wire.frames) >= 1


@pytest.mark.holds("S01", "S02", "S03", "B04", "Y10")
@pytest.mark.parametrize("landed", [False, True], ids=["lost", "executed"])
async def test_another_process_goes_on(network: SimulatedNetwork, seams: Seams, landed: bool) -> None:
    """Killed with a create in flight, orders open and fills told: the next life tells what was missed, and no more."""
    disk = MemoryJournal()
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, journals=lambda name: disk, supervision=AT_ONCE) as bench:
            await healthy(bench)
            order, closes = await rest(bench), await rest(bench, price="47000")
            fill(bench, order, "0.1")
            await trio.sleep(1.0)
            fault = f.LoseAck(method="add_order") if landed else f.LoseCommand(method="add_order")
            venue.faults.add(fault, f.LoseFrame(channel="executions", count=3))
            lost = await place(bench, price="46000")
            await trio.sleep(0.5)
            left = deepcopy(disk)  # as it is when the process is killed
        venue.faults.clear()
        venue.fill(name_of(order), quantity=Decimal("0.2"))
        venue.fill(name_of(closes), quantity=Decimal("0.1"))
        venue.cancel(name_of(closes))
        before = sum(one.method == "add_order" for one in venue.ledger.commands)
        await trio.sleep(30.0)  # orders/status has forgotten all that ended
        async with open_on(venue, urls, seams, journals=lambda name: left) as bench:
            with trio.fail_after(120.0):
                status = (await bench.account.command(lost.command_id).resolved()).status
            assert status is (CommandStatus.ACCEPTED if landed else CommandStatus.NOT_EXECUTED)
            ended = await events_of(bench.account.command(closes.command_id))
            assert (fills_in(ended), type(ended[-1])) == ([Decimal("0.1")], OrderCanceled)
            fill(bench, order, "0.2")
            events = await events_of(bench.account.command(order.command_id))
            assert fills_in(events) == [Decimal("0.1"), Decimal("0.2"), Decimal("0.2")]
            assert [event.sequence for event in events] == list(range(1, len(events) + 1))
            assert sent(bench, "add_order") == before
            with trio.move_on_after(1.0):
                async for report in bench.account.reports():
                    pytest.fail(f"told as another's: {report}")
