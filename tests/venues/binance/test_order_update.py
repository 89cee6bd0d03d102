"""ORDER_TRADE_UPDATE: what happened to an order, and how it stands (section 7)."""

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from batactors.model.facts import FillFact, OrderFact, QuarantineFact, Says
from batactors.model.ids import Asset, FillId
from batactors.model.order_events import Fee
from batactors.model.positions import Forced, PositionSide
from batactors.model.terms import Liquidity, OrderType, Side, TimeInForce
from batactors.venues.binance.words import EXECUTIONS, EXPIRY_REASONS, ORDER_STATUS, ORDER_TYPES
from tests.venues.binance.samples import (
    AMENDED,
    AT,
    BTC,
    CANCELED,
    EXPIRED,
    FILLED,
    NEW,
    ORDER,
    OURS,
    TRADE,
    only,
    order_event,
    told,
    update,
    without,
)

FILL = FillFact(
    fill_id=FillId("BTCUSDT:900:111"), venue_order_id=ORDER, client_order_id=OURS, instrument=BTC, side=Side.BUY,
    order_type=OrderType.LIMIT, quantity=Decimal("0.004"), price=Decimal("60000.0"),
    fees=(Fee(asset=Asset("USDT"), amount=Decimal("0.048")),), liquidity=Liquidity.MAKER, filled=Decimal("0.004"),
    total=Decimal("0.010"), whole=True, position_side=PositionSide.NET, occurred_at=AT,
)  # fmt: skip
OPEN = OrderFact(
    says=Says.OPEN, venue_order_id=ORDER, client_order_id=OURS, instrument=BTC, side=Side.BUY,
    order_type=OrderType.LIMIT, time_in_force=TimeInForce.GTC, quantity=Decimal("0.010"), price=Decimal("60000.0"),
    filled=Decimal(0), whole=True, position_side=PositionSide.NET, occurred_at=AT, changed_at=AT,
)  # fmt: skip


def test_a_fill() -> None:
    """Everything that the frame says of it, and nothing else."""
    assert told(update()) == [FILL]


def test_a_new_order() -> None:
    """With trade id 0 it is no fill, and no reason to think that one was missed (W27)."""
    assert told(order_event(NEW)) == [evolve(OPEN, terms_stand=True)]


def test_a_quantity_without_a_number_is_no_fill() -> None:
    """Nobody could tell it from another; the count says that there was one (sections 7 and 13, 20)."""
    fact = only(told(update(t=0, x="CALCULATED")))
    assert isinstance(fact, OrderFact)
    assert (fact.says, fact.filled) == (Says.OPEN, Decimal("0.004"))


def test_the_last_fill_completes() -> None:
    """One fact says both: the fill, and that there will be no other."""
    fact = only(told(order_event(FILLED)))
    assert (fact.fill_id, fact.completes, fact.filled, fact.total) == (
        "BTCUSDT:901:111", True, Decimal("0.010"), Decimal("0.010"),
    )  # fmt: skip


def test_an_amendment() -> None:
    """The new total and price, the filled part included; the order works on (section 4.2)."""
    fact = only(told(order_event(AMENDED | {"X": "PARTIALLY_FILLED", "z": "0.004"})))
    assert (fact.says, fact.quantity, fact.price, fact.filled) == (
        Says.UPDATED, Decimal("0.020"), Decimal("59000.0"), Decimal("0.004"),
    )  # fmt: skip


def test_an_amendment_that_ends_the_order() -> None:
    """Should a venue ever tell its end so, its end counts (section 4.2)."""
    assert only(told(order_event(AMENDED | {"X": "CANCELED"}))).says is Says.CANCELED


def test_a_cancel_with_fills() -> None:
    """It says how much was filled before."""
    fact = only(told(order_event(CANCELED)))
    assert (fact.says, fact.filled, fact.reason) == (Says.CANCELED, Decimal("0.004"), None)


@pytest.mark.parametrize(("code", "reason"), sorted(EXPIRY_REASONS.items()))
@pytest.mark.parametrize("written", [str, int])
def test_expiries(code: str, reason: str | None, written: type) -> None:
    """Each documented reason, written as text and as a number."""
    fact = only(told(order_event(EXPIRED | {"er": written(code)})))
    assert (fact.says, fact.reason, fact.post_only) == (Says.EXPIRED, reason, False)


def test_an_unknown_reason_is_told_as_it_is() -> None:
    """It is only a word."""
    assert only(told(order_event(EXPIRED | {"er": 77}))).reason == "expiry reason 77"


