"""A command's stages: queued when one holds its handle, then sent, acked and ended, each of which can be waited for."""

from contextlib import suppress
from datetime import timedelta

import pytest
import trio
from attrs import evolve

from batactors import Ack, CommandHandle, CommandStatus, EngineStopped, Sent, SupervisionConfig, Transport
from batactors.journal.memory import MemoryJournal
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import open_bench, open_on, open_venue
from tests.engine.test_review_clock import Wrong
from tests.engine.test_unknown_outcomes import place, steps_of

pytestmark = pytest.mark.usefixtures("network")
STAGES = ("sent", "ack", "resolved")


async def watch(handle: CommandHandle, reached: dict[str, float]) -> None:
    """Note when each stage is reached, each waited for by a reader of its own."""

    async def wait(stage: str) -> None:
        await getattr(handle, stage)()
        reached[stage] = trio.current_time()

    async with trio.open_nursery() as nursery:
        for stage in STAGES:
            nursery.start_soon(wait, stage)


@pytest.mark.holds("X26")
async def test_a_handle_is_there_before_its_command_is_sent(network: SimulatedNetwork, seams: Seams) -> None:
    """While there is no session the handle is there, with its ids, and nothing has left; then sent, acked and resolved
    come in this order, for any number of readers, and again for those who ask later.
    """
    async with open_bench(seams, send_within=60.0) as bench:
        bench.venue.restart(down_for=3.0)
        await trio.sleep(0.1)
        bench.venue.faults.add(f.DelayAck(method="add_order", seconds=2.0), f.LoseFrame(count=2))
        handle = await place(bench, transport="websocket")
        assert handle.client_order_id
        assert bench.venue.ledger.commands == []
        readers: list[dict[str, float]] = [{}, {}, {}]
        async with trio.open_nursery() as nursery:
            for reached in readers:
                nursery.start_soon(watch, handle if reached is not readers[-1] else handle.again(), reached)
            await trio.sleep(1.0)
            assert readers == [{}, {}, {}], "nothing has left, and nothing is told"
        assert readers[0] == readers[1] == readers[2]
        times = [readers[0][stage] for stage in STAGES]
        assert times[1] - times[0] >= 2.0, "it was told as sent when it was sent, not when it was answered"
        assert times[1] <= times[2]
        sent = await handle.sent()
        assert sent == await handle.sent() == next(step for step in await steps_of(handle) if isinstance(step, Sent))
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED


@pytest.mark.holds("X26")
async def test_to_wait_for_the_sending_of_what_is_never_sent_ends(network: SimulatedNetwork, seams: Seams) -> None:
    """A command that could not go out in time was never sent: `sent()` says so, and so do its further stages."""
    async with open_bench(seams, send_within=1.0) as bench:
        bench.venue.restart(down_for=10.0)
        await trio.sleep(0.1)
        handle = await place(bench, transport="websocket")
        with trio.fail_after(2.0):
            assert await handle.sent() is None
            assert (await handle.ack()).transport is Transport.NONE
            assert (await handle.resolved()).status is CommandStatus.NOT_EXECUTED
        assert await handle.again().sent() is None


@pytest.mark.holds("X26")
@pytest.mark.parametrize("end", ["after it was sent", "before it was sent"])
async def test_no_wait_for_the_sending_outlives_the_engine(network: SimulatedNetwork, seams: Seams, end: str) -> None:
    """Who waits for a command to be sent when the engine ends is told so; in the next life the wait ends, too."""
    journal, told = MemoryJournal(), list[object]()

    async def wait(handle: CommandHandle) -> None:
        try:
            told.append(await handle.sent())
        except EngineStopped as error:
            told.append(error)

    at_once = SupervisionConfig(stop_within=0.0)
    async with open_venue(seams) as (venue, urls):
        async with trio.open_nursery() as nursery:
            with suppress(EngineStopped):
                async with open_on(
                    venue, urls, seams, journals=lambda name: journal, supervision=at_once, send_within=60.0
                ) as bench:
                    venue.faults.add(f.LoseCommand(method="add_order"))
                    if end == "before it was sent":
                        venue.restart(down_for=5.0)
                        await trio.sleep(0.1)
                    handle = await place(bench, transport="websocket")
                    nursery.start_soon(wait, handle)
                    await trio.sleep(0.5)
        (answer,) = told
        # What had not been sent when the engine stopped is told as never sent.
        assert isinstance(answer, Sent) if end == "after it was sent" else answer is None
        await trio.sleep(10.0)
        async with open_on(venue, urls, seams, journals=lambda name: journal) as bench:
            again = bench.account.command(handle.command_id)
            with trio.fail_after(120.0):
                assert await again.sent() == (answer if end == "after it was sent" else None)
                assert (await again.resolved()).status is CommandStatus.NOT_EXECUTED


