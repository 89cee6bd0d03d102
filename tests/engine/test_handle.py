"""What a user holds for one command: any number of readers, and no wait without an end."""

from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import (
    Account,
    Ack,
    CommandHandle,
    CommandStatus,
    InvalidCommand,
    OrderEvent,
    OrderFilled,
    Receipt,
    Resolved,
    Sent,
)
from batactors.actors.subscriber import ROOM
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import BID, Bench, open_bench


async def place(account: Account, **fields: Any) -> CommandHandle:
    """Place an order that rests."""
    usual: dict[str, Any] = {
        "instrument": "BTC/USD",
        "side": "buy",
        "order_type": "limit",
        "quantity": "1",
        "price": BID,
    }
    return await account.create_order(**(usual | {"price": BID} | fields))


async def read(handle: CommandHandle, since: int = 0) -> list[int]:
    """The sequence numbers of the order's events, to the end."""
    return [event.sequence async for event in handle.events(since=since)]


async def fill_and_cancel(bench: Bench, handle: CommandHandle, fills: int) -> None:
    """Let an order have its events and its end."""
    await handle.resolved()
    for _ in range(fills):
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.001"))
    await (await handle.cancel()).resolved()


@pytest.mark.holds("X27", "D07")
async def test_each_reader_reads_everything(network: SimulatedNetwork, seams: Seams) -> None:
    """Readers that begin at any time, read at any pace and stop anywhere see each event once and in order."""
    async with open_bench(seams) as bench:
        handle = await place(bench.account)
        seen: dict[str, list[int]] = {}

        async def follow(name: str, pace: float, since: int = 0, until: int = 10**9) -> None:
            seen[name] = []
            async for event in handle.events(since=since):
                seen[name].append(event.sequence)
                await trio.sleep(pace)
                if event.sequence >= until:
                    return

        async with trio.open_nursery() as nursery:
            nursery.start_soon(follow, "quick", 0.0)
            nursery.start_soon(follow, "slow", 5.0)
            nursery.start_soon(follow, "since 3", 0.0, 3)
            nursery.start_soon(follow, "until 4", 0.0, 0, 4)
            await trio.sleep(1.0)
            await fill_and_cancel(bench, handle, 20)
            nursery.start_soon(follow, "late", 0.0)
        whole = list(range(1, 24))
        assert seen == {"quick": whole, "slow": whole, "since 3": whole[3:], "until 4": whole[:4], "late": whole}


