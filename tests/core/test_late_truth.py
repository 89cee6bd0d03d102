"""The storm at a venue that says yes to all that comes, and what it thinks of it later: its orders tell, or nobody."""

from collections.abc import Sequence

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from batactors.model.commands import AmendOrder, CancelAll, Command, CreateOrder
from batactors.model.facts import Answer, AnswerFact, Fact, Says, TermsFact
from batactors.model.ids import CommandId
from batactors.model.questions import Target
from batactors.model.receipts import CommandStatus
from tests.core.model_venue import ModelVenue
from tests.core.test_machine import Storm
from tests.core.words import answer, says


class LateVenue(ModelVenue):
    """A refusal comes after the answer: of an order as its own word, of a change not at all. No changes are listed."""

    def carry_out(self, command: Command, request: int, *, refuse: bool, unclear: bool) -> None:
        """A command has arrived."""
        if isinstance(command, CancelAll):
            super().carry_out(command, request, refuse=refuse, unclear=unclear)
        elif refuse and isinstance(command, CreateOrder):
            super().carry_out(command, request, refuse=False, unclear=unclear)
            del self.frames[-3:-1]
            order = self.orders[command.client_order_id]
            order.state = "rejected"
            self.done.discard(command.command_id)
            self.refused.add(command.command_id)
            self.frames.append(says(Says.REFUSED, order.venue_order_id, order.client_order_id, reason="no", filled="0"))
        elif refuse:
            self.refused.add(command.command_id)
            self.frames.append(answer(Answer.PENDING, request))
        else:
            super().carry_out(command, request, refuse=False, unclear=unclear)
        if not isinstance(command, CancelAll):
            self.frames = [self._late(fact) for fact in self.frames]

    def _late(self, fact: Fact) -> Fact:
        if not isinstance(fact, AnswerFact) or fact.answer not in (Answer.ACCEPTED, Answer.NOT_OPEN):
            return fact
        of_cancel_all = fact.answer is Answer.ACCEPTED and fact.venue_order_id is None
        return fact if of_cancel_all else evolve(fact, answer=Answer.PENDING)

    def look_up(self, target: Target, moments: Sequence[float]) -> list[Fact]:
        """Ask each endpoint: there is none for the changes of an order."""
        return [fact for fact in super().look_up(target, moments) if not isinstance(fact, TermsFact)]


class LateStorm(Storm):
    """The same storm."""

    def __init__(self) -> None:
        super().__init__()
        self.venue = LateVenue()

    def cannot_be_known(self, command: Command) -> bool:
        """Of several amends of an order, without a list of its changes: a later one may have restored what one did."""
        others = [one for one in self.sent.values() if isinstance(one, AmendOrder) and one is not command]
        return isinstance(command, AmendOrder) and any(one.client_order_id == command.client_order_id for one in others)

    def teardown(self) -> None:
        """And no command is told as done by its answer alone."""
        super().teardown()
        for command_id, command in self.sent.items():
            if command.command_id in self.venue.refused and isinstance(command, CreateOrder):
                assert self.story.verdict(command_id) is CommandStatus.REJECTED, command_id


@pytest.mark.holds("A04", "G02")
def test_the_books_balance_where_the_truth_comes_after_the_answer() -> None:
    """Each verdict is true, though every answer says no more than that a command came."""
    limits = settings(max_examples=150, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(LateStorm, settings=limits)


def test_the_venue_of_this_storm_answers_late() -> None:
    """A refused order is answered first, and refused by its own word."""
    venue = LateVenue()
    storm = LateStorm()
    command = storm.story.registered[storm.story.create("x")].command
    venue.carry_out(command, 1, refuse=True, unclear=False)
    told = [fact.answer if isinstance(fact, AnswerFact) else getattr(fact, "says", None) for fact in venue.frames]
    assert told == [Answer.PENDING, Says.REFUSED]
    assert venue.refused == {CommandId("create x")}
