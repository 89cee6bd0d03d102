"""Faults for hypothesis, the simple ones first. They stay within what the promises allow for, as drawn plans do.

hypothesis shrinks a list well if each entry takes it few choices, five at most with the one whether there is an entry:
so many it takes away at once. Therefore a fault is chosen from a table, in three or four steps.
"""

from collections.abc import Sequence
from itertools import product
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from batactors.testing import faults as f
from batactors.testing.simulation import moments as m
from batactors.testing.simulation.draw import GRID
from batactors.testing.simulation.draw_faults import EVENTS, METHODS
from batactors.testing.simulation.fault_words import KRAKEN_SPOT
from batactors.testing.simulation.plan import AnyFault

SECONDS = (3.0, 0.5, 6.0, 15.0)
DIRECTIONS = ("both", "up", "down")
POINTS = (1, 2, 3, 5, 8, *range(9, 61))
SHARES = ("all", "half")
ACTORS, AIMS, READS = KRAKEN_SPOT.actors, KRAKEN_SPOT.aims, KRAKEN_SPOT.reads
REFUSALS = (*reversed(KRAKEN_SPOT.unclear), KRAKEN_SPOT.refused)


def _each(kind: type[AnyFault], **settings: Sequence[Any]) -> Sequence[AnyFault]:
    """A fault of this kind with each combination of these settings; what is named first varies last."""
    return [kind(**dict(zip(settings, values, strict=True))) for values in product(*settings.values())]


OFTEN = (
    _each(m.Cut),
    _each(m.Crash, point=POINTS, actor=ACTORS),
    _each(m.Kill, down_for=[1.0, 0.1, 10.0]),
)
"""Faults that find the most, and have a share of their own in what is tried."""
OF_THE_VENUE = (
    _each(f.LoseAck, method=METHODS),
    _each(f.LoseCommand, method=METHODS),
    _each(f.CutBeforeCommand, method=METHODS),
    _each(f.CutAfterCommand, method=METHODS),
    _each(f.LoseFrame, event=EVENTS),
    _each(f.DuplicateFrame, event=EVENTS, count=[1, 5]),
    _each(f.CutInFrame, event=EVENTS),
    _each(f.Refuse, method=METHODS, error=REFUSALS),
    _each(f.DelayCommand, method=METHODS, seconds=[3.0, 0.5, 4.9, 5.1, 20.0]),
    _each(f.DelayAck, method=METHODS, seconds=[3.0, 0.5, 8.0]),
    _each(f.EventsBeforeAck, method=METHODS, count=[1, 3]),
    _each(f.CloseAfterCommand, method=METHODS),
    _each(f.GoSilent, method=METHODS, seconds=[f.FOREVER, 2.0, 15.0]),
    _each(f.RestartAfterCommand, method=METHODS, down_for=[2.0, 0.1]),
    _each(f.RefuseRate, method=METHODS),
    _each(f.RefuseToken),
    _each(f.RefuseRow),
    _each(f.RefuseBare, method=METHODS),
    _each(f.RefuseUpgrade, status=[429, 401, 503]),
    _each(f.PendingCancel, seconds=[0.5, 4.0]),
    _each(f.FillBeforeCancel, share=SHARES),
    _each(f.FillBeforeAmend, share=SHARES),
    _each(f.HttpError, method=READS, status=[520, 429, 500, 502, 503, 504]),
    _each(f.HttpError, when=["after"], status=[520, 502, 504]),
    _each(f.HttpError, when=["before", "after"], method=METHODS, status=[520, 502, 504]),
    _each(f.Stall, method=READS),
    _each(f.CutReply, method=READS),
    _each(f.ReadLag, count=[1, 5], seconds=[0.4, 0.9]),
    _each(f.SwapFrames, event=EVENTS, count=[1, 3]),
    _each(f.SkipSequence, event=EVENTS, count=[1, 2]),
    _each(f.DelayFrame, event=EVENTS, seconds=[2.0, 0.2]),
    _each(f.BalancesFirst),
    _each(f.MalformedRow),
    _each(f.UnknownEvent),
    _each(f.Garbage),
    _each(f.UnknownChannel),
)
"""What waits for its request or its frame."""
OF_ALL_ELSE = (
    _each(m.Partition, direction=DIRECTIONS, seconds=SECONDS),
    _each(m.RestartVenue, down_for=[2.0, 0.1, 10.0]),
    _each(m.CutAfter, count=range(1, 2000), direction=["down", "up"]),
    _each(m.CloseSessions, code=[1001, 1000, 1011, 1012]),
    _each(m.ExpireTokens),
    _each(m.Slow, by=[2.0, 0.3, 5.5], direction=DIRECTIONS, seconds=SECONDS),
    _each(m.Narrow, bytes_per_second=[200.0, 2000.0], direction=DIRECTIONS, seconds=SECONDS),
    _each(m.RefuseConnections, seconds=SECONDS),
    _each(m.SpoilHandshakes, how=["garbage", "tls_alert", "silence", "reset"], seconds=SECONDS),
    _each(m.Maintenance, status=["maintenance", "cancel_only", "post_only"], seconds=SECONDS),
    _each(m.Ban, seconds=SECONDS),
    _each(m.HalfOpen, seconds=[15.0, 2.0, 60.0]),
    _each(m.Pause, seconds=[6.0, 1.0, 20.0]),
    _each(m.Stall, seconds=[3.0, 0.5, 8.0], point=POINTS, actor=ACTORS),
    _each(m.PowerCut, down_for=[1.0, 0.1, 10.0]),
    _each(m.FullDisk, seconds=[3.0, 0.5, 15.0]),
    _each(m.StepClock, by=[0.5, -0.5]),
    _each(m.StepVenueClock, by=[0.5, -0.5]),
)
"""What strikes at a moment."""
TABLE: Sequence[Sequence[AnyFault]] = (*OFTEN, *OF_THE_VENUE, *OF_ALL_ELSE, *OFTEN * 5, *OF_ALL_ELSE)


def moments(storm: float) -> st.SearchStrategy[float]:
    """A moment of a storm of so many virtual seconds: a whole second, or any other on the grid."""
    return st.sampled_from(_moments(storm))


def _moments(storm: float) -> list[float]:
    grid = [round(number * GRID, 6) for number in range(max(1, int(storm / GRID)))]
    return [*(at for at in grid if at == int(at)), *(at for at in grid if at != int(at))]


@st.composite
def single_faults(draw: st.DrawFn, storm: float) -> AnyFault:
    """Any fault of ours: at its request or frame, at a moment, or aimed at something that happens."""
    fault = draw(st.sampled_from(draw(st.sampled_from(TABLE))))
    if not isinstance(fault, m.TimedFault):
        return evolve(fault, nth=draw(st.sampled_from(range(1, 9))))
    moments = _moments(storm)
    choices: list[float | str] = [*moments, *AIMS * (1 + len(moments) // len(AIMS))]
    when = draw(st.sampled_from(choices))
    if isinstance(when, str):
        return evolve(fault, when=when, nth=draw(st.sampled_from(range(1, 5))))
    return evolve(fault, at=when)
