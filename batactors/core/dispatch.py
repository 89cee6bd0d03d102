"""The one place where news becomes events: every fact about every order of an account passes here, in one order.

Facts about an order that this engine sent go to its record and come back as order events; facts about any other go to
the strangers and come back as reports. What changes is returned; telling it is the dedup actor's work.
"""

from collections.abc import Iterable
from datetime import datetime

from attrs import evolve

from batactors.core.agenda import Agenda, draw_up
from batactors.core.balances import Balances
from batactors.core.before import Before
from batactors.core.cancel_scope import is_listed_in, list_of
from batactors.core.changes import Changes
from batactors.core.commands import CommandRecord
from batactors.core.doubts import Doubt
from batactors.core.findings import Findings
from batactors.core.hearing import Hearing
from batactors.core.judge import Judge
from batactors.core.ledger import Ledger
from batactors.core.news import News
from batactors.core.orders import OrderRecord
from batactors.core.reading_back import read_back
from batactors.core.rules import Rules
from batactors.core.shortfall import heed
from batactors.core.standing import standing_of
from batactors.model import inputs
from batactors.model.commands import (
    AdoptOrder,
    AmendOrder,
    CancelAll,
    CancelOrder,
    Command,
    CreateOrder,
    SettingCommand,
)
from batactors.model.ids import AccountName, ClientOrderId, CommandId
from batactors.model.terms import Origin, Transport

__all__ = ["Changes", "Dispatch", "Rules"]


Asked = inputs.Finding | inputs.LookedUp | inputs.ReadBack | inputs.PassBegan | inputs.PassEnded


