"""What we send on the socket (sections 7 to 9)."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from attrs import evolve

from batactors.model.commands import Command
from batactors.model.errors import Unsupported
from batactors.model.ids import ClientOrderId, InstrumentId, VenueOrderId
from batactors.model.terms import OrderType, Side, TimeInForce
from batactors.venues.kraken_v2.session import REMEMBERED, V2Session
from tests.venues.kraken_spot.samples import (
    ORDER,
    OURS,
    REQUEST,
    STAMP,
    TOKEN,
    UNTIL,
    amend,
    cancel,
    cancel_all,
    create,
    session,
)


def text(*commands: Command, until: datetime = UNTIL) -> str:
    """The frame for these commands."""
    return session().encode(commands, request_id=REQUEST, token=TOKEN, stamp=evolve(STAMP, valid_until=until))


def params(*commands: Command) -> dict[str, Any]:
    """Its parameters."""
    read: dict[str, Any] = msgspec.json.decode(text(*commands))
    assert (read["req_id"], read["params"]["token"]) == (REQUEST, TOKEN)
    return {"method": read["method"], **read["params"]}


def test_subscribing_to_the_account() -> None:
    """Executions with both snapshots, and balances; a session is ready when both are confirmed."""
    it = session()
    executions, balances = map(msgspec.json.decode, it.opening(TOKEN, STAMP))
    assert executions["params"] == {
        "channel": "executions",
        "token": TOKEN,
        "snap_orders": True,
        "snap_trades": True,
    }
    assert balances["params"]["channel"] == "balances"
    assert it.awaits == ("executions", "balances")


def test_placing_an_order() -> None:
    """The frame of section 8's example: numbers as JSON numbers in plain digits, with deadline and token."""
    assert text(create(post_only=True)) == (
        '{"method":"add_order","req_id":101,"params":{"symbol":"BTC/USD","order_type":"limit","side":"buy",'
        '"order_qty":0.01,"cl_ord_id":"sim-000000000001","limit_price":50000.0,"post_only":true,'
        '"deadline":"2026-01-02T03:04:10.000Z","token":"TKN"}}'
    )


def test_numbers_have_no_exponent() -> None:
    """The venue is given digits."""
    assert '"order_qty":0.00000001,' in text(create(quantity=Decimal("1E-8")))
    assert '"order_qty":1000,' in text(create(quantity=Decimal("1E+3")))


def test_a_deadline_is_never_later_than_meant() -> None:
    """It is written in UTC, and what is finer than a millisecond is cut off."""
    until = datetime(2026, 1, 2, 5, 4, 10, 999999, tzinfo=timezone(timedelta(hours=2)))
    assert '"deadline":"2026-01-02T03:04:10.999Z"' in text(create(), until=until)


@pytest.mark.parametrize(
    ("order_type", "word"),
    [
        (OrderType.STOP_MARKET, "stop-loss"),
        (OrderType.STOP_LIMIT, "stop-loss-limit"),
        (OrderType.TAKE_PROFIT_MARKET, "take-profit"),
        (OrderType.TAKE_PROFIT_LIMIT, "take-profit-limit"),
    ],
)
def test_triggered_orders(order_type: OrderType, word: str) -> None:
    """An order with a trigger says what price it waits for, and that it is the last one traded."""
    read = params(create(order_type=order_type, trigger_price=Decimal("49000"), side=Side.SELL))
    assert (read["order_type"], read["side"]) == (word, "sell")
    assert read["triggers"] == {"reference": "last", "price": 49000}


def test_other_terms() -> None:
    """Icebergs, times in force and reduce-only are written as the venue does."""
    iceberg = params(create(order_type=OrderType.ICEBERG, display_quantity=Decimal("0.001"), reduce_only=True))
    assert (iceberg["order_type"], iceberg["display_qty"], iceberg["reduce_only"]) == ("iceberg", 0.001, True)
    gtd = params(create(time_in_force=TimeInForce.GTD, expire_at=datetime(2026, 1, 3, tzinfo=UTC)))
    assert (gtd["time_in_force"], gtd["expire_time"]) == ("gtd", "2026-01-03T00:00:00.000Z")
    market = params(create(order_type=OrderType.MARKET, price=None, time_in_force=TimeInForce.FOK))
    assert (market["order_type"], market["time_in_force"]) == ("market", "fok")
    assert "limit_price" not in market


