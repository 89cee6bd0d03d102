"""The wall clock is wrong, or is set right while the engine runs: found by review."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import trio
from attrs import define, evolve

from batactors import CommandStatus, FillReport, OrderFilled
from batactors.seams import Seams, WallClock
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import open_on, open_venue
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")


@define
class Wrong:
    """A clock that is ahead of the venue's."""

    right: WallClock
    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return self.right.now() + self.ahead


@pytest.mark.parametrize("ahead", [15.0, 40.0])
async def test_a_clock_that_is_set_back_loses_no_fill(network: SimulatedNetwork, seams: Seams, ahead: float) -> None:
    """The clock was ahead of the venue's and is set right: what is missed after that is found, and told once."""
    clock = Wrong(seams.clock)
    async with (
        open_venue(seams) as (venue, urls),
        open_on(venue, urls, evolve(seams, clock=clock), reconcile_every=5.0) as bench,
    ):
        clock.ahead = timedelta(seconds=ahead)
        handle = await place(bench, quantity="0.5", price="48000")
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        await trio.sleep(12.0)
        clock.ahead = timedelta(0)
        venue.faults.add(f.LoseFrame(nth=1, count=1))
        venue.fill(str(handle.client_order_id), quantity=Decimal("0.2"))
        await trio.sleep(1.0)
        venue.fill(str(handle.client_order_id), quantity=Decimal("0.3"))
        with trio.fail_after(60.0):
            events = await events_of(handle)
        assert sum(event.quantity for event in events if isinstance(event, OrderFilled)) == Decimal("0.5")


@pytest.mark.parametrize("ahead", [15.0, 40.0])
async def test_a_clock_that_is_ahead_loses_no_fill(network: SimulatedNetwork, seams: Seams, ahead: float) -> None:
    """With a clock ahead of the venue's, a fill that was missed while the socket was down is found."""
    clock = Wrong(seams.clock, timedelta(seconds=ahead))
    async with (
        open_venue(seams) as (venue, urls),
        open_on(venue, urls, evolve(seams, clock=clock), reconcile_every=5.0) as bench,
    ):
        handle = await place(bench, quantity="0.5", price="48000")
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        await trio.sleep(12.0)
        venue.faults.add(f.LoseFrame(nth=1, count=1))
        venue.fill(str(handle.client_order_id), quantity=Decimal("0.2"))
        await trio.sleep(1.0)
        venue.fill(str(handle.client_order_id), quantity=Decimal("0.3"))
        with trio.fail_after(60.0):
            events = await events_of(handle)
        assert sum(event.quantity for event in events if isinstance(event, OrderFilled)) == Decimal("0.5")


async def test_a_clock_that_is_set_back_hides_no_fill_of_others(network: SimulatedNetwork, seams: Seams) -> None:
    """After the clock was set back, fills of orders that are not ours are still asked for, as if it had not been."""
    clock = Wrong(seams.clock)
    async with (
        open_venue(seams) as (venue, urls),
        open_on(venue, urls, evolve(seams, clock=clock), reconcile_every=5.0) as bench,
    ):
        clock.ahead = timedelta(seconds=600)
        theirs = venue.place_external(symbol="BTC/USD", side="buy", quantity=Decimal("0.5"), price=Decimal("48000"))
        await trio.sleep(12.0)
        clock.ahead = timedelta(0)
        venue.faults.add(f.LoseFrame(nth=1, count=2))
        venue.fill(theirs.order_id, quantity=Decimal("0.2"))
        await trio.sleep(20.0)
        reports = bench.account._wiring.dedup_actor.dispatch.strangers.log
        assert sum(one.quantity for one in reports if isinstance(one, FillReport)) == Decimal("0.2")
