"""Who may ask, and until when: signatures, keys and the window of a request."""

import hashlib
import hmac
from datetime import timedelta

import pytest

from batactors.testing.binance import BinanceAccount, BinanceVenue
from batactors.testing.binance.credentials import in_time
from batactors.testing.faults import DelayCommand
from batactors.testing.virtual_time import VirtualClock
from tests.venue.binance.client import ORDER, Client

DOCUMENTED = (
    "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943"
)


async def test_the_documented_vector_holds_here(client: Client) -> None:
    """The demo account has the secret of the documents' example."""
    assert client.hmac(DOCUMENTED) == "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9"


async def test_both_kinds_of_keys_sign_rest(venue: BinanceVenue, client: Client) -> None:
    """HMAC in either case, and Ed25519, for the same account; in the query or in the body."""
    await client.place(newClientOrderId="h1")
    await client.call("POST", "v1/order", by="ed25519", **ORDER, newClientOrderId="e1")
    assert {order.account for order in venue.ledger.orders.values()} == {"DEMO-KEY"}
    text = "&".join(f"{name}={value}" for name, value in ORDER.items()) + f"&timestamp={client.stamp()}"
    signature = hmac.new(client.account.api_secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()
    query, _, body = text.partition("&")
    # Query and body are joined without anything between them.
    signature = client.hmac(query + body).upper()
    answer = await client.http.post(
        f"{client.urls.rest}/fapi/v1/order?{query}",
        content=f"{body}&signature={signature}",
        headers={"X-MBX-APIKEY": client.account.api_key, "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 200, answer.text


async def test_the_query_goes_before_the_body(venue: BinanceVenue, client: Client) -> None:
    """Where both have a parameter, and the signature is of both."""
    query = "&".join(f"{name}={value}" for name, value in ORDER.items())
    body = f"quantity=0.020&timestamp={client.stamp()}"
    answer = await client.http.post(
        f"{client.urls.rest}/fapi/v1/order?{query}",
        content=f"{body}&signature={client.hmac(query + body)}",
        headers={"X-MBX-APIKEY": client.account.api_key, "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.json()["origQty"] == "0.010", answer.text


async def test_strangers_are_refused(venue: BinanceVenue, client: Client) -> None:
    """No key, a wrong one, a wrong signature, none, no time: each has its code."""
    assert await client.refusal("GET", "v1/openOrders", key="") == -2014
    assert await client.refusal("GET", "v1/openOrders", key="nobody") == -2015
    assert await client.refusal("GET", "v1/openOrders", signed=False, timestamp=client.stamp()) == -1102
    stamp = client.stamp()
    assert await client.refusal("GET", "v1/openOrders", signed=False, timestamp=stamp, signature="00") == -1022
    venue.revoke("DEMO-KEY")
    answer = await client.send("GET", "v1/openOrders")
    assert (answer.status_code, answer.json()["code"]) == (401, -2015)


@pytest.mark.parametrize(
    ("timestamp", "window", "good"),
    [
        (100_999, 5_000, True),
        (101_000, 5_000, False),
        (95_000, 5_000, True),
        (94_999, 5_000, False),
        (40_000, 60_000, True),
        (100_000, 0, True),
    ],
)
def test_the_window_is_exact(timestamp: int, window: int, good: bool) -> None:
    """A request is taken if it is less than a second early, and no older than its window."""
    assert in_time(timestamp, server=100_000, window=window) == good


@pytest.mark.parametrize(
    ("by", "window", "good"),
    [(950, None, True), (1_100, None, False), (-4_900, None, True), (-5_010, None, False), (-59_000, 60_000, True)],
)
async def test_who_is_out_of_the_window_is_refused(client: Client, by: int, window: int | None, good: bool) -> None:
    """By -1021; without a window of its own a request has five seconds."""
    answer = await client.send("GET", "v1/openOrders", timestamp=client.stamp() + by, recvWindow=window)
    if good:
        assert answer.status_code == 200, answer.text
    else:
        assert (answer.status_code, answer.json()["code"]) == (400, -1021)


async def test_a_window_has_a_most(client: Client) -> None:
    """60 seconds."""
    assert await client.refusal("GET", "v1/openOrders", recvWindow=60_001) == -1130


@pytest.mark.parametrize(("late", "code"), [(4.0, None), (6.0, -5028)])
async def test_the_engine_looks_at_the_window_again(
    venue: BinanceVenue, client: Client, late: float, code: int | None
) -> None:
    """A command that is late on its way lands while its window lasts, and is -5028 after it."""
    venue.faults.add(DelayCommand(method="add_order", seconds=late))
    answer = await client.send("POST", "v1/order", **ORDER)
    assert answer.json().get("code") == code
    assert len(venue.ledger.orders) == (code is None)
    assert [command.accepted for command in venue.ledger.commands] == [code is None]


async def test_the_venue_has_a_clock_of_its_own(
    virtual_clock: VirtualClock, venue: BinanceVenue, client: Client
) -> None:
    """The time of exchangeInfo and of time is the venue's."""
    before = await client.call("GET", "v1/time", signed=False, key="")
    virtual_clock.skew += 7
    after = await client.call("GET", "v1/time", signed=False, key="")
    assert after["serverTime"] - before["serverTime"] >= timedelta(seconds=7) / timedelta(milliseconds=1)


def test_an_account_may_have_one_key_only() -> None:
    """The demo account can do without its Ed25519 key."""
    assert BinanceAccount.demo().without_ed25519().ed25519_key == ""
