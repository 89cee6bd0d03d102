"""Orders by REST v3: each kind of order, what its answer says, and what the ledger says."""

from decimal import Decimal

import pytest
import trio

from batactors.testing.kraken_futures import KrakenFuturesVenue
from tests.venue.kraken_futures.client import ORDER, Client, Json

D = Decimal


def kinds(status: Json) -> list[str]:
    return [event["type"] for event in status["orderEvents"]]


def at(venue: KrakenFuturesVenue, bid: str = "59999.5", ask: str = "60000", depth: str | None = None) -> None:
    much = None if depth is None else D(depth)
    venue.set_market("PF_XBTUSD", bid=D(bid), ask=D(ask), bid_quantity=much, ask_quantity=much)


async def test_an_order_rests(venue: KrakenFuturesVenue, client: Client) -> None:
    """It is placed, with one PLACE whose quantity is what remains."""
    status = await client.place(cliOrdId="a1")
    assert status["status"] == "placed"
    (event,) = status["orderEvents"]
    assert event["type"] == "PLACE"
    order = event["order"]
    assert (order["quantity"], order["filled"], order["limitPrice"]) == (D("1.0"), D("0.0"), D("50000.0"))
    assert order["orderId"] == status["order_id"] == venue.ledger.resolve("a1").order_id
    assert status["cliOrdId"] == order["cliOrdId"] == "a1"


async def test_an_order_that_trades_whole_is_still_placed(venue: KrakenFuturesVenue, client: Client) -> None:
    """It says `placed`, with executions and no PLACE."""
    at(venue)
    venue.fill_in_parts = 2
    status = await client.place(limitPrice="60000")
    assert (status["status"], kinds(status)) == ("placed", ["EXECUTION", "EXECUTION"])
    prior = [event["orderPriorExecution"] for event in status["orderEvents"]]
    assert [(one["quantity"], one["filled"]) for one in prior] == [(D("1.0"), D("0.0")), (D("0.5"), D("0.5"))]
    ids = [event["executionId"] for event in status["orderEvents"]]
    assert ids == [fill.exec_id for fill in venue.ledger.fills]
    assert ids == [row["fill_id"] for row in (await client.get("fills"))["fills"]][::-1]


@pytest.mark.parametrize(("first", "rows"), [(0, ["EXECUTION", "PLACE"]), (1, ["PLACE", "EXECUTION"])])
async def test_an_order_that_trades_in_part_rests_with_the_rest(
    venue: KrakenFuturesVenue, client: Client, first: float, rows: list[str]
) -> None:
    """The PLACE says what is left. Which of the rows comes first is a habit."""
    at(venue, depth="0.4")
    venue.habits.place_first = first
    status = await client.place(limitPrice="60000")
    assert kinds(status) == rows
    (placed,) = [event["order"] for event in status["orderEvents"] if event["type"] == "PLACE"]
    assert (placed["quantity"], placed["filled"]) == (D("0.6"), D("0.4"))


@pytest.mark.parametrize(("row", "rows"), [(1, ["EXECUTION", "CANCEL"]), (0, ["EXECUTION"])])
async def test_what_an_ioc_leaves_is_gone(
    venue: KrakenFuturesVenue, client: Client, row: float, rows: list[str]
) -> None:
    """With a CANCEL or without a word about it."""
    at(venue, depth="0.4")
    venue.habits.ioc_cancel_row = row
    status = await client.place(orderType="ioc", limitPrice="60000", cliOrdId="a1")
    assert (status["status"], kinds(status)) == ("placed", rows)
    order = venue.ledger.resolve("a1")
    assert (order.status, order.filled) == ("canceled", D("0.4"))


