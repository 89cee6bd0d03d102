"""Lost answers, lost sessions, lost frames: what became of each command on the Unified WebSocket is found out."""

from datetime import timedelta
from decimal import Decimal

import pytest
import trio

from batactors import (
    CommandStatus,
    HealthStatus,
    NewOrder,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderNotExecuted,
    OrderSubmitted,
    Resolved,
    Transport,
)
from batactors.journal.memory import MemoryJournal
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.kraken_unified.bench import SYMBOL, open_bench, open_on, open_venue
from tests.engine.stories import (
    at_venue,
    events_of,
    fill,
    fills_in,
    healthy,
    name_of,
    place,
    rest,
    sent,
    steps_of,
    until,
)

pytestmark = pytest.mark.usefixtures("network")


@pytest.mark.parametrize("fault", [f.LoseAck(method="add_order"), f.CutAfterCommand(method="add_order")], ids=repr)
async def test_an_order_whose_answer_is_lost_is_found(
    network: SimulatedNetwork, seams: Seams, fault: f.CommandFault
) -> None:
    """By the stream, or by the next session's snapshot; it is sent once."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(fault)
        handle = await place(bench)
        with trio.fail_after(60.0):
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert sent(bench, "add_order") == 1
        fill(bench, handle, "0.5")
        events = await events_of(handle)
        assert [type(event) for event in events] == [OrderSubmitted, OrderAccepted, OrderFilled]


async def test_an_order_that_never_arrived_is_proved_absent(network: SimulatedNetwork, seams: Seams) -> None:
    """After its deadline, by Spot's REST, which knows it neither open nor closed."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.LoseCommand(method="add_order"))
        began = trio.current_time()
        handle = await place(bench)
        with trio.fail_after(120.0):
            assert (await handle.resolved()).status is CommandStatus.NOT_EXECUTED
        assert trio.current_time() >= began + 6.0
        assert [type(event) for event in await events_of(handle)] == [OrderSubmitted, OrderNotExecuted]
        assert sent(bench, "add_order") == 0


