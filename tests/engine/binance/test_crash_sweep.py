"""Whichever actor crashes wherever it waits, with two sockets: each order is told once and whole, and sent once."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import TypeVar

import pytest
import trio

from batactors import CommandHandle, CommandStatus, HealthStatus, OrderEvent
from batactors.seams import Seams, SeededChance, SeededIds
from batactors.testing import SimulatedNetwork, VirtualClock, run_in_virtual_time, virtual_keep_alive
from batactors.testing.await_points import AwaitPoints
from tests.engine.binance.bench import Bench, open_on, open_venue
from tests.engine.binance.story import COMMANDS, EVENTS, at_venue, fill, fills_in, place
from tests.engine.test_crash_sweep import PATIENT, STALL, WaitingJournal, at_last, follow

Value = TypeVar("Value")

FIRST = 60
"""Await points of each actor that are crashed at, if it passes so many."""
EACH = 3
"""Every how many of them, so that the whole takes seconds."""
ACTORS = (EVENTS, COMMANDS, "rest", "dedup", "reconciler", "lane")


async def trade(seed: str) -> None:
    """Place an order that fills by the socket and one that is amended and canceled by REST, as a careful user does."""
    seams = Seams(clock=VirtualClock(), ids=SeededIds(seed), chance=SeededChance(seed))
    with SimulatedNetwork(seed=seed).installed(), virtual_keep_alive():
        async with (
            open_venue(seams) as (venue, urls),
            open_on(
                venue, urls, seams, supervision=PATIENT, journals=lambda name: WaitingJournal(), reconcile_every=3.0
            ) as bench,
        ):
            filled = await placed(bench, price="48000")
            canceled = await placed(bench, price="40000", transport="rest")
            fill(bench, filled, "0.2")
            await trio.sleep(0.5)
            async with trio.open_nursery() as nursery:
                events: list[OrderEvent] = []
                nursery.start_soon(follow, filled, events)
                await trio.sleep(0.2)
                fill(bench, filled, "0.3")
            assert sorted(fills_in(events)) == [Decimal("0.2"), Decimal("0.3")]
            await amended(bench, canceled)
            await cancel(bench, canceled)
            with trio.fail_after(200.0):
                while bench.account.health().status is not HealthStatus.HEALTHY:  # noqa: ASYNC110
                    await trio.sleep(1.0)
            await at_last(bench.account.reconcile)
            assert not bench.account._wiring.dedup_actor.dispatch.desk.unresolved()
            assert len(venue.ledger.orders) == 2, "an order that was told as not sent was sent"


async def placed(bench: Bench, **changes: str) -> CommandHandle:
    """Place an order, and another if it is proved that the first was not."""
    while True:
        handle = await at_last(lambda: place(bench, **changes))
        if (await at_last(handle.resolved)).status is CommandStatus.ACCEPTED:
            return handle
        await follow(handle, [])
        assert at_venue(bench, handle) == []


async def amended(bench: Bench, order: CommandHandle) -> None:
    """Amend an order, until it is."""
    while at_venue(bench, order)[0].limit_price != Decimal("40500"):
        handle = await at_last(lambda: order.amend(price="40500"))
        await at_last(handle.resolved)


async def cancel(bench: Bench, order: CommandHandle) -> None:
    """Cancel an order, until it is."""
    events: list[OrderEvent] = []
    async with trio.open_nursery() as nursery:
        nursery.start_soon(follow, order, events)
        while not at_venue(bench, order)[0].closed:
            handle = await at_last(order.cancel)
            await at_last(handle.resolved)
    assert events[-1].is_terminal


def trade_through(points: AwaitPoints, what: str) -> bool:
    """Trade with what is planned; whether it struck."""
    told: list[str] = []
    points.on_strike = told.append
    run: Callable[[str], Awaitable[None]] = trade
    try:
        run_in_virtual_time(run, "s", seed=what, instruments=[points])
    except BaseException as error:
        error.add_note(f"{what}: {told}")
        raise
    return bool(told)


def test_the_actors_are_met() -> None:
    """Each of the actors that are crashed passes await points in an ordinary run."""
    points = AwaitPoints()
    trade_through(points, "met")
    assert set(ACTORS) <= set(points.passed)


@pytest.mark.holds("D04")
@pytest.mark.parametrize("actor", ACTORS)
def test_a_crash_anywhere_is_survived(actor: str) -> None:
    """Two orders, an amend and a cancel, with one crash: fills once, verdicts for all, nothing sent twice, healthy."""
    for nth in range(1, FIRST + 1, EACH):
        points = AwaitPoints()
        points.crash(actor, nth=nth)
        if not trade_through(points, f"crash of {actor} at {nth}"):
            assert points.passed[actor] < nth + 1
            return


@pytest.mark.holds("D04")
@pytest.mark.parametrize("actor", ACTORS)
def test_a_stall_anywhere_is_survived(actor: str) -> None:
    """The same where one task of an actor is held for longer than a venue's answer is waited for."""
    for nth in range(1, FIRST + 1, 5 * EACH):
        points = AwaitPoints()
        points.stall(actor, STALL, nth=nth)
        trade_through(points, f"stall of {actor} at {nth}")
