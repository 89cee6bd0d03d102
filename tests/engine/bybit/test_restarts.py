"""Another process goes on where the one before was killed; and what a session needs: clocks, pings, a logon."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
import trio
from attrs import evolve

from batactors import CommandHandle, CommandStatus, SupervisionConfig
from batactors.journal.memory import MemoryJournal
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork, VirtualClock
from batactors.testing import faults as f
from tests.engine.bybit.bench import BTC, Bench, open_bench, open_on, open_venue
from tests.engine.bybit.story import EVENTS, cut
from tests.engine.stories import events_of, fill, fills_in, healthy, place, rest, sent

pytestmark = pytest.mark.usefixtures("network")

STOP: dict[str, Any] = {
    "side": "sell", "order_type": "stop_market", "quantity": "0.2", "trigger_price": "45000", "price": None,
}  # fmt: skip
AT_ONCE = SupervisionConfig(stop_within=0.0)


def again(bench: Bench, handle: CommandHandle) -> CommandHandle:
    """The same command, in the life of now."""
    return bench.account.command(handle.command_id)


@pytest.mark.holds("S01", "S03", "Y10", "X37", "A01")
@pytest.mark.parametrize("lost", ["before", "after"])
@pytest.mark.parametrize("operation", ["create", "cancel", "amend", "leverage", "stop"])
async def test_every_command_in_flight_resolves_in_the_next_life(
    network: SimulatedNetwork, seams: Seams, lost: str, operation: str
) -> None:
    """Killed with an answer pending, done or not: the next life finds out which, and sends nothing again."""
    methods = {"cancel": "cancel_order", "amend": "amend_order", "leverage": "set-leverage"}
    method, disk = methods.get(operation, "add_order"), MemoryJournal()
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, journals=lambda name: disk, supervision=AT_ONCE) as bench:
            await healthy(bench)
            order = await rest(bench)
            await (await bench.account.set_leverage(BTC, 5)).resolved()
            venue.faults.add(
                (f.LoseCommand if lost == "before" else f.LoseAck)(method=method),
                f.LoseFrame(channel="executions", count=5),
            )
            match operation:
                case "create":
                    handle = await place(bench, price="47000")
                case "cancel":
                    handle = await order.cancel()
                case "amend":
                    handle = await order.amend(price="47000")
                case "leverage":
                    handle = await bench.account.set_leverage(BTC, 9)
                case _:
                    handle = await place(bench, **STOP)
            await trio.sleep(0.5)
            left = deepcopy(disk)
        venue.faults.clear()
        before = sent(bench, method)
        async with open_on(venue, urls, seams, journals=lambda name: left) as bench:
            with trio.fail_after(120.0):
                status = (await again(bench, handle).resolved()).status
            assert status is (CommandStatus.ACCEPTED if lost == "after" else CommandStatus.NOT_EXECUTED)
            assert sent(bench, method) == before
            await healthy(bench)


@pytest.mark.holds("X40")
async def test_an_order_that_one_list_has_forgotten_is_in_the_other(network: SimulatedNetwork, seams: Seams) -> None:
    """Its answer was lost, it ended without a trade, and the service restarted: the history tells what became of it."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        bench.venue.faults.add(f.LoseAck(method="add_order"), f.LoseFrame(channel="executions", count=2))
        handle = await place(bench)
        await trio.sleep(0.5)
        bench.venue.cancel(str(handle.client_order_id))
        bench.venue.forget_closed_orders()
        with trio.fail_after(60.0):
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert (await bench.account.fetch_order(str(handle.client_order_id))) is not None


@pytest.mark.holds("Y20", "D12", "X55")
@pytest.mark.parametrize("transport", ["websocket", "rest"])
@pytest.mark.parametrize("by", [3.0, -3.0, 30.0])
async def test_orders_are_accepted_by_a_clock_that_is_wrong(
    network: SimulatedNetwork, seams: Seams, by: float, transport: str
) -> None:
    """The venue's clock is measured, and that is what is signed: requests, sessions, and commands by the socket."""
    wrong = evolve(seams, clock=VirtualClock(skew=by))
    async with open_venue(seams) as (venue, urls), open_on(venue, urls, wrong) as bench:
        order = await rest(bench, transport=transport)
        amend = await bench.account.amend_order(order.client_order_id, price="47000", transport=transport)
        assert (await amend.resolved()).status is CommandStatus.ACCEPTED
        cancel = await bench.account.cancel_order(order.client_order_id, transport=transport)
        assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
        assert [error for command in venue.ledger.commands for error in command.errors] == []


@pytest.mark.holds("X52", "R02")
async def test_a_quiet_account_stays_connected(network: SimulatedNetwork, seams: Seams) -> None:
    """Pings keep both sockets for half an hour without a word; a logon that is refused is tried again."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        await trio.sleep(1_800)
        assert bench.account.health().reconnects == 0
        bench.venue.faults.add(f.RefuseToken(method="auth", error="10016 Server error.", count=2))
        cut(bench, EVENTS)
        await trio.sleep(1.0)
        await healthy(bench)
        assert (await rest(bench)).client_order_id


@pytest.mark.holds("X54", "R03")
@pytest.mark.parametrize("method", ["auth", "subscribe"])
async def test_confirmations_are_awaited(network: SimulatedNetwork, seams: Seams, method: str) -> None:
    """A session whose logon or one of whose subscriptions is not confirmed is not ready, and is begun anew."""
    async with open_bench(seams, silence=10.0, ping_every=4.0) as bench:
        await healthy(bench)
        bench.venue.faults.add(f.LoseAck(method=method))
        cut(bench, EVENTS)
        await trio.sleep(9.0)
        assert bench.account.health().components[EVENTS].state != "up"
        await healthy(bench, within=10.0)
        fill(bench, order := await rest(bench), "0.5")
        assert fills_in(await events_of(order)) == [Decimal("0.5")]
