"""What a drawn plan has on Binance beside what it has anywhere: its own knobs, and its own trouble.

Drawn by a generator of its own, after all the rest.
"""

from typing import TYPE_CHECKING

from attrs import evolve

from batactors.testing import faults as f
from batactors.testing.simulation.binance_knobs import BinanceKnobs
from batactors.testing.simulation.fault_words import BINANCE
from batactors.testing.simulation.plan import AnyFault, Plan

if TYPE_CHECKING:
    from random import Random

LONGEST_LAG = 0.9
"""Virtual seconds that reads trail as a habit: within the least `read_lag` of the knobs."""


def of_binance(plan: Plan, draw: "Random") -> Plan:
    """The same plan with what is Binance's."""
    knobs = evolve(plan.knobs, binance=_knobs(draw, plan.knobs.read_lag))
    return evolve(plan, knobs=knobs, faults=tuple(_in_its_words(fault, draw) for fault in plan.faults))


def _knobs(draw: "Random", read_lag: float) -> BinanceKnobs:
    # After each socket that took over, what proves that nothing was done has to wait for reads again.
    short = (17.0, 7.0) if read_lag < LONGEST_LAG + 1.0 else (60.0, 60.0)
    return BinanceKnobs(
        logs_on=draw.random() < 0.5,
        events_first=draw.choice([0.0, 0.5, 0.5, 1.0]),
        lite_first=draw.choice([0.0, 0.8, 1.0]),
        balances_first=draw.choice([0.0, 0.3, 1.0]),
        oddities=draw.choice([0.0, 0.05]),
        answer_delay=draw.choice([0.0, 0.0, 0.3]),
        lost_reads=draw.choice([0.0, 0.0, LONGEST_LAG]),
        cancel_all_after=draw.choice([0.01, 0.01, 0.5]),
        old_answers=draw.random() < 0.2,
        socket_life=draw.choice([3600.0, 3600.0, *short]),
        keep_token_every=draw.choice([3.0, 10.0]),
    )


def _in_its_words(fault: AnyFault, draw: "Random") -> AnyFault:
    """What stands in the body of an error, of which this venue has more than one."""
    return evolve(fault, body=draw.choice(BINANCE.bodies)) if isinstance(fault, f.HttpError) else fault
