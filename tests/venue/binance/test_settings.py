"""What an account sets, what happens to its positions, and what others do to it."""

from decimal import Decimal

import pytest

from batactors.testing.binance import BinanceVenue
from tests.venue.binance.client import ORDER, Client, Json

MARKET: Json = {"type": "MARKET", "price": None, "timeInForce": None}


def market(venue: BinanceVenue) -> None:
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001))


async def test_leverage_is_set_and_told(client: Client) -> None:
    """ACCOUNT_CONFIG_UPDATE says so; what is so already is no news."""
    async with client.listening() as socket:
        answer = await client.call("POST", "v1/leverage", symbol="BTCUSDT", leverage=10)
        assert set(answer) == {"leverage", "maxNotionalValue", "symbol"}
        await client.call("POST", "v1/leverage", symbol="BTCUSDT", leverage=10)
        (frame,) = await socket.quiet()
        assert (frame["e"], frame["ac"]) == ("ACCOUNT_CONFIG_UPDATE", {"s": "BTCUSDT", "l": 10})
    (row,) = await client.call("GET", "v1/symbolConfig", symbol="BTCUSDT")
    assert row["leverage"] == 10
    assert await client.refusal("POST", "v1/leverage", symbol="BTCUSDT", leverage=126) == -4028


async def test_margin_type_has_its_refusals(venue: BinanceVenue, client: Client) -> None:
    """The same again, open orders and positions are refused; an isolated position keeps its leverage."""
    market(venue)
    terms = {"symbol": "BTCUSDT", "marginType": "ISOLATED"}
    await client.place(newClientOrderId="a1")
    assert await client.refusal("POST", "v1/marginType", **terms) == -4047
    venue.cancel("a1")
    assert (await client.call("POST", "v1/marginType", **terms))["code"] == 200
    assert await client.refusal("POST", "v1/marginType", **terms) == -4046
    await client.place(**MARKET)
    assert await client.refusal("POST", "v1/marginType", symbol="BTCUSDT", marginType="CROSSED") == -4048
    assert await client.refusal("POST", "v1/leverage", symbol="BTCUSDT", leverage=5) == -4161
    (row,) = await client.call("GET", "v3/positionRisk")
    assert Decimal(row["isolatedMargin"]) > 0


async def test_hedge_mode_has_two_positions(venue: BinanceVenue, client: Client) -> None:
    """A side must be named, reduceOnly must not, and long and short stand beside each other."""
    market(venue)
    assert await client.refusal("POST", "v1/positionSide/dual", dualSidePosition="false") == -4059
    assert (await client.call("POST", "v1/positionSide/dual", dualSidePosition="true"))["code"] == 200
    assert (await client.call("GET", "v1/positionSide/dual"))["dualSidePosition"] is True
    assert await client.refusal("POST", "v1/order", **ORDER) == -4061
    await client.place(**MARKET, positionSide="LONG")
    await client.place(**MARKET, positionSide="SHORT", side="SELL", quantity="0.020")
    reducing = ORDER | {"positionSide": "LONG", "side": "SELL", "price": "60000.0", "reduceOnly": "true"}
    assert await client.refusal("POST", "v1/order", **reducing) == -1106
    assert [(row["positionSide"], row["positionAmt"]) for row in await client.call("GET", "v3/positionRisk")] == [
        ("LONG", "0.010"),
        ("SHORT", "-0.020"),
    ]
    assert await client.refusal("POST", "v1/positionSide/dual", dualSidePosition="false") == -4068
    venue.place_external(
        symbol="BTCUSDT", side="buy", quantity=Decimal("0.01"), price=Decimal(40_000), cl_ord_id="by-hand"
    )
    assert await client.refusal("POST", "v1/positionSide/dual", dualSidePosition="false") == -4067


