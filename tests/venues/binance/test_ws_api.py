"""The WebSocket API (section 8): frames out, answers in."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from batactors.model.account_facts import BackOffFact, UsageFact
from batactors.model.errors import ErrorKind, Unsupported
from batactors.model.facts import (
    Answer,
    AnswerFact,
    IgnoredFact,
    OrderFact,
    QuarantineFact,
    Says,
)
from batactors.model.ids import RequestId, VenueOrderId
from batactors.model.limits import Counts
from batactors.model.questions import AskOrder, AskOrders
from batactors.venues.binance.ws_api import REMEMBERED, CommandSession
from batactors.venues.codec import Stamp
from batactors.venues.signers import Keys, Scheme
from tests.venues.binance.samples import (
    ALGO_ORDER,
    ALGO_ROW,
    BTC,
    NOW,
    NOW_MS,
    ORDER,
    ORDER_ROW,
    OURS,
    REQUEST,
    SECRET_KEYS,
    STAMP,
    WS_LIMITS,
    amend,
    cancel,
    cancel_all,
    commands,
    create,
    encoded,
    only,
    stop,
    text,
)
from tests.venues.signing import octets, signed


def made(session: CommandSession, asked: Any, keys: Keys = SECRET_KEYS) -> str:
    """The frame for a command or a question, as it is sent."""
    if isinstance(asked, AskOrder | AskOrders):
        return signed(session.prepare(asked, REQUEST, STAMP), keys)
    return encoded(session, asked, keys=keys)


def sent(asked: Any, keys: Keys = SECRET_KEYS) -> dict[str, Any]:
    """The frame for a command, signed."""
    return msgspec.json.decode(made(commands(keys), asked, keys), type=dict[str, Any])


def said(status: int = 200, *, asked: Any = None, **fields: Any) -> list[Any]:
    """What a session that has asked makes of the answer."""
    it = commands()
    made(it, asked or create())
    return it.decode(text({"id": REQUEST, "status": status, **fields}))


@pytest.mark.parametrize(
    ("asked", "method", "params"),
    [
        (create(), "order.place", {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "quantity": "0.010",
                                   "price": "60000.0", "timeInForce": "GTC", "newClientOrderId": "a1"}),
        (stop(), "algoOrder.place", {"algoType": "CONDITIONAL", "symbol": "BTCUSDT", "side": "BUY",
                                     "type": "STOP_MARKET", "quantity": "0.010", "triggerPrice": "59000",
                                     "clientAlgoId": "a1"}),
        (amend(), "order.modify", {"symbol": "BTCUSDT", "orderId": 111, "side": "BUY", "quantity": "0.020",
                                   "price": "59000.0"}),
        (cancel(), "order.cancel", {"symbol": "BTCUSDT", "origClientOrderId": "a1"}),
        (cancel(venue_order_id=ORDER), "order.cancel", {"symbol": "BTCUSDT", "orderId": 111}),
        (cancel(venue_order_id=ALGO_ORDER), "algoOrder.cancel", {"algoId": 2148719}),
        (AskOrder(client_order_id=OURS, instrument=BTC), "order.status",
         {"symbol": "BTCUSDT", "origClientOrderId": "a1"}),
        (AskOrders(venue_order_ids=(ORDER,)), "order.status", {"symbol": "BTCUSDT", "orderId": 111}),
    ],
)  # fmt: skip
def test_requests(asked: Any, method: str, params: dict[str, object]) -> None:
    """Whole numbers are JSON numbers, money is text; the key, the window and the time are signed with the rest."""
    frame = sent(asked)
    signature = frame["params"].pop("signature")
    stamp = {"apiKey": "TESTKEY", "recvWindow": 5000, "timestamp": NOW_MS}
    assert frame == {"id": REQUEST, "method": method, "params": params | stamp}
    payload = "&".join(f"{name}={value}" for name, value in sorted((params | stamp).items()))
    assert signature == Scheme.HMAC_SHA256.text(octets(SECRET_KEYS, payload.encode()))


@pytest.mark.parametrize(
    "asked",
    [
        cancel_all(), AskOrder(client_order_id=OURS), AskOrders(venue_order_ids=(ORDER, ORDER)),
        AskOrder(client_order_id=OURS, instrument=BTC, conditional=True), AskOrders(venue_order_ids=(ALGO_ORDER,)),
        amend(side=None),
    ],
    ids=str,
)  # fmt: skip
def test_what_the_socket_cannot_carry(asked: Any) -> None:
    """It has no cancel of all orders and no lists: another road may."""
    with pytest.raises(Unsupported):
        sent(asked)


def test_a_request_that_waited_too_long_is_not_signed() -> None:
    """Its window has closed: it could only be refused (W21)."""
    late = Stamp(now=NOW + timedelta(seconds=5), valid_until=NOW + timedelta(seconds=5), nonce=1)
    with pytest.raises(Unsupported, match="validity"):
        commands().encode([create()], request_id=REQUEST, token=None, stamp=late)


# Answers.


def test_an_order_is_accepted() -> None:
    """With the counts that come with the answer (D11)."""
    assert said(result=ORDER_ROW, rateLimits=WS_LIMITS) == [
        AnswerFact(request_id=REQUEST, answer=Answer.ACCEPTED, venue_order_id=ORDER, client_order_id=OURS),
        UsageFact(counts=Counts.ORDERS, interval=10, used=1, limit=300),
    ]


def test_an_order_is_refused() -> None:
    """The answer that the sheet shows."""
    answer, usage = said(400, error={"code": -2019, "msg": "Margin is insufficient."}, rateLimits=WS_LIMITS)
    assert (answer.answer, answer.request_id, answer.native_code, answer.error) == (
        Answer.REFUSED, REQUEST, "-2019", ErrorKind.EXCHANGE_REJECT,
    )  # fmt: skip
    assert isinstance(usage, UsageFact)


@pytest.mark.parametrize("asked", [create(), stop(), amend(), cancel()], ids=["create", "stop", "amend", "cancel"])
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (408, {"code": -1007, "msg": "Timeout waiting for response from backend server."}),
        (400, {"code": -1007, "msg": "Timeout"}), (400, {"code": -1006, "msg": "An unexpected response"}),
        (503, {"code": -1000, "msg": "Unknown error"}), (500, None), (502, {}), (503, {"code": -9999, "msg": "x"}),
        (504, {"msg": "x"}), (200, {"code": -9999, "msg": "x"}), (0, None),
    ],
)  # fmt: skip
def test_unknown_outcomes(status: int, error: object, asked: Any) -> None:
    """5xx, -1006 and -1007 leave it open what was done, for any command (W6, section 9)."""
    fact = said(status, error=error, asked=asked)[0]
    assert (fact.answer, fact.retriable, fact.request_id) == (Answer.UNCLEAR, False, REQUEST)


def test_a_cancel_that_finds_nothing() -> None:
    """Not open now: filled, cancelled or never there; or the venue's reads lag."""
    error = {"code": -2011, "msg": "Unknown order sent."}
    assert said(400, error=error, asked=cancel())[0].answer is Answer.NOT_OPEN
    assert said(400, error=error, asked=create())[0].answer is Answer.UNCLEAR


