"""A process that was killed, and whose next life begins with a crash."""

from batactors.testing import BinanceKnobs, Fifo, Knobs, Plan, moments, run_plan, steps


def test_a_crash_right_after_a_restart_forgets_no_command_of_the_life_before() -> None:
    """A command that was registered and never told as sent is found out, also if the dedup actor is rebuilt twice."""
    plan = Plan(
        seed=300339,
        steps=(steps.Place(at=0.0, order=1), steps.Amend(at=0.1, order=1, quantity="0.5")),
        faults=(
            moments.Crash(at=1.0, actor="dedup", point=2),
            moments.Pause(when="registered amend_order"),
            moments.Kill(at=1.0, down_for=0.1),
        ),
        knobs=Knobs(strategy=Fifo()),
        storm=2.0,
    )
    report = run_plan(plan)
    assert report.good, report.violations


def test_a_crash_at_an_end_that_the_venue_brought_about_is_told_with_it() -> None:
    """Its key is taken away, so the engine ends; an actor that crashes in that very moment adds nothing to it."""
    plan = Plan(
        seed=81969,
        steps=(steps.CancelEverything(at=0.0),),
        faults=(
            moments.Crash(when="request GET /fapi/v1/openOrders", actor="user data"),
            moments.RevokeKeys(at=1.0, seconds=2.0),
        ),
        knobs=Knobs(
            strategy=Fifo(),
            binance=BinanceKnobs(
                logs_on=True, lite_first=0.0, balances_first=0.0, socket_life=17.0, keep_token_every=3.0
            ),
        ),
        storm=3.0,
        venue="binance",
    )
    report = run_plan(plan)
    assert report.good, report.violations
