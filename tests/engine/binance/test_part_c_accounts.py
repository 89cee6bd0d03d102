"""Part C of what must hold, on Binance: many orders, positions, and clocks that are wrong."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import trio
from attrs import evolve

from batactors import CommandStatus, OrderAccepted, OrderState
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork, VirtualClock
from batactors.testing import faults as f
from tests.engine.binance.bench import open_bench, open_on, open_venue
from tests.engine.binance.story import EVENTS, cut, events_of, fill, fills_in, healthy, place, rest, told_so_far
from tests.engine.binance.test_part_c import watch

pytestmark = pytest.mark.usefixtures("network")


@pytest.mark.holds("Y18")
async def test_sixty_open_orders_are_all_kept(network: SimulatedNetwork, seams: Seams) -> None:
    """Of sixty open orders, and of others' beside them, a new session and a reconciliation lose none."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        orders = [await rest(bench, price=str(40_000 + number), quantity="0.01") for number in range(60)]
        await bench.account.reconcile()
        cut(bench, EVENTS)
        await trio.sleep(1.0)
        await healthy(bench)
        assert len(await bench.account.fetch_open_orders()) == 60
        for handle in orders:
            (event,) = (await told_so_far(handle))[1:]
            assert (type(event), event.state) == (OrderAccepted, OrderState.ACCEPTED)
        for handle in orders:
            fill(bench, handle, "0.01")
        for handle in orders:
            assert fills_in(await events_of(handle)) == [Decimal("0.01")]


@pytest.mark.holds("Y18", "X58")
async def test_a_position_that_is_closed_is_flat_at_once(network: SimulatedNetwork, seams: Seams) -> None:
    """When the last of a position is sold the account is flat with the venue's own word, without any question."""
    async with open_bench(seams) as bench, trio.open_nursery() as nursery:
        await healthy(bench)
        watched: list[Any] = []
        nursery.start_soon(watch, bench.account.watch_positions(), watched)
        buys = await rest(bench, price="51500", quantity="0.4")
        await events_of(buys)
        await trio.sleep(0.2)
        assert [one.quantity for one in bench.account.positions().values()] == [Decimal("0.4")]
        bench.venue.faults.add(f.HttpError(transport="rest", status=502, count=1_000))
        sells = await rest(bench, side="sell", price="48500", quantity="0.4", reduce_only=True)
        await events_of(sells)
        await trio.sleep(0.2)
        assert bench.account.positions() == {}
        assert [one.quantity for one in watched][-1] == 0
        nursery.cancel_scope.cancel()


@pytest.mark.holds("Y19", "X58")
async def test_a_hedge_has_two_positions(network: SimulatedNetwork, seams: Seams) -> None:
    """In hedge mode a long and a short position of one symbol stand beside each other, their orders are accepted, and
    closing one leaves the other; a new session changes nothing of it.
    """
    async with open_bench(seams) as bench:
        await healthy(bench)
        assert (await (await bench.account.set_position_mode("hedge")).resolved()).status is CommandStatus.ACCEPTED
        place_ = partial(rest, bench)
        longs = await place_(side="buy", price="51500", quantity="0.4", position_side="long")
        shorts = await place_(side="sell", price="48500", quantity="0.3", position_side="short")
        for handle in (longs, shorts):
            assert (await events_of(handle))[-1].state is OrderState.FILLED
        await trio.sleep(0.5)
        held = {side: one.quantity for (_, side), one in bench.account.positions().items()}
        assert held == {"long": Decimal("0.4"), "short": Decimal("-0.3")}
        cut(bench, EVENTS)
        await trio.sleep(1.0)
        await healthy(bench)
        assert {side: one.quantity for (_, side), one in bench.account.positions().items()} == held
        closes = await place_(side="sell", price="48500", quantity="0.4", position_side="long")
        assert (await events_of(closes))[-1].state is OrderState.FILLED
        await trio.sleep(0.5)
        assert {side: one.quantity for (_, side), one in bench.account.positions().items()} == {
            "short": Decimal("-0.3")
        }


@pytest.mark.holds("Y20", "D12", "X55")
@pytest.mark.parametrize("logs_on", [False, True], ids=["secret", "ed25519"])
@pytest.mark.parametrize("transport", ["websocket", "rest"])
@pytest.mark.parametrize("by", [3.0, -3.0, 30.0, -30.0])
async def test_orders_are_accepted_by_a_clock_that_is_wrong(
    network: SimulatedNetwork, seams: Seams, by: float, transport: str, logs_on: bool
) -> None:
    """With our clock 3 or 30 s off, either way, creates, amends and cancels are accepted on both roads, the logon too:
    the venue's clock is measured, and that is what is signed.
    """
    wrong = evolve(seams, clock=VirtualClock(skew=by))
    async with open_venue(seams) as (venue, urls), open_on(venue, urls, wrong, logs_on=logs_on) as bench:
        order = await rest(bench, transport=transport)
        amend = await bench.account.amend_order(order.client_order_id, price="47000", transport=transport)
        assert (await amend.resolved()).status is CommandStatus.ACCEPTED
        cancel = await bench.account.cancel_order(order.client_order_id, transport=transport)
        assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
        offset = bench.account.health().clock_offset
        assert offset is not None
        assert abs(offset + by) < 0.6
        refused = [error for command in venue.ledger.commands for error in command.errors]
        assert refused == []


@pytest.mark.holds("Y20", "D12", "X55")
@pytest.mark.parametrize("by", [3.0, -8.0])
async def test_a_clock_that_is_set_meanwhile(network: SimulatedNetwork, seams: Seams, by: float) -> None:
    """Set while the engine runs, it costs one refusal at the most: the clock is measured anew."""
    clock = VirtualClock()
    async with open_venue(seams) as (venue, urls), open_on(venue, urls, evolve(seams, clock=clock)) as bench:
        await healthy(bench, within=30.0)
        await rest(bench)
        clock.skew = by
        first = await place(bench, price="47000")
        assert (await first.resolved()).status in (CommandStatus.ACCEPTED, CommandStatus.REJECTED)
        await trio.sleep(1.0)
        assert (await (await place(bench, price="46000")).resolved()).status is CommandStatus.ACCEPTED
