"""What the answers to commands say, by the trade socket and by REST (sections 0, 3 and 8), and the socket itself."""

from typing import Any

import msgspec
import pytest
from attrs import evolve

from batactors.model.account_facts import BackOffFact, UsageFact
from batactors.model.commands import CancelAll, Command
from batactors.model.errors import ErrorKind, Unsupported
from batactors.model.facts import (
    Answer,
    AnswerFact,
    IgnoredFact,
    QuarantineFact,
    SubscribedFact,
    SubscriptionRefusedFact,
)
from batactors.model.limits import Counts
from tests.venues.bybit.samples import (
    ANSWER,
    BTC,
    ORDER_ID,
    OURS,
    REQUEST,
    STAMP,
    WHO,
    amend,
    answer,
    answered,
    cancel,
    create,
    envelope,
    only,
    taught,
    text,
    trade,
    without,
)

EVERYTHING = CancelAll(**WHO, instrument=BTC)
CODES = {"list": [{"code": 0, "msg": "OK"}, {"code": 110007, "msg": "no money"}, {"code": 0, "msg": "OK"}]}
ROWS = {
    "list": [
        {"category": "linear", "symbol": "BTCUSDT", "orderId": "v0", "orderLinkId": "b0", "createAt": "1"},
        {"category": "linear", "symbol": "BTCUSDT", "orderId": "", "orderLinkId": "b1", "createAt": ""},
        {"category": "linear", "symbol": "BTCUSDT", "orderId": "v2", "orderLinkId": "b2", "createAt": "1"},
    ]
}


def three() -> list[Command]:
    """Orders b0, b1 and b2."""
    return [create(client_order_id=f"b{one}") for one in range(3)]


def test_a_success_says_that_it_came() -> None:
    """And no more than that: the order tells the rest (section 0, 1)."""
    expected = AnswerFact(request_id=REQUEST, answer=Answer.PENDING, venue_order_id=ORDER_ID, client_order_id=OURS)
    assert answered()[0] == expected
    for op in "order.amend", "order.cancel":
        assert answered(op=op)[0] == expected
    for command in create(), amend(), cancel():
        assert taught().read_command([command], REQUEST, 200, envelope(ANSWER["data"])) == [expected]


def test_the_socket_tells_how_much_of_the_limit_is_used() -> None:
    """With each answer: of which kind of command, its operation says (section 8)."""
    for op, counts in (
        ("order.create", Counts.CREATES), ("order.amend-batch", Counts.AMENDS), ("order.cancel", Counts.CANCELS)
    ):  # fmt: skip
        facts = answered(op=op, retExtInfo=CODES)
        assert facts[-1] == UsageFact(counts=counts, interval=1, used=1, limit=10)
    for header in ({}, {"X-Bapi-Limit": "10"}, {"X-Bapi-Limit": "9", "X-Bapi-Limit-Status": "10"}, None, "text"):
        assert len(answered(header=header)) == 1


def test_a_success_without_an_id_is_unclear() -> None:
    """Whatever it says, it does not name what it did."""
    nothing: tuple[Any, ...] = ({}, {"orderId": ""}, [], "text")
    for data in nothing:
        assert answer(answered(data=data)).answer is Answer.UNCLEAR
        told = taught().read_command([create()], REQUEST, 200, envelope(data))
        assert answer(told).answer is Answer.UNCLEAR


def test_each_leg_of_a_batch_has_an_answer() -> None:
    """What became of each stands beside the ids, under a whole that is a success (section 0, 8; W23)."""
    told = answered(op="order.create-batch", data=ROWS, retExtInfo=CODES)[:3]
    assert told == taught().read_command(three(), REQUEST, 200, envelope(ROWS, retExtInfo=CODES))
    assert [(fact.answer, fact.leg, fact.legs, fact.venue_order_id, fact.client_order_id) for fact in told] == [  # type: ignore[union-attr]
        (Answer.PENDING, 0, 3, "v0", "b0"), (Answer.REFUSED, 1, 3, None, "b1"), (Answer.PENDING, 2, 3, "v2", "b2"),
    ]  # fmt: skip
    refused = told[1]
    assert isinstance(refused, AnswerFact)
    assert (refused.native_code, refused.message) == ("110007", "110007 no money")


def test_a_batch_without_what_became_of_each_is_unclear() -> None:
    """The whole says nothing of any; nor do ids alone, or rows that are not one for each code."""
    nothing: tuple[dict[str, Any], ...] = ({}, {"retExtInfo": {"list": []}}, {"retExtInfo": {"list": [{}]}})
    for more in nothing:
        fact = only(taught().read_command(three(), REQUEST, 200, envelope(ROWS, **more)))
        assert (fact.answer, fact.leg) == (Answer.UNCLEAR, None)
    fewer = {"list": ROWS["list"][:2]}
    told = taught().read_command(three(), REQUEST, 200, envelope(fewer, retExtInfo=CODES))
    assert [fact.answer for fact in told] == [Answer.UNCLEAR, Answer.REFUSED, Answer.UNCLEAR]  # type: ignore[union-attr]


