"""Orders by REST: what is answered, and what the user data stream tells."""

from decimal import Decimal

import pytest

from batactors.testing.binance import BinanceVenue
from tests.venue.binance.client import ORDER, Client

ANSWER = {
    *("clientOrderId", "cumQty", "executedQty", "orderId", "origQty", "price", "reduceOnly", "side", "positionSide"),
    *("status", "stopPrice", "closePosition", "symbol", "timeInForce", "type", "origType", "updateTime"),
    *("workingType", "priceProtect", "priceMatch", "selfTradePreventionMode", "goodTillDate"),
}


async def test_an_order_lives_and_each_step_is_told(venue: BinanceVenue, client: Client) -> None:
    """Placed, changed, filled in part and canceled: each answer has the documented fields, each step its event."""
    async with client.listening() as socket:
        placed = await client.place(newClientOrderId="a1")
        assert set(placed) == ANSWER
        assert (placed["status"], placed["clientOrderId"], placed["executedQty"]) == ("NEW", "a1", "0")
        told = await socket.order("NEW")
        assert (told["i"], told["c"], told["X"], told["q"], told["p"]) == (
            placed["orderId"],
            "a1",
            "NEW",
            "0.010",
            "50000.0",
        )
        changed = await client.call(
            "PUT",
            "v1/order",
            symbol="BTCUSDT",
            side="BUY",
            quantity="0.020",
            price="49000.0",
            origClientOrderId="a1",
            modifyId=77,
        )
        assert set(changed) == ANSWER | {"modifyId", "pair"}
        assert (changed["orderId"], changed["origQty"], changed["modifyId"]) == (placed["orderId"], "0.020", 77)
        told = await socket.order("AMENDMENT")
        assert (told["q"], told["p"], told["X"], told["M"], told["i"]) == (
            "0.020",
            "49000.0",
            "NEW",
            "77",
            placed["orderId"],
        )
        venue.fill("a1", Decimal("0.005"))
        told = await socket.order("TRADE")
        assert (told["l"], told["z"], told["L"], told["X"], told["m"]) == (
            "0.005",
            "0.005",
            "49000.0",
            "PARTIALLY_FILLED",
            True,
        )
        assert Decimal(told["n"]) == Decimal("0.005") * 49000 * Decimal("0.0002")
        canceled = await client.call("DELETE", "v1/order", symbol="BTCUSDT", origClientOrderId="a1")
        assert set(canceled) == ANSWER | {"activatePrice", "priceRate"}
        assert (canceled["status"], canceled["executedQty"]) == ("CANCELED", "0.005")
        told = await socket.order("CANCELED")
        assert (told["X"], told["z"], told["t"]) == ("CANCELED", "0.005", 0)


async def test_an_ack_says_accepted_only(venue: BinanceVenue, client: Client) -> None:
    """The answer to a market order says NEW, whatever becomes of it; RESULT waits for how it fares."""
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001))
    market = {"type": "MARKET", "price": None, "timeInForce": None}
    ack = await client.place(**market)
    assert (ack["status"], ack["executedQty"]) == ("NEW", "0")
    result = await client.place(**market, newOrderRespType="RESULT")
    assert (result["status"], result["executedQty"]) == ("FILLED", "0.010")
    query = await client.call("GET", "v1/order", symbol="BTCUSDT", orderId=ack["orderId"])
    assert (query["status"], query["avgPrice"], query["cumQuote"]) == ("FILLED", "50001.00000", "500.01000000")


async def test_a_client_order_id_is_unique_among_open_orders_only(venue: BinanceVenue, client: Client) -> None:
    """-4116 while the first is open; later the same id makes a second order. The venue makes one up for none."""
    first = await client.place(newClientOrderId="a1")
    assert await client.refusal("POST", "v1/order", **ORDER, newClientOrderId="a1") == -4116
    venue.cancel("a1")
    second = await client.place(newClientOrderId="a1")
    assert second["orderId"] > first["orderId"]
    assert len(venue.ledger.orders_by_client_id("a1")) == 2
    assert await client.refusal("POST", "v1/order", **ORDER, newClientOrderId="a b") == -4015
    assert len((await client.place())["clientOrderId"]) == 22


@pytest.mark.parametrize(
    ("terms", "filled", "status"),
    [
        ({"quantity": "0.020", "price": "49000.0"}, "0.005", "PARTIALLY_FILLED"),
        ({"quantity": "0.005", "price": "50000.0"}, "0.005", "CANCELED"),
        ({"quantity": "0.004", "price": "50000.0"}, "0.005", "CANCELED"),
    ],
    ids=["more", "as much as has traded", "less than has traded"],
)
async def test_a_modify_may_cancel(
    venue: BinanceVenue, client: Client, terms: dict[str, str], filled: str, status: str
) -> None:
    """A new quantity that has traded already cancels the order, and so is it told."""
    await client.place(newClientOrderId="a1")
    venue.fill("a1", Decimal(filled))
    async with client.listening() as socket:
        answer = await client.call("PUT", "v1/order", symbol="BTCUSDT", side="BUY", origClientOrderId="a1", **terms)
        assert answer["status"] == status
        told = await socket.order("CANCELED" if status == "CANCELED" else "AMENDMENT")
        assert told["X"] == status