class Dispatch:
    """The engine's account of everything that concerns one account at one venue."""

    def __init__(self, account: AccountName, venue: str, rules: Rules, started_on: datetime) -> None:
        self.account = account
        self.venue = venue
        self.rules = rules
        self.ledger = Ledger(account, venue, rules, started_on)
        self.book = self.ledger.book
        self.desk = self.ledger.desk
        self.strangers = self.ledger.strangers
        self.counters = self.ledger.counters
        self._judge = Judge(self.ledger)
        self._hearing = Hearing(self.ledger, self._judge)
        self._findings = Findings(self.ledger, self._hearing, self._judge)

    @property
    def fills_since(self) -> datetime:
        """From when on there may be fills that we do not know (UTC)."""
        return self.ledger.fills_since

    @property
    def catch_up(self) -> Doubt | None:
        """Why everything must be asked for; ``None`` if nothing was missed."""
        return self.ledger.catch_up.doubt

    @property
    def balances(self) -> Balances:
        """What the account has, and whether stream and REST agree on it."""
        return self.ledger.balances

    def apply(self, given: inputs.Input) -> Changes:
        """Take in one input whole and return what it changed."""
        match given:
            case inputs.Heard():
                self._hearing.hear(given.facts, News(at=given.at, on=given.on, origin=given.origin))
                return self.ledger.close()
        news = News(at=given.at, on=given.on, origin=Origin.LOCAL)
        match given:
            case inputs.Registered():
                self._register(given, news)
            case inputs.Sending():
                self._sending(given, news)
            case inputs.Written():
                self._written(given, news)
            case inputs.NotSent():
                self._not_sent(given, news)
            case inputs.Unanswered():
                self._lose(given.command_ids, given.reason, news)
            case inputs.SessionReady():
                self.ledger.epoch, self.ledger.ready_since = given.epoch, given.at
            case inputs.StreamBroke():
                self._break_off(given.since)
            case inputs.SessionEnded():
                self._end_session(given, news)
            case inputs.Finding() | inputs.LookedUp() | inputs.ReadBack() | inputs.PassBegan() | inputs.PassEnded():
                self._asked(given, news)
            case inputs.Elapsed():
                self._elapse(news)
            case _:
                raise AssertionError(f"no rule for {type(given).__name__}")
        return self.ledger.close()

    def _asked(self, given: Asked, news: News) -> None:
        match given:
            case inputs.Finding():
                self._findings.find(given, news)
                heed(self.ledger, given, evolve(news, origin=Origin.QUERY))
            case inputs.LookedUp():
                self._findings.look_up(given, news)
                heed(self.ledger, given, evolve(news, origin=Origin.QUERY))
            case inputs.ReadBack():
                read_back(given, self.ledger, self._judge, news)
            case inputs.PassBegan():
                self.ledger.passes.begin(given)
            case inputs.PassEnded():
                self.ledger.changed.passed = self.ledger.passes.end(given, self.book, self.rules, news)

    def agenda(self, now: float) -> Agenda:
        """What there is to ask at this moment (trio's clock)."""
        ledger = self.ledger
        return draw_up(
            self.book, self.desk, self.strangers, catch_up=ledger.catch_up, fills_since=ledger.fills_since,
            closed_since=ledger.closed_since, rules=self.rules, shown_from=ledger.shown_from, now=now,
            touched=ledger.touched(), announced_due=ledger.announced.due,
        )  # fmt: skip

    def live(self) -> list[CommandRecord]:
        """The commands that have no end yet, and those that made orders which have none, oldest first."""
        return [record for record in self.desk.commands.values() if not record.has_ended or self._is_live(record)]

    def _is_live(self, record: CommandRecord) -> bool:
        command = record.command
        order = self.book.orders.get(command.client_order_id) if isinstance(command, CreateOrder) else None
        return order is not None and not order.settled

    def doubt_all(self, note: str, at: float) -> None:
        """Something was missed, and nothing says what: everything must be asked for."""
        self.ledger.catch_up.need(note, at)

    # Commands on their way.

    def _register(self, given: inputs.Registered, news: News) -> None:
        command = given.command
        self.desk.add(CommandRecord(command, self.venue, targets_of(command, self)))
        if isinstance(command, CreateOrder):
            order = OrderRecord(command, news.on)
            self.ledger.touches.note(command.instrument)
            self.book.add(order, given.wire_id)
            if isinstance(command, AdoptOrder):
                self.book.learn(order, command.venue_order_id)
                stranger = self.strangers.adopt(command.venue_order_id)
                order.changed_at = stranger.changed_at if stranger is not None else order.changed_at
                self.ledger.changed.events += order.adopt(evolve(news, origin=Origin.QUERY))
                self._judge.review(order, news)
                return
            self.ledger.changed.events += order.submit(news)

    def _sending(self, given: inputs.Sending, news: News) -> None:
        for record in self.desk.send(given):
            self.ledger.changed.touch(record)
            record.sending(given, news)
            command = record.command
            if isinstance(command, CancelAll):
                mine = list_of(command, apart=self.rules.keeps_conditional_apart)
                concerned = [order for order in self.book.working() if is_listed_in(mine, order)]
                working = [order for order in concerned if self._has_left(order)]
                record.targets = tuple(order.client_order_id for order in working)
                surely = tuple(order.client_order_id for order in working if order.accepted)
                record.before = Before(open=surely, others=self.strangers.open_ids(mine))
            elif isinstance(command, SettingCommand):
                record.before = Before(setting=self.ledger.settings.value(command))
            elif not isinstance(command, CreateOrder):
                record.before = self._before(command)
                order = self.book.find(command.client_order_id, command.venue_order_id)
                if isinstance(command, AmendOrder) and order is not None:
                    order.keeps_total = False

    def _has_left(self, order: OrderRecord) -> bool:
        return order.heard or self.desk.commands[order.create_command_id].left_at is not None

    def _before(self, command: AmendOrder | CancelOrder) -> Before:
        standing = self.ledger.standing(command)
        return Before() if standing is None else Before(terms=standing.terms, closed=standing.state.is_closed)

    def _written(self, given: inputs.Written, news: News) -> None:
        for record in self.desk.legs_of(given.request_id):
            if record is not None and not record.has_ended:
                record.went_out(news)

    def _not_sent(self, given: inputs.NotSent, news: News) -> None:
        for command_id in given.command_ids:
            record = self.desk.commands.get(command_id)
            if record is None or record.verdict is not None or (record.left_at is not None and not given.in_spite):
                continue
            order = self.ledger.standing(record.command) if isinstance(record.command, CreateOrder) else None
            if isinstance(order, OrderRecord) and order.heard:
                continue  # whoever says so is wrong: the venue has spoken of it
            self.ledger.changed.touch(record)
            if isinstance(order, OrderRecord):
                self.ledger.changed.events += order.absent(given.reason, news)
            record.not_sent(given.reason, news, standing_of(order))
            if isinstance(order, OrderRecord):
                self._judge.review(order, news)

    def _lose(self, command_ids: Iterable[CommandId], reason: str, news: News) -> None:
        for command_id in command_ids:
            record = self.desk.commands.get(command_id)
            if record is not None:
                self._judge.lose(record, reason, news)

    def _end_session(self, given: inputs.SessionEnded, news: News) -> None:
        before = given.sent_before
        if given.events and self.ledger.epoch is not None and given.epoch < self.ledger.epoch:
            assert self.ledger.ready_since is not None
            # The next session is there already; what went out by it is not lost.
            before = min(before, self.ledger.ready_since)
        elif given.events and (self.ledger.epoch is None or given.epoch == self.ledger.epoch):  # an heir is no loss
            self.ledger.epoch = self.ledger.ready_since = None
            self._break_off(news.at)
        if not given.commands:
            return
        in_flight = self.desk.in_flight(Transport.WEBSOCKET, before)
        self._lose(in_flight, f"the session ended before an answer came: {given.reason}", news)

    def _break_off(self, at: float) -> None:
        self.ledger.balances.break_off(at)
        self.ledger.positions.break_off(at)

    def _elapse(self, news: News) -> None:
        for record in self.desk.due(news.at):
            self.ledger.changed.touch(record)
            command = record.command
            if isinstance(command, CreateOrder) and not self.book.orders[command.client_order_id].events:
                self.ledger.changed.events += self.book.orders[command.client_order_id].submit(news)
            if record.unknown_since is None:
                reason = "nothing is to be seen of it" if record.pending else "no answer within its validity"
                self._judge.lose(record, reason, news)
            elif not record.gave_up and news.at >= record.unknown_since + self.rules.patience:
                self._judge.give_up(record, news)


def targets_of(command: Command, dispatch: Dispatch) -> tuple[ClientOrderId, ...]:
    """The orders of ours that a command concerns, as far as that is known before it is sent."""
    if isinstance(command, CancelAll):
        mine = list_of(command, apart=dispatch.rules.keeps_conditional_apart)
        return tuple(order.client_order_id for order in dispatch.book.working() if is_listed_in(mine, order))
    if isinstance(command, SettingCommand):
        return ()
    venue_order_id = None if isinstance(command, CreateOrder) else command.venue_order_id
    order = dispatch.book.find(command.client_order_id, venue_order_id)
    if order is not None:
        return (order.client_order_id,)
    return () if command.client_order_id is None else (command.client_order_id,)
