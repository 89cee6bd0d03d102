"""What a drawn plan has of orders that wait for a trigger, of two positions, a second instrument, and keys taken away.

Drawn by a generator of its own, after all the rest: whatever a plan has beside this is as it was before there was any.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from attrs import evolve, frozen

from batactors.testing import faults as f
from batactors.testing.simulation import moments as m
from batactors.testing.simulation import steps as s
from batactors.testing.simulation.draw_binance import found_in_time
from batactors.testing.simulation.plan import AnyFault, Plan

if TYPE_CHECKING:
    from random import Random

FIRST = 201
"""The number of the first of these orders."""
BY_HAND = 110
OTHER = "ETH/USDT:USDT"
DOWN, UP, BACK = ("47500", "48000"), ("52000", "52500"), ("49000", "51000")
"""Where the market goes; triggers at 49000 and 51000 fire there, and those further out never do."""
FIRES = {DOWN: "49000", UP: "51000"}
LEADS = (0.05, 0.1, 0.5, 1.0, 1.0, 3.0, 6.0)
"""Virtual seconds from the placement of an order until the market gets there: now and then it is there first."""
FOLLOWERS: tuple[s.Follower, ...] = ("steady", "steady", "steady", "slow", "late", "leaves", "crashes")
TRANSPORTS: tuple[Literal["auto", "rest"], ...] = ("auto", "auto", "rest")
COMMANDS = ("algoOrder.place", "algoOrder.place", "algoOrder.cancel")
READS = ("algoOrder.status", "openAlgoOrders", "allAlgoOrders", "userTrades")
EVENTS = "ALGO_UPDATE"


@frozen
class Wait:
    """What one may wait for: what it is, on which side, where it fires, where it never does, and its limits then."""

    order_type: s.Waits
    side: s.Side
    near: str
    far: str
    limits: tuple[str | None, ...] = (None,)


WAITS = (
    Wait("stop_market", "sell", "49000", "42000"),
    Wait("stop_market", "buy", "51000", "58000"),
    Wait("take_profit_market", "sell", "51000", "58000"),
    Wait("take_profit_market", "buy", "49000", "42000"),
    Wait("stop_limit", "sell", "49000", "42000", ("47000", "51999.9")),
    Wait("stop_limit", "buy", "51000", "58000", ("53000", "48000.1")),
    Wait("take_profit_limit", "sell", "51000", "58000", ("51000", "55000.1")),
    Wait("take_profit_limit", "buy", "49000", "42000", ("49000", "45000.1")),
)  # fmt: skip


def with_conditional(plan: Plan, draw: "Random") -> Plan:
    """The same plan with some of these, or with none."""
    assert plan.knobs.binance is not None
    hedged, lite = draw.random() < 0.2, draw.random() > 0.15
    steps, faults = plan.steps, plan.faults
    if draw.random() < 0.65:
        more, aimed = _conditional(draw, plan.storm)
        steps, faults = (*steps, *more), (*faults, *aimed)
    if draw.random() < 0.15:
        steps = (*steps, *(s.ClosePosition(at=_at(draw, plan.storm)) for _ in range(draw.randint(1, 2))))
    if draw.random() < 0.25:
        steps = tuple(_elsewhere(step, draw) for step in steps)
        steps = (*steps, _moved(_at(draw, plan.storm), draw.choice([DOWN, UP]), OTHER))
    if hedged:
        steps = tuple(_for_a_side(step, draw) for step in steps)
    if draw.random() < 0.08:
        faults = (*faults, m.RevokeKeys(at=_at(draw, plan.storm), seconds=draw.choice([0.5, 3.0, 10.0])))
    knobs = evolve(plan.knobs, binance=evolve(plan.knobs.binance, hedged=hedged, lite=lite))
    ordered = tuple(sorted(steps, key=lambda step: step.at))
    return found_in_time(evolve(plan, knobs=knobs, steps=ordered, faults=faults))


def _conditional(draw: "Random", storm: float) -> tuple[Sequence[s.Step], Sequence[AnyFault]]:
    """Some orders, what becomes of each, where the market goes, and what goes wrong meanwhile."""
    moves_at, to = _at(draw, storm * 0.6) + storm * 0.3, draw.choice([DOWN, UP])
    steps: list[s.Step] = [
        _moved(max(0.0, moves_at - LEADS[-1]), BACK),  # whatever else in the plan has moved it before
        _moved(moves_at, to),
    ]
    if draw.random() < 0.5:
        steps.append(_moved(moves_at + draw.choice([0.05, 1.0, 3.0]), draw.choice([DOWN, UP, BACK])))
    for number in range(FIRST, FIRST + draw.randint(1, 4)):
        at = round(max(0.0, moves_at - draw.choice(LEADS)), 6)
        steps.append(_placed(draw, at, number, fires=FIRES[to] if draw.random() < 0.75 else None))
        for _ in range(draw.choice([0, 0, 1, 1, 2])):
            steps.append(_later(draw, draw.choice([at, *[moves_at] * 4]), number, storm))
    if draw.random() < 0.15:
        steps.append(s.CancelEverything(at=_at(draw, storm), conditional=True))
    if draw.random() < 0.1:
        steps.append(s.CancelOpenOrders(at=_at(draw, storm), side=draw.choice([None, "buy", "sell"])))
    if draw.random() < 0.25:
        steps += _by_hand(draw, moves_at, to, storm)
    faults = [_fault(draw, moves_at) for _ in range(draw.choice([0, 0, 1, 1, 2]))]
    return steps, faults


def _placed(draw: "Random", at: float, number: int, *, fires: str | None) -> s.PlaceConditional:
    """One, of those that fire here if that is given."""
    wait = draw.choice([one for one in WAITS if fires in (None, one.near)])
    trigger = draw.choice([wait.near, wait.near, wait.near, wait.far])
    if draw.random() < 0.05:
        trigger = {"49000": "50500", "51000": "49500"}[wait.near]  # it would fire at once, and is refused
    return s.PlaceConditional(
        at=at,
        order=number,
        order_type=wait.order_type,
        side=wait.side,
        quantity=f"0.{draw.randint(1, 9)}",
        trigger_price=trigger,
        price=draw.choice(wait.limits),
        reduce_only=draw.random() < 0.15,
        transport=draw.choice(TRANSPORTS),
        follower=draw.choice(FOLLOWERS),
    )


def _by_hand(draw: "Random", moves_at: float, to: tuple[str, str], storm: float) -> list[s.Step]:
    """One of the account's owner, that is perhaps adopted: while it waits, as it fires, or after that."""
    at = round(max(0.0, moves_at - draw.choice(LEADS)), 6)
    side: s.Side = "sell" if to == DOWN else "buy"
    steps: list[s.Step] = [s.ByHand(at=at, order=BY_HAND, side=side, quantity="0.3", trigger_price=FIRES[to])]
    if draw.random() < 0.6:
        adopted_at = round(min(max(at, moves_at + draw.choice([-1.0, -0.5, 0.0, 0.5])), storm), 6)
        steps.append(s.Adopt(at=adopted_at, order=BY_HAND, follower=draw.choice(FOLLOWERS)))
    if draw.random() < 0.4:
        cancelled_at = round(min(max(at, moves_at + draw.choice([-0.5, 0.0, 0.5])), storm), 6)
        kinds: list[s.Step] = [
            s.Cancel(at=cancelled_at, order=BY_HAND),
            s.VenueCancels(at=cancelled_at, order=BY_HAND),
        ]
        steps.append(draw.choice(kinds))
    return steps


