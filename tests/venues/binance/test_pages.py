"""Answers to questions over REST (section 4)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from batactors.model.errors import AuthError, BatactorsError, DecodeError, RateLimited, TemporaryUnavailable
from batactors.model.facts import (
    FillFact,
    OrderFact,
    QuarantineFact,
    Says,
    Terms,
    TermsFact,
)
from batactors.model.ids import FillId
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
    Page,
    Question,
)
from batactors.model.terms import OrderType
from tests.venues.binance.samples import (
    ALGO_ORDER,
    ALGO_ROW,
    AT,
    BTC,
    NEW,
    ORDER,
    ORDER_ROW,
    OURS,
    TRADE_ROW,
    only,
    order_event,
    taught,
    text,
    told,
    update,
    without,
)

SINCE = datetime(2026, 1, 2, tzinfo=UTC)
ORDERS = AskOrder(client_order_id=OURS, instrument=BTC)
OPEN, FILLS = AskOpenOrders(instrument=BTC), AskFills(since=SINCE, instrument=BTC)
CLOSED = AskClosedOrders(since=SINCE, instrument=BTC)


def read(question: Question, body: object, offset: int = 0, status: int = 200) -> Page:
    """What an answer says."""
    return taught().read(question, offset, status, body if isinstance(body, bytes) else text(body))


def test_rest_and_the_stream_say_the_same() -> None:
    """Of an order and of a fill, but for what REST leaves out (B16), and that the stream's first word is the older."""
    made = only(told(order_event(NEW)))
    assert isinstance(made, OrderFact)
    assert read(OPEN, [ORDER_ROW]).facts == (evolve(made, terms_stand=False),)
    fill, streamed = only(read(FILLS, [TRADE_ROW]).facts), only(told(update()))
    assert isinstance(fill, FillFact)
    left_out = {"client_order_id": None, "order_type": None, "filled": None, "total": None, "whole": False}
    for name in (attribute.name for attribute in FillFact.__attrs_attrs__):
        assert getattr(fill, name) == left_out.get(name, getattr(streamed, name)), name


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("NEW", Says.OPEN), ("PARTIALLY_FILLED", Says.OPEN), ("FILLED", Says.FILLED), ("CANCELED", Says.CANCELED),
        ("EXPIRED", Says.EXPIRED), ("EXPIRED_IN_MATCH", Says.EXPIRED), ("REJECTED", Says.REFUSED),
        ("HOPE", Says.UNCLEAR), (None, Says.UNCLEAR),
    ],
)  # fmt: skip
def test_every_status(status: str | None, says: Says) -> None:
    """The total is the original quantity, what is filled the venue's own count."""
    fact = only(read(ORDERS, ORDER_ROW | {"status": status, "executedQty": "0.004", "avgPrice": "1"}).facts)
    assert (fact.says, fact.quantity, fact.filled) == (says, Decimal("0.010"), Decimal("0.004"))


@pytest.mark.parametrize(
    ("name", "field"), [("origQty", "quantity"), ("price", "price"), ("stopPrice", "trigger_price")]
)
def test_the_venue_writes_zero_for_none(name: str, field: str) -> None:
    """As on the stream; only what is filled may be nothing."""
    fact = only(read(ORDERS, ORDER_ROW | {name: "0.00"}).facts)
    assert getattr(fact, field) is None
    assert fact.filled == 0


def test_an_order_that_waits_for_a_trigger() -> None:
    """Under its own count, with what it has become."""
    asked = AskOpenOrders(instrument=BTC, conditional=True)
    fact = only(read(asked, [ALGO_ROW | {"algoStatus": "TRIGGERED", "actualOrderId": "111"}]).facts)
    assert (fact.says, fact.venue_order_id, fact.becomes) == (Says.TRIGGERED, ALGO_ORDER, ORDER)
    assert (fact.order_type, fact.quantity, fact.price, fact.trigger_price, fact.filled) == (
        OrderType.STOP_LIMIT, Decimal("0.002"), Decimal("102000.00"), Decimal("100000.00"), None,
    )  # fmt: skip
    (single,) = read(AskOrders(venue_order_ids=(ALGO_ORDER,)), without(ALGO_ROW, "orderType") | {"type": "STOP"}).facts
    assert isinstance(single, OrderFact)
    assert (single.says, single.order_type) == (Says.OPEN, OrderType.STOP_LIMIT)


@pytest.mark.parametrize("code", [-2013, -2011])
def test_an_order_that_the_venue_does_not_know(code: int) -> None:
    """That is an answer: nothing was found. What it proves others judge, since reads lag (section 12)."""
    body = {"code": code, "msg": "Order does not exist."}
    assert read(ORDERS, body, status=400) == Page()
    for question in (
        AskOpenOrders(instrument=BTC, client_order_id=OURS),
        AskClosedOrders(client_order_id=OURS),
        AskAmendments(venue_order_id=ORDER),
    ):
        assert read(question, body, status=400) == Page()
    two = AskOrders(venue_order_ids=(ORDER, ALGO_ORDER))
    assert [read(two, body, offset, 400).next_offset for offset in (0, 1)] == [1, None]
    for of_many in (OPEN, CLOSED, FILLS, AskBalances()):
        with pytest.raises(BatactorsError):
            read(of_many, body, status=400)