def test_self_trade_prevention() -> None:
    """EXPIRED_IN_MATCH is an end like any other (W26)."""
    fact = only(told(order_event(EXPIRED | {"X": "EXPIRED_IN_MATCH", "er": "1"})))
    assert (fact.says, fact.reason) == (Says.EXPIRED, "self-trade prevention")


def test_a_post_only_order_that_would_have_taken() -> None:
    """It ends with no reason given; with a reason, that was the reason."""
    assert only(told(order_event(EXPIRED | {"f": "GTX", "er": "0"}))).post_only
    assert not only(told(order_event(EXPIRED | {"f": "GTX", "er": "7"}))).post_only


@pytest.mark.parametrize("x", sorted(word for word in EXECUTIONS if word))
@pytest.mark.parametrize("state", sorted(word for word in ORDER_STATUS if word))
@pytest.mark.parametrize("has_fill", [True, False])
def test_every_pair_of_words(x: str, state: str, has_fill: bool) -> None:
    """A fill is always told, an end always heard, and no pair of words costs either (W26)."""
    row = (TRADE if has_fill else NEW) | {"x": x, "X": state}
    facts = told(order_event(row))
    fills = [fact for fact in facts if isinstance(fact, FillFact)]
    says = [fact.says for fact in facts if isinstance(fact, OrderFact)]
    assert len(fills) == has_fill
    assert len(says) <= 1
    assert fills or says
    if ORDER_STATUS[state] in (Says.CANCELED, Says.EXPIRED, Says.REFUSED):
        assert says == [ORDER_STATUS[state]]
    if state == "FILLED":
        assert (fills and fills[0].completes) or says == [Says.FILLED]


@pytest.mark.parametrize(
    "words", [{"x": "BOUGHT"}, {"X": "HALF"}, {"x": "BOUGHT", "X": "HALF"}, {"x": None}, {"X": None}]
)
def test_unknown_words_are_a_reason_to_ask(words: dict[str, Any]) -> None:
    """And the fill beside them is told all the same (P8)."""
    assert only(told(order_event(NEW | words))).says is Says.UNCLEAR
    fill, doubt = told(update(**words))
    assert isinstance(fill, FillFact)
    assert isinstance(doubt, OrderFact)
    assert doubt.says is Says.UNCLEAR


@pytest.mark.parametrize("x", ["CANCELED", "EXPIRED"])
def test_words_that_contradict_each_other(x: str) -> None:
    """An order that was cancelled and works: ask."""
    assert only(told(order_event(NEW | {"x": x, "X": "NEW"}))).says is Says.UNCLEAR


@pytest.mark.parametrize(
    ("changes", "forced"),
    [
        ({"c": "autoclose-1700000000000001", "o": "LIQUIDATION"}, Forced.LIQUIDATION),
        ({"c": "autoclose-1700000000000001", "o": "LIMIT", "f": "IOC"}, Forced.LIQUIDATION),
        ({"c": "adl_autoclose", "o": "MARKET"}, Forced.DELEVERAGING),
        ({"c": "settlement_autoclose-1700000000000001"}, Forced.SETTLEMENT),
        ({"c": "delivery_autoclose-12345"}, Forced.SETTLEMENT),
        ({"o": "LIQUIDATION"}, Forced.LIQUIDATION),
        ({"X": "NEW_INSURANCE"}, Forced.LIQUIDATION),
        ({"X": "NEW_ADL"}, Forced.DELEVERAGING),
    ],
)
@pytest.mark.parametrize("x", ["CALCULATED", "TRADE"])
def test_orders_of_the_venue_itself(changes: dict[str, Any], forced: Forced, x: str) -> None:
    """Liquidation, deleveraging and settlement carry fills; their client order ids are no client's (section 13, 20)."""
    row = TRADE | {"X": "FILLED"} | changes | {"x": x}
    fill = told(order_event(row))[0]
    assert isinstance(fill, FillFact)
    assert (fill.forced, fill.quantity) == (forced, Decimal("0.004"))
    assert fill.client_order_id == (None if "c" in changes else OURS)
    first = told(order_event(NEW | changes | {"x": "CALCULATED", "X": changes.get("X", "NEW")}))
    assert (only(first).says, only(first).forced) == (Says.OPEN, forced)


