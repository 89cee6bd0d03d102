"""Fills that a venue counts and does not tell: asked for as long as those who wait should wait, then told as missing.

No fill is ever made up. What is told is the venue's own count, and that its history of fills does not bear it out.
"""

from datetime import datetime

from batactors.core.doubts import Why
from batactors.core.ledger import Ledger
from batactors.core.news import News
from batactors.core.orders import OrderRecord
from batactors.core.rules import Rules
from batactors.model.facts import QuarantineFact
from batactors.model.inputs import Finding, LookedUp
from batactors.model.questions import AskFills


def heed(ledger: Ledger, given: Finding | LookedUp, news: News) -> None:
    """After an answer, or the failure to get one, was taken in: tell what has been missing for too long."""
    if isinstance(given, LookedUp):
        order = ledger.book.find(given.target.client_order_id, given.target.venue_order_id)
        if order is not None:  # it is asked for, and perhaps no history can be had
            _tell(ledger, order, news, after=2 * patience(ledger.rules))
    elif isinstance(given.question, AskFills):
        whole = not any(isinstance(fact, QuarantineFact) for fact in given.facts)
        if whole and given.question.instrument is None:
            _lapse(ledger, given.question.since, given.asked_at - ledger.rules.read_lag)
        for client_order_id in tuple(ledger.book.doubtful):
            order = ledger.book.orders[client_order_id]
            doubt = order.doubts.get(Why.MISSING_FILLS)
            if doubt is None or given.question.since > order.submitted_on or not whole:
                continue
            if given.question.instrument not in (None, order.instrument):
                continue
            if given.asked_at >= doubt.since + ledger.rules.read_lag:
                order.fills.histories += 1
            _tell(ledger, order, news, after=patience(ledger.rules))
            if order.fills.told_missing:
                order.doubts.put_off(Why.MISSING_FILLS, news.at + patience(ledger.rules))


def patience(rules: Rules) -> float:
    """Seconds for which missing fills are asked for before that is told, and between questions from then on.

    Where no history of fills can be had for as long, it is told after twice that.
    """
    return max(rules.patience, rules.read_lag + rules.margin)


def _lapse(ledger: Ledger, since: datetime, as_of: float) -> None:
    """A whole history of fills lacks some that were told ahead: if they were made, the venue's counts will say so."""
    for _ in range(ledger.announced.lapse(since, as_of)):
        ledger.counters.note("announced", "told ahead, and never in full")


def _tell(ledger: Ledger, order: OrderRecord, news: News, *, after: float) -> None:
    doubt = order.doubts.get(Why.MISSING_FILLS)
    if doubt is not None and news.at >= doubt.since + after:
        ledger.changed.events += order.miss_fills(news)
