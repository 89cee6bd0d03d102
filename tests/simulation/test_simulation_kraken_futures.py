"""The simulation on Kraken Futures as a test of the engine: commands by REST alone, two feeds, and no sequence."""

import pytest
import trio

from batactors import CommandStatus, OrderFilled
from batactors.testing import Knobs, KrakenFuturesKnobs, World, faults, simulated
from batactors.testing.simulation import Plan, draw_plan, run_plan, steps
from tests.simulation.drawn import broken_among, fresh_seeds, never_reached, ran

FUTURES = "kraken-futures"
FIXED = range(20)
ONCE_BROKEN = (8, 60, 133, 161, 348)
"""Seeds that found a mistake once: of the engine, of the codec, or of a check."""
FRESH = 3
WINDOW = range(40)
REACHED = (
    "a command was unknown",
    "an unknown command was proved done",
    "an unknown command was proved not done",
    "the process was killed",
    "a fill was heard by replay",
    "an order was told as filled in part",
    "a cancel named its order by the venue's id alone",
    "a delta named its order by the venue's id alone",
    "an order took and was never in open orders",
    "a post-only order was refused",
    "a post-only order was placed and then refused",
    "a cancel found nothing open",
    "an amend found nothing open",
    "orders were asked for by their status",
    "the history of orders was asked for",
    "the history of executions was asked for",
    "a batch went by REST",
    "somebody else's fill was reported",
)


@pytest.mark.parametrize("seed", [*FIXED, *ONCE_BROKEN])
def test_promises_hold_at_fixed_seeds(seed: int) -> None:
    """Whatever goes wrong in these runs, no promise is broken."""
    assert not ran(seed, FUTURES).violations


def test_promises_hold_at_seeds_that_nobody_chose() -> None:
    """Nor in runs that were never made before."""
    broken = broken_among(fresh_seeds(FRESH), FUTURES)
    assert not broken, f"batactors simulate --venue {FUTURES} --seed {next(iter(broken))} shows one of them"


def test_a_seed_is_a_run() -> None:
    """A run repeats event for event; on another venue the same seed is another run."""
    assert run_plan(draw_plan(3, venue=FUTURES)).digest == ran(3, FUTURES).digest
    assert run_plan(draw_plan(3, venue="binance")).digest != ran(3, FUTURES).digest


def test_what_should_be_reached_is_reached() -> None:
    """Faults that are never met prove nothing: each of these happens in some run."""
    never = never_reached(REACHED, WINDOW, FUTURES)
    assert not never, f"within {len(WINDOW)} seeds nothing has reached: {', '.join(never)}"


def test_an_order_that_came_and_went_by_its_venue_id_alone_is_found_out() -> None:
    """Nothing that is heard of it says whose it is, and its five seconds are over: the history says so (seed 133).

    Until then no order of ours could be proved never to have been there.
    """
    plan = Plan(
        venue=FUTURES,
        knobs=Knobs(reconcile_every=3600.0, kraken_futures=KrakenFuturesKnobs(cancels_named=0.0, deltas_named=0.0)),
        steps=(
            steps.ByHand(at=1.0, order=100),
            steps.Cancel(at=1.1, order=100),
            steps.Place(at=2.0, order=1),
            steps.ByHand(at=2.1, order=101),
            steps.VenueCancels(at=2.2, order=101),
        ),
        faults=(faults.LoseCommand(method="add_order"), faults.HttpError(method="orders/status", count=3)),
    )  # fmt: skip
    report = run_plan(plan)
    assert report.good, report.violations


@simulated(seeds=3, venue=FUTURES)
async def test_a_users_own_test_runs_on_it(world: World) -> None:
    """A test of a user's own has the venue, the engine on it and the checks, as on Kraken Spot."""
    handle = await world.account.create_order(
        instrument="BTC/USD:USD", side="buy", order_type="limit", quantity="0.5", price="48000"
    )
    assert (await handle.resolved()).status is CommandStatus.ACCEPTED
    order = world.ledger.orders_by_client_id(str(handle.client_order_id))[0]
    world.venue.fill(order, quantity=order.quantity)
    with trio.fail_after(30.0):
        assert any([isinstance(event, OrderFilled) async for event in handle.events()])
    await world.settled()


@pytest.mark.simulation(venue=FUTURES)
async def test_a_fixture_opens_it(simulated_world: World) -> None:
    """The mark names the venue of the fixtures' world."""
    assert type(simulated_world.venue).__name__ == "KrakenFuturesVenue"
    assert "private feeds" in simulated_world.account.health().components
