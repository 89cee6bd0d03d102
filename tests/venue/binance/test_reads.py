"""What can be read: orders, trades, the account, and how late reads may be."""

from decimal import Decimal

import pytest
import trio

from batactors.testing.binance import BinanceVenue
from batactors.testing.faults import ReadLag
from batactors.testing.virtual_time import VirtualClock
from tests.venue.binance.client import ORDER, Client, Json

NAMED: Json = {"symbol": "BTCUSDT", "origClientOrderId": "a1"}


async def test_orders_can_be_found(venue: BinanceVenue, client: Client) -> None:
    """By either name, open or not; the open ones in a list, all in another."""
    first = await client.place(newClientOrderId="a1")
    await client.place(symbol="ETHUSDT", quantity="1", price="1900.00", newClientOrderId="a2")
    assert (await client.call("GET", "v1/order", **NAMED))["orderId"] == first["orderId"]
    assert (await client.call("GET", "v1/openOrder", **NAMED))["time"] == first["updateTime"]
    assert [one["clientOrderId"] for one in await client.call("GET", "v1/openOrders")] == ["a1", "a2"]
    assert len(await client.call("GET", "v1/openOrders", symbol="ETHUSDT")) == 1
    venue.cancel("a1")
    assert await client.call("GET", "v1/openOrders", symbol="BTCUSDT") == []
    assert (await client.call("GET", "v1/order", **NAMED))["status"] == "CANCELED"
    assert await client.refusal("GET", "v1/openOrder", **NAMED) == -2013
    assert len(await client.call("GET", "v1/allOrders", symbol="BTCUSDT")) == 1
    assert await client.refusal("GET", "v1/order", symbol="ETHUSDT", origClientOrderId="a1") == -2013


async def test_old_orders_are_forgotten(virtual_clock: VirtualClock, venue: BinanceVenue, client: Client) -> None:
    """A canceled one without a fill after three days, all others after ninety."""
    for name in ("a1", "a2"):
        await client.place(newClientOrderId=name)
    venue.fill("a2", Decimal("0.005"))
    venue.cancel("a1")
    venue.cancel("a2")
    for days, found in ((2, ["a1", "a2"]), (2, ["a2"]), (84, ["a2"]), (4, [])):
        virtual_clock.skew += days * 86_400
        rows = await client.call("GET", "v1/allOrders", symbol="BTCUSDT", orderId=1)
        assert [one["clientOrderId"] for one in rows] == found
        answer = await client.send("GET", "v1/order", **NAMED)
        assert (answer.status_code == 200) == ("a1" in found)


async def test_pages_of_orders(client: Client) -> None:
    """From a time on the oldest come first; without one the newest; from an id on, from it."""
    placed = []
    for _ in range(4):
        placed.append(await client.place())
        await trio.sleep(1)
    numbers = [one["orderId"] for one in placed]
    terms: Json = {"symbol": "BTCUSDT", "limit": 2}
    page = await client.call("GET", "v1/allOrders", **terms, startTime=placed[1]["updateTime"])
    assert [one["orderId"] for one in page] == numbers[1:3]
    assert [one["orderId"] for one in await client.call("GET", "v1/allOrders", **terms)] == numbers[2:]
    page = await client.call("GET", "v1/allOrders", **terms, orderId=numbers[0])
    assert [one["orderId"] for one in page] == numbers[:2]


async def test_a_name_used_again_means_the_open_order(venue: BinanceVenue, client: Client) -> None:
    """Which of several it means is not documented: here the open one, else the newest."""
    await client.place(newClientOrderId="a1")
    venue.cancel("a1")
    second = await client.place(newClientOrderId="a1")
    assert (await client.call("GET", "v1/order", **NAMED))["orderId"] == second["orderId"]


async def test_trades_go_by_their_number(venue: BinanceVenue, client: Client) -> None:
    """From one on, or in a window, never both; numbers begin anew in each market."""
    for symbol, price in (("BTCUSDT", "50000.0"), ("ETHUSDT", "1900.00")):
        placed = await client.place(symbol=symbol, quantity="0.100", price=price)
        for _ in range(4):
            venue.fill(str(placed["orderId"]), Decimal("0.010"))
            await trio.sleep(1)
    rows = await client.call("GET", "v1/userTrades", symbol="BTCUSDT")
    assert [row["id"] for row in rows] == [900, 901, 902, 903]
    assert set(rows[0]) == {
        *("buyer", "commission", "commissionAsset", "id", "maker", "orderId", "price", "qty", "quoteQty", "baseQty"),
        *("marginAsset", "realizedPnl", "side", "positionSide", "symbol", "pair", "time"),
    }
    assert [row["id"] for row in await client.call("GET", "v1/userTrades", symbol="ETHUSDT")] == [900, 901, 902, 903]
    page = await client.call("GET", "v1/userTrades", symbol="BTCUSDT", fromId=902)
    assert [row["id"] for row in page] == [902, 903]
    page = await client.call("GET", "v1/userTrades", symbol="BTCUSDT", startTime=rows[1]["time"], limit=2)
    assert [row["id"] for row in page] == [901, 902]
    page = await client.call("GET", "v1/userTrades", symbol="BTCUSDT", limit=2)
    assert [row["id"] for row in page] == [902, 903], "without a beginning, the newest"
    assert await client.refusal("GET", "v1/userTrades", symbol="BTCUSDT", fromId=1, startTime=1) == -1128
    week = 7 * 86_400_000
    assert await client.refusal("GET", "v1/userTrades", symbol="BTCUSDT", startTime=1, endTime=week + 2) < 0
    assert await client.refusal("GET", "v1/userTrades", symbol="BTCUSDT", limit=1001) == -1130


