"""What the comparison of positions and balances at the end of each simulated world has found, as plans."""

from batactors.testing.simulation import Plan, moments, run_plan, steps
from batactors.testing.simulation.knobs import Knobs

BINANCE = "binance"


def test_a_balance_that_changed_while_nobody_heard_is_read() -> None:
    """The session that follows asks for balances before it is ready; without rounds nobody asks again."""
    plan = Plan(
        venue=BINANCE,
        knobs=Knobs(reconcile_every=3600.0),
        steps=(
            steps.Place(at=0.0, order=1, price=None, time_in_force="ioc"),
            steps.Place(at=0.5, order=2),
            steps.Trade(at=3.0, order=2),
        ),
        faults=(moments.Cut(at=2.0), moments.RefuseConnections(at=2.0, seconds=3.0)),
    )
    report = run_plan(plan)
    assert report.good, report.violations
    assert report.restarts["user data"]
    assert report.fills == 2
