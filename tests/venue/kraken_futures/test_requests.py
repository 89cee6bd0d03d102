"""REST besides orders: signatures, nonces, the three shapes of an error, budgets, batches, and the end of it all."""

from datetime import timedelta
from decimal import Decimal

import pytest
import trio
from trio_websocket import ConnectionClosed

from batactors.seams import Seams
from batactors.testing import faults as f
from batactors.testing.kraken_futures import FuturesAccount, KrakenFuturesVenue
from batactors.testing.kraken_futures.credentials import signature
from tests.venue.kraken_futures.client import ORDER, Client, Json

D = Decimal
PLAIN = "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.001&limitPrice=50000&cliOrdId=sim-1"
BATCH = (
    "json=%7B%22batchOrder%22%3A%5B%7B%22order%22%3A%22cancel%22%2C%22order_id%22%3A%22"
    "e35d61dd-8a30-4d5f-a574-b5593ef0c050%22%7D%5D%7D"
)


@pytest.mark.parametrize(
    ("text", "nonce", "path", "expected"),
    [
        (PLAIN, "1700000000000", "sendorder",
         "FiLS6BK0Lg1mTjP+1D0RYrphGeEhTYosT+Z3QhIpgEhdsWUfQaP3FrHWCR6dSATaSDgEizpuWliudXH9HgF1Xw=="),
        (PLAIN, "", "sendorder",
         "Ap76vut/WjwnlX6Dug+1fvURKn8OfrSlmDCcmIwSSxQqp6ApEyRZydpEFSij7HyiB4yF/jeQsAMa2QfL0Ju9dg=="),
        (BATCH, "1700000000001", "batchorder",
         "F8EDnV33uy0cOaylOLuj+Gxssk9HHM7zIsm6ysqjRy5Ef3xak8YM6S4wNZ4DtESSBW1xMLf2qK4N5XuK6dTrMQ=="),
    ],
)  # fmt: skip
def test_the_documented_signatures(text: str, nonce: str, path: str, expected: str) -> None:
    """The vectors hold for the demo account."""
    assert signature(FuturesAccount.demo().api_secret, text, nonce, f"/api/v3/{path}") == expected


async def error(client: Client, name: str, *, get: bool = False, status: int = 200, **how: Json) -> str:
    """The word of a refusal."""
    answer = await client.send(name, how.pop("params", {}), get=get, **how)  # type: ignore[arg-type]
    assert answer.status_code == status, answer.text
    body = answer.json(parse_float=Decimal)
    assert body["result"] == "error"
    return str(body["error"])


async def test_a_nonce_may_be_left_out_and_may_not_go_back(client: Client) -> None:
    """Equal and smaller ones have words of their own."""
    assert (await client.send("openorders", get=True, nonce=None)).json()["result"] == "success"
    assert (await client.send("openorders", get=True, nonce="9000000000000")).json()["result"] == "success"
    assert await error(client, "openorders", get=True, nonce="9000000000000") == "nonceDuplicate"  # type: ignore[arg-type]
    assert await error(client, "openorders", get=True, nonce="8999999999999") == "nonceBelowThreshold"  # type: ignore[arg-type]


async def test_who_may_not_is_told_one_word(venue: KrakenFuturesVenue, client: Client) -> None:
    """A bad key, a bad signature and a key that was taken away look alike."""
    assert await error(client, "accounts", get=True, key="nobody") == "authenticationError"  # type: ignore[arg-type]
    assert await error(client, "accounts", get=True, hashed="x=1") == "authenticationError"  # type: ignore[arg-type]
    venue.revoke(client.account.api_key)
    assert await error(client, "accounts", get=True) == "authenticationError"


async def test_what_is_hashed_is_what_is_sent(venue: KrakenFuturesVenue, client: Client) -> None:
    """A hash over the decoded parameters was good once; now that is a habit."""
    terms = ORDER | {"processBefore": "2100-01-01T00:00:00.000+00:00"}
    decoded = "&".join(f"{name}={value}" for name, value in terms.items())
    answer = await client.send("sendorder", terms, hashed=decoded)
    assert answer.json()["error"] == "authenticationError"
    venue.habits.decoded_hash = True
    answer = await client.send("sendorder", terms, hashed=decoded)
    assert answer.json()["sendStatus"]["status"] == "placed"


async def test_parameters_may_be_in_the_query(client: Client) -> None:
    """Of a POST too, as some clients send them."""
    text = "&".join(f"{name}={value}" for name, value in ORDER.items())
    authent = signature(client.account.api_secret, text, "", "/api/v3/sendorder")
    headers = {"APIKey": client.account.api_key, "Authent": authent}
    answer = await client.http.post(f"{client.urls.rest}/derivatives/api/v3/sendorder?{text}", headers=headers)
    assert answer.json()["sendStatus"]["status"] == "placed"


