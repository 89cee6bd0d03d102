"""Several orders at once: each for itself, and the answer in their order."""

import json
from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors.testing.binance import BinanceVenue
from batactors.testing.faults import RefuseRow
from tests.venue.binance.client import ORDER, Client


def rows(*changes: dict[str, Any]) -> str:
    return json.dumps([ORDER | change for change in changes])


async def test_a_batch_has_mixed_results(venue: BinanceVenue, client: Client) -> None:
    """HTTP 200 even if all fail; one refusal does not undo the others."""
    batch = rows({"newClientOrderId": "a1"}, {"quantity": "0"}, {"newClientOrderId": "a1"}, {"newClientOrderId": "a2"})
    answer = await client.call("POST", "v1/batchOrders", batchOrders=batch)
    assert [row.get("code", row.get("clientOrderId")) for row in answer] == ["a1", -4003, -4116, "a2"]
    answer = await client.call("POST", "v1/batchOrders", batchOrders=rows({"side": "HOLD"}))
    assert [row["code"] for row in answer] == [-1117]
    first, second = venue.ledger.commands
    assert (first.method, first.client_order_ids, len(first.errors)) == ("batch_add", ("a1", "a1", "a2"), 2)
    assert second.errors == ("-1117 Invalid side.",)


async def test_rows_can_be_refused(venue: BinanceVenue, client: Client) -> None:
    """One of them, by a fault."""
    venue.faults.add(RefuseRow(method="batch_add", client_order_id="a2", error="-2019 Margin is insufficient."))
    batch = rows(*({"newClientOrderId": name} for name in ("a1", "a2", "a3")))
    answer = await client.call("POST", "v1/batchOrders", batchOrders=batch)
    assert [row.get("code") for row in answer] == [None, -2019, None]


async def test_batches_change_and_cancel(venue: BinanceVenue, client: Client) -> None:
    """By either kind of name, each row with its own result."""
    numbers = [(await client.place(newClientOrderId=name))["orderId"] for name in ("a1", "a2", "a3")]
    change = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.020", "price": "49000.0"}
    changes = [change | {"orderId": numbers[0]}, change | {"origClientOrderId": "no"}]
    answer = await client.call("PUT", "v1/batchOrders", batchOrders=json.dumps(changes))
    assert [row.get("code", row.get("origQty")) for row in answer] == ["0.020", -2013]
    answer = await client.call("DELETE", "v1/batchOrders", symbol="BTCUSDT", orderIdList=json.dumps(numbers[:2]))
    assert [row["status"] for row in answer] == ["CANCELED", "CANCELED"]
    names = json.dumps(["a2", "a3"])
    answer = await client.call("DELETE", "v1/batchOrders", symbol="BTCUSDT", origClientOrderIdList=names)
    assert [row.get("code", row.get("status")) for row in answer] == [-2011, "CANCELED"]
    assert venue.ledger.commands[-1].client_order_ids == ("a2", "a3")


@pytest.mark.parametrize(("name", "by"), [("orderidlist", "orderId"), ("origclientorderidlist", "clientOrderId")])
async def test_a_list_may_have_its_name_in_small_letters(
    venue: BinanceVenue, client: Client, name: str, by: str
) -> None:
    """As ccxt 4.5.90 and python-binance 1.0.37 write the lists of a batch of cancels."""
    placed = await client.place(newClientOrderId="a1")
    (row,) = await client.call("DELETE", "v1/batchOrders", symbol="BTCUSDT", **{name: json.dumps([placed[by]])})
    assert row["status"] == "CANCELED"
    assert venue.ledger.open_orders() == []


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_a_batch_has_a_most(client: Client, method: str) -> None:
    """Five to place, ten to cancel."""
    if method == "POST":
        assert await client.refusal("POST", "v1/batchOrders", batchOrders=rows(*[{}] * 6)) == -1130
        assert await client.refusal("POST", "v1/batchOrders", batchOrders="[") == -1130
        assert await client.refusal("POST", "v1/batchOrders") == -1102
    else:
        many = json.dumps([str(number) for number in range(11)])
        terms = {"symbol": "BTCUSDT", "origClientOrderIdList": many}
        assert await client.refusal("DELETE", "v1/batchOrders", **terms) == -1130


async def test_cancel_all_is_answered_before_it_is_done(venue: BinanceVenue, client: Client) -> None:
    """Orders of one market, each with its event after the answer; conditional orders stay."""
    venue.habits.events_first = 1
    venue.cancel_all_after = 2.0
    for name in ("a1", "a2"):
        await client.place(newClientOrderId=name)
    await client.place(symbol="ETHUSDT", quantity="1", price="1900.00")
    async with client.listening() as socket:
        answer = await client.call("DELETE", "v1/allOpenOrders", symbol="BTCUSDT")
        assert answer["code"] == 200
        assert len(venue.ledger.open_orders()) == 3
        venue.fill("a2", Decimal("0.010"))
        frames = await socket.quiet()
    told = [(one["o"]["c"], one["o"]["x"]) for one in frames if one["e"] == "ORDER_TRADE_UPDATE"]
    assert told == [("a2", "TRADE"), ("a1", "CANCELED")]
    assert [order.pair.symbol for order in venue.ledger.open_orders()] == ["ETHUSDT"]
    assert venue.ledger.commands[-1].method == "cancel_all"


async def test_a_countdown_cancels_what_is_open(venue: BinanceVenue, client: Client) -> None:
    """For one market, when nobody has asked for a delay in time; 0 stops it."""
    await client.place(newClientOrderId="a1")
    await client.place(symbol="ETHUSDT", quantity="1", price="1900.00")
    answer = await client.call("POST", "v1/countdownCancelAll", symbol="BTCUSDT", countdownTime=5_000)
    assert answer == {"symbol": "BTCUSDT", "countdownTime": "5000"}
    await trio.sleep(4)
    await client.call("POST", "v1/countdownCancelAll", symbol="BTCUSDT", countdownTime=5_000)
    await trio.sleep(4)
    await client.call("POST", "v1/countdownCancelAll", symbol="ETHUSDT", countdownTime=1_000)
    await client.call("POST", "v1/countdownCancelAll", symbol="ETHUSDT", countdownTime=0)
    assert len(venue.ledger.open_orders()) == 2
    await trio.sleep(2)
    assert [order.pair.symbol for order in venue.ledger.open_orders()] == ["ETHUSDT"]
