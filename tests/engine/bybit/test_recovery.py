"""Bybit replays nothing: what happened while nobody listened is asked for, page by page, and told once."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import (
    CommandHandle,
    CommandStatus,
    FillReport,
    HealthStatus,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderState,
    OrderTriggered,
    SupervisionConfig,
)
from batactors.journal.memory import MemoryJournal
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork, VirtualClock
from batactors.testing import faults as f
from batactors.testing.bybit import Habits
from tests.engine.bybit.bench import BTC, Bench, open_bench, open_on, open_venue
from tests.engine.bybit.story import EVENTS, cut
from tests.engine.stories import at_venue, events_of, fill, fills_in, healthy, name_of, place, rest, sent, told_so_far

pytestmark = pytest.mark.usefixtures("network")

ETH = "ETH/USDT:USDT"
STOP: dict[str, Any] = {
    "side": "sell", "order_type": "stop_market", "quantity": "0.2", "trigger_price": "45000", "price": None,
}  # fmt: skip
AT_ONCE = SupervisionConfig(stop_within=0.0)


def restart(bench: Bench) -> None:
    """The whole venue is away for a while, and forgets in one list what had ended."""
    bench.venue.restart(down_for=3.0)


def lose_stream(bench: Bench) -> None:
    """The private socket alone is away."""
    bench.venue.faults.add(f.RefuseUpgrade(path="/v5/private", count=5))
    cut(bench, EVENTS)


OUTAGES = pytest.mark.parametrize("outage", [restart, lose_stream], ids=lambda one: one.__name__)


def again(bench: Bench, handle: CommandHandle) -> CommandHandle:
    """The same command, in the life of now."""
    return bench.account.command(handle.command_id)


@pytest.mark.holds("R04", "R05", "Y14", "X47", "A04")
@OUTAGES
async def test_fills_and_ends_in_an_outage(
    network: SimulatedNetwork, seams: Seams, outage: Callable[[Bench], None]
) -> None:
    """Fills of open orders, orders that filled, and orders that were cancelled: each told once, with its true end."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        partly, wholly = await rest(bench), await rest(bench, price="47000")
        canceled = await rest(bench, instrument=ETH, price="1700", quantity="3")
        waits, triggers = await rest(bench, **STOP), await rest(bench, **{**STOP, "trigger_price": "48500"})
        fill(bench, partly, "0.1")
        await trio.sleep(1.0)
        outage(bench)
        fill(bench, partly, "0.15")
        fill(bench, wholly, "0.2")
        fill(bench, wholly, "0.3")
        fill(bench, canceled, "1")
        bench.venue.cancel(name_of(canceled))
        bench.venue.set_market("BTCUSDT", bid=Decimal("48400"), ask=Decimal("48500"))
        bench.venue.forget_closed_orders()
        await trio.sleep(1.0)
        await healthy(bench)
        assert fills_in(await events_of(wholly, within=5.0)) == [Decimal("0.2"), Decimal("0.3")]
        events = await events_of(canceled, within=5.0)
        assert [type(event) for event in events][1:] == [OrderAccepted, OrderFilled, OrderCanceled]
        events = await events_of(triggers, within=5.0)
        assert [type(event) for event in events][1:4] == [OrderAccepted, OrderTriggered, OrderFilled]
        assert not (await told_so_far(waits))[-1].is_terminal
        fill(bench, partly, "0.25")
        events = await events_of(partly)
        assert fills_in(events) == [Decimal("0.1"), Decimal("0.15"), Decimal("0.25")]
        assert [event.replayed for event in events if isinstance(event, OrderFilled)] == [False, True, False]


@pytest.mark.holds("Y18", "X41")
@pytest.mark.parametrize("at_end", [True, False], ids=["empty page at the end", "no cursor at the end"])
async def test_sixty_open_orders_are_all_kept(network: SimulatedNetwork, seams: Seams, at_end: bool) -> None:
    """A page has fifty: of sixty open orders, and two hundred fills in an outage, none is lost, and none told twice."""
    async with open_bench(seams, rate_limits=False, habits=Habits(cursor_at_end=at_end)) as bench:
        await healthy(bench)
        orders = [await rest(bench, price=str(40_000 + number), quantity="0.01") for number in range(60)]
        await bench.account.reconcile()
        assert len(await bench.account.fetch_open_orders()) == 60
        lose_stream(bench)
        for handle in orders:
            for _ in range(2):
                fill(bench, handle, "0.003")
        await trio.sleep(1.0)
        await healthy(bench)
        for handle in orders:
            events = (await told_so_far(handle))[1:]
            assert [type(event) for event in events] == [OrderAccepted, OrderFilled, OrderFilled]
        for handle in orders:
            fill(bench, handle, "0.004")
        for handle in orders:
            assert sum(fills_in(await events_of(handle))) == Decimal("0.01")
            assert (await told_so_far(handle))[-1].state is OrderState.FILLED


