"""The private stream: its address, what ends it, and all of it that is not about an order (sections 1, 5 to 7)."""

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from batactors.model.account_facts import MarginCallFact, PositionFact, SettingFact, SubscriptionEndedFact
from batactors.model.errors import Unsupported
from batactors.model.facts import BalanceFact, IgnoredFact, OrderFact, QuarantineFact, Says
from batactors.model.ids import Asset
from batactors.model.positions import MarginMode, PositionSide
from tests.venues.binance.samples import (
    ACCOUNT_UPDATE,
    ALGO,
    AT,
    BTC,
    LITE,
    ORDER,
    REQUEST,
    STAMP,
    TRADE,
    create,
    only,
    text,
    told,
    update,
    user_data,
)


def test_the_address_names_every_event() -> None:
    """On the route for private data; a name that is left out may be an event that is lost (section 1)."""
    parts = urlsplit(user_data().path("k+/=y"))
    assert parts.path == "/private/ws"
    asked = parse_qs(parts.query)
    assert asked["listenKey"] == ["k+/=y"]
    assert asked["events"][0].split("/") == [
        "ORDER_TRADE_UPDATE", "TRADE_LITE", "ALGO_UPDATE", "ACCOUNT_UPDATE", "ACCOUNT_CONFIG_UPDATE", "MARGIN_CALL",
        "CONDITIONAL_ORDER_TRIGGER_REJECT", "listenKeyExpired",
    ]  # fmt: skip


@pytest.mark.parametrize("frame", [update(), text(LITE), text(ACCOUNT_UPDATE), text({"e": "HOPE"})])
def test_wrapped_and_bare(frame: bytes) -> None:
    """Which of the two it is follows from the path, not from the frame (section 1)."""
    wrapped = text({"stream": "key", "data": msgspec.Raw(frame)})
    assert told(wrapped) == told(frame) == told(frame.decode())


def test_balances_and_positions() -> None:
    """What changed, each by itself; the two sides of a hedge are two positions (W43)."""
    balance, long, short = told(text(ACCOUNT_UPDATE))
    assert balance == BalanceFact(asset=Asset("USDT"), total=Decimal("122624.12345678"), occurred_at=AT)
    assert long == PositionFact(
        instrument=BTC, position_side=PositionSide.LONG, quantity=Decimal("0.004"), entry_price=Decimal("60000.0"),
        unrealized=Decimal("-0.5"), margin_mode=MarginMode.CROSS, occurred_at=AT,
    )  # fmt: skip
    assert short == PositionFact(
        instrument=BTC, position_side=PositionSide.SHORT, quantity=Decimal("-0.002"), entry_price=Decimal("61000.0"),
        unrealized=Decimal(0), margin_mode=MarginMode.ISOLATED, occurred_at=AT,
    )  # fmt: skip


def account(**changes: Any) -> bytes:
    """ACCOUNT_UPDATE with other content."""
    return text(ACCOUNT_UPDATE | {"a": ACCOUNT_UPDATE["a"] | changes})


REASONS = """ORDER FUNDING_FEE DEPOSIT WITHDRAW WITHDRAW_REJECT ADJUSTMENT INSURANCE_CLEAR MARGIN_TRANSFER
    MARGIN_TYPE_CHANGE ASSET_TRANSFER AUTO_EXCHANGE ADMIN_DEPOSIT OPTIONS_TRANSFER COIN_SWAP_DEPOSIT HOPE"""


@pytest.mark.parametrize("reason", REASONS.split())
def test_every_reason_of_a_change(reason: str) -> None:
    """It is not needed to know what an account has now."""
    assert told(account(m=reason)) == told(text(ACCOUNT_UPDATE))


def test_only_what_changed_is_told() -> None:
    """Cross funding tells balances alone; a position that was closed has a quantity of zero (W35)."""
    assert len(told(text(ACCOUNT_UPDATE | {"a": {"m": "FUNDING_FEE", "B": ACCOUNT_UPDATE["a"]["B"]}}))) == 1
    closed = ACCOUNT_UPDATE["a"]["P"][0] | {"pa": "0", "ep": "0.0", "up": "0"}
    fact = only(told(account(B=[], P=[closed])))
    assert (fact.quantity, fact.entry_price) == (Decimal(0), None)


