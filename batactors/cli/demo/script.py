"""The script of faults: what goes wrong, and when. One seed gives one script; what it meets depends on the trading."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import trio
from attrs import frozen

from batactors.cli.demo.kinds import CUT_AMONG_FILLS, UNLIMITED, Deed, Kind
from batactors.testing.fault_script import Fault
from batactors.testing.venue.venue import SimulatedVenue

if TYPE_CHECKING:
    from random import Random

PER_CUT = 0.9
"""Seconds of trading for each fault that ends a session; with more of them there is little trading to disturb."""
FIRST = 0.4
LAST = 0.95


@frozen
class Strike:
    """One entry of the script: when, as seconds from its start, and what."""

    at: float
    what: Fault | Deed


def draw_up(chance: "Random", among: Sequence[Kind], count: int, seconds: float) -> list[Strike]:
    """A script of so many faults over so many seconds: each kind once if there is room, the rest by weight."""
    first = chance.sample(among, len(among))[:count]
    kinds = [*first, *chance.choices(among, [kind.weight for kind in among], k=count - len(first))]
    mild = [kind for kind in among if not kind.ends_session and kind.most == UNLIMITED]
    cuts_left = int(seconds / PER_CUT)
    drawn: Counter[int] = Counter()
    strikes = []
    for one in kinds:
        kind = one
        drawn[among.index(kind)] += 1
        if drawn[among.index(kind)] > kind.most or (kind.ends_session and cuts_left <= 0):
            kind = chance.choice(mild)
        cuts_left -= kind.ends_session
        what = kind.make if isinstance(kind.make, Deed) else kind.make(chance)
        strikes.append(Strike(at=chance.uniform(FIRST, max(FIRST, seconds * LAST)), what=what))
    return sorted(strikes, key=lambda strike: strike.at)


class Script:
    """The script as it is performed, and a count of what struck.

    Args:
        fill_some: Lets a resting order trade, if there is one.
    """

    def __init__(self, venue: SimulatedVenue, strikes: list[Strike], fill_some: Callable[[], bool]) -> None:
        self.strikes = strikes
        self._venue = venue
        self._fill_some = fill_some
        self._done: Counter[str] = Counter()

    async def run(self) -> None:
        """Perform it; what has not struck by the end never will."""
        began = trio.current_time()
        for strike in self.strikes:
            await trio.sleep_until(began + strike.at)
            if isinstance(strike.what, Fault):
                self._venue.faults.add(strike.what)
            elif strike.what == CUT_AMONG_FILLS:
                self._cut_among_fills()
            else:
                strike.what.do(self._venue)
                self._done[strike.what.name] += 1

    def fired(self) -> Counter[str]:
        """How many struck, by kind."""
        return self._done + Counter({_words(name): number for name, number in self._venue.faults.fired.items()})

    def _cut_among_fills(self) -> None:
        """A part trades and is told, the sockets break, and more trades while nobody listens."""
        if self._fill_some():
            CUT_AMONG_FILLS.do(self._venue)
            self._fill_some()
            self._fill_some()
            self._done[CUT_AMONG_FILLS.name] += 1


def _words(name: str) -> str:
    """``LoseAck`` as ``lose ack``."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