async def test_a_post_only_order_that_a_modify_lets_trade_is_canceled(venue: BinanceVenue, client: Client) -> None:
    """GTX with a new price that would take: the order is gone."""
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001))
    await client.place(newClientOrderId="a1", timeInForce="GTX", price="49000.0")
    terms = {"symbol": "BTCUSDT", "side": "BUY", "origClientOrderId": "a1", "quantity": "0.010", "price": "50010.0"}
    assert (await client.call("PUT", "v1/order", **terms))["status"] == "CANCELED"


async def test_a_modify_is_refused_without_a_trace(venue: BinanceVenue, client: Client) -> None:
    """Nothing new is -5027, a broken filter has its code, and the order stays as it was."""
    await client.place(newClientOrderId="a1")
    terms = {"symbol": "BTCUSDT", "side": "BUY", "origClientOrderId": "a1", "quantity": "0.010", "price": "50000.0"}
    assert await client.refusal("PUT", "v1/order", **terms) == -5027
    assert await client.refusal("PUT", "v1/order", **terms | {"price": "50000.05"}) == -4014
    assert await client.refusal("PUT", "v1/order", **terms | {"quantity": "0.0001"}) == -1111
    assert await client.refusal("PUT", "v1/order", **terms | {"origClientOrderId": "no"}) == -2013
    assert await client.refusal("PUT", "v1/order", **terms | {"price": "50001.0", "reduceOnly": "true"}) == -5047
    (order,) = venue.ledger.open_orders()
    assert (order.quantity, order.limit_price) == (Decimal("0.010"), Decimal("50000.0"))


async def test_a_post_only_order_that_would_take_leaves_no_trace(venue: BinanceVenue, client: Client) -> None:
    """-5022, no event, and nothing in the history."""
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001))
    async with client.listening() as socket:
        terms = ORDER | {"timeInForce": "GTX", "price": "50001.0", "newClientOrderId": "a1"}
        assert await client.refusal("POST", "v1/order", **terms) == -5022
        assert await socket.quiet() == []
    assert await client.refusal("GET", "v1/order", symbol="BTCUSDT", origClientOrderId="a1") == -2013
    assert await client.call("GET", "v1/allOrders", symbol="BTCUSDT") == []


async def test_what_is_left_of_ioc_and_fok_expires(venue: BinanceVenue, client: Client) -> None:
    """IOC trades what it can, FOK all or nothing, and the rest is EXPIRED; a knob makes FOK a refusal."""
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_000), ask_quantity=Decimal("0.004"))
    async with client.listening() as socket:
        answer = await client.place(timeInForce="IOC", newOrderRespType="RESULT")
        assert (answer["status"], answer["executedQty"]) == ("EXPIRED", "0.004")
        steps = [(await socket.hear(e="ORDER_TRADE_UPDATE"))["o"] for _ in range(3)]
        assert [(one["x"], one["X"], one["er"]) for one in steps] == [
            ("NEW", "NEW", 0),
            ("TRADE", "PARTIALLY_FILLED", 0),
            ("EXPIRED", "EXPIRED", 2),
        ]
        answer = await client.place(timeInForce="FOK", newOrderRespType="RESULT")
        assert (answer["status"], answer["executedQty"]) == ("EXPIRED", "0")
    venue.fok_is_refused = True
    assert await client.refusal("POST", "v1/order", **ORDER | {"timeInForce": "FOK"}) == -5021


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"symbol": "NOPE"}, -1121),
        ({"side": "HOLD"}, -1117),
        ({"type": "ODD"}, -1116),
        ({"timeInForce": "NOW"}, -1115),
        ({"timeInForce": None}, -1102),
        ({"price": None}, -1102),
        ({"quantity": None}, -1102),
        ({"quantity": "much"}, -1130),
        ({"quantity": "0"}, -4003),
        ({"quantity": "1001"}, -4005),
        ({"quantity": "0.0105"}, -1111),
        ({"price": "50000.05"}, -4014),
        ({"price": "2000000"}, -4002),
        ({"price": "-1"}, -4001),
        ({"quantity": "0.001", "price": "10000.0"}, -4164),
        ({"type": "MARKET"}, -1106),
        ({"type": "STOP_MARKET", "stopPrice": "1"}, -4120),
        ({"reduceOnly": "true"}, -2022),
        ({"positionSide": "LONG"}, -4061),
        ({"selfTradePreventionMode": "ALWAYS"}, -5039),
        ({"priceMatch": "BEST", "price": None}, -5037),
        ({"priceMatch": "QUEUE", "price": None}, -5041),
        ({"priceMatch": "QUEUE"}, -1128),
        ({"timeInForce": "GTD", "goodTillDate": "1"}, -5040),
        ({"quantity": "900", "price": "999999.0"}, None),
        ({"newOrderRespType": "MAYBE"}, -1130),
    ],
    ids=str,
)
async def test_bad_terms_are_refused(
    venue: BinanceVenue, client: Client, terms: dict[str, str | None], code: int | None
) -> None:
    """Each by its code, with no order made and no event told."""
    async with client.listening() as socket:
        if code is None:
            assert (await client.send("POST", "v1/order", **ORDER | terms)).status_code == 200
            return
        assert await client.refusal("POST", "v1/order", **ORDER | terms) == code
        assert await client.refusal("POST", "v1/order/test", **ORDER | terms) == code
        assert await socket.quiet(1) == []
    assert not venue.ledger.orders


