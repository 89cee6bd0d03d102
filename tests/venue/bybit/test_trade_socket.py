"""The trade socket: one object a request, a number of its own for each, and answers that say that it came."""

import trio

from batactors.testing.bybit import BybitVenue
from tests.venue.bybit.client import ORDER, Client, Json

NAMED: Json = {"category": "linear", "symbol": "BTCUSDT", "orderLinkId": "a1"}


async def test_commands_are_answered_by_their_number(venue: BybitVenue, client: Client) -> None:
    """Create, amend and cancel: each answer has the documented members."""
    async with client.trading() as socket:
        told = await socket.command("order.create", **ORDER, orderLinkId="a1", reqId="mine")
        assert set(told) == {"reqId", "retCode", "retMsg", "op", "data", "retExtInfo", "header", "connId"}
        assert (told["reqId"], told["op"], told["data"]["orderLinkId"]) == ("mine", "order.create", "a1")
        assert set(told["header"]) == {
            "X-Bapi-Limit", "X-Bapi-Limit-Status", "X-Bapi-Limit-Reset-Timestamp", "Traceid", "Timenow",
        }  # fmt: skip
        changed = await socket.command("order.amend", **NAMED, price="49000.0")
        assert changed["data"] == told["data"]
        assert (await socket.command("order.cancel", **NAMED))["retCode"] == 0
        refused = await socket.command("order.cancel", **NAMED)
        assert (refused["retCode"], refused["data"]) == (110001, {})
    assert [one.status for one in venue.ledger.orders.values()] == ["canceled"]


async def test_a_number_is_used_once(venue: BybitVenue, client: Client) -> None:
    """20006 for the second, on another socket of the account too; the first stands."""
    async with client.trading() as socket, client.trading() as other:
        assert (await socket.command("order.create", **ORDER, reqId="x"))["retCode"] == 0
        assert (await socket.command("order.create", **ORDER, reqId="x"))["retCode"] == 20006
        assert (await other.command("order.create", **ORDER, reqId="x"))["retCode"] == 20006
        assert (await socket.command("order.create", **ORDER, reqId="x" * 37))["retCode"] == 10001
    assert len(venue.ledger.orders) == 1


async def test_what_is_no_command_is_refused(client: Client) -> None:
    """An operation or a category that is not there, and more than one object."""
    async with client.trading() as socket:
        assert (await socket.command("order.cancel-all", **NAMED))["retCode"] == 10404
        assert (await socket.command("order.create", **ORDER | {"category": "moon"}))["retCode"] == 10404
        await socket.say({"reqId": "two", "header": {}, "op": "order.create", "args": [ORDER, ORDER]})
        assert (await socket.hear(reqId="two"))["retCode"] == 10001
        await socket.say({"header": {"X-BAPI-TIMESTAMP": str(client.stamp())}, "op": "order.create", "args": [ORDER]})
        assert "reqId" not in await socket.hear(op="order.create", retCode=0)


async def test_pongs_differ_by_socket(client: Client) -> None:
    """Three shapes: the private socket's, the trade socket's and the public one's."""
    async with client.open("/v5/private") as socket:
        told = await socket.ask("ping")
        assert (told["op"], set(told)) == ("pong", {"req_id", "op", "args", "conn_id"})
    async with client.open("/v5/trade") as socket:
        await socket.say({"op": "ping"})
        told = await socket.next()
        assert (told["op"], told["retCode"], set(told)) == ("pong", 0, {"retCode", "retMsg", "op", "data", "connId"})
    async with client.open("/v5/public/linear") as socket:
        told = await socket.ask("ping")
        assert (told["op"], told["ret_msg"], told["success"]) == ("ping", "pong", True)


async def test_answers_come_in_any_order(venue: BybitVenue, client: Client) -> None:
    """By habit an answer waits, and those behind it do not."""
    venue.habits.answer_delay = 1.0
    async with client.trading() as socket:
        stamp = str(client.stamp())
        for number in range(10):
            header = {"X-BAPI-TIMESTAMP": stamp}
            await socket.say({"reqId": str(number), "header": header, "op": "order.create", "args": [ORDER]})
        await trio.sleep(2)
        numbers = [frame["reqId"] for frame in await socket.quiet(1)]
    assert sorted(numbers) == [str(number) for number in range(10)] != numbers