@pytest.mark.parametrize("result", [..., None, {}, [], "x", {"orderId": "x"}])
def test_a_success_that_cannot_be_read(result: object) -> None:
    """It may have been done (W14)."""
    fields: dict[str, Any] = {} if result is ... else {"result": result}
    assert said(**fields)[0].answer is Answer.UNCLEAR


def test_an_amend_that_cancelled_the_order() -> None:
    """The end is told behind the answer (section 4.2)."""
    answer, end = said(result=ORDER_ROW | {"status": "CANCELED"}, asked=amend())
    assert (answer.answer, end.says) == (Answer.ACCEPTED, Says.CANCELED)


def test_an_order_that_waits() -> None:
    """Accepted under its own count."""
    assert said(result=ALGO_ROW, asked=stop())[0].venue_order_id == ALGO_ORDER


def test_too_many() -> None:
    """Surely not done, with the time of the ban (W51)."""
    answer, back_off = said(418, error={"code": -1003, "msg": "banned until 1700000000120"})
    assert (answer.answer, answer.error) == (Answer.REFUSED, ErrorKind.RATE_LIMITED)
    assert isinstance(back_off, BackOffFact)
    assert back_off.until is not None


def test_what_was_asked_is_found() -> None:
    """As the facts of an order."""
    asked = AskOrder(client_order_id=OURS, instrument=BTC)
    fact = only(said(result=ORDER_ROW, asked=asked))
    assert isinstance(fact, OrderFact)
    assert fact.venue_order_id == ORDER
    assert only(said(400, error={"code": -2013, "msg": "Order does not exist."}, asked=asked)).answer is Answer.NOT_OPEN
    assert only(said(503, error={"code": -1000}, asked=asked)).answer is Answer.UNCLEAR


