"""Commands over REST, and what their answers say (sections 3, 10 and 12)."""

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest
from attrs import evolve

from batactors.model.commands import Command
from batactors.model.errors import ErrorKind, Unsupported
from batactors.model.facts import Answer, AnswerFact, FillFact, OrderFact, Says
from batactors.model.terms import OrderType, Side, TimeInForce, TransportPolicy, TriggerBy
from batactors.venues.codec import SignedRequest
from tests.venues.kraken_futures.samples import (
    BTC,
    EVENT_ORDER,
    KEYS,
    ORDER,
    OTHER,
    OURS,
    PLACE,
    STAMP,
    amend,
    answered,
    cancel,
    cancel_all,
    create,
    edited,
    execution,
    only,
    sent,
    success,
    taught,
    text,
)
from tests.venues.signing import signed


def fields(command: Command) -> dict[str, str]:
    """What is sent of a command, but for how long it is good."""
    codec = taught()
    ready: SignedRequest = signed(codec.sign(codec.request_command([command], STAMP), KEYS, STAMP), KEYS)
    assert ready.method == "POST"
    found = dict(parse_qsl(ready.body.decode()))
    found.pop("processBefore", None)
    return found | {"call": ready.path.rpartition("/")[2]}


@pytest.mark.parametrize(("terms", "expected"), [
    ({}, {"orderType": "lmt", "limitPrice": "50000"}),
    ({"post_only": True}, {"orderType": "post", "limitPrice": "50000"}),
    ({"time_in_force": TimeInForce.IOC}, {"orderType": "ioc", "limitPrice": "50000"}),
    ({"time_in_force": TimeInForce.FOK}, {"orderType": "fok", "limitPrice": "50000"}),
    ({"order_type": OrderType.MARKET, "price": None}, {"orderType": "mkt"}),
    ({"order_type": OrderType.STOP_MARKET, "price": None, "trigger_price": Decimal("1E+3"),
      "trigger_by": TriggerBy.INDEX, "reduce_only": True},
     {"orderType": "stp", "stopPrice": "1000", "triggerSignal": "index", "reduceOnly": "true"}),
    ({"order_type": OrderType.TAKE_PROFIT_LIMIT, "trigger_price": Decimal(5)},
     {"orderType": "take_profit", "stopPrice": "5", "limitPrice": "50000"}),
])  # fmt: skip
def test_an_order_goes_out_as_it_was_meant(terms: dict[str, Any], expected: dict[str, str]) -> None:
    """Each type and each time in force is an ``orderType`` of the venue's."""
    common = {"call": "sendorder", "symbol": "PF_XBTUSD", "side": "buy", "size": "1", "cliOrdId": OURS}
    assert fields(create(**terms)) == common | expected


@pytest.mark.holds("I02")
def test_a_client_order_id_of_a_hundred_characters_goes_out_whole() -> None:
    """The reference cut it to 18; a longer one than the venue takes has a shorter form, and another at each try."""
    codec, long = taught(), "a" * 100
    assert codec.fits(long)  # type: ignore[arg-type]
    assert fields(create(client_order_id=long))["cliOrdId"] == long
    assert not codec.fits(long + "a")  # type: ignore[arg-type]
    shorter = [codec.shorten(long + "b", attempt) for attempt in range(3)]  # type: ignore[arg-type]
    assert len(set(shorter)) == 3
    assert all(codec.fits(one) for one in shorter)


def test_an_edit_says_the_new_total() -> None:
    """In the mode that means it: by itself the venue would take the size for what is left. The trigger goes too."""
    terms = {"quantity": Decimal("0.5"), "trigger_price": Decimal(7)}
    expected = {"call": "editorder", "orderId": ORDER, "size": "0.5", "qtyMode": "ABSOLUTE", "stopPrice": "7"}
    assert fields(amend(**terms)) == expected
    assert fields(amend(venue_order_id=None, price=Decimal(6))) == {
        "call": "editorder", "cliOrdId": OURS, "limitPrice": "6",
    }  # fmt: skip