async def test_the_other_shapes_of_an_error(client: Client) -> None:
    """With a list of errors and 400, and with 404 for what is not there."""
    answer = await client.send("sendorder", ORDER | {"symbol": "PF_NO"})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"code": 11, "message": "Argument invalid: symbol"}]
    assert answer.json()["status"] == "BAD_REQUEST"
    for name in ("novel", "add_order"):
        answer = await client.send(name, {})
        assert (answer.status_code, answer.json()["status"]) == (404, "NOT_FOUND")
    assert (await client.send("openorders", {})).status_code == 404


async def test_a_key_that_may_only_read(urls: object, venue: KrakenFuturesVenue, client: Client) -> None:
    """It reads, and places nothing."""
    reader = FuturesAccount(api_key="READER", api_secret=client.account.api_secret, access="read")
    venue.accounts["READER"] = reader
    assert (await client.send("openorders", get=True, key="READER")).json()["result"] == "success"
    assert await error(client, "sendorder", key="READER", params=ORDER) == "authenticationError"  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [200, 429])
async def test_a_budget_is_spent(venue: KrakenFuturesVenue, client: Client, status: int) -> None:
    """Each call has its cost; above 500 in ten seconds nothing is done, and later it is again."""
    venue.rates.enabled = True
    venue.habits.limit_status = 429 if status == 429 else 200
    key = client.account.api_key
    await client.place(cliOrdId="a1")
    await client.get("openorders")
    await client.get("fills")
    await client.get("fills", lastFillTime="2100-01-01T00:00:00.000Z")
    await client.batch(*[{"order": "cancel", "cliOrdId": f"n{n}"} for n in range(5)])
    await client.status(cliOrdIds="a1")
    assert venue.rates.level(key, "derivatives") == 10 + 2 + 2 + 25 + 14 + 1
    for _ in range(17):
        await client.post("cancelallordersafter", timeout="0")
    await client.get("instruments")
    assert venue.rates.level(key, "derivatives") == 479
    await client.place(cliOrdId="a2")
    assert await error(client, "cancelallorders", status=status) == "apiLimitExceeded"
    assert len(venue.ledger.open_orders()) == 2
    assert len((await client.get("history/orders"))["elements"]) == 2
    await trio.sleep(10)
    assert venue.rates.level(key, "derivatives") == 0
    assert (await client.post("cancelallorders"))["cancelStatus"]["status"] == "cancelled"


async def test_a_batch_is_not_one_thing(venue: KrakenFuturesVenue, client: Client) -> None:
    """Its rows come in any order, some refused, and are told apart by their tags."""
    venue.habits.row_order = "any"
    await client.place(cliOrdId="a0")
    rows = [{"order": "send", "order_tag": str(n), "cliOrdId": f"b{n}", **ORDER} for n in range(8)]
    rows[3]["size"] = "0"
    answers = await client.batch(*rows)
    assert sorted(row["order_tag"] for row in answers) == list("01234567")
    assert [row["order_tag"] for row in answers] != list("01234567")
    assert {row["order_tag"]: row["status"] for row in answers} == {
        str(n): "invalidSize" if n == 3 else "placed" for n in range(8)
    }
    venue.habits.row_order = "same"
    mixed = await client.batch(
        {"order": "edit", "cliOrdId": "b0", "limitPrice": 49000},
        {"order": "cancel", "cliOrdId": "a0"},
        {"order": "cancel", "cliOrdId": "never"},
    )
    assert [row["status"] for row in mixed] == ["edited", "cancelled", "notFound"]
    assert [one.method for one in venue.ledger.commands][-2:] == ["batch_add", "batch"]
    assert len(venue.ledger.open_orders()) == 7
    venue.faults.add(f.RefuseRow(error="marketSuspended"))
    assert [row["status"] for row in await client.batch({"order": "send", **ORDER})] == ["marketSuspended"]


@pytest.mark.parametrize(
    ("status", "terms", "word"),
    [
        ("cancel_only", {}, "marketSuspended"),
        ("post_only", {}, "marketIsPostOnly"),
        ("post_only", {"orderType": "post"}, "placed"),
    ],
)
async def test_the_venue_has_a_status(
    venue: KrakenFuturesVenue, client: Client, status: str, terms: Json, word: str
) -> None:
    """Orders are refused by their own status; cancels work."""
    await client.place(cliOrdId="a1")
    venue.set_status(status)
    assert (await client.place(**terms))["status"] == word
    assert (await client.cancel(cliOrdId="a1"))["status"] == "cancelled"
    venue.set_status("maintenance")
    assert await error(client, "sendorder", params=ORDER, status=503) == "Unavailable"


async def test_v1_ends_on_its_day(venue: KrakenFuturesVenue, client: Client, seams: Seams) -> None:
    """Sockets are closed, new ones and all requests are refused."""
    venue.habits.v1_ends = seams.clock.now() + timedelta(seconds=20)
    async with client.listening() as socket:
        await client.place()
        await socket.quiet(15)
        with pytest.raises(ConnectionClosed):
            await socket.quiet(15)
    answer = await client.send("sendorder", ORDER)
    assert answer.status_code == 410
    assert len(venue.ledger.orders) == 1
