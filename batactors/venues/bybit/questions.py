"""Questions, as HTTP requests (section 4): of each, the one for the page that begins at a place.

An order that is not found is an empty list, and no error. What is open and lately closed is in one list, what closed
before in another: whoever asks for an order asks both.
"""

from datetime import datetime, timedelta

from batactors.model.ids import InstrumentId
from batactors.model.questions import (
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskMargin,
    AskOpenOrders,
    AskOrder,
    AskOrders,
    AskPositions,
    AskSettings,
    AskTime,
    AskWhetherValid,
    Question,
    Target,
)
from batactors.venues.bybit.checks import unsupported
from batactors.venues.bybit.names import Names
from batactors.venues.bybit.places import WEEK_MS, Place
from batactors.venues.bybit.rest_commands import POSITION_MODE_COIN, check_of
from batactors.venues.bybit.times import to_ms
from batactors.venues.bybit.words import CATEGORY, SETTLE_COINS
from batactors.venues.codec import HttpRequest
from batactors.venues.reading import Unsound

INSTRUMENTS, ORDERS, EXECUTIONS, POSITIONS = 1000, 50, 100, 200
"""Rows of a page, the most that each list gives."""
# Our clock, which "since" is told by, may be ahead of the venue's. What is told twice is one.
LOOK_BACK = timedelta(seconds=5)
WALLET = HttpRequest(method="GET", path="/v5/account/wallet-balance", fields=(("accountType", "UNIFIED"),))
MODE_SYMBOL = f"BTC{POSITION_MODE_COIN}"
"""An instrument whose positions, those of size zero too, show the position mode."""


def request_of(question: Question, offset: int, names: Names) -> HttpRequest:
    """The request for a question, or for the page that begins at this place.

    Raises:
        Unsupported: Bybit has none for it.
    """
    try:
        return _request(question, Place.of(offset), names)
    except Unsound as error:
        raise unsupported(str(error)) from None


def _request(question: Question, place: Place, names: Names) -> HttpRequest:
    match question:
        case AskInstruments():
            return _get("market/instruments-info", place, private=False, limit=INSTRUMENTS)
        case AskTime():
            return HttpRequest(method="GET", path="/v5/market/time", private=False)
        case AskWhetherValid(order=order):
            return check_of(order, names)
        case AskBalances():
            return WALLET
        case AskMargin():
            return WALLET if place.step == 0 else _positions(place, names, None, step=place.step - 1)
        case AskPositions(instrument=instrument):
            return _positions(place, names, instrument, step=place.step)
        case AskSettings(instrument=None) if place.step == 0:
            return HttpRequest(method="GET", path="/v5/account/info")
        case AskSettings(instrument=instrument):
            symbol = MODE_SYMBOL if instrument is None else names.symbol(instrument)
            return _get("position/list", place, symbol=symbol, limit=POSITIONS)
        case AskOpenOrders() | AskClosedOrders() | AskOrder() | AskOrders() | AskFills():
            return _about_orders(question, place, names)
        case _:
            raise unsupported(f"Bybit does not answer {type(question).__name__}")


def _about_orders(
    question: AskOpenOrders | AskClosedOrders | AskOrder | AskOrders | AskFills, place: Place, names: Names
) -> HttpRequest:
    match question:
        case AskOpenOrders(client_order_id=None, instrument=None):
            return _get("order/realtime", place, settleCoin=_coin(place.step), openOnly=0, limit=ORDERS)
        case AskOpenOrders(client_order_id=None, instrument=instrument):
            return _get("order/realtime", place, symbol=_symbol(instrument, names), openOnly=0, limit=ORDERS)
        case AskOpenOrders(client_order_id=wanted, instrument=instrument):
            return _get("order/realtime", place, symbol=_symbol(instrument, names), orderLinkId=wanted)
        case AskClosedOrders(client_order_id=None, instrument=instrument, since=since):
            return _get(
                "order/history", place, symbol=_symbol(instrument, names), limit=ORDERS, week=week_of(place, since)
            )
        case AskClosedOrders(client_order_id=wanted, instrument=instrument):
            return _get("order/history", place, symbol=_symbol(instrument, names), orderLinkId=wanted)
        case AskOrder(client_order_id=wanted, instrument=instrument):
            call = "order/history" if place.step else "order/realtime"
            return _get(call, place, symbol=_symbol(instrument, names), orderLinkId=wanted)
        case AskOrders(venue_order_ids=ids):
            number, is_history = divmod(place.step, 2)
            if number >= len(ids):
                raise Unsound(f"there is no order {number} among {len(ids)}")
            return _get("order/history" if is_history else "order/realtime", place, orderId=ids[number])
        case AskFills(instrument=instrument, since=since):
            symbol = _symbol(instrument, names)
            return _get("execution/list", place, symbol=symbol, limit=EXECUTIONS, week=week_of(place, since))


def week_of(place: Place, since: datetime | None) -> int | None:
    """Where the week of a page begins, in milliseconds since 1970; ``None`` for the last week of all."""
    if place.since:
        return place.since
    return None if since is None else max(1, to_ms(since - LOOK_BACK))


def lookups(target: Target) -> tuple[Question, ...]:
    """Questions that together could not overlook this order, or a list of those that are open.

    Each of the first two asks for what is open and for what has closed.
    """
    questions: list[Question] = []
    if target.venue_order_id:
        questions.append(AskOrders(venue_order_ids=(target.venue_order_id,)))
    elif target.client_order_id:
        questions.append(AskOrder(client_order_id=target.client_order_id, instrument=target.instrument))
    else:
        questions.append(AskOpenOrders(instrument=target.instrument))
    if target.since is not None:
        questions.append(AskFills(since=target.since, instrument=target.instrument))
    return tuple(questions)


def _positions(place: Place, names: Names, instrument: InstrumentId | None, *, step: int) -> HttpRequest:
    if instrument is not None:
        return _get("position/list", place, symbol=names.symbol(instrument), limit=POSITIONS)
    return _get("position/list", place, settleCoin=_coin(step), limit=POSITIONS)


def _coin(step: int) -> str:
    if not 0 <= step < len(SETTLE_COINS):
        raise Unsound(f"there is no coin {step}")
    return SETTLE_COINS[step]


def _symbol(instrument: InstrumentId | None, names: Names) -> str | None:
    return None if instrument is None else names.symbol(instrument)


def _get(
    call: str, place: Place, *, private: bool = True, week: int | None = None, **fields: str | int | None
) -> HttpRequest:
    times = {} if week is None else {"startTime": week, "endTime": week + WEEK_MS}
    given = {"category": CATEGORY, **fields, **times, "cursor": place.cursor or None}
    asked = tuple((name, value) for name, value in given.items() if value is not None)
    return HttpRequest(method="GET", path=f"/v5/{call}", fields=asked, private=private)
