"""Orders by REST: what is answered, and what the topics tell."""

from decimal import Decimal

import pytest

from batactors.testing import faults as f
from batactors.testing.bybit import BybitVenue
from tests.venue.bybit.client import ORDER, TOPICS, Client, Json

ROW = {
    *("category", "symbol", "orderId", "orderLinkId", "side", "positionIdx", "orderStatus", "cancelType"),
    *("rejectReason", "avgPrice", "price", "qty", "leavesQty", "cumExecQty", "cumExecValue", "cumFeeDetail"),
    *("timeInForce", "orderType", "stopOrderType", "triggerPrice", "triggerDirection", "reduceOnly", "createType"),
    *("createdTime", "updatedTime", "closedPnl", "smpType"),
}


async def test_an_order_lives_and_each_step_is_told(venue: BybitVenue, client: Client) -> None:
    """Placed, changed, filled in part and cancelled: each answer is two ids, and each step a whole row."""
    async with client.listening(*TOPICS) as socket:
        placed = await client.call("order/create", **ORDER, orderLinkId="a1")
        assert set(placed) == {"orderId", "orderLinkId"}
        told = await socket.order("New")
        assert set(told) >= ROW
        assert (told["orderId"], told["orderLinkId"], told["qty"], told["leavesQty"], told["avgPrice"]) == (
            placed["orderId"], "a1", "0.010", "0.010", "",
        )  # fmt: skip
        changed = await client.call("order/amend", category="linear", symbol="BTCUSDT", orderLinkId="a1", qty="0.020")
        assert changed == placed
        told = await socket.order("New")
        assert (told["qty"], told["price"]) == ("0.020", "50000.00")
        venue.fill("a1", Decimal("0.005"))
        told = await socket.order("PartiallyFilled")
        assert (told["cumExecQty"], told["leavesQty"], told["avgPrice"]) == ("0.005", "0.015", "50000")
        fast, fill = await socket.row("execution.fast.linear"), await socket.row("execution.linear")
        assert (fast["execId"], fast["orderLinkId"], fill["orderLinkId"]) == (fill["execId"], "", "a1")
        assert (fill["execType"], fill["execQty"], fill["isMaker"], fill["feeCurrency"]) == (
            "Trade", "0.005", True, "USDT",
        )  # fmt: skip
        assert Decimal(fill["execFee"]) == Decimal("0.005") * 50_000 * Decimal("0.0002")
        position = await socket.row("position.linear")
        assert (position["side"], position["size"], position["entryPrice"]) == ("Buy", "0.005", "50000")
        assert (await socket.row("wallet"))["accountType"] == "UNIFIED"
        assert await client.call("order/cancel", category="linear", symbol="BTCUSDT", orderLinkId="a1") == placed
        told = await socket.order("Cancelled")
        assert (told["cumExecQty"], told["leavesQty"], told["cancelType"], told["rejectReason"]) == (
            "0.005", "0.000", "CancelByUser", "EC_NoError",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "rows"),
    [
        ({"timeInForce": "PostOnly", "price": "60000.0"}, [("Cancelled", "EC_PostOnlyWillTakeLiquidity", "0.000")]),
        ({"timeInForce": "IOC"}, [("New", "EC_NoError", "0.000"), ("Cancelled", "EC_NoImmediateQtyToFill", "0.000")]),
        ({"timeInForce": "FOK"}, [("New", "EC_NoError", "0.000"), ("Cancelled", "EC_CancelForNoFullFill", "0.000")]),
        (
            {"timeInForce": "IOC", "price": "60000.0"},
            [
                ("New", "EC_NoError", "0.000"),
                ("PartiallyFilled", "EC_NoError", "0.004"),
                ("Cancelled", "EC_NoImmediateQtyToFill", "0.004"),
            ],
        ),
        (
            {"orderType": "Market", "price": None},
            [
                ("New", "EC_NoError", "0.000"),
                ("PartiallyFilled", "EC_NoError", "0.004"),
                ("Cancelled", "EC_NoImmediateQtyToFill", "0.004"),
            ],
        ),
    ],
    ids=["post-only", "ioc", "fok", "ioc in part", "market in part"],
)
async def test_an_ack_is_not_the_truth(
    venue: BybitVenue, client: Client, terms: Json, rows: list[tuple[str, str, str]]
) -> None:
    """All are acknowledged with 0; that an order ended at once is told by its topic alone."""
    venue.set_market("BTCUSDT", bid=Decimal(54_000), ask=Decimal(55_000), ask_quantity=Decimal("0.004"))
    async with client.listening() as socket:
        await client.place(**terms)
        told = [row for frame in await socket.quiet() for row in frame["data"]]
    assert [(row["orderStatus"], row["rejectReason"], row["cumExecQty"]) for row in told] == rows
    if terms.get("orderType") == "Market":
        assert {row["timeInForce"] for row in told} == {"IOC"}


