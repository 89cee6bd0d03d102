"""Takes in what a venue answered to questions, and judges by it what had no verdict."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import inf

from batactors.core.cancel_scope import Cancellable, concerns
from batactors.core.commands import CommandRecord
from batactors.core.doubts import Why
from batactors.core.hearing import Hearing
from batactors.core.judge import Judge
from batactors.core.ledger import Ledger
from batactors.core.lifecycle import WORKS
from batactors.core.namesakes import ours_among, whose
from batactors.core.news import News
from batactors.core.orders import OrderRecord
from batactors.core.position_reads import compare_positions
from batactors.core.proofs import Aftermath, Seen, from_answers, from_list, proof_from
from batactors.core.ruling import Ruling
from batactors.core.standing import standing_of
from batactors.core.stranger import Stranger
from batactors.core.strangers import EVERYTHING
from batactors.model import facts
from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, CreateOrder, SettingCommand
from batactors.model.facts import BalanceFact, OrderFact, QuarantineFact, SnapshotFact, Terms, TermsFact
from batactors.model.inputs import Finding, LookedUp
from batactors.model.questions import (
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskMargin,
    AskOpenOrders,
    AskPositions,
    Target,
)
from batactors.model.receipts import CommandStatus, Proof
from batactors.model.terms import OrderState, Origin

Whose = OrderRecord | Stranger | CreateOrder | AmendOrder | CancelOrder
"""An order, or the command that addresses one of which nothing more is known."""


class Findings:
    """Takes in answers to questions."""

    def __init__(self, ledger: Ledger, hearing: Hearing, judge: Judge) -> None:
        self._ledger = ledger
        self._hearing = hearing
        self._judge = judge

    def find(self, given: Finding, news: News) -> None:
        """Take in the answer to a question about the whole account."""
        news = self._asked(news, given.asked_at)
        question, ledger = given.question, self._ledger
        ledger.touches.asked(given.parts)
        if isinstance(question, AskOpenOrders) and question.client_order_id is None and question.instrument is None:
            self._list(given.facts, news, missed=given.missed)
            ledger.catch_up.asked(given.asked_at, fills=False)
            return
        if isinstance(question, AskBalances | AskPositions | AskMargin):
            self._compare(given)
            return
        self._hearing.hear(given.facts, news)
        if isinstance(question, AskClosedOrders) and question == AskClosedOrders(since=question.since):
            self._closed(question, given)
        if not isinstance(question, AskFills) or question.instrument is not None or _unread(given.facts):
            return  # and what could not be read, or was asked of one instrument, is not all
        ledger.touches.covered(given.parts)
        if question.since <= ledger.fills_since:
            asked_before = ledger.catch_up.asked_fills
            ledger.catch_up.asked(given.asked_at, fills=True)
            since = self._known_until(given)
            if since < ledger.fills_since and asked_before > -inf:
                # The wall clock was set back: this question asked from what is now the future on.
                since -= timedelta(seconds=given.asked_at - asked_before)
            ledger.fills_since = since
            if ledger.ready_since is not None:
                ledger.closed_since = since  # what closed was told
            self._settle_absent(news)

    def _closed(self, question: AskClosedOrders, given: Finding) -> None:
        """All that has closed was asked for."""
        ledger = self._ledger
        if question.since is not None and question.since <= ledger.closed_since and not _unread(given.facts):
            ledger.closed_since = self._known_until(given)

    def _known_until(self, given: Finding) -> datetime:
        """Up to when, by the venue's clock, the answer to a question is sure to show all."""
        rules = self._ledger.rules
        return given.on - timedelta(seconds=given.at - given.asked_at + rules.read_lag + rules.margin)

    def look_up(self, given: LookedUp, news: News) -> None:
        """An order was asked for wherever it could be: apply what came, then judge what did not."""
        ledger, news = self._ledger, self._asked(news, given.asked_at)
        ledger.touches.asked(given.inquiries)
        records = [ledger.desk.commands[one] for one in given.command_ids if one in ledger.desk.commands]
        ledger.passes.asked(given, records, ledger.book.find(given.target.client_order_id, given.target.venue_order_id))
        found = "1 row" if len(given.facts) == 1 else f"{len(given.facts)} rows"
        for record in records:
            if record.is_unknown:
                ledger.changed.touch(record)
                record.attempted(given.inquiries, given.failure or found, news)
        complete = given.failure is None and not _unread(given.facts)
        if given.target.is_list and complete:
            self._list(given.facts, news, target=given.target)
        else:
            self._identify(given)
            self._hearing.hear(given.facts, news)
        if complete:
            self._settle_doubts(given, news)
        # Only while a session was ready would we have heard of what the answers do not show yet.
        proves = complete and ledger.ready_since is not None and ledger.ready_since <= given.asked_at
        for record in records:
            self._judge.judge(record, news)
            if proves and record.is_unknown:
                self._weigh(record, given, news)

    def _identify(self, given: LookedUp) -> None:
        """Tie our order to the one that is ours among those of its client order id."""
        order = self._ledger.book.find(given.target.client_order_id, given.target.venue_order_id)
        ours = None if order is None else ours_among(given.facts, order, given.asked_at, self._ledger)
        if order is not None and ours is not None:
            order.venue_order_id = ours
            self._hearing.learn(order, ours)

    def _compare(self, given: Finding) -> None:
        """Balances and positions are compared with what the stream told, and taken in where its word stands no more."""
        ledger = self._ledger
        for fact in given.facts:
            if isinstance(fact, QuarantineFact):
                ledger.counters.note("quarantined", fact.reason)
        if _unread(given.facts):
            return
        if not isinstance(given.question, AskBalances):
            compare_positions(given, ledger)
        theirs = {fact.asset: fact.total for fact in given.facts if isinstance(fact, BalanceFact)}
        if theirs or isinstance(given.question, AskBalances):
            ledger.balances.compare(theirs, given.asked_at, given.on, ledger.ready_since)

    def _asked(self, news: News, asked_at: float) -> News:
        as_of = asked_at - self._ledger.rules.read_lag
        return News(at=news.at, on=news.on, origin=Origin.QUERY, asked_at=asked_at, as_of=as_of)

    def _list(
        self, heard: Sequence[facts.Fact], news: News, *, missed: bool = False, target: Target = EVERYTHING
    ) -> None:
        """Take in a list of what is open."""
        orders = tuple(fact for fact in heard if isinstance(fact, OrderFact))
        self._hearing.hear([fact for fact in heard if not isinstance(fact, OrderFact)], news)
        self._hearing.snapshot(SnapshotFact(orders=orders), news, missed=missed, target=target)

    def _settle_doubts(self, given: LookedUp, news: News) -> None:
        order = self._ledger.book.find(given.target.client_order_id, given.target.venue_order_id)
        if order is None:
            return
        doubt = order.doubts.get(Why.OVERFILL)
        if doubt is not None and order.queried_at >= given.asked_at >= doubt.since:
            self._ledger.changed.events += order.release(news)
        order.looked_up(given.asked_at, self._ledger.rules.read_lag)
        self._judge.review(order, news)

    # What the answers prove.

    def _weigh(self, record: CommandRecord, given: LookedUp, news: News) -> None:
        command, ledger, rules = record.command, self._ledger, self._ledger.rules
        if isinstance(command, CancelAll):
            found = from_list(record, self._aftermath(record, given), rules)
        elif isinstance(command, SettingCommand):
            return  # it is about no order: what it changes is read back
        else:
            order = self._ledger.standing(command)
            if isinstance(command, CreateOrder) and self._ledger.strangers.any_nameless():
                return  # one of those may be this very order
            is_unknown = order is None and not isinstance(command, CreateOrder)
            if is_unknown and ledger.book.is_bygone(given.target.client_order_id, given.target.venue_order_id):
                self._judge.settle(record, _too_late(record), news)
                return
            rows = self._rows(order, given) if order is not None else _addressed(command, given)
            unheard = is_unknown or (isinstance(order, OrderRecord) and not order.heard)
            amends = self._judge.amends(record)
            seen = Seen(
                asked_at=given.asked_at, rows=rows, unheard=unheard, amends=amends,
                history=_history(order or command, given), cancel_confirmed=self._cancel_confirmed(record),
                post_only=isinstance(order, OrderRecord) and order.post_only,
            )  # fmt: skip
            found = from_answers(record, seen, rules)
        if isinstance(found, Ruling) and found.proof is Proof.ABSENT and not ledger.shows_all(given.asked_at):
            return  # it may have come and gone unheard, between what one list shows and what another does
        if isinstance(found, Ruling) and isinstance(command, CreateOrder) and found.proof is Proof.ABSENT:
            record.absent = found
            self._settle_absent(news)
        elif found is not None:
            self._judge.settle(record, found, news)

    def _settle_absent(self, news: News) -> None:
        """Orders that no list of orders has: they never were, once the fills have been asked for as late as the lists.

        An order may have come and gone between two questions, and only its fills tell.
        """
        ledger = self._ledger
        asked_fills = ledger.catch_up.asked_fills - ledger.rules.read_lag
        for record in ledger.desk.unresolved():
            if record.absent is None or asked_fills < proof_from(record, ledger.rules):
                continue
            order = ledger.standing(record.command) if isinstance(record.command, CreateOrder) else None
            if isinstance(order, OrderRecord) and not order.heard and not ledger.strangers.any_nameless():
                self._judge.settle(record, record.absent, news)

    def _cancel_confirmed(self, record: CommandRecord) -> bool:
        """Whether the venue has said yes to a cancel of the order that this command addresses."""
        beside = self._ledger.desk.of_order(record.order) if record.order is not None else []
        return any(isinstance(one.command, CancelOrder) and one.confirmed for one in beside)

    def _rows(self, order: OrderRecord | Stranger, given: LookedUp) -> list[OrderFact]:
        """What these answers say of this order's standing."""
        find, rows = self._ledger.book.find, [fact for fact in given.facts if isinstance(fact, OrderFact)]
        if isinstance(order, Stranger):
            return [row for row in rows if row.venue_order_id == order.venue_order_id]
        return [
            row
            for row in rows
            if find(row.client_order_id, row.venue_order_id) is order
            and row.venue_order_id in (None, order.venue_order_id)
        ]

    def _aftermath(self, record: CommandRecord, given: LookedUp) -> Aftermath:
        before = record.before
        open_rows = [fact for fact in given.facts if isinstance(fact, OrderFact) and fact.says in WORKS]
        open_rows = [row for row in open_rows if self._takes(record, row)]
        ids = {row.venue_order_id: whose(row, self._ledger) for row in open_rows}
        ours = [order for order in self._ledger.orders_of(record) if order.client_order_id in before.open]
        others = [self._ledger.strangers.get(one) for one in before.others]
        still_open, perhaps = 0, 0
        for venue_order_id, order in ids.items():
            if venue_order_id in before.others or (order is not None and order.client_order_id in before.open):
                still_open += 1
            elif order is None or order.client_order_id in record.targets:
                perhaps += 1
        listed = [order for order in ids.values() if order is not None]
        # A list that is younger than the last word of an order shows that it has ended; one that is older does not.
        as_of = given.asked_at - self._ledger.rules.read_lag
        trailing = [one for one in others if one is not None and one.changed_at > as_of and not one.state.is_closed]
        concerned: list[OrderRecord | Stranger] = [*ours, *(other for other in others if other is not None)]
        uncertain = [one for one in self._ledger.orders_of(record) if one not in ours and not one.state.is_closed]
        standings = [standing_of(one) for one in (*concerned, *uncertain)]
        return Aftermath(
            asked_at=given.asked_at,
            known=concerned,
            still_open=still_open,
            gone=sum(one.state is OrderState.CANCELED and not self._was_canceled(one, record) for one in concerned),
            perhaps=perhaps,
            unsettled=sum(
                not order.state.is_closed and order not in listed and self._takes(record, order)
                for order in self._ledger.orders_of(record)
            )
            + sum(one.venue_order_id not in ids for one in trailing),
            orders=tuple(one for one in standings if one is not None),
        )

    def _takes(self, record: CommandRecord, order: Cancellable) -> bool:
        return not isinstance(record.command, CancelAll) or concerns(record.command, order, self._ledger.rules)

    def _was_canceled(self, order: OrderRecord | Stranger, record: CommandRecord) -> bool:
        """Whether the venue confirmed another cancel of this order."""
        if not isinstance(order, OrderRecord):
            return False
        return any(one.confirmed and one is not record for one in self._ledger.desk.cancels_of(order.client_order_id))


