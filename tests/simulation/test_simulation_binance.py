"""The simulation on Binance as a test of the engine: the same promises, on ground that differs in every way."""

import pytest
import trio

from batactors import CommandStatus, OrderFilled
from batactors.testing import Fifo, World, faults, simulated
from batactors.testing.simulation import Plan, draw_plan, moments, run_plan, steps
from batactors.testing.simulation.binance_knobs import BinanceKnobs
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.plan import AnyFault
from tests.simulation.drawn import broken_among, fresh_seeds, never_reached, ran

BINANCE = "binance"
FIXED = range(20)
ONCE_BROKEN = (59, 77, 147, 178, 182, 232, 300, 343)
"""Seeds that found a mistake once: of the engine, or of a check."""
FRESH = 3
WINDOW = range(70)
REACHED = (
    "a command was unknown",
    "an unknown command was proved done",
    "an unknown command was proved not done",
    "the process was killed",
    "a listen key was lost without a word",
    "a listen key ran out",
    "a socket gave way to another",
    "a fill was told ahead",
    "a post-only order was refused",
    "an order was modified away",
    "an order that is there was not found",
    "a cancel found nothing open",
    "nothing was done by the venue's own word",
    "a connection was logged on",
    "a batch went by REST",
    "a setting was changed",
    "an order waited for its trigger",
    "an order was triggered",
    "a trigger was found out by asking",
    "what came of a trigger rested",
    "an order was cancelled while it waited",
    "an order would have triggered at once",
    "a fill was told by one frame alone",
    "a market had two positions",
    "another instrument was traded",
    "a client order id was used again by another program",
)


@pytest.mark.parametrize("seed", [*FIXED, *ONCE_BROKEN])
def test_promises_hold_at_fixed_seeds(seed: int) -> None:
    """Whatever goes wrong in these runs, no promise is broken."""
    assert not ran(seed, BINANCE).violations


def test_promises_hold_at_seeds_that_nobody_chose() -> None:
    """Nor in runs that were never made before."""
    broken = broken_among(fresh_seeds(FRESH), BINANCE)
    assert not broken, f"batactors simulate --venue binance --seed {next(iter(broken))} shows one of them"


def test_a_seed_is_a_run() -> None:
    """A run repeats event for event; on another venue the same seed is another run."""
    assert run_plan(draw_plan(3, venue=BINANCE)).digest == ran(3, BINANCE).digest
    assert run_plan(draw_plan(3)).digest != ran(3, BINANCE).digest


def test_what_should_be_reached_is_reached() -> None:
    """Faults that are never met prove nothing: each of these happens in some run."""
    never = never_reached(REACHED, WINDOW, BINANCE)
    assert not never, f"within {len(WINDOW)} seeds nothing has reached: {', '.join(never)}"


@pytest.mark.parametrize("logs_on", [False, True], ids=["secret", "ed25519"])
def test_what_is_lost_with_a_listen_key_is_found(logs_on: bool) -> None:
    """The key is gone without a word, and an order is filled: the fill is told once the key is missed."""
    plan = Plan(
        venue=BINANCE,
        knobs=Knobs(reconcile_every=3600.0, binance=BinanceKnobs(logs_on=logs_on, keep_token_every=3.0)),
        steps=(steps.Place(at=0.5, order=1), steps.Trade(at=2.0, order=1)),
        faults=(moments.ExpireTokens(at=1.0),),
    )
    report = run_plan(plan)
    assert report.good, report.violations
    assert report.fills == 1
    assert report.reached["a listen key was lost without a word"]


def test_an_id_that_another_program_uses_again_is_not_ours() -> None:
    """Its order is told as somebody else's, and ours stays as it ended."""
    plan = Plan(
        venue=BINANCE,
        steps=(
            steps.Place(at=0.5, order=1),
            steps.Trade(at=1.0, order=1),
            steps.ReuseId(at=2.0, order=1, price="51500.3"),
        ),
    )
    report = run_plan(plan)
    assert report.good, report.violations
    assert report.reached["a client order id was used again by another program"]
    assert report.reached["somebody else's fill was reported"]


