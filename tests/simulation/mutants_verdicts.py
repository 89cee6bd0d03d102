"""Bugs in the verdicts: what is taken for proof."""

from math import inf
from typing import Any

from attrs import evolve

from batactors.actors.rest import Rest
from batactors.core import agenda, answers, findings, proofs, verdicts
from batactors.core.answers import Answers
from batactors.core.desk import Desk
from batactors.core.dispatch import Dispatch
from batactors.core.judge import Judge
from batactors.core.ledger import Ledger
from batactors.core.ruling import Ruling
from batactors.model.commands import CancelAll
from batactors.model.facts import Answer, OrderFact, Says
from batactors.model.inputs import NotSent, Unanswered
from batactors.model.receipts import CommandStatus, Proof
from tests.simulation.mutant import Mutants, Patch

mutant = Mutants()


# Verdicts.


@mutant
def rejected_on_timeout(patch: Patch) -> None:
    """No answer in time is taken for a refusal."""
    lose = Judge.lose

    def guess(self: Judge, record: Any, reason: str, news: Any) -> None:
        lose(self, record, reason, news)
        if record.is_unknown:
            self._ledger.changed.touch(record)
            record.proved(Ruling(CommandStatus.REJECTED, Proof.ANSWERED, reason), None, news)

    patch.setattr(Judge, "lose", guess)


@mutant
def not_executed_on_timeout(patch: Patch) -> None:
    """No answer in time is taken for proof that nothing was done."""
    lose = Judge.lose

    def guess(self: Judge, record: Any, reason: str, news: Any) -> None:
        lose(self, record, reason, news)
        if record.is_unknown:
            self.settle(record, Ruling(CommandStatus.NOT_EXECUTED, Proof.ABSENT, reason), news)

    patch.setattr(Judge, "lose", guess)


@mutant
def absence_without_a_fence(patch: Patch) -> None:
    """The first question that finds nothing is proof, whenever it was asked and however the reads trail."""
    patch.setattr(proofs, "is_proved_by_now", lambda record, asked_at, rules: not record.negatives.append(asked_at))
    patch.setattr(Ledger, "shows_all", lambda self, asked_at: True)
    patch.setattr(findings, "proof_from", lambda record, rules: -inf)


@mutant
def fence_without_the_validity(patch: Patch) -> None:
    """Questions count as proof from the moment when the command was sent, though it is still valid."""
    proved = proofs.is_proved_by_now

    def early(record: Any, asked_at: float, rules: Any) -> bool:
        expires, record.expires = record.expires, record.left_at - rules.margin
        try:
            return proved(record, asked_at, rules)
        finally:
            record.expires = expires

    patch.setattr(proofs, "is_proved_by_now", early)
    patch.setattr(Ledger, "shows_all", lambda self, asked_at: True)
    for module in (findings, agenda):
        patch.setattr(module, "proof_from", lambda record, rules: record.left_at)


@mutant
def unknown_cancel_settled_by_existence(patch: Patch) -> None:
    """An unknown cancel counts as done because its order is known."""
    cancel = verdicts._cancel

    def exists(record: Any, order: Any) -> Any:
        if record.is_unknown and order.proved_accepted:
            return Ruling(CommandStatus.ACCEPTED, Proof.ANSWERED, "the order is there")
        return cancel(record, order)

    patch.setattr(verdicts, "_cancel", exists)


@mutant
def unknown_amend_settled_by_existence(patch: Patch) -> None:
    """An unknown amend counts as done because its order is known."""
    amend = verdicts._amend

    def exists(record: Any, order: Any, amends: Any) -> Any:
        if record.is_unknown and order.proved_accepted:
            return Ruling(CommandStatus.ACCEPTED, Proof.ANSWERED, "the order is there")
        return amend(record, order, amends)

    patch.setattr(verdicts, "_amend", exists)


@mutant
def amends_of_others_forgotten(patch: Patch) -> None:
    """The terms that an unknown amend asked for prove that it was done, also where another amend asked for the same."""
    patch.setattr(verdicts, "_rivals", lambda record, amends: [])


