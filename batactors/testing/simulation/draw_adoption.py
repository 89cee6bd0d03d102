"""One order that somebody else places and that the engine adopts, drawn with what befalls it and what goes wrong then.

Drawn by a generator of its own, so that the rest of a plan is as it was before there were any.
"""

from typing import TYPE_CHECKING

from batactors.testing import faults as f
from batactors.testing.simulation import moments as m
from batactors.testing.simulation import steps as s
from batactors.testing.simulation.fault_words import FaultWords
from batactors.testing.simulation.plan import AnyFault

if TYPE_CHECKING:
    from random import Random

NUMBER = 102
"""By which its steps name it: no other order of a drawn plan has it."""
FAR = {"buy": "47000", "sell": "53000"}
"""Prices at which it stays in the book."""
SOON = (0.0, 0.05, 0.1, 0.5, 1.0, 3.0, 6.0)
FOLLOWERS: tuple[s.Follower, ...] = ("steady", "steady", "slow", "late", "leaves", "crashes")


def draw_adoption(
    draw: "Random", begins: float, storm: float, words: FaultWords
) -> tuple[tuple[s.Step, ...], tuple[AnyFault, ...]]:
    """The steps of it, and perhaps a fault that is aimed at it.

    Args:
        draw: By which it is drawn.
        begins: When the order is placed, in virtual seconds.
        storm: When the last of its steps is due at the latest.
        words: The venue's.
    """

    def after(least: float) -> float:
        return round(min(storm, least + draw.choice(SOON)), 6)

    side: s.Side = draw.choice(["buy", "sell"])
    named = draw.choice([None, None, "another-program-7"])
    quantity = f"0.{draw.randint(2, 9)}"
    steps: list[s.Step] = [
        s.ByHand(at=begins, order=NUMBER, side=side, quantity=quantity, price=FAR[side], client_order_id=named)
    ]
    steps += [s.Trade(at=after(begins), order=NUMBER, share="half") for _ in range(draw.randint(0, 2))]
    adopted = after(begins)
    steps.append(s.Adopt(at=adopted, order=NUMBER, follower=draw.choice(FOLLOWERS)))
    if draw.random() < 0.3:
        steps.append(s.Adopt(at=after(adopted), order=NUMBER))
    # An adoption takes a question: what comes with it may prevent it, and what comes later cannot.
    known = adopted + draw.choice([0.0, 0.4, 0.4, 2.0])
    steps += [s.Trade(at=after(known), order=NUMBER, share="half") for _ in range(draw.randint(0, 2))]
    steps += [_later(draw, after(known)) for _ in range(draw.randint(1, 3))]
    return tuple(steps), (_fault(draw, words),) if draw.random() < 0.5 else ()


def _later(draw: "Random", at: float) -> s.Step:
    share: s.Share = draw.choice(["half", "half", "all"])
    kinds: list[s.Step] = [
        s.Trade(at=at, order=NUMBER, share=share),
        s.Trade(at=at, order=NUMBER, share="half"),
        s.Amend(at=at, order=NUMBER, quantity=draw.choice(["0.1", "0.4", "1.2"])),
        s.Amend(at=at, order=NUMBER, price=draw.choice(["46900.5", "53100.5"])),
        s.Cancel(at=at, order=NUMBER),
        s.CancelBatch(at=at, orders=(1, NUMBER)),
        s.VenueCancels(at=at, order=NUMBER),
        s.VenueExpires(at=at, order=NUMBER),
    ]
    return draw.choice(kinds)


def _fault(draw: "Random", words: FaultWords) -> AnyFault:
    when, down_for = draw.choice(words.of_adoption), draw.choice([0.1, 1.0, 10.0])
    kinds: list[AnyFault] = [
        m.Kill(when=when, down_for=down_for),
        m.Kill(when=when, down_for=down_for),
        m.Crash(actor=draw.choice(["dedup", "rest", words.actors[0]]), when=when),
        m.Cut(when=when),
        f.HttpError(method=words.one_order, status=draw.choice([429, 502, 520]), when=draw.choice(["before", "after"])),
        f.ReadLag(method=words.one_order, count=5, seconds=0.9),
        f.LoseFrame(event="trade", nth=draw.randint(1, 3)),
        f.SkipSequence(event="trade", nth=draw.randint(1, 3)),
    ]
    return draw.choice([kind for kind in kinds if words.can_do(kind)])
