"""An answer of Bybit says that a command came: what became of it is told by the order itself, or found out."""

from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import (
    CommandStatus,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderState,
    OrderUpdated,
    Proof,
)
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.testing.bybit import Habits
from tests.engine.bybit.bench import open_bench
from tests.engine.stories import events_of, fill, fills_in, healthy, name_of, place, rest, sent, told_so_far

pytestmark = pytest.mark.usefixtures("network")

LATE = Habits(matching_delay=0.5, topic_delay=0.5)


@pytest.mark.parametrize("transport", ["websocket", "rest"])
async def test_a_refusal_after_the_answer(network: SimulatedNetwork, seams: Seams, transport: str) -> None:
    """Told as rejected in the venue's words, and never as accepted."""
    async with open_bench(seams, habits=LATE) as bench:
        bench.venue.faults.add(f.RefuseLater(method="add_order", error="EC_ReachRiskPriceLimit"))
        handle = await place(bench, transport=transport)
        with trio.fail_after(30.0):
            verdict = await handle.verdict()
        assert (verdict.status, verdict.proof) == (CommandStatus.REJECTED, Proof.ORDER_REJECTED)
        assert "EC_ReachRiskPriceLimit" in ((await handle.resolved()).message or "")
        kinds = [type(event) for event in await events_of(handle)]
        assert kinds[-1] is OrderRejected
        assert OrderAccepted not in kinds
        assert sent(bench, "add_order") == 1


@pytest.mark.holds("C09")
@pytest.mark.parametrize("how", ["Cancelled", "Rejected"])
async def test_a_post_only_order_that_would_trade(network: SimulatedNetwork, seams: Seams, how: Any) -> None:
    """Whichever word the venue has for it, it is rejected for being post-only."""
    async with open_bench(seams, habits=Habits(post_only_ends=how)) as bench:
        handle = await place(bench, price="52000", post_only=True)
        with trio.fail_after(30.0):
            assert (await handle.resolved()).status is CommandStatus.REJECTED
        last = (await events_of(handle))[-1]
        assert isinstance(last, OrderRejected)
        assert last.due_post_only


@pytest.mark.parametrize("order_type", ["limit", "market"])
async def test_what_finds_no_more_is_cancelled(network: SimulatedNetwork, seams: Seams, order_type: str) -> None:
    """An order that takes what there is and no more: accepted, filled in part, cancelled, the quantities right."""
    async with open_bench(seams, habits=LATE) as bench:
        bench.venue.set_market("BTCUSDT", bid=Decimal(49_000), ask=Decimal(51_000), ask_quantity=Decimal("0.2"))
        terms: dict[str, Any] = {"order_type": "market", "price": None}
        if order_type == "limit":
            terms = {"price": "51500", "time_in_force": "ioc"}
        handle = await place(bench, **terms)
        events = await events_of(handle)
        assert fills_in(events) == [Decimal("0.2")]
        assert isinstance(events[-1], OrderCanceled)
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED


@pytest.mark.parametrize("seen", [0.0, 1.0], ids=["acknowledged", "refused"])
@pytest.mark.parametrize("share", ["half", "all"])
async def test_a_fill_that_overtakes_a_cancel(network: SimulatedNetwork, seams: Seams, share: Any, seen: float) -> None:
    """Two rows Filled are one: each fill once, one end, and the cancel has not been carried out."""
    async with open_bench(seams, habits=Habits(races_seen=seen, matching_delay=0.3, topic_delay=0.3)) as bench:
        await healthy(bench)
        order = await rest(bench)
        bench.venue.faults.add(f.FillBeforeCancel(share=share))
        cancel = await order.cancel()
        events = await events_of(order)
        with trio.fail_after(60.0):
            status = (await cancel.resolved()).status
        if share == "half":
            assert (fills_in(events), type(events[-1])) == ([Decimal("0.25")], OrderCanceled)
            assert status is CommandStatus.ACCEPTED
        else:
            assert (fills_in(events), type(events[-1])) == ([Decimal("0.5")], OrderFilled)
            assert status in (CommandStatus.NOT_EXECUTED, CommandStatus.REJECTED)
        await trio.sleep(5.0)
        await healthy(bench)
        assert bench.account.health().orders_in_doubt == 0
        assert await told_so_far(order) == events