async def test_an_order_that_closed_while_nobody_listened_is_found_by_rest(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """The next snapshot has no word of it: its end and its fills are asked for, and told once."""
    async with open_bench(seams) as bench:
        handle = await rest(bench)
        fill(bench, handle, "0.1")
        await trio.sleep(1.0)
        bench.venue.restart(down_for=3.0)
        fill(bench, handle, "0.2")
        bench.venue.cancel(name_of(handle))
        events = await events_of(handle)
        assert fills_in(events) == [Decimal("0.1"), Decimal("0.2")]
        assert isinstance(events[-1], OrderCanceled)
        await healthy(bench)


async def test_a_lost_position_is_told_by_the_next_snapshot(network: SimulatedNetwork, seams: Seams) -> None:
    """What was closed while nobody listened is not believed for ever."""
    async with open_bench(seams) as bench:
        await events_of(await place(bench, order_type="market", price=None))
        await until(lambda: bool(bench.account.positions()))
        bench.venue.restart(down_for=3.0)
        bench.venue.liquidate(SYMBOL)
        with trio.fail_after(60.0):
            await until(lambda: not bench.account.positions())
        await healthy(bench)


async def test_a_gap_in_the_sequence_is_made_up_for(network: SimulatedNetwork, seams: Seams) -> None:
    """A frame of executions that is lost leaves a number out; what was in it is found and told once."""
    async with open_bench(seams) as bench:
        handle = await rest(bench)
        bench.venue.faults.add(f.SkipSequence(channel="executions", event="trade"))
        for quantity in ("0.2", "0.3"):
            fill(bench, handle, quantity)
            await trio.sleep(1.0)
        events = await events_of(handle)
        assert sorted(fills_in(events)) == [Decimal("0.2"), Decimal("0.3")]
        await healthy(bench)


@pytest.mark.parametrize("lost", [True, False], ids=["answer", "command"])
async def test_an_amend_is_settled_by_its_terms(network: SimulatedNetwork, seams: Seams, lost: bool) -> None:
    """Done if the new terms are seen, not executed if the old ones are; there is no ``amend_id`` to go by."""
    async with open_bench(seams) as bench:
        handle = await rest(bench)
        method = "amend_order"
        bench.venue.faults.add(f.CutAfterCommand(method=method) if lost else f.CutBeforeCommand(method=method))
        amend = await handle.amend(price="47000")
        with trio.fail_after(120.0):
            status = (await amend.resolved()).status
        assert status is (CommandStatus.ACCEPTED if lost else CommandStatus.NOT_EXECUTED)
        assert at_venue(bench, handle)[0].limit_price == (47000 if lost else 48000)


@pytest.mark.parametrize("lost", [True, False], ids=["answer", "command"])
async def test_a_cancel_is_settled_by_the_order(network: SimulatedNetwork, seams: Seams, lost: bool) -> None:
    """Done if the order is gone, else not executed, and the order lives on."""
    async with open_bench(seams) as bench:
        handle = await rest(bench)
        method = "cancel_order"
        bench.venue.faults.add(f.CutAfterCommand(method=method) if lost else f.LoseCommand(method=method))
        cancel = await handle.cancel()
        with trio.fail_after(120.0):
            status = (await cancel.resolved()).status
        assert status is (CommandStatus.ACCEPTED if lost else CommandStatus.NOT_EXECUTED)
        assert at_venue(bench, handle)[0].closed is lost


async def test_a_batch_whose_answer_is_lost(network: SimulatedNetwork, seams: Seams) -> None:
    """Each of its orders has a verdict of its own."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.CutAfterCommand(method="batch_add"))
        bench.venue.faults.add(f.RefuseRow(method="batch_add", error="EOrder:Insufficient margin"))
        handles = await bench.account.create_orders([NewOrder(**bench.terms) for _ in range(3)])
        with trio.fail_after(120.0):
            statuses = [(await handle.resolved()).status for handle in handles]
        assert statuses == [CommandStatus.NOT_EXECUTED, CommandStatus.ACCEPTED, CommandStatus.ACCEPTED]
        assert len(bench.venue.ledger.open_orders()) == 2


async def test_without_a_socket_nothing_is_sent(network: SimulatedNetwork, seams: Seams) -> None:
    """There is no other road: the command is proved not to have left."""
    async with open_bench(seams) as bench:
        bench.venue.habits.unified = False
        for session in bench.venue.open_sessions:
            session.cut()
        with trio.fail_after(30.0):
            await until(lambda: bench.account.health().status is not HealthStatus.HEALTHY)
        handle = await place(bench)
        with trio.fail_after(60.0):
            receipt = await handle.resolved()
        assert receipt.status is CommandStatus.NOT_EXECUTED
        assert (await handle.ack()).transport is Transport.NONE
        assert not bench.venue.ledger.commands
        bench.venue.habits.unified = True
        await healthy(bench)
        await rest(bench)


async def test_a_token_that_is_no_longer_good_is_renewed(network: SimulatedNetwork, seams: Seams) -> None:
    """The command that bore it was refused before the engine; the next ones go with a new one."""
    async with open_bench(seams) as bench:
        bench.venue.invalidate_tokens()
        handle = await place(bench)
        with trio.fail_after(60.0):
            await handle.resolved()
        await healthy(bench)
        await rest(bench)
        assert len(bench.venue.tokens_given) >= 2


async def test_the_next_life_knows_what_the_last_has_sent(network: SimulatedNetwork, seams: Seams) -> None:
    """From the journal and the snapshot: fills told before are not told again, those missed are told once."""
    kept: dict[str, MemoryJournal] = {}

    def journals(name: str) -> MemoryJournal:
        return kept.setdefault(name, MemoryJournal())

    async with open_venue(seams, rate_limits=False) as (venue, urls):
        async with open_on(venue, urls, seams, journals=journals) as bench:
            handle = await rest(bench)
            fill(bench, handle, "0.1")
            await trio.sleep(1.0)
            name = name_of(handle)
        venue.fill(name, quantity=Decimal("0.2"))
        async with open_on(venue, urls, seams, journals=journals) as bench:
            (again,) = bench.account.commands()
            assert name_of(again) == name
            fill(bench, again, "0.2")
            assert fills_in(await events_of(again)) == [Decimal("0.1"), Decimal("0.2"), Decimal("0.2")]
            assert isinstance((await steps_of(again))[-1], Resolved)


async def test_it_trades_on_when_the_older_protocol_has_ended(network: SimulatedNetwork, seams: Seams) -> None:
    """On that day nothing changes for an account on this protocol."""
    async with open_bench(seams) as bench:
        bench.venue.habits.v1_ends = seams.clock.now() + timedelta(seconds=1)
        await trio.sleep(5.0)
        bench.venue.restart(down_for=1.0)
        await trio.sleep(5.0)
        await healthy(bench)
        await rest(bench)
