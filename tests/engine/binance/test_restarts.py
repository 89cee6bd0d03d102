"""Another process goes on where the one before was killed, at a venue that replays nothing."""

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import trio

from batactors import (
    CommandHandle,
    CommandStatus,
    NewOrder,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderState,
    OrderSubmitted,
    OrderTriggered,
    SupervisionConfig,
)
from batactors.journal.loop import in_loop
from batactors.journal.memory import MemoryJournal
from batactors.journal.sqlite import SqliteJournal
from batactors.journal.store import Journal
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.binance.bench import BTC, Bench, open_on, open_venue
from tests.engine.binance.story import (
    at_venue,
    events_of,
    fill,
    fills_in,
    healthy,
    name_of,
    place,
    rest,
    sent,
    told_so_far,
)
from tests.engine.binance.test_outages import ETH, STOP

pytestmark = pytest.mark.usefixtures("network")

AT_ONCE = SupervisionConfig(stop_within=0.0)


def opening(path: Path, seams: Seams) -> Callable[[str], Journal]:
    """The journal in this file, for each life anew; in the loop, as time is virtual."""
    return lambda name: SqliteJournal(path, account=name, venue="binance", run=in_loop, clock=seams.clock)


def again(bench: Bench, handle: CommandHandle) -> CommandHandle:
    """The same command, in the life of now."""
    return bench.account.command(handle.command_id)


async def reported(bench: Bench, told: list[Any]) -> None:
    async for report in bench.account.reports():
        told.append(report)


@pytest.mark.holds("S01", "S02", "B04", "D08")
async def test_what_happened_while_the_process_was_dead_is_told_once(
    network: SimulatedNetwork, seams: Seams, tmp_path: Path
) -> None:
    """Orders that filled, wholly or not, were cancelled, and triggered: each as it is at the venue, with the history of
    both lives, and nobody's report; what was told before is not told again.
    """
    journals, others = opening(tmp_path / "a.journal", seams), list[Any]()
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, journals=journals, supervision=AT_ONCE) as bench:
            rests, closes = await rest(bench, price="43000"), await rest(bench, price="47000")
            filled = await rest(bench, instrument=ETH, price="1800", quantity="2")
            triggers, waits = await rest(bench, **STOP), await rest(bench, **{**STOP, "trigger_price": "40000"})
            fill(bench, rests, "0.1")
            await trio.sleep(1.0)
            first = await told_so_far(rests)
        venue.fill(name_of(rests), quantity=Decimal("0.2"))
        venue.fill(name_of(closes), quantity=Decimal("0.1"))
        venue.cancel(name_of(closes))
        venue.fill(name_of(filled), quantity=Decimal("2"))
        venue.set_market("BTCUSDT", bid=Decimal("44900"), ask=Decimal("44950"))
        await trio.sleep(5.0)
        async with open_on(venue, urls, seams, journals=journals) as bench, trio.open_nursery() as nursery:
            nursery.start_soon(reported, bench, others)
            canceled = await events_of(again(bench, closes))
            assert isinstance(canceled[-1], OrderCanceled)
            assert fills_in(canceled) == [Decimal("0.1")]
            done = await events_of(again(bench, filled))
            assert (fills_in(done), done[-1].state) == ([Decimal("2")], OrderState.FILLED)
            stopped = await events_of(again(bench, triggers))
            assert [type(event) for event in stopped][:3] == [OrderSubmitted, OrderAccepted, OrderTriggered]
            assert sum(fills_in(stopped)) == Decimal("0.2")
            fill(bench, rests, "0.2")
            whole = await events_of(again(bench, rests))
            assert whole[: len(first)] == first
            assert fills_in(whole) == [Decimal("0.1"), Decimal("0.2"), Decimal("0.2")]
            assert [event.sequence for event in whole] == list(range(1, len(whole) + 1))
            assert [type(event) for event in await told_so_far(again(bench, waits))] == [OrderSubmitted, OrderAccepted]
            await bench.account.reconcile()
            await healthy(bench)
            nursery.cancel_scope.cancel()
        assert others == []


@pytest.mark.holds("S03", "Y10", "X37", "A01")
@pytest.mark.parametrize("transport", ["websocket", "rest"])
@pytest.mark.parametrize("fault", [f.LoseAck(method="add_order"), f.LoseCommand(method="add_order")], ids=str)
async def test_a_create_in_flight_is_found_by_its_client_id(
    network: SimulatedNetwork, seams: Seams, tmp_path: Path, fault: f.CommandFault, transport: str
) -> None:
    """An order whose answer was lost before the process died is ours in the next life; its command has the verdict that
    is true at the venue.
    """
    journals, others = opening(tmp_path / "a.journal", seams), list[Any]()
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, journals=journals, supervision=AT_ONCE) as bench:
            venue.faults.add(fault, f.LoseFrame(channel="executions"))
            handle = await place(bench, transport=transport)
            await trio.sleep(0.5)
        landed = isinstance(fault, f.LoseAck)
        if landed:
            venue.fill(name_of(handle), quantity=Decimal("0.2"))
        async with open_on(venue, urls, seams, journals=journals) as bench, trio.open_nursery() as nursery:
            nursery.start_soon(reported, bench, others)
            status = CommandStatus.ACCEPTED if landed else CommandStatus.NOT_EXECUTED
            with trio.fail_after(60.0):
                assert (await again(bench, handle).resolved()).status is status
            if landed:
                fill(bench, handle, "0.3")
            events = await events_of(again(bench, handle))
            assert fills_in(events) == ([Decimal("0.2"), Decimal("0.3")] if landed else [])
            await bench.account.reconcile()
            nursery.cancel_scope.cancel()
        assert others == []
        assert len(venue.ledger.orders_by_client_id(name_of(handle))) == landed


