"""Recovery when the venue does not help: its reads fail, lag or lie for a while, it bans us, or it acts by itself."""

from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import CommandStatus, FillReport, HealthStatus, OrderCanceled, OrderState
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.binance.bench import BTC, open_bench
from tests.engine.binance.story import (
    EVENTS,
    at_venue,
    cut,
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
from tests.engine.binance.test_outages import STOP, reports_of

pytestmark = pytest.mark.usefixtures("network")

READS = ("openOrders", "allOrders", "userTrades", "order.status", "openAlgoOrders", "allAlgoOrders", "account.position")


@pytest.mark.holds("Y07", "S09")
@pytest.mark.parametrize("method", READS)
@pytest.mark.parametrize("status", [502, 429])
async def test_reads_that_fail_at_first(network: SimulatedNetwork, seams: Seams, method: str, status: int) -> None:
    """A kind of question that is not answered five times is no empty answer: what it would tell is told in the end."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        partly, ends, waits = await rest(bench), await rest(bench, price="47000"), await rest(bench, **STOP)
        bench.venue.faults.add(
            f.LoseAck(method="add_order"), f.LoseFrame(channel="executions", event="new"),
            f.HttpError(method=method, status=status, count=5),
        )  # fmt: skip
        lost = await place(bench, price="46000")
        cut(bench, EVENTS)
        fill(bench, partly, "0.2")
        bench.venue.cancel(name_of(ends))
        with trio.fail_after(400.0):  # after each 429 it is silent until the venue's minute is over
            assert (await lost.resolved()).status is CommandStatus.ACCEPTED
            assert isinstance((await events_of(ends, within=300.0))[-1], OrderCanceled)
        await healthy(bench, within=600.0)
        assert fills_in(await told_so_far(partly)) == [Decimal("0.2")]
        assert not (await told_so_far(waits))[-1].is_terminal
        assert sent(bench, "add_order") == 4 - 1


@pytest.mark.holds("X44")
async def test_a_ban_in_the_middle_of_a_recovery(network: SimulatedNetwork, seams: Seams) -> None:
    """While the address is banned nothing is asked and nothing is guessed; when it may ask again it finds out."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        bench.venue.faults.add(f.LoseAck(method="add_order"), f.LoseFrame(channel="executions", count=5))
        lost = await place(bench)
        await trio.sleep(0.1)
        bench.venue.ban(60.0)
        began = trio.current_time()
        await trio.sleep(30.0)
        health = bench.account.health()
        assert health.unknown_commands == 1
        assert health.status is not HealthStatus.HEALTHY
        with trio.fail_after(200.0):
            assert (await lost.resolved()).status is CommandStatus.ACCEPTED
        assert trio.current_time() >= began + 60.0
        await healthy(bench, within=300.0)
        assert len(at_venue(bench, lost)) == 1


async def test_a_liquidation_in_an_outage(network: SimulatedNetwork, seams: Seams) -> None:
    """A position that the venue took away while nobody listened is gone, and its fill is reported once."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        buys = await rest(bench, price="51500", quantity="0.4")
        await events_of(buys)
        await trio.sleep(0.5)
        assert [one.quantity for one in bench.account.positions().values()] == [Decimal("0.4")]
        bench.venue.faults.add(f.RefuseUpgrade(path="/private/ws", count=4))
        cut(bench, EVENTS)
        await trio.sleep(0.1)
        bench.venue.liquidate("BTCUSDT")
        await trio.sleep(1.0)
        await healthy(bench)
        assert bench.account.positions() == {}
        fills = [one for one in await reports_of(bench) if isinstance(one, FillReport)]
        assert sum(one.quantity for one in fills) == Decimal("0.4")
        assert len({one.fill_id for one in fills}) == len(fills)


@pytest.mark.holds("G09")
async def test_an_order_that_no_read_shows_yet(network: SimulatedNetwork, seams: Seams) -> None:
    """For twenty seconds after it was placed GET order says that it does not exist, and a cancel says -2011: neither is
    believed.
    """
    async with open_bench(seams, read_lag=30.0) as bench:
        await healthy(bench)
        bench.venue.habits.lost_reads = 20.0
        bench.venue.habits.read_lag = 20.0
        bench.venue.faults.add(
            f.LoseAck(method="add_order"), f.LoseFrame(channel="executions", count=9),
            f.Refuse(method="cancel_order", error="-2011"),
        )  # fmt: skip
        order = await place(bench)
        await trio.sleep(1.0)
        cancel = await order.cancel()
        with trio.fail_after(120.0):
            assert (await order.resolved()).status is CommandStatus.ACCEPTED
            assert (await cancel.resolved()).status is CommandStatus.REJECTED
        assert (await told_so_far(order))[-1].state is OrderState.ACCEPTED
        bench.venue.habits.lost_reads = bench.venue.habits.read_lag = 0.0
        assert (await (await order.cancel()).resolved()).status is CommandStatus.ACCEPTED


@pytest.mark.parametrize("status", ["cancel_only", "maintenance"])
async def test_a_venue_that_is_overloaded(network: SimulatedNetwork, seams: Seams, status: str) -> None:
    """-1008, and 503 while it is away, are clear refusals; what may go on goes on, and nothing is left unknown."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench)
        bench.venue.set_status(status)
        refused = await place(bench, price="47000")
        receipt = await refused.resolved()
        assert (receipt.status, receipt.retriable) == (CommandStatus.REJECTED, True)
        cancel = await order.cancel()
        done: Any = CommandStatus.ACCEPTED if status == "cancel_only" else CommandStatus.REJECTED
        assert (await cancel.resolved()).status is done
        bench.venue.recover()
        await trio.sleep(5.0)
        assert (await (await place(bench, instrument=BTC)).resolved()).status is CommandStatus.ACCEPTED
        assert bench.account.health().unknown_commands == 0
