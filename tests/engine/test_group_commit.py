"""A burst shares one sync of the journal; what is told is durable, and a crash in a burst neither loses nor repeats."""

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal

import pytest
import trio

from batactors import (
    BatactorsError,
    CommandHandle,
    CommandStatus,
    ComponentState,
    EngineStopped,
    JournalError,
    JournalFull,
    NewOrder,
    OrderEvent,
    OrderFilled,
    SupervisionConfig,
)
from batactors.core.dispatch import Changes, Dispatch
from batactors.journal.memory import MemoryJournal
from batactors.journal.store import Entry
from batactors.model.inputs import Heard, Input, Registered
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from tests.engine.bench import Bench, open_on, open_venue
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")


class SlowDisk(MemoryJournal):
    """It takes its time for each append, and remembers what it was given when."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__()
        self.seconds = seconds
        self.appends: list[Sequence[Entry]] = []
        self.fails_on: type | None = None

    async def append(self, entries: Sequence[Entry]) -> None:
        if self.fails_on is not None and any(isinstance(entry, self.fails_on) for entry in entries):
            raise JournalFull("no room is left on the disk", file="a.journal")
        if self.seconds:
            await trio.sleep(self.seconds)
        self.appends.append(entries)
        await super().append(entries)


async def follow(handle: CommandHandle, told: list[OrderEvent]) -> None:
    with suppress(EngineStopped):
        await _follow(handle, told)


async def _follow(handle: CommandHandle, told: list[OrderEvent]) -> None:
    async for event in handle.events():
        told.append(event)


async def place_in_vain(bench: Bench) -> None:
    with suppress(BatactorsError):
        await place(bench)


def fill(bench: Bench, handle: CommandHandle, quantity: str) -> None:
    bench.venue.fill(str(handle.client_order_id), quantity=Decimal(quantity))


async def test_a_burst_shares_one_sync(network: SimulatedNetwork, seams: Seams) -> None:
    """While the disk writes, what comes gathers: a hundred fills are durable after a few syncs, each told once."""
    journal = SlowDisk()
    async with open_venue(seams) as (venue, urls), open_on(venue, urls, seams, journals=lambda name: journal) as bench:
        handle = await place(bench, quantity="1")
        await handle.resolved()
        journal.seconds = 0.5
        journal.appends.clear()
        for _ in range(100):
            fill(bench, handle, "0.01")
            await trio.sleep(0.01)
        with trio.fail_after(60.0):
            events = await events_of(handle)
        assert len([event for event in events if isinstance(event, OrderFilled)]) == 100
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert len(journal.appends) <= 6
        written = [entry for entries in journal.appends for entry in entries if isinstance(entry, OrderFilled)]
        assert len(written) == 100


async def test_a_batch_of_orders_is_one_sync_and_leaves_after_it(network: SimulatedNetwork, seams: Seams) -> None:
    """Orders submitted together are registered with one sync, and nothing of them is at the venue before it."""
    journal = SlowDisk(seconds=2.0)
    async with open_venue(seams) as (venue, urls), open_on(venue, urls, seams, journals=lambda name: journal) as bench:
        order = NewOrder(instrument="BTC/USD", side="buy", order_type="limit", quantity="0.1", price="48000")
        async with trio.open_nursery() as nursery:
            for _ in range(3):
                nursery.start_soon(bench.account.create_orders, [order] * 5)
            await trio.sleep(1.9)
            assert venue.ledger.commands == []
        syncs = [entries for entries in journal.appends if any(isinstance(one, Registered) for one in entries)]
        assert len(syncs) <= 3
        with trio.fail_after(60.0):
            for handle in bench.account.commands():
                assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        assert len(venue.ledger.orders) == 15


async def test_a_lone_event_waits_for_no_other(network: SimulatedNetwork, seams: Seams) -> None:
    """What comes alone is written and told at once: no time is spent on waiting for company."""
    journal = SlowDisk()
    async with open_venue(seams) as (venue, urls), open_on(venue, urls, seams, journals=lambda name: journal) as bench:
        handle = await place(bench, quantity="1")
        await handle.resolved()
        told: list[OrderEvent] = []
        async with trio.open_nursery() as nursery:
            nursery.start_soon(follow, handle, told)
            await trio.sleep(1.0)
            already = len(told)
            heard = bench.account._wiring.dedup_actor.dispatch.apply
            at: list[float] = []

            def apply(given: Input) -> Changes:
                changes = heard(given)
                at.extend([trio.current_time()] * len(changes.events))
                return changes

            vars(bench.account._wiring.dedup_actor.dispatch)["apply"] = apply
            fill(bench, handle, "0.3")
            with trio.fail_after(5.0):
                while len(told) == already:  # noqa: ASYNC110
                    await trio.sleep(0.001)
            assert trio.current_time() - at[0] < 0.01
            nursery.cancel_scope.cancel()


@pytest.mark.holds("D04")
@pytest.mark.parametrize("crash_at", [1, 2, 3, 4, 5])
async def test_a_crash_in_a_burst_neither_loses_nor_repeats_what_was_applied_before(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, crash_at: int
) -> None:
    """Of a burst of fills one crashes the dedup actor: those before it and after it are told once, and so is it."""
    journal = SlowDisk()
    async with open_venue(seams) as (venue, urls), open_on(venue, urls, seams, journals=lambda name: journal) as bench:
        handle = await place(bench, quantity="1")
        await handle.resolved()
        told: list[OrderEvent] = []
        async with trio.open_nursery() as nursery:
            nursery.start_soon(follow, handle, told)
            await trio.sleep(1.0)
            journal.seconds = 5.0
            fill(bench, handle, "0.1")  # the disk is busy with this one while the burst gathers
            await trio.sleep(1.0)
            apply, seen = Dispatch.apply, 0

            def crashing(self: Dispatch, given: Input) -> Changes:
                nonlocal seen
                seen += isinstance(given, Heard) and any(type(fact).__name__ == "FillFact" for fact in given.facts)
                if seen == crash_at:
                    seen += 100
                    raise RuntimeError("a bug")
                return apply(self, given)

            monkeypatch.setattr(Dispatch, "apply", crashing)
            for number in range(5):
                fill(bench, handle, f"0.1{number}")
            await trio.sleep(1.0)
            assert [event.quantity for event in told if isinstance(event, OrderFilled)] == []  # not durable yet
            await trio.sleep(30.0)
            journal.seconds = 0.0
            await trio.sleep(30.0)
            fill(bench, handle, "0.3")
            with trio.fail_after(60.0):
                while not told[-1].is_terminal:  # noqa: ASYNC110
                    await trio.sleep(0.1)
        assert seen > 100
        quantities = sorted(event.quantity for event in told if isinstance(event, OrderFilled))
        assert [f"{quantity:.2f}" for quantity in quantities] == [
            "0.10",
            "0.10",
            "0.11",
            "0.12",
            "0.13",
            "0.14",
            "0.30",
        ]
        assert [event.sequence for event in told] == list(range(1, len(told) + 1))
        kept = (await journal.read()).events[handle.client_order_id]  # type: ignore[index]
        assert list(kept) == told
        written = [entry for entries in journal.appends for entry in entries if isinstance(entry, OrderEvent)]
        assert [entry.sequence for entry in written] == [event.sequence for event in told]


@pytest.mark.parametrize("kind", [Registered, OrderFilled])
async def test_a_journal_that_cannot_be_written_ends_the_engine(
    network: SimulatedNetwork, seams: Seams, kind: type
) -> None:
    """The engine stops with the journal's own error; what was not durable was told to nobody and sent nowhere."""
    journal, told = SlowDisk(), list[OrderEvent]()
    async with open_venue(seams) as (venue, urls):
        with pytest.RaisesGroup(
            pytest.RaisesExc(JournalFull, match="a.journal: no room is left on the disk"), flatten_subgroups=True
        ):
            async with open_on(venue, urls, seams, journals=lambda name: journal) as bench:
                handle = await place(bench, quantity="1")
                await handle.resolved()
                sent = len(venue.ledger.commands)
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(follow, handle, told)
                    await trio.sleep(1.0)
                    journal.fails_on = kind
                    if kind is Registered:
                        nursery.start_soon(place_in_vain, bench)
                    else:
                        fill(bench, handle, "0.1")
                    await trio.sleep(60.0)
        assert [type(event).__name__ for event in told] == ["OrderSubmitted", "OrderAccepted"]
        assert len(venue.ledger.commands) == sent
        health = bench.account.health().components["journal"]
        assert health.state is ComponentState.DOWN
        assert "no room is left" in str(health.cause)