@pytest.mark.parametrize("word", sorted(word for word in ORDER_TYPES if word))
def test_every_order_type(word: str) -> None:
    """Known or not ours, it costs no row (W26)."""
    assert only(told(order_event(NEW | {"o": word}))).order_type is ORDER_TYPES[word]
    assert only(told(order_event(NEW | {"o": "HOPE"}))).order_type is None


@pytest.mark.parametrize(
    ("word", "ours"),
    [("GTC", "gtc"), ("GTX", "gtc"), ("RPI", "gtc"), ("IOC", "ioc"), ("FOK", "fok"), ("GTD", "gtd"), ("HOPE", None)],
)
def test_every_time_in_force(word: str, ours: str | None) -> None:
    """Post-only orders work until they are cancelled."""
    assert only(told(order_event(NEW | {"f": word}))).time_in_force == ours


@pytest.mark.parametrize(("word", "side"), [("BOTH", "net"), ("LONG", "long"), ("SHORT", "short"), ("HOPE", None)])
def test_every_position_side(word: str, side: str | None) -> None:
    """Of orders and of fills (W43)."""
    assert only(told(order_event(NEW | {"ps": word}))).position_side == side
    assert only(told(update(ps=word))).position_side == side


@pytest.mark.parametrize("zero", [{"p": "0"}, {"p": "0.0"}, {"sp": "0"}, {"q": "0"}])
def test_the_venue_writes_zero_for_none(zero: dict[str, str]) -> None:
    """A market order has no price, an order that closes a position no quantity: absent, not zero."""
    field = {"p": "price", "sp": "trigger_price", "q": "quantity"}[next(iter(zero))]
    assert getattr(only(told(order_event(NEW | zero))), field) is None


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("c", "client_order_id"), ("S", "side"), ("o", "order_type"), ("f", "time_in_force"), ("q", "quantity"),
        ("p", "price"), ("z", "filled"), ("ps", "position_side"), ("T", "occurred_at"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("way", ["gone", "null"])
def test_sparse_fields_are_absent(name: str, field: str, way: str) -> None:
    """Not zero, and no reason to set the row aside."""
    row = without(NEW, name) if way == "gone" else NEW | {name: None}
    fact = only(told(order_event(row)))
    assert getattr(fact, field) is None
    assert fact.says is Says.OPEN


@pytest.mark.parametrize("fee", [{"n": "0"}, {"n": None}, {"N": None}, {"n": None, "N": None}])
def test_a_fee_of_nothing_is_no_fee(fee: dict[str, Any]) -> None:
    """REST and the stream may differ in whether they say so (B16)."""
    assert only(told(update(**fee))).fees == ()


def test_a_rebate_keeps_its_sign() -> None:
    """As the venue wrote it, in the asset in which it was paid (B15)."""
    assert only(told(update(n="-0.01", N="BNB"))).fees == (Fee(asset=Asset("BNB"), amount=Decimal("-0.01")),)


def test_ids_hold_the_symbol() -> None:
    """The venue counts orders and fills per symbol: the same numbers elsewhere are another order and fill (W46)."""
    other = told(update(s="ETHUSDT_260327"))[0]
    assert isinstance(other, FillFact)
    assert (other.fill_id, other.venue_order_id) == ("ETHUSDT_260327:900:111", "ETHUSDT_260327:111")
    assert other.instrument == "ETH/USDT:USDT-260327"


def test_both_sides_of_a_self_trade() -> None:
    """One number of a fill on two orders is two fills (section 10)."""
    assert told(update(i=112))[0].fill_id != told(update())[0].fill_id  # type: ignore[union-attr]


def test_a_symbol_that_was_not_learned() -> None:
    """The fact is told without an instrument; its ids name the order all the same."""
    fact = only(told(order_event(NEW | {"s": "NEWUSDT"})))
    assert (fact.instrument, fact.venue_order_id) == (None, "NEWUSDT:111")


@pytest.mark.parametrize(
    "spoiled",
    [
        {"l": "-1"}, {"L": "0"}, {"L": "-60000"}, {"L": None}, {"z": "-1"}, {"q": "NaN"}, {"t": "x"},
        {"n": "Infinity"}, {"l": True}, {"m": "yes"},
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_true_is_set_aside(spoiled: dict[str, Any]) -> None:
    """Whole, with the order that it concerns (P8)."""
    fact = only(told(update(**spoiled)))
    assert isinstance(fact, QuarantineFact)
    assert (fact.venue_order_id, fact.client_order_id) == (ORDER, OURS)
    assert '"s":"BTCUSDT"' in fact.raw
