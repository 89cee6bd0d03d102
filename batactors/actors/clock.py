"""Measures how far the venue's clock is from ours, at the start, every few minutes, and when ours has been set."""

import logging
from typing import Protocol

import trio

from batactors.actors.board import Board
from batactors.actors.crashes import cause_of
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import Answered, Ask, RestMessage, Wake
from batactors.actors.reply import Reply
from batactors.actors.supervisor import Ready
from batactors.core.clock import VenueClock
from batactors.model.errors import BatactorsError
from batactors.model.facts import VenueTimeFact
from batactors.model.health import ComponentState
from batactors.model.questions import AskTime
from batactors.seams import WallClock

logger = logging.getLogger("batactors.clock")

QUESTIONS = 5
"""For one measurement at the most; with Kraken's whole seconds the last leaves a doubt of a thirtieth of a second."""
APART = 1.0
"""Seconds between two of them at the least: Kraken takes about one public call a second from one address."""
FINE = 0.05
"""Seconds of doubt that are not worth another question."""
AGAIN = 15.0
"""Seconds until a question is put again that had no answer."""
STALE = 3
"""As many measurements in a row that failed make what is known of the venue's clock doubtful."""
LOOK_EVERY = 10.0
"""Seconds between looks at whether our own clock was set, which asks nobody."""
SET = 0.25
"""Seconds by which our own clock and trio's must differ to count as set."""


class Settings(Protocol):
    """What of an account's configuration is about clocks.

    Attributes:
        clock_every: Seconds between measurements.
        clock_alarm: Seconds by which the two clocks may differ before health says so.
    """

    @property
    def clock_every(self) -> float: ...
    @property
    def clock_alarm(self) -> float: ...


class ClockSync:
    """The clock actor of one account.

    Args:
        mailbox: Is told when the venue found the time of a request wrong.
        config: How often, and from when on health says that the two clocks differ.
    """

    def __init__(
        self,
        *,
        mailbox: Mailbox[Wake],
        rest: Mailbox[RestMessage],
        venue_clock: VenueClock,
        board: Board,
        clock: WallClock,
        config: "Settings",
    ) -> None:
        self._mailbox = mailbox
        self._rest = rest
        self._venue_clock = venue_clock
        self._board = board
        self._clock = clock
        self._every = config.clock_every
        self._alarm = config.clock_alarm

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Measure until cancelled. A venue that does not tell the time keeps nobody from trading."""
        self._board.set("clock", ComponentState.STARTING, "the venue's clock has not been asked for yet")
        await self._ask()
        task_status.started()
        while True:
            answered = await self._measure()
            await self._rest_for(self._every if answered else AGAIN)

    async def _measure(self) -> bool:
        """Ask as often as it is worth it; whether there was an answer each time."""
        for _ in range(QUESTIONS):
            await trio.sleep_until(self._venue_clock.ask_at(trio.current_time() + APART))
            if not await self._ask():
                return False
            if self._venue_clock.doubt <= FINE:
                break
        return True

    async def _rest_for(self, seconds: float) -> None:
        """Wait for the next measurement, or until our own clock is another than it was against trio's."""
        due, before = trio.current_time() + seconds, self._lead()
        while trio.current_time() < due:
            with trio.move_on_at(min(due, trio.current_time() + LOOK_EVERY)):
                await self._mailbox.take()
                logger.warning("the venue found the time of a request wrong: its clock is measured")
                await self._ask()
                self._mailbox.clear()  # said of what was sent before
                return
            if abs(self._lead() - before) >= SET:
                self._tell()
                return  # or trio's stood still, as when a machine sleeps: the venue must say which

    def _lead(self) -> float:
        return self._clock.now().timestamp() - trio.current_time()

    async def _ask(self) -> bool:
        """Ask once, and tell how it stands; whether there was an answer."""
        reply: Reply[Answered] = Reply()
        await self._rest.put(Ask(question=AskTime(), reply=reply))
        try:
            answered = await reply.get()
        except BatactorsError as error:
            if trio.current_time() > self._venue_clock.heard_at + STALE * self._every:
                self._board.set("clock", ComponentState.DEGRADED, f"it could not be measured: {cause_of(error)}")
            return False
        for fact in answered.facts:
            if isinstance(fact, VenueTimeFact):
                self._venue_clock.hear(fact.now, fact.resolution, answered.sent_at, answered.received_at)
        self._tell()
        return True

    def _tell(self) -> None:
        ahead = self._venue_clock.ahead(trio.current_time(), self._clock.now())
        self._board.clock_offset = ahead
        if ahead is None:
            doubt = self._venue_clock.doubt
            self._board.set(
                "clock", ComponentState.DEGRADED, f"the venue answers too slowly: it is sure to {doubt:.1f} s"
            )
        elif abs(ahead) > self._alarm:
            which = "behind" if ahead > 0 else "ahead of"
            self._board.set("clock", ComponentState.DEGRADED, f"our clock is {abs(ahead):.1f} s {which} the venue's")
        else:
            self._board.set("clock", ComponentState.UP)
