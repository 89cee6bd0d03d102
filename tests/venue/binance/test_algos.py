"""Conditional orders: a book of their own, with ids, states and events of its own."""

from decimal import Decimal

import pytest

from batactors.testing.binance import BinanceVenue
from tests.venue.binance.client import ORDER, Client, Json

STOP: Json = {
    "algoType": "CONDITIONAL",
    "symbol": "BTCUSDT",
    "side": "SELL",
    "type": "STOP_MARKET",
    "quantity": "0.010",
    "triggerPrice": "48000.0",
    "clientAlgoId": "s1",
}


def market(venue: BinanceVenue, price: int) -> None:
    venue.set_market("BTCUSDT", bid=Decimal(price - 1), ask=Decimal(price + 1))


async def test_a_stop_triggers_and_becomes_an_order(venue: BinanceVenue, client: Client) -> None:
    """NEW, TRIGGERING, TRIGGERED with the id of the order that came of it, FINISHED; between them its events."""
    market(venue, 50_000)
    async with client.listening("ALGO_UPDATE", "ORDER_TRADE_UPDATE") as socket:
        placed = await client.call("POST", "v1/algoOrder", **STOP)
        assert placed["algoStatus"] == "NEW"
        assert [row["algoId"] for row in await client.call("GET", "v1/openAlgoOrders")] == [placed["algoId"]]
        assert await client.call("GET", "v1/openOrders") == [], "it is no ordinary order"
        market(venue, 49_000)
        market(venue, 47_000)
        frames = await socket.quiet()
    told = [(one["o"]["X"], one["o"]["ai"]) for one in frames if one["e"] == "ALGO_UPDATE"]
    (order,) = venue.ledger.orders.values()
    assert [state for state, _ in told] == ["NEW", "TRIGGERING", "TRIGGERED", "FINISHED"]
    assert [number for _, number in told] == ["", "", order.order_id, order.order_id]
    rows = [one["o"] for one in frames if one["e"] == "ORDER_TRADE_UPDATE"]
    assert [(row["x"], row["o"], row["ot"]) for row in rows] == [
        ("NEW", "MARKET", "STOP_MARKET"),
        ("TRADE", "MARKET", "STOP_MARKET"),
    ]
    assert (await client.call("GET", "v1/algoOrder", algoId=placed["algoId"]))["algoStatus"] == "FINISHED"


@pytest.mark.parametrize(
    ("kind", "side", "trigger", "fires"),
    [
        ("STOP_MARKET", "BUY", "51000.0", 51_000),
        ("TAKE_PROFIT_MARKET", "SELL", "51000.0", 51_000),
        ("TAKE_PROFIT_MARKET", "BUY", "49000.0", 49_000),
        ("STOP", "BUY", "51000.0", 51_000),
    ],
)
async def test_each_kind_triggers_on_its_side(
    venue: BinanceVenue, client: Client, kind: str, side: str, trigger: str, fires: int
) -> None:
    """Not before its price, and not where it would trigger at once."""
    market(venue, 50_000)
    terms = STOP | {"type": kind, "side": side, "triggerPrice": trigger, "timeInForce": "GTC"}
    if kind == "STOP":
        terms["price"] = "51500.0"
    other = "49000.0" if trigger == "51000.0" else "51000.0"
    assert await client.refusal("POST", "v1/algoOrder", **terms | {"triggerPrice": other}) == -2021
    await client.call("POST", "v1/algoOrder", **terms)
    market(venue, 50_500 if fires > 50_000 else 49_500)
    assert not venue.ledger.orders
    market(venue, fires)
    assert [order.status for order in venue.ledger.orders.values()] == ["filled"]


async def test_a_trailing_stop_follows_the_market(venue: BinanceVenue, client: Client) -> None:
    """It goes by the best price since it is active, and the share that may be given back."""
    market(venue, 50_000)
    terms = {name: value for name, value in STOP.items() if name != "triggerPrice"}
    await client.call("POST", "v1/algoOrder", **terms | {"type": "TRAILING_STOP_MARKET", "callbackRate": "1"})
    for price in (51_000, 50_600, 52_000, 51_600):
        market(venue, price)
        assert not venue.ledger.orders
    market(venue, 51_400)
    assert len(venue.ledger.orders) == 1


