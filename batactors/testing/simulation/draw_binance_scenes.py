"""Scenes on Binance's ground: a few steps and the fault that they are there for, at the moments that make them meet.

What is drawn apart meets seldom: a fill in a break and one after it, a process that is down while others trade, a
statement that comes after the next one. A scene is the whole of some plans, and a part of others.
"""

from typing import TYPE_CHECKING, NamedTuple

from attrs import evolve

from batactors.testing import faults as f
from batactors.testing.simulation import moments as m
from batactors.testing.simulation import steps as s
from batactors.testing.simulation.plan import AnyFault, Plan

if TYPE_CHECKING:
    from random import Random

HAS_ONE = 0.4
"""How many plans have a scene."""
IS_ALL = 0.6
"""How many of these have nothing else."""
USED_AGAIN = 0.2
"""In how many plans another program uses an id again."""
FIRST = 301
"""The number of a scene's first order; those of others are lower."""
NEVER = 3600.0
"""Virtual seconds between rounds: what a scene hides has to be found without them."""
BUYS, RESTS, SELLS = "51500.3", "48000.1", "48499.7"
"""Prices at which an order to buy trades at once, or stays in the book, and one to sell trades at once."""
LASTS = 9.0
"""Virtual seconds."""


class Scene(NamedTuple):
    """What is done, and what goes wrong."""

    steps: tuple[s.Step, ...]
    faults: tuple[AnyFault, ...]


def with_scene(plan: Plan, draw: "Random") -> Plan:
    """The same plan with a scene in it, or the scene alone; now and then an id of its orders is used again."""
    own = plan.knobs.binance
    assert own is not None
    plan = plan if own.hedged else _with_an_id_used_again(plan, draw)
    if draw.random() >= HAS_ONE:
        return plan
    at = round(draw.randrange(1, max(2, int((plan.storm - LASTS) / 0.05))) * 0.05, 6)
    scene, alone = draw.choice(SCENES)(draw, at), draw.random() < IS_ALL
    if alone or own.hedged:  # where each order has to say which position it is for, it is never a part
        knobs = evolve(plan.knobs, reconcile_every=NEVER, binance=evolve(own, hedged=False))
        return evolve(plan, knobs=knobs, steps=scene.steps, faults=scene.faults)
    steps = tuple(sorted((*plan.steps, *scene.steps), key=lambda step: step.at))
    return evolve(plan, steps=steps, faults=(*plan.faults, *scene.faults))


def _with_an_id_used_again(plan: Plan, draw: "Random") -> Plan:
    placed = [step for step in plan.steps if isinstance(step, s.Place)]
    if not placed or draw.random() >= USED_AGAIN:
        return plan
    one = draw.choice(placed)
    at = round(min(plan.storm, one.at + draw.choice([0.5, 1.0, 3.0, 6.0])), 6)
    reuse = s.ReuseId(at=at, order=one.order, price=draw.choice(["47000", BUYS]))
    return evolve(plan, steps=tuple(sorted((*plan.steps, reuse), key=lambda step: step.at)))


def _filled_in_a_break(draw: "Random", at: float) -> Scene:
    """Part of an order is filled while nobody listens, and the rest of it later."""
    place = s.Place(at=at, order=FIRST, price=RESTS, quantity="0.8")
    again = _after(at, draw.choice([5.0, 8.0]))
    trades = [s.Trade(at=one, order=FIRST, share="half") for one in (_after(at, 2.05), again)]
    kinds: list[AnyFault] = [m.Cut(), m.Cut(), m.CloseSessions(), m.RestartVenue(down_for=0.1)]
    return Scene((place, *trades), (_at(draw.choice(kinds), _after(at, 2.0)),))


def _filled_behind_a_lost_key(draw: "Random", at: float) -> Scene:
    """The listen key is gone without a word; what is filled since shows only once it is missed."""
    trades: list[s.Step] = [s.ByHand(at=_after(at, 3.0), order=FIRST + 1, price=BUYS)]
    if draw.random() < 0.5:
        place = s.Place(at=at, order=FIRST, price=RESTS)
        trades = [place, *trades, s.Trade(at=_after(at, 3.0), order=FIRST, share=draw.choice(["half", "all"]))]
    kinds: list[AnyFault] = [m.ExpireTokens(), m.ExpireTokens(), m.ExpireListenKeys()]
    return Scene(tuple(trades), (_at(draw.choice(kinds), _after(at, 2.0)),))