def _too_late(record: CommandRecord) -> Ruling:
    """What became of a command about an order that ended so long before that it is forgotten."""
    status = CommandStatus.REJECTED if record.refused_as_not_open else CommandStatus.NOT_EXECUTED
    return Ruling(status, Proof.ORDER_GONE, "the order had ended long before")


def _addressed(command: CreateOrder | AmendOrder | CancelOrder, given: LookedUp) -> list[OrderFact]:
    """What these answers say of an order that is known by its ids only: it was forgotten, or never heard of."""
    if isinstance(command, CreateOrder):
        return []
    venue, client = command.venue_order_id, command.client_order_id
    rows = [fact for fact in given.facts if isinstance(fact, OrderFact)]
    return [
        row for row in rows if (row.venue_order_id == venue if venue is not None else row.client_order_id == client)
    ]


def _history(order: Whose, given: LookedUp) -> tuple[Terms, ...] | None:
    """Every set of terms that the order has had, if these answers tell."""
    told = [fact for fact in given.facts if isinstance(fact, TermsFact)]
    if isinstance(order, CreateOrder):
        return None
    mine = [fact.history for fact in told if fact.venue_order_id == order.venue_order_id]
    pages = [terms for page in mine for terms in page]
    return tuple(pages) or None


def _unread(heard: Sequence[facts.Fact]) -> bool:
    """Whether something in an answer could not be read: it may be the very row that is missing."""
    return any(isinstance(fact, QuarantineFact) for fact in heard)
