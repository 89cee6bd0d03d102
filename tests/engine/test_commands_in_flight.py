"""Commands in flight: each has a slot of its own, nonces rise in the order of arrival, new triggers are followed."""

from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import trio

from batactors import BatactorsError, CommandStatus, OrderTriggered, OrderUpdated
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.testing.kraken_v2.credentials import Credentials
from tests.engine.bench import Bench, open_bench
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")

STOP: dict[str, Any] = {
    "instrument": "BTC/USD", "side": "sell", "order_type": "stop_limit", "quantity": "0.5", "trigger_price": "47000",
    "price": "46000",
}  # fmt: skip


@pytest.fixture
def nonces(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, str, int, bool]]:
    """What each signed request carried, as it arrived: when, for what, its nonce, and whether it was taken."""
    seen: list[tuple[float, str, int, bool]] = []
    real = Credentials.authenticate

    def authenticate(self: Credentials, **given: Any) -> Any:
        taken = False
        try:
            account = real(self, **given)
            taken = True
        finally:
            seen.append((trio.current_time(), given["path"].rpartition("/")[2], int(given["nonce"]), taken))
        return account

    monkeypatch.setattr(Credentials, "authenticate", authenticate)
    return seen


def in_flight(bench: Bench) -> list[str]:
    return [record.command.command_id for record in bench.account._wiring.dedup_actor.dispatch.desk.unresolved()]


async def quietly(ask: Any) -> None:
    with suppress(BatactorsError):  # it is told to who asked; here only what was sent counts
        await ask()


@pytest.mark.holds("G17")
async def test_nonces_rise_in_the_order_of_arrival(
    network: SimulatedNetwork, seams: Seams, nonces: list[tuple[float, str, int, bool]]
) -> None:
    """Questions, tokens and commands by REST at once, some of them failing or unanswered, on roads of any length: each
    nonce is above all before it when it arrives, and none is refused.
    """
    async with open_bench(seams, answer=2.0) as bench:
        bench.venue.faults.add(
            f.HttpError(method="OpenOrders", count=2, status=502, when="after"), f.Stall(method="Balance", nth=2),
            f.CutReply(method="TradesHistory"), f.Refuse(method="ClosedOrders"),
        )  # fmt: skip
        async with trio.open_nursery() as nursery:
            for number in range(5):
                nursery.start_soon(quietly, bench.account.fetch_open_orders)
                nursery.start_soon(quietly, bench.account.fetch_balances)
                nursery.start_soon(quietly, bench.account.reconcile)
                nursery.start_soon(quietly, partial(place, bench, price=str(49_000 + number), transport="rest"))
                bench.venue.cut()  # and a token for the next session
                await trio.sleep(0.7)
        await trio.sleep(20.0)
        assert len(nonces) > 20
        asked = {path for _, path, _, _ in nonces}
        assert asked >= {"AddOrder", "OpenOrders", "Balance", "GetWebSocketsToken", "TradesHistory"}
        carried = [nonce for _, _, nonce, _ in nonces]
        assert carried == sorted(set(carried))
        assert all(taken for *_, taken in nonces)


@pytest.mark.holds("G17")
async def test_nothing_is_held_up_by_a_question_that_is_tried_again(
    network: SimulatedNetwork, seams: Seams, nonces: list[tuple[float, str, int, bool]]
) -> None:
    """While questions fail and are tried again for ever, who pauses between the tries holds nothing: each command by
    REST goes out at once, in its turn.
    """

    async def ask_again() -> None:
        while True:
            await quietly(bench.account.reconcile)
            await trio.sleep(0.3)

    async with open_bench(seams) as bench, trio.open_nursery() as nursery:
        bench.venue.faults.add(f.HttpError(method="OpenOrders", count=1_000, status=502, when="after"))
        nursery.start_soon(ask_again)
        for number in range(20):
            began = trio.current_time()
            handle = await place(bench, price=str(49_000 + number), transport="rest")
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
            assert trio.current_time() - began < 0.5
            await trio.sleep(0.5)
        nursery.cancel_scope.cancel()
    tries = [at for at, path, _, _ in nonces if path == "OpenOrders"]
    placed = [at for at, path, _, _ in nonces if path == "AddOrder"]
    assert len([at for at in tries if placed[0] < at < placed[-1]]) > 20
    assert all(taken for *_, taken in nonces)


@pytest.mark.holds("S12")
async def test_each_command_about_an_order_has_its_own_slot(network: SimulatedNetwork, seams: Seams) -> None:
    """Three commands about one order are in flight at once; each is answered, or lost, and ends for itself."""
    async with open_bench(seams) as bench:
        order = await place(bench, price="48000")
        await order.resolved()
        bench.venue.faults.add(
            f.DelayCommand(method="amend_order", seconds=1.0), f.LoseCommand(method="amend_order", nth=2),
            f.DelayCommand(method="cancel_order", seconds=3.0),
        )  # fmt: skip
        slow, lost, cancel = await order.amend(price="48100"), await order.amend(price="48200"), await order.cancel()
        began = trio.current_time()
        await trio.sleep(0.5)
        assert in_flight(bench) == [slow.command_id, lost.command_id, cancel.command_id]
        assert (await slow.resolved()).status is CommandStatus.ACCEPTED
        assert in_flight(bench) == [lost.command_id, cancel.command_id]
        assert trio.current_time() - began < 1.5
        assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
        assert trio.current_time() - began < 3.5
        assert (await lost.resolved()).status is CommandStatus.NOT_EXECUTED
        assert in_flight(bench) == []
        receipts = [await one.resolved() for one in (slow, lost, cancel)]
        assert len({receipt.request_id for receipt in receipts}) == 3


@pytest.mark.holds("G19")
@pytest.mark.parametrize("road", ["websocket", "rest"])
@pytest.mark.parametrize("answer", ["told", "lost"])
async def test_a_new_trigger_price_is_followed_to_the_end(
    network: SimulatedNetwork, seams: Seams, road: str, answer: str
) -> None:
    """It is sent, the venue has it, it is told as an update, and the order triggers there and no longer where it was;
    so it is when the answer is lost.
    """
    async with open_bench(seams) as bench:
        order = await bench.account.create_order(**STOP)
        assert (await order.resolved()).status is CommandStatus.ACCEPTED
        if answer == "lost":
            bench.venue.faults.add(f.LoseAck(method="amend_order"))
        amend = await bench.account.amend_order(order.client_order_id, trigger_price="45000", transport=road)
        assert (await amend.resolved()).status is CommandStatus.ACCEPTED
        assert bench.at_venue(order.client_order_id).trigger_price == Decimal(45000)
        assert [one.method for one in bench.venue.ledger.commands].count("amend_order") == 1
        move(bench, "46500")  # past the old trigger, and not past the new one
        await trio.sleep(1.0)
        bench.venue.set_market("BTC/USD", bid=Decimal(44900), ask=Decimal(45100))
        await trio.sleep(1.0)
        await (await order.cancel()).resolved()
        events = await events_of(order)
        (updated,) = [event for event in events if isinstance(event, OrderUpdated)]
        assert (updated.trigger_price, updated.price, updated.quantity) == (
            Decimal(45000),
            Decimal(46000),
            Decimal("0.5"),
        )
        (triggered,) = [event for event in events if isinstance(event, OrderTriggered)]
        assert triggered.sequence > updated.sequence


def move(bench: Bench, bid: str) -> None:
    bench.venue.set_market("BTC/USD", bid=Decimal(bid), ask=Decimal(bid) + 200)
