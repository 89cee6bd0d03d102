"""Whatever comes, the decoder answers; and what it reads is exact."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from batactors.model.facts import AnswerFact, FillFact, GapFact, OrderFact, QuarantineFact, SnapshotFact
from batactors.model.questions import AskFills, AskOrders
from batactors.venues.kraken_v2.frames import encode
from tests.venues.kraken_spot.samples import (
    PENDING_NEW,
    REQUEST,
    REST_ORDER,
    REST_TRADE,
    ROWS,
    STAMP,
    TOKEN,
    TRADE,
    UNTIL,
    amend,
    changed,
    create,
    executions,
    only,
    raw,
    response,
    rest,
    session,
    taught,
    told,
)

NAMES = """
    channel type data sequence method req_id success error result executions balances status instrument snapshot update
    add_order batch_add cancel_order batch_cancel amend_order subscribe orders order_id cl_ord_id exec_type order_status
    trade new filled exec_id last_qty last_price cum_qty pairs system asset balance count
"""
WORDS = st.sampled_from(NAMES.split())
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9) | WORDS
    | st.sampled_from(["NaN", "-Infinity", "1e999999", "-1", "0.1"])
)  # fmt: skip
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=6)
)
PLAUSIBLE = st.fixed_dictionaries(
    {},
    optional={
        "channel": st.sampled_from(["executions", "balances", "status", "instrument", "x"]) | JSON,
        "method": st.sampled_from(["add_order", "batch_add", "cancel_order", "subscribe", "x"]) | JSON,
        "type": st.sampled_from(["snapshot", "update"]) | JSON,
        "data": st.lists(st.dictionaries(WORDS, LEAVES, max_size=6), max_size=3) | JSON,
        "sequence": st.integers(-3, 9) | JSON,
        "req_id": st.integers() | JSON,
        "success": st.booleans() | JSON,
        "error": st.text(max_size=30) | JSON,
        "result": st.dictionaries(WORDS, LEAVES, max_size=4) | JSON,
    },
)
DECIMALS = st.decimals(min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False)


@given(st.text())
@example("\ud800")
@example("9" * 5000)
def test_no_text_breaks_it(frame: str) -> None:
    """Any text is decoded to facts, and what is set aside can be stored."""
    for fact in told(frame):
        assert isinstance(fact, QuarantineFact)
        fact.raw.encode()


@given(st.binary())
def test_no_bytes_break_it(frame: bytes) -> None:
    """Nor do bytes."""
    assert told(frame)


@given(JSON | PLAUSIBLE)
def test_no_json_breaks_it(value: Any) -> None:
    """Nor does JSON, however near to what the venue sends."""
    assert isinstance(told(msgspec.json.encode(value)), list)


@given(st.sampled_from(ROWS), st.integers(0, 600), st.integers(0, 60), st.sampled_from(["update", "snapshot"]))
def test_no_torn_frame_breaks_it(row: str, start: int, length: int, kind: str) -> None:
    """Nor does a frame with a piece missing."""
    frame = executions(row, kind=kind, sequence=1)
    assert told(frame[:start] + frame[start + length :])


@given(JSON)
def test_no_body_breaks_a_command(value: Any) -> None:
    """A response to a command over REST is an answer, whatever it holds."""
    for body in (msgspec.json.encode(value), rest(value)):
        (fact,) = taught().read_command([create()], REQUEST, 200, body)
        assert isinstance(fact, AnswerFact)


@given(st.sampled_from(ROWS), JSON, st.sampled_from(["update", "snapshot"]), st.data())
def test_a_spoiled_field_spoils_its_row_at_most(row: str, value: Any, kind: str, data: st.DataObject) -> None:
    """Whatever stands in one field, the row beside it is told as ever."""
    name = data.draw(st.sampled_from(sorted(msgspec.json.decode(row))))
    facts = told(executions(changed(row, **{name: value}), TRADE, kind=kind))
    if kind == "snapshot":
        facts = [fact for snapshot in facts if isinstance(snapshot, SnapshotFact) for fact in snapshot.fills]
        assert only(told(executions(TRADE, kind=kind))).fills[0] in facts
    else:
        assert facts[-1] == only(told(executions(TRADE)))


@pytest.mark.parametrize("kind", ["update", "snapshot"])
@pytest.mark.parametrize("row", ROWS)
@given(added=st.dictionaries(st.text(min_size=1).map("new_{}".format), JSON, max_size=3))
def test_unknown_fields_change_nothing(row: str, kind: str, added: dict[str, Any]) -> None:
    """The venue adds fields without notice."""
    assert told(executions(changed(row, **added), kind=kind)) == told(executions(row, kind=kind))


UNREAD = ("cost", "avg_price", "cum_cost", "fee_usd_equiv", "trade_id", "fee_ccy_pref", "order_userref")


@pytest.mark.parametrize("name", UNREAD)
@pytest.mark.parametrize("row", ROWS)
def test_fields_that_we_do_not_read_may_go(row: str, name: str) -> None:
    """And takes them away."""
    assert told(executions(changed(row, **{name: ...}))) == told(executions(row))


OPTIONAL = (
    "cl_ord_id", "symbol", "side", "order_type", "order_qty", "limit_price", "cum_qty", "fees", "liquidity_ind",
    "timestamp", "order_status", "reason", "cancel_reason", "time_in_force",
)  # fmt: skip


@pytest.mark.parametrize("name", OPTIONAL)
@pytest.mark.parametrize("row", ROWS)
def test_absent_and_null_are_the_same(row: str, name: str) -> None:
    """A field that is null, or not there, is absent in the facts, and no reason to set the row aside."""
    absent = told(executions(changed(row, **{name: ...})))
    assert absent == told(executions(changed(row, **{name: None})))
    assert not [fact for fact in absent if isinstance(fact, QuarantineFact)]


@pytest.mark.holds("X03")
@given(DECIMALS)
@example(Decimal("1E-8"))
@example(Decimal("0.10000000"))
@example(Decimal("100"))
@example(Decimal("1E+3"))
def test_numbers_are_exact(number: Decimal) -> None:
    """Out and in again, each digit is there, trailing zeros too."""
    frame = msgspec.json.decode(
        encode([create(quantity=number)], REQUEST, TOKEN, UNTIL, taught().dialect), type=dict[str, msgspec.Raw]
    )  # fmt: skip
    written = bytes(msgspec.json.decode(frame["params"], type=dict[str, msgspec.Raw])["order_qty"]).decode()
    assert "e" not in written.lower()
    fact = only(told(executions(changed(PENDING_NEW, order_qty=raw(written)))))
    assert isinstance(fact, OrderFact)
    assert fact.quantity == number
    if number.as_tuple().exponent <= 0:  # type: ignore[operator]
        assert str(fact.quantity) == str(number)


@pytest.mark.holds("X03")
@given(st.decimals(min_value="1E-20", max_value=10**12, allow_nan=False, allow_infinity=False))
def test_a_fill_keeps_each_digit(number: Decimal) -> None:
    """Of quantity, price and fee, by the stream and by REST."""
    text = format(number, "f")
    fees = raw(f'[{{"asset":"USD","qty":{text}}}]')
    fill = only(told(executions(changed(TRADE, last_qty=raw(text), last_price=raw(text), fees=fees))))
    assert isinstance(fill, FillFact)
    body = rest({"trades": {fill.fill_id: REST_TRADE | dict.fromkeys(("vol", "price", "fee"), text)}})
    (page,) = [fact for fact in told_by_rest(body) if isinstance(fact, FillFact)]
    for fact in (fill, page):
        assert [str(n) for n in (fact.quantity, fact.price, fact.fees[0].amount)] == [str(Decimal(text))] * 3


def told_by_rest(body: bytes) -> tuple[object, ...]:
    """The facts of a page of fills."""
    return taught().read(AskFills(since=UNTIL), 0, 200, body).facts


@given(DECIMALS, st.booleans())
def test_amendments_are_exact(number: Decimal, by_rest: bool) -> None:
    """The price that goes out is the one that was meant."""
    command = amend(price=number)
    if by_rest:
        fields = dict(taught().request_command([command], STAMP).fields)
        assert Decimal(str(fields["limit_price"])) == number
    else:
        assert f'"limit_price":{number:f},' in encode([command], REQUEST, TOKEN, UNTIL, taught().dialect)


@given(st.lists(st.integers(0, 12), max_size=20))
def test_gaps_are_told_exactly_when_numbers_jump(numbers: list[int]) -> None:
    """Whatever the numbers, a session tells a gap or nothing, and both channels' rows all the same."""
    it = session()
    for number in numbers:
        facts = it.decode(executions(PENDING_NEW, sequence=number))
        assert isinstance(facts[-1], OrderFact)
        assert all(isinstance(fact, GapFact) for fact in facts[:-1])


@pytest.mark.parametrize("order", [REST_ORDER, REST_TRADE])
@given(added=st.dictionaries(st.text(min_size=1).map("new_{}".format), JSON, max_size=3))
def test_unknown_fields_of_rest_change_nothing(order: dict[str, object], added: dict[str, Any]) -> None:
    """There too."""
    read = taught().read
    if order is REST_TRADE:
        assert read(AskFills(since=UNTIL), 0, 200, rest({"trades": {"T": order | added}})) == read(
            AskFills(since=UNTIL), 0, 200, rest({"trades": {"T": order}})
        )
    else:
        assert read(AskOrders(venue_order_ids=()), 0, 200, rest({"O": order | added})) == read(
            AskOrders(venue_order_ids=()), 0, 200, rest({"O": order})
        )


@given(st.text(max_size=40), st.sampled_from(["add_order", "amend_order", "cancel_order"]))
def test_an_unknown_error_is_never_a_refusal(error: str, method: str) -> None:
    """A string that is in no table leaves the command unclear."""
    fact = only(told(response(method, success=False, error=f"EOrder:~{error}")))
    assert fact.answer == "unclear"
