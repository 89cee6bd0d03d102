"""The engine on roads that lie: wrong bits under TLS, proxies in the venue's place, pipes that are narrow."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from functools import partial
from urllib.parse import urlsplit

import httpcore2
import pytest
import trio
import trustme

from batactors import CommandStatus, OrderFilled
from batactors.seams import Seams
from batactors.testing import KrakenSpotVenue, SimulatedNetwork, VenueAccount
from batactors.testing.nonsense import Nonsense
from tests.engine.bench import ASK, BID, Bench, open_on
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")


@pytest.fixture
def certificate(monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a venue serves with; for this test its authority is the only one that the engine trusts."""
    authority = trustme.CA()
    serving, trusting = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(serving)
    authority.configure_trust(trusting)
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    monkeypatch.setattr(httpcore2, "default_ssl_context", lambda **_: trusting)
    return serving


@asynccontextmanager
async def opened(seams: Seams, ssl_context: ssl.SSLContext | None) -> AsyncIterator[tuple[Bench, int]]:
    """An engine on a venue, and the venue's port."""
    venue = KrakenSpotVenue(seams=seams, accounts=[VenueAccount.demo()], rate_limits=False)
    async with trio.open_nursery() as nursery:
        urls = await nursery.start(partial(venue.serve, "127.0.0.1", 0, ssl_context=ssl_context))
        venue.set_market("BTC/USD", bid=BID, ask=ASK)
        async with open_on(venue, urls, seams) as bench:
            yield bench, urlsplit(urls.rest).port or 0
        nursery.cancel_scope.cancel()


async def is_told_all(bench: Bench, trouble: Callable[[], None]) -> None:
    """Trade during and after some trouble, and be told each fill once."""
    handle = await place(bench)
    assert (await handle.resolved()).status is CommandStatus.ACCEPTED
    await trio.sleep(15)  # the venue's clock is known by then, and the trouble meets what is traded
    trouble()
    await trio.sleep(5)
    bench.venue.fill(str(handle.client_order_id), Decimal("0.2"))
    await trio.sleep(30)
    assert bench.account.health().reconnects >= 1
    bench.venue.fill(str(handle.client_order_id), Decimal("0.3"))
    told = [event.quantity for event in await events_of(handle) if isinstance(event, OrderFilled)]
    assert told == [Decimal("0.2"), Decimal("0.3")]
    assert len(bench.venue.ledger.orders) == 1


@pytest.mark.parametrize("count", [0, 40, 150])
@pytest.mark.parametrize("direction", ["up", "down"])
async def test_a_wrong_bit_under_tls(
    network: SimulatedNetwork, seams: Seams, certificate: ssl.SSLContext, count: int, direction: str
) -> None:
    """A bit that goes wrong under TLS breaks the session; it is dialled again, and all is told once."""
    async with opened(seams, certificate) as (bench, port):
        assert bench.urls.websocket_auth.startswith("wss://")
        await is_told_all(bench, lambda: network.corrupt_after(port, count, "up" if direction == "up" else "down"))


@pytest.mark.parametrize("how", ["garbage", "tls_alert", "silence", "reset"])
@pytest.mark.parametrize("tls", [False, True])
async def test_a_broken_proxy(
    network: SimulatedNetwork, seams: Seams, request: pytest.FixtureRequest, how: Nonsense, tls: bool
) -> None:
    """While something else answers where the venue should, the engine dials on; what it missed is told once."""
    async with opened(seams, request.getfixturevalue("certificate") if tls else None) as (bench, port):

        def trouble() -> None:
            network.spoil_handshakes(port, 8, how)
            network.cut(port)

        await is_told_all(bench, trouble)


@pytest.mark.parametrize("half_open", [False, True])
async def test_a_ban(network: SimulatedNetwork, seams: Seams, half_open: bool) -> None:
    """While the client's address is banned nothing is asked or dialled with success; what was missed is told once."""
    async with opened(seams, None) as (bench, _):

        def trouble() -> None:
            bench.venue.ban(20, close_sessions=not half_open)
            if half_open:
                bench.venue.go_silent()

        await is_told_all(bench, trouble)


async def test_a_narrow_road_down(network: SimulatedNetwork, seams: Seams) -> None:
    """Through a road as narrow as a modem's, all is told, late but once."""
    async with opened(seams, None) as (bench, port):
        handle = await place(bench)
        await handle.resolved()
        network.narrow(port, 300, 60, "down")
        for _ in range(5):
            bench.venue.fill(str(handle.client_order_id), Decimal("0.1"))
        told = [event.quantity for event in await events_of(handle) if isinstance(event, OrderFilled)]
        assert told == [Decimal("0.1")] * 5
