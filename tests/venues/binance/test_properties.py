"""Whatever comes, the decoders answer; and what they read is exact."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from batactors.model.account_facts import PositionFact
from batactors.model.errors import BatactorsError
from batactors.model.facts import AnswerFact, BalanceFact, FillFact, OrderFact, QuarantineFact
from batactors.model.ids import RequestId
from batactors.model.questions import (
    AskAmendments,
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskLimits,
    AskMargin,
    AskOpenOrders,
    AskOrder,
    AskOrders,
    AskPositions,
    AskSettings,
    AskTime,
    AskToken,
    KeepToken,
    Page,
    Question,
)
from batactors.venues.binance.ws_api import Asked
from tests.venues.binance.samples import (
    ACCOUNT_UPDATE,
    ALGO,
    BTC,
    LITE,
    NEW,
    NOW,
    ORDER,
    ORDER_ROW,
    OURS,
    REQUEST,
    ROWS,
    STAMP,
    TRADE,
    TRADE_ROW,
    algo_event,
    amend,
    cancel,
    commands,
    create,
    encoded,
    only,
    order_event,
    taught,
    text,
    told,
    update,
    user_data,
    without,
)

NAMES = """
    e E T o a ac ai or data id result error code msg listenKey status rateLimits s i c S f q p sp x X l z L n N t m ps
    er aid caid tp rm B P wb pa ep up mt mm ORDER_TRADE_UPDATE TRADE_LITE ALGO_UPDATE ACCOUNT_UPDATE MARGIN_CALL
    ACCOUNT_CONFIG_UPDATE CONDITIONAL_ORDER_TRIGGER_REJECT listenKeyExpired BTCUSDT NEW TRADE FILLED symbol orderId
    clientOrderId origQty executedQty algoId qty price commission asset balance symbols filters serverTime limit count
