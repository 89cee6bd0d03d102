"""What a process was about to do is written down first, and the process after it goes on from there."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from typing import Any

import pytest
import trio

from batactors import (
    CommandHandle,
    CommandStatus,
    OrderState,
    RecoveryAttempt,
    RecoveryScheduled,
    Resolved,
    Sent,
    SupervisionConfig,
)
from batactors.journal.memory import MemoryJournal
from batactors.journal.store import Entry
from batactors.model.inputs import Registered
from batactors.seams import Seams
from batactors.testing import KrakenSpotVenue, SimulatedNetwork, VenueUrls
from batactors.testing import faults as f
from batactors.testing.request_faults import CommandFault
from tests.engine.bench import Bench, open_on, open_venue
from tests.engine.test_unclear_answers import METHODS, about
from tests.engine.test_unknown_outcomes import events_of, place, steps_of

pytestmark = pytest.mark.usefixtures("network")
AT_ONCE = SupervisionConfig(stop_within=0.0)
ACCEPTED, NOT_EXECUTED, UNKNOWN = CommandStatus.ACCEPTED, CommandStatus.NOT_EXECUTED, CommandStatus.UNKNOWN_EXECUTION


class Watched(MemoryJournal):
    """A journal that takes a moment, and notes what the venue had been told when it took a command in."""

    def __init__(self, venue: KrakenSpotVenue) -> None:
        super().__init__()
        self._venue = venue
        self.there: list[tuple[str, int]] = []

    async def append(self, entries: Sequence[Entry]) -> None:
        await trio.sleep(0.5)
        for entry in entries:
            if isinstance(entry, Registered):
                self.there.append((str(entry.command.operation), len(self._venue.ledger.commands)))
        await super().append(entries)


@pytest.mark.holds("X37")
@pytest.mark.parametrize("transport", ["websocket", "rest"])
async def test_each_kind_of_command_is_written_down_before_it_is_sent(
    network: SimulatedNetwork, seams: Seams, transport: str
) -> None:
    """By either road, whatever it is to do, nothing of a command is at the venue before the journal has it."""
    async with open_venue(seams) as (venue, urls):
        journal = Watched(venue)
        async with open_on(venue, urls, seams, journals=lambda name: journal) as bench:
            order = await place(bench, transport=transport)
            await order.resolved()
            for what in ("amend", "cancel", "cancel all"):
                assert (await (await about(order, what, transport, bench)).resolved()).status is ACCEPTED
        operations = ["create_order", "amend_order", "cancel_order", "cancel_all"]
        assert journal.there == [(operation, number) for number, operation in enumerate(operations)]


@pytest.mark.holds("X37")
@pytest.mark.parametrize("what", METHODS)
async def test_what_the_journal_does_not_take_is_not_sent(network: SimulatedNetwork, seams: Seams, what: str) -> None:
    """A disk that is full keeps a command from being sent, and its caller is told."""
    broken = [False]

    class Full(MemoryJournal):
        async def append(self, entries: Sequence[Entry]) -> None:
            if broken[0] and any(isinstance(entry, Registered) for entry in entries):
                raise OSError("no space left")
            await super().append(entries)

    async with open_venue(seams) as (venue, urls), open_on(venue, urls, seams, journals=lambda name: Full()) as bench:
        order = await place(bench)
        await order.resolved()
        there = len(venue.ledger.commands)
        broken[0] = True
        with pytest.raises(Exception, match="crashed"):
            await (place(bench) if what == "create" else about(order, what, "websocket", bench))
        broken[0] = False
        await trio.sleep(10.0)
        assert len(venue.ledger.commands) == there
        assert not venue.ledger.orders_by_client_id(str(order.client_order_id))[0].closed


@asynccontextmanager
async def killed(
    venue: KrakenSpotVenue, urls: VenueUrls, seams: Seams, journal: MemoryJournal, left: list[MemoryJournal]
) -> AsyncIterator[Bench]:
    """A process that is killed when the block ends: what its journal has then is all that is left of it."""
    async with open_on(venue, urls, seams, journals=lambda name: journal, supervision=AT_ONCE) as bench:
        yield bench
        left.append(deepcopy(journal))


KILLS: dict[str, tuple[type[CommandFault], dict[str, Any], bool]] = {
    "on its way, and it arrives": (f.DelayCommand, {"seconds": 3.0}, True),
    "on its way, and it is lost": (f.LoseCommand, {}, False),
    "done, and not answered": (f.LoseAck, {}, True),
}


@pytest.mark.holds("X37")
@pytest.mark.parametrize("kill", KILLS)
@pytest.mark.parametrize("what", METHODS)
async def test_the_next_process_finds_out_what_became_of_it(
    network: SimulatedNetwork, seams: Seams, what: str, kill: str
) -> None:
    """Killed after it had sent: the process after it holds the command under the same id, takes up its recovery, does
    not send it again, and gives the verdict that is true at the venue.
    """
    fault, terms, done = KILLS[kill]
    left: list[MemoryJournal] = []
    async with open_venue(seams) as (venue, urls):
        async with killed(venue, urls, seams, MemoryJournal(), left) as bench:
            if what != "create":
                order = await place(bench)
                await order.resolved()
                await trio.sleep(1.0)
            venue.faults.add(fault(method=METHODS[what], **terms), f.LoseFrame(count=2))
            command = await place(bench) if what == "create" else await about(order, what, "websocket", bench)
            order = command if what == "create" else order
            await command.sent()
            await trio.sleep(0.5)
        venue.faults.clear()
        there = sum(one.method == METHODS[what] for one in venue.ledger.commands)
        async with open_on(venue, urls, seams, journals=lambda name: left[0]) as bench:
            again = bench.account.command(command.command_id)
            with trio.fail_after(200.0):
                assert (await again.resolved()).status is (ACCEPTED if done else NOT_EXECUTED)
            steps = await steps_of(again)
            assert [type(step) for step in steps].count(Sent) == 1
            assert any(isinstance(step, RecoveryScheduled) for step in steps)
            assert isinstance(steps[-1], Resolved)
            assert [step.sequence for step in steps] == list(range(1, len(steps) + 1))
            sent = sum(one.method == METHODS[what] for one in venue.ledger.commands)
            assert sent == (1 if done else 0)
            assert sent - there in {0, 1}, "that it arrived later is the network's doing"
            at_venue = venue.ledger.orders_by_client_id(str(order.client_order_id))
            assert len(at_venue) == (1 if what != "create" or done else 0)
            if what != "create" or done:
                await (await bench.account.cancel_all()).resolved()
                assert (await events_of(bench.account.command(order.command_id)))[-1].state is OrderState.CANCELED
        assert network.open_sockets


@pytest.mark.holds("X37")
async def test_a_recovery_that_had_begun_goes_on(network: SimulatedNetwork, seams: Seams) -> None:
    """A command that was unknown and asked for when the process was killed stays unknown in the next one, which counts
    its attempts on and asks until it knows; a third process is told the same verdict and asks no more.
    """
    first: list[MemoryJournal] = []
    second: list[MemoryJournal] = []
    async with open_venue(seams) as (venue, urls):
        async with killed(venue, urls, seams, MemoryJournal(), first) as bench:
            venue.faults.add(f.LoseCommand(method="add_order"), f.HttpError(method="OpenOrders", count=1000))
            handle = await place(bench)
            assert (await handle.ack()).receipt.status is UNKNOWN
            await trio.sleep(10.0)
            attempts = await attempts_of(handle)
            assert attempts
        venue.faults.clear()
        async with killed(venue, urls, seams, first[0], second) as bench:
            again = bench.account.command(handle.command_id)
            assert bench.account.health().unknown_commands == 1
            with trio.fail_after(200.0):
                assert (await again.resolved()).status is NOT_EXECUTED
            numbers = await attempts_of(again)
            assert numbers == list(range(1, len(numbers) + 1))
            assert len(numbers) > len(attempts)
            steps = await steps_of(again)
            assert sum(isinstance(step, RecoveryScheduled) for step in steps) == 1
        async with open_on(venue, urls, seams, journals=lambda name: second[0]) as bench:
            assert bench.account.commands() == []
            assert await steps_of(bench.account.command(handle.command_id)) == steps
        assert venue.ledger.orders == {}


async def attempts_of(handle: CommandHandle) -> list[int]:
    """The numbers of the attempts told so far."""
    found: list[int] = []
    with trio.move_on_after(0.5):
        async for step in handle.lifecycle():
            if isinstance(step, RecoveryAttempt):
                found.append(step.attempt)
    return found


@pytest.mark.holds("X37")
async def test_what_was_never_handed_on_is_not_sent_by_the_next(network: SimulatedNetwork, seams: Seams) -> None:
    """A command that still waited for its turn when the process was killed is too old for the next process: it is not
    sent, and told so once that is sure.
    """
    left: list[MemoryJournal] = []
    async with open_venue(seams) as (venue, urls):
        async with killed(venue, urls, seams, MemoryJournal(), left) as bench:
            venue.restart(down_for=5.0)
            await trio.sleep(0.1)
            handle = await place(bench, transport="websocket")
            await trio.sleep(0.5)
        await trio.sleep(10.0)
        async with open_on(venue, urls, seams, journals=lambda name: left[0]) as bench:
            again = bench.account.command(handle.command_id)
            with trio.fail_after(200.0):
                assert (await again.resolved()).status is NOT_EXECUTED
            assert await again.sent() is None
        assert venue.ledger.commands == []