@pytest.mark.holds("R07")
async def test_a_disk_that_takes_five_seconds_holds_up_no_socket(network: SimulatedNetwork, seams: Seams) -> None:
    """Frames are read and pings answered while the journal writes for five seconds; the session lives, and all is told
    once it is durable.
    """
    journal = SlowDisk()
    supervision = SupervisionConfig(backoff_first=0.1)
    async with (
        open_venue(seams) as (venue, urls),
        open_on(
            venue, urls, seams, journals=lambda name: journal, supervision=supervision, silence=3.0, ping_every=1.0
        ) as bench,
    ):
        handle = await place(bench, quantity="1")
        await handle.resolved()
        await trio.sleep(1.0)
        assert bench.account.health().components["journal"].state is ComponentState.UP
        journal.seconds = 5.0
        heard = bench.account._wiring.dedup
        for number in range(40):
            fill(bench, handle, "0.01")
            await trio.sleep(0.1)
            if number == 35:
                # Read off the socket as they came: they wait for the dedup actor, which waits for the disk.
                assert len(heard) >= 30
        await trio.sleep(20.0)
        fills = (await journal.read()).events[handle.client_order_id]  # type: ignore[index]
        assert sum(isinstance(event, OrderFilled) for event in fills) == 40
        health = bench.account.health()
        assert health.components["journal"].state is ComponentState.DEGRADED
        assert "the last write took 5.0 s" in str(health.components["journal"].cause)
        assert health.reconnects == 0
        journal.seconds = 0.0
        fill(bench, handle, "0.6")
        with trio.fail_after(30.0):
            assert (await events_of(handle))[-1].is_terminal
        assert bench.account.health().components["journal"].state is ComponentState.UP


async def test_an_unknown_failure_of_a_journal_is_a_crash_and_not_an_end(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """Only the journal's own errors end the engine; others are crashes, after which the same is written again."""
    assert issubclass(JournalFull, JournalError)

    class Flaky(SlowDisk):
        failures = 2

        async def append(self, entries: Sequence[Entry]) -> None:
            if self.failures and any(isinstance(entry, OrderFilled) for entry in entries):
                self.failures -= 1
                raise OSError("input/output error")
            await super().append(entries)

    journal = Flaky()
    async with open_venue(seams) as (venue, urls), open_on(venue, urls, seams, journals=lambda name: journal) as bench:
        handle = await place(bench)
        await handle.resolved()
        fill(bench, handle, "0.5")
        with trio.fail_after(60.0):
            events = await events_of(handle)
        assert [type(event).__name__ for event in events] == ["OrderSubmitted", "OrderAccepted", "OrderFilled"]
        assert journal.failures == 0
