"""An adopted order is amended and canceled as the venue knows it, alone and with others."""

from decimal import Decimal

import pytest
import trio

from batactors import CommandHandle, CommandStatus, OrderAdopted, OrderCanceled, OrderUpdated
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import open_bench
from tests.engine.test_adopted import by_hand
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")


@pytest.mark.holds("S04")
@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost"])
async def test_an_adopted_order_can_be_amended_and_canceled(
    network: SimulatedNetwork, seams: Seams, lost: bool
) -> None:
    """By its handle, though the venue knows another client order id, or none; lost answers are found out."""
    async with open_bench(seams) as bench:
        order = by_hand(bench, "another-program-7")
        await trio.sleep(0.5)
        handle = await bench.account.adopt(order.order_id)
        if lost:
            bench.venue.faults.add(f.LoseAck(method="amend_order"), f.LoseAck(method="cancel_order"))
        amend = await handle.amend(price="48500")
        with trio.fail_after(60.0):
            assert (await amend.resolved()).status is CommandStatus.ACCEPTED
        cancel = await handle.cancel()
        with trio.fail_after(60.0):
            assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
            events = await events_of(handle)
        kinds = [type(event) for event in events]
        assert kinds == [OrderAdopted, OrderUpdated, OrderCanceled]
        assert isinstance(events[1], OrderUpdated)
        assert events[1].price == Decimal("48500")
        sent = [one.method for one in bench.venue.ledger.commands if one.method != "add_order"]
        assert sent == ["amend_order", "cancel_order"]


@pytest.mark.holds("S04")
async def test_it_is_canceled_in_a_batch_with_one_that_has_no_venue_order_id_yet(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """Several cancels at once, addressed as each order must be; the engine's key of the adopted one is never sent."""
    async with open_bench(seams) as bench:
        order = by_hand(bench)
        await trio.sleep(0.5)
        adopted = await bench.account.adopt(order.order_id)
        ours = await place(bench, price="48000")
        await ours.sent()
        assert ours.client_order_id is not None
        assert bench.account._wiring.dedup_actor.dispatch.book.orders[ours.client_order_id].venue_order_id is None
        cancels = await bench.account.cancel_orders([str(ours.client_order_id), str(adopted.client_order_id)])
        with trio.fail_after(60.0):
            for cancel in cancels:
                assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
        assert not bench.venue.ledger.open_orders()
        assert str(adopted.client_order_id) not in repr(bench.venue.ledger.commands)


@pytest.mark.holds("S04")
async def test_an_order_adopted_while_a_cancel_asks_what_is_open_is_canceled(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """It was a stranger's when the cancel began, and is ours when the venue lists it: it is not passed over, nor
    canceled twice; an order that is placed meanwhile is left alone.
    """
    async with open_bench(seams) as bench:
        order = by_hand(bench)
        await trio.sleep(0.5)
        bench.venue.faults.add(f.Stall(method="QueryOrders", seconds=1.0))
        handles = list[CommandHandle]()

        async def cancel() -> None:
            handles.extend(await bench.account.cancel_open_orders("BTC/USD"))

        async with trio.open_nursery() as nursery:
            nursery.start_soon(bench.account.adopt, order.order_id)
            await trio.sleep(0.2)
            nursery.start_soon(cancel)  # its question waits behind the other
            await trio.sleep(0.2)
            younger = await place(bench, price="48000")
        with trio.fail_after(60.0):
            assert [(await one.resolved()).status for one in handles] == [CommandStatus.ACCEPTED]
        assert [one.client_order_id for one in bench.venue.ledger.open_orders()] == [younger.client_order_id]


@pytest.mark.holds("S04")
@pytest.mark.parametrize("way", ["all", "scoped"])
async def test_an_adopted_order_is_canceled_with_the_others(network: SimulatedNetwork, seams: Seams, way: str) -> None:
    """A cancel of everything, or of everything of an instrument, takes it along, once."""
    async with open_bench(seams) as bench:
        order, other = by_hand(bench), by_hand(bench)
        await trio.sleep(0.5)
        handle = await bench.account.adopt(order.order_id)
        account = bench.account
        cancels = [await account.cancel_all()] if way == "all" else await account.cancel_open_orders("BTC/USD")
        with trio.fail_after(60.0):
            for cancel in cancels:
                assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
            events = await events_of(handle)
        assert isinstance(events[-1], OrderCanceled)
        assert other.order_id not in {one.order_id for one in bench.venue.ledger.open_orders()}