def _come_and_gone_while_down(draw: "Random", at: float) -> Scene:
    """While the process is down others buy and sell as much: nothing that stands says in what."""
    # Ours before it: of an instrument that the account never touched, nobody can ask.
    ours = [
        s.Place(at=at, order=FIRST, price=BUYS, quantity="0.5"),
        s.Place(at=_after(at, 1.0), order=FIRST + 1, side="sell", price=SELLS, quantity="0.5"),
    ]
    others = [
        s.ByHand(at=_after(at, 4.5), order=FIRST + 2, price=BUYS),
        s.ByHand(at=_after(at, 5.0), order=FIRST + 3, side="sell", price=SELLS),
    ]
    kill = draw.choice([m.Kill, m.Kill, m.PowerCut])(at=_after(at, 4.0), down_for=draw.choice([2.0, 5.0]))
    return Scene((*ours, *others), (kill,))


def _older_after_newer(draw: "Random", at: float) -> Scene:
    """A statement of an order's terms comes after one of the next terms."""
    steps = (
        s.Place(at=at, order=FIRST, price=RESTS),
        s.Amend(at=_after(at, 1.5), order=FIRST, price="48100"),
        s.Amend(at=_after(at, 1.5 + draw.choice([0.5, 1.0])), order=FIRST, price="48200"),
        s.Amend(at=_after(at, 5.0), order=FIRST, quantity="0.7"),
    )
    nth = draw.choice([1, 1, 2])
    return Scene(steps, (f.DelayFrame(event="amended", nth=nth, seconds=draw.choice([2.0, 4.0])),))


def _lands_late(draw: "Random", at: float) -> Scene:
    """A command is still on its way inside the venue when all that could answer breaks."""
    method = draw.choice(["add_order", "amend_order", "cancel_order"])
    place = s.Place(at=at, order=FIRST, price=RESTS, transport=draw.choice(["websocket", "auto", "rest"]))
    at_once, more = _after(at, draw.choice([0.1, 0.4, 1.0])), tuple[s.Step, ...]()
    if method != "add_order":
        then = _after(at, 2.0)
        cancels = method == "cancel_order"
        more = (s.Cancel(at=then, order=FIRST) if cancels else s.Amend(at=then, order=FIRST, price="48100"),)
        at_once = _after(then, 0.4)
    late = f.DelayCommand(method=method, nth=1, seconds=draw.choice([3.0, 4.0, 4.9]))
    return Scene((place, *more), (late, _at(m.Cut(), at_once)))


def _nobody_knows(draw: "Random", at: float) -> Scene:
    """The venue says that it does not know what became of a command."""
    method = draw.choice(["add_order", "amend_order", "cancel_order"])
    place = s.Place(at=at, order=FIRST, price=RESTS)
    more: dict[str, s.Step] = {
        "amend_order": s.Amend(at=_after(at, 2.0), order=FIRST, price="48100"),
        "cancel_order": s.Cancel(at=_after(at, 2.0), order=FIRST),
    }
    error = draw.choice(UNKNOWN)
    steps = (place, *((more[method],) if method in more else ()))
    return Scene(steps, (f.Refuse(method=method, nth=1, error=error),))


def _id_used_again(draw: "Random", at: float) -> Scene:
    """Another program gives an order of its own the id of one of ours that has ended, known or not."""
    place = s.Place(at=at, order=FIRST, price=draw.choice([RESTS, BUYS]), quantity="0.5")
    end = _after(at, 1.0)
    ends: s.Step = s.Trade(at=end, order=FIRST) if draw.random() < 0.5 else s.VenueCancels(at=end, order=FIRST)
    reuse = s.ReuseId(
        at=_after(at, draw.choice([1.05, 2.0, 4.0])), order=FIRST, side=draw.choice(["buy", "buy", "sell"]),
        quantity=draw.choice(["0.2", "0.7"]), price=draw.choice(["47000", "48500", BUYS]),
    )  # fmt: skip
    later: list[s.Step] = [s.CancelOpenOrders(at=_after(at, 6.0)), s.Reconcile(at=_after(at, 6.0))]
    kinds: list[tuple[AnyFault, ...]] = [
        (),
        (f.LoseAck(method="add_order", nth=1), _at(m.ExpireTokens(), at)),
        (f.CutAfterCommand(method="add_order", nth=1),),
        (f.LoseAck(method="add_order", nth=1), _at(m.Cut(), _after(at, 0.05))),
        (m.Kill(at=_after(at, draw.choice([0.05, 0.5, 3.0])), down_for=draw.choice([0.1, 5.0])),),
    ]
    return Scene((place, ends, reuse, draw.choice(later)), draw.choice(kinds))


def _after(at: float, seconds: float) -> float:
    return round(at + seconds, 6)


def _at(fault: AnyFault, at: float) -> AnyFault:
    return evolve(fault, at=at) if isinstance(fault, m.TimedFault) else fault


UNKNOWN = (
    "-1000 Unknown error, please check your request or try again later.",
    "-1006 An unexpected response was received from the message bus. Execution status unknown.",
    "-1007 Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
)
SCENES = (
    _filled_in_a_break,
    _filled_behind_a_lost_key,
    _come_and_gone_while_down,
    _older_after_newer,
    _lands_late,
    _nobody_knows,
    _id_used_again,
)
