"""A session on WebSocket v1: two steps to its feeds, snapshots, and what the venue complains of (section 7)."""

from decimal import Decimal

import msgspec
import pytest

from batactors.model.account_facts import PositionFact, SubscriptionEndedFact
from batactors.model.errors import ErrorKind, Unsupported
from batactors.model.facts import (
    BalanceFact,
    FillFact,
    IgnoredFact,
    OrderFact,
    QuarantineFact,
    SnapshotFact,
    SubscribedFact,
    SubscriptionRefusedFact,
)
from batactors.model.ids import Asset
from batactors.venues.codec import Session
from batactors.venues.kraken_futures.session import PRIVATE, FuturesSession
from batactors.venues.sockets import Role
from tests.venues.kraken_futures.samples import (
    BTC,
    CHALLENGE,
    KEYS,
    REQUEST,
    STAMP,
    WORKS,
    create,
    delta,
    fill,
    fills_snapshot,
    only,
    session,
    snapshot,
    taught,
    text,
    told,
    without,
)
from tests.venues.signing import signed


def challenge(message: str = CHALLENGE) -> bytes:
    return text({"event": "challenge", "message": message})


def opened() -> FuturesSession:
    """A session that has subscribed, with every feed confirmed."""
    one = session()
    one.opening(None, STAMP)
    one.decode(challenge())
    one.opening(None, STAMP)
    for feed in ("heartbeat", *PRIVATE):
        one.decode(text({"event": "subscribed", "feed": feed}))
    return one


def test_it_asks_for_a_challenge_and_signs_its_feeds_with_it() -> None:
    """Before the challenge came there is nothing to sign; each frame is given once."""
    one = session()
    first = [msgspec.json.decode(frame) for frame in one.opening(None, STAMP)]  # type: ignore[arg-type]
    assert first == [{"event": "challenge", "api_key": "K"}, {"event": "subscribe", "feed": "heartbeat"}]
    assert one.opening(None, STAMP) == ()
    assert one.decode(challenge()) == [SubscribedFact(channel="challenge")]
    second = [msgspec.json.decode(signed(frame, KEYS)) for frame in one.opening(None, STAMP)]
    assert [frame["feed"] for frame in second] == list(PRIVATE)
    assert {frame["original_challenge"] for frame in second} == {CHALLENGE}
    assert one.opening(None, STAMP) == ()
    assert set(one.awaits) == {"challenge", "heartbeat", *PRIVATE}


def test_a_challenge_is_of_its_own_connection() -> None:
    """Another session signs with another."""
    one = session()
    one.opening(None, STAMP)
    one.decode(challenge("another"))
    assert {frame.challenge for frame in one.opening(None, STAMP)} == {"another"}  # type: ignore[union-attr]


def test_there_are_no_commands_on_it() -> None:
    """One socket that tells; what is to be done goes by REST."""
    (spec,) = taught().sockets
    assert spec.roles == (Role.EVENTS,)
    assert not taught().carries(create())
    with pytest.raises(Unsupported, match="REST"):
        session().encode([create()], request_id=REQUEST, token=None, stamp=STAMP)
    made: Session = session()
    assert made.ping() is None


@pytest.mark.parametrize("event", ["alert", "error"])
def test_a_complaint_before_all_is_confirmed_refuses_a_subscription(event: str) -> None:
    """Nothing says which; the first that is missing is as good as any, since the session ends."""
    one = session()
    one.opening(None, STAMP)
    one.decode(challenge())
    fact = only(one.decode(text({"event": event, "message": "Failed to subscribe to authenticated feed"})))
    assert isinstance(fact, SubscriptionRefusedFact)
    assert fact.error is ErrorKind.AUTH_ERROR


def test_what_is_said_when_all_is_confirmed_ends_nothing() -> None:
    """An alert that a feed is subscribed to already, an unknown one; but the end of a feed ends the session."""
    one = opened()
    again = text({"event": "alert", "message": "Already subscribed to feed, re-requesting"})
    assert only(one.decode(again)).is_known
    assert not only(one.decode(text({"event": "error", "message": "Json Error"}))).is_known
    assert isinstance(only(one.decode(text({"event": "unsubscribed", "feed": "fills"}))), SubscriptionEndedFact)
    refused = only(session().decode(text({"event": "subscribed_failed", "feed": "fills"})))
    assert refused.channel == "fills"


