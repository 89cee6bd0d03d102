"""The answers to a question that is asked in parts, and what of them is about one order."""

from collections.abc import Awaitable, Callable, Sequence

import trio
from attrs import evolve

from batactors.actors.messages import Answered
from batactors.core.agenda import Case
from batactors.model.errors import TemporaryUnavailable, TransportError
from batactors.model.facts import Fact, FillFact, OrderFact, QuarantineFact, TermsFact
from batactors.model.inputs import Inquiry
from batactors.model.questions import Target

TIMES = 3
"""So often one question of many is asked at the most."""
AT_ONCE = 2.0
"""Seconds: who took longer to fail would take as long again."""
PAUSE = 0.3


class Parts:
    """What has been answered so far of a question that is asked in parts."""

    def __init__(self) -> None:
        self.asked_at = trio.current_time()
        """When the first of them was asked, or now while none was, on trio's clock."""
        self.inquiries: list[Inquiry] = []

    def add(self, answered: Answered) -> None:
        """One more was answered."""
        if not self.inquiries:
            self.asked_at = answered.asked_at
        self.inquiries += answered.inquiries


async def patiently(ask: Callable[[], Awaitable[Answered]], *, of: int) -> Answered:
    """Ask one of so many questions, and once or twice more if it fails at once.

    All of many must be answered, or none is: where each fails now and then, they hardly ever all succeed.

    Raises:
        BatactorsError: It was not answered.
    """
    for left in range(TIMES if of > 1 else 1, 0, -1):
        began = trio.current_time()
        try:
            return await ask()
        except (TemporaryUnavailable, TransportError):
            if left == 1 or trio.current_time() >= began + AT_ONCE:
                raise
        await trio.sleep(PAUSE)
    raise AssertionError("it is asked once at least")


def is_partial(target: Target) -> bool:
    """Whether it is a list of some open orders, not of all."""
    return target.is_list and target != Target()


def about(case: Case, inquiries: Sequence[Inquiry]) -> tuple[Inquiry, ...]:
    """The same answers, with only what they say of this order."""
    return tuple(
        evolve(one, facts=tuple(fact for fact in one.facts if _concerns(fact, case.target))) for one in inquiries
    )


def _concerns(fact: Fact, target: Target) -> bool:
    if isinstance(fact, QuarantineFact):
        return True  # what could not be read could be any order: it must not count as the absence of one
    if isinstance(fact, TermsFact):
        return fact.venue_order_id == target.venue_order_id
    if not isinstance(fact, OrderFact | FillFact):
        return False
    by_client = target.client_order_id is not None and fact.client_order_id == target.client_order_id
    ids = (target.venue_order_id, target.waited_as)
    return by_client or (fact.venue_order_id is not None and fact.venue_order_id in ids)