@pytest.mark.parametrize(
    ("terms", "status"),
    [
        ({"orderType": "post", "limitPrice": "60000"}, "postWouldExecute"),
        ({"orderType": "ioc", "limitPrice": "50000"}, "iocWouldNotExecute"),
        ({"orderType": "fok", "limitPrice": "60000", "size": "9"}, "iocWouldNotExecute"),
        ({"reduceOnly": "true"}, "wouldNotReducePosition"),
        ({"limitPrice": "50000.3"}, "invalidPrice"),
        ({"size": "0.00001"}, "invalidSize"),
        ({"orderType": "novel"}, "invalidOrderType"),
        ({"side": "up"}, "invalidSide"),
        ({"cliOrdId": "x" * 101}, "clientOrderIdTooBig"),
        ({"limitPrice": "99000"}, "outsidePriceCollar"),
        ({"size": "900000"}, "insufficientAvailableFunds"),
    ],
)
async def test_a_success_may_be_a_refusal(venue: KrakenFuturesVenue, client: Client, terms: Json, status: str) -> None:
    """The request is a success, the order is not, and the ledger has none."""
    at(venue, depth="1")
    answer = await client.place(**terms)
    assert answer["status"] == status
    assert set(kinds(answer)) <= {"REJECT"}
    assert not venue.ledger.orders
    assert venue.ledger.commands[-1].errors == (status,)


async def test_an_order_that_the_engine_turns_down_has_an_id(venue: KrakenFuturesVenue, client: Client) -> None:
    """It has a REJECT, and orders/status knows it for five seconds, and the history for ever."""
    at(venue)
    status = await client.place(orderType="post", limitPrice="60000", cliOrdId="a1")
    (event,) = status["orderEvents"]
    assert (event["type"], event["uid"], event["reason"]) == ("REJECT", status["order_id"], "POST_WOULD_EXECUTE")
    for named in ({"cliOrdIds": "a1"}, {"orderIds": status["order_id"]}):
        (row,) = await client.status(**named)
        assert (row["status"], row["error"]) == ("REJECTED", "POST_WOULD_EXECUTE")
    await trio.sleep(6)
    assert not await client.status(cliOrdIds="a1")
    await client.place(cliOrdId="a2")
    rows = (await client.get("history/orders"))["elements"]
    assert [row["event"]["OrderRejected"]["order"]["clientId"] for row in rows if "OrderRejected" in row["event"]] == [
        "a1"
    ]


async def test_an_order_may_meet_its_own_account(venue: KrakenFuturesVenue, client: Client) -> None:
    """At once it is refused; after some trades it is refused too, and the trades stand (REJECTED_AFTER_EXECUTION)."""
    await client.place(side="sell", limitPrice="60100")
    assert (await client.place(limitPrice="60100"))["status"] == "selfFill"
    at(venue, depth="0.4")
    status = await client.place(limitPrice="60100", cliOrdId="a1")
    assert (status["status"], kinds(status)) == ("selfFill", ["EXECUTION", "REJECT"])
    assert status["orderEvents"][-1]["reason"] == "REJECTED_AFTER_EXECUTION"
    assert venue.ledger.resolve("a1").filled == D("0.4")
    venue.habits.prevents_self_fills = False
    at(venue)
    assert (await client.place(limitPrice="60100"))["status"] == "placed"


async def test_a_contract_takes_so_many_orders(venue: KrakenFuturesVenue, client: Client) -> None:
    """One more is refused, in this contract only."""
    for _ in range(20):
        await client.batch(*[{"order": "send", **ORDER}] * 10)
    assert (await client.place())["status"] == "tooManyOrders"
    assert (await client.place(symbol="PF_ETHUSD", limitPrice="2000"))["status"] == "placed"


async def test_a_client_order_id_is_used_once(venue: KrakenFuturesVenue, client: Client) -> None:
    """While its order is open, and after that, unless the habit says otherwise."""
    await client.place(cliOrdId="a1")
    assert (await client.place(cliOrdId="a1"))["status"] == "clientOrderIdAlreadyExist"
    await client.cancel(cliOrdId="a1")
    assert (await client.place(cliOrdId="a1"))["status"] == "clientOrderIdAlreadyExist"
    venue.habits.reuse_ids = True
    assert (await client.place(cliOrdId="a1"))["status"] == "placed"
    venue.unique_client_order_ids = False
    assert (await client.place(cliOrdId="a1"))["status"] == "placed"