@pytest.mark.parametrize("bad", [{"a": "USDT", "wb": "NaN"}, {"a": "USDT"}, 7, None, {"a": 1, "wb": "1"}])
def test_a_bad_balance_costs_itself(bad: object) -> None:
    """Its siblings are told (P8)."""
    facts = told(account(B=[bad, *ACCOUNT_UPDATE["a"]["B"]]))
    assert [type(fact) for fact in facts] == [QuarantineFact, BalanceFact, PositionFact, PositionFact]


@pytest.mark.parametrize("bad", [{"s": "NEWUSDT"}, {"ps": "HOPE"}, {"pa": "NaN"}, {"ep": "Infinity"}])
def test_a_bad_position_costs_itself(bad: dict[str, Any]) -> None:
    """A side that we do not know is not taken for another, and an instrument is not guessed."""
    first, second = ACCOUNT_UPDATE["a"]["P"]
    facts = told(account(P=[first | bad, second]))
    assert [type(fact) for fact in facts] == [BalanceFact, QuarantineFact, PositionFact]


def test_settings() -> None:
    """The leverage of a symbol, and whether all assets stand for all positions: told after each change (W26)."""
    leverage = {"e": "ACCOUNT_CONFIG_UPDATE", "E": 1, "T": 1700000000120, "ac": {"s": "BTCUSDT", "l": 25}}
    assert told(text(leverage)) == [SettingFact(instrument=BTC, leverage=25, occurred_at=AT)]
    assets = {"e": "ACCOUNT_CONFIG_UPDATE", "E": 1, "T": 1700000000120, "ai": {"j": True}}
    assert told(text(assets)) == [SettingFact(multi_assets=True, occurred_at=AT)]


def test_a_margin_call() -> None:
    """A hint; its shape is that of the public documentation."""
    position = {"s": "BTCUSDT", "ps": "LONG", "pa": "1.327", "mt": "CROSSED", "iw": "0", "mp": "187.17127",
                "up": "-1.166074", "mm": "1.614445"}  # fmt: skip
    call = {"e": "MARGIN_CALL", "E": 1700000000120, "cw": "3.16812045", "p": [position]}
    assert told(text(call)) == [
        MarginCallFact(
            instrument=BTC, position_side=PositionSide.LONG, maintenance=Decimal("1.614445"), occurred_at=AT
        )
    ]  # fmt: skip


def test_a_refused_trigger_of_older_days() -> None:
    """It has not been seen since 2025: a reason to ask about the order that it names."""
    frame = {"e": "CONDITIONAL_ORDER_TRIGGER_REJECT", "E": 1, "T": 1, "or": {"s": "BTCUSDT", "i": 111, "r": "Due to"}}
    fact = only(told(text(frame)))
    assert isinstance(fact, OrderFact)
    assert (fact.says, fact.venue_order_id, fact.reason) == (Says.UNCLEAR, ORDER, "Due to")


@pytest.mark.parametrize("time", [1700000000120, "1700000000120"])
def test_the_listen_key_expires(time: object) -> None:
    """On a socket that stays open and tells nothing more; its time is seen as a number and as text (section 5)."""
    fact = only(told(text({"e": "listenKeyExpired", "E": time, "listenKey": "SECRETKEY"})))
    assert fact == SubscriptionEndedFact(channel="user data", reason="the listen key expired", token="SECRETKEY")
    assert fact.needs_token
    assert "SECRETKEY" not in repr(fact)


def test_the_venue_ends_the_stream() -> None:
    """The same, said otherwise."""
    fact = only(told(text({"e": "eventStreamTerminated", "E": 1700000000120})))
    assert isinstance(fact, SubscriptionEndedFact)


@pytest.mark.parametrize(
    "torn",
    [
        '{"e":"listenKeyExpired","E":{},"listenKey":"SECRETKEY"}',
        '{"stream": "SECRETKEY","data":{"e"',
        '{"listenKey":"SECRETKEY',
    ],
)
def test_a_listen_key_is_never_kept(torn: str) -> None:
    """Also not in a frame that cannot be read (P12); a wrapped one has it as the name of its stream."""
    fact = only(told(torn))
    assert isinstance(fact, QuarantineFact)
    assert "SECRETKEY" not in fact.raw
    assert "SECRETKEY" not in fact.reason


