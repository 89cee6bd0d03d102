"""Questions, as HTTP requests (section 4).

Some are answered by two calls in a row, of which the second is asked only if the first does not tell all: an order by
``orders/status``, which knows those that are open, or closed within five seconds, and then by the history; fills by
``fills``, which has no fees, and then by the history's executions, which has. Pages of the history go on by time.
"""

from datetime import datetime, timedelta

from batactors.model.questions import (
    NAMES,
    AskAmendments,
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskMargin,
    AskOpenOrders,
    AskOrder,
    AskOrders,
    AskPositions,
    AskTime,
    KeepSwitch,
    Question,
    Target,
)
from batactors.venues.codec import HttpRequest
from batactors.venues.kraken_futures.checks import unsupported
from batactors.venues.kraken_futures.rest_commands import ROOT
from batactors.venues.kraken_futures.times import to_ms

HISTORY = "/api/history/v3/"
# Our clock, which "since" is told by, may be ahead of the venue's. What is told twice is one.
LOOK_BACK = timedelta(seconds=5)


def request_of(question: Question, offset: int) -> HttpRequest:
    """The request for a question, or for its page from ``offset``: of the history, a time in milliseconds.

    Raises:
        Unsupported: Kraken Futures has no call for it.
    """
    match question:
        case AskInstruments():
            return HttpRequest(method="GET", path=ROOT + "instruments", private=False)
        case AskTime():
            return HttpRequest(method="GET", path=ROOT + "instruments/status", private=False)
        case AskOpenOrders():
            return _get("openorders")
        case AskOrders() if offset:
            return _history("orders", offset)
        case AskOrders(venue_order_ids=ids):
            return _status("orderIds", ids)
        case AskOrder(client_order_id=wanted):
            return _status("cliOrdIds", (wanted,))
        case AskClosedOrders(client_order_id=wanted) if wanted and not offset:
            return _status("cliOrdIds", (wanted,))
        case AskClosedOrders(since=since) | AskAmendments(since=since):
            return _history("orders", offset or since_ms(since))
        case AskFills() if not offset:
            return _get("fills")
        case AskFills():
            return _history("executions", offset)
        case _:
            return _about_account(question, offset)


def _about_account(question: Question, offset: int) -> HttpRequest:
    match question:
        case AskMargin() if offset:
            return _get("openpositions")
        case AskBalances() | AskMargin():
            return _get("accounts")
        case AskPositions():
            return _get("openpositions")
        case KeepSwitch(seconds=seconds):
            return HttpRequest(method="POST", path=ROOT + "cancelallordersafter", fields=(("timeout", seconds),))
        case _:
            raise unsupported(f"Kraken Futures has no call that tells {NAMES[type(question)]}")


def lookups(target: Target) -> tuple[Question, ...]:
    """Questions that together could not overlook this order: among the open, the closed, and by its fills."""
    questions: list[Question] = []
    if target.client_order_id:
        questions.append(AskClosedOrders(client_order_id=target.client_order_id, since=target.since))
        questions.append(AskOpenOrders(client_order_id=target.client_order_id))
    if target.venue_order_id:
        ids = (target.venue_order_id, target.waited_as)
        questions.append(AskOrders(venue_order_ids=tuple(one for one in ids if one is not None)))
        if not target.client_order_id:
            questions.append(AskClosedOrders(since=target.since))
        if target.amended:
            questions.append(AskAmendments(venue_order_id=target.venue_order_id, since=target.since))
    if target.since is not None:
        questions.append(AskFills(since=target.since))
    return tuple(questions)


def since_ms(since: datetime | None) -> int:
    """From when on the history is asked, in milliseconds; never 0, which is the first page."""
    return 1 if since is None else max(1, to_ms(since - LOOK_BACK))


def _status(name: str, ids: tuple[str, ...]) -> HttpRequest:
    return HttpRequest(method="POST", path=ROOT + "orders/status", fields=tuple((name, one) for one in ids))


def _history(call: str, since: int) -> HttpRequest:
    return HttpRequest(method="GET", path=HISTORY + call, fields=(("sort", "asc"), ("since", since)))


def _get(call: str) -> HttpRequest:
    return HttpRequest(method="GET", path=ROOT + call)
