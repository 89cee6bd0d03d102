"""Commands go side by side where all go by HTTP: a lost answer holds up nobody else, and no order is overtaken."""

import pytest
import trio

from batactors import CommandStatus, OrderState
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.kraken_futures.bench import open_bench
from tests.engine.stories import at_venue, events_of, healthy, name_of, place, rest, sent

pytestmark = pytest.mark.usefixtures("network")

ACCEPTED = CommandStatus.ACCEPTED


async def test_a_lost_answer_holds_up_nobody_else(network: SimulatedNetwork, seams: Seams) -> None:
    """While one is waited for, others are placed and cancelled; so it is with three of them."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        other = await rest(bench)
        bench.venue.faults.add(f.LoseAck(method="add_order", count=3))
        lost = [await place(bench, price=str(40_000 + number)) for number in range(3)]
        await trio.sleep(0.5)
        assert sent(bench, "add_order") == 4
        began = trio.current_time()
        assert (await (await other.cancel()).resolved()).status is ACCEPTED
        assert (await (await place(bench, price="47000")).resolved()).status is ACCEPTED
        assert trio.current_time() < began + 1.0
        with trio.fail_after(60.0):
            assert [(await one.resolved()).status for one in lost] == [ACCEPTED] * 3


@pytest.mark.holds("A01", "G03")
async def test_what_is_about_one_order_stays_in_its_order(network: SimulatedNetwork, seams: Seams) -> None:
    """A cancel does not overtake the create that is still under way, nor an amend another: the last one holds."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        bench.venue.faults.add(f.DelayCommand(method="add_order", seconds=1.0))
        order = await place(bench)
        cancel = await order.cancel()
        with trio.fail_after(30.0):
            assert (await cancel.resolved()).status is ACCEPTED
            assert (await events_of(order))[-1].state is OrderState.CANCELED
        for _ in range(4):
            amended = await rest(bench)
            bench.venue.habits.answer_delay = 0.5
            amends = [await amended.amend(price=price) for price in ("47000", "46000", "45000")]
            for amend in amends:
                assert (await amend.resolved()).status is ACCEPTED
            assert [one.limit_price for one in at_venue(bench, amended)] == [45_000]


async def test_a_cancel_of_all_goes_alone(network: SimulatedNetwork, seams: Seams) -> None:
    """What was placed before it is cancelled, though it was slow; what is placed behind it stays."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        bench.venue.faults.add(f.DelayCommand(method="add_order", seconds=1.0))
        before = await place(bench)
        everything = await bench.account.cancel_all()
        behind = await place(bench, price="47000")
        with trio.fail_after(30.0):
            assert (await everything.resolved()).status is ACCEPTED
            assert (await behind.resolved()).status is ACCEPTED
            assert (await events_of(before))[-1].state is OrderState.CANCELED
        assert [one.client_order_id for one in bench.venue.ledger.open_orders()] == [name_of(behind)]