async def test_reduce_only_orders_reduce(venue: BinanceVenue, client: Client) -> None:
    """Not more than there is, counting the others; and when the position is gone, so are they."""
    market(venue)
    await client.place(**MARKET)
    reducing = ORDER | {"side": "SELL", "price": "60000.0", "reduceOnly": "true"}
    assert await client.refusal("POST", "v1/order", **reducing | {"quantity": "0.011"}) == -2022
    assert await client.refusal("POST", "v1/order", **reducing | {"side": "BUY", "price": "40000.0"}) == -2022
    await client.place(**reducing | {"newClientOrderId": "r1"})
    assert await client.refusal("POST", "v1/order", **reducing) == -2022
    async with client.listening("ORDER_TRADE_UPDATE") as socket:
        await client.place(**MARKET, side="SELL")
        rows = {frame["o"]["c"]: frame["o"] for frame in await socket.quiet()}
        assert (rows["r1"]["x"], rows["r1"]["X"], rows["r1"]["er"]) == ("EXPIRED", "EXPIRED", 4)


@pytest.mark.parametrize("calculated", [True, False])
@pytest.mark.parametrize("name", ["LIQUIDATION", "LIMIT"])
async def test_a_liquidation_is_nobodys_order(venue: BinanceVenue, client: Client, calculated: bool, name: str) -> None:
    """It was never placed; its execution is CALCULATED or TRADE, its type either of two, and the position is gone."""
    venue.habits.calculated = calculated
    venue.habits.liquidation = "LIQUIDATION" if name == "LIQUIDATION" else "LIMIT"
    market(venue)
    await client.place(**MARKET)
    async with client.listening() as socket:
        order = venue.liquidate("BTCUSDT")
        frames = await socket.quiet()
    rows = [frame["o"] for frame in frames if frame["e"] == "ORDER_TRADE_UPDATE"]
    assert [row["x"] for row in rows] == (["CALCULATED"] * 2 if calculated else ["NEW", "TRADE"])
    assert [(row["X"], row["l"], row["t"] > 0) for row in rows] == [("NEW", "0", False), ("FILLED", "0.010", True)]
    assert {row["o"] for row in rows} == {name}
    assert rows[0]["c"].startswith("autoclose-")
    assert order.by_hand
    assert venue.position("BTCUSDT").amount == 0
    assert (await client.call("GET", "v1/userTrades", symbol="BTCUSDT"))[-1]["orderId"] == int(order.order_id)


async def test_a_winner_is_deleveraged(venue: BinanceVenue, client: Client) -> None:
    """Part of the position goes, by an order with the venue's own name."""
    market(venue)
    await client.place(**MARKET)
    async with client.listening("ORDER_TRADE_UPDATE") as socket:
        venue.deleverage("BTCUSDT", quantity=Decimal("0.004"))
        assert {frame["o"]["c"] for frame in await socket.quiet()} == {"adl_autoclose"}
    assert venue.position("BTCUSDT").amount == Decimal("0.006")
    with pytest.raises(ValueError, match="no BOTH position in ETHUSDT"):
        venue.liquidate("ETHUSDT")


async def test_money_comes_and_goes(venue: BinanceVenue, client: Client) -> None:
    """Funding and deposits change a balance, and say why; no position is told."""
    async with client.listening() as socket:
        venue.fund(Decimal("1.5"))
        venue.deposit(Decimal(100))
        told = [frame["a"] for frame in await socket.quiet()]
    assert [(one["m"], one["B"][0]["bc"], one["P"]) for one in told] == [
        ("FUNDING_FEE", "-1.50000000", []),
        ("DEPOSIT", "100.00000000", []),
    ]


async def test_somebody_trades_by_hand(venue: BinanceVenue, client: Client) -> None:
    """His orders are told on the same stream, with a name that the venue made up."""
    async with client.listening("ORDER_TRADE_UPDATE") as socket:
        order = venue.place_external(symbol="BTCUSDT", side="buy", quantity=Decimal("0.01"), price=Decimal(50_000))
        told = await socket.order("NEW")
        assert (told["i"], told["c"]) == (int(order.order_id), order.client_order_id)
        venue.fill(order, Decimal("0.01"))
        assert (await socket.order("TRADE"))["X"] == "FILLED"
    (row,) = await client.call("GET", "v1/allOrders", symbol="BTCUSDT")
    assert row["clientOrderId"] == order.client_order_id
