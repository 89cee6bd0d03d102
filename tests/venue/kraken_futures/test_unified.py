"""The Unified WebSocket: Kraken's v2 format, with orders by socket, over the same orders as REST and WebSocket v1."""

from datetime import timedelta
from decimal import Decimal

import pytest
import trio
from trio_websocket import HandshakeError, open_websocket_url

from batactors.seams import Seams
from batactors.testing import faults as f
from batactors.testing.kraken_futures import KrakenFuturesVenue
from tests.venue.kraken_futures.client import ORDER, Client, Json
from tests.venue.kraken_futures.unified import LIMIT, Unified, token_body, unified

D = Decimal


async def test_a_token_is_spots(client: Client) -> None:
    """By a normal key, never by a Futures key; the refusals are Spot's."""
    assert (await token_body(client))["error"] == []
    assert (await token_body(client, client.account.api_key))["error"] == ["EAPI:Invalid key"]
    async with unified(client) as socket:
        socket.token = "wrong"
        answer = await socket.ask("add_order", **LIMIT)
        assert (answer["success"], answer["error"]) == (False, "ESession:Invalid session")


async def test_an_order_lives(venue: KrakenFuturesVenue, client: Client) -> None:
    """No `pending_new`; `new` has its terms; the last trade is partial and `filled` follows; sequences have no gap."""
    async with unified(client, "executions", "balances") as socket:
        placed = await socket.result("add_order", **LIMIT, cl_ord_id="a1")
        order = venue.ledger.resolve("a1")
        assert placed == {"order_id": order.order_id, "cl_ord_id": "a1"}
        new = await socket.event()
        assert (new["exec_type"], new["order_status"], new["order_id"]) == ("new", "new", order.order_id)
        assert (new["symbol"], new["order_qty"], new["limit_price"]) == ("PF_XBTUSD", 1, D("50000.0"))
        venue.fill("a1", D("0.14"))
        venue.fill("a1", D("0.86"))
        rows = [await socket.event() for _ in range(3)]
        assert [(row["exec_type"], row["order_status"]) for row in rows] == [
            ("trade", "partially_filled"),
            ("trade", "partially_filled"),
            ("filled", "filled"),
        ]
        assert [row["exec_id"] for row in rows[:2]] == [fill.exec_id for fill in venue.ledger.fills]
        assert rows[1]["trade_id"] == rows[0]["trade_id"] + 1
        moved = await socket.hear(channel="balances", sequence=2)
        assert moved["data"][0]["ref_id"] == venue.ledger.fills[0].exec_id


async def test_an_order_is_amended_and_cancelled(venue: KrakenFuturesVenue, client: Client) -> None:
    """`amend_id` is empty, a quantity is a total, and each cancel has an answer for each order."""
    async with unified(client, "executions") as socket:
        await socket.result("add_order", **LIMIT, cl_ord_id="a1")
        venue.fill("a1", D("0.4"))
        answer = await socket.result("amend_order", cl_ord_id="a1", order_qty=2, limit_price=50100)
        assert answer == {"amend_id": "", "cl_ord_id": "a1"}
        order = venue.ledger.resolve("a1")
        assert (order.quantity, order.filled, order.limit_price) == (D(2), D("0.4"), D(50100))
        assert (await socket.ask("amend_order", cl_ord_id="no", order_qty=2))["error"] == "EOrder:Unknown order"
        number = await socket.request("cancel_order", cl_ord_id=["a1", "no"])
        good, bad = await socket.hear(req_id=number), await socket.hear(req_id=number)
        assert (good["result"], bad["error"]) == ({"cl_ord_id": "a1"}, "EOrder:Invalid order")
        kinds = [(await socket.event())["exec_type"] for _ in range(4)]
        assert kinds == ["new", "trade", "amended", "canceled"]
        await socket.result("add_order", **LIMIT, cl_ord_id="a2")
        assert (await socket.result("cancel_all"))["count"] == 1


@pytest.mark.parametrize("given", [None, "spot"])
async def test_every_request_names_its_asset_class(client: Client, given: str | None) -> None:
    """Without it, or with another one, it is refused; a ping needs none."""
    async with unified(client) as socket:
        for method, params in (("add_order", LIMIT), ("subscribe", {"channel": "executions"})):
            full = {"token": socket.token, **params} | ({} if given is None else {"asset_class": given})
            await socket.say(method=method, req_id=9, params=full)
            answer = await socket.hear(req_id=9)
            assert (answer["success"], answer["error"]) == (False, "EGeneral:Invalid arguments:asset_class")
        await socket.say(method="ping", req_id=10)
        assert (await socket.hear(req_id=10))["method"] == "pong"


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        ({"limit_price": 60000, "post_only": True}, "EOrder:Post only order"),
        ({"time_in_force": "ioc"}, "EOrder:Ioc would not execute"),
        ({"reduce_only": True}, "EOrder:Reduce only:No position exists"),
        ({"limit_price": 50000.3}, "EOrder:Tick size check failed"),
        ({"order_qty": 900000}, "EOrder:Insufficient margin"),
        ({"symbol": "BTC/USD"}, "Currency pair not supported BTC/USD"),
        ({"order_type": "iceberg"}, "EGeneral:Invalid arguments"),
        ({"deadline": "2000-01-01T00:00:00.000Z"}, "EService:Deadline elapsed"),
    ],
)
async def test_orders_are_refused(venue: KrakenFuturesVenue, client: Client, terms: Json, error: str) -> None:
    """With the texts of Spot, where there is one; the ledger has none of them."""
    venue.set_market("PF_XBTUSD", bid=D("59999.5"), ask=D(60000))
    async with unified(client) as socket:
        answer = await socket.ask("add_order", **(LIMIT | terms))
        assert (answer["success"], answer["error"]) == (False, error)
    assert not venue.ledger.orders


