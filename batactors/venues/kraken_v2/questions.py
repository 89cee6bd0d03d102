"""Questions, as HTTP requests (section 4). What pages there are is decided when an answer is read."""

from datetime import datetime

from attrs import evolve

from batactors.model.questions import (
    NAMES,
    AskAmendments,
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskOpenOrders,
    AskOrders,
    AskTime,
    AskToken,
    KeepSwitch,
    Question,
    Target,
)
from batactors.venues.codec import HttpRequest
from batactors.venues.kraken_v2.dialect import Dialect
from batactors.venues.kraken_v2.times import to_seconds

IDS_AT_ONCE = 20  # of QueryOrders: the older of two documented limits
# `start` is exclusive, and our clock, which "since" is told by, may be ahead of the venue's. What is told twice is one.
LOOK_BACK = 5  # seconds


def request_of(question: Question, offset: int, dialect: Dialect) -> HttpRequest:
    """The request for a question, or for its page from ``offset``: a row's number, or an id's among those asked for.

    Raises:
        Unsupported: The venue has none for it.
    """
    request = _request(question, offset, dialect)
    if not dialect.fields or isinstance(question, AskToken | AskTime):
        return request  # the token and the time are of no class of assets
    return evolve(request, fields=request.fields + dialect.fields)


def _request(question: Question, offset: int, dialect: Dialect) -> HttpRequest:
    match question:
        case AskToken():
            return _private("GetWebSocketsToken")
        case AskInstruments():
            return HttpRequest(method="GET", path="/0/public/AssetPairs", private=False)
        case AskOpenOrders(client_order_id=wanted):
            return _private("OpenOrders", cl_ord_id=wanted)
        case AskClosedOrders(client_order_id=wanted, since=since):
            # An id narrows enough, and a window by our clock could only miss it. Without "close" a window may mean that
            # the order was opened in it, too.
            window = {} if wanted or since is None else {"start": _start(since), "closetime": "close"}
            return _private("ClosedOrders", cl_ord_id=wanted, **window, ofs=offset, consolidate_taker="false")
        case AskOrders(venue_order_ids=ids):
            return _private("QueryOrders", txid=",".join(ids[offset : offset + IDS_AT_ONCE]))
        case AskFills(since=since):
            # By default the venue merges the fills of one taker order, under one of their ids.
            return _private("TradesHistory", start=_start(since), ofs=offset, consolidate_taker="false")
        case AskAmendments(venue_order_id=wanted):
            return _private("OrderAmends", order_id=wanted)
        case AskBalances():
            return _private("Balance")
        case KeepSwitch(seconds=seconds):
            return _private("CancelAllOrdersAfter", timeout=seconds)
        case AskTime():
            return HttpRequest(method="GET", path="/0/public/Time", private=False)
        case _:
            raise dialect.unsupported(f"{dialect.name} has no call that tells {NAMES[type(question)]}")


def lookups(target: Target) -> tuple[Question, ...]:
    """Questions that cannot overlook this order: by the venue's own id one is enough, and costs a quarter."""
    questions: list[Question] = []
    if target.venue_order_id:
        questions.append(AskOrders(venue_order_ids=(target.venue_order_id,)))
        if target.amended:
            questions.append(AskAmendments(venue_order_id=target.venue_order_id))
    elif target.client_order_id:
        questions.append(AskOpenOrders(client_order_id=target.client_order_id))
        questions.append(AskClosedOrders(client_order_id=target.client_order_id, since=target.since))
    if target.since is not None:
        questions.append(AskFills(since=target.since))
    return tuple(questions)


def _start(since: datetime | None) -> int | None:
    return None if since is None else max(0, to_seconds(since) - LOOK_BACK)


def _private(call: str, **fields: object) -> HttpRequest:
    given = tuple((name, str(value)) for name, value in fields.items() if value is not None)
    return HttpRequest(method="POST", path=f"/0/private/{call}", fields=given)
