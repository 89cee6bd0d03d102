"""Commands, as they are sent by the trade socket and by REST (sections 3 and 8)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from batactors.model.commands import CancelAll, Command, Operation
from batactors.model.errors import Unsupported
from batactors.model.positions import PositionSide
from batactors.model.questions import AskWhetherValid
from batactors.model.terms import OrderType, Side, TimeInForce, Transport, TriggerBy
from tests.venues.bybit.samples import (
    BTC,
    ORDER_ID,
    REQUEST,
    STAMP,
    WHO,
    amend,
    args,
    cancel,
    create,
    envelope,
    sent,
    taught,
    trade,
)

STOP = {"order_type": OrderType.STOP_LIMIT, "trigger_price": Decimal(61000)}
EVERYTHING = CancelAll(**WHO, instrument=BTC)


def three() -> list[Command]:
    """Orders b0, b1 and b2."""
    return [create(client_order_id=f"b{one}") for one in range(3)]


def posted(*commands: Command) -> tuple[str, dict[str, Any]]:
    """The path and the body of the request for these."""
    request = taught().request_command(commands, STAMP)
    assert (request.method, request.json, request.private) == ("POST", True, True)
    return request.path, dict(request.fields)


def test_an_order_by_the_socket() -> None:
    """The frame of section 8, and a number that no other request has, after a restart either."""
    frame = sent(create(post_only=True))
    assert frame == {
        "reqId": "7-1700000000000",
        "header": {"X-BAPI-TIMESTAMP": "1700000000000", "X-BAPI-RECV-WINDOW": "5000"},
        "op": "order.create",
        "args": [
            {
                "category": "linear", "symbol": "BTCUSDT", "side": "Buy", "orderType": "Limit", "qty": "0.010",
                "price": "60000.0", "timeInForce": "PostOnly", "positionIdx": 0, "orderLinkId": "a1",
            }
        ],
    }  # fmt: skip
    assert posted(create(post_only=True)) == ("/v5/order/create", frame["args"][0])
    assert len(frame["reqId"]) <= 36


@pytest.mark.parametrize(
    ("kind", "side", "direction"),
    [
        (OrderType.STOP_LIMIT, Side.BUY, 1), (OrderType.STOP_MARKET, Side.SELL, 2),
        (OrderType.TAKE_PROFIT_LIMIT, Side.BUY, 2), (OrderType.TAKE_PROFIT_MARKET, Side.SELL, 1),
    ],
)  # fmt: skip
def test_an_order_that_waits_says_which_way_the_price_has_to_go(kind: OrderType, side: Side, direction: int) -> None:
    """Its type and side say it; it is a limit or a market order otherwise, as the venue has no other types (W44)."""
    price = Decimal(62000) if kind.has_price else None
    found = args(create(order_type=kind, side=side, price=price, trigger_price=Decimal("61000.5")))
    assert (found["triggerDirection"], found["triggerPrice"]) == (direction, "61000.5")
    assert found["orderType"] == ("Limit" if kind.has_price else "Market")
    assert ("price" in found, "timeInForce" in found) == (kind.has_price, kind.has_price)
    assert "triggerBy" not in found


@pytest.mark.parametrize(
    ("ours", "theirs"), [(TriggerBy.LAST, "LastPrice"), (TriggerBy.MARK, "MarkPrice"), (TriggerBy.INDEX, "IndexPrice")]
)
def test_which_price_triggers(ours: TriggerBy, theirs: str) -> None:
    """If it is said; else it is the venue's own choice."""
    assert args(create(**STOP, trigger_by=ours))["triggerBy"] == theirs


@pytest.mark.holds("Y19")
@pytest.mark.parametrize(
    ("side", "index"), [(None, 0), (PositionSide.NET, 0), (PositionSide.LONG, 1), (PositionSide.SHORT, 2)]
)
def test_the_position_of_an_order_is_named(side: PositionSide | None, index: int) -> None:
    """By its index, which hedge mode wants (W43)."""
    assert args(create(position_side=side))["positionIdx"] == index


def test_the_terms_of_an_order() -> None:
    """Times in force, and what only reduces."""
    assert args(create(time_in_force=TimeInForce.FOK))["timeInForce"] == "FOK"
    assert args(create(reduce_only=True))["reduceOnly"] is True
    market = args(create(order_type=OrderType.MARKET, price=None))
    assert not {"price", "timeInForce", "reduceOnly"} & set(market)


