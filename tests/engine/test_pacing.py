"""Questions keep to the venue's counter, and neither a token nor a command waits for them."""

from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import CommandStatus, HealthStatus, NewRisk
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import open_bench
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")


async def test_many_reconnects_use_up_no_counter(network: SimulatedNetwork, seams: Seams) -> None:
    """With the venue's own limits on, ten reconnects in a minute and unknown commands bring no refusal for the rate."""
    # A session takes longer to catch up at this pace than commands wait for one: they are to go by REST.
    options: dict[str, Any] = {"new_risk_while_recovering": NewRisk.ALLOW, "recovery_patience": 600.0}
    async with open_bench(seams, rate_limits=True, tier="pro", answer=60.0, **options) as bench:
        handles = []
        for number in range(10):
            if number % 3 == 0:
                bench.venue.faults.add(f.CutAfterCommand(method="add_order"))
            handles.append(await place(bench, price=str(49_000 + number)))
            await trio.sleep(3.0)
            bench.venue.cut()
            await trio.sleep(3.0)
        await trio.sleep(240.0)
        assert bench.account.health().status is HealthStatus.HEALTHY
        assert {(await handle.resolved()).status for handle in handles} == {CommandStatus.ACCEPTED}
        refused = [one for one in bench.engine.happenings if one.cause and "Rate limit" in one.cause]
        assert not refused


async def test_a_command_by_rest_does_not_wait_for_questions(network: SimulatedNetwork, seams: Seams) -> None:
    """While questions wait for the venue's counter to sink, a cancel that goes by REST is sent at once."""
    async with open_bench(seams, rate_limits=True, tier="starter") as bench:
        handle = await place(bench)
        await handle.resolved()
        async with trio.open_nursery() as nursery:
            for _ in range(8):
                nursery.start_soon(bench.account.fetch_open_orders)
            await trio.sleep(1.0)
            began = trio.current_time()
            cancel = await bench.account.cancel_order(handle.client_order_id, transport="rest")
            assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
            assert trio.current_time() - began < 2.0
            nursery.cancel_scope.cancel()
        assert (await events_of(handle))[-1].is_terminal
        assert bench.at_venue(handle.client_order_id).filled == Decimal(0)
