"""What goes wrong with commands: the same faults as everywhere, and the troubles that are this venue's own."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx2
import pytest
import trio
from trio_websocket import ConnectionClosed

from batactors.testing import faults as f
from batactors.testing.binance import BinanceAccount, BinanceVenue, troubles
from batactors.testing.faults import HttpError
from tests.venue.binance.client import ORDER, Client, Json, Socket

NAMED: Json = {"symbol": "BTCUSDT", "origClientOrderId": "a1"}
PLACED = ORDER | {"newClientOrderId": "a1"}


def ours(frames: list[dict[str, Any]]) -> list[str]:
    return [frame["o"]["x"] for frame in frames if frame["e"] == "ORDER_TRADE_UPDATE"]


@pytest.mark.parametrize("road", ["rest", "websocket"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("trouble", "status", "code"),
    [
        (troubles.unknown_error, 503, None),
        (troubles.internal_error, 503, -1001),
        (troubles.timed_out, 408, -1007),
        (troubles.without_code, 500, None),
        (troubles.html_page, 502, None),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
async def test_troubles_come_both_ways(
    venue: BinanceVenue,
    client: Client,
    trouble: Callable[..., HttpError],
    status: int,
    code: int | None,
    when: str,
    road: str,
) -> None:
    """The same answer, whether the command was executed or not; only the events and the ledger know."""
    venue.faults.add(trouble(when, method="add_order"))
    async with client.listening() as socket:
        if road == "rest":
            answer = await client.send("POST", "v1/order", **PLACED)
            assert answer.status_code == status
            if trouble is troubles.html_page:
                assert answer.headers["content-type"] == "text/html"
            else:
                assert answer.json().get("code") == code
        else:
            async with client.api() as api:
                frame = await api.ask("order.place", **PLACED)
                assert (frame["status"], frame["error"].get("code")) == (status, code)
        assert ours(await socket.quiet()) == (["NEW"] if when == "after" else [])
    assert len(venue.ledger.orders) == (when == "after")


@pytest.mark.parametrize(
    ("trouble", "text"),
    [(troubles.service_unavailable, "Service Unavailable."), (troubles.throttled, "throttled")],
    ids=["B", "C"],
)
async def test_some_troubles_are_sure(
    venue: BinanceVenue, client: Client, trouble: Callable[..., HttpError], text: str
) -> None:
    """503 of these kinds is never executed."""
    venue.faults.add(trouble(method="add_order"))
    answer = await client.send("POST", "v1/order", **PLACED)
    assert answer.status_code == 503
    assert text in answer.json()["msg"]
    assert not venue.ledger.orders


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
    venue: BinanceVenue, client: Client, fault: f.CommandFault, done: bool, road: str
) -> None:
    """Accepted without an answer, and never accepted without an answer, look alike to who has asked."""
    venue.faults.add(fault)
    async with client.listening() as socket:
        if road == "rest":
            with pytest.raises(httpx2.TransportError):
                await client.http.post(
                    f"{client.urls.rest}/fapi/v1/order?{_signed(client)}",
                    headers={"X-MBX-APIKEY": client.account.api_key},
                    timeout=3,
                )
        else:
            async with client.api() as api:
                await api.say("order.place", client.sign_params(PLACED))
                with pytest.raises((trio.TooSlowError, ConnectionClosed)):
                    await api.next(3)
        venue.faults.clear()
        assert ours(await socket.quiet()) == (["NEW"] if done else [])
    assert len(venue.ledger.orders) == done


async def test_a_command_may_land_late(venue: BinanceVenue, client: Client) -> None:
    """Its client has given up and asked, and was told that there is no such order; then it is there."""
    venue.faults.add(f.DelayCommand(method="add_order", seconds=4.0))
    with pytest.raises(httpx2.TimeoutException):
        url = f"{client.urls.rest}/fapi/v1/order?{_signed(client)}"
        await client.http.post(url, headers={"X-MBX-APIKEY": client.account.api_key}, timeout=1)
    assert await client.refusal("GET", "v1/order", **NAMED) == -2013
    await trio.sleep(4)
    assert (await client.call("GET", "v1/order", **NAMED))["status"] == "NEW"


@pytest.mark.parametrize("how", ["a habit", "a fault", "neither"])
async def test_events_may_come_before_the_answer(venue: BinanceVenue, client: Client, how: str) -> None:
    """A trade before the ack of its order: by habit, by a fault, or because nothing says which is first."""
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_000))
    venue.habits.events_first = float(how == "a habit")
    first = []
    async with client.listening("ORDER_TRADE_UPDATE") as socket, trio.open_nursery() as nursery:
        for number in range(20):
            if how == "a fault":
                venue.faults.add(f.EventsBeforeAck(method="add_order"))
            arrivals: list[str] = []

            async def place(name: str, arrivals: list[str] = arrivals) -> None:
                await client.place(newClientOrderId=name)
                arrivals.append("answer")

            nursery.start_soon(place, f"a{number}")
            for _ in range(2):
                arrivals.append((await socket.hear(e="ORDER_TRADE_UPDATE"))["o"]["x"])
            await trio.sleep(1)
            first.append(arrivals.index("answer"))
    assert len(set(first)) > 1 if how == "neither" else set(first) == {2}


@pytest.mark.parametrize(("share", "code"), [("all", -2011), ("half", None)])
async def test_a_fill_may_be_quicker_than_a_cancel(
    venue: BinanceVenue, client: Client, share: str, code: int | None
) -> None:
    """-2011 says that the order is not open; that it has traded is told by its event."""
    venue.faults.add(f.FillBeforeCancel(share="all" if share == "all" else "half"))
    async with client.listening("ORDER_TRADE_UPDATE") as socket:
        await client.place(newClientOrderId="a1")
        answer = await client.send("DELETE", "v1/order", **NAMED)
        assert answer.json().get("code") == code
        assert ours(await socket.quiet()) == ["NEW", "TRADE"] + ([] if code else ["CANCELED"])


async def test_a_fill_may_be_quicker_than_a_modify(venue: BinanceVenue, client: Client) -> None:
    """Then the new quantity may be one that has traded already, and the order is canceled."""
    venue.faults.add(f.FillBeforeAmend(share="half"))
    await client.place(newClientOrderId="a1")
    answer = await client.call("PUT", "v1/order", **NAMED, side="BUY", quantity="0.005", price="49000.0")
    assert (answer["status"], answer["executedQty"]) == ("CANCELED", "0.005")


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (f.Refuse(error="-2019 Margin is insufficient."), 400, -2019),
        (f.Refuse(), 400, -2010),
        (f.RefuseRate(), 429, -1015),
        (f.RefuseRate(error="-1003"), 429, -1003),
        (f.RefuseToken(), 401, -2015),
    ],
    ids=str,
)
async def test_refusals_say_their_code(
    venue: BinanceVenue, client: Client, fault: f.CommandFault, status: int, code: int
) -> None:
    """A fault's text may begin with a code of this venue; one that does not is a refusal without more."""
    venue.faults.add(fault)
    answer = await client.send("POST", "v1/order", **PLACED)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not venue.ledger.orders


