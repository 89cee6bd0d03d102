"""The simulated venue by https and wss."""

import ssl
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import httpx2
import pytest
import trio
import trustme
from trio_websocket import ConnectionClosed, open_websocket_url

from batactors.testing import KrakenSpotVenue, SimulatedNetwork, faults
from tests.venue.client import ORDER, Socket


async def test_by_tls(venue: KrakenSpotVenue, network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """REST, WebSocket, faults and restarts are as without; the addresses say that it is encrypted."""
    authority = trustme.CA()
    theirs, ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(theirs)
    authority.configure_trust(ours)

    async def serve(task_status: trio.TaskStatus[object]) -> None:
        await venue.serve("127.0.0.1", 0, ssl_context=theirs, task_status=task_status)

    urls = await nursery.start(serve)
    port = urlsplit(urls.rest).port
    async with httpx2.AsyncClient(verify=ours) as http:
        assert (await http.get(f"{urls.rest}/0/public/Time")).status_code == 200
    half: Callable[[], None] = partial(venue.cut, mid_frame=True)
    for trouble in (venue.cut, venue.restart, venue.close_sessions, half):
        async with open_websocket_url(urls.websocket, ssl_context=ours) as websocket:
            socket = Socket(websocket)
            assert (await socket.next())["channel"] == "status"
            venue.faults.add(faults.Refuse(method="add_order", error="so there"))
            assert (await socket.ask("add_order", **ORDER))["error"] == "so there"
            trouble()
            with pytest.raises(ConnectionClosed):
                await socket.next()
        await trio.sleep(1)
        assert (venue.sessions, venue.connections, network.open_ends(port, "venue")) == (0, 0, 0)
