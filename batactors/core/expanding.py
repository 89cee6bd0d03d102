"""Puts a question about the whole account as the questions that a venue has for it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from attrs import evolve, frozen

from batactors.core.touched import Touched
from batactors.model.questions import AskClosedOrders, AskFills, AskOpenOrders, Question

AT_A_TIME = timedelta(days=6)
"""For how long from its time on a question is answered, at least, where it is asked by instrument (Binance: 7 days)."""
MOST_AT_A_TIME = 16
"""Such questions in a row: together they reach as far back as venues keep what closed (Binance: 90 days)."""

Listing = AskOpenOrders | AskClosedOrders | AskFills


@frozen(kw_only=True)
class Manner:
    """How a venue wants to be asked.

    Attributes:
        by_instrument: The questions that it answers for one instrument at a time only.
        keeps_conditional_apart: Orders that wait for a trigger have lists of their own.
        has_positions: It can be asked for positions.
    """

    by_instrument: frozenset[type[Question]] = frozenset()
    keeps_conditional_apart: bool = False
    has_positions: bool = False


def expand(question: Question, touched: Sequence[Touched], manner: Manner, now: datetime) -> tuple[Question, ...]:
    """The questions whose answers together are the answer to this one, in the order in which to ask them.

    Of instruments in which the account has nothing nothing is asked: there may be none to ask for. ``now`` is UTC.
    """
    match question:
        case AskOpenOrders(client_order_id=None) | AskClosedOrders(client_order_id=None) | AskFills(after=None):
            by_instrument = (
                _by_instrument(question, touched, now) if type(question) in manner.by_instrument else [question]
            )
            apart = manner.keeps_conditional_apart and not isinstance(question, AskFills)
            return tuple(part for one in by_instrument for part in (_by_kind(one) if apart else [one]))
        case _:
            return (question,)


def _by_instrument(question: Listing, touched: Sequence[Touched], now: datetime) -> Iterator[Listing]:
    asked = [one for one in touched if question.instrument in (None, one.instrument)]
    if question.instrument is not None and not asked:
        asked = [Touched(instrument=question.instrument)]
    for one in asked:
        yield from _of(evolve(question, instrument=one.instrument), one, now)


def _of(question: Listing, one: Touched, now: datetime) -> Iterator[Listing]:
    """The same question, about this instrument, and from as early on as is needed of it."""
    if isinstance(question, AskOpenOrders) or question.since is None:
        yield question
        return
    since = question.since if one.owed_since is None else min(question.since, one.owed_since)
    after = one.last_before(since) if isinstance(question, AskFills) else None
    if isinstance(question, AskFills) and after is not None:
        yield evolve(question, since=since, after=after)
    elif one.is_cut(type(question)):
        yield evolve(question, since=since, from_first=True)
    else:
        since = max(since, now - MOST_AT_A_TIME * AT_A_TIME)
        yield evolve(question, since=since)
        while since + AT_A_TIME < now:
            since += AT_A_TIME
            yield evolve(question, since=since)


def _by_kind(question: Listing) -> tuple[Question, ...]:
    assert not isinstance(question, AskFills)
    return (evolve(question, conditional=False), evolve(question, conditional=True))
