"""Another process on the same file goes on where the one before was killed."""

import sqlite3
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import trio

from batactors import (
    BatactorsError,
    CommandStatus,
    JournalError,
    JournalForeign,
    JournalLocked,
    JournalReadOnly,
    JournalVersion,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderSubmitted,
    SupervisionConfig,
    TransportPolicy,
)
from batactors.actors.connection import Connection
from batactors.actors.rest import Rest
from batactors.journal.loop import in_loop
from batactors.journal.memory import MemoryJournal
from batactors.journal.sqlite import SqliteJournal
from batactors.journal.store import Journal
from batactors.model.ids import ClientOrderId
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import Bench, open_on, open_venue
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")
AT_ONCE = SupervisionConfig(stop_within=0.0)
LONG_ID = ClientOrderId("a-client-order-id-that-is-longer-than-the-venue-takes-it-by-far")


def opening(path: Path, seams: Seams) -> Callable[[str], Journal]:
    """The journal in this file, for each life anew; in the loop, as time is virtual."""
    return lambda name: SqliteJournal(path, account=name, venue="kraken-spot", run=in_loop, clock=seams.clock)


async def reported(bench: Bench, told: list[Any]) -> None:
    async for report in bench.account.reports():
        told.append(report)


@pytest.mark.holds("S01", "S02", "B04", "D08")
async def test_a_restart_knows_everything_before_it_connects(
    network: SimulatedNetwork, seams: Seams, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids, short ids, sums and fills are there when the first byte leaves; what was missed is told, and nothing twice.
    A handle of the second life tells the history of both.
    """
    known: list[tuple[int, str, Decimal, int]] = []
    journals = opening(tmp_path / "a.journal", seams)
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, journals=journals, supervision=AT_ONCE) as bench:
            rests = await place(bench, client_order_id=LONG_ID)
            await rests.resolved()
            closes, filled = await place(bench), await place(bench)
            for handle in (closes, filled):
                await handle.resolved()
            short = venue.ledger.open_orders()[0].client_order_id
            assert short is not None
            assert short != LONG_ID
            venue.fill(short, quantity=Decimal("0.1"))
            await trio.sleep(1.0)
            first = bench.account._wiring.dedup_actor.dispatch.book.orders[rests.client_order_id].events  # type: ignore[index]
        venue.fill(short, quantity=Decimal("0.2"))
        venue.fill(str(closes.client_order_id), quantity=Decimal("0.1"))
        venue.cancel(str(closes.client_order_id))
        venue.fill(str(filled.client_order_id), quantity=Decimal("0.5"))
        await trio.sleep(5.0)

        for kind in (Rest, Connection):
            run = kind.run

            async def noting(self: Any, run: Any = run, **kwargs: Any) -> None:
                book = wirings[0].dedup_actor.dispatch.book
                order = book.orders[LONG_ID]
                known.append((len(book.orders), book.venue_client_id(LONG_ID), order.fills.sum, len(order.fills.told)))
                await run(self, **kwargs)

            monkeypatch.setattr(kind, "run", noting)
        from batactors.wiring import Wiring

        wirings: list[Wiring] = []
        make = Wiring.__init__

        def remembering(self: Wiring, **kwargs: Any) -> None:
            wirings.append(self)
            make(self, **kwargs)

        monkeypatch.setattr(Wiring, "__init__", remembering)
        async with open_on(venue, urls, seams, journals=journals) as bench:
            assert known[0] == known[1] == (3, short, Decimal("0.1"), 1)
            again = {handle.client_order_id: handle for handle in bench.engine.commands()}
            assert list(again) == [rests.client_order_id, closes.client_order_id, filled.client_order_id]
            with trio.fail_after(30.0):
                canceled = await events_of(again[closes.client_order_id])
                done = await events_of(again[filled.client_order_id])
                venue.fill(short, quantity=Decimal("0.2"))
                whole = await events_of(again[rests.client_order_id])
                since = [event async for event in again[rests.client_order_id].events(since=len(first))]
        assert isinstance(canceled[-1], OrderCanceled)
        assert [event.quantity for event in canceled if isinstance(event, OrderFilled)] == [Decimal("0.1")]
        assert [event.quantity for event in done if isinstance(event, OrderFilled)] == [Decimal("0.5")]
        assert done[-1].is_terminal
        assert whole[: len(first)] == first
        assert [type(event) for event in whole] == [OrderSubmitted, OrderAccepted, *[OrderFilled] * 3]
        assert [event.sequence for event in whole] == list(range(1, 6))
        assert since == whole[len(first) :]
        assert [len(venue.ledger.orders_by_client_id(one)) for one in (short, str(closes.client_order_id))] == [1, 1]


@pytest.mark.holds("S03", "Y10", "X37", "A01")
@pytest.mark.parametrize("fault", [f.LoseAck(method="add_order"), f.LoseCommand(method="add_order")], ids=str)
async def test_what_was_in_flight_is_found_by_its_client_id(
    network: SimulatedNetwork, seams: Seams, tmp_path: Path, fault: f.CommandFault
) -> None:
    """An order whose ack was lost before the process died is ours in the next life, and nobody's report; its command
    has the verdict that is true at the venue.
    """
    journals, others = opening(tmp_path / "a.journal", seams), list[Any]()
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, journals=journals, supervision=AT_ONCE) as bench:
            venue.faults.add(fault)
            handle = await place(bench)
            await trio.sleep(0.5)
        name, landed = str(handle.client_order_id), isinstance(fault, f.LoseAck)
        if landed:
            venue.fill(name, quantity=Decimal("0.2"))
        async with open_on(venue, urls, seams, journals=journals) as bench, trio.open_nursery() as nursery:
            nursery.start_soon(reported, bench, others)
            (again,) = bench.engine.commands()
            assert again.command_id == handle.command_id
            with trio.fail_after(60.0):
                status = (await again.resolved()).status
            assert status is (CommandStatus.ACCEPTED if landed else CommandStatus.NOT_EXECUTED)
            if landed:
                venue.fill(name, quantity=Decimal("0.3"))
            with trio.fail_after(60.0):
                events = await events_of(again)
            fills = [event.quantity for event in events if isinstance(event, OrderFilled)]
            assert fills == ([Decimal("0.2"), Decimal("0.3")] if landed else [])
            await bench.account.reconcile()
            nursery.cancel_scope.cancel()
        assert others == []
        assert len(venue.ledger.orders_by_client_id(name)) == landed


async def test_lives_that_are_shorter_than_a_command_is_valid_find_out_all_the_same(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """A process that is killed every few seconds resolves what an earlier one left: what that one waited for counts."""
    disk, statuses = MemoryJournal(), list[CommandStatus | None]()
    async with open_venue(seams) as (venue, urls):
        async with open_on(
            venue, urls, seams, journals=lambda name: disk, supervision=AT_ONCE, transport=TransportPolicy.WEBSOCKET
        ) as bench:
            venue.faults.add(f.RestartAfterCommand(method="add_order", down_for=1.0))
            await place(bench, quantity="0.1")
            await trio.sleep(0.5)
            waits = await place(bench, transport="websocket")
            left = deepcopy(disk)  # as it is when the process is killed
        for _ in range(5):
            await trio.sleep(1.0)
            disk = left
            async with open_on(venue, urls, seams, journals=lambda name: disk) as bench:  # noqa: B023
                await trio.sleep(3.0)  # of the five seconds for which the command is valid
                record = bench.account._wiring.dedup_actor.dispatch.desk.commands[waits.command_id]
                statuses.append(record.verdict.status if record.verdict is not None else None)
                left = deepcopy(disk)
        assert statuses[0] is None
        assert statuses[-1] is CommandStatus.NOT_EXECUTED


@pytest.mark.holds("D06")
async def test_what_a_stop_settled_is_in_the_journal(network: SimulatedNetwork, seams: Seams, tmp_path: Path) -> None:
    """A stop in good order leaves a journal that is closed, and that says what became of everything."""
    journals = opening(tmp_path / "a.journal", seams)
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, journals=journals) as bench:
            handle = await place(bench)
        assert bench.engine.report is not None
        assert bench.engine.report.is_clean
        journal = journals("kraken")
        contents = await journal.read()  # nobody has it any more
        await journal.close()
    assert [entry.command.command_id for entry in contents.registered] == [handle.command_id]
    assert [type(step).__name__ for step in contents.steps[handle.command_id]] == ["Sent", "Ack", "Receipt", "Resolved"]


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE prices (at, price)")


def text(path: Path) -> None:
    path.write_text("dear diary\n" * 1000)


@pytest.mark.parametrize("wrong", ["foreign", "text", "version", "other account", "directory", "nowhere", "locked"])
async def test_a_journal_that_cannot_be_used_keeps_the_engine_from_starting(
    network: SimulatedNetwork, seams: Seams, tmp_path: Path, wrong: str
) -> None:
    """One plain error, whose class says which, with the file and what would be right; the venue heard no byte."""
    path, holder = tmp_path / "a.journal", None
    right = {
        "foreign": "give the path of a journal, or of no file", "text": "give the path of a journal, or of no file",
        "version": "use the newer batactors that wrote it", "other account": "give each account its own",
        "directory": "give the path of a file", "nowhere": "make it",
        "locked": "stop that engine first, or give each its own journal",
    }  # fmt: skip
    kinds: dict[str, type[JournalError]] = {
        "foreign": JournalForeign, "text": JournalForeign, "version": JournalVersion, "other account": JournalForeign,
        "directory": JournalForeign, "nowhere": JournalReadOnly, "locked": JournalLocked,
    }  # fmt: skip
    match wrong:
        case "foreign":
            foreign(path)
        case "text":
            text(path)
        case "directory":
            path = tmp_path
        case "nowhere":
            path = tmp_path / "not" / "there"
        case _:
            name = "another" if wrong == "other account" else "kraken"
            holder = SqliteJournal(path, account=name, venue="kraken-spot", run=in_loop, clock=seams.clock)
            await holder.read()
            if wrong != "locked":
                await holder.close()
    if wrong == "version":
        with sqlite3.connect(path) as file:
            file.execute("PRAGMA user_version=99")
    async with open_venue(seams) as (venue, urls):
        with pytest.raises(BatactorsError) as caught:
            async with open_on(venue, urls, seams, journals=opening(path, seams)):
                pytest.fail("it has started")
        assert type(caught.value) is kinds[wrong]
        assert str(caught.value).startswith(f"{path}: ")
        assert str(caught.value).endswith(right[wrong])
        assert venue.connections == 0
        assert venue.tokens_given == []
    if holder is not None:
        await holder.close()
