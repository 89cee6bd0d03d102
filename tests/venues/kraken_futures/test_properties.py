"""Whatever comes, the decoders answer; and what they read is exact."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.model.errors import BatactorsError
from batactors.model.facts import AnswerFact, FillFact, OrderFact, QuarantineFact, SnapshotFact
from batactors.model.questions import (
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskMargin,
    AskOpenOrders,
    AskOrder,
    AskPositions,
    AskTime,
    KeepSwitch,
    Page,
    Question,
)
from tests.venues.kraken_futures.samples import (
    EVENT_ORDER,
    EXECUTION,
    FILL,
    FILL_ROW,
    HISTORY_ORDER,
    INSTRUMENT,
    NOW,
    OPEN_ROW,
    OURS,
    PLACE,
    REQUEST,
    STATUS_ROW,
    WORKS,
    amend,
    cancel,
    cancel_all,
    create,
    execution,
    only,
    session,
    taught,
    text,
    told,
)

QUESTIONS: tuple[tuple[Question, int], ...] = (
    (AskOpenOrders(), 0),
    (AskOrder(client_order_id=OURS), 0),
    (AskClosedOrders(since=NOW), 0),
    (AskFills(since=NOW), 0),
    (AskFills(since=NOW), 5),
    (AskBalances(), 0),
    (AskMargin(), 0),
    (AskMargin(), 1),
    (AskPositions(), 0),
    (AskInstruments(), 0),
    (AskTime(), 0),
    (KeepSwitch(seconds=5), 0),
)
COMMANDS = (create(), amend(), cancel(), cancel_all())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FRAMES: tuple[dict[str, Any], ...] = (
    {"feed": "open_orders", "order": WORKS, "is_cancel": False, "reason": "partial_fill"},
    {"feed": "open_orders_snapshot", "orders": [WORKS]},
    {"feed": "fills", "fills": [FILL]},
    {"feed": "fills_snapshot", "fills": [FILL, FILL]},
    {"feed": "balances", "flex_futures": {"currencies": {"USD": {"quantity": 1}}}},
    {"feed": "open_positions", "positions": [{"instrument": "PF_XBTUSD", "balance": 1}]},
    {"event": "challenge", "message": "c"},
    {"event": "alert", "message": "Bad request"},
)
BODIES: tuple[dict[str, Any], ...] = (
    {"result": "success", "openOrders": [OPEN_ROW], "orders": [STATUS_ROW], "fills": [FILL_ROW], "openPositions": [],
     "instruments": [INSTRUMENT], "accounts": {"flex": {"balanceValue": 1}}, "serverTime": "2026-01-02T03:04:05Z"},
    {"elements": [{"timestamp": 9, "event": {"Execution": {"execution": EXECUTION}}},
                  {"timestamp": 9, "event": {"OrderCancelled": {"order": HISTORY_ORDER, "reason": "x"}}}]},
    {"result": "success", "sendStatus": {"status": "placed", "orderEvents": [PLACE, execution("f", 1, left=1)]},
     "editStatus": {"status": "edited", "orderEvents": [{"type": "EDIT", "new": EVENT_ORDER}]},
     "cancelStatus": {"status": "cancelled", "orderEvents": [{"type": "CANCEL", "order": EVENT_ORDER}]},
     "batchStatus": [{"status": "placed", "order_tag": "0"}]},
    {"result": "error", "error": "apiLimitExceeded", "errors": [{"code": 1, "message": "m"}]},
)  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn, good: tuple[dict[str, Any], ...]) -> bytes:
    """JSON of the right shape, with something else somewhere in it."""
    tree = msgspec.json.decode(text(draw(st.sampled_from(good))))
    places: list[Callable[[Any], None]] = []

    def walk(node: Any) -> None:
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            places.append(lambda value, node=node, key=key: node.__setitem__(key, value))  # type: ignore[misc]
            if isinstance(node[key], dict | list):
                walk(node[key])

    walk(tree)
    for _ in range(draw(st.integers(1, 3))):
        draw(st.sampled_from(places))(draw(JSON))
    return msgspec.json.encode(tree)


ANYTHING = st.binary(max_size=40) | st.text(max_size=40) | JSON.map(text)


@given(ANYTHING | spoilt(FRAMES))
def test_a_session_never_raises(frame: str | bytes) -> None:
    """Every frame leads to at least one fact, but for a list of positions that is empty."""
    facts = session().decode(frame)
    assert isinstance(facts, list)
    for fact in facts:
        msgspec.json.encode(fact.raw if isinstance(fact, QuarantineFact) else "")  # it can be written down


@given(st.binary(max_size=40) | JSON.map(text) | spoilt(BODIES), st.sampled_from(COMMANDS), st.integers(1, 3),
       st.sampled_from([200, 400, 429, 500]))  # fmt: skip
def test_an_answer_to_a_command_never_raises(body: bytes, command: Any, legs: int, status: int) -> None:
    """Whatever it is, it says something of the command, or sets rows aside."""
    facts = taught().read_command([command] * legs, REQUEST, status, body)
    assert facts
    assert any(isinstance(fact, AnswerFact | QuarantineFact) for fact in facts)
    taught().heed(status, {}, body)


@given(st.binary(max_size=40) | JSON.map(text) | spoilt(BODIES), st.sampled_from(QUESTIONS))
def test_an_answer_to_a_question_is_a_page_or_an_error_of_ours(body: bytes, asked: tuple[Question, int]) -> None:
    """Never anything else."""
    question, offset = asked
    with suppress(BatactorsError):
        assert isinstance(taught().read(question, offset, 200, body), Page)


AMOUNTS = st.decimals(min_value="0.00000001", max_value=10**12, allow_nan=False, places=8)


def raw(value: Any) -> bytes:
    """JSON with the digits of the amounts as they are."""
    return msgspec.json.encode(_digits(value))


def _digits(value: Any) -> Any:
    if isinstance(value, Decimal):
        return msgspec.Raw(str(value).encode())
    if isinstance(value, dict):
        return {key: _digits(one) for key, one in value.items()}
    return [_digits(one) for one in value] if isinstance(value, list) else value


@pytest.mark.holds("F01")
@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_amounts_are_read_to_the_digit(left: Decimal, filled: Decimal, price: Decimal) -> None:
    """What is left and what is filled are the total, exactly: on the socket, in a snapshot, and over REST."""
    row = WORKS | {"qty": left, "filled": filled, "limit_price": price}
    frame = {"feed": "open_orders", "order": row, "is_cancel": False, "reason": "partial_fill"}
    delta = only(told(raw(frame)))
    (snapshot,) = told(raw({"feed": "open_orders_snapshot", "orders": [row]}))
    assert isinstance(snapshot, SnapshotFact)
    body = {"result": "success", "openOrders": [OPEN_ROW | {"unfilledSize": left, "filledSize": filled,
                                                            "limitPrice": price}]}  # fmt: skip
    listed = only(taught().read(AskOpenOrders(), 0, 200, raw(body)).facts)
    for fact in (delta, *snapshot.orders, listed):
        assert isinstance(fact, OrderFact)
        assert (fact.quantity, fact.filled, fact.price) == (left + filled, filled, price)
    fill = only(told(raw({"feed": "fills", "fills": [FILL | {"qty": left, "price": price, "fee_paid": -filled}]})))
    assert isinstance(fill, FillFact)
    assert (fill.quantity, fill.price, fill.fees[0].amount) == (left, price, -filled)


@given(AMOUNTS, AMOUNTS)
def test_amounts_are_written_to_the_digit(quantity: Decimal, price: Decimal) -> None:
    """And never with an exponent, alone or in a batch."""
    from tests.venues.kraken_futures.samples import STAMP

    order = create(quantity=quantity, price=price)
    alone = dict(taught().request_command([order], STAMP).fields)
    assert (Decimal(str(alone["size"])), Decimal(str(alone["limitPrice"]))) == (quantity, price)
    batch = str(dict(taught().request_command([order, order], STAMP).fields)["json"])
    decoded = msgspec.json.decode(batch, type=dict[str, list[dict[str, msgspec.Raw]]])
    assert Decimal(bytes(decoded["batchOrder"][0]["size"]).decode()) == quantity
    assert "E" not in str(alone["size"]) + bytes(decoded["batchOrder"][0]["size"]).decode()


@given(st.lists(st.sampled_from(["good", "bad"]), min_size=1, max_size=5))
@pytest.mark.holds("F17")
def test_each_bad_row_is_set_aside_alone(kinds: list[str]) -> None:
    """With the order that it names; the others of the frame are read."""
    rows = [FILL | {"fill_id": f"f{n}"} | ({} if kind == "good" else {"qty": "much"}) for n, kind in enumerate(kinds)]
    facts = told(text({"feed": "fills", "fills": rows}))
    assert [isinstance(fact, FillFact) for fact in facts] == [kind == "good" for kind in kinds]
    bad = [fact for fact in facts if isinstance(fact, QuarantineFact)]
    assert all(fact.venue_order_id == WORKS["order_id"] for fact in bad)