"""
WORDS = st.sampled_from(NAMES.split())
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9) | WORDS
    | st.sampled_from(["NaN", "-Infinity", "1e999999", "-1", "0.1"])
)  # fmt: skip
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=6)
)
OBJECTS = st.dictionaries(WORDS, LEAVES, max_size=8)
EVENTS = st.fixed_dictionaries(
    {"e": WORDS},
    optional={"o": OBJECTS | JSON, "a": st.fixed_dictionaries({}, optional={"B": st.lists(OBJECTS), "P": JSON}) | JSON,
              "ac": OBJECTS, "ai": JSON, "or": OBJECTS, "p": st.lists(OBJECTS), "E": JSON, "T": st.integers() | JSON},
)  # fmt: skip
RESPONSES = st.fixed_dictionaries(
    {},
    optional={"id": st.integers(-3, 9) | JSON, "status": st.integers(0, 600) | JSON, "result": OBJECTS | JSON,
              "error": OBJECTS | JSON, "rateLimits": st.lists(OBJECTS) | JSON},
)  # fmt: skip
DECIMALS = st.decimals(min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False)


def of_user_data(frame: str | bytes) -> list[Any]:
    """What a session of the private stream makes of a frame."""
    return list(told(frame))


def of_commands(frame: str | bytes) -> list[Any]:
    """What a session of the WebSocket API makes of a frame, when it has asked for every kind of thing."""
    session = commands()
    asked: tuple[Asked, ...] = (create(), amend(), cancel(), AskOrder(client_order_id=OURS, instrument=BTC))
    for number, one in enumerate(asked):
        session.prepare(one, RequestId(number), STAMP)
    return session.decode(frame)


both = pytest.mark.parametrize("decode", [of_user_data, of_commands])
Decode = Callable[[str | bytes], list[Any]]


@both
@given(st.text())
@example("\ud800")
@example("9" * 5000)
@example("[" * 5000)
def test_no_text_breaks_it(decode: Decode, frame: str) -> None:
    """Any text is decoded to facts, and what is set aside can be stored."""
    facts = decode(frame)
    assert facts
    for fact in facts:
        if isinstance(fact, QuarantineFact):
            fact.raw.encode()


@both
@given(st.binary())
def test_no_bytes_break_it(decode: Decode, frame: bytes) -> None:
    """Nor do bytes."""
    assert decode(frame)


@both
@given(JSON | EVENTS | RESPONSES)
def test_no_json_breaks_it(decode: Decode, value: Any) -> None:
    """Nor does JSON, however near to what the venue sends."""
    assert isinstance(decode(text(value)), list)
    assert isinstance(decode(text({"stream": "x", "data": value})), list)


@given(st.sampled_from(ROWS), st.integers(0, 600), st.integers(0, 60))
def test_no_torn_frame_breaks_it(row: dict[str, Any], start: int, length: int) -> None:
    """Nor does a frame with a piece missing."""
    frame = order_event(row)
    assert told(frame[:start] + frame[start + length :])


@given(JSON | OBJECTS | st.lists(OBJECTS), st.sampled_from([200, 400, 408, 418, 429, 503, 0, 302]))
def test_no_body_breaks_a_command(value: Any, status: int) -> None:
    """A response to a command over REST is an answer, whatever it holds."""
    codec, body = taught(), text(value)
    for command in (create(), amend(), cancel()):
        first = codec.read_command([command], REQUEST, status, body)[0]
        assert isinstance(first, AnswerFact)
        assert first.request_id == REQUEST
    assert isinstance(codec.read_command([create(), create()], REQUEST, status, body)[0], AnswerFact)


QUESTIONS: tuple[Question, ...] = (
    AskToken(), KeepToken(), AskInstruments(), AskTime(), AskBalances(), AskMargin(), AskPositions(), AskLimits(),
    AskSettings(), AskSettings(instrument=BTC), AskOpenOrders(), AskOpenOrders(client_order_id=OURS, instrument=BTC),
    AskClosedOrders(instrument=BTC), AskClosedOrders(instrument=BTC, conditional=True),
    AskAmendments(venue_order_id=ORDER), AskOrder(client_order_id=OURS, instrument=BTC),
    AskOrders(venue_order_ids=(ORDER,)), AskFills(since=NOW, instrument=BTC),
)  # fmt: skip


@given(
    JSON | OBJECTS | st.lists(OBJECTS) | st.fixed_dictionaries({"symbols": st.lists(OBJECTS), "rateLimits": JSON}),
    st.sampled_from([200, 400, 503]),
)
def test_no_body_breaks_a_question(value: Any, status: int) -> None:
    """It is answered, or one of our own errors says that it is not."""
    for question in QUESTIONS:
        try:
            assert isinstance(taught().read(question, 0, status, text(value)), Page)
        except BatactorsError:
            continue


@given(
    st.dictionaries(
        st.text(max_size=30) | st.sampled_from(["X-MBX-USED-WEIGHT-1M", "Retry-After"]),
        st.text(max_size=12),
        max_size=4,
    )
)
def test_no_header_breaks_it(headers: dict[str, str]) -> None:
    """Nor do headers."""
    for status, body in ((200, b"[]"), (429, b""), (418, b'{"code":-1003}')):
        assert isinstance(taught().heed(status, headers, body), list)


@given(st.sampled_from(ROWS), JSON, st.data())
def test_a_spoiled_field_costs_its_row_at_most(row: dict[str, Any], value: Any, data: st.DataObject) -> None:
    """Whatever stands in one field: facts, or the whole row with its order, and nothing raised."""
    name = data.draw(st.sampled_from(sorted(row)))
    for fact in told(order_event(row | {name: value})):
        assert isinstance(fact, OrderFact | FillFact | QuarantineFact)
        if isinstance(fact, QuarantineFact) and name not in ("s", "i"):
            assert fact.venue_order_id is not None


@pytest.mark.parametrize(
    ("frame", "key", "inner"),
    [*((order_event(row), "o", row) for row in ROWS), (algo_event(), "o", ALGO), (text(LITE), None, LITE),
     (text(ACCOUNT_UPDATE), "a", ACCOUNT_UPDATE["a"])],
)  # fmt: skip
@given(added=st.dictionaries(st.text(min_size=1).map("new_{}".format), JSON, max_size=3))
@example(added={"st": 1, "pair": "BTCUSDT"})
def test_unknown_fields_change_nothing(frame: bytes, key: str | None, inner: Any, added: dict[str, Any]) -> None:
    """The venue adds fields without notice (section 13, 17)."""
    outer: dict[str, Any] = msgspec.json.decode(frame)
    changed = outer | added if key is None else outer | added | {key: inner | added}
    assert told(text(changed)) == told(frame)


UNREAD = ("ap", "b", "a", "R", "wt", "ot", "cp", "pP", "si", "ss", "rp", "V", "pm", "gtd")


@pytest.mark.parametrize("name", UNREAD)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["x"])
def test_fields_that_we_do_not_read_may_go(row: dict[str, Any], name: str) -> None:
    """And takes them away, as it did with avgPrice and cumQuote."""
    assert told(order_event(without(row, name))) == told(order_event(row))


OPTIONAL = ("c", "S", "o", "f", "q", "p", "sp", "z", "n", "N", "T", "m", "ps", "er")


@pytest.mark.parametrize("name", OPTIONAL)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["x"])
def test_absent_and_null_are_the_same(row: dict[str, Any], name: str) -> None:
    """A field that is null, or not there, is absent in the facts, and no reason to set the row aside."""
    absent = told(order_event(without(row, name)))
    assert absent == told(order_event(row | {name: None}))
    assert not [fact for fact in absent if isinstance(fact, QuarantineFact)]


@pytest.mark.holds("X03")
@given(DECIMALS)
@example(Decimal("1E-8"))
@example(Decimal("0.10000000"))
@example(Decimal("1E+3"))
def test_numbers_are_exact(number: Decimal) -> None:
    """Out by either road and in again, each digit is there, trailing zeros too."""
    over_rest = str(dict(taught().request_command([create(quantity=number)], STAMP).fields)["quantity"])
    frame = encoded(commands(), create(quantity=number))
    assert msgspec.json.decode(frame)["params"]["quantity"] == over_rest
    assert "e" not in over_rest.lower()
    for fact in (
        only(told(order_event(NEW | {"q": over_rest}))),
        only(taught().read(AskOpenOrders(), 0, 200, text([ORDER_ROW | {"origQty": over_rest}])).facts),
    ):
        assert fact.quantity == (number or None)  # zero is how the venue writes that there is none
        if number and number.as_tuple().exponent <= 0:  # type: ignore[operator]
            assert str(fact.quantity) == str(number)


@pytest.mark.holds("X03")
@given(st.decimals(min_value="1E-20", max_value=10**12, allow_nan=False, allow_infinity=False))
def test_a_fill_keeps_each_digit(number: Decimal) -> None:
    """Of quantity, price and fee, by the stream and by REST."""
    plain = format(number, "f")
    streamed = only(told(update(l=plain, L=plain, n=plain)))
    row = TRADE_ROW | {"qty": plain, "price": plain, "commission": plain}
    asked = only(taught().read(AskFills(since=NOW, instrument=BTC), 0, 200, text([row])).facts)
    for fill in (streamed, asked):
        assert [format(value, "f") for value in (fill.quantity, fill.price, fill.fees[0].amount)] == [plain] * 3


@given(st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, allow_infinity=False))
def test_money_keeps_each_digit_and_its_sign(number: Decimal) -> None:
    """Of balances and positions."""
    plain = format(number, "f")
    body = {"B": [{"a": "USDT", "wb": plain}], "P": [{"s": "BTCUSDT", "pa": plain, "ps": "BOTH", "up": plain}]}
    balance, position = told(text(ACCOUNT_UPDATE | {"a": body}))
    assert isinstance(balance, BalanceFact)
    assert isinstance(position, PositionFact)
    amounts = (balance.total, position.quantity, position.unrealized)
    assert [None if value is None else format(value, "f") for value in amounts] == [plain] * 3


@given(st.lists(st.sampled_from([TRADE, NEW, *ROWS]), max_size=6))
def test_a_session_remembers_nothing(rows: list[dict[str, Any]]) -> None:
    """Whatever came before, in whatever order, a frame means the same: no trade id is a watermark (W27, W28)."""
    session = user_data()
    for row in rows:
        assert session.decode(order_event(row)) == told(order_event(row))
