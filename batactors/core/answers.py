"""Which of a request's commands an answer is about, and what it says of each."""

from collections.abc import Sequence

from attrs import evolve

from batactors.core.book import Book
from batactors.core.commands import CommandRecord
from batactors.model.facts import Answer, AnswerFact


def attribute(fact: AnswerFact, records: Sequence[CommandRecord], book: Book) -> list[tuple[CommandRecord, AnswerFact]]:
    """Tie an answer to the legs of its request.

    A leg is told by the ids that its row echoes; by its position only if the response has a row for every leg and the
    row names none. A bare count that is not the number of legs says of no leg whether it was done.
    """
    if len(records) == 1:
        return [(records[0], fact)]
    if fact.client_order_id is not None or fact.venue_order_id is not None:
        order = book.find(fact.client_order_id, fact.venue_order_id)
        return [(record, fact) for record in records if order is not None and order.client_order_id in record.targets]
    if fact.leg is not None:
        complete = fact.legs == len(records)
        return [(records[fact.leg], fact)] if complete and fact.leg < len(records) else []
    if fact.answer is Answer.ACCEPTED and fact.legs not in (None, len(records)):
        fact = evolve(fact, answer=Answer.UNCLEAR, message=f"{fact.legs} of {len(records)} done, it does not say which")
    return [(record, fact) for record in records]
