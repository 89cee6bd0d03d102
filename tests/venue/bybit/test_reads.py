"""What is asked by REST: pages, windows, and answers that show the past."""

from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors.testing import VirtualClock
from batactors.testing import faults as f
from batactors.testing.bybit import BybitVenue
from tests.venue.bybit.client import Client, Json

DAY = 86_400_000


async def paged(client: Client, call: str, **params: Any) -> list[list[Json]]:
    """All pages of a list, until one has no cursor or no rows."""
    pages, cursor = [], ""
    while True:
        found = await client.read(call, category="linear", cursor=cursor or None, **params)
        pages.append(found["list"])
        cursor = found["nextPageCursor"]
        if not cursor or not found["list"]:
            return pages


@pytest.mark.parametrize("at_end", [True, False], ids=["an empty page at the end", "no cursor at the end"])
async def test_lists_come_in_pages(venue: BybitVenue, client: Client, at_end: bool) -> None:
    """The newest first; what comes between two pages moves no row."""
    venue.habits.cursor_at_end = at_end
    for number in range(6):
        await client.place(orderLinkId=f"a{number}")
        await trio.sleep(0.01)
    first = await client.read("order/realtime", category="linear", settleCoin="USDT", limit=2)
    await client.place(orderLinkId="late")
    second = await client.read(
        "order/realtime", category="linear", settleCoin="USDT", limit=2, cursor=first["nextPageCursor"]
    )
    assert [row["orderLinkId"] for row in [*first["list"], *second["list"]]] == ["a5", "a4", "a3", "a2"]
    pages = await paged(client, "order/realtime", settleCoin="USDT", limit=7)
    assert [len(page) for page in pages] == ([7, 0] if at_end else [7])
    venue.fill("a0", Decimal("0.005"))
    venue.fill("a1", Decimal("0.005"))
    pages = await paged(client, "execution/list", limit=1)
    assert len({row["execId"] for page in pages for row in page}) == 2
    for limit in ("0", "51"):
        answer = await client.get("order/realtime", category="linear", settleCoin="USDT", limit=limit)
        assert answer.json()["retCode"] == 10001
    instruments = await paged(client, "market/instruments-info", limit=3)
    assert [row["symbol"] for page in instruments for row in page] == ["BTCUSDT", "ETHUSDT", "DOGEUSDT", "BTCPERP"]


async def test_realtime_knows_what_has_lately_ended(venue: BybitVenue, client: Client) -> None:
    """By id, or if it is asked for; not any more once its service has restarted, when the history does."""
    await client.place(orderLinkId="a1")
    await client.place(orderLinkId="a2")
    venue.fill("a1", Decimal("0.010"))
    scope = {"settleCoin": "USDT"}
    assert [row["orderLinkId"] for row in await client.rows("order/realtime", **scope)] == ["a2"]
    assert [row["orderLinkId"] for row in await client.rows("order/realtime", **scope, openOnly=1)] == ["a1"]
    assert await client.status("a1") == "Filled"
    venue.forget_closed_orders()
    assert await client.status("a1") is None
    assert await client.status("a2") == "New"
    assert [row["orderStatus"] for row in await client.rows("order/history", orderLinkId="a1")] == ["Filled"]
    assert await client.rows("order/history", orderLinkId="a2") == []
    assert (await client.get("order/realtime", category="linear")).json()["retCode"] == 10001
    assert await client.rows("order/realtime", orderLinkId="nobody") == []


async def test_an_order_that_never_traded_is_kept_for_a_day(
    venue: BybitVenue, client: Client, virtual_clock: VirtualClock
) -> None:
    """Others for two years, in windows of seven days."""
    await client.place(orderLinkId="a1")
    await client.place(orderLinkId="a2")
    venue.fill("a1", Decimal("0.010"))
    venue.cancel("a2")
    began = client.stamp()
    virtual_clock.skew += DAY / 1_000 + 60
    assert [row["orderLinkId"] for row in await client.rows("order/history")] == ["a1"]
    assert await client.rows("order/history", orderLinkId="a2") == []
    window = {"startTime": began - 60_000, "endTime": began + 60_000}
    assert len(await client.rows("execution/list", **window)) == 1
    assert await client.rows("execution/list", startTime=began + 60_000, endTime=began + 120_000) == []
    answer = await client.get("execution/list", category="linear", startTime=began, endTime=began + 7 * DAY + 1)
    assert answer.json()["retCode"] == 10001


