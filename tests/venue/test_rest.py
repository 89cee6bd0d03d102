"""The REST side of the simulated venue: signatures, envelope, and what the queries tell."""

from datetime import timedelta
from decimal import Decimal

import pytest
import trio

from batactors.testing import KrakenSpotVenue, VenueAccount, VenueUrls
from batactors.testing.faults import ReadLag
from tests.venue.client import Client, sign

SECRET = VenueAccount.demo().api_secret


@pytest.mark.parametrize(
    ("path", "nonce", "body", "signature"),
    [
        (
            "/0/private/AddOrder",
            "1616492376594",
            "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25",
            "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==",
        ),
        (
            "/0/private/CancelOrder",
            "1616492376595",
            '{"nonce":1616492376595,"cl_ord_id":"sim-0001"}',
            "T/B5SqjspMAcahD7UpPlcmqj+2gTT0mJhb9KS1ASBdabmsAnzNqBNGuCC6hlQwP728JvOp6bKmMl4oJ6QubC1g==",
        ),
    ],
)
async def test_the_documented_signatures_are_taken(
    client: Client, path: str, nonce: str, body: str, signature: str
) -> None:
    """Both vectors of the fact sheet, byte for byte, as form and as JSON, get past the venue's check."""
    assert sign(SECRET, path, nonce, body.encode()) == signature
    kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
    headers = {"API-Key": "DEMO-KEY", "API-Sign": signature, "Content-Type": kind}
    answer = (await client.http.post(client.urls.rest + path, content=body.encode(), headers=headers)).json()
    assert answer["error"] == ([] if "AddOrder" in path else ["EOrder:Invalid order"])


async def test_who_asks_is_checked_first(client: Client, urls: VenueUrls) -> None:
    """Key, then signature, then nonce, which only grows; all with HTTP 200."""
    assert (await client.post("Balance")).status_code == 200
    assert await client.refusal("Balance", nonce="1") == "EAPI:Invalid nonce"
    assert await client.refusal("Balance", nonce="x") == "EAPI:Invalid nonce"
    assert await client.refusal("Nonsense", nonce="7") == "EGeneral:Unknown method"
    stranger = Client(client.http, urls, VenueAccount(api_key="nobody", api_secret=SECRET))
    assert await stranger.refusal("Balance") == "EAPI:Invalid key"
    forger = Client(client.http, urls, VenueAccount(api_key="DEMO-KEY", api_secret="AAAA"))
    assert await forger.refusal("Balance", nonce="9") == "EAPI:Invalid signature"
    assert (await client.http.get(urls.rest + "/elsewhere")).status_code == 404


async def test_the_pairs_have_their_odd_names(client: Client) -> None:
    """AssetPairs is keyed by the old names, and any of a pair's names finds it."""
    pairs = await client.public("AssetPairs")
    assert list(pairs) == ["XXBTZUSD", "XETHZUSD", "XDGUSD"]
    assert (pairs["XDGUSD"]["altname"], pairs["XDGUSD"]["wsname"], pairs["XDGUSD"]["base"]) == (
        "XDGUSD",
        "XDG/USD",
        "XXDG",
    )
    assert pairs["XXBTZUSD"]["fees"] == []
    assert pairs["XXBTZUSD"]["tick_size"] == "0.1"
    for name in ("XXBTZUSD", "XBTUSD", "XBT/USD", "BTC/USD"):
        assert list(await client.public("AssetPairs", pair=name)) == ["XXBTZUSD"]
    assert (await client.public("SystemStatus"))["status"] == "online"
    assert (await client.public("Time"))["unixtime"] > 0
    assert set(await client.public("Assets")) == {"XXBT", "XETH", "XXDG", "ZUSD"}


async def test_orders_can_be_traded_by_rest_alone(venue: KrakenSpotVenue, client: Client) -> None:
    """Add, amend, edit, cancel and their batches do what their WebSocket brothers do."""
    txid = await client.add(cl_ord_id="a")
    assert "amend_id" in await client.call("AmendOrder", cl_ord_id="a", limit_price="49000", order_qty="0.02")
    edit = await client.call("EditOrder", txid=txid, pair="XBTUSD", price="48000")
    assert (edit["originaltxid"], edit["orders_cancelled"]) == (txid, 1)
    assert await client.call("CancelOrder", txid=edit["txid"]) == {"count": 1}
    assert await client.refusal("CancelOrder", txid=edit["txid"]) == "EOrder:Invalid order"
    row = {"type": "buy", "ordertype": "limit", "volume": "0.01", "price": "50000"}
    rows = [row | {"cl_ord_id": "b1"}, row | {"volume": "1000000"}, row | {"userref": 5}]
    batch = await client.call("AddOrderBatch", as_json=True, pair="XBTUSD", orders=rows)
    assert [set(r) for r in batch["orders"]] == [{"descr", "txid"}, {"error"}, {"descr", "txid"}]
    orders = [batch["orders"][2]["txid"], {"cl_ord_id": "b1"}]
    assert await client.call("CancelOrderBatch", as_json=True, orders=orders) == {"count": 2}
    await client.add(userref=8)
    await client.add(userref=8)
    assert await client.call("CancelOrder", txid="8") == {"count": 2}
    await client.add()
    assert await client.call("CancelAll") == {"count": 1}
    assert (await client.call("CancelAllOrdersAfter", timeout=0))["triggerTime"] == "0"
    assert not venue.ledger.open_orders()


