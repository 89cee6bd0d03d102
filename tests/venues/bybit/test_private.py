"""The private socket (sections 6 and 7): logged on, then subscribed; and what belongs to no order."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from batactors.model.account_facts import MarginCallFact, MarginFact, PositionFact
from batactors.model.errors import ErrorKind, Unsupported
from batactors.model.facts import BalanceFact, IgnoredFact, QuarantineFact, SubscribedFact, SubscriptionRefusedFact
from batactors.model.positions import PositionSide
from batactors.venues.bybit.times import from_ms
from batactors.venues.sockets import Role
from tests.venues.bybit.samples import (
    BTC,
    COIN,
    FLAT,
    KEYS,
    ORDER,
    ORDER_ID,
    OURS,
    POSITION,
    REQUEST,
    STAMP,
    WALLET,
    create,
    event,
    only,
    order_event,
    private,
    taught,
    text,
    told,
    without,
)
from tests.venues.signing import signed

LOGGED_ON = text({"success": True, "ret_msg": "", "op": "auth", "conn_id": "c"})


def subscribed(req_id: str | None, *, success: bool = True) -> bytes:
    """The answer of section 6."""
    frame = {"success": success, "ret_msg": "", "op": "subscribe", "req_id": req_id, "conn_id": "c"}
    return text(frame if req_id is not None else without(frame, "req_id"))


def test_it_subscribes_when_its_logon_is_confirmed_and_not_before() -> None:
    """Each frame is given once; what the venue has not confirmed is still awaited (W37)."""
    session = private()
    assert session.path(None) == "/v5/private"
    assert session.awaits == ("logon", "orders", "wallet")
    (first,) = session.opening(None, STAMP)
    assert not isinstance(first, str)
    assert msgspec.json.decode(signed(first, KEYS))["op"] == "auth"
    assert session.opening(None, STAMP) == ()
    assert session.decode(LOGGED_ON) == [SubscribedFact(channel="logon")]
    frames = [msgspec.json.decode(signed(one, KEYS)) for one in session.opening(None, STAMP)]
    assert frames == [
        {
            "req_id": "orders", "op": "subscribe",
            "args": ["order.linear", "execution.linear", "execution.fast.linear", "position.linear"],
        },
        {"req_id": "wallet", "op": "subscribe", "args": ["wallet"]},
    ]  # fmt: skip
    assert session.opening(None, STAMP) == ()
    assert session.decode(subscribed("orders")) == [SubscribedFact(channel="orders")]


def test_topics_of_all_and_of_one_category_share_no_request() -> None:
    """The venue refuses that; and both would tell each event twice (section 6)."""
    session = private()
    session.opening(None, STAMP)
    session.decode(LOGGED_ON)
    for frame in session.opening(None, STAMP):
        topics = msgspec.json.decode(signed(frame, KEYS))["args"]
        assert len({topic.endswith(".linear") for topic in topics}) == 1


@pytest.mark.parametrize("req_id", [None, "", "other"])
def test_an_answer_without_the_number_of_its_request_confirms_nothing(req_id: str | None) -> None:
    """Else one would confirm all (section 6)."""
    assert isinstance(only(told(subscribed(req_id))), IgnoredFact)


def test_a_refused_subscription_is_told() -> None:
    """The socket stays, and would be silent."""
    refused = only(told(subscribed("wallet", success=False)))
    assert isinstance(refused, SubscriptionRefusedFact)
    assert (refused.channel, refused.error) == ("wallet", ErrorKind.EXCHANGE_REJECT)


def test_a_refused_logon_is_told_and_not_taken_for_final() -> None:
    """It has no code that says whether it is for good; and nothing is subscribed to."""
    session = private()
    session.opening(None, STAMP)
    (refused,) = session.decode(text({"success": False, "ret_msg": "Params Error", "op": "auth", "conn_id": "c"}))
    assert isinstance(refused, SubscriptionRefusedFact)
    assert (refused.error, refused.is_final, refused.message) == (ErrorKind.AUTH_ERROR, False, "Params Error")
    assert session.opening(None, STAMP) == ()


@pytest.mark.parametrize(
    "frame",
    [
        {"req_id": "ping", "op": "pong", "args": ["1700000000000"], "conn_id": "c"},
        {"success": True, "ret_msg": "pong", "conn_id": "c", "req_id": "ping", "op": "ping"},
    ],
)
def test_a_pong_of_either_shape_is_a_sign_of_life_and_nothing_else(frame: dict[str, Any]) -> None:
    """Its shape differs from socket to socket (section 6)."""
    assert only(told(text(frame))).is_known


def test_it_takes_no_commands() -> None:
    """There is another socket for them; health calls each by its name."""
    with pytest.raises(Unsupported):
        private().encode([create()], request_id=REQUEST, token=None, stamp=STAMP)
    assert [(spec.name, spec.roles) for spec in taught().sockets] == [
        ("private", (Role.EVENTS,)), ("trade", (Role.COMMANDS,)),
    ]  # fmt: skip
    assert not any(spec.snapshot or spec.token for spec in taught().sockets)


# Positions and balances.


def test_a_position_whole() -> None:
    """What is short is negative; the topic's name of the entry price is the topic's own."""
    assert only(told(event("position.linear", POSITION))) == PositionFact(
        instrument=BTC, position_side=PositionSide.NET, quantity=Decimal("-0.004"), entry_price=Decimal(60000),
        mark_price=Decimal("60010.5"), liquidation_price=None, unrealized=Decimal("-0.042"),
        occurred_at=from_ms(1700000000119),
    )  # fmt: skip


@pytest.mark.holds("Y18")
def test_a_closed_position_is_told_at_once() -> None:
    """With the size zero, no side and empty text for the rest (W35)."""
    flat = only(told(event("position.linear", FLAT)))
    assert isinstance(flat, PositionFact)
    assert (flat.instrument, flat.quantity, flat.entry_price, flat.unrealized) == (BTC, Decimal(0), None, None)


@pytest.mark.holds("Y19")
def test_long_and_short_are_told_apart() -> None:
    """In hedge mode, by their index, also when one is closed."""
    rows = (POSITION | {"positionIdx": 1, "side": "Buy"}, POSITION | {"positionIdx": 2}, FLAT | {"positionIdx": 1})
    facts = told(event("position.linear", *rows))
    sides = [(fact.position_side, fact.quantity) for fact in facts if isinstance(fact, PositionFact)]
    assert sides == [
        (PositionSide.LONG, Decimal("0.004")), (PositionSide.SHORT, Decimal("-0.004")), (PositionSide.LONG, Decimal(0)),
    ]  # fmt: skip


def test_a_position_that_is_being_liquidated_is_a_warning() -> None:
    """Beside the position."""
    position, call = told(event("position.linear", POSITION | {"positionStatus": "Liq"}))
    assert isinstance(position, PositionFact)
    assert isinstance(call, MarginCallFact)
    assert (call.instrument, call.maintenance) == (BTC, Decimal("1.2"))


@pytest.mark.parametrize(
    "change", [{"side": ""}, {"side": "Both"}, {"size": ""}, {"positionIdx": 3}, {"symbol": "NEWUSDT"}]
)
def test_a_position_that_cannot_be_is_set_aside_alone(change: dict[str, Any]) -> None:
    """A size without a side, or a position of nobody knows what."""
    facts = told(event("position.linear", POSITION | change, FLAT))
    assert [type(fact) for fact in facts] == [QuarantineFact, PositionFact]


def test_balances_and_sums() -> None:
    """Each coin by itself; what the venue leaves empty is absent."""
    margin, balance = told(event("wallet", WALLET))
    assert margin == MarginFact(
        wallet=Decimal("1000.25"), unrealized=Decimal("0.25"), available=Decimal("976.5"), initial=Decimal(24),
        maintenance=Decimal("1.2"),
    )  # fmt: skip
    assert balance == BalanceFact(
        asset="USDT", total=Decimal("1000.25"), occurred_at=from_ms(1700000000125)  # type: ignore[arg-type]
    )  # fmt: skip
    assert len(told(event("wallet", WALLET | {"totalWalletBalance": "", "coin": [COIN | {"walletBalance": ""}]}))) == 0
    two = told(event("wallet", WALLET | {"coin": [COIN | {"walletBalance": "many"}, COIN | {"coin": "BTC"}]}))
    assert [type(fact) for fact in two] == [MarginFact, QuarantineFact, BalanceFact]


# What belongs to nothing.


def test_a_topic_that_we_do_not_know_is_counted_as_such() -> None:
    """It was not asked for."""
    assert only(told(event("greeks", {}))) == IgnoredFact(what="topic greeks", is_known=False)
    assert only(told(event("order.linear.new", {}))).is_known is False


@pytest.mark.parametrize(
    "frame",
    [b"", b"null", b"[]", b"{}", b"\xff", "\ud800", '{"topic":"order.linear"}', '{"topic":1}', '{"conn_id":"c"}'],
)
def test_what_cannot_be_read_is_kept(frame: str | bytes) -> None:
    """Whole, as text."""
    assert isinstance(only(told(frame)), QuarantineFact)


def test_rows_that_are_no_list_are_kept_with_every_order_that_they_name() -> None:
    """Each of the orders is in doubt then."""
    frame = text({"topic": "order.linear", "data": [ORDER | {"symbol": 1}, ORDER | {"orderId": "other", "symbol": 1}]})
    facts = told(frame)
    assert [(type(fact), getattr(fact, "venue_order_id", None)) for fact in facts] == [
        (QuarantineFact, ORDER_ID), (QuarantineFact, "other"),
    ]  # fmt: skip
    cut = told(order_event(ORDER, ORDER | {"orderId": "other"})[:-30])
    assert [getattr(fact, "venue_order_id", None) for fact in cut] == [ORDER_ID, "other"]
    by_ours = only(told(text({"topic": "order.linear", "data": [without(ORDER, "orderId")]})))
    assert by_ours.client_order_id == OURS
