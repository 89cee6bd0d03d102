"""The verbs of an account at Kraken Futures: ids, scopes, stops, and requests that may overtake each other."""

from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import (
    CommandStatus,
    OrderAccepted,
    OrderFilled,
    OrderState,
    OrderSubmitted,
    OrderTriggered,
    OrderUpdated,
    Unsupported,
)
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.testing.kraken_futures import Habits
from tests.engine.kraken_futures.bench import BTC, SYMBOL, open_bench
from tests.engine.kraken_futures.story import Wire
from tests.engine.stories import at_venue, events_of, fill, fills_in, healthy, place, rest, told_so_far

pytestmark = pytest.mark.usefixtures("network")

DONE = CommandStatus.ACCEPTED
STOP: dict[str, Any] = {
    "side": "sell", "order_type": "stop_market", "quantity": "0.2", "trigger_price": "45000", "price": None,
}  # fmt: skip


@pytest.mark.holds("I02")
async def test_a_long_id_goes_out_whole(network: SimulatedNetwork, seams: Seams) -> None:
    """A hundred characters are the venue's own bound: ours go there as they are, and come back so."""
    ours = "strategy-" + "x" * 91
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench, client_order_id=ours)
        assert [one.client_order_id for one in bench.venue.ledger.orders.values()] == [ours]
        fill(bench, order, "0.5")
        assert fills_in(await events_of(order)) == [Decimal("0.5")]
        await rest(bench, client_order_id=ours + "y")
        (other,) = [one for one in bench.venue.ledger.orders.values() if one.client_order_id != ours]
        assert len(other.client_order_id or "") <= 100


@pytest.mark.holds("G18")
async def test_a_cancel_of_all_has_its_scope(network: SimulatedNetwork, seams: Seams) -> None:
    """Of an instrument those of that; of a side those of that, by cancels of their own; without either, all."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        buy, sell = await rest(bench), await rest(bench, side="sell", price="52000")
        beside = await rest(bench, instrument="ETH/USD:USD", price="1800", quantity="2")
        for handle in await bench.account.cancel_open_orders(BTC, "buy"):
            assert (await handle.resolved()).status is DONE
        assert [at_venue(bench, one)[0].closed for one in (buy, sell, beside)] == [True, False, False]
        assert (await (await bench.account.cancel_all(BTC)).resolved()).status is DONE
        assert [at_venue(bench, one)[0].closed for one in (buy, sell, beside)] == [True, True, False]
        assert (await (await bench.account.cancel_all()).resolved()).status is DONE
        assert at_venue(bench, beside)[0].closed


@pytest.mark.holds("G17")
async def test_requests_bear_no_nonce_that_could_be_overtaken(network: SimulatedNetwork, seams: Seams) -> None:
    """Questions and commands are under way together, and slow ones are overtaken: none is refused for its order."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        bench.venue.habits.answer_delay = 1.0
        wire = Wire(bench.venue)
        async with trio.open_nursery() as nursery:
            for number in range(4):
                nursery.start_soon(bench.account.fetch_open_orders)
                handle = await place(bench, price=str(40_000 + number))
                nursery.start_soon(handle.resolved)
        assert len(bench.venue.ledger.orders) == 4
        assert wire.calls("openorders") >= 4
        assert not any("nonce" in text.lower() for text in wire.asked)


async def test_no_command_goes_by_the_socket(network: SimulatedNetwork, seams: Seams) -> None:
    """One that insists on it is refused before anything is sent."""
    async with open_bench(seams) as bench:
        with pytest.raises(Unsupported, match="takes no commands on its socket"):
            await place(bench, transport="websocket")
        assert not bench.venue.ledger.commands


@pytest.mark.holds("F13")
@pytest.mark.parametrize(
    "habits",
    [
        Habits(child_id="new", child_named=True), Habits(child_id="new", child_named=False), Habits(child_id="same"),
        Habits(child_id="new", trigger_cancels=True),
    ],
    ids=["child_named", "child_nameless", "same_id", "trigger_cancels"],
)  # fmt: skip
async def test_a_stop_fires(network: SimulatedNetwork, seams: Seams, habits: Habits) -> None:
    """Whatever the venue calls its child, it is the same order: triggered once, its fills are its own, and it ends."""
    async with open_bench(seams, habits=habits, reconcile_every=5.0) as bench:
        await healthy(bench)
        order = await rest(bench, **STOP)
        bench.venue.set_market(SYMBOL, bid=Decimal(44_900), ask=Decimal(45_100))
        events = await events_of(order)
        kinds = [type(event) for event in events]
        assert kinds[:3] == [OrderSubmitted, OrderAccepted, OrderTriggered]
        assert kinds.count(OrderTriggered) == 1
        assert sum(fills_in(events)) == Decimal("0.2")
        assert events[-1].state is OrderState.FILLED
        assert all(isinstance(one, OrderFilled | OrderUpdated) for one in events[3:])


@pytest.mark.holds("G19")
@pytest.mark.parametrize("answer", ["told", "lost"])
async def test_a_new_trigger_price_is_sent_and_told(network: SimulatedNetwork, seams: Seams, answer: str) -> None:
    """The venue has it, it is told as an update, and the stop fires there and no longer where it was."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        order = await rest(bench, **STOP)
        if answer == "lost":
            bench.venue.faults.add(f.LoseAck(method="amend_order"))
        amend = await order.amend(trigger_price="43000")
        with trio.fail_after(60.0):
            assert (await amend.resolved()).status is DONE
        assert at_venue(bench, order)[0].trigger_price == Decimal(43_000)
        bench.venue.set_market(SYMBOL, bid=Decimal(44_900), ask=Decimal(45_100))
        await trio.sleep(1.0)
        (update,) = [one for one in await told_so_far(order) if isinstance(one, OrderUpdated)]
        assert update.trigger_price == Decimal(43_000)
        bench.venue.set_market(SYMBOL, bid=Decimal(42_900), ask=Decimal(43_100))
        assert sum(fills_in(await events_of(order))) == Decimal("0.2")