async def test_a_test_order_is_not_placed(venue: BinanceVenue, client: Client) -> None:
    """order/test is answered with nothing, and there is nothing."""
    assert await client.call("POST", "v1/order/test", **ORDER) == {}
    assert not venue.ledger.orders


async def test_margin_is_needed(venue: BinanceVenue, client: Client) -> None:
    """An order that the account cannot pay is -2019; the leverage says how much it needs."""
    terms = ORDER | {"symbol": "BTCUSDT", "quantity": "1000", "price": "500000.0"}
    assert (await client.call("POST", "v1/leverage", symbol="BTCUSDT", leverage=1))["leverage"] == 1
    assert await client.refusal("POST", "v1/order", **terms) == -2019
    await client.call("POST", "v1/leverage", symbol="BTCUSDT", leverage=100)
    await client.place(**terms)


async def test_a_canceled_order_is_unknown(client: Client) -> None:
    """A second cancel is -2011, and so is one of an order that never was."""
    placed = await client.place()
    await client.call("DELETE", "v1/order", symbol="BTCUSDT", orderId=placed["orderId"])
    assert await client.refusal("DELETE", "v1/order", symbol="BTCUSDT", orderId=placed["orderId"]) == -2011
    assert await client.refusal("DELETE", "v1/order", symbol="BTCUSDT", origClientOrderId="no") == -2011
    assert await client.refusal("DELETE", "v1/order", symbol="BTCUSDT") == -1102


@pytest.mark.parametrize(
    ("mode", "ends"),
    [
        ("NONE", {"old": "NEW", "new": "FILLED"}),
        ("EXPIRE_TAKER", {"old": "NEW", "new": "EXPIRED_IN_MATCH"}),
        ("EXPIRE_MAKER", {"old": "EXPIRED_IN_MATCH", "new": "FILLED"}),
        ("EXPIRE_BOTH", {"old": "EXPIRED_IN_MATCH", "new": "EXPIRED_IN_MATCH"}),
    ],
)
async def test_an_account_does_not_trade_with_itself(
    venue: BinanceVenue, client: Client, mode: str, ends: dict[str, str]
) -> None:
    """An order that would meet another of its account ends one of them, both, or none, as its mode says."""
    venue.set_market("BTCUSDT", bid=Decimal(49_000), ask=Decimal(50_000))
    await client.place(side="SELL", price="49900.0", newClientOrderId="old")
    async with client.listening("ORDER_TRADE_UPDATE") as socket:
        await client.place(newClientOrderId="new", selfTradePreventionMode=mode)
        rows = [frame["o"] for frame in await socket.quiet()]
        assert {row["er"] for row in rows if row["X"] == "EXPIRED_IN_MATCH"} <= {1}
    for name, status in ends.items():
        assert (await client.call("GET", "v1/order", symbol="BTCUSDT", origClientOrderId=name))["status"] == status


async def test_self_trades_can_be_let_alone(venue: BinanceVenue, client: Client) -> None:
    """A post-only order may not take its own account's either; a knob switches the rule off."""
    await client.place(side="SELL", price="49900.0")
    terms = ORDER | {"timeInForce": "GTX"}
    assert await client.refusal("POST", "v1/order", **terms) == -5022
    venue.prevents_self_trades = False
    await client.place(**terms)


async def test_good_till_date_ends_an_order(venue: BinanceVenue, client: Client) -> None:
    """A GTD order expires at its second."""
    till = client.stamp() + 601_234
    async with client.listening() as socket:
        await client.place(timeInForce="GTD", goodTillDate=till)
        assert (await socket.order("NEW"))["gtd"] == till // 1000 * 1000
        await socket.quiet(599)
        assert [one.status for one in venue.ledger.orders.values()] == ["new"]
        assert (await socket.order("EXPIRED"))["X"] == "EXPIRED"
