"""An amend that asks for what the order has: told as done, whoever did it, and no check takes that for a lie."""

import pytest

from batactors.testing import Fifo, Knobs, Plan, faults, run_plan, steps


@pytest.mark.parametrize("fault", [faults.DelayCommand(nth=1, method="amend_order", seconds=11.0)], ids=str)
def test_what_was_asked_for_is_so(fault: faults.DelayCommand) -> None:
    """It never reached the venue, and the order has the terms all the same (Binance seeds 926 and 1407)."""
    order = steps.Place(at=0.0, order=2, side="sell", quantity="0.9", price="48499.7", transport="websocket")
    plan = Plan(
        seed=1407, steps=(order, steps.Amend(at=2.0, order=2, quantity="0.9")), faults=(fault,),
        knobs=Knobs(strategy=Fifo()), venue="binance",
    )  # fmt: skip
    report = run_plan(plan)
    assert report.good, report.violations