@pytest.mark.holds("Y10", "X37")
@pytest.mark.parametrize("lost", ["before", "after"])
@pytest.mark.parametrize("operation", ["cancel", "amend", "leverage", "stop", "batch"])
async def test_every_command_in_flight_resolves_in_the_next_life(
    network: SimulatedNetwork, seams: Seams, lost: str, operation: str
) -> None:
    """Killed with an answer pending, done or not: the next life finds out which, and sends nothing again."""
    methods = {
        "cancel": "cancel_order", "amend": "amend_order", "leverage": "leverage", "stop": "algoOrder.place",
        "batch": "batch_add",
    }  # fmt: skip
    disk = MemoryJournal()
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, journals=lambda name: disk, supervision=AT_ONCE) as bench:
            await healthy(bench)
            order = await rest(bench)
            await (await bench.account.set_leverage(BTC, 5)).resolved()
            venue.faults.add(
                (f.LoseCommand if lost == "before" else f.LoseAck)(method=methods[operation]),
                f.LoseFrame(channel="executions", count=5), f.LoseFrame(channel="ALGO_UPDATE", count=5),
                f.LoseFrame(channel="ACCOUNT_CONFIG_UPDATE", count=5),
            )  # fmt: skip
            match operation:
                case "cancel":
                    handles = [await order.cancel()]
                case "amend":
                    handles = [await order.amend(price="47000")]
                case "leverage":
                    handles = [await bench.account.set_leverage(BTC, 9)]
                case "stop":
                    handles = [await place(bench, **STOP)]
                case _:
                    handles = await bench.account.create_orders(news(3))
            await trio.sleep(0.5)
            left = deepcopy(disk)  # as it is when the process is killed
        venue.faults.clear()
        before = sent(bench, methods[operation])
        async with open_on(venue, urls, seams, journals=lambda name: left) as bench:
            for handle in handles:
                with trio.fail_after(120.0):
                    status = (await again(bench, handle).resolved()).status
                assert status is (CommandStatus.ACCEPTED if lost == "after" else CommandStatus.NOT_EXECUTED)
            assert sent(bench, methods[operation]) == before
            await healthy(bench)
            for handle in handles if operation == "batch" else ():
                assert len(at_venue(bench, handle)) == (lost == "after")


async def test_a_process_that_is_killed_again_and_again(network: SimulatedNetwork, seams: Seams) -> None:
    """Killed every few seconds, in the middle of whatever it does: in the end all is told once, and nothing lost."""
    disk = MemoryJournal()
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, journals=lambda name: disk, supervision=AT_ONCE) as bench:
            order = await rest(bench, quantity="1")
            venue.faults.add(f.LoseAck(method="add_order"), f.LoseFrame(channel="executions"))
            lost = await place(bench, price="46000")
            await trio.sleep(0.2)
            left = deepcopy(disk)
        for number in range(8):
            disk = left
            fill(bench, order, "0.05")
            async with open_on(venue, urls, seams, journals=lambda name: disk, supervision=AT_ONCE) as bench:  # noqa: B023
                fill(bench, order, "0.05")
                await trio.sleep(0.1 + 0.35 * number)
                left = deepcopy(disk)
        async with open_on(venue, urls, seams, journals=lambda name: left) as bench:
            with trio.fail_after(60.0):
                assert (await again(bench, lost).resolved()).status is CommandStatus.ACCEPTED
            fill(bench, order, "0.2")
            events = await events_of(again(bench, order))
            ids = [event.fill_id for event in events if isinstance(event, OrderFilled)]
            assert (len(ids), len(set(ids))) == (17, 17)
            assert sum(fills_in(events)) == Decimal("1")
            assert sent(bench, "add_order") == 2


def news(count: int, transport: str | None = "rest") -> list[NewOrder]:
    """So many new orders, for one request by REST unless they go otherwise."""
    return [
        NewOrder(
            instrument=BTC,
            side="buy",
            order_type="limit",
            quantity="0.1",
            price=str(40_000 + 100 * number),
            transport=transport,
        )
        for number in range(count)
    ]