async def test_orders_are_reported_from_place_to_close(venue: KrakenSpotVenue, client: Client) -> None:
    """OpenOrders, ClosedOrders, QueryOrders and OrderAmends agree with the ledger."""
    txid = await client.add(cl_ord_id="a")
    await client.call("AmendOrder", txid=txid, order_qty="0.02")
    fill = venue.fill("a", Decimal("0.004"))
    report = (await client.call("OpenOrders", cl_ord_id="a", trades="true"))["open"][txid]
    assert (report["status"], report["vol"], report["vol_exec"]) == ("open", "0.02000000", "0.00400000")
    assert report["trades"] == [venue.ledger.fills[0].exec_id]
    assert report["misc"] == "amended"
    venue.cancel("a")
    assert (await client.call("OpenOrders"))["open"] == {}
    closed = await client.call("ClosedOrders", cl_ord_id="a")
    assert (closed["count"], closed["closed"][txid]["reason"]) == (1, "User requested")
    assert (await client.call("QueryOrders", txid=txid))[txid]["status"] == "canceled"
    assert await client.refusal("QueryOrders", txid="OAAAAA-BBBBB-CCCCCC") == "EOrder:Invalid order"
    amends = await client.call("OrderAmends", order_id=txid)
    assert [row["amend_type"] for row in amends["amends"]] == ["original", "user"]
    assert fill.filled == Decimal("0.004")


async def test_trades_come_in_pages_and_taker_trades_are_merged(venue: KrakenSpotVenue, client: Client) -> None:
    """Fifty to a page, newest first; the fills of one taker event are one trade unless asked apart."""
    txid = await client.add(volume="1")
    for _ in range(60):
        venue.fill(txid, Decimal("0.01"))
        await trio.sleep(1)
    first = await client.call("TradesHistory")
    second = await client.call("TradesHistory", ofs=50)
    assert (first["count"], len(first["trades"]), len(second["trades"])) == (60, 50, 10)
    ids = [*first["trades"], *second["trades"]]
    assert ids == [fill.exec_id for fill in reversed(venue.ledger.fills)]
    since = venue.ledger.fills[57]
    assert set(await _trades(client, start=since.exec_id)) == {fill.exec_id for fill in venue.ledger.fills[58:]}
    assert len(await _trades(client, start=str(since.at.timestamp()))) in (2, 3)
    venue.cancel(txid)
    venue.set_market("BTC/USD", bid=Decimal(50000), ask=Decimal(50000))
    venue.fill_in_parts = 4
    await client.add(ordertype="market", volume="0.4", price="")
    assert (await client.call("TradesHistory"))["count"] == 61
    assert (await client.call("TradesHistory", consolidate_taker="false"))["count"] == 64
    last = venue.ledger.fills[-1].exec_id
    assert list(await client.call("QueryTrades", txid=last)) == [last]


async def _trades(client: Client, **params: str) -> list[str]:
    return list((await client.call("TradesHistory", **params))["trades"])


async def test_balances_show_holds(venue: KrakenSpotVenue, client: Client) -> None:
    """BalanceEx tells what open orders hold; a fill moves both currencies, and the fee with the money."""
    txid = await client.add(volume="1", price="50000")
    assert (await client.call("BalanceEx"))["ZUSD"]["hold_trade"] == "50130.0000"
    venue.fill(txid, Decimal(1))
    balance = await client.call("Balance")
    assert (balance["XXBT"], balance["ZUSD"]) == ("10001.0000000000", "99949920.0000")


async def test_reads_may_lag(venue: KrakenSpotVenue, client: Client) -> None:
    """A lagging read shows orders and fills as they were, not as they are."""
    txid = await client.add(cl_ord_id="a")
    await trio.sleep(10)
    venue.fill("a", Decimal("0.004"))
    await trio.sleep(10)
    venue.cancel("a")
    venue.faults.add(ReadLag(method="OpenOrders", seconds=5), ReadLag(seconds=15, count=3), ReadLag(seconds=60))
    assert (await client.call("OpenOrders"))["open"][txid]["vol_exec"] == "0.00400000"
    assert (await client.call("TradesHistory"))["count"] == 0
    assert (await client.call("QueryOrders", txid=txid))[txid]["vol_exec"] == "0.00000000"
    assert (await client.call("ClosedOrders"))["count"] == 0
    assert await client.refusal("QueryOrders", txid=txid) == "EOrder:Invalid order"
    assert venue.faults.fired == {"ReadLag": 5}


async def test_a_deadline_must_be_near_and_not_past(venue: KrakenSpotVenue, client: Client) -> None:
    """REST takes deadlines from 2 to 60 seconds ahead, and says so of one that has passed."""

    async def answer(ahead: float) -> list[str]:
        deadline = (venue.now() + timedelta(seconds=ahead)).isoformat()
        answer = await client.post(
            "AddOrder", pair="XBTUSD", type="buy", ordertype="limit", volume="0.01", price="50000", deadline=deadline
        )
        return list(answer.json()["error"])

    assert await answer(30) == []
    assert await answer(1) == await answer(90) == ["EGeneral:Invalid arguments:deadline"]
    assert await answer(-5) == ["EService:Deadline elapsed"]
