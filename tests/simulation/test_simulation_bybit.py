"""The simulation on Bybit as a test of the engine: answers that settle nothing, and topics that keep no order."""

import pytest
import trio

from batactors import CommandStatus, OrderFilled
from batactors.testing import World, simulated
from batactors.testing.simulation import draw_plan, run_plan
from tests.simulation.drawn import broken_among, fresh_seeds, never_reached, ran

BYBIT = "bybit"
FIXED = range(20)
ONCE_BROKEN = (1066, 2107)
"""Seeds that found a mistake once: of the engine, of the codec, or of a check."""
FRESH = 3
WINDOW = range(40)
REACHED = (
    "a command was unknown",
    "an unknown command was proved done",
    "an unknown command was proved not done",
    "the process was killed",
    "a fill was heard by replay",
    "a cancel was told by a second Filled",
    "an order was refused after its answer",
    "a post-only order was told as Rejected",
    "a post-only order was told as Cancelled",
    "a batch went by the socket",
    "several rows came in one frame",
    "the history of orders was asked for",
    "a page after the first was asked for",
    "somebody else's fill was reported",
)


@pytest.mark.parametrize("seed", [*FIXED, *ONCE_BROKEN])
def test_promises_hold_at_fixed_seeds(seed: int) -> None:
    """Whatever goes wrong in these runs, no promise is broken."""
    assert not ran(seed, BYBIT).violations


def test_promises_hold_at_seeds_that_nobody_chose() -> None:
    """Nor in runs that were never made before."""
    broken = broken_among(fresh_seeds(FRESH), BYBIT)
    assert not broken, f"batactors simulate --venue {BYBIT} --seed {next(iter(broken))} shows one of them"


def test_a_seed_is_a_run() -> None:
    """A run repeats event for event; on another venue the same seed is another run."""
    assert run_plan(draw_plan(3, venue=BYBIT)).digest == ran(3, BYBIT).digest
    assert run_plan(draw_plan(3, venue="binance")).digest != ran(3, BYBIT).digest


def test_what_should_be_reached_is_reached() -> None:
    """Faults that are never met prove nothing: each of these happens in some run."""
    never = never_reached(REACHED, WINDOW, BYBIT)
    assert not never, f"within {len(WINDOW)} seeds nothing has reached: {', '.join(never)}"


@simulated(seeds=3, venue=BYBIT)
async def test_a_users_own_test_runs_on_it(world: World) -> None:
    """A test of a user's own has the venue, the engine on it and the checks, as on Kraken Spot."""
    handle = await world.account.create_order(
        instrument="BTC/USDT:USDT", side="buy", order_type="limit", quantity="0.5", price="48000"
    )
    assert (await handle.resolved()).status is CommandStatus.ACCEPTED
    order = world.ledger.orders_by_client_id(str(handle.client_order_id))[0]
    world.venue.fill(order, quantity=order.quantity)
    with trio.fail_after(30.0):
        assert any([isinstance(event, OrderFilled) async for event in handle.events()])
    await world.settled()


@pytest.mark.simulation(venue=BYBIT)
async def test_a_fixture_opens_it(simulated_world: World) -> None:
    """The mark names the venue of the fixtures' world."""
    assert type(simulated_world.venue).__name__ == "BybitVenue"
    assert "trade" in simulated_world.account.health().components
