"""Single faults, drawn: of the venue, of the network, of the engine; some at a time, some aimed at what matters."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeVar

from attrs import evolve

from batactors.testing import faults as f
from batactors.testing.simulation import moments as m
from batactors.testing.simulation import steps as s
from batactors.testing.simulation.fault_words import FaultWords
from batactors.testing.simulation.plan import AnyFault

if TYPE_CHECKING:
    from random import Random

METHOD_OF: dict[type[s.Step], str] = {
    s.Place: "add_order",
    s.PlaceBatch: "batch_add",
    s.Amend: "amend_order",
    s.Cancel: "cancel_order",
    s.CancelBatch: "batch_cancel",
    s.CancelEverything: "cancel_all",
}
"""What the venue calls a step's command: a fault of a command that nobody gives never strikes."""
METHODS = tuple(METHOD_OF.values())
Road = Literal["rest"] | None
WORDS = {
    "add_order": "create_order",
    "batch_add": "create_order",
    "amend_order": "amend_order",
    "cancel_order": "cancel_order",
    "batch_cancel": "cancel_order",
    "cancel_all": "cancel_all",
}
"""What we call it."""
MANY = 200
"""Faults that are drawn to find some of two kinds among them."""
EVENTS = (None, None, "trade", "trade", "amended", "canceled", "filled", "new")
"""Which frames of the executions a fault of one is about, by what they begin with; `None` for any."""


def draw_faults(
    draw: "Random", storm: float, most: int, steps: Sequence[s.Step], words: FaultWords
) -> tuple[AnyFault, ...]:
    """Up to so many; now and then of two kinds only, which meet themselves and each other more often then."""
    given = [METHOD_OF[type(step)] for step in steps if type(step) in METHOD_OF]
    kinds_given = list(dict.fromkeys(given))
    by_rest = any(isinstance(step, s.Place) and step.transport == "rest" for step in steps)
    methods = [*given, *kinds_given, *kinds_given]
    count = draw.randint(0, most)
    if count >= 2 and draw.random() < 0.3:
        pair = _together(draw, kinds_given, by_rest=by_rest, words=words)
        return (*pair, *(_fault(draw, storm, methods, words) for _ in range(count - 2)))
    if draw.random() < 0.7:
        return tuple(_fault(draw, storm, methods, words) for _ in range(count))
    many = [_fault(draw, storm, methods, words) for _ in range(MANY)]
    kinds = [type(one) for one in many[:2]]
    return tuple([one for one in many if type(one) in kinds][:count])


def draw_of_the_disk(draw: "Random", storm: float, most: int, words: FaultWords) -> tuple[AnyFault, ...]:
    """What befalls the engine's disk, in some of the plans that have room for it."""
    kind, down_for = draw.random(), draw.choice([0.1, 1.0, 10.0])
    if most < 1 or kind > 0.2:
        return ()
    if kind > 0.15:
        return (_placed(draw, m.FullDisk(seconds=draw.choice([0.5, 3.0, 15.0])), storm, words),)
    return (_placed(draw, m.PowerCut(down_for=down_for), storm, words),)


def _fault(draw: "Random", storm: float, methods: Sequence[str], words: FaultWords) -> AnyFault:
    kind = draw.random()
    if kind < 0.45:
        return _of_the_venue(draw, methods, words)
    if kind < 0.7:
        return _placed(draw, _of_the_network(draw), storm, words)
    return _placed(draw, _of_the_engine(draw, words), storm, words)


def _together(draw: "Random", methods: Sequence[str], *, by_rest: bool, words: FaultWords) -> tuple[AnyFault, AnyFault]:
    """Two faults that are dangerous together, where each alone does little harm."""
    method, nth = draw.choice(methods), draw.choice([1, 1, 2, 3])
    road: Road = "rest" if by_rest and draw.random() < 0.8 else None
    when = words.sent[method]
    late = f.DelayCommand(method=method, nth=nth, seconds=draw.choice([3.0, 4.9]))
    later = f.DelayCommand(method="add_order", seconds=20.0, transport=road)
    lost = f.LoseAck(method=method, nth=nth)
    pairs: list[tuple[AnyFault, AnyFault]] = [
        (late, m.Cut(when=when, nth=nth)),
        (late, m.Kill(when=when, nth=nth, down_for=draw.choice([0.1, 1.0]))),
        (later, evolve(later, method=method, nth=draw.randint(1, 3))),
        (lost, f.LoseFrame(event=draw.choice(["new", "amended", "canceled"]))),
        (lost, m.Crash(actor="dedup", when=f"step Sent of {WORDS[method]}", nth=nth)),
        (f.DelayAck(method=method, nth=nth, seconds=8.0), f.LoseFrame(event=draw.choice(EVENTS))),
        (f.SkipSequence(event=draw.choice(EVENTS)), f.SkipSequence(event=draw.choice(EVENTS), nth=2)),
    ]
    if "amend_order" in methods:
        trailing = f.ReadLag(count=30, seconds=0.9)
        pairs += [
            (f.SwapFrames(event="amended"), f.SwapFrames(event="amended")),
            (f.LoseFrame(event="amended"), trailing),
            (trailing, m.Crash(actor="dedup", when="event OrderUpdated")),
        ]
    if "cancel_all" in methods:
        pairs.append((f.LoseCommand(method="cancel_all"), lost))
    return draw.choice([pair for pair in pairs if words.can_do(pair[0])])


Timed = TypeVar("Timed", bound=m.TimedFault)


def _placed(draw: "Random", fault: Timed, storm: float, words: FaultWords) -> Timed:
    """At a time, or aimed."""
    if draw.random() < 0.5:
        return evolve(fault, at=round(draw.randrange(int(storm / 0.05)) * 0.05, 6))
    return evolve(fault, when=draw.choice(words.aims), nth=draw.randint(1, 4))


