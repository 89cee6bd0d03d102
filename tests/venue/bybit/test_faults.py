"""What goes wrong with commands: the same faults as everywhere, and the troubles that are this venue's own."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
import trio
from trio_websocket import ConnectionClosed

from batactors.testing import faults as f
from batactors.testing.bybit import BybitVenue, troubles
from batactors.testing.faults import HttpError
from tests.venue.bybit.client import ORDER, Client, Json

PLACED: Json = {**ORDER, "orderLinkId": "a1"}
NAMED: Json = {"category": "linear", "symbol": "BTCUSDT", "orderLinkId": "a1"}


def statuses(frames: list[Json]) -> list[str]:
    return [row["orderStatus"] for frame in frames for row in frame["data"]]


@pytest.mark.parametrize("road", ["rest", "websocket"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (troubles.server_timeout, 10000),
        (troubles.internal_error, 10016),
        (troubles.restarting, 10019),
        (troubles.protected, 10429),
        (troubles.overloaded, 429),
        (troubles.html_page, None),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
async def test_troubles_come_both_ways(
    venue: BybitVenue, client: Client, trouble: Callable[..., HttpError], code: int | None, when: str, road: str
) -> None:
    """The same answer, whether the command was executed or not; only the events and the ledger know."""
    venue.faults.add(trouble(when, method="add_order"))
    async with client.listening() as socket:
        if road == "rest":
            answer = await client.post("order/create", **PLACED)
            assert answer.status_code == (502 if code is None else 200)
            assert code is None or answer.json()["retCode"] == code
        else:
            async with client.trading() as trading:
                assert (await trading.command("order.create", **PLACED))["retCode"] == (code or 10016)
        assert statuses(await socket.quiet()) == (["New"] if when == "after" else [])
    assert len(venue.ledger.orders) == (when == "after")


@pytest.mark.parametrize("road", ["rest", "websocket"])
@pytest.mark.parametrize(
    ("fault", "done"),
    [
        (f.LoseAck(method="add_order"), True),
        (f.LoseCommand(method="add_order"), False),
        (f.CutBeforeCommand(method="add_order"), False),
        (f.CutAfterCommand(method="add_order"), True),
    ],
    ids=["LoseAck", "LoseCommand", "CutBeforeCommand", "CutAfterCommand"],
)
async def test_answers_and_commands_get_lost(
    venue: BybitVenue, client: Client, fault: f.CommandFault, done: bool, road: str
) -> None:
    """Accepted without an answer, and never accepted without an answer, look alike to who has asked."""
    venue.faults.add(fault)
    async with client.listening() as socket:
        if road == "rest":
            with pytest.raises((httpx2.TransportError, trio.TooSlowError)), trio.fail_after(3):
                await client.post("order/create", **PLACED)
        else:
            async with client.trading() as trading:
                with pytest.raises((trio.TooSlowError, ConnectionClosed)), trio.fail_after(3):
                    await trading.command("order.create", **PLACED)
        venue.faults.clear()
        assert statuses(await socket.quiet()) == (["New"] if done else [])
    assert len(venue.ledger.orders) == done


async def test_a_command_may_land_late_and_not_too_late(venue: BybitVenue, client: Client) -> None:
    """Its client has given up and asked, and was told of nothing; then it is there. Past its window it is refused."""
    venue.faults.add(f.DelayCommand(method="add_order", seconds=4.0), f.DelayCommand(method="add_order", seconds=6.0))
    for name in ("a1", "a2"):
        with pytest.raises(trio.TooSlowError), trio.fail_after(1):
            await client.post("order/create", **ORDER, orderLinkId=name)
    assert await client.status("a1") is None
    await trio.sleep(7)
    assert await client.status("a1") == "New"
    assert await client.status("a2") is None


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (f.Refuse(error="110007 ab not enough for new order"), 110007),
        (f.Refuse(), 110007),
        (f.RefuseRate(), 10006),
        (f.RefuseRate(error="10018"), 10018),
        (f.RefuseToken(), 10003),
    ],
    ids=str,
)
async def test_refusals_say_their_code(venue: BybitVenue, client: Client, fault: f.CommandFault, code: int) -> None:
    """A fault's text may begin with a code of this venue; one that does not has one for its kind."""
    venue.faults.add(fault)
    assert await client.refusal("order/create", **PLACED) == code
    assert not venue.ledger.orders


@pytest.mark.parametrize(
    ("fault", "answered"),
    [(f.Refuse(method="subscribe"), False), (f.LoseAck(method="subscribe"), None)],
    ids=["refused", "lost"],
)
async def test_a_subscription_may_fail(
    venue: BybitVenue, client: Client, fault: f.CommandFault, answered: bool | None
) -> None:
    """It is told by the number of its request, or not at all; the socket stays."""
    venue.faults.add(fault)
    async with client.open("/v5/private") as socket:
        assert (await socket.ask("auth", *socket.logon()))["success"] is True
        if answered is None:
            with pytest.raises(trio.TooSlowError), trio.fail_after(3):
                await socket.ask("subscribe", "order.linear")
        else:
            assert (await socket.ask("subscribe", "order.linear"))["success"] is answered
        assert (await socket.ask("subscribe", "order.linear"))["success"] is True


@pytest.mark.parametrize(
    ("status", "terms", "code"),
    [
        ("cancel_only", {}, 110066),
        ("post_only", {}, 110103),
        ("post_only", {"timeInForce": "PostOnly"}, 0),
        ("maintenance", {}, 110066),
        ("online", {}, 0),
    ],
)
async def test_a_status_lets_some_in(venue: BybitVenue, client: Client, status: str, terms: Json, code: int) -> None:
    """Cancels too, but for maintenance."""
    await client.place(orderLinkId="open")
    venue.set_status(status)
    order: Json = PLACED | terms
    assert (await client.post("order/create", **order)).json()["retCode"] == code
    cancelled = (await client.post("order/cancel", **NAMED | {"orderLinkId": "open"})).json()["retCode"]
    assert cancelled == (110066 if status == "maintenance" else 0)
    venue.recover()
    await client.place()


async def test_a_restart_keeps_the_ledger(venue: BybitVenue, client: Client) -> None:
    """Everybody is dropped and refused for a while; what had ended is in the history only."""
    await client.place(orderLinkId="old")
    venue.cancel("old")
    venue.faults.add(f.RestartAfterCommand(method="add_order", down_for=2.0))
    async with client.listening() as socket:
        with pytest.raises(httpx2.TransportError):
            await client.place(orderLinkId="a1")
        with pytest.raises(ConnectionClosed):
            await drained(socket)
    await trio.sleep(3)
    assert (await client.status("a1"), await client.status("old")) == ("New", None)
    assert [row["orderStatus"] for row in await client.rows("order/history", orderLinkId="old")] == ["Cancelled"]


async def drained(socket: Any) -> None:
    """Hear until the end."""
    while True:
        await socket.next()
