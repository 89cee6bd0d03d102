"""Commands over REST (section 3) and their responses."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from batactors.model.commands import Command
from batactors.model.errors import ErrorKind, Unsupported
from batactors.model.facts import Answer, AnswerFact
from batactors.model.terms import OrderType, TimeInForce
from tests.venues.kraken_spot.samples import (
    ORDER,
    OURS,
    REQUEST,
    STAMP,
    amend,
    cancel,
    cancel_all,
    create,
    rest,
    taught,
)

DEADLINE = {"deadline": "2026-01-02T03:04:10.000Z"}
BASE = {"pair": "BTC/USD", "type": "buy", "volume": "0.01", "cl_ord_id": OURS} | DEADLINE


def sent(command: Command) -> tuple[str, dict[str, object]]:
    """The call and its fields."""
    request = taught().request_command([command], STAMP)
    assert (request.method, request.private, request.json) == ("POST", True, False)
    return request.path.removeprefix("/0/private/"), dict(request.fields)


def read(command: Command, body: bytes, status: int = 200) -> AnswerFact:
    """The only answer."""
    (fact,) = taught().read_command([command], REQUEST, status, body)
    assert fact.request_id == REQUEST
    return fact


def test_placing_a_limit_order() -> None:
    """With a deadline, and text for numbers, in plain digits."""
    call, fields = sent(create(quantity=Decimal("1E-8"), post_only=True, reduce_only=True))
    assert call == "AddOrder"
    assert fields == BASE | {
        "ordertype": "limit", "volume": "0.00000001", "price": "50000.0", "oflags": "post", "reduce_only": "true",
    }  # fmt: skip


def test_prices_of_triggered_orders() -> None:
    """`price` is the trigger, `price2` the limit."""
    stop = create(order_type=OrderType.STOP_MARKET, price=None, trigger_price=Decimal(9))
    assert sent(stop)[1] == BASE | {"ordertype": "stop-loss", "price": "9", "trigger": "last"}
    limit = create(order_type=OrderType.TAKE_PROFIT_LIMIT, price=Decimal(8), trigger_price=Decimal(9))
    assert sent(limit)[1] == BASE | {
        "ordertype": "take-profit-limit", "price": "9", "price2": "8", "trigger": "last",
    }  # fmt: skip


def test_other_terms() -> None:
    """Icebergs and times in force."""
    iceberg = sent(create(order_type=OrderType.ICEBERG, display_quantity=Decimal("0.001")))[1]
    assert (iceberg["ordertype"], iceberg["displayvol"]) == ("iceberg", "0.001")
    gtd = create(time_in_force=TimeInForce.GTD, expire_at=datetime(2026, 1, 2, 3, 4, 5, 999999, tzinfo=UTC))
    assert (sent(gtd)[1]["timeinforce"], sent(gtd)[1]["expiretm"]) == ("GTD", "1767323045")
    assert sent(create(order_type=OrderType.MARKET, price=None))[1] == BASE | {"ordertype": "market"}


def test_amending_and_cancelling() -> None:
    """By the venue's id where it is known; a cancel has no deadline, and needs none."""
    assert sent(amend(venue_order_id=ORDER, quantity=Decimal(2), post_only=True)) == (
        "AmendOrder",
        {"txid": ORDER, "order_qty": "2", "post_only": "true"} | DEADLINE,
    )
    assert sent(amend(price=Decimal("1.50"), trigger_price=Decimal(3))) == (
        "AmendOrder",
        {"cl_ord_id": OURS, "limit_price": "1.50", "trigger_price": "3"} | DEADLINE,
    )
    assert sent(cancel()) == ("CancelOrder", {"cl_ord_id": OURS})
    assert sent(cancel(venue_order_id=ORDER)) == ("CancelOrder", {"txid": ORDER})
    assert sent(cancel_all()) == ("CancelAll", {})


