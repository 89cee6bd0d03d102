"""When the engine ends, or has forgotten: no wait on a handle is without an end."""

from collections.abc import Awaitable, Callable
from functools import partial

import pytest
import trio

from batactors import (
    CommandHandle,
    CommandStatus,
    EngineStopped,
    InvalidCommand,
    run_engine,
)
from batactors.config import EngineConfig
from batactors.seams import Seams
from batactors.testing import KrakenSpotVenue, SimulatedNetwork, VenueAccount
from batactors.testing import faults as f
from tests.engine.bench import SUPERVISION, open_bench, venue_config
from tests.engine.test_handle import fill_and_cancel, place, read

WAITS: dict[str, Callable[[CommandHandle], Awaitable[object]]] = {
    "ack": lambda handle: handle.ack(),
    "receipt": lambda handle: handle.receipt(),
    "lifecycle": lambda handle: _last(handle.next_lifecycle),
    "resolved": lambda handle: handle.resolved(),
    "verdict": lambda handle: handle.verdict(),
    "events": read,
    "cancel": lambda handle: handle.cancel(),
    "amend": lambda handle: handle.amend(price=1),
}


async def _last(step: Callable[[], Awaitable[object]]) -> None:
    while True:
        await step()


@pytest.mark.parametrize("before", [True, False])
async def test_no_wait_outlives_the_engine(network: SimulatedNetwork, seams: Seams, before: bool) -> None:
    """When the engine ends, everything that waits, and every later call, ends with EngineStopped."""
    demo = VenueAccount.demo()
    venue = KrakenSpotVenue(seams=seams, accounts=[demo], rate_limits=False)
    async with trio.open_nursery() as nursery:
        urls = await nursery.start(venue.serve, "127.0.0.1", 0)
        config = EngineConfig(accounts={"kraken": venue_config(urls, demo)}, supervision=SUPERVISION)
        async with trio.open_nursery() as inner:
            engine = await inner.start(partial(run_engine, config, seams=seams))
            account = engine.account("kraken")
            venue.faults.add(f.LoseCommand(method="add_order"))
            handle = await place(account)
            ended: dict[str, str] = {}

            async def wait(name: str) -> None:
                with pytest.raises(EngineStopped):
                    await WAITS[name](handle)
                ended[name] = "with EngineStopped"

            waiting = [name for name in WAITS if name not in ("cancel", "amend")]
            if before:
                for name in waiting:
                    nursery.start_soon(wait, name)
                await trio.sleep(1.0)
                assert not ended
            inner.cancel_scope.cancel()
        with trio.fail_after(5.0):
            if not before:
                waiting = list(WAITS)
                for name in waiting:
                    await wait(name)
            await trio.sleep(1.0)
        assert set(ended) == set(waiting)
        nursery.cancel_scope.cancel()


async def test_what_was_told_is_told_again_after_the_end(network: SimulatedNetwork, seams: Seams) -> None:
    """A handle that has been read to its end can still be read when the engine is gone."""
    async with open_bench(seams) as bench:
        handle = await place(bench.account)
        await fill_and_cancel(bench, handle, 1)
        events = await read(handle)
        ack = await handle.ack()
    assert await read(handle) == events
    assert await handle.ack() == ack
    assert (await handle.resolved()).status is CommandStatus.ACCEPTED


async def test_a_forgotten_command_says_so(network: SimulatedNetwork, seams: Seams) -> None:
    """When so many orders have ended since that a command is forgotten, its handle says that rather than wait."""
    async with open_bench(seams, tombstones=2) as bench:
        handle = await place(bench.account)
        await fill_and_cancel(bench, handle, 0)
        for _ in range(5):
            other = await place(bench.account)
            await fill_and_cancel(bench, other, 0)
            await read(other)
        for name in ("ack", "receipt", "lifecycle", "resolved", "verdict", "events"):
            with trio.fail_after(10.0), pytest.raises(InvalidCommand, match="forgotten"):
                await WAITS[name](handle)
        with pytest.raises(InvalidCommand, match="not known"):
            bench.account.command(handle.command_id)
