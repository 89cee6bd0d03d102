"""How an engine stops: in order, within a deadline, and with a report of what is settled and what lives on."""

import json
from collections.abc import Sequence
from decimal import Decimal

import pytest
import trio

from batactors import (
    AccountStop,
    CommandHandle,
    CommandStatus,
    EngineStopped,
    Happening,
    OrderState,
    StopReport,
    SupervisionConfig,
    Transport,
)
from batactors.journal.memory import MemoryJournal
from batactors.journal.store import Entry
from batactors.model.commands import Operation
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.testing.kraken_v2.session import Session
from tests.engine.bench import Bench, open_bench, open_on, open_venue
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = [pytest.mark.usefixtures("network"), pytest.mark.holds("D06", "X66")]

MOST = 5.0 + 3.0
"""Seconds that a stop takes at most, with the default of ``stop_within``."""


def kraken(report: StopReport | None) -> AccountStop:
    assert report is not None
    (account,) = report.accounts.values()
    return account


async def stopped(bench: Bench) -> AccountStop:
    """Stop, in time."""
    with trio.fail_after(MOST + 0.5):
        report = await bench.engine.stop()
    assert report.graceful
    assert report.in_time
    assert bench.engine.report is report
    return kraken(report)


async def expect(handle: CommandHandle, status: CommandStatus) -> None:
    """Wait for the verdict, which must come before the end."""
    assert (await handle.resolved()).status is status


async def test_what_is_in_flight_is_settled(network: SimulatedNetwork, seams: Seams) -> None:
    """A stop waits for the answer of a command that was sent, tells it to those who wait, and reports it."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.DelayCommand(method="add_order", seconds=2.0))
        handle = await place(bench)
        began = trio.current_time()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(expect, handle, CommandStatus.ACCEPTED)
            report = await stopped(bench)
        assert 1.5 < trio.current_time() - began < 4.0
        (settled,) = report.settled
        assert (settled.command_id, settled.operation) == (handle.command_id, Operation.CREATE_ORDER)
        assert (settled.client_order_id, settled.instrument) == (handle.client_order_id, "BTC/USD")
        assert settled.status is CommandStatus.ACCEPTED
        assert report.left == ()
        assert bench.engine.report is not None
        assert bench.engine.report.is_clean


async def test_with_nothing_in_flight_it_waits_for_nothing(network: SimulatedNetwork, seams: Seams) -> None:
    """An idle engine stops at once; what was resolved before is no news."""
    async with open_bench(seams) as bench:
        handle = await place(bench)
        await handle.resolved()
        began = trio.current_time()
        report = await stopped(bench)
        assert trio.current_time() - began < 0.5
        assert (report.settled, report.left, report.forced) == ((), (), ())


async def test_orders_that_live_on_are_reported(network: SimulatedNetwork, seams: Seams) -> None:
    """A stop cancels no order: what is open at the venue, ours and others', is told with how far it got."""
    async with open_bench(seams) as bench:
        handle = await place(bench)
        await handle.resolved()
        gone = await place(bench, price="40000")
        await (await gone.cancel()).resolved()
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.2"))
        bench.venue.place_external(symbol="ETH/USD", side="sell", quantity=Decimal(3), price=Decimal(2500))
        await trio.sleep(1.0)
        ours, other = (await stopped(bench)).open_orders
        assert (ours.client_order_id, ours.state, ours.ours) == (
            handle.client_order_id, OrderState.PARTIALLY_FILLED, True,
        )  # fmt: skip
        assert (ours.quantity, ours.filled, ours.price) == (Decimal("0.5"), Decimal("0.2"), Decimal(50000))
        assert (other.instrument, other.quantity, other.ours) == ("ETH/USD", Decimal(3), False)
        assert len(bench.venue.ledger.open_orders()) == 2