@pytest.mark.parametrize(
    ("status", "terms", "code"),
    [
        ("cancel_only", {}, -1008),
        ("post_only", {}, -1008),
        ("post_only", {"timeInForce": "GTX"}, None),
        ("online", {}, None),
    ],
)
async def test_a_status_lets_some_in(
    venue: BinanceVenue, client: Client, status: str, terms: Json, code: int | None
) -> None:
    """Overloaded, the venue takes what reduces and cancels, and refuses the rest for sure."""
    await client.place(newClientOrderId="open")
    venue.set_status(status)
    order: Json = PLACED | terms
    answer = await client.send("POST", "v1/order", **order)
    assert answer.json().get("code") == code
    await client.call("DELETE", "v1/order", symbol="BTCUSDT", origClientOrderId="open")
    venue.set_status("maintenance")
    answer = await client.send("GET", "v1/openOrders")
    assert (answer.status_code, answer.json()) == (503, {"msg": "Service Unavailable."})
    venue.recover()
    await client.call("GET", "v1/openOrders")


async def test_a_restart_keeps_the_ledger(venue: BinanceVenue, client: Client) -> None:
    """Everybody is dropped and refused for a while; orders and listen keys are still there."""
    key = await client.key()
    venue.faults.add(f.RestartAfterCommand(method="add_order", down_for=2.0))
    async with client.listening() as socket:
        with pytest.raises(httpx2.TransportError):
            await client.place(newClientOrderId="a1")
        with pytest.raises(ConnectionClosed):
            await drained(socket)
    await trio.sleep(3)
    assert (await client.call("GET", "v1/order", **NAMED))["status"] == "NEW"
    assert await client.key() == key


async def test_a_read_only_fault_waits_for_its_read(venue: BinanceVenue, client: Client) -> None:
    """Queries have words, too."""
    venue.faults.add(f.LoseAck(method="openOrders"))
    await client.call("GET", "v1/userTrades", symbol="BTCUSDT")
    with pytest.raises(httpx2.TimeoutException):
        await client.call("GET", "v1/openOrders")
    await client.call("GET", "v1/openOrders")


async def drained(socket: Socket) -> None:
    """Hear until the end."""
    while True:
        await socket.next()


def _signed(client: Client) -> str:
    text = "&".join(f"{name}={value}" for name, value in PLACED.items()) + f"&timestamp={client.stamp()}"
    return f"{text}&signature={client.hmac(text)}"


async def test_keys_are_taken_away_and_given_back(venue: BinanceVenue, client: Client) -> None:
    """Until then each request is refused."""
    venue.revoke(BinanceAccount.demo().api_key)
    assert await client.refusal("GET", "v1/openOrders") == -2015
    venue.restore_keys()
    assert await client.call("GET", "v1/openOrders") == []
    venue.revoke(BinanceAccount.demo().api_key)
    venue.recover()
    assert await client.call("GET", "v1/openOrders") == []