@pytest.mark.parametrize("question", [OPEN, CLOSED, FILLS, AskBalances(), AskPositions(), AskSettings(instrument=BTC),
                                      AskLimits(), AskAmendments(venue_order_id=ORDER)],
                         ids=lambda question: type(question).__name__)  # fmt: skip
@pytest.mark.parametrize("body", [b"{}", b"", b"[", b"<html>", b"null", b'"x"', b'[{"a":1}'])
def test_an_answer_of_the_wrong_shape_is_none(question: Question, body: bytes) -> None:
    """It does not say that there is nothing (S09)."""
    with pytest.raises(DecodeError):
        read(question, body)


@pytest.mark.parametrize("question", [ORDERS, AskOrders(venue_order_ids=(ORDER,)), AskInstruments(), AskTime(),
                                      AskMargin(), AskToken(), AskSettings()],
                         ids=lambda question: type(question).__name__)  # fmt: skip
@pytest.mark.parametrize("body", [b"[]", b"", b"{", b"<html>", b"null"])
def test_an_answer_that_should_be_one_thing(question: Question, body: bytes) -> None:
    """The same for answers that are no list."""
    with pytest.raises(DecodeError):
        read(question, body)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (503, b"<html>", TemporaryUnavailable), (408, b"", TemporaryUnavailable), (429, b"{}", RateLimited),
        (418, b'{"code":-1003,"msg":"banned until 1700000000000"}', RateLimited),
        (401, b'{"code":-2015,"msg":"Invalid API-key"}', AuthError),
        (200, b'{"code":-1000,"msg":"m"}', TemporaryUnavailable),
    ],
)  # fmt: skip
def test_what_is_not_answered_raises(status: int, body: bytes, kind: type[Exception]) -> None:
    """It is never "nothing"."""
    for question in (OPEN, FILLS, ORDERS, AskBalances(), AskTime()):
        with pytest.raises(kind):
            read(question, body, status=status)


def test_bad_rows_are_set_aside_alone() -> None:
    """Their siblings are told (P8)."""
    facts = read(OPEN, [ORDER_ROW, ORDER_ROW | {"origQty": "NaN", "orderId": 5}, 7]).facts
    assert [type(fact) for fact in facts] == [OrderFact, QuarantineFact, QuarantineFact]
    assert facts[1].venue_order_id == "BTCUSDT:5"  # type: ignore[union-attr]
    for bad in ({"qty": "0"}, {"price": "-1"}, {"id": 0}, {"commission": "NaN"}, {"qty": None}):
        assert isinstance(only(read(FILLS, [TRADE_ROW | bad]).facts), QuarantineFact)


@pytest.mark.parametrize(
    ("question", "row", "name"),
    [(FILLS, TRADE_ROW, "id"), (CLOSED, ORDER_ROW, "orderId"),
     (AskClosedOrders(since=SINCE, instrument=BTC, conditional=True), ALGO_ROW, "algoId")],
)  # fmt: skip
def test_pages(question: Question, row: dict[str, Any], name: str) -> None:
    """A full page is followed by another, from behind its highest number; one that is not full is the last."""
    full = [row | {name: 1000 + number} for number in range(1000)]
    assert read(question, full).next_offset == 2000
    assert read(question, full[::-1]).next_offset == 2000
    assert read(question, full[1:]).next_offset is None
    assert read(question, []).next_offset is None
    spoiled = [*full[:-1], {name: "x"}]
    assert read(question, spoiled).next_offset == 1999
    with pytest.raises(DecodeError):
        read(question, [{}] * 1000)


@pytest.mark.parametrize(("question", "row"), [(FILLS, TRADE_ROW), (CLOSED, ORDER_ROW)])
def test_a_full_page_by_time_is_not_whole(question: Question, row: dict[str, Any]) -> None:
    """Without a number to begin at, the venue tells the most recent: what came before them may be missing (S09)."""
    full = [row | {"id": number, "orderId": number} for number in range(1, 1001)]
    assert isinstance(read(question, full).facts[-1], QuarantineFact)
    for whole in (read(question, full, offset=1), read(question, full[1:])):
        assert not [fact for fact in whole.facts if isinstance(fact, QuarantineFact)]
    after = AskFills(since=SINCE, instrument=BTC, after=FillId("BTCUSDT:1:1"))
    assert len(read(after, [TRADE_ROW] * 1000).facts) == 1000


def test_amendments() -> None:
    """Oldest first, the original terms before them; the shape is that of the public documentation, latest first."""
    rows = [
        {"amendmentId": 2, "symbol": "BTCUSDT", "orderId": 111, "time": 1700000000120,
         "amendment": {"price": {"before": "3", "after": "4"}, "origQty": {"before": "2", "after": "2"}, "count": 2}},
        {"amendmentId": 1, "symbol": "BTCUSDT", "orderId": 111, "time": 1700000000120,
         "amendment": {"price": {"before": "3", "after": "3"}, "origQty": {"before": "1", "after": "2"}, "count": 1}},
    ]  # fmt: skip
    asked = AskAmendments(venue_order_id=ORDER)
    one, two, three, four = Decimal(1), Decimal(2), Decimal(3), Decimal(4)
    assert read(asked, rows).facts == (
        TermsFact(
            venue_order_id=ORDER,
            history=(
                Terms(by_user=False, quantity=one, price=three),
                Terms(by_user=True, quantity=two, price=three, since=AT),
                Terms(by_user=True, quantity=two, price=four, since=AT),
            ),
        ),
    )
    assert read(asked, []).facts == ()