async def test_no_command_is_taken_any_more(network: SimulatedNetwork, seams: Seams) -> None:
    """From the first moment of a stop each verb raises, and nothing of it is registered; so it is afterwards."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.DelayCommand(method="add_order", seconds=2.0))
        await place(bench)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(bench.engine.stop)
            await trio.sleep(0.5)
            with pytest.raises(EngineStopped, match="the engine is stopping"):
                await place(bench)
        with pytest.raises(EngineStopped, match="the engine has ended"):
            await bench.account.cancel_all()
        assert len(bench.account._wiring.dedup_actor.dispatch.desk.commands) == 1


async def test_what_cannot_be_sent_in_time_is_told_as_not_sent(network: SimulatedNetwork, seams: Seams) -> None:
    """A command that waits for a session has its time; then it is proved not done, which is told and written down."""
    journal = MemoryJournal()
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, journals=lambda name: journal, send_within=60.0) as bench:
            venue.restart(down_for=100.0)
            await trio.sleep(0.5)
            handle = await place(bench, transport="websocket")
            async with trio.open_nursery() as nursery:
                nursery.start_soon(expect, handle, CommandStatus.NOT_EXECUTED)
                report = await stopped(bench)
            (settled,) = report.settled
            assert settled.status is CommandStatus.NOT_EXECUTED
            assert settled.message == "the engine stopped before it was sent"
        steps = (await journal.read()).steps[handle.command_id]
        assert type(steps[-1]).__name__ == "Resolved"


async def test_a_command_that_waits_goes_out_if_it_can(network: SimulatedNetwork, seams: Seams) -> None:
    """A stop right after the calls loses none of them: what was given is sent, cancels and creates alike."""
    async with open_bench(seams) as bench:
        first = await place(bench)
        await first.resolved()
        orders = [await place(bench, quantity=f"0.{number}") for number in range(1, 6)]
        await first.cancel()
        report = await stopped(bench)
        assert [one.status for one in report.settled] == [CommandStatus.ACCEPTED] * 6
        assert bench.at_venue(first.client_order_id).closed
        assert len(bench.venue.ledger.open_orders()) == len(orders)


async def test_what_is_being_registered_is_not_lost(network: SimulatedNetwork, seams: Seams) -> None:
    """A call that still waits to be registered, because the journal is slow, is in flight when the stop begins."""

    class Slow(MemoryJournal):
        slow = False

        async def append(self, entries: Sequence[Entry]) -> None:
            if self.slow:
                await trio.sleep(0.5)
            await super().append(entries)

    done: list[CommandHandle] = []

    async def submit(bench: Bench) -> None:
        done.append(await place(bench, price="40000"))

    journal = Slow()
    async with (
        open_venue(seams) as (venue, urls),
        open_on(venue, urls, seams, journals=lambda name: journal) as bench,
        trio.open_nursery() as nursery,
    ):
        first = await place(bench)
        await first.resolved()
        await trio.sleep(1.0)
        journal.slow = True
        venue.fill(str(first.client_order_id), quantity=Decimal("0.1"))
        await trio.sleep(0.1)  # the dedup actor writes, and the lane waits for it
        nursery.start_soon(submit, bench)
        await trio.sleep(0.1)
        assert not bench.account._wiring.dedup_actor.dispatch.desk.unresolved()
        assert not len(bench.account._wiring.lane)
        (settled,) = (await stopped(bench)).settled
        assert settled.status is CommandStatus.ACCEPTED
        assert [handle.command_id for handle in done] == [settled.command_id]


async def test_what_is_left_is_told_with_what_is_known(network: SimulatedNetwork, seams: Seams) -> None:
    """A command whose fate is not found out in time is left: written down as unknown, and found by the next life."""
    journal = MemoryJournal()
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, journals=lambda name: journal) as bench:
            venue.faults.add(f.LoseCommand(method="add_order"))
            sent_on = seams.clock.now()
            handle = await place(bench)
            await trio.sleep(0.5)
            report = await stopped(bench)
            (left,) = report.left
            assert left.command_id == handle.command_id
            assert (left.sent_at, left.transport) == (sent_on, Transport.WEBSOCKET)
            assert left.unknown_since is not None
            assert left.unknown_since > sent_on
            assert "the session ended before an answer came" in left.why
            assert bench.engine.report is not None
            assert not bench.engine.report.is_clean
            assert bench.engine.report.left == {"kraken": (left,)}
            assert report.open_orders == ()  # nobody knows that it is
            with pytest.raises(EngineStopped):
                await handle.resolved()
        async with open_on(venue, urls, seams, journals=lambda name: journal) as bench:
            with trio.fail_after(100.0):
                receipt = await bench.account.command(handle.command_id).resolved()
            assert receipt.status is CommandStatus.NOT_EXECUTED


async def test_the_sockets_are_closed_with_a_word(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The venue gets a close frame, not a broken connection, and no session is left."""
    codes: list[int] = []
    run = Session.run

    async def noting(self, websocket, *args):  # type: ignore[no-untyped-def]
        try:
            await run(self, websocket, *args)
        finally:
            codes.append(websocket.closed.code)

    monkeypatch.setattr(Session, "run", noting)
    async with open_bench(seams) as bench:
        await stopped(bench)
        await trio.sleep(1.0)
        assert codes == [1000]
        assert bench.venue.sessions == 0
        told = [(event.child, event.what) for event in bench.engine.happenings if event.what is Happening.STOPPED]
        assert [child for child, _ in told] == [
            "lane",
            "connection",
            "reconciler",
            "clock",
            "metadata",
            "rest",
            "journal",
            "dedup",
        ]


async def test_the_report_is_json(network: SimulatedNetwork, seams: Seams) -> None:
    """All of it, with money as text and times in ISO 8601."""
    async with open_bench(seams, supervision=SupervisionConfig(stop_within=1.0)) as bench:
        await (await place(bench)).resolved()
        bench.venue.faults.add(f.LoseCommand(method="add_order"))
        await place(bench, price="40000")
        report = await bench.engine.stop()
    told = json.loads(json.dumps(report.to_dict()), parse_float=Decimal)
    account = told["accounts"]["kraken"]
    assert (told["graceful"], told["is_clean"], told["in_time"]) == (True, False, True)
    assert account["venue"] == "kraken-spot"
    assert account["left"][0]["operation"] == "create_order"
    assert account["left"][0]["sent_at"].endswith("+00:00")
    assert account["open_orders"][0]["price"] == "50000"
    assert Decimal(str(told["took"])) <= Decimal(str(told["within"]))


async def test_a_fill_that_waits_is_told_before_the_end(network: SimulatedNetwork, seams: Seams) -> None:
    """What had been heard when the stop began reaches those who follow, and the journal."""

    class Slow(MemoryJournal):
        slow = False

        async def append(self, entries: Sequence[Entry]) -> None:
            if self.slow:
                await trio.sleep(1.0)
            await super().append(entries)

    journal = Slow()
    async with (
        open_venue(seams) as (venue, urls),
        open_on(venue, urls, seams, journals=lambda name: journal) as bench,
    ):
        handle = await place(bench)
        await handle.resolved()
        journal.slow = True
        venue.fill(str(handle.client_order_id), quantity=Decimal("0.5"))
        await trio.sleep(0.3)
        assert len(bench.account._wiring.dedup_actor.dispatch.book.working()) == 0
        await stopped(bench)
        told = [type(event).__name__ for event in await events_of(handle)]
        assert told == ["OrderSubmitted", "OrderAccepted", "OrderFilled"]
