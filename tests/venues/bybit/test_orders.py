"""Rows of orders and of executions as facts (section 7): the same live and by REST."""

from decimal import Decimal
from typing import Any

import pytest

from batactors.model.facts import FillFact, IgnoredFact, OrderFact, QuarantineFact, Says
from batactors.model.order_events import Fee
from batactors.model.positions import Forced, PositionSide
from batactors.model.questions import AskFills, AskOpenOrders
from batactors.model.terms import Liquidity, OrderType, Side, TimeInForce
from tests.venues.bybit.samples import (
    BTC,
    CANCELED,
    EXECUTION,
    FAST,
    FILL_ID,
    FILLED,
    FILLED_AGAIN,
    FUNDING,
    NEW,
    NOW,
    ORDER,
    ORDER_ID,
    OURS,
    REJECTED,
    UNTRIGGERED,
    WOULD_TAKE,
    event,
    execution_event,
    listed,
    only,
    order_event,
    read,
    told,
    without,
)


def order(row: dict[str, Any]) -> OrderFact:
    """The fact of a row, which both roads tell alike."""
    fact = only(told(order_event(row)))
    assert isinstance(fact, OrderFact)
    assert read(AskOpenOrders(instrument=BTC), listed(row)).facts == (fact,)
    return fact


def fill(row: dict[str, Any]) -> FillFact:
    """The fact of an execution, which both roads tell alike."""
    fact = only(told(execution_event(row)))
    assert isinstance(fact, FillFact)
    assert read(AskFills(since=NOW), listed(row)).facts == (fact,)
    return fact


def test_an_order_whole() -> None:
    """Every field that is read."""
    fact = order(ORDER)
    assert fact == OrderFact(
        says=Says.OPEN, venue_order_id=ORDER_ID, client_order_id=OURS, instrument=BTC, side=Side.BUY,
        order_type=OrderType.LIMIT, time_in_force=TimeInForce.GTC, quantity=Decimal("0.010"),
        price=Decimal("60000.0"), filled=Decimal("0.004"), whole=True, position_side=PositionSide.NET,
        occurred_at=fact.occurred_at, changed_at=fact.changed_at,
    )  # fmt: skip
    assert fact.occurred_at is not None
    assert fact.occurred_at.isoformat() == "2023-11-14T22:13:20.120000+00:00"
    assert fact.changed_at == fact.occurred_at


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (NEW, Says.OPEN), (FILLED, Says.FILLED), (FILLED_AGAIN, Says.FILLED), (CANCELED, Says.CANCELED),
        (REJECTED, Says.REFUSED), (UNTRIGGERED, Says.OPEN),
        (UNTRIGGERED | {"orderStatus": "Triggered"}, Says.TRIGGERED),
        (UNTRIGGERED | {"orderStatus": "New"}, Says.TRIGGERED),
        (UNTRIGGERED | {"orderStatus": "PartiallyFilled"}, Says.TRIGGERED),
        (UNTRIGGERED | {"orderStatus": "Deactivated"}, Says.CANCELED), (NEW | {"orderStatus": "Created"}, Says.PENDING),
        (ORDER | {"orderStatus": "PartiallyFilledCanceled"}, Says.CANCELED),
    ],
)  # fmt: skip
def test_what_a_status_says(row: dict[str, Any], says: Says) -> None:
    """All statuses of section 7, those of orders that wait for a trigger too (W34)."""
    assert order(row).says is says


def test_a_status_that_we_do_not_know_is_a_reason_to_ask() -> None:
    """Not guessed at; its word is shown."""
    fact = order(NEW | {"orderStatus": "Paused"})
    assert (fact.says, fact.reason) == (Says.UNCLEAR, "the status 'Paused'")


def test_what_was_filled_before_a_cancel_is_counted() -> None:
    """Derivatives have no word of their own for it (section 0, 4)."""
    fact = order(CANCELED)
    assert (fact.says, fact.filled, fact.reason) == (Says.CANCELED, Decimal("0.004"), "CancelByUser")


def test_a_refusal_says_why() -> None:
    """In the venue's word."""
    fact = order(REJECTED)
    assert (fact.says, fact.reason, fact.filled) == (Says.REFUSED, "EC_NoEnoughQtyToFill", Decimal(0))


def test_an_order_that_traded_was_not_refused() -> None:
    """Whatever the word: it may show a quantity (section 7)."""
    assert order(REJECTED | {"cumExecQty": "0.001"}).says is Says.CANCELED


