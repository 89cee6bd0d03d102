"""Spot's REST for derivatives, by a normal key and with the asset class; that the venue has it is unverified."""

from decimal import Decimal

import httpx2
import pytest
import trio

from batactors.seams import Seams
from batactors.testing import faults as f
from batactors.testing.kraken_futures import KrakenFuturesVenue
from tests.venue.kraken_futures.client import Client
from tests.venue.kraken_futures.unified import LIMIT, spot_body, spot_result, unified

D = Decimal


async def test_orders_are_found_open_and_closed(venue: KrakenFuturesVenue, client: Client) -> None:
    """By either id, under the venue's symbol; the reasons of their ends are in Spot's words."""
    async with unified(client) as socket:
        await socket.result("add_order", **LIMIT, cl_ord_id="a1")
        await socket.result("add_order", **LIMIT, cl_ord_id="a2")
        venue.fill("a1", D("0.4"))
        await socket.result("cancel_order", cl_ord_id=["a2"])
    first, second = venue.ledger.resolve("a1"), venue.ledger.resolve("a2")
    ((key, row),) = (await spot_result(client, "OpenOrders"))["open"].items()
    assert (key, row["cl_ord_id"], row["status"], row["vol"], row["vol_exec"]) == (
        first.order_id, "a1", "open", "1.00000000", "0.40000000",
    )  # fmt: skip
    assert (row["descr"]["pair"], row["descr"]["type"], row["descr"]["price"]) == ("PF_XBTUSD", "buy", "50000.0")
    closed = await spot_result(client, "ClosedOrders", cl_ord_id="a2")
    assert closed["count"] == 1
    assert closed["closed"][second.order_id]["reason"] == "User requested"
    both = await spot_result(client, "QueryOrders", txid=f"{first.order_id},{second.order_id}")
    assert {key: row["status"] for key, row in both.items()} == {first.order_id: "open", second.order_id: "canceled"}
    unknown = await spot_body(
        client, "QueryOrders", asset_class="derivatives", txid="33333333-3333-4333-8333-333333333333"
    )
    assert unknown["error"] == ["EOrder:Invalid order"]


async def test_fills_have_the_ids_of_the_socket(venue: KrakenFuturesVenue, client: Client) -> None:
    """And their fees."""
    async with unified(client, "executions") as socket:
        await socket.result("add_order", **LIMIT, cl_ord_id="a1")
        venue.fill("a1", D("0.4"))
        await socket.event()
        told = await socket.event()
    trades = (await spot_result(client, "TradesHistory", consolidate_taker="false"))["trades"]
    ((key, row),) = trades.items()
    assert (key, row["pair"], row["vol"], row["maker"]) == (told["exec_id"], "PF_XBTUSD", "0.40000000", True)
    assert D(row["fee"]) == told["fees"][0]["qty"]
    since = await spot_result(client, "TradesHistory", start=key)
    assert not since["trades"]


async def test_terms_balances_pairs_and_the_time(venue: KrakenFuturesVenue, client: Client, seams: Seams) -> None:
    """What else is asked: amendments, what the account has, what is traded, and the clock."""
    async with unified(client) as socket:
        await socket.result("add_order", **LIMIT, cl_ord_id="a1")
        await socket.result("amend_order", cl_ord_id="a1", order_qty=2)
    amends = (await spot_result(client, "OrderAmends", order_id=venue.ledger.resolve("a1").order_id))["amends"]
    assert [(row["amend_type"], row["order_qty"]) for row in amends] == [
        ("original", "1.00000000"),
        ("user", "2.00000000"),
    ]
    assert D((await spot_result(client, "Balance"))["USD"]) == D("100000000")
    public = httpx2.URL(client.urls.rest + "/0/public/AssetPairs")
    pairs = (await client.http.get(public, params={"asset_class": "derivatives"})).json()["result"]
    assert list(pairs) == ["PF_XBTUSD", "PF_ETHUSD", "PF_DOGEUSD", "FF_XBTUSD_261225", "PI_XBTUSD"]
    assert (pairs["PF_XBTUSD"]["tick_size"], pairs["PF_XBTUSD"]["lot_decimals"]) == ("0.5", 4)
    time = (await client.http.get(client.urls.rest + "/0/public/Time")).json()["result"]["unixtime"]
    assert time == int(seams.clock.now().timestamp())


async def test_without_the_asset_class_it_is_refused(client: Client) -> None:
    """It would be Spot's; and commands are not for REST at all."""
    for fields in ({}, {"asset_class": "spot"}):
        assert (await spot_body(client, "OpenOrders", **fields))["error"] == ["EGeneral:Invalid arguments:asset_class"]
    refused = await spot_body(client, "AddOrder", asset_class="derivatives", pair="PF_XBTUSD", type="buy", volume="1")
    assert refused["error"] == ["EGeneral:Unknown method"]
    refused = await spot_body(client, "CancelAllOrdersAfter", asset_class="derivatives", timeout=60)
    assert refused["error"] == ["EGeneral:Unknown method"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (f.Refuse(method="OpenOrders", error="EService:Busy"), "EService:Busy"),
        (f.RefuseRate(method="OpenOrders", error="EAPI:Rate limit exceeded"), "EAPI:Rate limit exceeded"),
    ],
)
async def test_it_fails_as_spots_does(
    venue: KrakenFuturesVenue, client: Client, fault: f.CommandFault, error: str
) -> None:
    """With HTTP status 200 and Spot's words."""
    venue.faults.add(fault)
    assert (await spot_body(client, "OpenOrders", asset_class="derivatives"))["error"] == [error]


async def test_its_reads_may_be_late(venue: KrakenFuturesVenue, client: Client) -> None:
    """As they are at Spot."""
    venue.faults.add(f.ReadLag(method="OpenOrders", seconds=10))
    await client.place(cliOrdId="a1")
    await trio.sleep(1)
    assert not (await spot_result(client, "OpenOrders"))["open"]
    assert (await spot_result(client, "OpenOrders"))["open"]