async def test_changes_of_an_order_can_be_read(venue: BinanceVenue, client: Client) -> None:
    """Each with the terms before and after it, the newest first."""
    await client.place(newClientOrderId="a1")
    for price in ("49000.0", "48000.0"):
        await client.call("PUT", "v1/order", **NAMED, side="BUY", quantity="0.010", price=price)
    rows = await client.call("GET", "v1/orderAmendment", **NAMED)
    assert [row["amendment"]["price"] for row in rows] == [
        {"before": "49000.0", "after": "48000.0"},
        {"before": "50000.0", "after": "49000.0"},
    ]


@pytest.mark.parametrize("how", ["a habit", "a fault"])
async def test_reads_may_lag(venue: BinanceVenue, client: Client, how: str) -> None:
    """An order is not found for a while after its ack, and is open for a while after its fill."""
    await trio.sleep(60)
    if how == "a habit":
        venue.habits.read_lag = 30.0
    else:
        venue.faults.add(ReadLag(count=float("inf")))
    await client.place(newClientOrderId="a1")
    assert await client.refusal("GET", "v1/order", **NAMED) == -2013
    assert await client.call("GET", "v1/openOrders") == []
    await trio.sleep(31)
    venue.fill("a1", Decimal("0.010"))
    assert (await client.call("GET", "v1/order", **NAMED))["status"] == "NEW"
    assert len(await client.call("GET", "v1/openOrders")) == 1
    assert await client.call("GET", "v1/userTrades", symbol="BTCUSDT") == []
    await trio.sleep(31)
    assert (await client.call("GET", "v1/order", **NAMED))["status"] == "FILLED"
    assert await client.call("GET", "v1/openOrders") == []
    assert len(await client.call("GET", "v1/userTrades", symbol="BTCUSDT")) == 1


async def test_an_order_may_be_lost_to_queries_only(venue: BinanceVenue, client: Client) -> None:
    """GET order does not find it for so long, and the list has it at once."""
    venue.habits.lost_reads = 5.0
    await client.place(newClientOrderId="a1")
    assert await client.refusal("GET", "v1/order", **NAMED) == -2013
    assert len(await client.call("GET", "v1/openOrders")) == 1
    await trio.sleep(5)
    assert (await client.call("GET", "v1/order", **NAMED))["status"] == "NEW"


async def test_the_account(venue: BinanceVenue, client: Client) -> None:
    """Balances, totals and positions fit each other; a market without position or order is not listed."""
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001))
    assert await client.call("GET", "v3/positionRisk") == []
    await client.place(newClientOrderId="a1", type="MARKET", price=None, timeInForce=None)
    await client.place(quantity="0.100", price="40000.0")
    account = await client.call("GET", "v3/account")
    (usdt,) = (row for row in account["assets"] if row["asset"] == "USDT")
    assert account["totalWalletBalance"] == usdt["walletBalance"]
    assert Decimal(usdt["positionInitialMargin"]) == Decimal("0.010") * 50_001 / 20
    assert Decimal(usdt["openOrderInitialMargin"]) == Decimal("0.100") * 40_000 / 20
    assert Decimal(usdt["unrealizedProfit"]) == Decimal("-0.010")
    (row,) = account["positions"]
    assert (row["symbol"], row["positionAmt"], row["positionSide"]) == ("BTCUSDT", "0.010", "BOTH")
    balances = {row["asset"]: row["balance"] for row in await client.call("GET", "v3/balance")}
    assert balances["USDT"] == usdt["walletBalance"]
    venue.cancel(venue.ledger.open_orders()[0])
    assert len(await client.call("GET", "v3/positionRisk", symbol="BTCUSDT")) == 1


async def test_what_is_traded_is_listed(client: Client) -> None:
    """exchangeInfo needs no key, and has the limits and each symbol's filters."""
    body = await client.call("GET", "v1/exchangeInfo", signed=False, key="")
    assert [row["limit"] for row in body["rateLimits"]] == [2400, 1200, 300]
    (btc,) = (row for row in body["symbols"] if row["symbol"] == "BTCUSDT")
    filters = {row["filterType"]: row for row in btc["filters"]}
    assert filters["PRICE_FILTER"]["tickSize"] == "0.1"
    assert filters["LOT_SIZE"]["stepSize"] == "0.001"
    assert Decimal(filters["MARKET_LOT_SIZE"]["maxQty"]) == 120
    assert filters["MIN_NOTIONAL"]["notional"] == "50"
    assert btc["pricePrecision"] == 2, "it is not the tick"
    assert set(filters) == {
        *("PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE", "MAX_NUM_ORDERS", "MIN_NOTIONAL", "PERCENT_PRICE")
    }


async def test_market_reads(venue: BinanceVenue, client: Client) -> None:
    """The synthetic market, as far as somebody who trades looks at it."""
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001))
    book = await client.call("GET", "v1/ticker/bookTicker", signed=False, symbol="BTCUSDT")
    assert (book["bidPrice"], book["askPrice"]) == ("49999.0", "50001.0")
    assert (await client.call("GET", "v1/ticker/price", signed=False, symbol="BTCUSDT"))["price"] == "50000.0"
    assert (await client.call("GET", "v1/premiumIndex", signed=False, symbol="BTCUSDT"))["markPrice"] == "50000.0"
    depth = await client.call("GET", "v1/depth", signed=False, symbol="BTCUSDT", limit=5)
    assert depth["bids"][0][0] == "49999.0"
    assert await client.refusal("POST", "v1/order", **ORDER | {"price": "80000.0"}) == -4016
    assert await client.refusal("POST", "v1/order", **ORDER | {"side": "SELL", "price": "20000.0"}) == -4024
