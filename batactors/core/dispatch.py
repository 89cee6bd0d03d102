"""The one place where news becomes events: every fact about every order of an account passes through here, in one order.

Facts about an order that this engine sent go to its record and come back as order events; facts about any other go to
the strangers and come back as reports. What changes is returned; telling it is the dedup actor's work.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from attrs import evolve, frozen

from batactors.core.agenda import Agenda, draw_up
from batactors.core.answers import attribute
from batactors.core.book import Book
from batactors.core.commands import CommandRecord, Negative
from batactors.core.desk import Desk
from batactors.core.doubts import Doubt, Why
from batactors.core.orders import News, OrderRecord
from batactors.core.strangers import Stranger, Strangers
from batactors.core.verdicts import Standing, from_absence, from_orders
from batactors.model import facts, inputs
from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, CreateOrder
from batactors.model.facts import Answer, AnswerFact, FillFact, OrderFact, SnapshotFact
from batactors.model.ids import AccountName, Asset, ClientOrderId, CommandId, VenueOrderId
from batactors.model.lifecycle import LifecycleEvent
from batactors.model.order_events import OrderEvent
from batactors.model.questions import AskFills, AskOpenOrders
from batactors.model.receipts import CommandStatus
from batactors.model.reports import Report
from batactors.model.terms import Origin, Transport


@frozen(kw_only=True)
class Rules:
    """The numbers that decisions depend on.

    Attributes:
        margin: Seconds after a command's validity before a question can prove anything.
        read_lag: Seconds by which HTTP reads may trail what happened.
        reads: How many questions a proof of absence takes.
        patience: Seconds of recovery after which those who wait for a verdict are told how it stands.
        tombstones: How many ended orders are remembered, with all that protects them.
        remembered_ids: How many client order ids are remembered beyond that, so that none is used twice.
    """

    margin: float = 2.0
    read_lag: float = 60.0
    reads: int = 2
    patience: float = 120.0
    tombstones: int = 10_000
    remembered_ids: int = 100_000


@frozen(kw_only=True)
class Changes:
    """What an input changed, for those who follow.

    Attributes:
        settled: Orders that have ended with all their fills told.
        forgotten: Orders so long ended that nothing of them is kept.
        forgotten_commands: The same of commands.
    """

    events: tuple[OrderEvent, ...] = ()
    steps: tuple[LifecycleEvent, ...] = ()
    reports: tuple[Report, ...] = ()
    settled: tuple[ClientOrderId, ...] = ()
    forgotten: tuple[ClientOrderId, ...] = ()
    forgotten_commands: tuple[CommandId, ...] = ()


class Dispatch:
    """The engine's account of everything that concerns one account at one venue."""

    def __init__(self, account: AccountName, venue: str, rules: Rules, started_on: datetime) -> None:
        self.account = account
        self.venue = venue
        self.rules = rules
        self.book = Book(rules.tombstones, rules.remembered_ids)
        self.desk = Desk(_COMMANDS_PER_ORDER * rules.tombstones)
        self.strangers = Strangers(account, rules.tombstones)
        self.counters: Counter[tuple[str, str]] = Counter()
        self.balances: dict[Asset, facts.BalanceFact] = {}
        self.fills_since = started_on
        self.catch_up: Doubt | None = None
        self._ready_since: float | None = None
        self._changed = _Changed()

    def apply(self, given: inputs.Input) -> Changes:
        """Take in one input whole and return what it changed."""
        self._changed = _Changed()
        news = News(at=given.at, on=given.on, origin=Origin.LOCAL)
        match given:
            case inputs.Heard():
                self._hear(given.facts, evolve(news, origin=given.origin))
            case inputs.Registered():
                self._register(given, news)
            case inputs.Sending():
                self._sending(given, news)
            case inputs.NotSent():
                self._not_sent(given, news)
            case inputs.Unanswered():
                self._lose(given.command_ids, given.reason, news)
            case inputs.SessionReady():
                self._ready_since = given.at
            case inputs.SessionEnded():
                self._ready_since = None
                in_flight = self.desk.in_flight(Transport.WEBSOCKET)
                self._lose(in_flight, f"the session ended before an answer came: {given.reason}", news)
            case inputs.Finding():
                self._find(given, news)
            case inputs.LookedUp():
                self._looked_up(given, news)
            case inputs.Elapsed():
                self._elapse(news)
            case _:
                raise AssertionError(f"no rule for {type(given).__name__}")
        return self._close_books()

    def agenda(self, now: float) -> Agenda:
        """What there is to ask at this moment (trio's clock)."""
        why = self.catch_up.note if self.catch_up is not None else None
        return draw_up(self.book, self.desk, self.strangers, catch_up=why, fills_since=self.fills_since, now=now)

    def doubt_all(self, note: str, at: float) -> None:
        """Something was missed, and nothing says what: everything must be asked for."""
        self.catch_up = self.catch_up or Doubt(why=Why.UNCLEAR, note=note, since=at)

    # Commands on their way.

    def _register(self, given: inputs.Registered, news: News) -> None:
        command = given.command
        targets: tuple[ClientOrderId, ...] = ()
        if isinstance(command, CancelAll):
            targets = tuple(order.client_order_id for order in self.book.working())
        elif command.client_order_id is not None:
            order = self.book.find(command.client_order_id, None)
            targets = (order.client_order_id if order is not None else command.client_order_id,)
        self.desk.add(CommandRecord(command, self.venue, targets))
        if isinstance(command, CreateOrder):
            order = OrderRecord(command)
            self.book.add(order, given.wire_id)
            self._changed.events += order.submit(news)

    def _sending(self, given: inputs.Sending, news: News) -> None:
        for record in self.desk.send(given):
            self._touch(record)
            record.sending(given, news)
            if isinstance(record.command, AmendOrder):
                standing = self._standing(record.command)
                record.terms_before = standing.terms if standing is not None else None

    def _not_sent(self, given: inputs.NotSent, news: News) -> None:
        for command_id in given.command_ids:
            record = self.desk.commands[command_id]
            if record.verdict is not None or record.sent is not None:
                continue
            self._touch(record)
            record.not_sent(given.reason, news)
            if isinstance(record.command, CreateOrder):
                order = self.book.orders[record.command.client_order_id]
                self._changed.events += order.absent(given.reason, news)
                self._review(order, news)

    def _lose(self, command_ids: Iterable[CommandId], reason: str, news: News) -> None:
        for command_id in command_ids:
            record = self.desk.commands.get(command_id)
            if record is None or record.verdict is not None or record.sent is None:
                continue
            self._touch(record)
            record.lost(reason, news)
            self._follow_up(record, news)

    def _follow_up(self, record: CommandRecord, news: News) -> None:
        """A command has become unknown: perhaps what we know settles it; if not, those who wait are told in time."""
        self.desk.remind(news.at + self.rules.patience, record.command.command_id)
        self._judge(record, news)

    def _elapse(self, news: News) -> None:
        for record in self.desk.due(news.at):
            self._touch(record)
            if record.unknown_since is None:
                self._lose((record.command.command_id,), "no answer within its validity", news)
            elif not record.gave_up and news.at >= record.unknown_since + self.rules.patience:
                record.give_up_waiting(news)

    # Facts.

    def _hear(self, heard: Sequence[facts.Fact], news: News) -> None:
        for fact in heard:
            match fact:
                case OrderFact() | FillFact():
                    self._order_fact(fact, news)
                case AnswerFact():
                    self._answer(fact, evolve(news, origin=Origin.ACK))
                case SnapshotFact():
                    self._snapshot(fact, evolve(news, origin=Origin.SNAPSHOT))
                case facts.GapFact():
                    self.counters["gap", fact.channel] += 1
                    self.doubt_all(f"{fact.channel}: {fact.received} came where {fact.expected} was due", news.at)
                case facts.BalanceFact():
                    self.balances[fact.asset] = fact
                case facts.QuarantineFact():
                    self._quarantine(fact, news)
                case _:
                    pass  # about no order: a heartbeat, the venue's own state

    def _order_fact(self, fact: OrderFact | FillFact, news: News) -> None:
        order = self.book.find(fact.client_order_id, fact.venue_order_id)
        if order is None:
            self._changed.reports += self.strangers.hear(fact, news)
        elif fact.venue_order_id is not None and order.venue_order_id not in (None, fact.venue_order_id):
            # Our client order id on another of the venue's orders: not ours to count, and not to be dropped.
            self.counters["conflict", "second venue order id"] += 1
            order.doubt(Why.CONTRADICTION, f"venue order id {fact.venue_order_id} bears its client order id", news.at)
            self.book.review(order)
            self._changed.reports += self.strangers.hear(evolve(fact, whole=True), news)
        else:
            self._learn(order, fact.venue_order_id)
            self._apply(order, fact, news)
            self._review(order, news)

    def _apply(self, order: OrderRecord, fact: OrderFact | FillFact, news: News) -> None:
        if news.as_of is not None:
            order.queried_at = max(order.queried_at, news.as_of + self.rules.read_lag)
        events = order.fill(fact, news) if isinstance(fact, FillFact) else order.apply(fact, news)
        if not events:
            self.counters["silent", "fill told before" if isinstance(fact, FillFact) else "nothing new"] += 1
        self._changed.events += events

    def _learn(self, order: OrderRecord, venue_order_id: VenueOrderId | None) -> None:
        """Tie the venue's id to our order, and take in what was heard of it before we knew whose it was."""
        if venue_order_id is not None and self.book.learn(order, venue_order_id):
            for fact, news in self.strangers.adopt(venue_order_id):
                self._apply(order, fact, news)

    def _snapshot(self, fact: SnapshotFact, news: News) -> None:
        """Take in the venue's list of what is open; what we believe open and it does not list is in doubt."""
        listed: dict[str | None, None] = {}
        for row in fact.orders:
            self._order_fact(row, news)
            listed[row.venue_order_id] = None
            listed[row.client_order_id] = None
        for fill in fact.fills:
            self._order_fact(fill, news)
        for order in self.book.working():
            wire_id = self.book.venue_client_id(order.client_order_id)
            known = order.proved_accepted or order.venue_order_id is not None
            overtaken = news.as_of is not None and order.changed_at > news.as_of
            if known and not overtaken and order.venue_order_id not in listed and wire_id not in listed:
                order.doubt(Why.NOT_IN_SNAPSHOT, "the venue does not list it as open", news.at)
                self.book.review(order)

    def _quarantine(self, fact: facts.QuarantineFact, news: News) -> None:
        self.counters["quarantined", fact.reason] += 1
        order = self.book.find(fact.client_order_id, fact.venue_order_id)
        if order is None:
            self.doubt_all(f"a frame could not be read: {fact.reason}", news.at)
            return
        order.doubt(Why.UNCLEAR, f"a frame that may concern it could not be read: {fact.reason}", news.at)
        self.book.review(order)

    # Answers.

    def _answer(self, fact: AnswerFact, news: News) -> None:
        records = self.desk.of_request(fact.request_id)
        tied = attribute(fact, records, self.book) if records else []
        if not tied:
            # It stays with the command's own deadline to ask: an answer is never tied to a command by likelihood.
            self.counters["answer", "tied to no command"] += 1
        for record, answer in tied:
            self._take_answer(record, answer, news)

    def _take_answer(self, record: CommandRecord, fact: AnswerFact, news: News) -> None:
        command = record.command
        self._touch(record)
        record.answered(fact, news)
        if isinstance(command, CreateOrder):
            order = self.book.orders[command.client_order_id]
            if fact.answer is Answer.ACCEPTED:
                self._learn(order, fact.venue_order_id)
                self._changed.events += order.acknowledge(fact.venue_order_id, news)
            elif fact.answer is Answer.REFUSED:
                reason = fact.message or "refused"
                self._changed.events += order.refuse(reason, news, post_only=fact.post_only)
            self._review(order, news)
        elif fact.answer is Answer.ACCEPTED:
            for order in self._orders_of(record):
                order.expect(command if isinstance(command, AmendOrder) else None, news.at)
                self._review(order, news)
        if record.is_unknown:
            self._follow_up(record, news)

    # Findings.

    def _find(self, given: inputs.Finding, news: News) -> None:
        """Take in the answer to a question about the whole account."""
        query = evolve(news, origin=Origin.QUERY, as_of=given.asked_at - self.rules.read_lag)
        if isinstance(given.question, AskOpenOrders) and given.question.client_order_id is None:
            self._snapshot(SnapshotFact(orders=_orders(given.facts)), query)
            if self.catch_up is not None and self.catch_up.since <= given.asked_at:
                self.catch_up = None
        else:
            self._hear(given.facts, query)
        if isinstance(given.question, AskFills):
            certain = given.on - timedelta(seconds=news.at - given.asked_at + self.rules.read_lag + self.rules.margin)
            self.fills_since = max(self.fills_since, certain)

    def _looked_up(self, given: inputs.LookedUp, news: News) -> None:
        """An order was asked for wherever it could be: apply what came, then judge what did not."""
        query = evolve(news, origin=Origin.QUERY, as_of=given.asked_at - self.rules.read_lag)
        records = [self.desk.commands[one] for one in given.command_ids if one in self.desk.commands]
        for record in records:
            if record.is_unknown:
                self._touch(record)
                record.attempted(given.failure or f"{len(given.facts)} rows", query)
        whole = given.target.client_order_id is None and given.target.venue_order_id is None
        if whole and given.failure is None:
            self._snapshot(SnapshotFact(orders=_orders(given.facts)), query)
        else:
            self._hear(given.facts, query)
        order = self.book.find(given.target.client_order_id, given.target.venue_order_id)
        if order is not None and given.failure is None:
            doubt = order.doubts.get(Why.OVERFILL)
            if doubt is not None and order.queried_at >= given.asked_at >= doubt.since:
                self._changed.events += order.release(query)
            order.looked_up(given.asked_at, self.rules.read_lag)
            self._review(order, query)
        proves = given.failure is None and self._ready_since is not None and self._ready_since <= given.asked_at
        for record in records:
            if proves and record.is_unknown and self._found_undone(record, given):
                record.negatives.append(Negative(asked_at=given.asked_at))
            self._judge(record, query)

    def _found_undone(self, record: CommandRecord, given: inputs.LookedUp) -> bool:
        """Whether the answers show the world as it would be had the command not been carried out."""
        command = record.command
        if isinstance(command, CreateOrder):
            return self.book.orders[command.client_order_id].queried_at < given.asked_at
        if isinstance(command, CancelAll):
            return bool(given.facts)
        order = self._standing(command)
        if order is None or order.state.is_closed:
            return False
        found = isinstance(order, Stranger) or order.queried_at >= given.asked_at
        return found and (isinstance(command, CancelOrder) or order.terms == record.terms_before)

    # Verdicts.

    def _standing(self, command: AmendOrder | CancelOrder) -> OrderRecord | Stranger | None:
        ours = self.book.find(command.client_order_id, command.venue_order_id)
        if ours is not None:
            return ours
        return self.strangers.get(command.venue_order_id) or self.strangers.by_client_id(command.client_order_id)

    def _orders_of(self, record: CommandRecord) -> list[OrderRecord]:
        return [self.book.orders[target] for target in record.targets if target in self.book.orders]

    def _judge(self, record: CommandRecord, news: News) -> None:
        """Settle a command if what is known of its orders, or repeated absence, proves what became of it."""
        if record.verdict is not None:
            return
        command = record.command
        standings: list[Standing] = list(self._orders_of(record))
        if not standings and isinstance(command, AmendOrder | CancelOrder):
            stranger = self._standing(command)
            standings = [stranger] if stranger is not None else []
        rules = self.rules
        found = from_orders(record, standings) or from_absence(
            record, margin=rules.margin, read_lag=rules.read_lag, reads=rules.reads
        )
        if found is None:
            return
        self._touch(record)
        state = standings[0].state if standings and not isinstance(command, CancelAll) else None
        record.proved(found.status, str(news.origin), found.says, state, news)
        if found.status is CommandStatus.NOT_EXECUTED and isinstance(command, CreateOrder):
            order = self.book.orders[command.client_order_id]
            self._changed.events += order.absent(found.says, news)
            self._review(order, news)

    def _review(self, order: OrderRecord, news: News) -> None:
        """An order may stand otherwise than before: settle or correct the commands that this proves."""
        for record in self.desk.of_order(order.client_order_id):
            self._judge(record, news)
        create = self.desk.creator(order.client_order_id, order.create_command_id)
        if create is not None and create.verdict is not None and order.proved_accepted:
            if create.verdict.status in (CommandStatus.NOT_EXECUTED, CommandStatus.REJECTED):
                self._touch(create)
                create.revoked(f"the order is {order.state}", order.state, news)
        self.book.review(order)
        if order.settled:
            self._changed.settled[order.client_order_id] = None

    # What changed.

    def _touch(self, record: CommandRecord) -> None:
        self._changed.commands.setdefault(record.command.command_id, (record, len(record.steps)))

    def _close_books(self) -> Changes:
        changed = self._changed
        forgotten = self.book.bury()
        gone = [one for order in forgotten for one in self.desk.forget_order(order.client_order_id)]
        gone += self.desk.end(changed.commands)
        return Changes(
            events=tuple(changed.events),
            steps=tuple(step for record, told in changed.commands.values() for step in record.steps[told:]),
            reports=tuple(changed.reports),
            settled=tuple(changed.settled),
            forgotten=tuple(order.client_order_id for order in forgotten),
            forgotten_commands=tuple(gone),
        )


class _Changed:
    """What the input in hand has changed so far."""

    def __init__(self) -> None:
        self.events: list[OrderEvent] = []
        self.reports: list[Report] = []
        self.commands: dict[CommandId, tuple[CommandRecord, int]] = {}
        self.settled: dict[ClientOrderId, None] = {}


def _orders(heard: Sequence[facts.Fact]) -> tuple[OrderFact, ...]:
    return tuple(fact for fact in heard if isinstance(fact, OrderFact))


_COMMANDS_PER_ORDER = 8
"""Ended commands kept per order kept: cancels and amends that came to nothing must not push out one another's memory."""
