"""A recording knows which of a venue's protocols was spoken."""

from decimal import Decimal

import pytest
import trio

from batactors import replay
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from tests.engine.kraken_unified.bench import ORDER, open_bench

pytestmark = pytest.mark.usefixtures("network")


async def test_a_recording_is_replayed_by_the_protocol_that_was_spoken(network: SimulatedNetwork, seams: Seams) -> None:
    """It is not the venue's older one, which would read none of its frames."""
    lines: list[str] = []
    async with open_bench(seams, record=lambda name: lines.append) as bench:
        handle = await bench.account.create_order(**ORDER)
        with trio.fail_after(30.0):
            await handle.resolved()
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.1"))
        await trio.sleep(1.0)
        with trio.fail_after(30.0):
            await (await handle.cancel()).resolved()
            told = [event async for event in handle.events()]
    again = replay(lines)
    assert again.differences == ()
    assert list(again.events) == told
