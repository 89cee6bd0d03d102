"""Questions that take long, or may not be asked often, keep nothing from being heard in the end; found by review."""

from decimal import Decimal

import pytest
import trio

from batactors import CommandStatus, HealthStatus, OrderFilled, TransportPolicy
from batactors.actors.http import Http
from batactors.actors.http_client import HttpAnswer, HttpClient
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.venues.codec import SignedRequest
from tests.engine.bench import open_bench
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")


async def test_recovery_ends_though_the_venue_limits_questions(network: SimulatedNetwork, seams: Seams) -> None:
    """Sockets are cut and answers lost while the counter of questions is exhausted: within minutes everything has its
    verdict, and all fills are told.
    """
    async with open_bench(seams, rate_limits=True, reconcile_every=20.0) as bench:
        handles = []
        for _ in range(5):
            bench.venue.faults.add(f.CutAfterCommand(method="add_order"))
            handles.append(await place(bench, quantity="0.1", price="48000", transport="websocket"))
            await trio.sleep(6.0)
            order = bench.venue.ledger.orders_by_client_id(str(handles[-1].client_order_id))
            if order and not order[0].closed:
                bench.venue.fill(str(handles[-1].client_order_id), quantity=Decimal("0.1"))
        with trio.fail_after(240.0):
            for handle in handles:
                if (await handle.resolved()).status is CommandStatus.ACCEPTED:
                    events = await events_of(handle)
                    assert sum(event.quantity for event in events if isinstance(event, OrderFilled)) == Decimal("0.1")
        await trio.sleep(120.0)
        assert bench.account.health().status is HealthStatus.HEALTHY


async def test_a_cancel_by_rest_does_not_wait_for_questions(network: SimulatedNetwork, seams: Seams) -> None:
    """While questions wait because the venue was asked too often, a cancel that goes by REST is sent at once."""
    async with open_bench(seams, rate_limits=True) as bench:
        handle = await place(bench, price="48000")
        await handle.resolved()
        async with trio.open_nursery() as nursery:
            for _ in range(30):
                nursery.start_soon(bench.account.fetch_balances)
            await trio.sleep(5.0)
            began = trio.current_time()
            cancel = await bench.account.cancel_order(handle.client_order_id, transport=TransportPolicy.REST)
            assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
            assert trio.current_time() - began < 2.0
            nursery.cancel_scope.cancel()


async def test_rounds_that_take_longer_than_their_interval_keep_nobody_waiting(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer takes longer than the pause between rounds of questions: who asks for one is answered all the same,
    and a new session is caught up with.
    """
    real = Http.exchange

    async def slow(self: Http, client: HttpClient, ready: SignedRequest) -> HttpAnswer:
        await trio.sleep(2.0)
        return await real(self, client, ready)

    async with open_bench(seams, reconcile_every=1.0) as bench:
        monkeypatch.setattr(Http, "exchange", slow)
        await trio.sleep(20.0)
        with trio.fail_after(60.0):
            await bench.account.reconcile()
        bench.venue.faults.add(f.CutAfterCommand(method="add_order"))
        handle = await place(bench, price="48000")
        with trio.fail_after(90.0):
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        await trio.sleep(60.0)
        assert bench.account.health().status is not HealthStatus.DISCONNECTED