@pytest.mark.parametrize("status", ["Cancelled", "Rejected"])
def test_a_post_only_order_that_would_have_taken_is_known_by_its_reason(status: str) -> None:
    """It is cancelled or rejected, and nothing else tells it from others (section 0, 5)."""
    assert order(WOULD_TAKE | {"orderStatus": status}).post_only
    assert not order(CANCELED).post_only


@pytest.mark.parametrize(
    ("side", "direction", "plain", "kind"),
    [
        ("Buy", 1, "Limit", OrderType.STOP_LIMIT), ("Buy", 2, "Limit", OrderType.TAKE_PROFIT_LIMIT),
        ("Sell", 2, "Market", OrderType.STOP_MARKET), ("Sell", 1, "Market", OrderType.TAKE_PROFIT_MARKET),
    ],
)  # fmt: skip
def test_an_order_that_waits_is_of_the_type_that_its_direction_says(
    side: str, direction: int, plain: str, kind: OrderType
) -> None:
    """A stop trades the way that the price goes, a take-profit against it."""
    fact = order(UNTRIGGERED | {"side": side, "triggerDirection": direction, "orderType": plain})
    assert (fact.order_type, fact.trigger_price) == (kind, Decimal("61000.0"))


@pytest.mark.parametrize(
    ("word", "kind"),
    [("StopLoss", OrderType.STOP_LIMIT), ("TakeProfit", OrderType.TAKE_PROFIT_LIMIT), ("New word", None),
     ("TrailingStop", OrderType.TRAILING_STOP)],
)  # fmt: skip
def test_without_a_direction_its_name_says_it_or_nothing(word: str, kind: OrderType | None) -> None:
    """What neither says is absent."""
    assert order(UNTRIGGERED | {"stopOrderType": word, "triggerDirection": 0}).order_type is kind


def test_the_cap_of_a_market_order_is_no_price_of_it() -> None:
    """A market order is a limit order within (section 3)."""
    assert order(NEW | {"orderType": "Market", "timeInForce": "IOC"}).price is None


@pytest.mark.parametrize(("index", "side"), [(0, "net"), (1, "long"), (2, "short")])
@pytest.mark.holds("Y19")
def test_the_position_of_an_order_is_told(index: int, side: str) -> None:
    """By its index (W43)."""
    assert order(NEW | {"positionIdx": index}).position_side is PositionSide(side)


@pytest.mark.parametrize(
    ("creator", "forced"),
    [("CreateByLiq", Forced.LIQUIDATION), ("CreateByTakeOver_PassThrough", Forced.LIQUIDATION),
     ("CreateByAdl_PassThrough", Forced.DELEVERAGING), ("CreateBySettle", Forced.SETTLEMENT),
     ("CreateByClosing", None), ("CreateByUser", None)],
)  # fmt: skip
def test_whose_order_it_is(creator: str, forced: Forced | None) -> None:
    """The venue's own are told with their reason."""
    assert order(NEW | {"createType": creator}).forced is forced


@pytest.mark.parametrize("name", ["orderLinkId", "price", "qty", "triggerPrice", "cumExecQty", "updatedTime"])
def test_empty_text_is_nothing(name: str) -> None:
    """It is legal everywhere (section 4), and the same as no field."""
    assert order(NEW | {name: ""}) == order(without(NEW, name))


def test_a_fill_whole() -> None:
    """Every field that is read; its id has its order (section 12)."""
    assert fill(EXECUTION) == FillFact(
        fill_id=FILL_ID, venue_order_id=ORDER_ID, client_order_id=OURS, instrument=BTC, side=Side.BUY,  # type: ignore[arg-type]
        order_type=OrderType.LIMIT, quantity=Decimal("0.004"), price=Decimal("60000.0"),
        fees=(Fee(asset="USDT", amount=Decimal("0.048")),), liquidity=Liquidity.MAKER, total=Decimal("0.010"),  # type: ignore[arg-type]
        whole=True, occurred_at=fill(EXECUTION).occurred_at,
    )  # fmt: skip


