"""Rows of the executions channel become facts, one by one."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from batactors.model.facts import FillFact, OrderFact, QuarantineFact, Says
from batactors.model.ids import Asset, FillId
from batactors.model.order_events import Fee
from batactors.model.terms import Liquidity, OrderType, Side, TimeInForce
from tests.venues.kraken_spot.samples import (
    BTC_USD,
    CANCELED,
    FILLED,
    NEW,
    ORDER,
    OURS,
    PENDING_NEW,
    TRADE,
    changed,
    executions,
    only,
    raw,
    told,
)


def fact(row: str) -> OrderFact:
    """The only fact of an update with this row."""
    read = only(told(executions(row)))
    assert isinstance(read, OrderFact)
    return read


def test_pending_new_tells_the_terms_in_full() -> None:
    """A pending_new says that the venue has the order and does not yet work it, and carries all of its terms."""
    assert fact(PENDING_NEW) == OrderFact(
        says=Says.PENDING,
        venue_order_id=ORDER,
        client_order_id=OURS,
        instrument=BTC_USD,
        side=Side.BUY,
        order_type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        quantity=Decimal("0.01"),
        price=Decimal("50000.0"),
        filled=Decimal(0),
        whole=True,
        occurred_at=datetime(2026, 1, 2, 3, 4, 5, 200000, tzinfo=UTC),
    )


def test_a_sparse_new_tells_only_what_it_carries() -> None:
    """A new without symbol and cl_ord_id is an open order by its venue order id; what is not there is not zero."""
    read = fact(changed(NEW, cl_ord_id=...))
    assert (read.says, read.venue_order_id, read.client_order_id) == (Says.OPEN, ORDER, None)
    assert (read.instrument, read.quantity, read.filled, read.whole) == (None, None, None, False)


def test_a_new_with_its_terms_is_whole() -> None:
    """A new that carries quantity and symbol carries the client order id too, if there is one."""
    assert fact(changed(NEW, symbol="BTC/USD", order_qty=1)).whole
    assert not fact(changed(NEW, order_qty=1)).whole


def test_a_trade_is_a_fill() -> None:
    """A trade row tells its fill with everything that is known of it."""
    assert only(told(executions(TRADE))) == FillFact(
        fill_id=FillId("TAAAAA-00001-AAAAAA"),
        venue_order_id=ORDER,
        client_order_id=OURS,
        instrument=BTC_USD,
        side=Side.BUY,
        order_type=OrderType.LIMIT,
        quantity=Decimal("0.004"),
        price=Decimal("50000.0"),
        fees=(Fee(asset=Asset("USD"), amount=Decimal("0.32")),),
        liquidity=Liquidity.MAKER,
        filled=Decimal("0.004"),
        total=Decimal("0.01"),
        occurred_at=datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC),
    )


def test_the_last_trade_may_say_partially_filled() -> None:
    """A fill completes its order only by the venue's word; the counts are passed on, and a row "filled" is a status."""
    last = changed(TRADE, cum_qty=raw("0.01"), last_qty=raw("0.006"))
    fill, status = told(executions(last, FILLED))
    assert isinstance(fill, FillFact)
    assert (fill.completes, fill.filled, fill.total) == (False, Decimal("0.01"), Decimal("0.01"))
    assert isinstance(status, OrderFact)
    assert (status.says, status.filled) == (Says.FILLED, Decimal("0.01"))
    assert only(told(executions(changed(last, order_status="filled")))).completes


def test_a_filled_row_with_a_fill_gives_both() -> None:
    """A row "filled" that carries an exec_id and a quantity tells the fill, then the status."""
    fill, status = told(executions(changed(TRADE, exec_type="filled", order_status="filled")))
    assert isinstance(fill, FillFact)
    assert isinstance(status, OrderFact)
    assert status.says is Says.FILLED


def test_an_exec_id_alone_is_a_reference() -> None:
    """A status row that names an execution without its quantity is a status, and nothing is wrong with it."""
    assert fact(changed(FILLED, exec_id="TAAAAA-00001-AAAAAA")).says is Says.FILLED


@pytest.mark.parametrize(("status", "says"), [("partially_filled", Says.OPEN), ("filled", Says.FILLED)])
def test_a_trade_without_an_id_is_a_status(status: str, says: Says) -> None:
    """Without an exec_id no fill can be told; the count of what is filled still is."""
    read = fact(changed(TRADE, exec_id=..., order_status=status))
    assert (read.says, read.filled) == (says, Decimal("0.004"))