@pytest.mark.parametrize(("event", "is_known"), [("STRATEGY_UPDATE", True), ("GRID_UPDATE", True), ("HOPE", False)])
def test_other_events(event: str, is_known: bool) -> None:
    """They end nothing (W25, W26); one that nobody has documented is noted."""
    assert told(text({"e": event, "E": 1, "su": {"si": 1}, "o": "anything"})) == [
        IgnoredFact(what=f"event {event}", is_known=is_known)
    ]


EMPTY = ["ORDER_TRADE_UPDATE", "TRADE_LITE", "ALGO_UPDATE", "ACCOUNT_UPDATE", "ACCOUNT_CONFIG_UPDATE", "MARGIN_CALL",
         "CONDITIONAL_ORDER_TRIGGER_REJECT"]  # fmt: skip


@pytest.mark.parametrize("event", EMPTY)
def test_an_event_without_what_it_is_about(event: str) -> None:
    """It is set aside whole: something happened, and nobody knows what."""
    frame = text({"e": event, "E": 1, "T": 1})
    fact = only(told(frame))
    assert isinstance(fact, QuarantineFact)
    assert fact.raw == frame.decode()


@pytest.mark.parametrize(
    ("frame", "fact"),
    [
        ({"result": ["a"], "id": 1}, IgnoredFact(what="response")),
        ({"result": None, "id": 1}, IgnoredFact(what="response")),
        ({"error": {"code": 2, "msg": "Invalid"}, "id": 1}, IgnoredFact(what="refused: 2 Invalid", is_known=False)),
        ({"code": 3, "msg": "Invalid JSON"}, IgnoredFact(what="refused: 3 Invalid JSON", is_known=False)),
    ],
)
def test_responses(frame: dict[str, Any], fact: IgnoredFact) -> None:
    """Of a ping, in each shape that an error was seen in (section 6)."""
    assert told(text(frame)) == [fact]
    assert msgspec.json.decode(user_data().ping()) == {"method": "LIST_SUBSCRIPTIONS", "id": 1}


@pytest.mark.parametrize("frame", ["", "null", "[]", "7", "{}", '{"e":7}', "{", '{"data":{"data":{"e":"x"}}}'])
def test_frames_of_no_kind(frame: str) -> None:
    """They are kept whole."""
    assert isinstance(only(told(frame)), QuarantineFact)


def test_a_torn_frame_names_its_order() -> None:
    """By number and symbol, as far as they can be read."""
    torn = update()[:-2]
    fact = only(told(torn))
    assert isinstance(fact, QuarantineFact)
    assert (fact.venue_order_id, fact.client_order_id) == (ORDER, "a1")


def test_a_torn_frame_that_names_several() -> None:
    """Each of them may be the one that it concerns, and a number belongs to the symbol before it."""
    rows = [TRADE, TRADE | {"s": "ETHUSDT", "i": 5, "c": "a2"}]
    facts = told(text({"e": "HOPE"})[:-1] + b',"x":' + text(rows))
    assert [fact.venue_order_id for fact in facts] == [ORDER, "ETHUSDT:5"]  # type: ignore[union-attr]
    algos = [ALGO, ALGO | {"aid": 9}]
    assert [fact.venue_order_id for fact in told(b"{" + text(algos))] == ["algo:2148719", "algo:9"]  # type: ignore[union-attr]


def test_nothing_is_awaited() -> None:
    """The address subscribes, and nothing confirms it."""
    assert user_data().awaits == ()
    assert user_data().opening("k", STAMP) == ()


def test_nothing_goes_the_wrong_way() -> None:
    """There is no stream without a listen key, and it takes no commands."""
    with pytest.raises(Unsupported, match="listen key"):
        user_data().path(None)
    with pytest.raises(Unsupported, match="no commands"):
        user_data().encode([create()], request_id=REQUEST, token="k", stamp=STAMP)
