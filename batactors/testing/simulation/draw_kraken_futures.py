"""What a drawn plan has on Kraken Futures beside what it has anywhere: its own knobs, and its own trouble.

Drawn by a generator of its own, after all the rest.
"""

from typing import TYPE_CHECKING, Literal

from attrs import evolve

from batactors.testing import faults as f
from batactors.testing.simulation import moments as m
from batactors.testing.simulation import steps as s
from batactors.testing.simulation.fault_words import KRAKEN_FUTURES, METHODS
from batactors.testing.simulation.kraken_futures_knobs import KrakenFuturesKnobs
from batactors.testing.simulation.plan import AnyFault, Plan

if TYPE_CHECKING:
    from random import Random

MOST_BETWEEN_ROUNDS = 60.0
"""Virtual seconds: what is lost without a trace shows only where everything is asked for from time to time."""
WHEN: tuple[Literal["before", "after"], ...] = ("before", "after")
TOLD = ("trade", "trade", "partial_fill", "full_fill", "canceled", "amended", "new")
"""What a frame may be lost of: `fills` tells the first, and `open_orders` the others."""


def of_kraken_futures(plan: Plan, draw: "Random") -> Plan:
    """The same plan with what is Kraken Futures'."""
    knobs = evolve(plan.knobs, kraken_futures=_knobs(draw))
    steps = tuple(_by_rest(step) for step in plan.steps)
    faults = tuple(_in_its_words(fault, draw) for fault in plan.faults)
    if draw.random() < 0.6:
        faults = (*faults, _fault(draw, plan.storm))
    if any(isinstance(fault, f.LoseFrame) for fault in faults):
        knobs = evolve(knobs, reconcile_every=min(knobs.reconcile_every, MOST_BETWEEN_ROUNDS))
    return evolve(plan, knobs=knobs, steps=steps, faults=faults)


def of_unified(plan: Plan, draw: "Random") -> Plan:
    """The same plan where every command goes by the socket."""
    del draw
    steps = tuple(
        evolve(step, transport="auto") if isinstance(step, s.Place) and step.transport == "rest" else step
        for step in plan.steps
    )
    return evolve(plan, steps=steps)


def _by_rest(step: s.Step) -> s.Step:
    """No command goes by the socket here, and one that insists on it is not taken."""
    return evolve(step, transport="auto") if isinstance(step, s.Place) and step.transport == "websocket" else step


def _fault(draw: "Random", storm: float) -> AnyFault:
    """One that only Kraken Futures has, or that is worth more there."""
    nth = draw.choice([1, 1, 2, 3])
    kinds: list[AnyFault] = [
        m.Liquidate(at=_at(draw, storm)),
        m.ExpireTokens(when=draw.choice(["frame up challenge", "frame down challenge"])),
        f.LoseFrame(event=draw.choice(TOLD), nth=nth),
        f.LoseFrame(event=draw.choice(TOLD), nth=nth),
        f.DelayFrame(event=draw.choice(TOLD), nth=nth, seconds=draw.choice([0.2, 2.0, 6.0])),
        f.LoseFrame(frame_type="snapshot", nth=nth),
        f.DuplicateFrame(frame_type="snapshot", nth=nth, count=2),
        f.HttpError(method=draw.choice(METHODS), nth=nth, status=500, body=KRAKEN_FUTURES.bodies[1], when="after"),
        f.HttpError(method="orders/status", nth=nth, status=503, when=draw.choice(WHEN)),
        f.HttpError(method="history/orders", nth=nth, status=503, when=draw.choice(WHEN)),
        f.HttpError(method="history/executions", nth=nth, status=503, when=draw.choice(WHEN)),
        f.ReadLag(method=draw.choice(["orders/status", "openorders"]), count=5, seconds=0.9),
        f.DelayCommand(method=draw.choice(METHODS), nth=nth, seconds=draw.choice([3.0, 4.9, 6.0])),
        f.FillBeforeAmend(nth=nth, share=draw.choice(["half", "all"])),
    ]
    return draw.choice(kinds)


def _at(draw: "Random", storm: float) -> float:
    return round(draw.randrange(int(storm / 0.05)) * 0.05, 6)


def _knobs(draw: "Random") -> KrakenFuturesKnobs:
    return KrakenFuturesKnobs(
        events_first=draw.choice([0.0, 0.5, 0.9, 1.0]),
        answer_delay=draw.choice([0.0, 0.0, 0.3]),
        fills_first=draw.choice([0.0, 0.3, 1.0]),
        feeds_apart=draw.choice([0.0, 0.3, 1.0]),
        fills_together=draw.choice([0.0, 0.3, 1.0]),
        takers_shown=draw.choice([0.0, 0.5]),
        place_first=draw.choice([0.0, 0.5]),
        ioc_cancel_row=draw.choice([0.0, 0.5, 1.0]),
        partial_words=draw.random() < 0.3,
        cancels_named=draw.choice([0.0, 0.5, 1.0]),
        cancels_whole=draw.choice([0.0, 0.5]),
        fills_named=draw.choice([0.0, 0.5, 1.0]),
        deltas_named=draw.choice([0.0, 0.5, 0.9, 1.0]),
        repeats=draw.choice([0.0, 0.05, 0.5]),
        refusals_told=draw.choice([0.0, 0.3, 1.0]),
        late_refusals=draw.choice([0.0, 0.0, 0.5]),
        oddities=draw.choice([0.0, 0.02]),
        extras=draw.choice([0.0, 0.3]),
        limits_by_status=draw.random() < 0.5,
    )


def _in_its_words(fault: AnyFault, draw: "Random") -> AnyFault:
    """What stands in the body of an error, of which this venue has more than one."""
    return evolve(fault, body=draw.choice(KRAKEN_FUTURES.bodies)) if isinstance(fault, f.HttpError) else fault