@mutant
def unknown_cancel_all_taken_as_done(patch: Patch) -> None:
    """An unknown cancel of all counts as done as soon as it is asked about."""

    def done(record: Any, seen: Any, rules: Any) -> Any:
        return Ruling(CommandStatus.ACCEPTED, Proof.ANSWERED, "asked")

    patch.setattr("batactors.core.findings.from_list", done)


@mutant
def cancel_of_a_filled_order_accepted(patch: Patch) -> None:
    """A cancel counts as done when its order has ended, in whatever way."""
    cancel = verdicts._cancel

    def ended(record: Any, order: Any) -> Any:
        if record.left_at is not None and order.state.is_closed:
            return Ruling(CommandStatus.ACCEPTED, Proof.ANSWERED, "the order has ended")
        return cancel(record, order)

    patch.setattr(verdicts, "_cancel", ended)


@mutant
def short_count_is_a_refusal(patch: Patch) -> None:
    """A batch of which the venue says only how many were done counts as refused as a whole."""
    real = answers.attribute

    def guess(fact: Any, legs: Any, book: Any) -> Any:
        tied = real(fact, legs, book)
        if len(legs) > 1:
            return [
                (record, evolve(one, answer=Answer.REFUSED) if one.answer is Answer.UNCLEAR else one)
                for record, one in tied
            ]
        return tied

    patch.setattr(answers, "attribute", guess)


@mutant
def late_answer_ignored(patch: Patch) -> None:
    """An answer to a command that is unknown by then is not listened to."""
    take = Answers.take

    def deaf(self: Answers, fact: Any, news: Any) -> None:
        legs = self._ledger.desk.legs_of(fact.request_id)
        if not any(record is not None and record.is_unknown for record in legs):
            take(self, fact, news)

    patch.setattr(Answers, "take", deaf)


@mutant
def lost_in_flight_told_as_not_sent(patch: Patch) -> None:
    """What was under way when a session ended is told as never sent."""
    lose = Dispatch._lose

    def guess(self: Dispatch, command_ids: Any, reason: str, news: Any) -> None:
        for command_id in command_ids:
            record = self.desk.commands.get(command_id)
            if record is not None and "session ended" in reason:
                unsent = NotSent(at=news.at, on=news.on, command_ids=(command_id,), reason=reason, in_spite=True)
                self._not_sent(unsent, news)
        lose(self, command_ids, reason, news)

    patch.setattr(Dispatch, "_lose", guess)


@mutant
def cancel_all_believed_at_the_answer(patch: Patch) -> None:
    """When a cancel of all is acknowledged, each of its orders is told as canceled, with our own count of its fills."""
    take = Answers.take

    def hasty(self: Answers, fact: Any, news: Any) -> None:
        take(self, fact, news)
        for record in self._ledger.desk.legs_of(fact.request_id):
            if record is not None and isinstance(record.command, CancelAll) and fact.answer is Answer.ACCEPTED:
                for order in self._ledger.orders_of(record):
                    end = OrderFact(says=Says.CANCELED, venue_order_id=order.venue_order_id, filled=order.fills.sum)
                    self._ledger.changed.events += order.apply(end, news)
                    self._judge.review(order, news)

    patch.setattr(Answers, "take", hasty)


@mutant
def broken_request_told_as_not_sent(patch: Patch) -> None:
    """A command by REST whose answer did not come is told as never written, though its bytes had left."""
    outcome = Rest._outcome

    async def guess(self: Rest, *given: Any) -> Any:
        came = await outcome(self, *given)
        if isinstance(came, Unanswered):
            reason, ids = came.reason, came.command_ids
            return NotSent(at=came.at, on=came.on, command_ids=ids, reason=reason, in_spite=True)
        return came

    patch.setattr(Rest, "_outcome", guess)


@mutant
def command_asked_for_in_one_pass_only(patch: Patch) -> None:
    """A pass that settles nothing loses the commands that it asked for."""
    unresolved = Desk.unresolved

    def lose(self: Desk) -> list[Any]:
        return [record for record in unresolved(self) if not record.attempts]

    patch.setattr(Desk, "unresolved", lose)
