"""Notices when one turn of the event loop takes long: whoever computed meanwhile, nothing was read and nothing sent.

It is asked by trio before and after the wait for input of each turn, which costs two readings of the clock, and needs
no task and no timer of its own. A wait that is too long, as on a machine without time for us, is not seen here.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from math import inf

import trio

from batactors.core.histogram import Histogram
from batactors.model.diagnostics import Stalls
from batactors.seams import WallClock

LONG = 0.05
"""Seconds of one turn that count as a stall: a venue's deadlines and a cancel that is urgent are not far from it."""


class LoopWatch(trio.abc.Instrument):
    """The stalls of one event loop."""

    def __init__(self, clock: WallClock) -> None:
        self._clock = clock
        self._stalls = Histogram()
        self._last_on: datetime | None = None
        self._began: float | None = None

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch the loop that runs now.

        Not by a clock that jumps to the next deadline: it does so within a turn, and no turn takes time but by that.
        """
        if getattr(trio.lowlevel.current_clock(), "autojump_threshold", inf) < inf:
            yield
            return
        trio.lowlevel.add_instrument(self)
        try:
            yield
        finally:
            with suppress(KeyError):  # trio drops one that raises
                trio.lowlevel.remove_instrument(self)

    def after_io_wait(self, timeout: float) -> None:
        """A turn begins."""
        self._began = trio.current_time()

    def before_io_wait(self, timeout: float) -> None:
        """It is over."""
        if self._began is None:
            return
        took = trio.current_time() - self._began
        if took >= LONG:
            self._stalls.note(took)
            self._last_on = self._clock.now()

    def read(self) -> Stalls:
        """What was noticed so far."""
        return Stalls(longer_than=LONG, turns=self._stalls.read(), last_on=self._last_on)
