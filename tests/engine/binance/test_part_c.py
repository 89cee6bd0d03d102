"""Part C of what must hold, on Binance: faults to which others give a known wrong answer."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import (
    CommandStatus,
    HealthStatus,
    LateAck,
    OrderFilled,
    Origin,
    RecoveryAttempt,
    RecoveryScheduled,
    Resolved,
)
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.binance.bench import open_bench
from tests.engine.binance.story import (
    events_of,
    fill,
    fills_in,
    healthy,
    place,
    rest,
    sent,
    steps_of,
    told_so_far,
)

pytestmark = pytest.mark.usefixtures("network")

TIMEOUT = '{"code":-1007,"msg":"Timeout waiting for response from backend server."}'


async def follow(news: AsyncIterator[Any], told: list[Any]) -> None:
    async for one in news:
        told.append(one)


async def watch(news: AsyncGenerator[Any, None], told: list[Any]) -> None:
    async with aclosing(news):
        await follow(news, told)


@pytest.mark.holds("Y06", "X32")
@pytest.mark.parametrize("method", ["add_order", "cancel_order", "amend_order"])
@pytest.mark.parametrize(("when", "status"), [("after", "Accepted"), ("before", "NotExecuted")])
@pytest.mark.parametrize("transport", ["websocket", "rest"])
async def test_a_timeout_of_the_backend_is_unknown_then_resolved(
    network: SimulatedNetwork, seams: Seams, method: str, when: Any, status: str, transport: str
) -> None:
    """-1007 in the answer says nothing: the command is unknown, in so many words, and then it is found out."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench)
        bench.venue.faults.add(
            f.HttpError(method=method, status=408, body=TIMEOUT, when=when),
            f.LoseFrame(channel="executions", count=1),
        )
        began = trio.current_time()
        match method:
            case "add_order":
                handle = await place(bench, price="47000", transport=transport)
            case "cancel_order":
                handle = await bench.account.cancel_order(order.client_order_id, transport=transport)
            case _:
                handle = await bench.account.amend_order(order.client_order_id, price="47000", transport=transport)
        receipt = (await handle.ack()).receipt
        assert (receipt.status, receipt.retriable) == (CommandStatus.UNKNOWN_EXECUTION, False)
        assert trio.current_time() < began + 1.0
        assert bench.account.health().unknown_commands == 1
        with trio.fail_after(60.0):
            assert (await handle.resolved()).status == status
        kinds = [type(step) for step in await steps_of(handle)]
        assert kinds.index(RecoveryScheduled) < kinds.index(RecoveryAttempt) < kinds.index(Resolved)
        assert sent(bench, method) == (method == "add_order") + (when == "after")


@pytest.mark.holds("Y09", "X67")
@pytest.mark.parametrize("transport", ["websocket", "rest"])
async def test_a_caller_that_gives_up_early_cancels_nothing(
    network: SimulatedNetwork, seams: Seams, transport: str
) -> None:
    """A caller that waits for 50 ms only, while the answer takes longer, detaches: the command goes on and resolves."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        bench.venue.faults.add(f.DelayCommand(method="add_order", seconds=2.0))
        handle = None
        with trio.move_on_after(0.05) as patience:
            handle = await place(bench, transport=transport)
            await handle.resolved()
        assert patience.cancelled_caught
        (handle,) = bench.account.commands()
        with trio.fail_after(30.0):
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert sent(bench, "add_order") == 1
        fill(bench, handle, "0.5")
        assert fills_in(await events_of(handle)) == [Decimal("0.5")]


@pytest.mark.holds("Y13", "X51")
async def test_a_new_order_without_a_trade_is_no_gap(network: SimulatedNetwork, seams: Seams) -> None:
    """A fill with its trade id, then NEW with the trade id 0: no session ends, and nothing is asked for."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench)
        for _ in range(3):
            fill(bench, order, "0.1")
            await rest(bench, price="47000", quantity="0.1")
        await trio.sleep(1.0)
        health = bench.account.health()
        assert (health.status, health.reconnects, health.orders_in_doubt) == (HealthStatus.HEALTHY, 0, 0)
        assert not [name for name in bench.account.counters() if name.startswith(("gap", "conflict"))]
        assert fills_in(await told_so_far(order)) == [Decimal("0.1")] * 3


