"""Whoever watches the simulated venue sees what crosses its wire, and no secret of it."""

import json

import pytest
from attrs import frozen
from trio_websocket import ConnectionRejected

from batactors.testing import KrakenSpotVenue, SimulatedNetwork, faults
from batactors.testing.kraken_v2.tap import without_secrets
from tests.venue.client import ORDER, Client


@frozen
class Seen:
    """One call of the tap."""

    connection: int
    what: str
    text: str
    order: str | None


@pytest.fixture
def seen(venue: KrakenSpotVenue) -> list[Seen]:
    seen: list[Seen] = []
    venue.watch = lambda *told: seen.append(Seen(*told))
    return seen


async def test_frames_both_ways(seen: list[Seen], client: Client) -> None:
    """A command, its answer and its events are told in their order, with their order's id and their connection."""
    async with client.listening() as socket:
        await socket.place(cl_ord_id="mine")
        await socket.events(2)
    mine = [told for told in seen if told.order == "mine"]
    assert [told.what for told in mine[:3]] == ["frame up", "frame down", "frame down"]
    assert json.loads(mine[0].text, parse_float=str)["params"]["cl_ord_id"] == "mine"
    assert len({told.connection for told in mine}) == 1
    (status,) = [told for told in seen if '"channel":"status"' in told.text]
    assert (status.what, status.order) == ("frame down", None)


async def test_requests_and_replies(seen: list[Seen], client: Client, venue: KrakenSpotVenue) -> None:
    """A REST call is told with its method, path and body, and its reply with status and body."""
    txid = await client.add(cl_ord_id="mine")
    request, reply = seen
    assert request.text.startswith("POST /0/private/AddOrder ")
    assert "volume=0.01" in request.text
    assert reply.text.startswith("200 {")
    assert txid in reply.text
    assert (request.what, request.order, reply.what) == ("request", "mine", "reply")
    assert request.connection == reply.connection


async def test_no_secret_is_told(seen: list[Seen], client: Client) -> None:
    """Keys, signatures, nonces and tokens are never told, however they travel."""
    async with client.listening() as socket:
        await socket.place()
    await client.post("Balance", as_json=True, nonce="987654321")
    await client.post("Balance", nonce="987654322")
    told = "\n".join(f"{each}" for each in seen)
    for secret in (socket.token, client.account.api_key, client.account.api_secret, "987654321", "987654322"):
        assert secret
        assert secret not in told


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('{"params":{"token":"abc","x":1}}', '{"params":{"token":"(hidden)","x":1}}'),
        ('{"token" : "a\\"b", "nonce": 12}', '{"token" : "(hidden)", "nonce": "(hidden)"}'),
        ('{"token":"torn off in the mid', '{"token":"(hidden)"'),
        ("POST /x nonce=12&pair=XBTUSD&otp=9", "POST /x nonce=(hidden)&pair=XBTUSD&otp=(hidden)"),
        ("GET /x?nonce=12 ", "GET /x?nonce=(hidden) "),
    ],
)
def test_how_secrets_are_hidden(text: str, left: str) -> None:
    """A secret is hidden in JSON and in forms, in what is torn off too, and what stands beside it stays."""
    assert without_secrets(text) == left


async def test_faults_strike_between(seen: list[Seen], client: Client, venue: KrakenSpotVenue) -> None:
    """A command is told though it is lost, an answer that is never written is not."""
    async with client.listening() as socket:
        venue.faults.add(faults.LoseAck(method="add_order"), faults.LoseCommand(method="cancel_order"))
        await socket.say("add_order", **ORDER)
        await socket.say("cancel_order", cl_ord_id=["gone"])
        await socket.quiet()
        assert [told.text for told in seen if "add_order" in told.text and told.what == "frame down"] == []
        assert [told.what for told in seen if told.order == "gone"] == ["frame up"]


async def test_more_than_one_order(seen: list[Seen], client: Client) -> None:
    """What names several orders is told as being about none of them."""
    async with client.listening() as socket:
        await socket.ask("cancel_order", cl_ord_id=["one", "other"])
    assert [told.order for told in seen if '"other"' in told.text] == [None]


async def test_a_refused_upgrade(seen: list[Seen], client: Client, venue: KrakenSpotVenue) -> None:
    """An upgrade is a request, and its refusal a reply."""
    venue.faults.add(faults.RefuseUpgrade())
    with pytest.raises(ConnectionRejected):
        async with client.socket(token="none"):
            pass
    assert [told.text[:13] for told in seen] == ["GET /auth/v2", "429 <html><he"]


async def test_numbers_of_the_network(seen: list[Seen], client: Client, network: SimulatedNetwork) -> None:
    """On a simulated network both taps call a connection by the same number."""
    opened: list[int] = []
    network.watch = lambda number, what, text: opened.append(number)
    await client.public("Time")
    assert [told.connection for told in seen] == opened * 2
