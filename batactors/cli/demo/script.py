"""The script of faults: what goes wrong, and when. One seed gives one script; what it meets depends on the trading."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import trio
from attrs import frozen

from batactors.testing import KrakenSpotVenue
from batactors.testing import faults as f
from batactors.testing.fault_script import Fault

if TYPE_CHECKING:
    from random import Random

METHODS = ("add_order", "add_order", "amend_order", "cancel_order")
REFUSALS = (
    "EOrder:Insufficient funds",
    "EOrder:Margin allowance exceeded",
    "EService:Market in cancel_only mode",
    "EGeneral:Internal error",  # says nothing of whether it was done
    "EService:Busy",
)
Make = Callable[["Random"], Fault]
UNLIMITED = 1000
Action = Literal["cut among fills", "invalidate tokens"]


@frozen
class Kind:
    """One kind of trouble.

    Attributes:
        weight: How often it is drawn, beside the others.
        make: The fault for the venue's own script, or the word for what is done to the venue at once.
        ends_session: It costs a connection, so there is a limit to it.
        most: How often one script may have it.
    """

    weight: int
    make: Make | Action
    ends_session: bool = False
    most: int = UNLIMITED


def _command(kind: Callable[..., Fault], **more: object) -> Make:
    """A fault of a command on the socket."""
    return lambda chance: kind(method=chance.choice(METHODS), transport="websocket", nth=chance.randint(1, 3), **more)


def _frame(kind: Callable[..., Fault], **more: object) -> Make:
    """A fault of a frame that the venue pushes."""
    return lambda chance: kind(nth=chance.randint(1, 4), **more)


KINDS: tuple[Kind, ...] = (
    Kind(6, _command(f.LoseAck)),
    Kind(5, _command(f.LoseCommand)),
    Kind(3, lambda chance: f.Refuse(method=chance.choice(METHODS), error=chance.choice(REFUSALS))),
    Kind(2, lambda chance: f.RefuseRow()),
    Kind(1, lambda chance: f.RefuseRate(method="add_order")),
    # Some arrive while they are valid, some are too late by then.
    *(Kind(1, _command(f.DelayCommand, seconds=seconds)) for seconds in (0.4, 1.2, 2.3)),
    *(Kind(1, _command(f.DelayAck, seconds=seconds)) for seconds in (0.2, 0.8, 3.0)),
    Kind(2, _command(f.EventsBeforeAck)),
    Kind(3, lambda chance: f.FillBeforeCancel(share=chance.choice(("half", "all")))),
    Kind(1, lambda chance: f.PendingCancel(seconds=0.4)),
    Kind(5, lambda chance: f.DuplicateFrame(extra=chance.randint(1, 3), count=3)),
    Kind(5, _frame(f.SwapFrames)),
    Kind(4, _frame(f.SkipSequence)),
    Kind(2, _frame(f.LoseFrame)),
    Kind(3, _frame(f.DelayFrame, seconds=0.5)),
    Kind(2, _frame(f.MalformedRow)),
    Kind(2, _frame(f.UnknownEvent)),
    Kind(1, _frame(f.UnknownChannel)),
    Kind(2, _frame(f.CutInFrame), ends_session=True),
    Kind(3, "cut among fills", ends_session=True),
    Kind(1, _command(f.CutBeforeCommand), ends_session=True),
    Kind(3, _command(f.CutAfterCommand), ends_session=True),
    Kind(1, _command(f.CloseAfterCommand), ends_session=True),
    # All that is sent into the silence is lost, and it lasts until the engine gives the socket up.
    Kind(1, _command(f.GoSilent), ends_session=True, most=1),
    Kind(1, _command(f.RestartAfterCommand, down_for=0.7), ends_session=True, most=1),
    Kind(1, "invalidate tokens", ends_session=True),
    Kind(2, lambda chance: f.HttpError(transport="rest", when="before", status=chance.choice((502, 520)))),
    Kind(2, lambda chance: f.HttpError(transport="rest", when="after", status=chance.choice((504, 520)))),
    Kind(1, lambda chance: f.CutReply(transport="rest")),
    Kind(1, lambda chance: f.Stall(transport="rest", seconds=0.8), most=2),
    # Less than the engine is told to expect: beyond that, a proof of absence would be none.
    Kind(2, lambda chance: f.ReadLag(transport="rest", seconds=0.4, count=4)),
)
PER_CUT = 0.9
"""Seconds of trading for each fault that ends a session; with more of them there is little trading to disturb."""
FIRST = 0.4
LAST = 0.95


@frozen
class Strike:
    """One entry of the script: when, as seconds from its start, and what."""

    at: float
    what: Fault | Action


def draw_up(chance: "Random", count: int, seconds: float) -> list[Strike]:
    """A script of so many faults over so many seconds: each kind once if there is room, the rest by weight."""
    first = chance.sample(KINDS, len(KINDS))[:count]
    kinds = [*first, *chance.choices(KINDS, [kind.weight for kind in KINDS], k=count - len(first))]
    mild = [kind for kind in KINDS if not kind.ends_session and kind.most == UNLIMITED]
    cuts_left = int(seconds / PER_CUT)
    drawn: Counter[int] = Counter()
    strikes = []
    for one in kinds:
        kind = one
        drawn[KINDS.index(kind)] += 1
        if drawn[KINDS.index(kind)] > kind.most or (kind.ends_session and cuts_left <= 0):
            kind = chance.choice(mild)
        cuts_left -= kind.ends_session
        what = kind.make if isinstance(kind.make, str) else kind.make(chance)
        strikes.append(Strike(at=chance.uniform(FIRST, max(FIRST, seconds * LAST)), what=what))
    return sorted(strikes, key=lambda strike: strike.at)


class Script:
    """The script as it is performed, and a count of what struck.

    Args:
        fill_some: Lets a resting order trade, if there is one.
    """

    def __init__(self, venue: KrakenSpotVenue, strikes: list[Strike], fill_some: Callable[[], bool]) -> None:
        self.strikes = strikes
        self._venue = venue
        self._fill_some = fill_some
        self._done: Counter[str] = Counter()

    async def run(self) -> None:
        """Perform it; what has not struck by the end never will."""
        began = trio.current_time()
        for strike in self.strikes:
            await trio.sleep_until(began + strike.at)
            match strike.what:
                case "cut among fills":
                    self._cut_among_fills()
                case "invalidate tokens":
                    self._venue.invalidate_tokens()
                    self._done["invalidate tokens"] += 1
                case Fault() as fault:
                    self._venue.faults.add(fault)

    def fired(self) -> Counter[str]:
        """How many struck, by kind."""
        return self._done + Counter({_words(name): number for name, number in self._venue.faults.fired.items()})

    def _cut_among_fills(self) -> None:
        """A part trades and is told, the sockets break, and more trades while nobody listens."""
        if self._fill_some():
            self._venue.cut()
            self._fill_some()
            self._fill_some()
            self._done["cut among fills"] += 1


def _words(name: str) -> str:
    """``LoseAck`` as ``lose ack``."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