@pytest.mark.parametrize("reason", [{"reason": "User requested"}, {"cancel_reason": "User requested"}])
def test_a_cancellation_has_its_count_and_reason(reason: dict[str, str]) -> None:
    """A canceled row tells what was filled before it, and why, in whichever of the two fields it says so."""
    read = fact(changed(CANCELED, **({"reason": ..., "cancel_reason": ...} | reason)))
    assert (read.says, read.filled, read.reason) == (Says.CANCELED, Decimal("0.004"), "User requested")
    assert not read.post_only


@pytest.mark.parametrize("reason", ["Post only order", "EOrder:Post only order", "post_only would take"])
def test_a_cancellation_for_post_only_says_so(reason: str) -> None:
    """An order that would have taken liquidity is accepted and then cancelled with such a reason (section 9)."""
    assert fact(changed(CANCELED, reason=reason)).post_only


def test_an_expiry() -> None:
    """An expired row, of a gtd's end or perhaps an ioc's rest, says expired with its count."""
    read = fact(changed(CANCELED, exec_type="expired", order_status="expired", reason=..., cancel_reason=...))
    assert (read.says, read.filled, read.reason) == (Says.EXPIRED, Decimal("0.004"), None)


@pytest.mark.parametrize("what", ["amended", "restated"])
def test_changed_terms(what: str) -> None:
    """Amended and restated tell the terms that they carry, and leave the others absent."""
    read = fact(changed(NEW, exec_type=what, limit_price=raw("50001.10"), reason="why"))
    assert (read.says, read.price, read.quantity, read.reason) == (Says.UPDATED, Decimal("50001.10"), None, "why")


def test_restated_to_its_end() -> None:
    """A restated order whose status is final has ended."""
    assert fact(changed(CANCELED, exec_type="restated")).says is Says.CANCELED


@pytest.mark.parametrize(
    ("status", "says"),
    [("new", Says.OPEN), ("partially_filled", Says.OPEN), ("triggered", Says.TRIGGERED), (..., Says.OPEN)],
)
@pytest.mark.parametrize("what", ["status", "iceberg_refill"])
def test_other_news_speak_by_their_status(what: str, status: str, says: Says) -> None:
    """A status or a new slice of an iceberg says no more than the order's status with it."""
    assert fact(changed(NEW, exec_type=what, order_status=status)).says is says


def test_a_trigger_that_fired() -> None:
    """A status row whose trigger fired says so, unless the order has ended meanwhile."""
    fired = {"exec_type": "status", "triggers": {"reference": "last", "price": 49000, "status": "triggered"}}
    assert fact(changed(NEW, **fired)).says is Says.TRIGGERED
    assert fact(changed(NEW, **fired, order_status="canceled")).says is Says.CANCELED


@pytest.mark.holds("C13")
@pytest.mark.parametrize("fields", [{"exec_type": "levitated"}, {"order_status": "levitating"}, {"exec_type": None}])
def test_unknown_words_are_a_reason_to_ask(fields: dict[str, str | None]) -> None:
    """A word that we do not know never costs the row: the order is named, and its standing is unclear."""
    read = fact(changed(NEW, **fields))
    assert (read.says, read.venue_order_id, read.client_order_id) == (Says.UNCLEAR, ORDER, OURS)


@pytest.mark.holds("C13", "B18")
def test_a_fill_with_unknown_words_is_a_fill() -> None:
    """Unknown words around a fill do not lose it."""
    odd = {"order_status": "odd", "liquidity_ind": "x", "side": "hold", "order_type": "wish"}
    fill, status = told(executions(changed(TRADE, **odd)))
    assert isinstance(fill, FillFact)
    assert (fill.quantity, fill.liquidity, fill.side, fill.order_type) == (
        Decimal("0.004"), Liquidity.UNKNOWN, None, None,
    )  # fmt: skip
    assert isinstance(status, OrderFact)
    assert status.says is Says.UNCLEAR


@pytest.mark.holds("B15")
def test_every_fee_is_kept() -> None:
    """All fees of a fill are told, in their own currencies, a rebate with its sign, each digit as written."""
    fees = raw('[{"asset":"USD","qty":0.32},{"asset":"BTC","qty":1E-8},{"asset":"KFEE","qty":-0.120}]')
    fill = only(told(executions(changed(TRADE, fees=fees))))
    assert [(fee.asset, str(fee.amount)) for fee in fill.fees] == [("USD", "0.32"), ("BTC", "1E-8"), ("KFEE", "-0.120")]


@pytest.mark.parametrize("fees", [..., None, []])
def test_no_fees(fees: object) -> None:
    """Absent, null and empty fees are none."""
    assert only(told(executions(changed(TRADE, fees=fees)))).fees == ()