def test_cancels_say_exactly_what_they_are_for() -> None:
    """One order by one of its ids; all, or all of a symbol."""
    assert fields(cancel()) == {"call": "cancelorder", "order_id": ORDER}
    assert fields(cancel(venue_order_id=None)) == {"call": "cancelorder", "cliOrdId": OURS}
    assert fields(cancel_all()) == {"call": "cancelallorders"}
    assert fields(cancel_all(instrument=BTC)) == {"call": "cancelallorders", "symbol": "PF_XBTUSD"}


@pytest.mark.parametrize("command", [
    create(order_type=OrderType.TRAILING_STOP, price=None), create(time_in_force=TimeInForce.GTD),
    create(display_quantity=Decimal(1)), create(post_only=True, time_in_force=TimeInForce.IOC),
    create(order_type=OrderType.MARKET, price=None, time_in_force=TimeInForce.FOK), amend(post_only=True),
    cancel(client_order_id=None, venue_order_id=None),
    cancel_all(conditional=True), create(transport=TransportPolicy.WEBSOCKET),
])  # fmt: skip
def test_what_cannot_be_carried_is_told_before_it_is_sent(command: Command) -> None:
    """By the check, whatever road it would take."""
    with pytest.raises(Unsupported):
        taught().check(command)


def test_an_order_that_rests() -> None:
    """The answer has its id, and its row says that it is in the book: what a post-only order waits to hear."""
    answer, fact = answered(create(), sent())
    assert isinstance(answer, AnswerFact)
    assert (answer.answer, answer.venue_order_id, answer.client_order_id) == (Answer.ACCEPTED, ORDER, OURS)
    assert isinstance(fact, OrderFact)
    assert (fact.says, fact.quantity) == (Says.OPEN, None)


def test_an_order_that_is_wholly_taken() -> None:
    """There is no PLACE: what was executed is told ahead, and the count is the venue's own."""
    rows = [execution("f1", 0.4, left=1.0), execution("f2", 0.6, left=0.6, filled=0.4)]
    _, first, second, end = answered(create(), sent(events=rows))
    assert isinstance(first, FillFact)
    assert isinstance(second, FillFact)
    assert (first.provisional, first.quantity, second.quantity) == (True, Decimal("0.4"), Decimal("0.6"))
    assert isinstance(end, OrderFact)
    assert (end.says, end.filled, end.venue_order_id) == (Says.FILLED, Decimal(1), ORDER)


@pytest.mark.parametrize("rests", [True, False])
def test_what_was_taken_in_part(rests: bool) -> None:
    """The rest of a limit order rests; that of one which takes only is gone."""
    row = execution("f1", 0.4, left=1.0)
    if rests:
        facts = answered(create(), sent(events=[row, PLACE | {"order": EVENT_ORDER | {"quantity": 0.6}}]))
        ends = [fact for fact in facts if isinstance(fact, OrderFact)]
        assert [fact.says for fact in ends] == [Says.OPEN]
    else:
        facts = answered(create(time_in_force=TimeInForce.IOC), sent(events=[row]))
        ends = [fact for fact in facts if isinstance(fact, OrderFact)]
        assert [(fact.says, fact.filled) for fact in ends] == [(Says.CANCELED, Decimal("0.4"))]


STATUSES = [
    ("iocWouldNotExecute", Answer.REFUSED, ErrorKind.EXCHANGE_REJECT, False),
    ("postWouldExecute", Answer.REFUSED, ErrorKind.EXCHANGE_REJECT, False),
    ("marketSuspended", Answer.REFUSED, ErrorKind.TEMPORARY_UNAVAILABLE, True),
    ("wouldProcessAfterSpecifiedTime", Answer.REFUSED, ErrorKind.EXCHANGE_REJECT, True),
    ("clientOrderIdAlreadyExist", Answer.UNCLEAR, ErrorKind.EXCHANGE_REJECT, False),
    ("notFound", Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION, False),
    ("aWordOfTomorrow", Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION, False),
]