@pytest.mark.parametrize(
    ("habit", "realtime", "history"), [("realtime_lag", None, 1), ("history_lag", "Filled", 0), ("read_lag", None, 0)]
)
async def test_lists_lag_each_for_itself(
    venue: BybitVenue, client: Client, habit: str, realtime: str | None, history: int
) -> None:
    """What has just happened is in one list, and in another not yet."""
    setattr(venue.habits, habit, 10.0)
    await client.place(orderLinkId="a1")
    venue.fill("a1", Decimal("0.010"))
    assert await client.status("a1") == realtime
    assert len(await client.rows("order/history", orderLinkId="a1")) == history
    assert len(await client.rows("execution/list")) == history
    await trio.sleep(11)
    assert await client.status("a1") == "Filled"
    assert len(await client.rows("execution/list")) == 1


async def test_a_fault_may_make_one_read_old(venue: BybitVenue, client: Client) -> None:
    """By its word."""
    await client.place(orderLinkId="a1")
    venue.faults.add(f.ReadLag(method="order/realtime", seconds=30))
    assert await client.status("a1") is None
    assert await client.status("a1") == "New"


async def test_positions_are_listed_two_ways(venue: BybitVenue, client: Client) -> None:
    """By contract also when there is none, by coin only what there is; a number that there is not is empty."""
    (empty,) = await client.rows("position/list", symbol="BTCUSDT")
    assert (empty["size"], empty["side"], empty["avgPrice"], empty["unrealisedPnl"]) == ("0.000", "", "", "")
    assert await client.rows("position/list", settleCoin="USDT") == []
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001))
    await client.place(orderType="Market", price=None, side="Sell")
    (found,) = await client.rows("position/list", settleCoin="USDT")
    assert (found["side"], found["size"], found["avgPrice"], found["positionIdx"]) == ("Sell", "0.010", "49999", 0)
    assert (await client.get("position/list", category="linear")).json()["retCode"] == 10001


async def test_the_wallet_has_sums_and_coins(venue: BybitVenue, client: Client) -> None:
    """Of a unified account, and of nothing else."""
    (wallet,) = (await client.read("account/wallet-balance", accountType="UNIFIED"))["list"]
    assert {row["coin"]: row["walletBalance"] for row in wallet["coin"]} == {"USDT": "100000000", "USDC": "100000000"}
    assert wallet["totalWalletBalance"] == "200000000"
    assert (await client.get("account/wallet-balance", accountType="SPOT")).json()["retCode"] == 10001
    venue.deposit(Decimal(5))
    (wallet,) = (await client.read("account/wallet-balance", accountType="UNIFIED", coin="USDT"))["list"]
    assert [row["walletBalance"] for row in wallet["coin"]] == ["100000005"]


async def test_what_is_public_needs_no_key(venue: BybitVenue, client: Client) -> None:
    """Time, filters, book and tickers."""
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001), ask_quantity=Decimal(2))

    async def ask(call: str) -> Any:
        answer = (await client.http.get(f"{client.urls.rest}/v5/market/{call}")).json()
        assert answer["retCode"] == 0
        return answer["result"]

    time = await ask("time")
    assert abs(int(time["timeNano"]) // 1_000_000 - client.stamp()) < 1_000
    (row,) = (await ask("instruments-info?category=linear&symbol=BTCUSDT"))["list"]
    assert row["priceFilter"] == {"minPrice": "0.1", "maxPrice": "1000000", "tickSize": "0.10"}
    assert (row["lotSizeFilter"]["qtyStep"], row["lotSizeFilter"]["minNotionalValue"]) == ("0.001", "5")
    book = await ask("orderbook?category=linear&symbol=BTCUSDT")
    assert (book["b"], book["a"]) == ([["49999.00", "1000.000"]], [["50001.00", "2.000"]])
    (row,) = (await ask("tickers?category=linear&symbol=BTCUSDT"))["list"]
    assert (row["bid1Price"], row["lastPrice"]) == ("49999.00", "50000.00")