def _later(draw: "Random", at: float, number: int, storm: float) -> s.Step:
    """What is done to one: while it waits, at the very instant at which it fires, or after it."""
    after = round(min(max(0.0, at + draw.choice([-0.05, 0.0, 0.05, 0.1, 0.5, 0.5, 3.0])), storm), 6)
    kinds: list[s.Step] = [
        s.Cancel(at=after, order=number),
        s.Cancel(at=after, order=number),
        s.VenueCancels(at=after, order=number),
        s.Trade(at=after, order=number, share=draw.choice(["half", "all"])),
        s.Amend(at=after, order=number, quantity="0.7", price="52000.3"),
    ]
    return draw.choice(kinds)


def _fault(draw: "Random", moves_at: float) -> AnyFault:
    method, nth = draw.choice(COMMANDS), draw.choice([1, 1, 2])
    before = round(max(0.0, moves_at - draw.choice([0.0, 0.05, 0.5])), 6)
    triggered = "event OrderTriggered"
    kinds: list[AnyFault] = [
        f.LoseAck(method=method, nth=nth),
        f.LoseCommand(method=method, nth=nth),
        f.DelayCommand(method=method, nth=nth, seconds=draw.choice([0.5, 3.0, 4.9, 20.0])),
        f.DelayAck(method=method, nth=nth, seconds=draw.choice([0.5, 3.0, 8.0])),
        f.Refuse(method=method, nth=nth, error="-2011 Unknown order sent."),
        f.CutAfterCommand(method=method, nth=nth),
        f.HttpError(method=draw.choice(READS), nth=nth, status=502),
        f.ReadLag(nth=nth, count=5, seconds=draw.choice([0.4, 0.9])),
        f.LoseFrame(channel=EVENTS, nth=nth, count=draw.choice([1, 3])),
        f.DelayFrame(channel=EVENTS, nth=nth, seconds=draw.choice([0.2, 2.0])),
        f.DuplicateFrame(channel=EVENTS, nth=nth, count=3),
        f.SwapFrames(channel=EVENTS, nth=nth, count=3),
        m.Cut(at=before),
        m.Partition(at=before, seconds=draw.choice([3.0, 15.0]), direction="down"),
        m.RestartVenue(at=before, down_for=draw.choice([0.1, 2.0])),
        m.Kill(at=before, down_for=draw.choice([0.1, 1.0, 10.0])),
        m.Kill(when=triggered, down_for=draw.choice([0.1, 1.0])),
        m.Kill(when="frame up algoOrder.place", nth=nth, down_for=1.0),
        m.Crash(actor=draw.choice(["dedup", "user data", "reconciler"]), when=triggered),
        m.Cut(when=triggered),
        m.Cut(when=f"frame down {EVENTS}", nth=draw.randint(1, 4)),
    ]
    return draw.choice(kinds)