def test_a_batch_of_orders() -> None:
    """Rows without symbol and token, which stand once (section 8)."""
    read = params(create(), create(client_order_id=ClientOrderId("b")))
    assert (read["method"], read["symbol"], read["deadline"]) == ("batch_add", "BTC/USD", "2026-01-02T03:04:10.000Z")
    assert [row["cl_ord_id"] for row in read["orders"]] == [OURS, "b"]
    assert not {"symbol", "token", "deadline"} & read["orders"][0].keys()


def test_amending() -> None:
    """By the venue's id where it is known, with what changes and nothing else, and a deadline."""
    by_venue = params(amend(venue_order_id=ORDER, quantity=Decimal(2), trigger_price=Decimal(3), post_only=False))
    assert by_venue == {
        "method": "amend_order", "order_id": ORDER, "order_qty": 2, "trigger_price": 3, "post_only": False,
        "deadline": "2026-01-02T03:04:10.000Z", "token": TOKEN,
    }  # fmt: skip
    by_client = params(amend(price=Decimal("1.5")))
    assert (by_client["cl_ord_id"], by_client["limit_price"]) == (OURS, 1.5)
    assert "order_id" not in by_client


def test_cancelling() -> None:
    """By whichever id is known; several are one batch, all named in the same way."""
    other = cancel(client_order_id=ClientOrderId("b"))
    assert params(cancel()) == {"method": "cancel_order", "cl_ord_id": [OURS], "token": TOKEN}
    assert params(cancel(venue_order_id=ORDER))["order_id"] == [ORDER]
    assert params(cancel(venue_order_id=ORDER), other) == {
        "method": "batch_cancel",
        "cl_ord_id": [OURS, "b"],
        "token": TOKEN,
    }
    both = params(cancel(venue_order_id=ORDER), cancel(venue_order_id=VenueOrderId("O2")))
    assert both["orders"] == [ORDER, "O2"]
    assert params(cancel_all()) == {"method": "cancel_all", "token": TOKEN}


@pytest.mark.parametrize(
    "commands",
    [
        (),
        (amend(), amend()),
        (cancel_all(), cancel_all()),
        (create(), cancel()),
        (cancel(), create()),
        (create(), create(instrument=InstrumentId("DOGE/USD"))),
        (create(order_type=OrderType.TRAILING_STOP),),
        (create(display_quantity=Decimal(1)),),
        (create(client_order_id=ClientOrderId("a-free-text-of-19-ch")),),
    ],
)
def test_what_the_socket_cannot_carry(commands: tuple[Command, ...]) -> None:
    """It is refused before anything is sent."""
    with pytest.raises(Unsupported):
        text(*commands)


def test_nothing_goes_without_a_token() -> None:
    """The venue would refuse it."""
    with pytest.raises(Unsupported):
        session().encode([create()], request_id=REQUEST, token=None, stamp=STAMP)
    with pytest.raises(Unsupported):
        session().opening(None, STAMP)


def test_the_token_is_in_no_repr() -> None:
    """A session that has sent frames does not show what was in them."""
    it = session()
    it.opening(TOKEN, STAMP)
    it.encode([cancel(), cancel()], request_id=REQUEST, token=TOKEN, stamp=STAMP)
    assert TOKEN not in repr(it) + repr(vars(it))


def test_memory_of_batches_is_bounded() -> None:
    """Batches that are never answered are forgotten, oldest first."""
    it: V2Session = session()
    for number in range(REMEMBERED + 9):
        it.encode([cancel(), cancel()], request_id=type(REQUEST)(number), token=TOKEN, stamp=STAMP)
    assert len(it._asked) == REMEMBERED
