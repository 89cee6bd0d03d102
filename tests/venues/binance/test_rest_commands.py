"""Commands over REST (sections 4.1, 4.2 and 4.4), and their answers."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from batactors.model.commands import Command
from batactors.model.errors import Unsupported
from batactors.model.facts import Answer, AnswerFact, OrderFact, Says
from batactors.model.ids import ClientOrderId, InstrumentId, VenueOrderId
from batactors.model.positions import PositionSide
from batactors.model.questions import AskWhetherValid
from batactors.model.terms import OrderType, Side, TimeInForce, TriggerBy
from tests.venues.binance.samples import (
    ALGO_ORDER,
    ALGO_ROW,
    ORDER,
    ORDER_ROW,
    OURS,
    REQUEST,
    STAMP,
    amend,
    answer,
    cancel,
    cancel_all,
    create,
    market,
    only,
    stop,
    taught,
    text,
    without,
)


def sent(command: Command) -> tuple[str, str, dict[str, object]]:
    """Method, path and fields of the request for a command."""
    request = taught().request_command([command], STAMP)
    assert request.private
    return request.method, request.path, dict(request.fields)


LIMIT_ORDER = {
    "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "quantity": "0.010", "price": "60000.0", "timeInForce": "GTC",
    "newClientOrderId": "a1",
}  # fmt: skip


def test_a_limit_order() -> None:
    """With the client order id, always."""
    assert sent(create()) == ("POST", "/fapi/v1/order", LIMIT_ORDER)


def test_a_market_order() -> None:
    """It has no price and no time in force."""
    assert sent(market(side=Side.SELL))[2] == {
        "symbol": "BTCUSDT", "side": "SELL", "type": "MARKET", "quantity": "0.010", "newClientOrderId": "a1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"post_only": True}, {"timeInForce": "GTX"}),
        ({"time_in_force": TimeInForce.IOC}, {"timeInForce": "IOC"}),
        ({"time_in_force": TimeInForce.FOK}, {"timeInForce": "FOK"}),
        (
            {"time_in_force": TimeInForce.GTD, "expire_at": datetime(2026, 1, 2, tzinfo=UTC)},
            {"timeInForce": "GTD", "goodTillDate": 1767312000000},
        ),
        ({"reduce_only": True}, {"reduceOnly": "true"}),
        ({"reduce_only": True, "position_side": PositionSide.NET}, {"reduceOnly": "true", "positionSide": "BOTH"}),
        ({"position_side": PositionSide.LONG}, {"positionSide": "LONG"}),
        ({"position_side": PositionSide.SHORT}, {"positionSide": "SHORT"}),
        ({"quantity": Decimal("1E-7")}, {"quantity": "0.0000001"}),
        ({"price": Decimal("1E+5")}, {"price": "100000"}),
        ({"instrument": InstrumentId("ETH/USDT:USDT-260327")}, {"symbol": "ETHUSDT_260327"}),
        ({"instrument": InstrumentId("XRP/USDC:USDC")}, {"symbol": "XRPUSDC"}),
        ({"instrument": InstrumentId("XRP/USDC:USDC-260327")}, {"symbol": "XRPUSDC_260327"}),
    ],
)
def test_terms(changes: dict[str, Any], fields: dict[str, object]) -> None:
    """Each in the venue's words; hedge mode end to end (W43)."""
    assert sent(create(**changes))[2] == LIMIT_ORDER | fields


@pytest.mark.parametrize(
    ("order_type", "price", "word"),
    [
        (OrderType.STOP_MARKET, None, "STOP_MARKET"),
        (OrderType.STOP_LIMIT, Decimal(58_000), "STOP"),
        (OrderType.TAKE_PROFIT_MARKET, None, "TAKE_PROFIT_MARKET"),
        (OrderType.TAKE_PROFIT_LIMIT, Decimal(58_000), "TAKE_PROFIT"),
    ],
)
def test_orders_that_wait_for_a_trigger(order_type: OrderType, price: Decimal | None, word: str) -> None:
    """They have a call of their own; the ordinary one refuses them (section 0, fact 6)."""
    method, path, fields = sent(stop(order_type=order_type, price=price, trigger_by=TriggerBy.MARK))
    assert (method, path) == ("POST", "/fapi/v1/algoOrder")
    expected: dict[str, object] = {
        "algoType": "CONDITIONAL", "symbol": "BTCUSDT", "side": "BUY", "type": word, "quantity": "0.010",
        "triggerPrice": "59000", "clientAlgoId": "a1", "workingType": "MARK_PRICE",
    }  # fmt: skip
    assert fields == expected | ({} if price is None else {"price": "58000", "timeInForce": "GTC"})
    assert sent(stop(trigger_by=TriggerBy.LAST))[2]["workingType"] == "CONTRACT_PRICE"
    assert "workingType" not in sent(stop())[2]


