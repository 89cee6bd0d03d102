"""What the venue's responses to commands mean: which commands each is about, and what it says of them."""

from collections.abc import Callable, Sequence

from attrs import evolve

from batactors.core.book import Book
from batactors.core.commands import CommandRecord
from batactors.core.doubts import Why
from batactors.core.judge import Judge
from batactors.core.ledger import Ledger
from batactors.core.news import News
from batactors.core.orders import OrderRecord
from batactors.core.standing import standing_of
from batactors.model.commands import AccountCommand, AmendOrder, CancelOrder, CreateOrder
from batactors.model.facts import Answer, AnswerFact
from batactors.model.ids import VenueOrderId

Learn = Callable[[OrderRecord, VenueOrderId | None], None]


class Answers:
    """Takes in responses to commands."""

    def __init__(self, ledger: Ledger, judge: Judge, learn: Learn) -> None:
        self._ledger = ledger
        self._judge = judge
        self._learn = learn

    def take(self, fact: AnswerFact, news: News) -> None:
        """Take in one response, or one row of it."""
        ledger = self._ledger
        tied = attribute(fact, ledger.desk.legs_of(fact.request_id), ledger.book)
        if not tied:
            # It stays with the command's own deadline to ask: an answer is never tied to a command by likelihood.
            ledger.counters.note("answer", "tied to no command")
        for record, answer in tied:
            if record.verdict is not None:
                ledger.counters.note("answer", "its command had its verdict before")
            ledger.changed.touch(record)
            if isinstance(record.command, CreateOrder):
                self._create(record, record.command, answer, news)
            else:
                command = record.command
                order = ledger.standing(command)
                record.answered(self._refused_for_good(record, answer), news, standing_of(order))
                if answer.answer in (Answer.ACCEPTED, Answer.PENDING):
                    self._expect(record, news)
            if record.is_unknown:
                self._judge.follow_up(record, news)

    def _refused_for_good(self, record: CommandRecord, fact: AnswerFact) -> AnswerFact:
        """Not open, of an order that nothing is known of: there is no fate to find out, and the refusal stands."""
        command = record.command
        if not isinstance(command, AmendOrder | CancelOrder) or self._ledger.standing(command) is not None:
            return fact
        return evolve(fact, answer=Answer.REFUSED) if fact.answer is Answer.NOT_OPEN else fact

    def _create(self, record: CommandRecord, command: CreateOrder, fact: AnswerFact, news: News) -> None:
        order = self._ledger.book.orders[command.client_order_id]
        if fact.answer is Answer.REFUSED and order.lives_by_word:
            reason = f"refused ({fact.message}), though the venue spoke of it as of an order that it has"
            order.doubt(Why.CONTRADICTION, reason, news.at)
            fact = evolve(fact, answer=Answer.UNCLEAR, message=reason, retriable=False)
        taken = fact.answer in (Answer.ACCEPTED, Answer.PENDING)
        if taken and order.goes_on and order.waited_as is None:
            order.waited_as = fact.venue_order_id  # what came of it was heard of first
        if taken and self._ledger.book.conflicts(order, fact.venue_order_id):
            self._ledger.counters.note("conflict", "second venue order id")
            order.doubt(Why.CONTRADICTION, f"acknowledged as {fact.venue_order_id}", news.at)
            fact = evolve(fact, venue_order_id=order.venue_order_id)
        if taken:
            rests = fact.answer is Answer.ACCEPTED
            self._learn(order, fact.venue_order_id)
            self._ledger.changed.events += order.acknowledge(fact.venue_order_id, news, rests=rests)
        elif fact.answer is Answer.REFUSED:
            reason = fact.message or "refused"
            self._ledger.changed.events += order.refuse(reason, news, post_only=fact.post_only)
        record.answered(fact, news, standing_of(order))
        self._judge.review(order, news)

    def _expect(self, record: CommandRecord, news: News) -> None:
        command = record.command
        for order in self._ledger.orders_of(record):
            if not order.state.is_closed:
                order.expect(command if isinstance(command, AmendOrder) else None, news.at)
            self._judge.review(order, news)


def attribute(
    fact: AnswerFact, legs: Sequence[CommandRecord | None], book: Book
) -> list[tuple[CommandRecord, AnswerFact]]:
    """Tie an answer to the legs of its request; a forgotten leg is ``None``.

    The request's number is ours and finds them; the ids in the answer are evidence, and must not contradict it.
    A leg is told by the ids that its row echoes; by its position only if the response has a row for every leg and the
    row names none that we know: the venue order id of a new order names nothing yet. A bare count that is not the
    number of legs says of no leg whether it was done.
    """
    records = [leg for leg in legs if leg is not None]
    if len(legs) == 1:
        return [(record, fact) for record in records if not _names_another(fact, record, book)]
    order = book.find(fact.client_order_id, fact.venue_order_id)
    if fact.client_order_id is not None or order is not None:
        return [(record, fact) for record in records if order is not None and order.client_order_id in record.targets]
    if fact.leg is not None:
        if fact.legs != len(legs) or fact.leg >= len(legs):
            return []
        record = legs[fact.leg]
        return [(record, fact)] if record is not None else []
    if fact.answer in (Answer.ACCEPTED, Answer.PENDING) and fact.legs not in (None, len(legs)):
        fact = evolve(fact, answer=Answer.UNCLEAR, message=f"{fact.legs} of {len(legs)} done, it does not say which")
    return [(record, fact) for record in records]


def _names_another(fact: AnswerFact, record: CommandRecord, book: Book) -> bool:
    """Whether an answer to a request for this command names an order that the command is not about."""
    command, client_id, venue_id = record.command, fact.client_order_id, fact.venue_order_id
    if isinstance(command, AccountCommand):
        return False
    by_client = _is_other(client_id, command.client_order_id, book.find(client_id, None), record)
    if isinstance(command, CreateOrder):
        # Its own client order id with another's venue order id is a conflict of ids, which is told as such.
        return by_client or (client_id is None and _is_other(venue_id, None, book.find(None, venue_id), record))
    if venue_id is not None and venue_id == command.venue_order_id:
        return False  # whose client order id it bears, too, says nothing: venues let these be used again
    # An amend may give an order another venue order id.
    asked = command.venue_order_id if isinstance(command, CancelOrder) else None
    return by_client or _is_other(venue_id, asked, book.find(None, venue_id), record)


def _is_other(named: str | None, asked: str | None, order: OrderRecord | None, record: CommandRecord) -> bool:
    if named is None or named == asked:
        return False
    return asked is not None if order is None else order.client_order_id not in record.targets
