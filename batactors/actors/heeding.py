"""What a venue's answers say of its counters and of our clock, brought to where it is heeded.

Any answer on any road may say so: the roads tell it here, and go on. The lane is woken when the venue wants to be left
alone for a while, and the clock is measured when the venue found the time of a request wrong.
"""

from collections.abc import Sequence
from datetime import timedelta

import trio

from batactors.actors.board import Board
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import LaneMessage, Wake
from batactors.core.limiter import Limiter
from batactors.core.window import Mark
from batactors.model.account_facts import BackOffFact, ClockFact, LimitFact, UsageFact
from batactors.model.facts import AnswerFact, Fact
from batactors.model.health import ComponentState
from batactors.model.ids import RequestId
from batactors.seams import WallClock

LIMITS = "limits"
"""The component that stands for what the venue lets us send: degraded while it wants to be left alone."""

HEEDED = UsageFact | BackOffFact | ClockFact | LimitFact
"""What is heeded here, and by nobody else."""


class Heeding:
    """What all roads of one account share.

    Args:
        limiter: Of everything that the account sends.
    """

    def __init__(self, *, limiter: Limiter, board: Board, clock: WallClock, lane: Mailbox[LaneMessage]) -> None:
        self.limiter = limiter
        self._board = board
        self._clock = clock
        self._lane = lane
        self.clock_wishes = Mailbox[Wake]("clock", 1)
        """That the venue's clock be measured at once; one wish is as good as many."""
        self._told_until: float | None = None

    def written(self, request_id: RequestId) -> None:
        """A request is written now; what the venue tells in an answer to an earlier one leaves it out."""
        self.limiter.written(request_id, trio.current_time())

    def hear_answer(self, facts: Sequence[Fact]) -> Sequence[Fact]:
        """A frame, which may answer a request by its number; what is left of it for others."""
        if not any(isinstance(fact, HEEDED | AnswerFact) for fact in facts):
            return facts
        answered = next((fact.request_id for fact in facts if isinstance(fact, AnswerFact)), None)
        self.hear(facts, self.limiter.mark_of(answered))
        return [fact for fact in facts if not isinstance(fact, HEEDED)]

    def hear(self, facts: Sequence[Fact], mark: Mark | None) -> None:
        """What the venue said; ``mark`` is where the request stands that it answers, if that is known."""
        now, ours = trio.current_time(), self._clock.now()
        self.limiter.heed(facts, now, ours, mark)
        if any(isinstance(fact, ClockFact) or (isinstance(fact, AnswerFact) and fact.clock) for fact in facts):
            self.clock_wishes.post(Wake(reason="the venue found the time of a request wrong"))
        if not any(isinstance(fact, BackOffFact) for fact in facts):
            return
        until = self.limiter.silent_until(now)
        if until is not None and until != self._told_until:
            self._told_until = until
            over = (ours + timedelta(seconds=until - now)).isoformat(timespec="seconds")
            self._board.set(LIMITS, ComponentState.DEGRADED, f"{self.limiter.why_silent(now)} until {over}")
            self._lane.post(Wake(reason="the venue wants to be left alone"))

    async def silence_over(self) -> None:
        """Wait while the venue wants to be left alone: a dial would count against us, too."""
        now = trio.current_time()
        if (until := self.limiter.answers_from(now)) > now:
            await trio.sleep_until(until)  # where only orders must wait, cancels need a socket all the same

    def next_look(self) -> float | None:
        """When to look again whether a silence is over, on trio's clock; health says so when it is."""
        now = trio.current_time()
        until = self.limiter.silent_until(now)
        if until is None and self._told_until is not None:
            self._told_until = None
            self._board.set(LIMITS, ComponentState.UP)
        return until