@pytest.mark.parametrize(
    "order",
    [
        create(order_type=OrderType.ICEBERG), create(order_type=OrderType.TRAILING_STOP),
        create(display_quantity=Decimal(1)), create(trigger_by=TriggerBy.INDEX), stop(trigger_by=TriggerBy.INDEX),
        create(time_in_force=TimeInForce.GTD), create(expire_at=datetime(2026, 1, 2, tzinfo=UTC)),
        create(post_only=True, time_in_force=TimeInForce.IOC), market(post_only=True), market(price=Decimal(1)),
        market(time_in_force=TimeInForce.FOK), stop(trigger_price=None),
        create(reduce_only=True, position_side=PositionSide.LONG),
        create(client_order_id=ClientOrderId("a b")), create(client_order_id=ClientOrderId("a" * 37)),
        create(client_order_id=ClientOrderId("autoclose-1")), create(client_order_id=ClientOrderId("")),
    ],
    ids=lambda order: f"{order.order_type}",
)  # fmt: skip
def test_what_cannot_be_carried_is_not_sent(order: Any) -> None:
    """An order that would not be the one that was meant is refused here, with what would be right."""
    with pytest.raises(Unsupported):
        taught().request_command([order], STAMP)


def test_an_order_is_checked_without_being_placed() -> None:
    """The same fields to another call, and nothing is said if it is good."""
    request = taught().request(AskWhetherValid(order=create()))
    assert (request.method, request.path, dict(request.fields)) == ("POST", "/fapi/v1/order/test", LIMIT_ORDER)
    assert taught().read(AskWhetherValid(order=create()), 0, 200, b"{}").facts == ()


def test_an_order_that_waits_is_not_checked() -> None:
    """The call for it does not know such orders, and its refusal would say nothing of this one."""
    with pytest.raises(Unsupported, match="stop_market"):
        taught().request(AskWhetherValid(order=stop()))


def test_an_amend_by_number() -> None:
    """Every term again, since the venue wants them so (section 4.2)."""
    assert sent(amend()) == (
        "PUT", "/fapi/v1/order",
        {"symbol": "BTCUSDT", "orderId": 111, "side": "BUY", "quantity": "0.020", "price": "59000.0"},
    )  # fmt: skip


def test_an_amend_by_client_order_id() -> None:
    """Until the number is known."""
    assert sent(amend(venue_order_id=None))[2] == {
        "symbol": "BTCUSDT", "origClientOrderId": "a1", "side": "BUY", "quantity": "0.020", "price": "59000.0",
    }  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"side": None}, {"quantity": None}, {"price": None}, {"trigger_price": Decimal(1)}, {"post_only": True},
        {"venue_order_id": None, "instrument": None}, {"venue_order_id": None, "client_order_id": None},
        {"venue_order_id": ALGO_ORDER}, {"venue_order_id": VenueOrderId("111")},
        {"venue_order_id": VenueOrderId("BTCUSDT:x")},
    ],
)  # fmt: skip
def test_amends_that_cannot_be_carried(changes: dict[str, Any]) -> None:
    """A missing term would be another order; the error names it."""
    with pytest.raises(Unsupported) as caught:
        taught().request_command([amend(**changes)], STAMP)
    if set(changes) < {"side", "quantity", "price"}:
        assert next(iter(changes)) in caught.value.message


@pytest.mark.parametrize(
    ("changes", "call", "fields"),
    [
        ({}, "order", {"symbol": "BTCUSDT", "origClientOrderId": "a1"}),
        ({"venue_order_id": ORDER}, "order", {"symbol": "BTCUSDT", "orderId": 111}),
        ({"venue_order_id": ORDER, "client_order_id": None, "instrument": None}, "order",
         {"symbol": "BTCUSDT", "orderId": 111}),
        ({"conditional": True}, "algoOrder", {"clientAlgoId": "a1"}),
        ({"venue_order_id": ALGO_ORDER}, "algoOrder", {"algoId": 2148719}),
        # What it has become is an ordinary order, whatever it was.
        ({"venue_order_id": ORDER, "conditional": True}, "order", {"symbol": "BTCUSDT", "orderId": 111}),
    ],
)  # fmt: skip
def test_cancels(changes: dict[str, Any], call: str, fields: dict[str, object]) -> None:
    """By number where it is known: a client order id is unique among open orders only."""
    assert sent(cancel(**changes)) == ("DELETE", f"/fapi/v1/{call}", fields)


