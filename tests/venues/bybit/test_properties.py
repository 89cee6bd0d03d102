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
from batactors.model.ids import ClientOrderId
from batactors.model.questions import (
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskMargin,
    AskOpenOrders,
    AskOrder,
    AskOrders,
    AskPositions,
    AskSettings,
    AskTime,
    Page,
    Question,
)
from tests.venues.bybit.samples import (
    ANSWER,
    BTC,
    COIN,
    EXECUTION,
    FAST,
    NEW,
    NOW,
    ORDER,
    ORDER_ID,
    OURS,
    POSITION,
    REQUEST,
    UNTRIGGERED,
    WALLET,
    amend,
    args,
    cancel,
    create,
    envelope,
    event,
    execution_event,
    listed,
    only,
    order_event,
    private,
    read,
    taught,
    text,
    told,
    trade,
    without,
)

NAMES = """
    topic data creationTime op success ret_msg req_id reqId retCode retMsg retExtInfo header result time list code msg
    order.linear execution.linear execution.fast.linear position.linear wallet auth subscribe ping pong order.create
    order.cancel-batch category linear symbol BTCUSDT orderId orderLinkId side Buy orderType Limit price qty positionIdx
    orderStatus New cumExecQty triggerPrice execId execType Trade execQty execPrice execTime seq size coin walletBalance
    nextPageCursor priceFilter lotSizeFilter tickSize qtyStep baseCoin quoteCoin settleCoin marginMode timeNano
"""
WORDS = st.sampled_from(NAMES.split())
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9) | WORDS
    | st.sampled_from(["NaN", "-Infinity", "1e999999", "-1", "0.1", "", "7-1700000000000", "9" * 200])
)  # fmt: skip
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=6)
)
OBJECTS = st.dictionaries(WORDS, LEAVES, max_size=9)


