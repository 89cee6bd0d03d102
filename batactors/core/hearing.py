"""Takes in what a venue says of orders: to the order that it is about, or to the strangers."""

from collections.abc import Iterable

from attrs import evolve

from batactors.core.answers import Answers
from batactors.core.doubts import Why
from batactors.core.judge import Judge
from batactors.core.ledger import Ledger
from batactors.core.news import News
from batactors.core.orders import OrderRecord
from batactors.core.reading_back import hear_setting
from batactors.model import facts
from batactors.model.account_facts import PositionFact, SettingFact
from batactors.model.facts import AnswerFact, FillFact, OrderFact, SnapshotFact
from batactors.model.ids import VenueOrderId
from batactors.model.terms import Origin


class Hearing:
    """Hears facts, in the order in which they were said."""

    def __init__(self, ledger: Ledger, judge: Judge) -> None:
        self._ledger = ledger
        self._judge = judge
        self._answers = Answers(ledger, judge, self.learn)

    def hear(self, heard: Iterable[facts.Fact], news: News) -> None:
        """Take in what one frame, or one answer, said."""
        for fact in heard:
            match fact:
                case OrderFact() | FillFact():
                    self.order_fact(fact, news)
                case AnswerFact():
                    self._answers.take(fact, evolve(news, origin=Origin.ACK))
                case SnapshotFact():
                    self.snapshot(fact, evolve(news, origin=Origin.SNAPSHOT))
                case facts.GapFact():
                    self._ledger.counters.note("gap", fact.channel)
                    self.miss(f"{fact.channel}: {fact.received} came where {fact.expected} was due", news)
                case facts.BalanceFact():
                    self._ledger.balances.hear(fact, news.at)
                case SettingFact():
                    hear_setting(fact, self._ledger, self._judge, news)
                case facts.QuarantineFact():
                    self._quarantine(fact, news)
                case PositionFact():
                    self._ledger.touches.note(fact.instrument)
                case _:
                    pass  # about no order: a heartbeat, the venue's own state

    def miss(self, note: str, news: News) -> None:
        """Something was missed, and nothing says what."""
        self._ledger.catch_up.need(note, news.at, live=news.asked_at is None)

    def order_fact(self, fact: OrderFact | FillFact, news: News) -> None:
        """Take in what is said of one order."""
        book = self._ledger.book
        order = book.find(fact.client_order_id, fact.venue_order_id)
        self._touch(fact, order)
        if order is None:
            self._stranger(fact, news)
        elif book.conflicts(order, fact.venue_order_id):
            self._conflict(order, fact, news)
        else:
            self.learn(order, fact.venue_order_id)
            self._apply(order, fact, news)
            self._judge.review(order, news)

    def learn(self, order: OrderRecord, venue_order_id: VenueOrderId | None) -> None:
        """Tie the venue's id to our order, and take in what was heard of it before we knew whose it was."""
        ledger = self._ledger
        if venue_order_id is None or not ledger.book.learn(order, venue_order_id):
            return
        stranger = ledger.strangers.adopt(venue_order_id)
        if stranger is None:
            return
        for fact, news in stranger.parked:
            self._apply(order, fact, news)
            if stranger.incomplete:
                order.doubt(Why.UNCLEAR, "more was heard of it than could wait", news.at)
        if stranger.identified:
            ledger.counters.note("conflict", "reported before it was known to be ours")

    def snapshot(self, fact: SnapshotFact, news: News, *, missed: bool = False) -> None:
        """Take in the venue's list of what is open; what we believe open and it does not list is in doubt.

        So is, if something was ``missed``, what was heard of later than the list may be: its end may have been missed.
        """
        ledger = self._ledger
        ledger.listed_at = max(ledger.listed_at, news.at if news.as_of is None else news.as_of)
        listed: dict[str | None, None] = {}
        for row in fact.orders:
            self.order_fact(row, news)
            listed[row.venue_order_id] = None
            listed[row.client_order_id] = None
        for fill in fact.fills:
            self.order_fact(fill, news)
        listed.pop(None, None)
        for order in ledger.book.working():
            wire_id = ledger.book.venue_client_id(order.client_order_id)
            known = order.accepted or order.venue_order_id is not None
            overtaken = news.as_of is not None and order.changed_at > news.as_of and not missed
            if known and not overtaken and order.venue_order_id not in listed and wire_id not in listed:
                order.doubt(Why.NOT_IN_SNAPSHOT, "the venue does not list it as open", news.at)
                ledger.book.review(order)
        ledger.strangers.miss(listed, news, missed=missed)

    def _touch(self, fact: OrderFact | FillFact, order: OrderRecord | None) -> None:
        instrument = fact.instrument or (order.instrument if order is not None else None)
        if isinstance(fact, FillFact) and not fact.provisional:
            self._ledger.touches.fill(instrument, fact.fill_id, fact.occurred_at)
        else:
            self._ledger.touches.note(instrument)

    def _stranger(self, fact: OrderFact | FillFact, news: News) -> None:
        ledger = self._ledger
        if ledger.book.is_bygone(fact.client_order_id, fact.venue_order_id):
            ledger.counters.note("dropped", "about an order of ours that has ended and is forgotten")
            return
        lost = ledger.strangers.lost
        ledger.changed.reports += ledger.strangers.hear(fact, news)
        if ledger.strangers.lost > lost:
            self.miss("too many orders wait to be identified", news)

    def _conflict(self, order: OrderRecord, fact: OrderFact | FillFact, news: News) -> None:
        """Our client order id on another of the venue's orders: not ours to count, and not to be dropped."""
        ledger = self._ledger
        order.doubt(Why.CONTRADICTION, f"venue order id {fact.venue_order_id} bears its client order id", news.at)
        ledger.book.review(order)
        other = ledger.book.find(None, fact.venue_order_id)
        if other is None:
            ledger.counters.note("conflict", "second venue order id")
            self._stranger(evolve(fact, whole=True), news)
        else:
            ledger.counters.note("conflict", "ids of two orders")
            other.doubt(Why.CONTRADICTION, f"client order id {fact.client_order_id} on its venue order id", news.at)
            ledger.book.review(other)

    def _apply(self, order: OrderRecord, fact: OrderFact | FillFact, news: News) -> None:
        events = order.fill(fact, news) if isinstance(fact, FillFact) else order.apply(fact, news)
        if events:
            self._ledger.changed.events += events
        else:
            self._ledger.counters.note("silent", order.silence)

    def _quarantine(self, fact: facts.QuarantineFact, news: News) -> None:
        ledger = self._ledger
        ledger.counters.note("quarantined", fact.reason)
        order = ledger.book.find(fact.client_order_id, fact.venue_order_id)
        if order is None:
            self.miss(f"a frame could not be read: {fact.reason}", news)
            return
        order.doubt(Why.UNCLEAR, f"a frame that may concern it could not be read: {fact.reason}", news.at)
        ledger.book.review(order)