@pytest.mark.holds("X41", "S02")
async def test_executions_are_asked_for_week_by_week(
    network: SimulatedNetwork, seams: Seams, virtual_clock: VirtualClock
) -> None:
    """A question is answered for seven days: what happened weeks ago is found by the next process, and told once."""
    disk = MemoryJournal()
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, journals=lambda name: disk, supervision=AT_ONCE) as bench:
            order = await rest(bench, quantity="1")
            fill(bench, order, "0.1")
            await trio.sleep(1.0)
        for quantity in ("0.2", "0.3"):
            virtual_clock.skew += 6 * 86_400
            venue.fill(name_of(order), quantity=Decimal(quantity))
        virtual_clock.skew += 9 * 86_400
        async with open_on(venue, urls, seams, journals=lambda name: disk) as bench:
            fill(bench, order, "0.4")
            events = await events_of(again(bench, order))
            assert sorted(fills_in(events)) == [Decimal(one) for one in ("0.1", "0.2", "0.3", "0.4")]
            assert events[-1].state is OrderState.FILLED


@pytest.mark.holds("Y18", "X58")
async def test_a_position_that_is_closed_is_flat_at_once(network: SimulatedNetwork, seams: Seams) -> None:
    """Its row has the size 0: the account is flat with the venue's own word, without any question."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        await events_of(await rest(bench, price="51500", quantity="0.4"))
        await trio.sleep(0.5)
        (held,) = bench.account.positions().values()
        assert (held.quantity, held.entry_price) == (Decimal("0.4"), Decimal(51_000))
        bench.venue.faults.add(f.HttpError(transport="rest", status=502, count=1_000))
        await events_of(await rest(bench, side="sell", price="48500", quantity="0.4", reduce_only=True))
        await trio.sleep(0.5)
        assert bench.account.positions() == {}


@pytest.mark.holds("Y19", "X58", "X21")
async def test_a_hedge_has_two_positions(network: SimulatedNetwork, seams: Seams) -> None:
    """By the index that each order names; closing one leaves the other, and a new session changes nothing."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        assert (await (await bench.account.set_position_mode("hedge")).resolved()).status is CommandStatus.ACCEPTED
        market = {"order_type": "market", "price": None}
        await rest(bench, **market, side="buy", quantity="0.4", position_side="long")
        await rest(bench, **market, side="sell", quantity="0.3", position_side="short")
        await trio.sleep(0.5)
        held = {side: one.quantity for (_, side), one in bench.account.positions().items()}
        assert held == {"long": Decimal("0.4"), "short": Decimal("-0.3")}
        cut(bench, EVENTS)
        await trio.sleep(1.0)
        await healthy(bench)
        assert {side: one.quantity for (_, side), one in bench.account.positions().items()} == held
        closed = await bench.account.close_position(BTC, "long")
        assert (closed.was, closed.is_flat) == (Decimal("0.4"), True)
        await trio.sleep(0.5)
        assert [side for _, side in bench.account.positions()] == ["short"]