async def test_one_can_be_canceled(venue: BinanceVenue, client: Client) -> None:
    """By either id, and all of a market at once; the code of the answer is text."""
    async with client.listening("ALGO_UPDATE") as socket:
        await client.call("POST", "v1/algoOrder", **STOP)
        assert (await client.call("DELETE", "v1/algoOrder", clientAlgoId="s1"))["code"] == "200"
        assert await client.refusal("DELETE", "v1/algoOrder", clientAlgoId="s1") == -2011
        async with client.api() as api:
            placed = await api.result("algoOrder.place", **STOP)
            await api.result("algoOrder.cancel", algoId=placed["algoId"])
        await client.call("POST", "v1/algoOrder", **STOP)
        await client.call("DELETE", "v1/algoOpenOrders", symbol="BTCUSDT")
        assert [one["o"]["X"] for one in await socket.quiet()] == ["NEW", "CANCELED"] * 3
    assert len(await client.call("GET", "v1/allAlgoOrders", symbol="BTCUSDT")) == 3
    market(venue, 40_000)
    assert not venue.ledger.orders


async def test_nothing_is_checked_before_it_triggers(venue: BinanceVenue, client: Client) -> None:
    """A reduce-only one without a position is taken, and REJECTED when its time comes."""
    market(venue, 50_000)
    async with client.listening("ALGO_UPDATE") as socket:
        await client.call("POST", "v1/algoOrder", **STOP, reduceOnly="true")
        market(venue, 47_000)
        assert [one["o"]["X"] for one in await socket.quiet()] == ["NEW", "TRIGGERING", "REJECTED"]
    assert not venue.ledger.orders


async def test_a_whole_position_can_be_closed(venue: BinanceVenue, client: Client) -> None:
    """closePosition takes no quantity, and closes what there is when it triggers."""
    market(venue, 50_000)
    await client.place(**{"type": "MARKET", "price": None, "timeInForce": None})
    closing = {name: value for name, value in STOP.items() if name != "quantity"} | {"closePosition": "true"}
    assert await client.refusal("POST", "v1/algoOrder", **closing, quantity="0.010") == -4137
    await client.call("POST", "v1/algoOrder", **closing)
    market(venue, 47_000)
    assert venue.position("BTCUSDT").amount == 0


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"algoType": "VP"}, -1130),
        ({"type": "LIMIT"}, -1116),
        ({"triggerPrice": None}, -1102),
        ({"triggerPrice": "48000.05"}, -4014),
        ({"quantity": None}, -1102),
        ({"type": "STOP"}, -1102),
        ({"type": "TRAILING_STOP_MARKET", "callbackRate": "50"}, -1130),
        ({"positionSide": "LONG"}, -4061),
        ({"clientAlgoId": "no good"}, -4015),
    ],
    ids=str,
)
async def test_bad_terms_are_refused(client: Client, terms: dict[str, str | None], code: int) -> None:
    """Each by its code."""
    assert await client.refusal("POST", "v1/algoOrder", **STOP | terms) == code


async def test_there_is_room_for_two_hundred(client: Client) -> None:
    """And a name is in use for as long as its order is open."""
    for number in range(200):
        await client.call("POST", "v1/algoOrder", **STOP | {"clientAlgoId": f"s{number}"})
    assert await client.refusal("POST", "v1/algoOrder", **STOP | {"clientAlgoId": "more"}) == -4045
    await client.call("DELETE", "v1/algoOrder", clientAlgoId="s7")
    assert await client.refusal("POST", "v1/algoOrder", **STOP | {"clientAlgoId": "s8"}) == -4116


@pytest.mark.parametrize("kind", ["STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"])
async def test_the_old_endpoint_has_none(client: Client, kind: str) -> None:
    """-4120 by REST and by the socket."""
    assert await client.refusal("POST", "v1/order", **ORDER | {"type": kind, "stopPrice": "48000.0"}) == -4120
    async with client.api() as api:
        assert (await api.ask("order.place", **ORDER | {"type": kind}))["error"]["code"] == -4120