def test_answers_come_in_any_order_and_twice() -> None:
    """The number ties each to what was asked (section 8)."""
    it = commands()
    encoded(it, create(), RequestId(1))
    encoded(it, cancel(), RequestId(2))
    gone = text({"id": 2, "status": 400, "error": {"code": -2011, "msg": "m"}})
    done = text({"id": 1, "status": 200, "result": ORDER_ROW})
    told = [only(it.decode(frame)) for frame in (gone, done, gone)]
    assert [(fact.request_id, fact.answer) for fact in told] == [
        (2, Answer.NOT_OPEN), (1, Answer.ACCEPTED), (2, Answer.NOT_OPEN),
    ]  # fmt: skip


def test_an_answer_to_what_nobody_asked() -> None:
    """A success is unclear, a refusal one of an unknown command."""
    fact = only(commands().decode(text({"id": 5, "status": 200, "result": ORDER_ROW})))
    assert (fact.answer, fact.request_id) == (Answer.UNCLEAR, 5)


def test_what_is_remembered_is_bounded() -> None:
    """The oldest is forgotten, not the latest."""
    it = commands()
    for number in range(1, REMEMBERED + 2):
        it.encode([cancel()], request_id=RequestId(number), token=None, stamp=STAMP)
    first, last = (only(it.decode(text({"id": number, "status": 200, "result": ORDER_ROW})))
                   for number in (1, REMEMBERED + 1))  # fmt: skip
    assert (first.answer, last.answer) == (Answer.UNCLEAR, Answer.ACCEPTED)


@pytest.mark.parametrize(
    "frame", ['{"id":7,"status":"x"}', '{"id":7,"status":200,"rateLimits":7,"result":{},"status":[]}']
)
def test_an_answer_that_cannot_be_read(frame: str) -> None:
    """The command that it answers is not answered clearly; the frame is kept."""
    answer, aside = commands().decode(frame)
    assert isinstance(answer, AnswerFact)
    assert (answer.request_id, answer.answer) == (7, Answer.UNCLEAR)
    assert isinstance(aside, QuarantineFact)


@pytest.mark.parametrize(
    "limits", [7, [{}], [{"rateLimitType": "HOPE", "interval": "SECOND", "intervalNum": 1, "limit": 1}]]
)
def test_counts_that_cannot_be_read_cost_nothing(limits: object) -> None:
    """The answer stands."""
    assert only(said(result=ORDER_ROW, rateLimits=limits)).answer is Answer.ACCEPTED


@pytest.mark.parametrize(
    ("frame", "fact"),
    [
        ({"id": -2, "status": 200, "result": {"apiKey": None}}, IgnoredFact(what="session status")),
        ({"id": "x", "status": 200}, IgnoredFact(what="unknown frame of the WebSocket API", is_known=False)),
        ({}, IgnoredFact(what="unknown frame of the WebSocket API", is_known=False)),
    ],
)
def test_other_frames(frame: dict[str, Any], fact: IgnoredFact) -> None:
    """They are about no command."""
    assert commands().decode(text(frame)) == [fact]
    assert msgspec.json.decode(commands().ping())["method"] == "session.status"


def test_an_error_unasked() -> None:
    """It is kept whole, since nobody knows what it is about."""
    fact = only(commands().decode(text({"id": None, "status": 400, "error": {"code": -1100, "msg": "m"}})))
    assert isinstance(fact, QuarantineFact)
    assert VenueOrderId("") != fact.venue_order_id
