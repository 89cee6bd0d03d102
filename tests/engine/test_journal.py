"""What the journal holds, another life of the engine goes on from; the store that it is in makes no difference."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
import trio

from batactors import CommandStatus, OrderAccepted, OrderFilled, OrderSubmitted, SupervisionConfig
from batactors.journal.memory import MemoryJournal
from batactors.journal.store import Entry
from batactors.model.inputs import Registered
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import open_on, open_venue
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")
AT_ONCE = SupervisionConfig(stop_within=0.0)


@pytest.mark.holds("A01")
async def test_a_command_is_in_the_journal_before_its_first_byte_leaves(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """When the journal takes its time, nothing of the command is at the venue until it has taken it in."""
    async with open_venue(seams) as (venue, urls):
        seen: list[int] = []

        class Slow(MemoryJournal):
            async def append(self, entries: Sequence[Entry]) -> None:
                if any(isinstance(entry, Registered) for entry in entries):
                    await trio.sleep(2.0)
                    seen.append(len(venue.ledger.commands))
                await super().append(entries)

        journal = Slow()
        async with open_on(venue, urls, seams, journals=lambda name: journal) as bench:
            handle = await place(bench)
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
            assert seen == [0]
            registered = (await journal.read()).registered
            assert [entry.command.command_id for entry in registered] == [handle.command_id]


@pytest.mark.holds("B04", "A04")
async def test_another_life_tells_nothing_twice(network: SimulatedNetwork, seams: Seams) -> None:
    """An engine on the same journal knows the orders of the first: what was told is not told again, what was
    missed is.
    """
    journal = MemoryJournal()
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, journals=lambda name: journal, supervision=AT_ONCE) as bench:
            handle = await place(bench)
            await handle.resolved()
            venue.fill(str(handle.client_order_id), quantity=Decimal("0.1"))
            await trio.sleep(1.0)
        venue.fill(str(handle.client_order_id), quantity=Decimal("0.2"))
        await trio.sleep(5.0)
        async with open_on(venue, urls, seams, journals=lambda name: journal) as bench:
            again = bench.account.command(handle.command_id)
            await trio.sleep(5.0)
            venue.fill(str(handle.client_order_id), quantity=Decimal("0.2"))
            with trio.fail_after(20.0):
                events = await events_of(again)
            fills = [event for event in events if isinstance(event, OrderFilled)]
            assert [fill.quantity for fill in fills] == [Decimal("0.1"), Decimal("0.2"), Decimal("0.2")]
            assert [event.sequence for event in events] == list(range(1, len(events) + 1))
            assert [type(event) for event in events[:2]] == [OrderSubmitted, OrderAccepted]
            assert sum(isinstance(event, OrderAccepted) for event in events) == 1


async def test_an_unknown_command_is_resolved_in_another_life(network: SimulatedNetwork, seams: Seams) -> None:
    """A command that was in flight when the first engine ended is unknown to the second, which finds out."""
    journal = MemoryJournal()
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, journals=lambda name: journal, supervision=AT_ONCE) as bench:
            venue.faults.add(f.DelayCommand(method="add_order", seconds=3.0))
            handle = await place(bench)
            await trio.sleep(1.0)
        async with open_on(venue, urls, seams, journals=lambda name: journal) as bench:
            (again,) = bench.account.commands()
            assert again.command_id == handle.command_id
            assert (await again.resolved()).status is CommandStatus.ACCEPTED
            assert len(venue.ledger.orders_by_client_id(str(handle.client_order_id))) == 1