BAD = [
    {"last_qty": 0}, {"last_qty": -1}, {"last_qty": "NaN"}, {"last_qty": "Infinity"}, {"last_qty": "much"},
    {"last_qty": None}, {"last_qty": ...}, {"last_qty": []}, {"last_qty": True}, {"last_price": 0},
    {"last_price": raw("-0.1")}, {"last_price": raw("1e999")}, {"cum_qty": -1}, {"order_qty": "sNaN"}, {"fees": 1},
    {"fees": [{"asset": "USD"}]}, {"fees": [{"asset": "USD", "qty": "NaN"}]}, {"order_id": ...}, {"order_id": ""},
    {"order_id": 5},
]  # fmt: skip


@pytest.mark.holds("B17")
@pytest.mark.parametrize("fields", BAD, ids=", ".join)
def test_a_bad_fill_is_set_aside_alone(fields: dict[str, object]) -> None:
    """A fill that cannot be true is kept whole with the ids that it names, and the rows around it are told."""
    bad = changed(TRADE, **fields)
    first, aside, last = told(executions(NEW, bad, FILLED))
    assert isinstance(first, OrderFact)
    assert isinstance(aside, QuarantineFact)
    assert isinstance(last, OrderFact)
    assert aside.raw == bad
    assert aside.client_order_id == OURS
    assert aside.venue_order_id == (None if "order_id" in fields else ORDER)


@pytest.mark.parametrize("row", ["1", "null", "[]", '"text"', "{}", '{"exec_type":"new","order_id":""}'])
def test_a_row_that_names_no_order_is_set_aside(row: str) -> None:
    """What is no row, or names no order at all, is kept, and its sibling told."""
    aside, sibling = told(executions(row, NEW))
    assert isinstance(aside, QuarantineFact)
    assert (aside.raw, aside.venue_order_id) == (row, None)
    assert isinstance(sibling, OrderFact)


def test_rows_are_told_in_their_order() -> None:
    """Several fills in one frame are told each by itself, in the frame's order."""
    second = changed(TRADE, exec_id="TAAAAA-00002-AAAAAA", cum_qty=raw("0.008"))
    facts = told(executions(PENDING_NEW, NEW, TRADE, second, FILLED))
    assert [type(fact) for fact in facts] == [OrderFact, OrderFact, FillFact, FillFact, OrderFact]
    assert [fact.fill_id for fact in facts if isinstance(fact, FillFact)] == [
        "TAAAAA-00001-AAAAAA",
        "TAAAAA-00002-AAAAAA",
    ]


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        ("stop-loss", OrderType.STOP_MARKET),
        ("stop-loss-limit", OrderType.STOP_LIMIT),
        ("take-profit", OrderType.TAKE_PROFIT_MARKET),
        ("take-profit-limit", OrderType.TAKE_PROFIT_LIMIT),
        ("iceberg", OrderType.ICEBERG),
        ("settle-position", None),
    ],
)
def test_order_types(word: str, ours: OrderType | None) -> None:
    """The venue's words for order types are ours; one that we do not have is absent, not guessed."""
    triggers = {"reference": "last", "price": 49000, "price_type": "static", "status": "untriggered"}
    read = fact(changed(PENDING_NEW, order_type=word, triggers=triggers))
    assert (read.order_type, read.trigger_price, read.says) == (ours, Decimal(49000), Says.PENDING)


def test_relative_prices_are_not_prices() -> None:
    """A limit or trigger in percent or as a distance is left out."""
    read = fact(changed(PENDING_NEW, limit_price_type="pct", triggers={"price": 5, "price_type": "quote"}))
    assert (read.price, read.trigger_price) == (None, None)


@pytest.mark.parametrize("time", ["yesterday", "", "2026-01-02T03:04:05", "9999-99-99T00:00:00Z", None])
def test_an_unreadable_time_is_absent(time: str | None) -> None:
    """A time only informs; one that cannot be read does not cost the row."""
    assert fact(changed(NEW, timestamp=time)).occurred_at is None


def test_an_object_in_the_place_of_rows_is_a_row() -> None:
    """Data is an object on some channels; on this one it would be read as its only row."""
    assert isinstance(only(told(f'{{"channel":"executions","type":"update","data":{NEW}}}')), OrderFact)


@pytest.mark.parametrize("data", ["", ',"data":3', ',"data":{}', ',"data":null'])
@pytest.mark.parametrize("kind", ["update", "snapshot"])
def test_a_frame_without_rows_is_set_aside(kind: str, data: str) -> None:
    """A frame without rows is not nothing, and a snapshot without rows does not say that nothing is open."""
    aside = only(told(f'{{"channel":"executions","type":"{kind}"{data}}}'))
    assert isinstance(aside, QuarantineFact)
    assert aside.raw