@pytest.mark.holds("Y14", "X10", "X47")
async def test_a_fill_while_nobody_is_connected_is_told_once(network: SimulatedNetwork, seams: Seams) -> None:
    """Fills before a cut, while the engine dials, and after it are told once each, in order, to every follower of the
    order and to every watch of the account; so is one that TRADE_LITE told before the cut, and nothing else did.
    """
    async with open_bench(seams) as bench, trio.open_nursery() as nursery:
        await healthy(bench)
        watched: list[Any] = []
        nursery.start_soon(watch, bench.account.watch_fills(), watched)
        partly, wholly = await rest(bench), await rest(bench, price="47000", quantity="0.2")
        told: list[list[Any]] = [[], [], []]
        for handle, events in zip((partly, partly.again(), wholly), told, strict=True):
            nursery.start_soon(follow, handle.events(), events)
        fill(bench, partly, "0.1")
        await trio.sleep(1.0)
        bench.venue.faults.add(f.LoseFrame(channel="executions", event="trade"))
        fill(bench, partly, "0.05")  # of which TRADE_LITE alone is heard
        bench.venue.faults.add(f.RefuseUpgrade(count=4))
        bench.venue.cut()
        await trio.sleep(0.2)
        fill(bench, partly, "0.15")
        fill(bench, wholly, "0.2")
        await healthy(bench)
        fill(bench, partly, "0.2")
        await trio.sleep(1.0)
        whole = [Decimal(one) for one in ("0.1", "0.05", "0.15", "0.2")]
        assert fills_in(told[0]) == fills_in(told[1]) == whole
        assert fills_in(told[2]) == [Decimal("0.2")]
        assert [event.filled for event in told[0] if isinstance(event, OrderFilled)] == [
            Decimal(one) for one in ("0.1", "0.15", "0.3", "0.5")
        ]
        assert told[0] == told[1]
        ids = [one.fill_id for one in watched if isinstance(one, OrderFilled)]
        assert len(ids) == len(set(ids)) == len(watched) == 5
        assert bench.account.health().reconnects == 1
        nursery.cancel_scope.cancel()


@pytest.mark.holds("Y15", "X56")
@pytest.mark.parametrize("behind", [0.4, 30.0], ids=["as_stated", "more_than_stated"])
@pytest.mark.parametrize("method", ["openOrders", "allOrders", "order.status", "userTrades"])
async def test_an_older_answer_by_rest_takes_nothing_back(
    network: SimulatedNetwork, seams: Seams, method: str, behind: float
) -> None:
    """A REST answer of before a fill, a cancel, an amend and a new order changes nothing that was told of them."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        filled, canceled, amended = [await rest(bench, price=str(price)) for price in (48000, 47000, 46000)]
        await trio.sleep(40.0)
        fill(bench, filled, "0.1")
        await (await canceled.cancel()).resolved()
        await (await amended.amend(price="46500")).resolved()
        placed = await rest(bench, price="45000")
        await trio.sleep(0.1)
        orders = (filled, canceled, amended, placed)
        before = [await told_so_far(order) for order in orders]
        last = ["OrderFilled", "OrderCanceled", "OrderUpdated", "OrderAccepted"]
        assert [type(events[-1]).__name__ for events in before] == last
        bench.venue.habits.read_lag = behind  # and of each answer there is no other
        bench.venue.faults.add(f.ReadLag(method=method, seconds=behind, count=50))
        await bench.account.reconcile()
        await trio.sleep(20.0)
        bench.venue.habits.read_lag = 0.0
        bench.venue.faults.clear()
        assert [await told_so_far(order) for order in orders] == before
        await trio.sleep(60.0)
        await healthy(bench)
        assert [await told_so_far(order) for order in orders] == before


@pytest.mark.holds("Y16", "X29")
@pytest.mark.parametrize("method", ["add_order", "cancel_order", "amend_order"])
async def test_a_late_answer_settles_without_rest(network: SimulatedNetwork, seams: Seams, method: str) -> None:
    """An answer that comes after the command had become unknown settles it, though REST answered nothing meanwhile."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench)
        bench.venue.faults.add(
            f.DelayAck(method=method, seconds=9.0),
            f.LoseFrame(channel="executions"),
            f.HttpError(transport="rest", status=502, count=1_000),
        )
        began = trio.current_time()
        match method:
            case "add_order":
                handle = await place(bench, price="47000")
            case "cancel_order":
                handle = await order.cancel()
            case _:
                handle = await order.amend(price="47000")
        assert (await handle.ack()).receipt.status is CommandStatus.UNKNOWN_EXECUTION
        assert trio.current_time() >= began + 6.0
        verdict = await handle.verdict()
        assert verdict.status is CommandStatus.ACCEPTED
        assert began + 9.0 <= trio.current_time() <= began + 9.2
        steps = await steps_of(handle)
        (late,) = (step for step in steps if isinstance(step, LateAck))
        assert (late.ack.receipt.status, late.origin) == (CommandStatus.ACCEPTED, Origin.ACK)
        assert verdict.evidence[-1].origin is Origin.ACK
        bench.venue.faults.clear()
        await healthy(bench)