def test_a_batch_that_is_refused_whole() -> None:
    """One answer for all its legs."""
    fact = only(taught().read_command(three(), REQUEST, 200, envelope({}, 10006, "too many visits")))
    assert (fact.answer, fact.leg, fact.error) == (Answer.REFUSED, None, ErrorKind.RATE_LIMITED)


def test_an_error_by_the_socket_is_told_with_its_request() -> None:
    """The same frame with another code and no data."""
    facts = answered(retCode=10006, retMsg="Too many visits", data={}, header={})
    assert answer(facts) == AnswerFact(
        request_id=REQUEST, answer=Answer.REFUSED, message="10006 Too many visits", native_code="10006",
        error=ErrorKind.RATE_LIMITED, retriable=True,
    )  # fmt: skip
    assert facts[1] == BackOffFact(reason="10006 Too many visits", seconds=1)


@pytest.mark.parametrize(
    ("success", "expected"), [("1", Answer.ACCEPTED), (None, Answer.ACCEPTED), ("0", Answer.UNCLEAR)]
)
def test_a_cancel_of_all_is_answered_for_all(success: str | None, expected: Answer) -> None:
    """What it lists is what it means to cancel, and is not all that it will."""
    body = envelope({"list": [{"orderId": "v9", "orderLinkId": "x"}], "success": success})
    fact = only(taught().read_command([EVERYTHING], REQUEST, 200, body))
    assert (fact.answer, fact.venue_order_id) == (expected, None)
    refused = only(taught().read_command([EVERYTHING], REQUEST, 200, envelope({}, 110001)))
    assert refused.answer is not Answer.ACCEPTED


# The trade socket.


def test_the_trade_socket_awaits_its_logon() -> None:
    """Once per session, by the answer of section 6; the second asking gives nothing."""
    session = trade()
    assert session.awaits == ("logon",)
    assert session.path(None) == "/v5/trade"
    assert len(session.opening(None, STAMP)) == 1
    assert session.opening(None, STAMP) == ()
    told = session.decode(text({"retCode": 0, "retMsg": "OK", "op": "auth", "connId": "c"}))
    assert told == [SubscribedFact(channel="logon")]
    assert session.decode(text({"retCode": 20001, "op": "auth"})) == [SubscribedFact(channel="logon")]


@pytest.mark.parametrize(
    ("code", "message", "is_final"),
    [(10003, "API key is invalid.", True), (10004, "Error sign", True), (10005, "Permission denied", True),
     (33004, "expired", True), (10003, "Too many sessions under the same UID", False), (10002, "Time", False),
     (10016, "Restarting", False), (20003, "Too frequent", False)],
)  # fmt: skip
def test_a_logon_that_is_refused_for_the_keys_sake_is_final(code: int, message: str, is_final: bool) -> None:
    """Others may be tried again; and one for the time's sake has the clock measured."""
    facts = trade().decode(text({"retCode": code, "retMsg": message, "op": "auth", "connId": "c"}))
    refused = facts[-1]
    assert isinstance(refused, SubscriptionRefusedFact)
    assert (refused.channel, refused.is_final, refused.message) == ("logon", is_final, f"{code} {message}")
    assert (len(facts) > 1) is (code in (10002, 20003))


def test_a_pong_is_no_answer() -> None:
    """Of the shape that this socket has (section 6)."""
    pong = {"retCode": 0, "retMsg": "OK", "op": "pong", "data": ["1700000000000"], "connId": "c"}
    assert trade().decode(text(pong)) == [IgnoredFact(what="pong")]
    assert msgspec.json.decode(trade().ping())["op"] == "ping"


def test_an_answer_to_nobody_confirms_nothing() -> None:
    """Its request is not named: it stays with the deadline of whoever waits; and it is kept."""
    for frame in (without(ANSWER, "reqId"), ANSWER | {"reqId": "abc"}):
        facts = trade().decode(text(frame))
        assert answer(facts).request_id is None
        assert any(isinstance(fact, QuarantineFact) for fact in facts)


def test_a_frame_that_cannot_be_read_leaves_its_request_unclear() -> None:
    """Its number is found all the same."""
    facts = trade().decode(text(ANSWER | {"retCode": "zero"}))
    assert (answer(facts).request_id, answer(facts).answer) == (REQUEST, Answer.UNCLEAR)
    assert isinstance(facts[1], QuarantineFact)
    assert facts[1].venue_order_id == ORDER_ID
    (alone,) = trade().decode("nonsense")
    assert isinstance(alone, QuarantineFact)


def test_a_command_that_is_not_valid_any_more_is_not_sent() -> None:
    """It would be refused, or worse."""
    with pytest.raises(Unsupported, match="ran out"):
        trade().encode([create()], request_id=REQUEST, token=None, stamp=evolve(STAMP, valid_until=STAMP.now))