@pytest.mark.parametrize(("status", "answer", "kind", "retriable"), STATUSES)
def test_a_success_may_be_a_refusal(status: str, answer: Answer, kind: ErrorKind, retriable: bool) -> None:
    """``result`` is success, and the status says what was done; what is not known is asked for."""
    fact = only(answered(create(), sent(status, [])))
    assert (fact.answer, fact.error, fact.retriable) == (answer, kind, retriable)
    assert fact.post_only == (status == "postWouldExecute")
    assert fact.clock == (status == "wouldProcessAfterSpecifiedTime")


ERRORS = [
    (200, {"result": "error", "error": "apiLimitExceeded"}, Answer.REFUSED, ErrorKind.RATE_LIMITED, True),
    (429, {"result": "error", "error": "apiLimitExceeded"}, Answer.REFUSED, ErrorKind.RATE_LIMITED, True),
    (200, {"result": "error", "error": "authenticationError"}, Answer.REFUSED, ErrorKind.AUTH_ERROR, False),
    (200, {"result": "error", "error": "nonceDuplicate"}, Answer.REFUSED, ErrorKind.EXCHANGE_REJECT, True),
    (200, {"result": "error", "error": "Server Error"}, Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION, False),
    (400, {"status": "BAD_REQUEST", "result": "error", "errors": [{"code": 11, "message": "Argument invalid: symbol"}]},
     Answer.REFUSED, ErrorKind.EXCHANGE_REJECT, False),
    (500, {"result": "error", "errors": [{"code": 92, "message": "INSUFFICIENT_MARGIN"}]}, Answer.REFUSED,
     ErrorKind.EXCHANGE_REJECT, False),
    (404, {"status": "NOT_FOUND", "result": "error", "errors": [{"code": 0, "message": "404 NOT_FOUND"}]},
     Answer.REFUSED, ErrorKind.UNSUPPORTED, False),
    (500, "<html>", Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION, False),
    (502, {}, Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION, False),
    (200, {"serverTime": "x"}, Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION, False),
    (200, {"result": "success"}, Answer.UNCLEAR, ErrorKind.UNKNOWN_EXECUTION, False),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "answer", "kind", "retriable"), ERRORS)
def test_errors_say_what_became_of_a_command(
    status: int, body: object, answer: Answer, kind: ErrorKind, retriable: bool
) -> None:
    """In their three shapes; a gateway's page and a success without a status leave it unknown."""
    fact = only(answered(create(), text(body), status))
    assert (fact.answer, fact.error, fact.retriable) == (answer, kind, retriable)


def cancelled(status: str, events: list[Any] | None = None) -> bytes:
    return success(cancelStatus={"status": status, "order_id": ORDER, "orderEvents": events or []})


def test_a_cancel_that_was_done_has_the_count() -> None:
    """Perhaps a part was filled before it."""
    row = {"type": "CANCEL", "uid": ORDER, "order": EVENT_ORDER | {"quantity": 0.86, "filled": 0.14}}
    answer, fact = answered(cancel(), cancelled("cancelled", [row]))
    assert isinstance(answer, AnswerFact)
    assert isinstance(fact, OrderFact)
    assert (answer.answer, fact.says, fact.filled) == (Answer.ACCEPTED, Says.CANCELED, Decimal("0.14"))
    bare = answered(cancel(), cancelled("cancelled", [row | {"order": None}]))
    assert isinstance(bare[1], OrderFact)
    assert bare[1].filled is None


@pytest.mark.parametrize("status", ["filled", "notFound"])
def test_a_cancel_of_what_is_not_open(status: str) -> None:
    """It was filled, or closed, or never there: it is asked which."""
    assert only(answered(cancel(), cancelled(status))).answer is Answer.NOT_OPEN


def test_an_edit_that_is_refused() -> None:
    """The order is gone, or as it was."""
    assert only(answered(amend(), edited("orderForEditNotFound"))).answer is Answer.NOT_OPEN
    assert only(answered(amend(), edited("postWouldExecute"))).answer is Answer.REFUSED


