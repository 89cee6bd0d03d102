"""Several commands in one request (section 4.1)."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from batactors.model.commands import Command, Operation
from batactors.model.errors import Unsupported
from batactors.model.facts import Answer
from batactors.model.ids import ClientOrderId, InstrumentId, VenueOrderId
from batactors.model.terms import Transport
from batactors.venues.binance import batches
from tests.venues.binance.samples import (
    ALGO_ORDER,
    ORDER,
    ORDER_ROW,
    REQUEST,
    STAMP,
    amend,
    cancel,
    cancel_all,
    commands,
    create,
    names,
    stop,
    taught,
    text,
)

TWO = [create(), create(client_order_id=ClientOrderId("a2"), quantity=Decimal(1))]


def test_a_batch_of_orders() -> None:
    """One parameter holds them all, as JSON in which everything is text."""
    request = taught().request_command(TWO, STAMP)
    assert (request.method, request.path) == ("POST", "/fapi/v1/batchOrders")
    ((name, value),) = request.fields
    assert name == "batchOrders"
    rows = msgspec.json.decode(str(value), type=list[dict[str, str]])
    assert [(row["newClientOrderId"], row["quantity"]) for row in rows] == [("a1", "0.010"), ("a2", "1")]


def test_a_batch_of_amends() -> None:
    """Each with every term."""
    request = taught().request_command([amend(), amend(venue_order_id=VenueOrderId("BTCUSDT:112"))], STAMP)
    rows = msgspec.json.decode(str(request.fields[0][1]), type=list[dict[str, str]])
    assert (request.method, [row["orderId"] for row in rows]) == ("PUT", ["111", "112"])


def test_batches_of_cancels() -> None:
    """By numbers, which stay numbers, or by client order ids; of one instrument."""
    numbers = taught().request_command(
        [cancel(venue_order_id=ORDER), cancel(venue_order_id=VenueOrderId("BTCUSDT:112"))], STAMP
    )
    assert (numbers.method, dict(numbers.fields)) == (
        "DELETE", {"symbol": "BTCUSDT", "orderIdList": "[111,112]"},
    )  # fmt: skip
    named = taught().request_command([cancel(), cancel(client_order_id=ClientOrderId("a2"))], STAMP)
    assert dict(named.fields) == {"symbol": "BTCUSDT", "origClientOrderIdList": '["a1","a2"]'}


@pytest.mark.parametrize(
    "several",
    [
        [], [create()] * 6, [amend()] * 6, [cancel()] * 11, [create(), cancel()], [cancel_all()], [cancel_all()] * 2,
        [create(), stop()], [cancel(), cancel(venue_order_id=ORDER)], [cancel(venue_order_id=ALGO_ORDER)],
        [cancel(venue_order_id=ALGO_ORDER)] * 2, [stop()] * 2,
        [cancel(), cancel(instrument=InstrumentId("ETH/USDT:USDT"))],
    ],
    ids=len,
)  # fmt: skip
def test_what_is_no_batch(several: list[Command]) -> None:
    """It is refused before anything is sent; of the codec, one command alone asks for no batch."""
    with pytest.raises(Unsupported):
        batches.request_of(several, names())
    if len(several) > 1:
        with pytest.raises(Unsupported):
            taught().request_command(several, STAMP)


def test_the_limits() -> None:
    """By REST, five are placed or amended at once, ten cancelled; the socket carries commands one by one."""
    for road, limits in ((Transport.REST, [5, 5, 10, 1]), (Transport.WEBSOCKET, [1, 1, 1, 1])):
        assert [taught().batch_limit(operation, road) for operation in list(Operation)[:4]] == limits
    with pytest.raises(Unsupported, match="one by one"):
        commands().encode(TWO, request_id=REQUEST, token=None, stamp=STAMP)


def read(asked: list[Any], body: object, status: int = 200) -> Any:
    """What the answer to a batch says."""
    return taught().read_command(asked, REQUEST, status, text(body))


def test_mixed_answers() -> None:
    """By place, each by itself; a row with a code is a refusal although the status is 200 (W16)."""
    facts = read(TWO, [ORDER_ROW, {"code": -2019, "msg": "Margin is insufficient."}])
    assert [(fact.leg, fact.legs, fact.answer) for fact in facts] == [
        (0, 2, Answer.ACCEPTED), (1, 2, Answer.REFUSED),
    ]  # fmt: skip
    assert facts[0].venue_order_id == ORDER


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        ({"code": -1007, "msg": "m"}, Answer.UNCLEAR),
        ({"code": -9999, "msg": "m"}, Answer.REFUSED),
        ({"code": -2011, "msg": "Unknown order sent."}, Answer.NOT_OPEN),
        ({}, Answer.UNCLEAR),
        (None, Answer.UNCLEAR),
        (7, Answer.UNCLEAR),
        ({"code": {}}, Answer.UNCLEAR),
    ],
)
def test_rows_of_cancels(row: object, answer: Answer) -> None:
    """What a row does not say is not known of that one alone."""
    facts = read([cancel(), cancel()], [row, ORDER_ROW | {"status": "NEW"}])
    assert [(fact.leg, fact.answer) for fact in facts] == [(0, answer), (1, Answer.ACCEPTED)]


def test_a_row_may_tell_an_end() -> None:
    """Behind the answer of its leg, and before the next."""
    facts = read([cancel(), cancel()], [ORDER_ROW | {"status": "CANCELED"}, {"code": -2011, "msg": ""}])
    assert [type(fact).__name__ for fact in facts] == ["AnswerFact", "OrderFact", "AnswerFact"]


@pytest.mark.parametrize(
    ("status", "body"), [(408, {}), (502, "html"), (200, {}), (200, []), (200, "x"), (503, {"code": -1007})]
)
def test_nothing_certain_of_any(status: int, body: object) -> None:
    """One answer for all of them, which leaves each unknown (G11)."""
    (fact,) = read(TWO, body, status)
    assert (fact.answer, fact.leg) == (Answer.UNCLEAR, None)


def test_missing_rows() -> None:
    """How many there were is told, so that nobody takes a place for another (G12)."""
    (fact,) = read(TWO, [ORDER_ROW])
    assert (fact.leg, fact.legs) == (0, 1)
