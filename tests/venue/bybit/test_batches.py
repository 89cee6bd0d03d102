"""Batches: a success as a whole, and the codes of single rows beside it."""

from typing import Any

import pytest

from batactors.testing import faults as f
from batactors.testing.bybit import BybitVenue
from tests.venue.bybit.client import ORDER, Client, Json

CONTRACT: Json = {"symbol": "BTCUSDT"}


def order(name: str, **terms: Any) -> Json:
    found: Json = {**ORDER, "orderLinkId": name, **terms}
    del found["category"]
    return found


async def send(client: Client, road: str, verb: str, rows: list[Json]) -> tuple[list[Json], list[int]]:
    """The rows of the answer, and the code of each; as a whole it is a success."""
    if road == "rest":
        answer = (await client.post(f"order/{verb}-batch", category="linear", request=rows)).json()
        data = answer["result"]
    else:
        async with client.trading() as socket:
            answer = await socket.command(f"order.{verb}-batch", category="linear", request=rows)
            data = answer["data"]
    assert answer["retCode"] == 0, answer
    return data["list"], [row["code"] for row in answer["retExtInfo"]["list"]]


@pytest.mark.parametrize("road", ["rest", "websocket"])
async def test_each_row_has_its_code(venue: BybitVenue, client: Client, road: str) -> None:
    """One that is refused does not undo the others, and the answer as a whole does not say so."""
    rows, codes = await send(client, road, "create", [order("a1"), order("a2", qty="0.0001"), order("a3")])
    assert codes == [0, 10001, 0]
    assert [(row["orderLinkId"], bool(row["orderId"])) for row in rows] == [("a1", True), ("a2", False), ("a3", True)]
    rows = [{**CONTRACT, "orderLinkId": name, "price": "49000.0"} for name in ("a1", "a2", "a3")]
    assert (await send(client, road, "amend", rows))[1] == [0, 110001, 0]
    rows = [{**CONTRACT, "orderLinkId": name} for name in ("a1", "a2", "a3")]
    assert (await send(client, road, "cancel", rows))[1] == [0, 110001, 0]
    assert {one.status for one in venue.ledger.orders.values()} == {"canceled"}
    assert venue.ledger.commands[0].errors == ("10001 Qty invalid",)


async def test_twenty_rows_are_the_most(client: Client) -> None:
    """More, or none, are refused as a whole."""
    rows = [order(f"a{number}") for number in range(21)]
    assert await client.refusal("order/create-batch", category="linear", request=rows) == 10001
    assert await client.refusal("order/create-batch", category="linear", request=[]) == 10001


async def test_a_row_can_be_refused_by_a_fault(venue: BybitVenue, client: Client) -> None:
    """By the id that it names, with a code of the test's."""
    venue.faults.add(f.RefuseRow(client_order_id="a2", error="110007 ab not enough for new order"))
    _, codes = await send(client, "rest", "create", [order("a1"), order("a2")])
    assert codes == [0, 110007]


async def test_rows_over_the_limit_fail_by_themselves(venue: BybitVenue, client: Client) -> None:
    """Each counts: of twelve in one second ten get in."""
    venue.rates.enabled = True
    _, codes = await send(client, "rest", "create", [order(f"a{number}") for number in range(12)])
    assert codes == [0] * 10 + [10006] * 2