def _moved(at: float, to: tuple[str, str], instrument: str | None = None) -> s.MoveMarket:
    return s.MoveMarket(at=round(at, 6), bid=to[0], ask=to[1], instrument=instrument)


def _elsewhere(step: s.Step, draw: "Random") -> s.Step:
    """In the other instrument, or where it was."""
    if isinstance(step, s.Place | s.PlaceBatch | s.PlaceConditional | s.ClosePosition) and draw.random() < 0.5:
        return evolve(step, instrument=OTHER)
    return step


def _for_a_side(step: s.Step, draw: "Random") -> s.Step:
    """For one of the two positions: most often such that it opens one. Now and then it says nothing, and is refused."""
    if isinstance(step, s.ClosePosition):
        return evolve(step, position_side=draw.choice([None, "long", "short"]))
    if not isinstance(step, s.Place | s.PlaceBatch | s.PlaceConditional) or draw.random() < 0.05:
        return step
    opens = draw.random() < 0.7
    sided = evolve(step, position_side="long" if (step.side == "buy") == opens else "short")
    return evolve(sided, reduce_only=False) if isinstance(sided, s.PlaceConditional) else sided


def _at(draw: "Random", storm: float) -> float:
    return round(draw.randrange(int(storm / 0.05)) * 0.05, 6)
