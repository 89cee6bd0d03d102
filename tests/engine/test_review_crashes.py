"""Crashes at awkward moments, found by review: nobody hangs, and no command is left without a way to its verdict."""

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal

import pytest
import trio

import batactors.wiring
from batactors import (
    BatactorsError,
    CommandStatus,
    NewOrder,
    OrderFilled,
    TemporaryUnavailable,
    TransportPolicy,
)
from batactors.actors.reconciler import Reconciler
from batactors.core.dispatch import Dispatch
from batactors.journal.memory import MemoryJournal
from batactors.journal.store import Entry
from batactors.model.inputs import Registered, Sending
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import open_bench, open_on, open_venue
from tests.engine.test_crashes import crash_once
from tests.engine.test_unknown_outcomes import adds, events_of, place

pytestmark = pytest.mark.usefixtures("network")


async def test_who_asks_to_reconcile_is_told_of_a_crash(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the reconciler crashes on somebody's wish, whoever waits for it gets an error, and may wish again."""
    async with open_bench(seams) as bench:
        crash_once(monkeypatch, Reconciler, "_whole_round")
        with trio.fail_after(10.0), pytest.raises(TemporaryUnavailable, match="reconciler"):
            await bench.account.reconcile()
        with trio.fail_after(10.0):
            await bench.account.reconcile()


async def test_a_command_that_the_first_life_never_sent_has_its_verdict_in_the_second(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """A command that was registered and still waited when its process ended is looked for, and proved not done."""
    journal = MemoryJournal()
    async with open_venue(seams) as (venue, urls):
        with trio.CancelScope() as life:
            async with open_on(
                venue, urls, seams, journals=lambda name: journal, transport=TransportPolicy.WEBSOCKET
            ) as bench:
                venue.faults.add(f.RestartAfterCommand(method="add_order", down_for=1.0))
                await place(bench, quantity="0.1")
                await trio.sleep(0.5)
                lost = await place(bench, transport="websocket")
                life.cancel()
                await trio.sleep_forever()
        assert bench.engine.report is not None
        assert lost.command_id in [left.command_id for left in bench.engine.report.left["kraken"]]
        await trio.sleep(1.0)
        async with open_on(venue, urls, seams, journals=lambda name: journal) as bench:
            with trio.fail_after(120.0):
                receipt = await bench.account.command(lost.command_id).resolved()
            assert receipt.status is CommandStatus.NOT_EXECUTED


class FailsOnce(MemoryJournal):
    """Its disk fails once, when it is told to."""

    failing = False

    async def append(self, entries: Sequence[Entry]) -> None:
        if self.failing:
            self.failing = False
            raise TemporaryUnavailable("the disk is full")
        await super().append(entries)


async def test_a_fill_found_by_asking_is_told_though_the_journal_failed_on_it(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """A journal that fails on a fill crashes the dedup actor, whatever it raises: it is rebuilt and told again."""
    journal = FailsOnce()
    async with open_venue(seams) as (venue, urls), open_on(venue, urls, seams, journals=lambda name: journal) as bench:
        handle = await place(bench)
        await handle.resolved()
        await trio.sleep(1.0)
        venue.faults.add(f.LoseFrame(nth=1, count=2))
        venue.fill(str(handle.client_order_id), quantity=Decimal("0.2"))
        await trio.sleep(0.5)
        journal.failing = True
        with suppress(BatactorsError):
            await bench.account.reconcile()
        await trio.sleep(10.0)
        assert not journal.failing
        venue.fill(str(handle.client_order_id), quantity=Decimal("0.3"))
        with trio.fail_after(60.0):
            events = await events_of(handle)
        fills = [event.quantity for event in events if isinstance(event, OrderFilled)]
        assert fills == [Decimal("0.2"), Decimal("0.3")]
        kept = (await journal.read()).events[handle.client_order_id]  # type: ignore[index]
        assert [event.sequence for event in kept] == [event.sequence for event in events]


async def test_a_command_whose_registration_failed_was_not_sent(network: SimulatedNetwork, seams: Seams) -> None:
    """A journal that cannot take in a command: the caller is told, nothing is sent, and nothing stays open."""
    journal = FailsOnce()
    async with open_venue(seams) as (venue, urls), open_on(venue, urls, seams, journals=lambda name: journal) as bench:
        journal.failing = True
        with trio.fail_after(10.0), pytest.raises(BatactorsError):
            await place(bench)
        await trio.sleep(20.0)
        assert adds(bench) == 0
        assert not bench.account._wiring.dedup_actor.dispatch.desk.unresolved()
        assert (await (await place(bench)).resolved()).status is CommandStatus.ACCEPTED
        contents = await journal.read()
        assert {entry.command.command_id for entry in contents.registered} >= contents.steps.keys()


async def test_what_a_dead_session_was_handed_is_told_though_nobody_listens(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session ends while the dedup actor's mailbox is full: each command has its verdict once it listens again."""
    monkeypatch.setattr(batactors.wiring, "DEDUP_ROOM", 8)

    class Slow(MemoryJournal):
        slow = False

        async def append(self, entries: Sequence[Entry]) -> None:
            if self.slow and not any(isinstance(entry, Registered) for entry in entries):
                await trio.sleep(30.0)
                self.slow = False
            await super().append(entries)

    journal = Slow()
    async with (
        open_venue(seams) as (venue, urls),
        open_on(venue, urls, seams, journals=lambda name: journal, transport=TransportPolicy.WEBSOCKET) as bench,
    ):
        handle = await place(bench)
        await handle.resolved()
        journal.slow = True
        markets = [("BTC/USD", "48000"), ("ETH/USD", "1800")] * 10
        batch = await bench.account.create_orders(
            NewOrder(instrument=market, side="buy", order_type="limit", quantity="0.3", price=price)
            for market, price in markets
        )
        for _ in range(20):
            venue.fill(str(handle.client_order_id), quantity=Decimal("0.01"))
        with trio.fail_after(200.0):
            receipts = [await one.resolved() for one in batch]
        assert CommandStatus.NOT_EXECUTED in [receipt.status for receipt in receipts]
        assert any("mailbox is full" in str(event.cause) for event in bench.engine.happenings)
        assert not bench.account._wiring.dedup_actor.dispatch.desk.unresolved()


async def test_a_command_whose_sending_crashed_the_dedup_actor_is_unknown(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash on the very note that a command is about to leave: it may have left, and what became of it is found."""
    async with open_bench(seams) as bench:
        crash_once(monkeypatch, Dispatch, "apply", lambda given: isinstance(given, Sending))
        bench.venue.faults.add(f.LoseCommand(method="add_order"))
        handle = await place(bench)
        with trio.fail_after(200.0):
            assert (await handle.resolved()).status is CommandStatus.NOT_EXECUTED