@pytest.mark.parametrize("frame", [
    {"event": "info", "version": 1}, {"feed": "heartbeat", "time": 1700000000000}, {"event": "pong"},
])  # fmt: skip
def test_what_says_nothing_of_orders(frame: dict[str, object]) -> None:
    """A greeting, a heartbeat."""
    assert only(told(text(frame))).is_known


def test_the_snapshots_are_one_if_the_fills_come_first() -> None:
    """Oldest first, whichever is first in the frame; a bad row is set aside and hides no other."""
    newest, oldest = fill("f2", 0.86, 0.0, time=1700000002000), fill("f1", 0.14, 0.86)
    waits, fact, bad = told(fills_snapshot(newest, oldest), snapshot(WORKS, without(WORKS, "order_id")))
    assert isinstance(waits, IgnoredFact)
    assert isinstance(fact, SnapshotFact)
    assert [one.fill_id for one in fact.fills] == ["f1", "f2"]
    assert [(one.quantity, one.whole) for one in fact.orders] == [(Decimal(1), True)]
    assert isinstance(bad, QuarantineFact)


def test_fills_that_come_behind_the_orders_are_told_all_the_same() -> None:
    """And so are those of a second snapshot."""
    one = session()
    assert one.decode(snapshot()) == [SnapshotFact(orders=())]
    assert [type(fact) for fact in one.decode(fills_snapshot(fill("f1", 0.14, 0.86)))] == [FillFact]


def test_balances_are_those_of_the_wallet_that_orders_use() -> None:
    """An update without it says nothing."""
    flex = {"currencies": {"USD": {"quantity": 12.5, "value": 12.5, "available": 10.25}}, "balance_value": 12.5}
    frame = {"feed": "balances_snapshot", "account": "A", "seq": 0, "holding": {"USD": 3.0}, "flex_futures": flex}
    assert told(text(frame)) == [BalanceFact(asset=Asset("USD"), total=Decimal("12.5"), available=Decimal("10.25"))]
    assert isinstance(only(told(text({"feed": "balances", "seq": 1, "futures": {}}))), IgnoredFact)


def test_a_position_that_is_listed_no_more_is_flat() -> None:
    """The list is told whole each time; one that cannot be read in whole makes nothing flat."""
    one = session()

    def listed(*rows: dict[str, object]) -> bytes:
        return text({"feed": "open_positions", "account": "A", "positions": list(rows)})

    row = {"instrument": "PF_XBTUSD", "balance": -0.5, "entry_price": 50000.0, "pnl": 1.5}
    fact = only(one.decode(listed(row)))
    assert isinstance(fact, PositionFact)
    assert (fact.instrument, fact.quantity, fact.entry_price) == (BTC, Decimal("-0.5"), Decimal(50000))
    assert isinstance(only(one.decode(listed({"instrument": "PF_NEWUSD", "balance": 1}))), QuarantineFact)
    flat = only(one.decode(listed()))
    assert (flat.instrument, flat.quantity) == (BTC, 0)
    assert one.decode(listed()) == []


def test_unknown_frames_are_known_as_such() -> None:
    """A feed or an event that nobody has documented; what is no frame at all is set aside."""
    assert not only(told(text({"feed": "open_orders_verbose", "order": {}}))).is_known
    assert not only(told(text({"event": "newEvent"}))).is_known
    for frame in (b"{", text({}), text({"feed": "open_orders", "is_cancel": True}), text({"feed": "fills"})):
        assert isinstance(only(told(frame)), QuarantineFact)


def test_an_unknown_reason_is_a_reason_to_ask() -> None:
    """Of an order that stays and of one that leaves; an edit that failed says nothing certain either."""
    for frame in (delta("new_word"), delta("new_word", is_cancel=True), delta("order_for_edit_not_found")):
        fact = only(told(frame))
        assert isinstance(fact, OrderFact)
        assert fact.says.value == "unclear"
        assert fact.reason


def test_a_frame_that_is_set_aside_shows_no_secret() -> None:
    """The acknowledgement may echo the key and the challenge."""
    frame = b'{"event":7,"api_key":"KEY","original_challenge":"ORIG","signed_challenge":"SIG"}'
    fact = only(told(frame))
    assert not any(word in fact.raw for word in ("KEY", "ORIG", "SIG"))