def test_a_cancel_of_all_tells_each() -> None:
    """Those with rows have their count; one that is only listed is asked for."""
    row = {"type": "CANCEL", "uid": ORDER, "order": EVENT_ORDER}
    listed = [{"order_id": ORDER, "cliOrdId": OURS}, {"order_id": OTHER}]
    body = success(cancelStatus={"status": "cancelled", "cancelOnly": "all", "cancelledOrders": listed,
                                 "orderEvents": [row]})  # fmt: skip
    answer, *facts = answered(cancel_all(), body)
    assert isinstance(answer, AnswerFact)
    assert answer.answer is Answer.ACCEPTED
    told = {fact.venue_order_id: fact.filled for fact in facts if isinstance(fact, OrderFact)}
    assert told == {ORDER: Decimal(0), OTHER: None}
    none = success(cancelStatus={"status": "noOrdersToCancel", "cancelledOrders": [], "orderEvents": []})
    assert only(answered(cancel_all(), none)).answer is Answer.ACCEPTED


def batch(rows: list[dict[str, Any]], commands: list[Command]) -> list[AnswerFact]:
    facts = taught().read_command(commands, STAMP.nonce, 200, success(batchStatus=rows))  # type: ignore[arg-type]
    return [fact for fact in facts if isinstance(fact, AnswerFact)]


def test_the_rows_of_a_batch_are_told_by_their_tags_and_ids() -> None:
    """They come in any order; one that is missing has no answer."""
    commands: list[Command] = [create(), create(client_order_id="b"), create(client_order_id="c")]
    rows = [{"status": "invalidPrice", "order_tag": "2"}, {"status": "placed", "order_tag": "0", "order_id": ORDER}]
    assert [(one.leg, one.legs, one.answer) for one in batch(rows, commands)] == [
        (2, 3, Answer.REFUSED), (0, 3, Answer.ACCEPTED),
    ]  # fmt: skip
    cancels: list[Command] = [cancel(), cancel(venue_order_id=OTHER, client_order_id=None)]
    rows = [{"status": "notFound", "order_id": OTHER}, {"status": "cancelled", "order_id": ORDER}]
    assert [(one.leg, one.answer) for one in batch(rows, cancels)] == [(1, Answer.NOT_OPEN), (0, Answer.ACCEPTED)]


def test_a_batch_holds_numbers_as_they_are() -> None:
    """Amounts are numbers there, digit by digit; the parameter is one text, encoded once."""
    codec = taught()
    commands = [create(quantity=Decimal("0.00000012345678901234"), side=Side.SELL), create(client_order_id="b")]
    request = codec.request_command(commands, STAMP)
    fields = dict(request.fields)
    assert '"size":0.00000012345678901234' in str(fields["json"])
    assert '"order_tag":"1"' in str(fields["json"])
    edits = dict(codec.request_command([amend(price=Decimal(5)), amend(price=Decimal(6))], STAMP).fields)
    assert f'"order":"edit","limitPrice":5,"order_id":"{ORDER}"' in str(edits["json"])
    with pytest.raises(Unsupported):
        codec.request_command([create()] * 11, STAMP)


def test_what_would_not_go_out_as_it_is_waits_for_its_shorter_form() -> None:
    """An id of the user's that the venue cannot take is no reason to refuse the order: another stands for it there."""
    order = create(client_order_id="a b")
    taught().check(order)
    with pytest.raises(Unsupported, match="client order id 'a b'"):
        taught().request_command([order], STAMP)
    short = evolve(order, client_order_id=taught().shorten(order.client_order_id, 0))
    assert fields(short)["cliOrdId"] == short.client_order_id


def test_a_market_order_may_say_what_it_is_there() -> None:
    """It is taken at once or not at all, whether that is said or not."""
    at_market = create(order_type=OrderType.MARKET, price=None, time_in_force=TimeInForce.IOC)
    assert fields(at_market) == fields(evolve(at_market, time_in_force=TimeInForce.GTC))
    assert fields(at_market)["orderType"] == "mkt"
