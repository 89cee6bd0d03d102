"""Questions, as HTTP requests (sections 3, 4 and 5). What pages there are is decided when an answer is read."""

from datetime import datetime, timedelta

from batactors.model.ids import InstrumentId, VenueOrderId
from batactors.model.questions import (
    AskAmendments,
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskLimits,
    AskMargin,
    AskOpenOrders,
    AskOrder,
    AskOrders,
    AskPositions,
    AskSettings,
    AskTime,
    AskToken,
    AskWhetherValid,
    DropToken,
    KeepSwitch,
    KeepToken,
    Question,
    Target,
)
from batactors.venues.binance.checks import unsupported
from batactors.venues.binance.ids import ALGO, is_conditional, parts_of, trade_number
from batactors.venues.binance.names import Names
from batactors.venues.binance.rest_commands import check_of
from batactors.venues.binance.times import to_ms
from batactors.venues.codec import HttpRequest

FULL_PAGE = 1000  # rows, of userTrades and allOrders
AMENDMENTS = 100  # the most that the documentation lets one ask for; the latest are told
# Our clock, which "since" is told by, may be ahead of the venue's. What is told twice is one.
LOOK_BACK = timedelta(seconds=5)


def request_of(question: Question, offset: int, names: Names) -> HttpRequest:
    """The request for a question, or for its page from ``offset``: an order's or a fill's number, or a place in a list.

    Raises:
        Unsupported: Binance answers it by instrument only, and none is named.
    """
    match question:
        case AskToken() | KeepToken() | DropToken():
            return HttpRequest(method=_TOKEN_METHODS[type(question)], path=_LISTEN_KEY, private=False, keyed=True)
        case AskInstruments():
            return HttpRequest(method="GET", path="/fapi/v1/exchangeInfo", private=False)
        case AskTime():
            return HttpRequest(method="GET", path="/fapi/v1/time", private=False)
        case AskWhetherValid(order=order):
            return check_of(order, names)
        case KeepSwitch(seconds=seconds, instrument=instrument):
            fields = (("symbol", _needed(instrument, names)), ("countdownTime", seconds * 1000))
            return HttpRequest(method="POST", path="/fapi/v1/countdownCancelAll", fields=fields)
        case AskBalances():
            return _get("v3/balance")
        case AskMargin():
            return _get("v3/account")
        case AskLimits():
            return _get("v1/rateLimit/order")
        case AskPositions(instrument=instrument):
            return _get("v3/positionRisk", symbol=_symbol(instrument, names))
        case AskSettings(instrument=instrument):
            call = "v1/accountConfig" if instrument is None else "v1/symbolConfig"
            return _get(call, symbol=_symbol(instrument, names))
        case _:
            return _about_orders(question, offset, names)


def _about_orders(
    question: AskOpenOrders | AskClosedOrders | AskOrder | AskOrders | AskFills | AskAmendments,
    offset: int,
    names: Names,
) -> HttpRequest:
    match question:
        case AskOpenOrders(client_order_id=wanted) if wanted and question.instrument and not question.conditional:
            return _get("v1/openOrder", symbol=_symbol(question.instrument, names), origClientOrderId=wanted)
        case AskOpenOrders():
            call = "v1/openAlgoOrders" if question.conditional else "v1/openOrders"
            return _get(call, symbol=_symbol(question.instrument, names))
        case AskClosedOrders(client_order_id=wanted) if wanted:
            return _by_client_id(AskOrder(
                client_order_id=wanted, instrument=question.instrument, conditional=question.conditional
            ), names)  # fmt: skip
        case AskClosedOrders(since=since, from_first=from_first):
            call, number = ("v1/allAlgoOrders", "algoId") if question.conditional else ("v1/allOrders", "orderId")
            first = offset or int(from_first)
            return _get(
                call, symbol=_needed(question.instrument, names), limit=FULL_PAGE, **_from(number, first, since)
            )
        case AskOrder():
            return _by_client_id(question, names)
        case AskOrders(venue_order_ids=ids):
            return _by_number("v1/order", ids[offset])
        case AskFills(after=after, since=since):
            first = offset or (int(question.from_first) if after is None else trade_number(after) + 1)
            symbol = _needed(question.instrument, names)
            return _get("v1/userTrades", symbol=symbol, limit=FULL_PAGE, **_from("fromId", first, since))
        case AskAmendments(venue_order_id=wanted):
            if is_conditional(wanted):
                raise unsupported("Binance does not change orders that wait for a trigger")
            return _by_number("v1/orderAmendment", wanted, limit=AMENDMENTS)


def lookups(target: Target) -> tuple[Question, ...]:
    """Questions that together could not overlook this order.

    By the venue's own id one is enough. By client order id the order may be of either kind, and one question alone
    proves little, since single reads lag (section 12): the history is asked, too.
    """
    questions: list[Question] = []
    instrument = target.instrument
    if target.venue_order_id:
        ids = (target.venue_order_id, target.waited_as)
        questions.append(AskOrders(venue_order_ids=tuple(one for one in ids if one is not None)))
        if target.amended and not is_conditional(target.venue_order_id):
            questions.append(AskAmendments(venue_order_id=target.venue_order_id))
        if instrument is None and not is_conditional(target.venue_order_id):
            return tuple(questions)
    elif target.client_order_id and instrument is not None:
        for conditional in (False, True):
            wanted = AskOrder(
                client_order_id=target.client_order_id, instrument=instrument, conditional=conditional
            )  # fmt: skip
            questions.append(wanted)
        questions.append(AskClosedOrders(since=target.since, instrument=instrument))
    if target.since is not None and instrument is not None:
        questions.append(AskFills(since=target.since, instrument=instrument))
    return tuple(questions)


_LISTEN_KEY = "/fapi/v1/listenKey"
_TOKEN_METHODS: dict[type[Question], str] = {AskToken: "POST", KeepToken: "PUT", DropToken: "DELETE"}


def _by_number(call: str, venue_order_id: VenueOrderId, **fields: object) -> HttpRequest:
    symbol, number = parts_of(venue_order_id)
    if symbol == ALGO:
        return _get("v1/algoOrder", algoId=number)
    return _get(call, symbol=symbol, orderId=number, **fields)


def _by_client_id(question: AskOrder, names: Names) -> HttpRequest:
    if question.conditional:
        return _get("v1/algoOrder", clientAlgoId=question.client_order_id)
    symbol = _needed(question.instrument, names)
    return _get("v1/order", symbol=symbol, origClientOrderId=question.client_order_id)


def _from(number: str, first: int, since: datetime | None) -> dict[str, object]:
    """Where to begin: at a number, or at a time; the venue takes one of the two."""
    if first:
        return {number: first}
    return {} if since is None else {"startTime": max(0, to_ms(since - LOOK_BACK))}


def _symbol(instrument: InstrumentId | None, names: Names) -> str | None:
    return None if instrument is None else names.symbol(instrument)


def _needed(instrument: InstrumentId | None, names: Names) -> str:
    if instrument is None:
        raise unsupported("Binance tells closed orders and fills by instrument: name it")
    return names.symbol(instrument)


def _get(call: str, **fields: object) -> HttpRequest:
    given = tuple((name, value) for name, value in fields.items() if value is not None)
    return HttpRequest(method="GET", path=f"/fapi/{call}", fields=given)