async def test_a_cancel_says_what_it_met(venue: KrakenFuturesVenue, client: Client) -> None:
    """`cancelled`, with a CANCEL of what was left; `notFound` for what is closed or was never there."""
    await client.place(cliOrdId="a1")
    venue.fill("a1", D("0.4"))
    status = await client.cancel(cliOrdId="a1")
    assert (status["status"], kinds(status)) == ("cancelled", ["CANCEL"])
    order = status["orderEvents"][0]["order"]
    assert (order["quantity"], order["filled"]) == (D("0.6"), D("0.4"))
    for named in ({"cliOrdId": "a1"}, {"order_id": status["order_id"]}, {"cliOrdId": "never"}):
        assert (await client.cancel(**named))["status"] == "notFound"


async def test_all_orders_are_cancelled_or_those_of_one_contract(venue: KrakenFuturesVenue, client: Client) -> None:
    """Each is named; with none open it says so."""
    await client.place(cliOrdId="a1")
    await client.place(cliOrdId="b1", symbol="PF_ETHUSD", limitPrice="2000")
    await client.place(cliOrdId="a2")
    some = (await client.post("cancelallorders", symbol="PF_XBTUSD"))["cancelStatus"]
    assert (some["status"], some["cancelOnly"]) == ("cancelled", "PF_XBTUSD")
    assert [row["cliOrdId"] for row in some["cancelledOrders"]] == ["a1", "a2"]
    assert [order.client_order_id for order in venue.ledger.open_orders()] == ["b1"]
    everything = (await client.post("cancelallorders"))["cancelStatus"]
    assert [row["cliOrdId"] for row in everything["cancelledOrders"]] == ["b1"]
    assert (await client.post("cancelallorders"))["cancelStatus"]["status"] == "noOrdersToCancel"


async def test_the_dead_mans_switch_fires_once(venue: KrakenFuturesVenue, client: Client) -> None:
    """Each call replaces it, zero disarms it, and after it has fired it is off."""
    await client.place(cliOrdId="a1")
    armed = (await client.post("cancelallordersafter", timeout="60"))["status"]
    assert armed["triggerTime"] > armed["currentTime"]
    await trio.sleep(50)
    await client.post("cancelallordersafter", timeout="60")
    await trio.sleep(50)
    assert venue.ledger.open_orders()
    await trio.sleep(11)
    assert venue.ledger.resolve("a1").reason == "dead_man_switch"
    await client.place(cliOrdId="a2")
    await trio.sleep(120)
    assert venue.ledger.open_orders()
    await client.post("cancelallordersafter", timeout="60")
    assert (await client.post("cancelallordersafter", timeout="0"))["status"]["triggerTime"] == "0"
    await trio.sleep(120)
    assert venue.ledger.open_orders()


async def test_too_late_is_not_executed(venue: KrakenFuturesVenue, client: Client) -> None:
    """processBefore is looked at when the engine takes a request: for orders, edits, cancels and batches."""
    past, future = "2000-01-01T00:00:00.000Z", "2100-01-01T00:00:00.000Z"
    assert (await client.place(cliOrdId="a0", processBefore=past))["status"] == "wouldProcessAfterSpecifiedTime"
    assert (await client.place(cliOrdId="a1", processBefore=future))["status"] == "placed"
    for answer in (
        await client.edit(cliOrdId="a1", size="2", processBefore=past),
        await client.cancel(cliOrdId="a1", processBefore=past),
        *await client.batch({"order": "cancel", "cliOrdId": "a1"}, processBefore=past),
    ):
        assert answer["status"] == "wouldProcessAfterSpecifiedTime"
    assert [(order.client_order_id, order.quantity) for order in venue.ledger.open_orders()] == [("a1", D(1))]