@pytest.mark.holds("G10")
@pytest.mark.parametrize("told", [0.0, 1.0], ids=["not told", "told by a row with the old values"])
async def test_an_amend_that_is_refused_after_its_answer(network: SimulatedNetwork, seams: Seams, told: float) -> None:
    """It is not executed once the old terms are seen late enough; nothing is told of terms that never were."""
    async with open_bench(seams, habits=Habits(late_amends_told=told)) as bench:
        order = await rest(bench)
        bench.venue.faults.add(f.RefuseLater(method="amend_order"))
        amend = await order.amend(price="47000")
        with trio.fail_after(60.0):
            assert (await amend.resolved()).status is CommandStatus.NOT_EXECUTED
        again = await order.amend(price="47500")
        with trio.fail_after(30.0):
            assert (await again.resolved()).status is CommandStatus.ACCEPTED
        updates = [event for event in await told_so_far(order) if isinstance(event, OrderUpdated)]
        assert [event.price for event in updates] == [Decimal(47_500)]


async def test_a_cancel_that_is_refused_after_its_answer(network: SimulatedNetwork, seams: Seams) -> None:
    """The order stays, and no one says that it was cancelled; another cancel goes through."""
    async with open_bench(seams) as bench:
        order = await rest(bench)
        bench.venue.faults.add(f.RefuseLater(method="cancel_order"))
        cancel = await order.cancel()
        with trio.fail_after(120.0):
            assert (await cancel.resolved()).status is CommandStatus.NOT_EXECUTED
        assert (await told_so_far(order))[-1].state is OrderState.ACCEPTED
        assert (await (await order.cancel()).resolved()).status is CommandStatus.ACCEPTED
        assert isinstance((await events_of(order))[-1], OrderCanceled)


@pytest.mark.holds("B09", "B11", "B05", "Y12")
@pytest.mark.parametrize("number", range(3))
async def test_any_order_of_answer_and_topics(network: SimulatedNetwork, seams: Seams, number: int) -> None:
    """Late, repeated, together, strange, fills before their order or after its end: all is told once, with one end."""
    habits = Habits(
        matching_delay=0.5, topic_delay=0.5, answer_delay=0.5, events_first=0.5, repeats=0.5, rows_together=0.5,
        oddities=0.5, extras=0.5, unknown_words=0.5, idle_positions=0.5,
    )  # fmt: skip
    async with open_bench(seams, habits=habits) as bench:
        await healthy(bench)
        bench.venue.fill_in_parts = 3
        for one in range(number * 4, number * 4 + 4):
            transport = "rest" if one % 2 else "websocket"
            handle = await place(bench, price="51500", quantity="0.3", transport=transport)
            events = await events_of(handle)
            # That the last fill was the last may be told after it, by the row of the order.
            kinds = [type(event) for event in events if not isinstance(event, OrderUpdated)]
            assert kinds[1:] == [OrderAccepted, *[OrderFilled] * 3]
            assert sum(fills_in(events)) == Decimal("0.3")
            # Some of them were told ahead, without their fee: what is told is the whole.
            assert all(event.fees for event in events if isinstance(event, OrderFilled))
            ends = await rest(bench, quantity="0.3")
            fill(bench, ends, "0.1")
            bench.venue.cancel(name_of(ends))
            events = await events_of(ends)
            assert (fills_in(events), type(events[-1])) == ([Decimal("0.1")], OrderCanceled)
        await trio.sleep(5.0)
        await healthy(bench)
        assert bench.account.health().orders_in_doubt == 0


@pytest.mark.parametrize("code", ["110072", "20006"])
async def test_an_id_that_is_taken(network: SimulatedNetwork, seams: Seams, code: str) -> None:
    """The venue says that it knows the id: perhaps of this very command. It is found out, and nothing is sent again."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.Refuse(method="add_order", error=code))
        handle = await place(bench)
        with trio.fail_after(60.0):
            assert (await handle.resolved()).status in (CommandStatus.NOT_EXECUTED, CommandStatus.REJECTED)
        assert sent(bench, "add_order") == 0


async def test_an_order_that_was_acknowledged_is_never_said_not_to_be_there(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """The command lands seconds after its answer; until then no list has it, and that proves nothing."""
    async with open_bench(seams) as bench:
        bench.venue.habits.matching_delay = 8.0
        handles = [await place(bench, price=str(40_000 + number)) for number in range(4)]
        with trio.fail_after(60.0):
            for handle in handles:
                assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert sent(bench, "add_order") == 4