@pytest.mark.parametrize("how", ["Cancelled", "Rejected"])
async def test_a_post_only_order_may_end_either_way(venue: BybitVenue, client: Client, how: str) -> None:
    """Both were seen; the reason is the same."""
    venue.habits.post_only_ends = "Rejected" if how == "Rejected" else "Cancelled"
    venue.set_market("BTCUSDT", bid=Decimal(54_000), ask=Decimal(55_000))
    async with client.listening() as socket:
        await client.place(timeInForce="PostOnly", price="60000.0")
        assert (await socket.order(how))["rejectReason"] == "EC_PostOnlyWillTakeLiquidity"


async def test_a_refusal_may_come_after_the_ack(venue: BybitVenue, client: Client) -> None:
    """A create is told as Rejected, and its id is used; an amend leaves the order as it was."""
    venue.faults.add(f.RefuseLater(method="add_order", error="EC_ReachRiskPriceLimit"))
    async with client.listening() as socket:
        await client.place(orderLinkId="a1")
        told = await socket.order("Rejected")
        assert (told["orderLinkId"], told["rejectReason"]) == ("a1", "EC_ReachRiskPriceLimit")
        assert await client.refusal("order/create", **ORDER, orderLinkId="a1") == 110072
        await client.place(orderLinkId="a2")
        await socket.order("New")
        venue.faults.add(f.RefuseLater(method="amend_order"))
        named = {"category": "linear", "symbol": "BTCUSDT", "orderLinkId": "a2"}
        await client.call("order/amend", **named, price="49000.0")
        assert await socket.quiet() == []
        venue.habits.late_amends_told = 1
        venue.faults.add(f.RefuseLater(method="amend_order"))
        await client.call("order/amend", **named, price="49000.0")
        assert (await socket.order("New"))["price"] == "50000.00"
    assert (await client.rows("order/realtime", orderLinkId="a2"))[0]["price"] == "50000.00"


async def test_a_client_order_id_is_used_once(venue: BybitVenue, client: Client) -> None:
    """110072 while the venue remembers it; after that, if it forgets, the same id makes a second order."""
    await client.place(orderLinkId="a1")
    assert await client.refusal("order/create", **ORDER, orderLinkId="a1") == 110072
    venue.cancel("a1")
    assert await client.refusal("order/create", **ORDER, orderLinkId="a1") == 110072
    venue.id_memory = 0
    await client.place(orderLinkId="a1")
    venue.unique_client_order_ids = False
    await client.place(orderLinkId="a1")
    assert len(venue.ledger.orders_by_client_id("a1")) == 3
    assert await client.refusal("order/create", **ORDER, orderLinkId="a b") == 10001
    assert await client.refusal("order/create", **ORDER, orderLinkId="a" * 37) == 10001


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"category": "spot"}, 10001),
        ({"symbol": "NOPE"}, 10001),
        ({"side": "buy"}, 10001),
        ({"orderType": "Stop"}, 10001),
        ({"qty": None}, 10001),
        ({"qty": "0.0005"}, 10001),
        ({"qty": "0.0015"}, 10001),
        ({"qty": "1001"}, 10001),
        ({"price": None}, 10001),
        ({"price": "50000.05"}, 10001),
        ({"price": "1000000.1"}, 110003),
        ({"price": "90000.0"}, 110003),
        ({"qty": "0.001", "price": "4000.0"}, 110094),
        ({"timeInForce": "GTD"}, 10001),
        ({"positionIdx": 1}, 10001),
        ({"positionIdx": 7}, 10001),
        ({"reduceOnly": True}, 110017),
        ({"triggerPrice": "49000.0"}, 10001),
        ({"triggerPrice": "49000.0", "triggerDirection": 1}, 110092),
        ({"triggerPrice": "56000.0", "triggerDirection": 2}, 110093),
    ],
    ids=str,
)
async def test_bad_terms_are_refused_at_once(venue: BybitVenue, client: Client, terms: Json, code: int) -> None:
    """Each by its code, with no order made and no row told; a check says the same."""
    venue.set_market("BTCUSDT", bid=Decimal(54_000), ask=Decimal(55_000))
    async with client.listening() as socket:
        assert await client.refusal("order/create", **ORDER | terms) == code
        assert await client.refusal("order/pre-check", **ORDER | terms) == code
        assert await socket.quiet(1) == []
    assert not venue.ledger.orders


async def test_a_checked_order_is_not_placed(venue: BybitVenue, client: Client) -> None:
    """pre-check answers, and there is nothing."""
    await client.call("order/pre-check", **ORDER)
    assert not venue.ledger.orders


async def test_margin_is_needed(venue: BybitVenue, client: Client) -> None:
    """An order that the account cannot pay is 110007; the leverage says how much it needs."""
    terms = {"qty": "1000", "price": "500000.0"}
    both = {"category": "linear", "symbol": "BTCUSDT"}
    await client.call("position/set-leverage", **both, buyLeverage="1", sellLeverage="1")
    assert await client.refusal("order/create", **ORDER | terms) == 110007
    await client.call("position/set-leverage", **both, buyLeverage="100", sellLeverage="100")
    await client.place(**terms)


