"""The reads: what they know and for how long, what they leave out, and that they may be behind."""

from decimal import Decimal

import trio

from batactors.testing.faults import ReadLag
from batactors.testing.kraken_futures import KrakenFuturesVenue
from tests.venue.kraken_futures.client import Client, Json

D = Decimal


async def test_orders_status_forgets_in_five_seconds(venue: KrakenFuturesVenue, client: Client) -> None:
    """Open orders are known for ever, closed ones for five seconds, others never."""
    placed = {name: await client.place(cliOrdId=name) for name in ("open", "filled", "cancelled")}
    venue.fill("filled", D(1))
    await client.cancel(cliOrdId="cancelled")
    rows = await client.status(cliOrdIds=["open", "filled", "cancelled", "never"])
    assert [(row["order"]["cliOrdId"], row["status"], row["updateReason"]) for row in rows] == [
        ("open", "ENTERED_BOOK", "NEW_USER_ORDER"),
        ("filled", "FULLY_EXECUTED", "FULL_FILL"),
        ("cancelled", "CANCELLED", "CANCELLED_BY_USER"),
    ]
    assert (rows[1]["order"]["quantity"], rows[1]["order"]["filled"]) == (D("0.0"), D("1.0"))
    await trio.sleep(4.5)
    assert len(await client.status(orderIds=[one["order_id"] for one in placed.values()])) == 3
    await trio.sleep(1)
    assert [row["order"]["cliOrdId"] for row in await client.status(cliOrdIds=[*placed])] == ["open"]


async def test_open_orders_are_those_that_are_open(venue: KrakenFuturesVenue, client: Client) -> None:
    """A filled one is gone at once; a lagging read still has it."""
    await client.place(cliOrdId="a1")
    venue.fill("a1", D("0.4"))
    (row,) = (await client.get("openorders"))["openOrders"]
    assert (row["filledSize"], row["unfilledSize"], row["cliOrdId"]) == (D("0.4"), D("0.6"), "a1")
    await trio.sleep(10)
    venue.fill("a1", D("0.6"))
    assert (await client.get("openorders"))["openOrders"] == []
    venue.faults.add(ReadLag(method="openorders", seconds=5))
    assert len((await client.get("openorders"))["openOrders"]) == 1


async def test_fills_are_the_last_hundred(venue: KrakenFuturesVenue, client: Client) -> None:
    """Newest first, without a fee, by a time before which; a client order id may be missing."""
    await client.place(cliOrdId="a1", size="120")
    for _ in range(120):
        await trio.sleep(1)
        venue.fill("a1", D(1))
    rows = (await client.get("fills"))["fills"]
    mine = [fill.exec_id for fill in venue.ledger.fills]
    assert [row["fill_id"] for row in rows] == mine[:-101:-1]
    assert not [name for row in rows for name in row if "fee" in name]
    older = (await client.get("fills", lastFillTime=rows[-1]["fillTime"]))["fills"]
    assert [row["fill_id"] for row in older] == mine[:20][::-1]
    venue.habits.fills_named = 0
    assert not [row for row in (await client.get("fills"))["fills"] if "cliOrdId" in row]


async def test_the_history_goes_by_pages(venue: KrakenFuturesVenue, client: Client) -> None:
    """A token leads on; without one there is no more. It has the fees and the client ids."""
    for name in ("a1", "a2", "a3"):
        await trio.sleep(1)
        await client.place(cliOrdId=name)
    venue.fill("a1", D(1))
    await client.cancel(cliOrdId="a2")
    token: Json = {}
    seen = []
    while True:
        page = await client.get("history/orders", sort="asc", count=2, **token)
        assert page["len"] == len(page["elements"])
        seen += page["elements"]
        if "continuationToken" not in page:
            break
        token = {"continuation_token": page["continuationToken"]}
    assert [next(iter(row["event"])) for row in seen] == [
        "OrderPlaced",
        "OrderPlaced",
        "OrderPlaced",
        "OrderUpdated",
        "OrderCancelled",
    ]
    updated = seen[3]["event"]["OrderUpdated"]
    assert (updated["oldOrder"]["quantity"], updated["newOrder"]["quantity"]) == ("1", "0")
    assert (updated["newOrder"]["filled"], updated["newOrder"]["clientId"]) == ("1", "a1")
    since = seen[1]["timestamp"]
    later = (await client.get("history/orders", sort="asc", since=since))["elements"]
    assert later == seen[1:]
    (row,) = (await client.get("history/executions"))["elements"]
    execution = row["event"]["Execution"]["execution"]
    fill = venue.ledger.fills[0]
    assert (execution["uid"], execution["makerOrder"]["clientId"], execution["takerOrder"]) == (fill.exec_id, "a1", {})
    assert D(execution["makerOrderData"]["fee"]) == fill.fee
    venue.habits.history_days = 0.01
    await trio.sleep(0.01 * 24 * 3600)
    assert not (await client.get("history/orders"))["elements"]


async def test_the_account_is_told(venue: KrakenFuturesVenue, client: Client) -> None:
    """Balances, positions long and short, and the log of what changed."""
    venue.set_market("PF_XBTUSD", bid=D(60000), ask=D(60000))
    await client.place(side="sell", limitPrice="60000", size="2")
    (row,) = (await client.get("openpositions"))["openPositions"]
    assert (row["side"], row["size"], row["price"]) == ("short", D("2.0"), D("60000.0"))
    flex = (await client.get("accounts"))["accounts"]["flex"]
    assert flex["currencies"]["USD"]["quantity"] == venue.ledger.balance(client.account.api_key, "USD")
    venue.set_market("PF_XBTUSD", bid=D(61000), ask=D(61000))
    assert (await client.get("accounts"))["accounts"]["flex"]["pnl"] == D("-2000.0")
    (log,) = (await client.get("history/account-log"))["logs"]
    assert (log["execution"], log["fee"]) == (venue.ledger.fills[0].exec_id, venue.ledger.fills[0].fee)


async def test_the_market_is_told(venue: KrakenFuturesVenue, client: Client) -> None:
    """Instruments, tickers, the book and the last trades, to anybody."""
    venue.set_market("PF_XBTUSD", bid=D(59999), ask=D(60000))
    rows = {row["symbol"]: row for row in (await client.get("instruments"))["instruments"]}
    assert rows["PF_XBTUSD"]["type"] == rows["FF_XBTUSD_261225"]["type"] == "flexible_futures"
    assert rows["FF_XBTUSD_261225"]["lastTradingTime"]
    assert rows["PI_XBTUSD"]["type"] == "futures_inverse"
    assert (rows["PF_XBTUSD"]["tickSize"], rows["PF_XBTUSD"]["contractValueTradePrecision"]) == (D("0.5"), 4)
    ticker = next(row for row in (await client.get("tickers"))["tickers"] if row["symbol"] == "PF_XBTUSD")
    assert (ticker["bid"], ticker["ask"]) == (D("59999.0"), D("60000.0"))
    book = (await client.get("orderbook", symbol="pf_xbtusd"))["orderBook"]
    assert book["asks"] == [[D("60000.0"), D("1000.0")]]
    await client.place(limitPrice="60000")
    (trade,) = (await client.get("history", symbol="PF_XBTUSD"))["history"]
    assert trade["uid"] == venue.ledger.fills[0].exec_id