def test_an_amend_names_what_changes_and_nothing_else() -> None:
    """What is left out stays (section 3); the quantity is the new total."""
    assert args(amend()) == {"category": "linear", "symbol": "BTCUSDT", "orderLinkId": "a1", "price": "59000.0"}
    both = args(amend(price=None, quantity=Decimal("0.020"), trigger_price=Decimal(1)))
    assert {**both, "category": 0} == {
        "category": 0, "symbol": "BTCUSDT", "orderLinkId": "a1", "qty": "0.020", "triggerPrice": "1",
    }  # fmt: skip
    assert sent(amend())["op"] == "order.amend"
    assert posted(amend())[0] == "/v5/order/amend"
    assert not taught().amends_in_full


def test_an_order_is_addressed_by_the_venues_id_if_it_is_known() -> None:
    """One of the two is enough, and theirs wins if they disagree."""
    assert args(cancel(venue_order_id=ORDER_ID)) == {
        "category": "linear", "symbol": "BTCUSDT", "orderId": ORDER_ID,
    }  # fmt: skip
    assert args(cancel()) == {"category": "linear", "symbol": "BTCUSDT", "orderLinkId": "a1"}
    assert posted(cancel()) == ("/v5/order/cancel", args(cancel()))


def test_a_batch() -> None:
    """The category once, and an entry for each, by both roads."""
    frame = sent(*three())
    (found,) = frame["args"]
    assert frame["op"] == "order.create-batch"
    assert found["category"] == "linear"
    assert [leg["orderLinkId"] for leg in found["request"]] == ["b0", "b1", "b2"]
    assert all("category" not in leg for leg in found["request"])
    assert posted(*three()) == ("/v5/order/create-batch", found)
    assert sent(cancel(), cancel())["op"] == "order.cancel-batch"
    assert sent(amend(), amend())["op"] == "order.amend-batch"


def test_a_batch_holds_what_a_second_takes() -> None:
    """What is over the limit of a second fails by itself, though the venue takes twice as many (section 3)."""
    codec = taught()
    for road in Transport.WEBSOCKET, Transport.REST:
        limits = [codec.batch_limit(operation, road) for operation in Operation]
        assert limits == [10, 10, 10, 1, 1, 1, 1, 1]
    with pytest.raises(Unsupported, match="up to 10"):
        sent(*[create()] * 11)
    with pytest.raises(Unsupported, match="one operation"):
        sent(create(), cancel())


def test_all_orders_of_an_instrument_are_cancelled_by_rest() -> None:
    """Those that wait for a trigger too, in one call."""
    assert posted(EVERYTHING) == ("/v5/order/cancel-all", {"category": "linear", "symbol": "BTCUSDT"})
    assert not taught().carries(EVERYTHING)
    assert all(taught().carries(one) for one in (create(), amend(), cancel()))
    with pytest.raises(Unsupported, match="by REST"):
        sent(EVERYTHING)


LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (create(order_type=OrderType.TRAILING_STOP), "trailing_stop"),
        (create(display_quantity=Decimal(1)), "iceberg"),
        (create(time_in_force=TimeInForce.GTD, expire_at=LATER), "end at a time"),
        (create(post_only=True, time_in_force=TimeInForce.IOC), "time in force"),
        (create(order_type=OrderType.MARKET), "no price"),
        (create(order_type=OrderType.MARKET, price=None, time_in_force=TimeInForce.FOK), "fok"),
        (create(order_type=OrderType.STOP_LIMIT), "trigger_price"),
        (create(client_order_id="a.1"), "letters"),
        (amend(post_only=True), "post-only"),
        (amend(price=None), "changes"),
        (amend(instrument=None), "instrument"),
        (cancel(instrument=None, venue_order_id=ORDER_ID), "instrument"),
        (cancel(client_order_id=None), "its venue order id"),
        (CancelAll(**WHO), "cancel_open_orders"),
    ],
)
def test_what_cannot_be_carried_is_refused_before_it_is_sent(command: Command, says: str) -> None:
    """On every road, with what is wrong."""
    with pytest.raises(Unsupported, match=says):
        taught().check(command)
    with pytest.raises(Unsupported):
        taught().request_command([command], STAMP)
    with pytest.raises(Unsupported):
        trade().encode([command], request_id=REQUEST, token=None, stamp=STAMP)


@pytest.mark.parametrize("command", [create(), create(**STOP), amend(), cancel(), EVERYTHING])
def test_what_can_be_carried_passes(command: Command) -> None:
    """And has a request."""
    taught().check(command)
    assert posted(command)


def test_an_order_is_checked_without_being_placed() -> None:
    """By a call of its own, with the same terms; that it is answered is enough."""
    question = AskWhetherValid(order=create())
    request = taught().request(question)
    assert (request.method, request.path, dict(request.fields)) == ("POST", "/v5/order/pre-check", args(create()))
    assert request.json
    assert taught().read(question, 0, 200, envelope({"preImrE4": 1})).facts == ()