@pytest.mark.holds("D07")
async def test_a_reader_may_be_as_slow_as_it_likes(network: SimulatedNetwork, seams: Seams) -> None:
    """A reader that sleeps through thousands of events, more than any mailbox holds, misses none when it wakes."""
    async with open_bench(seams) as bench:
        handle = await place(bench.account, quantity="10")
        await handle.resolved()
        reader = handle.events()
        await anext(reader)
        count = 5 * ROOM
        for _ in range(10):
            for _ in range(count // 10):
                bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.001"))
            await trio.sleep(0.1)
        await (await handle.cancel()).resolved()
        events = [event async for event in reader]
        assert sum(isinstance(event, OrderFilled) for event in events) == count
        assert [event.sequence for event in events] == list(range(2, count + 4))


@pytest.mark.holds("D08")
async def test_a_handle_made_late_tells_the_same(network: SimulatedNetwork, seams: Seams) -> None:
    """A handle that is asked for after everything has happened has the same steps and events as one from the start."""
    async with open_bench(seams) as bench:
        handle = await place(bench.account)
        await fill_and_cancel(bench, handle, 3)
        early = [event async for event in handle.events()], [step async for step in handle.lifecycle()]
        late = bench.account.command(handle.command_id)
        assert ([event async for event in late.events()], [step async for step in late.lifecycle()]) == early
        assert late.client_order_id == handle.client_order_id
        assert await late.ack() == await handle.ack()
        assert await late.verdict() == await handle.verdict()


@pytest.mark.holds("X27", "X29")
async def test_the_four_ways_to_wait(network: SimulatedNetwork, seams: Seams) -> None:
    """`ack`, `receipt`, `next_lifecycle` and `resolved` tell one story, and each may be asked again."""
    async with open_bench(seams) as bench:
        handle = await place(bench.account)
        ack = await handle.ack()
        assert ack == await handle.ack()
        assert ack.receipt.status is CommandStatus.ACCEPTED
        assert ack.transport == "websocket"
        assert await handle.receipt() == ack.receipt
        assert [type(await handle.next_lifecycle()) for _ in range(4)] == [Sent, Ack, Receipt, Resolved]
        assert await handle.resolved() == ack.receipt
        assert (await handle.verdict()).status is CommandStatus.ACCEPTED


async def test_receipt_after_the_last_gives_the_last(network: SimulatedNetwork, seams: Seams) -> None:
    """The third call of a command with one receipt gives that again: it never waits for what cannot come."""
    async with open_bench(seams) as bench:
        handle = await place(bench.account)
        with trio.fail_after(10.0):
            assert [await handle.receipt() for _ in range(3)] == [(await handle.ack()).receipt] * 3
        assert await handle.again().receipt() == (await handle.ack()).receipt


async def test_an_unknown_command_has_a_receipt_for_each_answer(network: SimulatedNetwork, seams: Seams) -> None:
    """First that it is not known, then what it was found to be; after that, the last one again."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.LoseAck(method="add_order"), f.LoseFrame(event="new", count=2))
        bench.venue.faults.add(f.LoseFrame(event="pending_new"))
        handle = await place(bench.account)
        with trio.fail_after(60.0):
            statuses = [(await handle.receipt()).status for _ in range(3)]
        assert statuses == [CommandStatus.UNKNOWN_EXECUTION, CommandStatus.ACCEPTED, CommandStatus.ACCEPTED]
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED


async def test_the_last_step_is_followed_by_the_end(network: SimulatedNetwork, seams: Seams) -> None:
    """After the verdict `next_lifecycle` raises EndOfChannel, each time; another handle begins from the start."""
    async with open_bench(seams) as bench:
        handle = await place(bench.account)
        steps = []
        with trio.fail_after(10.0):
            for _ in range(2):
                with pytest.raises(trio.EndOfChannel):
                    while True:
                        steps.append(await handle.next_lifecycle())
        assert [step.sequence for step in steps] == [1, 2, 3, 4]
        assert (await handle.again().next_lifecycle()).sequence == 1
        assert [step.sequence async for step in handle.lifecycle(since=2)] == [3, 4]


async def test_readers_of_one_handle_share_its_cursors(network: SimulatedNetwork, seams: Seams) -> None:
    """Two tasks that take steps from one handle get each step once between them."""
    async with open_bench(seams) as bench:
        handle = await place(bench.account)
        taken: list[int] = []

        async def take() -> None:
            for _ in range(2):
                taken.append((await handle.next_lifecycle()).sequence)
                await trio.sleep(0.01)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(take)
            nursery.start_soon(take)
        assert sorted(taken) == [1, 2, 3, 4]


@pytest.mark.holds("X67", "Y09")
@pytest.mark.parametrize("method", ["ack", "receipt", "next_lifecycle", "resolved", "verdict", "events"])
async def test_to_cancel_who_waits_cancels_nothing(network: SimulatedNetwork, seams: Seams, method: str) -> None:
    """A reader that is cancelled changes nothing: the command goes on, and other readers and later calls see it all."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.DelayAck(method="add_order", seconds=3.0), f.DelayFrame(event="new", seconds=3.0))
        handle = await place(bench.account)
        for _ in range(20):
            with trio.move_on_after(0.01):
                await (read(handle) if method == "events" else getattr(handle, method)())
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert [step.sequence for step in [step async for step in handle.lifecycle()]] == [1, 2, 3, 4]
        await fill_and_cancel(bench, handle, 1)
        assert await read(handle) == [1, 2, 3, 4]


@pytest.mark.holds("D05")
async def test_a_crash_of_a_reader_is_its_own(network: SimulatedNetwork, seams: Seams) -> None:
    """An exception in the code that follows a command reaches that code's nursery and nobody else."""
    async with open_bench(seams) as bench:
        handle = await place(bench.account)

        async def crash() -> None:
            async for _ in handle.events():
                raise ZeroDivisionError

        with pytest.raises(ExceptionGroup):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(crash)
        await fill_and_cancel(bench, handle, 1)
        assert await read(handle) == [1, 2, 3, 4]
        assert not [event for event in bench.engine.happenings if event.what == "crashed"]


async def test_a_reader_may_be_dropped_anywhere(network: SimulatedNetwork, seams: Seams) -> None:
    """Who breaks off a loop owes nothing, and who gives a place that is none begins at the start or waits for it."""
    async with open_bench(seams) as bench:
        handle = await place(bench.account)
        async for event in handle.events():
            assert event.sequence == 1
            break
        await fill_and_cancel(bench, handle, 1)
        assert await read(handle, since=-5) == [1, 2, 3, 4]
        assert await read(handle, since=4) == await read(handle, since=1000) == []


async def test_a_handle_acts_on_its_order(network: SimulatedNetwork, seams: Seams) -> None:
    """`amend` and `cancel` concern the order of the command, by whichever id that is known."""
    async with open_bench(seams) as bench:
        handle = await place(bench.account)
        amend = await handle.amend(price=BID - 1, quantity="0.5")
        assert (await amend.resolved()).status is CommandStatus.ACCEPTED
        assert bench.at_venue(handle.client_order_id).limit_price == BID - 1
        cancel = await amend.cancel()
        assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
        assert [type(event).__name__ for event in await _all(handle)][-1] == "OrderCanceled"
        everything = await bench.account.cancel_all()
        with pytest.raises(InvalidCommand):
            await everything.cancel()
        with trio.fail_after(10.0):
            assert await read(everything) == []


async def _all(handle: CommandHandle) -> list[OrderEvent]:
    return [event async for event in handle.events()]
