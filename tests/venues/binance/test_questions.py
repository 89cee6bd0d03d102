"""Questions over REST (sections 3, 4 and 5)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from batactors.model.errors import Unsupported
from batactors.model.ids import FillId, VenueOrderId
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
    AskTime,
    AskToken,
    DropToken,
    KeepToken,
    Question,
    Target,
)
from tests.venues.binance.samples import ALGO_ORDER, BTC, ORDER, OURS, taught

SINCE = datetime(2026, 1, 2, 3, 4, 10, tzinfo=UTC)
FROM = 1767323045000  # five seconds before
MINE = {"client_order_id": OURS}
BTCUSDT = {"symbol": "BTCUSDT"}
BY_NAME = BTCUSDT | {"origClientOrderId": "a1"}


@pytest.mark.parametrize(
    ("question", "offset", "path", "fields"),
    [
        (AskOpenOrders(), 0, "v1/openOrders", {}),
        (AskOpenOrders(instrument=BTC), 0, "v1/openOrders", BTCUSDT),
        (AskOpenOrders(instrument=BTC, client_order_id=OURS), 0, "v1/openOrder", BY_NAME),
        (AskOpenOrders(client_order_id=OURS), 0, "v1/openOrders", {}),
        (AskOpenOrders(instrument=BTC, conditional=True), 0, "v1/openAlgoOrders", BTCUSDT),
        (AskOrder(client_order_id=OURS, instrument=BTC), 0, "v1/order", BY_NAME),
        (AskOrder(client_order_id=OURS, conditional=True), 0, "v1/algoOrder", {"clientAlgoId": "a1"}),
        (AskOrders(venue_order_ids=(ORDER, ALGO_ORDER)), 0, "v1/order", BTCUSDT | {"orderId": 111}),
        (AskOrders(venue_order_ids=(ORDER, ALGO_ORDER)), 1, "v1/algoOrder", {"algoId": 2148719}),
        (AskClosedOrders(instrument=BTC, since=SINCE), 0, "v1/allOrders", BTCUSDT | {"limit": 1000, "startTime": FROM}),
        (AskClosedOrders(instrument=BTC, since=SINCE), 112, "v1/allOrders", BTCUSDT | {"limit": 1000, "orderId": 112}),
        (AskClosedOrders(instrument=BTC), 0, "v1/allOrders", BTCUSDT | {"limit": 1000}),
        (AskClosedOrders(instrument=BTC, client_order_id=OURS, since=SINCE), 0, "v1/order", BY_NAME),
        (AskClosedOrders(instrument=BTC, since=SINCE, conditional=True), 0, "v1/allAlgoOrders",
         BTCUSDT | {"limit": 1000, "startTime": FROM}),
        (AskFills(instrument=BTC, since=SINCE), 0, "v1/userTrades", BTCUSDT | {"limit": 1000, "startTime": FROM}),
        (AskFills(instrument=BTC, since=SINCE), 901, "v1/userTrades", BTCUSDT | {"limit": 1000, "fromId": 901}),
        (AskFills(instrument=BTC, since=SINCE, after=FillId("BTCUSDT:900:111")), 0, "v1/userTrades",
         BTCUSDT | {"limit": 1000, "fromId": 901}),
        (AskFills(instrument=BTC, since=SINCE, after=FillId("BTCUSDT:900:111")), 1901, "v1/userTrades",
         BTCUSDT | {"limit": 1000, "fromId": 1901}),
        (AskAmendments(venue_order_id=ORDER), 0, "v1/orderAmendment", BTCUSDT | {"orderId": 111, "limit": 100}),
        (AskBalances(), 0, "v3/balance", {}),
        (AskMargin(), 0, "v3/account", {}),
        (AskPositions(), 0, "v3/positionRisk", {}),
        (AskPositions(instrument=BTC), 0, "v3/positionRisk", BTCUSDT),
        (AskLimits(), 0, "v1/rateLimit/order", {}),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value,
)  # fmt: skip
def test_private_questions(question: Question, offset: int, path: str, fields: dict[str, Any]) -> None:
    """Each is a GET that is signed; a number and a time never go together."""
    request = taught().request(question, offset)
    assert (request.method, request.path, dict(request.fields)) == ("GET", f"/fapi/{path}", fields)
    assert request.private
    assert not {"fromId", "orderId"} & fields.keys() or "startTime" not in fields


@pytest.mark.parametrize(
    ("question", "method", "path", "keyed"),
    [
        (AskToken(), "POST", "listenKey", True), (KeepToken(), "PUT", "listenKey", True),
        (DropToken(), "DELETE", "listenKey", True), (AskTime(), "GET", "time", False),
        (AskInstruments(), "GET", "exchangeInfo", False),
    ],
)  # fmt: skip
def test_questions_without_a_signature(question: Question, method: str, path: str, keyed: bool) -> None:
    """Those about the listen key carry the key (section 5)."""
    request = taught().request(question)
    assert (request.method, request.path, request.fields) == (method, f"/fapi/v1/{path}", ())
    assert (request.private, request.keyed) == (False, keyed)


@pytest.mark.parametrize(
    "question",
    [
        AskClosedOrders(since=SINCE), AskFills(since=SINCE), AskOrder(client_order_id=OURS),
        AskOrders(venue_order_ids=(VenueOrderId("O-1"),)), AskAmendments(venue_order_id=ALGO_ORDER),
        AskFills(since=SINCE, instrument=BTC, after=FillId("x")),
    ],
    ids=lambda question: type(question).__name__,
)  # fmt: skip
def test_questions_that_need_an_instrument(question: Question) -> None:
    """The venue has no list over all of them."""
    with pytest.raises(Unsupported):
        taught().request(question)


def looked_up(**known: Any) -> tuple[Question, ...]:
    """The questions that cannot overlook an order."""
    return taught().lookups(Target(**known))


FILLS = AskFills(since=SINCE, instrument=BTC)


def test_lookups_by_number() -> None:
    """One is enough; an amend's history, if one is in question."""
    by_number = AskOrders(venue_order_ids=(ORDER,))
    assert looked_up(venue_order_id=ORDER, **MINE, instrument=BTC, since=SINCE) == (by_number, FILLS)
    assert looked_up(venue_order_id=ORDER) == (by_number,)
    amended = looked_up(venue_order_id=ORDER, instrument=BTC, since=SINCE, amended=True)
    assert amended == (by_number, AskAmendments(venue_order_id=ORDER), FILLS)
    conditional = looked_up(venue_order_id=ALGO_ORDER, instrument=BTC, since=SINCE, amended=True)
    assert conditional == (AskOrders(venue_order_ids=(ALGO_ORDER,)), FILLS)


def test_lookups_by_client_order_id() -> None:
    """Of either kind, and the history, too: a single read that finds nothing proves little (section 12)."""
    assert looked_up(**MINE, instrument=BTC, since=SINCE) == (
        AskOrder(client_order_id=OURS, instrument=BTC),
        AskOrder(client_order_id=OURS, instrument=BTC, conditional=True),
        AskClosedOrders(since=SINCE, instrument=BTC),
        FILLS,
    )


def test_lookups_of_nothing() -> None:
    """Without an instrument nothing can be asked by client order id."""
    assert looked_up(**MINE, since=SINCE) == ()
