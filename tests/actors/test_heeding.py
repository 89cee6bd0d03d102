"""When a venue wants to be left alone, and of what."""

import pytest
import trio

from batactors.actors.board import Board
from batactors.actors.heeding import Heeding
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import LaneMessage
from batactors.model.account_facts import BackOffFact
from batactors.model.limits import Counts
from batactors.testing import VirtualClock
from tests.core.limiting import SHORT, WEIGHT, a_clock, a_limiter


@pytest.mark.parametrize(("counts", "waits"), [(Counts.ORDERS, 0.0), (Counts.WEIGHT, 30.0), (None, 30.0)])
async def test_only_what_counts_a_dial_holds_it_back(counts: Counts | None, waits: float) -> None:
    """Too many orders are no reason to stay without a session: cancels go out by it, and it tells what happens."""
    clock = VirtualClock()
    limiter = a_limiter(SHORT, WEIGHT, clock=a_clock())
    heeding = Heeding(limiter=limiter, board=Board(clock), clock=clock, lane=Mailbox[LaneMessage]("lane", 10))
    heeding.hear((BackOffFact(reason="too many", seconds=30, counts=counts),), None)
    began = trio.current_time()
    await heeding.silence_over()
    assert trio.current_time() - began == pytest.approx(waits)
