"""The proxy in front of the simulated venue bans an address that came too often."""

import pytest
import trio
from trio_websocket import ConnectionClosed, ConnectionRejected

from batactors.testing import KrakenSpotVenue
from batactors.testing import faults as f
from tests.venue.client import Client


async def is_shut_out(client: Client, token: str) -> bool:
    """Whether both doors are closed, with the proxy's page."""
    reply = await client.post("Balance")
    try:
        async with client.socket(token=token):
            upgraded = True
    except ConnectionRejected as rejected:
        upgraded = rejected.status_code != 429
    shut = reply.status_code == 429 and "1015" in reply.text
    assert shut is not upgraded
    return shut


async def test_a_ban(venue: KrakenSpotVenue, client: Client) -> None:
    """REST and new WebSockets are answered with HTTP 429 for so long; a WebSocket that stands goes on."""
    async with client.listening() as socket:
        venue.ban(600)
        assert await is_shut_out(client, socket.token)
        assert (await socket.place())["success"]
        await trio.sleep(600)
        assert not await is_shut_out(client, socket.token)


async def test_a_ban_may_close_what_stands(venue: KrakenSpotVenue, client: Client) -> None:
    """A ban may close the sessions too; it can be lifted before its time."""
    async with client.listening() as socket:
        venue.ban(600, close_sessions=True)
        with pytest.raises(ConnectionClosed):
            await socket.quiet()
        assert await is_shut_out(client, socket.token)
        venue.ban(0)
        assert not await is_shut_out(client, socket.token)


@pytest.mark.parametrize("by", ["websocket", "rest"])
async def test_a_ban_after_a_command(venue: KrakenSpotVenue, client: Client, by: str) -> None:
    """The command that brings the ban about is executed and answered."""
    venue.faults.add(f.BanAfterCommand(method="add_order", seconds=60))
    async with client.listening() as socket:
        if by == "rest":
            await client.add()
        else:
            assert (await socket.place())["success"]
        assert await is_shut_out(client, socket.token)
        await trio.sleep(60)
        assert not await is_shut_out(client, socket.token)
    assert venue.faults.fired == {"BanAfterCommand": 1}