def test_cancels_of_everything() -> None:
    """Of one instrument, and of one kind: there are no others."""
    assert sent(cancel_all()) == ("DELETE", "/fapi/v1/allOpenOrders", {"symbol": "BTCUSDT"})
    assert sent(cancel_all(conditional=True)) == ("DELETE", "/fapi/v1/algoOpenOrders", {"symbol": "BTCUSDT"})
    with pytest.raises(Unsupported, match="instrument"):
        taught().request_command([cancel_all(instrument=None)], STAMP)


# Answers.


def read(command: Command, body: object, status: int = 200) -> Any:
    """What the answer to a command says."""
    return taught().read_command([command], REQUEST, status, text(body))


def test_an_accepted_order() -> None:
    """Its number; nothing is taken for filled on the strength of it (section 0, facts 7 and 8)."""
    assert read(create(), ORDER_ROW | {"executedQty": "0.010"}) == [
        AnswerFact(request_id=REQUEST, answer=Answer.ACCEPTED, venue_order_id=ORDER, client_order_id=OURS)
    ]


@pytest.mark.parametrize("gone", ["avgPrice", "cumQty", "status", "symbol", "clientOrderId", "updateTime"])
def test_an_answer_needs_little(gone: str) -> None:
    """The venue has taken fields out of it before."""
    assert read(create(), without(ORDER_ROW, gone)) == read(create(), ORDER_ROW)


@pytest.mark.parametrize(
    "body", [{}, {"msg": "success"}, [], "ok", None, {"orderId": "x"}, without(ORDER_ROW, "orderId")]
)
@pytest.mark.parametrize("command", [create(), amend(), cancel()], ids=["create", "amend", "cancel"])
def test_a_success_that_cannot_be_read(command: Command, body: object) -> None:
    """It may have been done: unclear, never an error (W14)."""
    fact = only(read(command, body))
    assert (fact.answer, fact.request_id) == (Answer.UNCLEAR, REQUEST)


@pytest.mark.parametrize(
    ("status", "says"),
    [("FILLED", Says.FILLED), ("CANCELED", Says.CANCELED), ("EXPIRED", Says.EXPIRED),
     ("EXPIRED_IN_MATCH", Says.EXPIRED)],
)  # fmt: skip
@pytest.mark.parametrize("command", [create(), amend(), cancel()], ids=["create", "amend", "cancel"])
def test_an_answer_that_tells_an_end(command: Command, status: str, says: Says) -> None:
    """An amend may have cancelled the order (section 4.2): the end is told with its count, behind the answer."""
    first, end = read(command, ORDER_ROW | {"status": status, "executedQty": "0.004"})
    assert first.answer is Answer.ACCEPTED
    assert isinstance(end, OrderFact)
    assert (end.says, end.filled, end.quantity, end.venue_order_id) == (
        says, Decimal("0.004"), Decimal("0.010"), ORDER,
    )  # fmt: skip


def test_an_order_that_was_rejected_after_all() -> None:
    """The status says what the code would have (section 7)."""
    fact = only(read(create(), ORDER_ROW | {"status": "REJECTED"}))
    assert (fact.answer, fact.native_code) == (Answer.REFUSED, "REJECTED")


def test_an_order_that_waits_is_accepted() -> None:
    """By the number of its own count; a cancel of it says its code as text (section 4.4)."""
    fact = only(read(stop(), ALGO_ROW))
    assert (fact.answer, fact.venue_order_id, fact.client_order_id) == (Answer.ACCEPTED, ALGO_ORDER, OURS)
    gone = {"algoId": 2148719, "clientAlgoId": "a1", "code": "200", "msg": "success"}
    assert only(read(cancel(conditional=True), gone)).answer is Answer.ACCEPTED


def test_everything_cancelled() -> None:
    """An acknowledgement only: each order's end follows on the stream."""
    body = {"code": 200, "msg": "The operation of cancel all open order is done."}
    assert read(cancel_all(), body) == [AnswerFact(request_id=REQUEST, answer=Answer.ACCEPTED)]


@pytest.mark.parametrize("code", [-1006, -1007])
def test_unknown_outcomes_stay_unknown(code: int) -> None:
    """They are no refusals, whatever the status (W6)."""
    for status in (400, 408, 503):
        assert answer(read(create(), {"code": code, "msg": "m"}, status)).answer is Answer.UNCLEAR


def test_a_late_timestamp_is_a_matter_of_the_clock() -> None:
    """Refused, and our clock is to be measured (W52)."""
    fact = answer(
        read(create(), {"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."}, 400)
    )
    assert (fact.answer, fact.clock, fact.retriable) == (Answer.REFUSED, True, True)
