"""What a drawn plan has on Binance beside what it has anywhere: its own knobs, and its own trouble.

Drawn by a generator of its own, after all the rest.
"""

from typing import TYPE_CHECKING, Literal

from attrs import evolve

from batactors.testing import faults as f
from batactors.testing.simulation import moments as m
from batactors.testing.simulation import steps as s
from batactors.testing.simulation.binance_knobs import BinanceKnobs
from batactors.testing.simulation.fault_words import BINANCE, METHODS, TIMEOUT, UNAVAILABLE, UNKNOWN
from batactors.testing.simulation.plan import AnyFault, Plan

if TYPE_CHECKING:
    from random import Random

MOST_BETWEEN_ROUNDS = 60.0
"""Virtual seconds: what is lost without a trace shows only where everything is asked for from time to time."""
WHEN: tuple[Literal["before", "after"], ...] = ("before", "after")
LONGEST_LAG = 0.9
"""Virtual seconds that reads trail as a habit: within the least `read_lag` of the knobs."""


def of_binance(plan: Plan, draw: "Random") -> Plan:
    """The same plan with what is Binance's."""
    knobs = evolve(plan.knobs, binance=_knobs(draw, plan.knobs.read_lag))
    faults = tuple(_in_its_words(fault, draw) for fault in plan.faults)
    steps = tuple(sorted([*plan.steps, *_steps(draw, plan)], key=lambda step: step.at))
    if draw.random() < 0.5:
        faults = (*faults, _fault(draw, plan.storm))
    return evolve(plan, knobs=knobs, steps=steps, faults=faults)


def found_in_time(plan: Plan) -> Plan:
    """The same plan, with rounds often enough to find what is lost without a trace, if something is."""
    if not any(isinstance(fault, f.LoseFrame) for fault in plan.faults):
        return plan
    often = min(plan.knobs.reconcile_every, MOST_BETWEEN_ROUNDS)
    return evolve(plan, knobs=evolve(plan.knobs, reconcile_every=often))


def _steps(draw: "Random", plan: Plan) -> list[s.Step]:
    steps: list[s.Step] = []
    if draw.random() < 0.2:
        steps += [s.SetLeverage(at=_at(draw, plan.storm), leverage=draw.choice([3, 10, 25])) for _ in range(2)]
    return steps


def _fault(draw: "Random", storm: float) -> AnyFault:
    """One that only Binance has, or that is worth more there."""
    nth = draw.choice([1, 1, 2, 3])
    kinds: list[AnyFault] = [
        m.ExpireListenKeys(at=_at(draw, storm)),
        m.ExpireTokens(at=_at(draw, storm)),
        m.TakeAway(at=_at(draw, storm), how=draw.choice(["liquidation", "deleveraging"])),
        f.LoseFrame(event=draw.choice(["trade_lite", "trade"]), nth=nth),
        f.DelayFrame(event=draw.choice(["trade_lite", "trade"]), nth=nth, seconds=draw.choice([0.2, 2.0])),
        f.HttpError(method=draw.choice(METHODS), nth=nth, status=503, body=UNAVAILABLE, when="before"),
        f.HttpError(method=draw.choice(METHODS), nth=nth, status=408, body=TIMEOUT, when=draw.choice(WHEN)),
        f.HttpError(method=draw.choice(METHODS), nth=nth, status=503, body=UNKNOWN, when=draw.choice(WHEN)),
        f.LoseAck(method="leverage", nth=draw.choice([1, 2])),
        f.LoseCommand(method="leverage", nth=draw.choice([1, 2])),
        f.DelayCommand(method=draw.choice(METHODS), nth=nth, seconds=draw.choice([3.0, 4.9])),
    ]
    return draw.choice(kinds)


def _at(draw: "Random", storm: float) -> float:
    return round(draw.randrange(int(storm / 0.05)) * 0.05, 6)


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
