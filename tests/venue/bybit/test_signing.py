"""Who may ask: signatures of requests and of sessions, and the window in which they are good."""

import pytest

from batactors.testing.bybit import BybitVenue
from batactors.testing.bybit.credentials import in_time
from tests.venue.bybit.client import ORDER, Client


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        (
            "1700000000000TESTKEY5000category=linear&symbol=BTCUSDT",
            "f805ff4f3587db4ed1b8f9c5414a19ff72e32d65e2ad9708222565091809de5b",
        ),
        (
            '1700000000000TESTKEY5000{"category":"linear","symbol":"BTCUSDT","orderLinkId":"a1"}',
            "44ffc9512bfb0d77589a6cdf1c4af3ab1c6cda758e6ba769da7eeea498d5a973",
        ),
        ("GET/realtime1700000010000", "0279bab66978fa6daf097fc63b357431eb1cdb9284e64d4191876b4fe0bab24e"),
    ],
    ids=["get", "post", "session"],
)
async def test_this_client_signs_as_the_vectors_do(client: Client, text: str, signature: str) -> None:
    """The vectors of the fact sheet, so that what follows is about the venue."""
    assert client.sign(text) == signature


@pytest.mark.parametrize(
    ("timestamp", "good"), [(100_999, True), (101_000, False), (95_000, True), (94_999, False)], ids=str
)
def test_the_window_is_exact(timestamp: int, good: bool) -> None:
    """server - window <= timestamp < server + 1000, in milliseconds."""
    assert in_time(timestamp, server=100_000, window=5_000) == good


@pytest.mark.parametrize(("late", "code"), [(-900, 0), (-1_200, 10002), (4_800, 0), (5_001, 10002)], ids=str)
async def test_who_is_out_of_the_window_is_refused(client: Client, late: int, code: int) -> None:
    """By 10002, with the HTTP status 200 as nearly all."""
    answer = await client.get("account/info", stamp=client.stamp() - late)
    assert (answer.status_code, answer.json()["retCode"]) == (200, code)


async def test_what_is_signed_is_what_is_sent(venue: BybitVenue, client: Client) -> None:
    """One byte more in the query or in the body, another key or none: refused, each with its code."""
    url = f"{client.urls.rest}/v5/account/info"
    good = client.headers("")
    assert (await client.http.get(url, headers=good)).json()["retCode"] == 0
    assert (await client.http.get(f"{url}?a=1", headers=good)).json()["retCode"] == 10004
    assert (await client.http.get(url, headers=good | {"X-BAPI-API-KEY": "X"})).json()["retCode"] == 10003
    assert (await client.http.get(url)).json()["retCode"] == 10003
    body = '{"category":"linear","symbol":"BTCUSDT","orderLinkId":"a1"}'
    answer = await client.http.post(
        f"{client.urls.rest}/v5/order/cancel", content=body.replace(":", ": "), headers=client.headers(body)
    )
    assert answer.json()["retCode"] == 10004
    assert venue.ledger.commands == []


async def test_a_get_has_no_body(client: Client) -> None:
    """Even an empty object is answered with 403."""
    answer = await client.http.request(
        "GET", f"{client.urls.rest}/v5/account/info", headers=client.headers(""), content="{}"
    )
    assert answer.status_code == 403


async def test_a_key_can_be_taken_away(venue: BybitVenue, client: Client) -> None:
    """Then requests are refused, and so are those of sessions that it has logged on."""
    async with client.trading() as socket:
        venue.revoke(client.account.api_key)
        assert (await client.get("account/info")).json()["retCode"] == 10003
        assert (await socket.command("order.create", **ORDER))["retCode"] == 10003
    assert venue.ledger.orders == {}


async def test_a_session_is_logged_on_before_it_is_subscribed(client: Client) -> None:
    """Each failure is told by `success`, with the number of its request, and the socket stays."""
    async with client.open("/v5/private") as socket:
        refused = await socket.ask("subscribe", "order.linear")
        assert (refused["success"], refused["op"]) == (False, "subscribe")
        for args in ([], ["TESTKEY", client.stamp() + 9_000, "00"], socket.logon(client.stamp() - 1)):
            assert (await socket.ask("auth", *args))["success"] is False
        confirmed = await socket.ask("auth", *socket.logon())
        assert {**confirmed, "conn_id": "c"} == {
            "success": True, "ret_msg": "", "op": "auth", "conn_id": "c", "req_id": confirmed["req_id"],
        }  # fmt: skip
        assert (await socket.ask("subscribe", "order.linear"))["success"] is True


async def test_the_trade_socket_is_logged_on_once(venue: BybitVenue, client: Client) -> None:
    """Before that its commands are refused; a second logon is an error."""
    async with client.open("/v5/trade") as socket:
        assert (await socket.command("order.create", **ORDER))["retCode"] == 10003
        await socket.say({"op": "auth", "args": ["TESTKEY", client.stamp() + 9_000, "00"]})
        assert (await socket.hear(op="auth"))["retCode"] == 10004
        for code in (0, 20001):
            await socket.say({"op": "auth", "args": socket.logon()})
            assert (await socket.hear(op="auth"))["retCode"] == code
        assert (await socket.command("order.create", **ORDER, stamp=str(client.stamp() - 5_001)))["retCode"] == 10002
        assert (await socket.command("order.create", **ORDER))["retCode"] == 0
    assert len(venue.ledger.orders) == 1
