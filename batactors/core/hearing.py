"""Takes in what a venue says of orders: to the order that it is about, or to the strangers."""

from collections.abc import Iterable

from attrs import evolve

from batactors.core.answers import Answers
from batactors.core.cancel_scope import is_listed_in
from batactors.core.continued import ids_of
from batactors.core.doubts import Why
from batactors.core.judge import Judge
from batactors.core.ledger import Ledger
from batactors.core.namesakes import is_anothers, is_of_a_forgotten_one, may_be_anothers
from batactors.core.news import News
from batactors.core.orders import OrderRecord
from batactors.core.reading_back import hear_setting
from batactors.core.strangers import EVERYTHING
from batactors.model import facts
from batactors.model.account_facts import MarginCallFact, MarginFact, PositionFact, SettingFact
from batactors.model.facts import AnswerFact, FillFact, OrderFact, Says, SnapshotFact
from batactors.model.ids import VenueOrderId
from batactors.model.questions import Target
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
                    self._ledger.positions.hear(fact, news.at)
                case MarginCallFact():
                    self._ledger.positions.warn(fact, news.on)
                case MarginFact():
                    self._ledger.margin = fact
                case _:
                    pass  # about no order: a heartbeat, the venue's own state

    def miss(self, note: str, news: News) -> None:
        """Something was missed, and nothing says what."""
        self._ledger.catch_up.need(note, news.at, live=news.asked_at is None)

    def order_fact(self, fact: OrderFact | FillFact, news: News) -> None:
        """Take in what is said of one order."""
        book = self._ledger.book
        order = book.find(fact.client_order_id, fact.venue_order_id)
        if order is not None and is_anothers(order, fact):
            self._ledger.counters.note("conflict", "somebody else's order has our client order id")
            order = None
        if order is not None and may_be_anothers(order, fact, self._ledger):
            self._ledger.counters.note("conflict", "an order of other terms has our client order id")
            order.doubt(Why.UNCLEAR, f"{fact.venue_order_id} bears its client order id, with other terms", news.at)
            book.review(order)
            order = None
        self._touch(fact, order, news)
        if order is None:
            self._stranger(fact, news)
        elif self._is_of_its_waiting(order, fact, news):
            self._judge.review(order, news)
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

    def snapshot(self, fact: SnapshotFact, news: News, *, missed: bool = False, target: Target = EVERYTHING) -> None:
        """Take in the venue's list of what is open; what we believe open and it does not list is in doubt.

        So is, if something was ``missed``, what was heard of later than the list may be: its end may have been missed.
        ``target`` says which orders the list has.
        """
        ledger = self._ledger
        if target == EVERYTHING:
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
            known = (order.accepted or order.venue_order_id is not None) and is_listed_in(target, order)
            overtaken = news.as_of is not None and order.changed_at > news.as_of and not missed
            if known and not overtaken and order.venue_order_id not in listed and wire_id not in listed:
                order.doubt(Why.NOT_IN_SNAPSHOT, "the venue does not list it as open", news.at)
                ledger.book.review(order)
        ledger.strangers.miss(listed, news, missed=missed, target=target)

    def _is_of_its_waiting(self, order: OrderRecord, fact: OrderFact | FillFact, news: News) -> bool:
        """See whether the venue goes on with an order under another id; whether this is about when it waited."""
        ledger = self._ledger
        waited_as, goes_on_as = ids_of(order, fact, ledger.rules)
        free = goes_on_as is not None and ledger.book.find(None, goes_on_as) in (None, order)
        if goes_on_as is not None and not free:
            order.doubt(Why.CONTRADICTION, f"it is to have become {goes_on_as}, which is another order", news.at)
            ledger.counters.note("conflict", "ids of two orders")
        if free and not order.goes_on and not ledger.book.conflicts(order, waited_as):
            assert goes_on_as is not None
            order.venue_order_id = order.venue_order_id or waited_as
            self.learn(order, waited_as)
            said = isinstance(fact, OrderFact) and fact.says is Says.TRIGGERED
            ledger.changed.events += order.go_on_as(goes_on_as, news, fact.occurred_at, said=said)
            self.learn(order, goes_on_as)
        if isinstance(fact, FillFact) or waited_as is None or not order.goes_on:
            return False
        if order.waited_as is None:
            order.waited_as = waited_as
            self.learn(order, waited_as)
        if waited_as != order.waited_as:
            return False
        order.waited(fact, news)
        if goes_on_as not in (None, order.venue_order_id):
            order.doubt(Why.CONTRADICTION, f"it became {order.venue_order_id}, and {goes_on_as}", news.at)
            ledger.counters.note("conflict", "two orders came of one")
        ledger.counters.note("silent", order.silence)
        return True

    def _has_told(self, fact: FillFact, order: OrderRecord | None) -> bool:
        if order is not None:
            return fact.fill_id in order.fills.told or fact.fill_id in order.fills.parked
        stranger = self._ledger.strangers.get(fact.venue_order_id)
        return stranger is not None and (
            fact.fill_id in stranger.fills
            or any(isinstance(one, FillFact) and one.fill_id == fact.fill_id for one, _ in stranger.parked)
        )

    def _touch(self, fact: OrderFact | FillFact, order: OrderRecord | None, news: News) -> None:
        """Note what a fact tells of the account: an instrument, a fill to go on from, one that is still to come."""
        ledger, instrument = self._ledger, fact.instrument or (order.instrument if order is not None else None)
        if isinstance(fact, FillFact) and fact.provisional:
            if not self._has_told(fact, order):
                ledger.announced.add(fact.fill_id, news)
        elif isinstance(fact, FillFact):
            ledger.announced.drop(fact.fill_id)
            ledger.touches.fill(instrument, fact.fill_id, fact.occurred_at)
        else:
            self._ledger.touches.note(instrument)

    def _stranger(self, fact: OrderFact | FillFact, news: News) -> None:
        ledger = self._ledger
        if is_of_a_forgotten_one(fact, ledger):
            ledger.counters.note("dropped", "about an order of ours that has ended and is forgotten")
            self._identify_bygone(fact.venue_order_id)
            return
        lost = ledger.strangers.lost
        ledger.changed.reports += ledger.strangers.hear(fact, news)
        if ledger.strangers.lost > lost:
            self.miss("too many orders wait to be identified", news)

    def _identify_bygone(self, venue_order_id: VenueOrderId | None) -> None:
        """Nothing is to be found out any more about what waited under this id: it is a forgotten order's."""
        stranger = self._ledger.strangers.get(venue_order_id)
        if stranger is not None and not stranger.identified:
            self._ledger.strangers.adopt(stranger.venue_order_id)
            self._ledger.book.remember([stranger.venue_order_id])

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
        if isinstance(fact, FillFact):
            events = order.fill(fact, news)
        else:
            overlaps = self._ledger.rules.sockets_overlap and news.origin is Origin.STREAM
            events = order.apply(order.in_order(fact, news) if overlaps else fact, news)
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
