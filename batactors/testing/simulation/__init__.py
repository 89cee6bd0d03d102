"""A simulated world: engine, venue, network, clock and user code in one run, all from one seed."""

from batactors.testing.simulation import moments, steps
from batactors.testing.simulation.draw import draw_plan
from batactors.testing.simulation.judge import InvariantViolation
from batactors.testing.simulation.plan import Plan
from batactors.testing.simulation.run import RunReport, run_plan
from batactors.testing.simulation.world import World

__all__ = ["InvariantViolation", "Plan", "RunReport", "World", "draw_plan", "moments", "run_plan", "steps"]
