"""What Binance's frames and rows come to: triggered orders, fills told ahead, forced orders."""

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from batactors.model.ids import InstrumentId
from batactors.model.order_events import Fee, OrderFilled
from batactors.model.positions import Forced, PositionSide
from batactors.model.questions import AskFills, AskOpenOrders, AskOrders
from batactors.model.reports import FillReport, OrderStatusReport
from batactors.model.terms import OrderType, Side
from batactors.venues.binance.questions import lookups
from tests.core.story import Story
from tests.venues.binance.samples import (
    ALGO_ROW,
    BTC,
    FILLED,
    LITE,
    NEW,
    ORDER_ROW,
    TRADE,
    TRADE_ROW,
    algo_event,
    order_event,
    taught,
    text,
    told,
    update,
)

Fields = dict[str, Any]
WORKS: Fields = NEW | {"S": "SELL", "p": "750", "q": "0.01"}
FIRST: Fields = TRADE | {"S": "SELL", "p": "750", "q": "0.01", "z": "0.004", "L": "750"}
LAST: Fields = FILLED | {"S": "SELL", "p": "750", "q": "0.01", "L": "750"}


def story_of_a_take_profit() -> Story:
    story = Story(keeps_conditional_apart=True, instrument=BTC)
    story.create(
        "a1",
        "0.01",
        "750",
        side=Side.SELL,
        order_type=OrderType.TAKE_PROFIT_LIMIT,
        trigger_price=Decimal(75_000),
    )
    return story


def at(story: Story, question: AskOpenOrders | AskFills | AskOrders, *rows: Fields) -> None:
    """One answer by REST, as the codec reads it."""
    body = text(list(rows) if not isinstance(question, AskOrders) else rows[0])
    story.find(question, *taught().read(question, 0, 200, body).facts)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_take_profit_that_is_triggered_and_filled(order: tuple[int, ...]) -> None:
    """Its own events and those of the order that came of it, in whatever order they reach us."""
    frames = (
        algo_event(X="TRIGGERED", ai="111"), order_event(WORKS), order_event(FIRST), order_event(LAST),
    )  # fmt: skip
    story = story_of_a_take_profit()
    story.hear(*told(algo_event()))
    for one in order:
        story.hear(*told(frames[one]))
    story.hear(*told(algo_event(X="FINISHED", ai="111", aq="0.01", ap="750")))
    fills = [name for name in story.told("a1") if name.startswith("Filled")]
    assert story.told("a1")[:3] == ["Submitted", "Accepted", "Triggered"]
    assert sorted(fills) == ["Filled BTCUSDT:900:111", "Filled BTCUSDT:901:111"]
    assert set(story.settled) == {"a1"}
    assert story.reports == []
    assert story.counted("conflict") == {}


def test_one_that_was_triggered_while_nobody_listened() -> None:
    """Neither list has it; its own row names the order that came of it, and that one's row and trades say the rest."""
    story = story_of_a_take_profit()
    story.hear(*told(algo_event()))
    story.wait(100)
    story.find_open()
    (case,) = story.agenda().cases
    assert lookups(case.target)[0] == AskOrders(venue_order_ids=(case.target.venue_order_id,))  # type: ignore[arg-type]
    row = ALGO_ROW | {"algoStatus": "FINISHED", "actualOrderId": "111", "orderType": "TAKE_PROFIT"}
    wanted = AskOrders(venue_order_ids=(case.target.venue_order_id,))  # type: ignore[arg-type]
    story.look_up("a1", *taught().read(wanted, 0, 200, text(row)).facts)
    story.wait(2)
    (case,) = story.agenda().cases
    both = AskOrders(venue_order_ids=("BTCUSDT:111", "algo:2148719"))  # type: ignore[arg-type]
    assert lookups(case.target)[0] == both
    actual = ORDER_ROW | {"status": "FILLED", "executedQty": "0.004", "origQty": "0.004", "clientOrderId": "its own"}
    story.look_up("a1", *taught().read(both, 0, 200, text(actual)).facts, fills=False)
    at(story, AskFills(since=story.agenda().fills_since, instrument=BTC), TRADE_ROW)
    assert [one for one in story.told("a1") if one != "Updated"] == [
        "Submitted", "Accepted", "Triggered", "Filled BTCUSDT:900:111",
    ]  # fmt: skip
    assert story.order("a1").state.is_closed


@pytest.mark.parametrize("lite_first", [True, False])
def test_a_fill_that_is_told_twice_is_told_once_with_its_fee(lite_first: bool) -> None:
    """TRADE_LITE comes without the fee, ORDER_TRADE_UPDATE with it; REST tells it once more."""
    story = Story(keeps_conditional_apart=True, instrument=BTC)
    story.create("a1", "0.010", "60000.0")
    frames = (text(LITE), update())
    for frame in frames if lite_first else frames[::-1]:
        story.hear(*told(frame))
    at(story, AskFills(since=story.agenda().fills_since), TRADE_ROW)
    (filled,) = [event for event in story.events["a1"] if isinstance(event, OrderFilled)]
    assert filled.fees == (Fee(asset="USDT", amount=Decimal("0.048")),)  # type: ignore[arg-type]
    assert story.told("a1") == ["Submitted", "Accepted", "Filled BTCUSDT:900:111"]
    story.wait(10)
    assert not story.agenda().announced


def test_a_liquidation_is_reported_with_its_reason_and_counted_once() -> None:
    """Live it bears the venue's own client order id; the trades by REST bear none."""
    story = Story(keeps_conditional_apart=True, instrument=BTC)
    forced = {"c": "autoclose-1700000000120", "x": "CALCULATED", "o": "LIQUIDATION", "ps": "SHORT"}
    story.hear(*told(order_event(TRADE | forced)), *told(order_event(TRADE | forced)))
    at(story, AskFills(since=story.agenda().fills_since), TRADE_ROW | {"positionSide": "SHORT"})
    (fill,) = [one for one in story.reports if isinstance(one, FillReport)]
    assert (fill.forced, fill.position_side) == (Forced.LIQUIDATION, PositionSide.SHORT)
    assert {one.forced for one in story.reports} == {Forced.LIQUIDATION}


@pytest.mark.holds("Y19")
def test_long_and_short_orders_of_one_symbol_are_told_apart() -> None:
    """In hedge mode each report and each fill names the position that it changes."""
    story = Story(keeps_conditional_apart=True, instrument=BTC)
    story.hear(*told(order_event(NEW | {"c": "x", "ps": "LONG"})), *told(order_event(NEW | {"i": 112, "ps": "SHORT"})))
    sides = [(one.venue_order_id, one.position_side) for one in story.reports if isinstance(one, OrderStatusReport)]
    assert sides == [("BTCUSDT:111", PositionSide.LONG), ("BTCUSDT:112", PositionSide.SHORT)]


def test_orders_of_others_in_the_lists_name_the_symbols_to_ask_about() -> None:
    """The ordinary and the waiting ones, each in its list."""
    story = Story(keeps_conditional_apart=True, instrument=BTC)
    for question, rows in ((AskOpenOrders(), [ORDER_ROW]), (AskOpenOrders(conditional=True), [ALGO_ROW])):
        facts = taught().read(question, 0, 200, text(rows)).facts
        assert {fact.instrument for fact in facts} == {BTC}  # type: ignore[union-attr]
        story.find(AskOpenOrders(), *facts)
    assert [one.instrument for one in story.agenda().touched] == [InstrumentId("BTC/USDT:USDT")]