async def test_a_batch_and_a_stop(venue: KrakenFuturesVenue, client: Client) -> None:
    """Rows in order, some refused; a stop waits, fires under its own id, and trades."""
    row = {name: value for name, value in LIMIT.items() if name != "symbol"}
    async with unified(client, "executions") as socket:
        number = await socket.request(
            "batch_add",
            symbol="PF_XBTUSD",
            orders=[row | {"cl_ord_id": "b1"}, row | {"cl_ord_id": "b2", "order_qty": 0.00001}],
        )
        first, second = (await socket.hear(req_id=number))["result"]
        assert first["order_id"] == venue.ledger.resolve("b1").order_id
        assert second["error"] == "EOrder:Order minimum not met"
        await socket.event()
        venue.set_market("PF_XBTUSD", bid=D("60000"), ask=D("60000.5"))
        stop = {"order_type": "stop-loss", "symbol": "PF_XBTUSD", "side": "sell", "order_qty": 1}
        placed = await socket.result("add_order", **stop, triggers={"price": 55000}, cl_ord_id="s1")
        assert (await socket.event())["triggers"]["status"] == "untriggered"
        venue.set_market("PF_XBTUSD", bid=D("54000"), ask=D("54000.5"))
        rows = [await socket.event() for _ in range(3)]
        assert [row["exec_type"] for row in rows] == ["status", "trade", "filled"]
        assert [row["order_id"] for row in rows] == [placed["order_id"]] * 3


async def test_all_roads_lead_to_the_same_orders(venue: KrakenFuturesVenue, client: Client) -> None:
    """What is placed by REST is told here, and what is placed here is told by the feeds of v1."""
    async with unified(client, "executions") as socket, client.listening("open_orders") as feeds:
        await client.place(cliOrdId="a1")
        assert (await socket.event())["cl_ord_id"] == "a1"
        assert (await feeds.next())["order"]["cli_ord_id"] == "a1"
        await socket.result("add_order", **LIMIT, cl_ord_id="a2")
        assert (await feeds.next())["order"]["cli_ord_id"] == "a2"
        await client.cancel(cliOrdId="a2")
        assert [(await socket.event())["exec_type"] for _ in range(2)] == ["new", "canceled"]
    assert [one.transport for one in venue.ledger.commands] == ["rest", "websocket", "rest"]


async def test_the_switch_is_the_accounts(venue: KrakenFuturesVenue, client: Client) -> None:
    """Armed here it takes off what REST has placed, and its reason is Spot's."""
    await client.place(cliOrdId="a1")
    async with unified(client, "executions") as socket:
        assert (await socket.result("cancel_all_orders_after", timeout=20))["triggerTime"] != "0"
        event = await socket.event()
        assert (event["exec_type"], event["reason"]) == ("canceled", "CancelAllOrdersAfter Timeout")
    assert venue.ledger.resolve("a1").reason == "dead_man_switch"


async def test_the_snapshot_is_what_is_open(venue: KrakenFuturesVenue, client: Client) -> None:
    """And the last fills, if they are asked for."""
    await client.place(cliOrdId="a1")
    await client.place(cliOrdId="a2")
    venue.fill("a2", D(1))
    async with unified(client) as socket:
        await socket.result("subscribe", channel="executions", snap_trades=True)
        rows = (await socket.hear(channel="executions", type="snapshot"))["data"]
    assert [(row["cl_ord_id"], row["exec_type"]) for row in rows] == [("a1", "new"), ("a2", "trade")]


async def test_the_public_side_has_a_book(venue: KrakenFuturesVenue, client: Client) -> None:
    """By the same names, with a checksum; it takes no orders."""
    venue.set_market("PF_XBTUSD", bid=D("59999.5"), ask=D(60000))
    async with open_websocket_url(client.urls.unified_public) as websocket:
        socket = Unified(websocket, client.account)
        await socket.result("subscribe", channel="book", symbol=["PF_XBTUSD"])
        (row,) = (await socket.hear(channel="book"))["data"]
        assert row["asks"] == [{"price": D("60000.0"), "qty": D("1000.0000")}]
        assert row["checksum"]
        assert (await socket.ask("add_order", **LIMIT))["success"] is False


@pytest.mark.parametrize(
    ("fault", "done"),
    [(f.LoseAck(method="add_order"), True), (f.LoseCommand(method="add_order"), False)],
    ids=lambda value: type(value).__name__,
)
async def test_answers_get_lost_here_too(
    venue: KrakenFuturesVenue, client: Client, fault: f.CommandFault, done: bool
) -> None:
    """With the same faults as on every socket of the v2 format."""
    venue.faults.add(fault)
    async with unified(client) as socket:
        await socket.request("add_order", **LIMIT)
        assert not [frame for frame in await socket.quiet() if frame.get("method") == "add_order"]
    assert bool(venue.ledger.orders) == done


async def test_it_outlives_v1(venue: KrakenFuturesVenue, client: Client, seams: Seams) -> None:
    """After the end of v1 orders go on by this socket; before its own beginning it is not there."""
    venue.habits.v1_ends = seams.clock.now() + timedelta(seconds=1)
    async with unified(client, "executions") as socket:
        await trio.sleep(2)
        assert (await client.send("sendorder", ORDER)).status_code == 410
        with pytest.raises(HandshakeError):
            async with client.open():
                pass
        await socket.result("add_order", **LIMIT)
        assert (await token_body(client))["error"] == []
    venue.habits.unified = False
    with pytest.raises(HandshakeError):
        async with unified(client):
            pass
    assert len(venue.ledger.orders) == 1