@pytest.mark.parametrize("logs_on", [False, True], ids=["secret", "ed25519"])
@pytest.mark.parametrize("seconds", [0.5, 8.0])
def test_keys_that_are_given_back_are_used_again(logs_on: bool, seconds: float) -> None:
    """Taken away while an order rests: what is asked meanwhile is refused, and what was filled is told in the end."""
    plan = Plan(
        venue=BINANCE,
        knobs=Knobs(binance=BinanceKnobs(logs_on=logs_on, keep_token_every=3.0)),
        steps=(
            steps.Place(at=0.5, order=1),
            steps.Place(at=2.1, order=2),
            steps.Trade(at=2.2, order=1),
            steps.Cancel(at=2.3, order=1),
        ),
        faults=(moments.RevokeKeys(at=2.0, seconds=seconds),),
    )
    report = run_plan(plan)
    assert report.good, report.violations
    assert report.fills == 1
    assert report.reached["the keys were taken away"]


def test_nothing_told_ahead_is_told_once_all_the_same() -> None:
    """A venue that sends no TRADE_LITE: a fill is told once, by the one frame there is."""
    for lite in (False, True):
        plan = Plan(
            venue=BINANCE,
            knobs=Knobs(binance=BinanceKnobs(lite=lite, lite_first=1.0)),
            steps=(steps.Place(at=0.5, order=1), steps.Trade(at=2.0, order=1)),
        )
        report = run_plan(plan)
        assert report.good, report.violations
        assert (report.fills, report.reached["a fill was told ahead"]) == (1, lite)
        assert bool(report.reached["a fill was told by one frame alone"]) is not lite


LOST = (faults.LoseAck(method="add_order", nth=1), moments.ExpireTokens(at=1.0))
KILLED = (moments.Kill(at=1.05, down_for=5.0),)


@pytest.mark.parametrize(
    ("wrong", "read_lag"), [(LOST, 1.0), (LOST, 35.0), (KILLED, 1.0)], ids=["lost", "lag", "killed"]
)
@pytest.mark.parametrize(("price", "quantity"), [("48500", "0.2"), ("51500.3", "0.7"), ("47000", "0.5")])
@pytest.mark.parametrize(
    "later", [steps.CancelOpenOrders(at=8.0), steps.Reconcile(at=4.0)], ids=["cancel", "reconcile"]
)
def test_whose_an_id_is_that_was_used_again_before_we_knew_of_ours(
    wrong: tuple[AnyFault, ...], read_lag: float, price: str, quantity: str, later: steps.Step
) -> None:
    """Nothing was heard of our order when another took its id: ours is found by its terms (28, 38, 257, 288, 1430)."""
    plan = Plan(
        venue=BINANCE,
        knobs=Knobs(reconcile_every=3600.0, read_lag=read_lag, binance=BinanceKnobs(keep_token_every=10.0)),
        steps=(
            steps.Place(at=1.0, order=1, price="48000"),
            steps.VenueCancels(at=2.0, order=1),
            steps.ReuseId(at=3.0, order=1, price=price, quantity=quantity),
            later,
        ),
        faults=wrong,
    )
    report = run_plan(plan)
    assert report.good, report.violations
    assert report.reached["a client order id was used again by another program"]


@simulated(seeds=3, venue=BINANCE)
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


@pytest.mark.simulation(venue=BINANCE)
async def test_a_fixture_opens_it(simulated_world: World) -> None:
    """The mark names the venue of the fixtures' world."""
    assert type(simulated_world.venue).__name__ == "BinanceVenue"
    assert "user data" in simulated_world.account.health().components


@pytest.mark.parametrize("lag", [0.0, 2.0])
def test_a_scoped_cancel_takes_what_bears_an_id_that_ours_has_just_lost(lag: float) -> None:
    """The end of ours is not heard yet; another program's order is found in the list, where it is shown (60931)."""
    plan = Plan(
        venue=BINANCE,
        knobs=Knobs(strategy=Fifo()),
        steps=(
            steps.Place(at=0.0, order=1),
            steps.VenueCancels(at=1.0, order=1),
            steps.ReuseId(at=1.0, order=1),
            steps.CancelOpenOrders(at=1.0),
        ),
        faults=(faults.ReadLag(method="openOrders", seconds=lag, count=50),) if lag else (),
    )
    report = run_plan(plan)
    assert report.good, report.violations
    cancels = [entry for entry in report.trace.lines() if " order.cancel " in entry]
    assert len(cancels) == (1 if lag else 2)