def _of_the_network(draw: "Random") -> m.TimedFault:
    seconds = draw.choice([0.5, 3.0, 6.0, 15.0])
    direction: m.Direction = draw.choice(["both", "up", "down"])
    kinds: list[m.TimedFault] = [
        m.Cut(),
        m.Cut(),
        m.CutAfter(count=draw.randint(1, 2000), direction=draw.choice(["up", "down"])),
        m.Partition(seconds=seconds, direction=direction),
        m.Slow(seconds=seconds, by=draw.choice([0.3, 2.0, 5.5]), direction=direction),
        m.Narrow(seconds=seconds, bytes_per_second=draw.choice([200.0, 2000.0]), direction=direction),
        m.RefuseConnections(seconds=seconds),
        m.SpoilHandshakes(seconds=seconds, how=draw.choice(["garbage", "tls_alert", "silence", "reset"])),
        m.RestartVenue(down_for=draw.choice([0.1, 2.0, 10.0])),
        m.Maintenance(seconds=seconds, status=draw.choice(["maintenance", "cancel_only", "post_only"])),
        m.ExpireTokens(),
        m.Ban(seconds=seconds),
        m.HalfOpen(seconds=draw.choice([2.0, 15.0, 60.0])),
        m.CloseSessions(code=draw.choice([1000, 1001, 1011, 1012])),
        m.StepVenueClock(by=draw.choice([-0.5, 0.5])),
    ]
    return draw.choice(kinds)


def _of_the_engine(draw: "Random", words: FaultWords) -> m.TimedFault:
    actor = draw.choice(words.actors)
    point = draw.choice([1, 1, 2, 3, 5, 8, draw.randint(1, 60)])
    kinds: list[m.TimedFault] = [
        m.Crash(actor=actor, point=point),
        m.Crash(actor=actor, point=point),
        m.Crash(actor=actor, point=point),
        m.Stall(actor=actor, seconds=draw.choice([0.5, 3.0, 8.0]), point=point),
        m.Pause(seconds=draw.choice([1.0, 6.0, 20.0])),
        m.Kill(down_for=draw.choice([0.1, 1.0, 10.0])),
        m.Kill(down_for=draw.choice([0.1, 1.0, 10.0])),
        m.StepClock(by=draw.choice([-0.5, 0.5])),
    ]
    return draw.choice(kinds)


def _of_the_venue(draw: "Random", methods: Sequence[str], words: FaultWords) -> AnyFault:
    nth = draw.choice([1, 1, 2, 3, draw.randint(1, 8)])
    method = draw.choice(methods)
    seconds = draw.choice([0.5, 3.0, 4.9, 5.1, 20.0, 20.0])
    read, event = draw.choice(words.reads), draw.choice(EVENTS)
    # Counted from the first of the kind: there are few of each.
    odd = nth if event is None else 1
    kinds: list[AnyFault] = [
        f.LoseAck(method=method, nth=nth),
        f.LoseAck(method=method, nth=nth),
        f.LoseCommand(method=method, nth=nth),
        f.Refuse(method=method, nth=nth, error=words.refused),
        f.Refuse(
            method=method,
            nth=nth,
            error=draw.choice(words.unclear),
        ),
        f.RefuseRate(method=method, nth=nth),
        f.RefuseToken(nth=nth),
        f.RefuseRow(nth=nth),
        f.RefuseBare(method=method, nth=nth),
        f.RefuseUpgrade(nth=nth, status=draw.choice(words.upgrades)),
        f.DelayCommand(method=method, nth=nth, seconds=seconds),
        f.DelayCommand(method=method, nth=nth, seconds=seconds),
        f.DelayAck(method=method, nth=nth, seconds=draw.choice([0.5, 3.0, 8.0])),
        f.EventsBeforeAck(method=method, nth=nth, count=3),
        f.CutBeforeCommand(method=method, nth=nth),
        f.CutAfterCommand(method=method, nth=nth),
        f.CloseAfterCommand(method=method, nth=nth),
        f.GoSilent(method=method, nth=nth, seconds=draw.choice([2.0, 15.0, f.FOREVER])),
        f.RestartAfterCommand(method=method, nth=nth, down_for=draw.choice([0.1, 2.0])),
        f.PendingCancel(nth=nth, seconds=draw.choice([0.5, 4.0])),
        f.FillBeforeCancel(nth=nth, share=draw.choice(["half", "all"])),
        f.FillBeforeAmend(nth=nth, share=draw.choice(["half", "all"])),
        f.HttpError(method=read, nth=nth, status=draw.choice([429, 500, 502, 503, 504, 520]), when="before"),
        f.HttpError(nth=nth, status=draw.choice([502, 504, 520]), when="after"),
        f.HttpError(method=method, status=draw.choice([502, 504, 520]), when=draw.choice(["before", "after"])),
        f.Stall(method=read, nth=nth),
        f.CutReply(method=read, nth=nth),
        f.ReadLag(nth=nth, count=5, seconds=draw.choice([0.4, 0.9])),
        f.DuplicateFrame(nth=odd, event=event, count=5),
        f.SwapFrames(nth=odd, event=event, count=3),
        f.SkipSequence(nth=odd, event=event, count=2),
        f.LoseFrame(nth=odd, event=event),
        f.DelayFrame(nth=odd, event=event, seconds=draw.choice([0.2, 2.0])),
        f.CutInFrame(nth=odd, event=event),
        f.BalancesFirst(nth=nth),
        f.MalformedRow(nth=nth),
        f.UnknownEvent(nth=nth),
        f.Garbage(nth=nth),
        f.UnknownChannel(nth=nth),
    ]
    return draw.choice([kind for kind in kinds if words.can_do(kind)])