def mixed(*rows: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """One of these rows, with some fields spoilt."""
    return st.builds(lambda row, spoilt: row | spoilt, st.sampled_from(rows), OBJECTS)


ROWS = mixed(ORDER, UNTRIGGERED, EXECUTION, FAST, POSITION, WALLET, COIN)
TOPICS = st.sampled_from(
    ["order.linear", "execution.linear", "execution.fast.linear", "position.linear", "wallet", "order"]
)
LISTS = st.lists(ROWS | LEAVES, max_size=3) | JSON
EVENTS = st.builds(lambda topic, data: {"topic": topic, "data": data}, TOPICS, LISTS)
DECIMALS = st.decimals(min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False)


def of_private(frame: str | bytes) -> list[Any]:
    """What a session of the private socket makes of a frame."""
    return list(told(frame))


def of_trade(frame: str | bytes) -> list[Any]:
    """What a session of the trade socket makes of a frame."""
    return list(trade().decode(frame))


both = pytest.mark.parametrize("decode", [of_private, of_trade])
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
@given(JSON | EVENTS | mixed(ANSWER))
def test_no_json_breaks_it(decode: Decode, value: Any) -> None:
    """Nor does JSON, however near to what the venue sends."""
    assert isinstance(decode(text(value)), list)


@given(st.sampled_from([ORDER, UNTRIGGERED, NEW]), st.integers(0, 900), st.integers(0, 60))
def test_no_torn_frame_breaks_it(row: dict[str, Any], start: int, length: int) -> None:
    """Nor does a frame with a piece missing."""
    frame = order_event(row)
    assert told(frame[:start] + frame[start + length :])


BODIES = JSON | OBJECTS | st.builds(
    lambda result, code, extra: {"retCode": code, "retMsg": "x", "result": result, "retExtInfo": extra, "time": 1},
    JSON | st.fixed_dictionaries({"list": LISTS}, optional={"nextPageCursor": JSON}),
    st.sampled_from([0, 0, 0, 10006, 110001]) | LEAVES,
    JSON | st.fixed_dictionaries({"list": st.lists(OBJECTS, max_size=3)}),
)  # fmt: skip


@given(BODIES, st.sampled_from([200, 400, 403, 429, 503, 0, 302]))
def test_no_body_breaks_a_command(value: Any, status: int) -> None:
    """A response to a command over REST is an answer, whatever it holds."""
    codec, body = taught(), text(value)
    for command in (create(), amend(), cancel()):
        fact = codec.read_command([command], REQUEST, status, body)[0]
        assert isinstance(fact, AnswerFact)
        assert fact.request_id == REQUEST
    assert isinstance(codec.read_command([create(), create()], REQUEST, status, body)[0], AnswerFact)
    assert isinstance(codec.heed(status, {}, body), list)


QUESTIONS: tuple[Question, ...] = (
    AskInstruments(), AskTime(), AskBalances(), AskMargin(), AskPositions(), AskPositions(instrument=BTC),
    AskSettings(), AskSettings(instrument=BTC), AskOpenOrders(), AskOpenOrders(client_order_id=OURS, instrument=BTC),
    AskClosedOrders(since=NOW), AskOrder(client_order_id=OURS, instrument=BTC), AskOrders(venue_order_ids=(ORDER_ID,)),
    AskFills(since=NOW, instrument=BTC),
)  # fmt: skip


@given(BODIES, st.sampled_from([200, 200, 400, 503]))
def test_no_body_breaks_a_question(value: Any, status: int) -> None:
    """It is answered, or one of our own errors says that it is not; and each next page has a request."""
    codec = taught()
    for question in QUESTIONS:
        try:
            page = codec.read(question, 0, status, text(value))
        except BatactorsError:
            continue
        assert isinstance(page, Page)
        if page.next_offset is not None:
            assert codec.request(question, page.next_offset).path.startswith("/v5/")


@pytest.mark.parametrize(
    "frame",
    [order_event(ORDER), execution_event(EXECUTION), event("position.linear", POSITION), event("wallet", WALLET)],
)
@given(added=st.dictionaries(st.text(min_size=1).map("new_{}".format), JSON, max_size=3))
def test_unknown_fields_change_nothing(frame: bytes, added: dict[str, Any]) -> None:
    """The venue adds fields without notice (section 15, 20)."""
    outer: dict[str, Any] = msgspec.json.decode(frame)
    changed = outer | added | {"data": [row | added for row in outer["data"]]}
    assert told(text(changed)) == told(frame)


READ = ("orderLinkId", "side", "orderType", "timeInForce", "price", "qty", "positionIdx", "orderStatus", "cancelType",
        "rejectReason", "createType", "cumExecQty", "stopOrderType", "triggerPrice", "triggerDirection", "createdTime",
        "updatedTime", "category")  # fmt: skip


@pytest.mark.parametrize("name", [*READ, *(name for name in ORDER if name not in (*READ, "orderId", "symbol"))])
def test_absent_and_null_are_the_same(name: str) -> None:
    """A field that is null, or not there, is absent in the facts; and one that is not read may hold anything."""
    absent = told(order_event(without(UNTRIGGERED, name)))
    assert isinstance(only(absent), OrderFact)
    if name in READ:
        assert absent == told(order_event(UNTRIGGERED | {name: None}))
    else:
        assert absent == told(order_event(UNTRIGGERED)) == told(order_event(UNTRIGGERED | {name: [name]}))


@given(DECIMALS)
@example(Decimal("1E-8"))
@example(Decimal("0.10000000"))
@example(Decimal("1E+3"))
def test_numbers_are_exact(number: Decimal) -> None:
    """Out by either road and in again, each digit is there, trailing zeros too."""
    sent = args(create(quantity=number))["qty"]
    assert dict(taught().request_command([create(quantity=number)], None).fields)["qty"] == sent  # type: ignore[arg-type]
    assert "e" not in sent.lower()
    fact = only(told(order_event(NEW | {"qty": sent})))
    assert fact.quantity == (number or None)
    if number and number.as_tuple().exponent <= 0:  # type: ignore[operator]
        assert str(fact.quantity) == str(number)


@given(st.decimals(min_value="1E-20", max_value=10**12, allow_nan=False, allow_infinity=False))
def test_a_fill_keeps_each_digit(number: Decimal) -> None:
    """Of quantity, price and fee, live and of the history."""
    plain = format(number, "f")
    row = EXECUTION | {"execQty": plain, "execPrice": plain, "execFee": plain}
    for fact in only(told(execution_event(row))), only(read(AskFills(since=NOW), listed(row)).facts):
        assert isinstance(fact, FillFact)
        assert [format(one, "f") for one in (fact.quantity, fact.price, fact.fees[0].amount)] == [plain] * 3


@given(
    st.decimals(min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False), st.sampled_from(["Buy", "Sell"])
)
def test_money_keeps_each_digit(number: Decimal, side: str) -> None:
    """Of balances and positions."""
    plain = format(number, "f")
    position = only(told(event("position.linear", POSITION | {"size": plain, "side": side, "unrealisedPnl": plain})))
    body = envelope({"list": [WALLET | {"coin": [COIN | {"walletBalance": plain}]}]})
    balance = only(read(AskBalances(), body).facts)
    assert isinstance(position, PositionFact)
    assert isinstance(balance, BalanceFact)
    assert position.quantity.copy_abs() == position.unrealized == balance.total == number
    assert (position.quantity < 0) is (side == "Sell" and number > 0)


@given(st.lists(st.sampled_from([order_event(ORDER), execution_event(EXECUTION), event("wallet", WALLET)]), max_size=6))
def test_a_session_remembers_nothing_of_what_it_told(frames: list[bytes]) -> None:
    """Whatever came before, in whatever order, a frame means the same: no sequence is a watermark (W27, W28)."""
    session = private()
    for frame in frames:
        assert session.decode(frame) == told(frame)


@given(st.text(max_size=60), st.integers(0, 5))
def test_a_shorter_id_fits_and_is_the_same_whenever_asked(given_id: str, attempt: int) -> None:
    """Whatever the id of ours is; another attempt gives another."""
    codec, ours = taught(), ClientOrderId(given_id)
    short = codec.shorten(ours, attempt)
    assert codec.fits(short)
    assert short == codec.shorten(ours, attempt) != codec.shorten(ours, attempt + 1)


@pytest.mark.parametrize(
    ("text", "fits"), [("a1", True), ("A_b-9" * 7, True), ("", False), ("a" * 37, False), ("a.b", False), ("é", False)]
)
def test_what_the_venue_takes_as_an_id(text: str, fits: bool) -> None:
    """Up to 36 letters, digits, - and _ (section 3)."""
    assert taught().fits(ClientOrderId(text)) is fits