async def test_funding_is_no_fill_and_a_liquidation_is_one(network: SimulatedNetwork, seams: Seams) -> None:
    """Funding changes nothing but the balance; what the venue takes away is reported once, live and by the history."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        await events_of(await rest(bench, price="51500", quantity="0.4"))
        bench.venue.fund("BTCUSDT", Decimal("3"))
        bench.venue.deleverage("BTCUSDT", quantity=Decimal("0.1"))
        await trio.sleep(1.0)
        lose_stream(bench)
        bench.venue.fund("BTCUSDT", Decimal("3"))
        bench.venue.liquidate("BTCUSDT")
        await trio.sleep(1.0)
        await healthy(bench)
        reports: list[Any] = []
        with trio.move_on_after(1.0):
            async for report in bench.account.reports():
                reports.append(report)
        fills = [one for one in reports if isinstance(one, FillReport)]
        assert sorted(one.quantity for one in fills) == [Decimal("0.1"), Decimal("0.3")]
        assert not [name for name in bench.account.counters() if name.startswith("quarantined")]
        assert bench.account.positions() == {}


@pytest.mark.holds("Y07", "S09")
@pytest.mark.parametrize("method", ["order/realtime", "order/history", "execution/list", "position/list"])
@pytest.mark.parametrize("answer", ["502", "10006", "10016"])
async def test_reads_that_fail_at_first(network: SimulatedNetwork, seams: Seams, method: str, answer: str) -> None:
    """A kind of question that is not answered five times is no empty list: what it would tell is told in the end."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        partly, ends = await rest(bench), await rest(bench, price="47000")
        bench.venue.faults.add(
            f.LoseAck(method="add_order"), f.LoseFrame(channel="executions", event="new"),
            f.HttpError(method=method, status=502, count=5) if answer == "502" else
            f.Refuse(method=method, error=answer, count=5),
        )  # fmt: skip
        lost = await place(bench, price="46000")
        await trio.sleep(0.5)
        cut(bench, EVENTS)
        fill(bench, partly, "0.2")
        bench.venue.cancel(name_of(ends))
        with trio.fail_after(400.0):
            assert (await lost.resolved()).status is CommandStatus.ACCEPTED
            assert isinstance((await events_of(ends, within=300.0))[-1], OrderCanceled)
        await healthy(bench, within=600.0)
        assert fills_in(await told_so_far(partly)) == [Decimal("0.2")]
        assert sent(bench, "add_order") == 3


@pytest.mark.holds("Y15", "X56")
@pytest.mark.parametrize("behind", [0.4, 30.0], ids=["as_stated", "more_than_stated"])
@pytest.mark.parametrize("method", ["order/realtime", "order/history", "execution/list"])
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
        await trio.sleep(0.5)
        orders = (filled, canceled, amended, placed)
        before = [await told_so_far(order) for order in orders]
        bench.venue.faults.add(f.ReadLag(method=method, seconds=behind, count=50))
        await bench.account.reconcile()
        await trio.sleep(20.0)
        bench.venue.faults.clear()
        assert [await told_so_far(order) for order in orders] == before
        await trio.sleep(60.0)
        await healthy(bench)
        assert [await told_so_far(order) for order in orders] == before


@pytest.mark.holds("G09")
async def test_an_order_that_no_list_has_yet(network: SimulatedNetwork, seams: Seams) -> None:
    """For twenty seconds no list has it, and a cancel says that it does not exist: neither is believed."""
    async with open_bench(seams, read_lag=30.0) as bench:
        await healthy(bench)
        bench.venue.habits.read_lag = 20.0
        bench.venue.faults.add(
            f.LoseAck(method="add_order"), f.LoseFrame(channel="executions", count=9),
            f.Refuse(method="cancel_order", error="110001"),
        )  # fmt: skip
        order = await place(bench)
        await trio.sleep(1.0)
        cancel = await order.cancel()
        with trio.fail_after(120.0):
            assert (await order.resolved()).status is CommandStatus.ACCEPTED
            assert (await cancel.resolved()).status is CommandStatus.REJECTED
        assert (await told_so_far(order))[-1].state is OrderState.ACCEPTED
        bench.venue.habits.read_lag = 0.0
        assert (await (await order.cancel()).resolved()).status is CommandStatus.ACCEPTED


@pytest.mark.holds("X44")
async def test_a_ban_in_the_middle_of_a_recovery(network: SimulatedNetwork, seams: Seams) -> None:
    """While the address is banned nothing is asked and nothing is guessed; when it may ask again it finds out."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        bench.venue.faults.add(f.LoseAck(method="add_order"), f.LoseFrame(channel="executions", count=5))
        lost = await place(bench)
        await trio.sleep(0.1)
        bench.venue.ban(600.0)
        await trio.sleep(300.0)
        health = bench.account.health()
        assert (health.unknown_commands, health.status is HealthStatus.HEALTHY) == (1, False)
        assert (await lost.resolved()).status is CommandStatus.UNKNOWN_EXECUTION
        await healthy(bench, within=900.0)
        assert (await lost.resolved()).status is CommandStatus.ACCEPTED
        assert len(at_venue(bench, lost)) == 1