@pytest.mark.parametrize("order_type", [OrderType.TRAILING_STOP, OrderType.TRAILING_STOP_LIMIT])
def test_what_cannot_be_carried(order_type: OrderType) -> None:
    """It is refused before anything is sent."""
    with pytest.raises(Unsupported):
        sent(create(order_type=order_type))


@pytest.mark.parametrize("txid", [[ORDER], ORDER])
def test_an_accepted_order(txid: object) -> None:
    """It has its venue order id."""
    fact = read(create(), rest({"descr": {"order": "buy 0.01 XBTUSD @ limit 50000.0"}, "txid": txid}))
    assert fact == AnswerFact(request_id=REQUEST, answer=Answer.ACCEPTED, venue_order_id=ORDER, client_order_id=OURS)


@pytest.mark.parametrize(
    ("command", "result"),
    [(amend(), {"amend_id": "TAMEND"}), (cancel(), {"count": 1}), (cancel(), {"count": 1, "pending": True}),
     (cancel_all(), {"count": 0})],
)  # fmt: skip
def test_other_accepted_commands(command: Command, result: object) -> None:
    """An amendment has its id, a cancel a count; pending means accepted."""
    assert read(command, rest(result)).answer is Answer.ACCEPTED


def test_a_cancel_that_found_nothing() -> None:
    """A count of zero means that the order is not open now."""
    assert read(cancel(), rest({"count": 0})).answer is Answer.NOT_OPEN


@pytest.mark.parametrize(
    ("command", "result"),
    [(create(), {}), (create(), {"txid": []}), (create(), {"txid": [""]}), (create(), {"txid": 5}), (amend(), {}),
     (cancel(), {}), (cancel(), {"count": "1"}), (create(), []), (cancel_all(), "done"), (cancel_all(), None)],
)  # fmt: skip
def test_a_success_that_does_not_show_what_was_done(command: Command, result: object) -> None:
    """A success answer without txid has been seen (section 15): it is not clear what happened."""
    assert read(command, rest(result)).answer is Answer.UNCLEAR


@pytest.mark.parametrize("status", [400, 403, 429, 500, 502, 504, 520, 524])
@pytest.mark.parametrize("body", [b"<html>", rest(None, "EOrder:Insufficient funds"), rest({"txid": [ORDER]})])
def test_any_other_status_says_nothing_of_execution(status: int, body: bytes) -> None:
    """The request may have been held on the way: even a refusal in the body proves nothing (section 0, fact 1)."""
    fact = read(create(), body, status)
    assert (fact.answer, fact.retriable, fact.native_code) == (Answer.UNCLEAR, False, f"HTTP {status}")


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[]", b'{"error":null}', b"\xff", b"[" * 9999])
def test_what_cannot_be_read_is_unclear(body: bytes) -> None:
    """It never raises."""
    assert read(create(), body).answer is Answer.UNCLEAR


@pytest.mark.parametrize(
    ("command", "error", "answer", "kind"),
    [
        (create(), "EOrder:Insufficient funds", Answer.REFUSED, ErrorKind.EXCHANGE_REJECT),
        (create(), "EService:Unavailable", Answer.UNCLEAR, ErrorKind.TEMPORARY_UNAVAILABLE),
        (create(), "EAPI:Rate limit exceeded", Answer.REFUSED, ErrorKind.RATE_LIMITED),
        (create(), "EOrder:Invalid order", Answer.UNCLEAR, ErrorKind.EXCHANGE_REJECT),
        (cancel(), "EOrder:Invalid order", Answer.NOT_OPEN, ErrorKind.EXCHANGE_REJECT),
        (amend(), "EOrder:Unknown order", Answer.NOT_OPEN, ErrorKind.EXCHANGE_REJECT),
        (cancel(), "EOrder:Cancel pending", Answer.ACCEPTED, None),
    ],
)
def test_errors(command: Command, error: str, answer: Answer, kind: ErrorKind | None) -> None:
    """By the table, and by what was asked."""
    fact = read(command, rest(None, error))
    assert (fact.answer, fact.error, fact.native_code) == (answer, kind, error)
