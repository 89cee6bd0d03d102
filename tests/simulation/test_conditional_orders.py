"""Orders that wait for a trigger, in a world with Binance: the checks know them from their placement on."""

from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import (
    CommandHandle,
    CommandStatus,
    OrderAccepted,
    OrderCanceled,
    OrderEvent,
    OrderFilled,
    OrderSubmitted,
    OrderTriggered,
)
from batactors.testing import World, simulated
from batactors.testing.simulation import Plan, run_plan, steps
from batactors.testing.simulation.checks.answers import NoGuess

BINANCE = "binance"
STOP: dict[str, Any] = {
    "instrument": "BTC/USDT:USDT", "side": "sell", "order_type": "stop_market", "quantity": "0.5",
    "trigger_price": "45000",
}  # fmt: skip


async def stop(world: World, **terms: Any) -> CommandHandle:
    """One that waits."""
    return await world.account.create_order(**{**STOP, **terms})


def fall(world: World) -> None:
    """The market falls, and fires it."""
    world.venue.set_market("BTCUSDT", bid=Decimal(44_000), ask=Decimal(44_500))


async def told(handle: CommandHandle) -> list[OrderEvent]:
    """All that is told of it, to its end."""
    with trio.fail_after(120.0):
        return [event async for event in handle.events()]


@simulated(seeds=3, venue=BINANCE)
async def test_an_order_that_waits_is_no_guess(world: World) -> None:
    """It is accepted and waits, is cancelled, and the world settles: no check takes any of that for a guess."""
    handle = await stop(world)
    assert (await handle.resolved()).status is CommandStatus.ACCEPTED
    waiting = world.ledger.orders_as_wholes(str(handle.client_order_id))
    assert [(one.status, one.waits_for_trigger) for one in waiting] == [("new", True)]
    await trio.sleep(1.0)
    cancel = await world.account.cancel_order(str(handle.client_order_id))
    assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
    assert isinstance((await told(handle))[-1], OrderCanceled)
    await world.settled()


@simulated(seeds=3, venue=BINANCE)
async def test_an_order_that_fires_is_one_order(world: World) -> None:
    """What came of it is not a second order: it is told as triggered, then as filled, and nothing is told twice."""
    handle = await stop(world)
    await handle.resolved()
    fall(world)
    kinds = [type(event) for event in await told(handle)]
    assert kinds == [OrderSubmitted, OrderAccepted, OrderTriggered, OrderFilled]
    (order,) = world.ledger.orders_as_wholes(str(handle.client_order_id))
    assert order.status == "filled"
    assert world.ledger.states(order.order_id)[0].waits_for_trigger
    assert len(world.ledger.ids_of(order)) == 2
    await world.settled()


@simulated(seeds=3, venue=BINANCE)
async def test_one_that_waits_still_is_not_settled(world: World) -> None:
    """A world is not at rest while it waits; what takes it off may be the other cancel of all."""
    handle = await stop(world)
    await handle.resolved()
    with pytest.raises(AssertionError, match="is open at the venue, with 0 of"):
        await world.settled(within=5.0)
    await (await world.account.cancel_all("BTC/USDT:USDT")).resolved()
    assert world.ledger.all_open(), "it is of the other kind"
    await (await world.account.cancel_all("BTC/USDT:USDT", conditional=True)).resolved()
    await told(handle)
    await world.settled()


@simulated(seeds=2, venue=BINANCE)
async def test_a_cancel_of_a_side_takes_off_what_waits_there(world: World) -> None:
    """Orders of both kinds, and those of another side or instrument stay."""
    below = await stop(world)
    above = await stop(world, order_type="take_profit_market", side="buy", trigger_price="46000")
    other = await stop(world, instrument="ETH/USDT:USDT")
    for handle in (below, above, other):
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED
    await world.account.cancel_open_orders("BTC/USDT:USDT", "sell")
    assert isinstance((await told(below))[-1], OrderCanceled)
    left = {order.client_order_id for order in world.ledger.all_open()}
    assert left == {above.client_order_id, other.client_order_id}
    await world.account.cancel_open_orders()
    await world.settled()


@simulated(seeds=2, venue=BINANCE, checks=(NoGuess,))
async def test_a_guess_about_one_is_still_seen(world: World) -> None:
    """The venue is made to forget one that it has answered for: then it is told as accepted, and never was there."""
    handle = await stop(world)
    await handle.resolved()
    world.ledger.waiting.orders.clear()
    world.ledger.waiting._by_client_id.clear()
    (found,) = [text for check in world.judge._checks for text in check.settled()]
    assert found == f"{handle.client_order_id} is told as accepted, and the venue never had it"


@pytest.mark.parametrize("adopted_at", [1.5, 3.0], ids=["while it waits", "after its trigger"])
def test_somebody_elses_that_fires_is_told_once(adopted_at: float) -> None:
    """Adopted in time its fills are its own events; later it has another id, and is told as somebody else's."""
    plan = Plan(
        venue=BINANCE,
        steps=(
            steps.ByHand(at=1.0, order=9, side="sell", trigger_price="49000"),
            steps.Adopt(at=adopted_at, order=9),
            steps.MoveMarket(at=2.0, bid="47500", ask="48000"),
        ),
    )
    report = run_plan(plan)
    assert report.good, report.violations
    assert report.reached["somebody else's order was triggered"]
    in_time = adopted_at < 2.0
    assert bool(report.reached["an adopted order was filled"]) is in_time
    assert bool(report.reached["somebody else's fill was reported"]) is not in_time


def test_what_would_fire_at_once_is_not_placed_by_hand() -> None:
    """Nor is anything of a plan at a venue that has no such orders."""
    for venue, trigger in ((BINANCE, "50500"), ("kraken-spot", "49000")):
        plan = Plan(venue=venue, steps=(steps.ByHand(at=1.0, order=9, side="sell", trigger_price=trigger),))
        report = run_plan(plan)
        assert report.good, report.violations
        assert not report.fills
