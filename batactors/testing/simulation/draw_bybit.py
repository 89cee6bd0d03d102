"""What a drawn plan has on Bybit beside what it has anywhere: its own knobs, and its own trouble.

Drawn by a generator of its own, after all the rest.
"""

from typing import TYPE_CHECKING, Literal

from attrs import evolve

from batactors.testing import faults as f
from batactors.testing.simulation import moments as m
from batactors.testing.simulation.bybit_knobs import BybitKnobs
from batactors.testing.simulation.fault_words import BYBIT
from batactors.testing.simulation.plan import AnyFault, Plan

if TYPE_CHECKING:
    from random import Random

MOST_BETWEEN_ROUNDS = 60.0
"""Virtual seconds: what is lost without a trace shows only where everything is asked for from time to time."""
ALONE = ("add_order", "amend_order", "cancel_order")
WHEN: tuple[Literal["before", "after"], ...] = ("before", "after")
TOLD = ("trade", "trade_lite", "partial_fill", "full_fill", "canceled", "amended", "new", "rejected")
"""What a frame may be lost of: `execution`, `execution.fast` tell the first two, and `order` the others."""


def of_bybit(plan: Plan, draw: "Random") -> Plan:
    """The same plan with what is Bybit's."""
    knobs = evolve(plan.knobs, bybit=_knobs(draw))
    faults = tuple(_in_its_words(fault, draw) for fault in plan.faults)
    if draw.random() < 0.6:
        faults = (*faults, _fault(draw, plan.storm))
    if draw.random() < 0.3:
        faults = (*faults, f.RefuseLater(method=draw.choice(ALONE), nth=draw.choice([1, 1, 2, 3])))
    if draw.random() < 0.3:
        faults = (*faults, f.FillBeforeCancel(count=draw.choice([1, 3])))
        knobs = evolve(knobs, bybit=evolve(knobs.bybit or BybitKnobs(), races_seen=draw.choice([0.0, 0.0, 0.5])))
    if any(isinstance(fault, f.LoseFrame | f.RefuseLater) for fault in faults):
        knobs = evolve(knobs, reconcile_every=min(knobs.reconcile_every, MOST_BETWEEN_ROUNDS))
    return evolve(plan, knobs=knobs, faults=faults)


def _fault(draw: "Random", storm: float) -> AnyFault:
    """One that only Bybit has, or that is worth more there."""
    nth = draw.choice([1, 1, 2, 3])
    kinds: list[AnyFault] = [
        m.TakeAway(at=_at(draw, storm), how=draw.choice(["liquidation", "deleveraging"])),
        m.ChargeFunding(at=_at(draw, storm)),
        m.ForgetClosedOrders(at=_at(draw, storm)),
        m.ForgetClosedOrders(when=draw.choice(["crashed private", "event OrderFilled", "step RecoveryScheduled"])),
        f.LoseFrame(event=draw.choice(TOLD), nth=nth),
        f.LoseFrame(event=draw.choice(TOLD), nth=nth),
        f.DelayFrame(event=draw.choice(TOLD), nth=nth, seconds=draw.choice([0.2, 2.0, 6.0])),
        f.SwapFrames(event=draw.choice(TOLD), nth=nth),
        f.HttpError(method=draw.choice(ALONE), nth=nth, status=200, body=BYBIT.bodies[2], when=draw.choice(WHEN)),
        f.HttpError(method="order/history", nth=nth, status=503, when=draw.choice(WHEN)),
        f.Refuse(method=draw.choice(BYBIT.reads), nth=nth, error="10006"),
        f.Refuse(method="subscribe", nth=nth, error="10016"),
        f.LoseAck(method=draw.choice(["auth", "subscribe"]), nth=nth),
        f.ReadLag(method=draw.choice(BYBIT.reads), count=5, seconds=0.9),
        f.DelayCommand(method=draw.choice(ALONE), nth=nth, seconds=draw.choice([3.0, 4.9, 6.0])),
        f.FillBeforeCancel(nth=nth, share=draw.choice(["half", "all"])),
        f.FillBeforeAmend(nth=nth, share=draw.choice(["half", "all"])),
    ]
    return draw.choice(kinds)


def _at(draw: "Random", storm: float) -> float:
    return round(draw.randrange(int(storm / 0.05)) * 0.05, 6)


def _knobs(draw: "Random") -> BybitKnobs:
    return BybitKnobs(
        matching_delay=draw.choice([0.0, 0.1, 0.3]),
        topic_delay=draw.choice([0.0, 0.05, 0.5]),
        events_first=draw.choice([0.0, 0.1, 1.0]),
        answer_delay=draw.choice([0.0, 0.0, 0.3]),
        executions_first=draw.choice([0.0, 0.5, 1.0]),
        fast_first=draw.choice([0.0, 0.8, 1.0]),
        rows_together=draw.choice([0.0, 0.3, 1.0]),
        news_shown=draw.choice([0.0, 0.5, 1.0]),
        repeats=draw.choice([0.0, 0.05, 0.5]),
        idle_positions=draw.choice([0.0, 0.1, 1.0]),
        races_seen=draw.choice([0.0, 0.5, 1.0]),
        late_amends_told=draw.choice([0.0, 0.5, 1.0]),
        cursor_at_end=draw.random() < 0.5,
        oddities=draw.choice([0.0, 0.02]),
        extras=draw.choice([0.0, 0.3]),
        unknown_words=draw.choice([0.0, 0.05]),
    )


def _in_its_words(fault: AnyFault, draw: "Random") -> AnyFault:
    """What stands in the body of an error, of which this venue has more than one; and no ban.

    After one the engine asks nothing for ten minutes, as the venue wants it, which is longer than any run heals.
    """
    if isinstance(fault, m.Ban):
        return m.RefuseConnections(at=fault.at, when=fault.when, nth=fault.nth, seconds=fault.seconds)
    return evolve(fault, body=draw.choice(BYBIT.bodies)) if isinstance(fault, f.HttpError) else fault