def test_a_rebate_is_negative_and_a_fee_is_in_the_settling_coin_unless_it_says_otherwise() -> None:
    """And one of nothing is none."""
    assert fill(EXECUTION | {"execFee": "-0.01"}).fees == (Fee(asset="USDT", amount=Decimal("-0.01")),)  # type: ignore[arg-type]
    assert fill(EXECUTION | {"feeCurrency": ""}).fees == fill(EXECUTION).fees
    assert fill(EXECUTION | {"execFee": "0"}).fees == ()
    usdc = fill(EXECUTION | {"symbol": "BTC-27MAR26", "feeCurrency": ""})
    assert [fee.asset for fee in usdc.fees] == ["USDC"]


@pytest.mark.parametrize("kind", ["Funding", "Settle"])
def test_money_for_a_position_is_no_fill(kind: str) -> None:
    """It changes no position (section 0, 7; section 14, BYTEX 76)."""
    row = FUNDING | {"execType": kind}
    assert isinstance(only(told(execution_event(row))), IgnoredFact)
    assert isinstance(only(read(AskFills(since=NOW), listed(row)).facts), IgnoredFact)


@pytest.mark.parametrize(
    ("kind", "forced"),
    [("Trade", None), ("BustTrade", Forced.LIQUIDATION), ("AdlTrade", Forced.DELEVERAGING),
     ("Delivery", Forced.SETTLEMENT), ("BlockTrade", None), ("MovePosition", None), ("FutureSpread", None)],
)  # fmt: skip
def test_what_changes_a_position_is_a_fill(kind: str, forced: Forced | None) -> None:
    """With its reason, if the venue did it by itself."""
    assert fill(EXECUTION | {"execType": kind}).forced is forced


def test_a_kind_that_we_do_not_know_puts_its_order_in_doubt() -> None:
    """Live. The history tells it each time again: there the order's own count tells whether it was a fill."""
    row = EXECUTION | {"execType": "CorporateAction"}
    fact = only(told(execution_event(row)))
    assert isinstance(fact, QuarantineFact)
    assert fact.venue_order_id == ORDER_ID
    asked = only(read(AskFills(since=NOW), listed(row)).facts)
    assert asked == IgnoredFact(what="execution CorporateAction", is_known=False)


def test_a_fill_told_ahead_has_the_id_of_the_whole_one_and_no_fee() -> None:
    """Of makers it has no client order id, which does not say that the order has none (section 7)."""
    fact = only(told(event("execution.fast.linear", FAST)))
    assert isinstance(fact, FillFact)
    assert (fact.provisional, fact.whole, fact.client_order_id, fact.fees) == (True, False, None, ())
    assert (fact.fill_id, fact.quantity, fact.price) == (FILL_ID, Decimal("0.004"), Decimal("60000.0"))
    assert fact.liquidity is Liquidity.MAKER


def test_rows_of_other_categories_are_none_of_ours() -> None:
    """Should a frame have them."""
    for frame in (
        order_event(ORDER | {"category": "spot"}), execution_event(EXECUTION | {"category": "inverse"}),
        event("execution.fast.linear", FAST | {"category": "spot"}), event("order.spot", ORDER | {"category": "spot"}),
    ):  # fmt: skip
        assert isinstance(only(told(frame)), IgnoredFact)


@pytest.mark.parametrize(
    "change", [{"execQty": "0"}, {"execQty": ""}, {"execPrice": "-1"}, {"execPrice": "1e400"}, {"execQty": "NaN"}]
)
def test_what_cannot_be_a_fill_is_set_aside_with_its_order(change: dict[str, str]) -> None:
    """And its siblings are told (P8)."""
    facts = told(execution_event(EXECUTION | change, EXECUTION | {"execId": "other"}))
    assert [type(fact) for fact in facts] == [QuarantineFact, FillFact]
    assert isinstance(facts[0], QuarantineFact)
    assert (facts[0].venue_order_id, facts[0].client_order_id) == (ORDER_ID, OURS)


def test_fills_of_one_moment_are_told_in_the_venues_order() -> None:
    """The list is newest first, and those of one millisecond are in no order: by sequence, then by id (section 4)."""
    rows = [
        EXECUTION | {"execId": "d", "execTime": "1700000000120", "seq": 1},
        EXECUTION | {"execId": "c", "seq": 12}, EXECUTION | {"execId": "a", "seq": 9},
        EXECUTION | {"execId": "b", "seq": 9},
    ]  # fmt: skip
    facts = read(AskFills(since=NOW), listed(*rows)).facts
    assert "".join(fact.fill_id[0] for fact in facts if isinstance(fact, FillFact)) == "abcd"
