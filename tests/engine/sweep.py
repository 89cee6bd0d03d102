"""A crash or a stall of any actor wherever it waits, at a venue with two kinds of sockets: what such tests share."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from functools import partial
from typing import Any

import trio
from attrs import frozen

from batactors import CommandHandle, CommandStatus, HealthStatus, OrderEvent
from batactors.seams import Seams, SeededChance, SeededIds
from batactors.testing import SimulatedNetwork, VirtualClock, run_in_virtual_time, virtual_keep_alive
from batactors.testing.await_points import AwaitPoints
from tests.engine.stories import AnyBench, at_venue, fill, fills_in, place
from tests.engine.test_crash_sweep import PATIENT, STALL, WaitingJournal, at_last, follow

FIRST = 60
"""Await points of each actor that are crashed at, if it passes so many."""
EACH = 3
"""Every how many of them, so that the whole takes seconds."""


@frozen(kw_only=True)
class Place:
    """Where the trade happens: what opens a venue, and an engine on it."""

    open_venue: Callable[[Seams], AbstractAsyncContextManager[tuple[Any, Any]]]
    open_on: Callable[..., AbstractAsyncContextManager[AnyBench]]


def crash_anywhere(place_of_trade: Place, actor: str) -> None:
    """Crash an actor at each of its await points, or each third; the trade goes well all the same."""
    for nth in range(1, FIRST + 1, EACH):
        points = AwaitPoints()
        points.crash(actor, nth=nth)
        if not trade_through(place_of_trade, points, f"crash of {actor} at {nth}"):
            assert points.passed[actor] < nth + 1
            return


def stall_anywhere(place_of_trade: Place, actor: str) -> None:
    """Hold one task of an actor for longer than a venue's answer is waited for."""
    for nth in range(1, FIRST + 1, 5 * EACH):
        points = AwaitPoints()
        points.stall(actor, STALL, nth=nth)
        trade_through(place_of_trade, points, f"stall of {actor} at {nth}")


def met(place_of_trade: Place) -> set[str]:
    """The actors that pass await points in an ordinary run."""
    points = AwaitPoints()
    trade_through(place_of_trade, points, "met")
    return set(points.passed)


async def trade(place_of_trade: Place, seed: str) -> None:
    """Place an order that fills by the socket and one that is amended and canceled by REST, as a careful user does."""
    seams = Seams(clock=VirtualClock(), ids=SeededIds(seed), chance=SeededChance(seed))
    with SimulatedNetwork(seed=seed).installed(), virtual_keep_alive():
        async with (
            place_of_trade.open_venue(seams) as (venue, urls),
            place_of_trade.open_on(
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


async def placed(bench: AnyBench, **changes: str) -> CommandHandle:
    """Place an order, and another if it is proved that the first was not."""
    while True:
        handle = await at_last(lambda: place(bench, **changes))
        if (await at_last(handle.resolved)).status is CommandStatus.ACCEPTED:
            return handle
        await follow(handle, [])
        assert at_venue(bench, handle) == []


async def amended(bench: AnyBench, order: CommandHandle) -> None:
    """Amend an order, until it is."""
    while at_venue(bench, order)[0].limit_price != Decimal("40500"):
        handle = await at_last(lambda: order.amend(price="40500"))
        await at_last(handle.resolved)


async def cancel(bench: AnyBench, order: CommandHandle) -> None:
    """Cancel an order, until it is."""
    events: list[OrderEvent] = []
    async with trio.open_nursery() as nursery:
        nursery.start_soon(follow, order, events)
        while not at_venue(bench, order)[0].closed:
            handle = await at_last(order.cancel)
            await at_last(handle.resolved)
    assert events[-1].is_terminal


def trade_through(place_of_trade: Place, points: AwaitPoints, what: str) -> bool:
    """Trade with what is planned; whether it struck."""
    told: list[str] = []
    points.on_strike = told.append
    run: Callable[[str], Awaitable[None]] = partial(trade, place_of_trade)
    try:
        run_in_virtual_time(run, "s", seed=what, instruments=[points])
    except BaseException as error:
        error.add_note(f"{what}: {told}")
        raise
    return bool(told)