@pytest.mark.holds("X33")
@pytest.mark.parametrize("road", [Transport.WEBSOCKET, Transport.REST])
async def test_an_ack_says_by_which_road_and_how_long_it_took(
    network: SimulatedNetwork, seams: Seams, road: Transport
) -> None:
    """An ack has its road, and when its command left and its answer came by a clock that nobody sets."""
    async with open_bench(seams) as bench:
        fault = f.DelayAck(method="add_order", seconds=2.0) if road is Transport.WEBSOCKET else f.Stall(seconds=2.0)
        bench.venue.faults.add(fault, f.LoseFrame(count=2))
        before = trio.current_time()
        handle = await place(bench, transport=road.value)
        ack = await handle.ack()
        assert ack.transport is road
        assert ack.receipt.status is CommandStatus.ACCEPTED
        assert ack.sent_at is not None
        assert ack.received_at is not None
        assert before <= ack.sent_at <= before + 0.5
        assert ack.received_at <= trio.current_time()
        assert ack.round_trip == ack.received_at - ack.sent_at
        assert 2.0 <= ack.round_trip < 2.5


@pytest.mark.holds("X33")
async def test_the_wall_clock_has_no_say_in_how_long_it_took(network: SimulatedNetwork, seams: Seams) -> None:
    """A wall clock that is set back while a command is under way makes no answer older than its command."""
    clock = Wrong(seams.clock, timedelta(seconds=5))
    async with open_venue(seams) as (venue, urls), open_on(venue, urls, evolve(seams, clock=clock)) as bench:
        bench.venue.faults.add(f.DelayAck(method="add_order", seconds=2.0), f.LoseFrame(count=2))
        handle = await place(bench)
        sent = await handle.sent()
        assert sent is not None
        clock.ahead = timedelta(0)
        ack = await handle.ack()
        assert ack.acknowledged_at < sent.at
        assert ack.round_trip is not None
        assert 2.0 <= ack.round_trip < 2.5


@pytest.mark.holds("X33")
async def test_what_was_never_sent_or_never_answered_has_no_times(network: SimulatedNetwork, seams: Seams) -> None:
    """Nothing was received of a command that was lost, and nothing was sent of one that never left."""
    async with open_bench(seams, send_within=1.0) as bench:
        bench.venue.faults.add(f.LoseCommand(method="add_order"))
        lost = await (await place(bench)).ack()
        assert lost.receipt.status is CommandStatus.UNKNOWN_EXECUTION
        assert lost.sent_at is not None
        assert lost.received_at is lost.round_trip is None
        bench.venue.restart(down_for=10.0)
        await trio.sleep(0.1)
        unsent = await (await place(bench, transport="websocket")).ack()
        assert unsent.sent_at is unsent.received_at is unsent.round_trip is None


@pytest.mark.holds("X33")
async def test_an_ack_of_another_life_has_no_time_of_a_clock_that_is_gone(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """A command that a process before this one sent is acked without the time of its sending."""
    journal = MemoryJournal()
    async with open_venue(seams) as (venue, urls):
        with trio.CancelScope() as life:
            async with open_on(venue, urls, seams, journals=lambda name: journal) as bench:
                venue.faults.add(f.LoseAck(method="add_order"), f.LoseFrame(count=2))
                handle = await place(bench)
                await trio.sleep(1.0)
                life.cancel()
                await trio.sleep_forever()
        async with open_on(venue, urls, seams, journals=lambda name: journal) as bench:
            steps = await steps_of(bench.account.command(handle.command_id))
            (ack,) = [step.ack for step in steps if isinstance(step, Ack)]
            assert ack.transport is Transport.WEBSOCKET
            assert ack.sent_at is ack.round_trip is None