async def test_what_has_ended_is_gone(venue: BybitVenue, client: Client) -> None:
    """A second cancel is 110001, and so is one of an order that never was; ids of both kinds go, and the first wins."""
    named = {"category": "linear", "symbol": "BTCUSDT"}
    order = await client.place(orderLinkId="a1")
    other = await client.place(orderLinkId="a2")
    await client.call("order/cancel", **named, orderId=order, orderLinkId="a2")
    assert await client.status("a2") == "New"
    for address in ({"orderId": order}, {"orderLinkId": "a1"}, {"orderId": "no"}):
        assert await client.refusal("order/cancel", **named, **address) == 110001
        assert await client.refusal("order/amend", **named, **address, price="49000.0") == 110001
    venue.habits.gone_code = 110008
    assert await client.refusal("order/cancel", **named, orderLinkId="a1") == 110008
    assert await client.refusal("order/cancel", **named) == 10001
    assert await client.refusal("order/amend", **named, orderId=other) == 10001


async def test_an_amend_may_not_go_below_what_has_traded(venue: BybitVenue, client: Client) -> None:
    """110064, and the order stays, unlike at other venues."""
    await client.place(orderLinkId="a1")
    venue.fill("a1", Decimal("0.005"))
    named = {"category": "linear", "symbol": "BTCUSDT", "orderLinkId": "a1"}
    assert await client.refusal("order/amend", **named, qty="0.005") == 110064
    assert await client.status("a1") == "PartiallyFilled"


async def test_all_orders_of_a_scope_are_cancelled(venue: BybitVenue, client: Client) -> None:
    """Of a contract, of a coin, those that wait for a trigger too unless the filter says otherwise."""
    await client.place(orderLinkId="a1")
    await client.place(orderLinkId="a2", triggerPrice="40000.0", triggerDirection=2)
    await client.place(orderLinkId="b1", symbol="ETHUSDT", price="1000.0")
    await client.place(orderLinkId="c1", symbol="BTCPERP")
    found = await client.call("order/cancel-all", category="linear", symbol="BTCUSDT", orderFilter="StopOrder")
    assert ([row["orderLinkId"] for row in found["list"]], found["success"]) == (["a2"], "1")
    assert await client.status("a2") == "Deactivated"
    await client.call("order/cancel-all", category="linear", symbol="BTCUSDT")
    assert [await client.status(name) for name in ("a1", "b1", "c1")] == ["Cancelled", "New", "New"]
    await client.call("order/cancel-all", category="linear", settleCoin="USDT")
    assert [await client.status(name) for name in ("b1", "c1")] == ["Cancelled", "New"]
    assert await client.refusal("order/cancel-all", category="linear") == 10001


async def test_a_cancel_of_all_takes_500_at_most(venue: BybitVenue, client: Client) -> None:
    """Any 500 of them; the rest stays open."""
    for number in range(510):
        venue.place_external(
            symbol="ETHUSDT", side="buy", quantity=Decimal(1), price=Decimal(1_000 + number), cl_ord_id=f"x{number}"
        )
    found = await client.call("order/cancel-all", category="linear", symbol="ETHUSDT")
    assert len(found["list"]) == 500
    assert len(venue.ledger.open_orders()) == 10


@pytest.mark.parametrize(
    ("side", "direction", "trigger", "moved"),
    [("Buy", 1, "60000.0", 61_000), ("Sell", 2, "50000.0", 49_000), ("Sell", 1, "60000.0", 61_000)],
    ids=["stop buy", "stop sell", "take profit"],
)
async def test_a_trigger_has_a_direction(
    venue: BybitVenue, client: Client, side: str, direction: int, trigger: str, moved: int
) -> None:
    """Untriggered, then Triggered, then it trades under the id that it had."""
    venue.set_market("BTCUSDT", bid=Decimal(54_999), ask=Decimal(55_001))
    async with client.listening() as socket:
        order = await client.place(
            side=side, orderType="Market", price=None, triggerPrice=trigger, triggerDirection=direction
        )
        told = await socket.order("Untriggered")
        assert (told["triggerDirection"], told["stopOrderType"], told["triggerBy"]) == (direction, "Stop", "LastPrice")
        venue.set_market("BTCUSDT", bid=Decimal(moved - 1), ask=Decimal(moved + 1))
        assert [(await socket.order(status))["orderId"] for status in ("Triggered", "Filled")] == [order, order]


async def test_a_conditional_limit_order_rests_as_new(venue: BybitVenue, client: Client) -> None:
    """After its trigger it is New; there may be ten that wait in a contract."""
    venue.set_market("BTCUSDT", bid=Decimal(54_999), ask=Decimal(55_001))
    async with client.listening() as socket:
        await client.place(triggerPrice="52000.0", triggerDirection=2, price="40000.0")
        await socket.order("Untriggered")
        venue.set_market("BTCUSDT", bid=Decimal(51_999), ask=Decimal(52_000))
        for status in ("Triggered", "New"):
            await socket.order(status)
    for _ in range(10):
        await client.place(triggerPrice="50000.0", triggerDirection=2)
    assert await client.refusal("order/create", **ORDER, triggerPrice="50000.0", triggerDirection=2) == 110009
