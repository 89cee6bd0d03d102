"""However long a journal lives: what it keeps and what a restart reads is bounded, and nobody waits for its disk."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
import trio

from batactors.journal.loop import off_loop
from batactors.journal.retention import Retention
from batactors.journal.sqlite import SqliteJournal
from batactors.journal.store import Entry
from batactors.model.errors import (
    JournalDamaged,
    JournalError,
)
from tests.journal.bench import kept, open_on, rows
from tests.journal.entries import NOW, Life, cancel_all, report, resolved, set_aside

# Bounds.


async def test_a_restart_reads_what_is_open_and_what_ended_lately(path: Path) -> None:
    """Of 30 ended orders it reads the last 5 and all that are open, and of the others it knows the ids."""
    lives = [Life(str(number), wire_id=f"w{number}") for number in range(30)]
    entries = [lives[0].registered(), *(entry for life in lives[1:] for entry in life.whole()), lives[0].accepted()]
    contents = await kept(path, entries, retention=Retention(recent=5))
    there = [lives[0].order, *(life.order for life in lives[-5:])]
    assert sorted(contents.events) == sorted(there)
    assert [entry.command.command_id for entry in contents.registered] == [lives[0].command] + [
        life.command for life in lives[-5:]
    ]
    assert sorted(contents.steps) == sorted(life.command for life in lives[-5:])
    assert list(contents.bygone) == [one for life in lives[1:-5] for one in (life.order, life.wire_id, life.venue_id)]


async def test_an_order_with_an_open_command_is_read_however_old(path: Path) -> None:
    """A cancel without a verdict needs its order; a cancel of all needs every order that ended since."""
    lives = [Life(str(number)) for number in range(12)]
    cancel = lives[0].cancel("late")
    entries: list[Entry] = [*lives[0].whole(), cancel, *(entry for life in lives[1:8] for entry in life.whole())]
    entries += [cancel_all("all"), *(entry for life in lives[8:] for entry in life.whole())]
    few = Retention(recent=1)
    contents = await kept(path, entries, retention=few)
    assert sorted(contents.events) == sorted([lives[0].order, *(life.order for life in lives[8:])])
    contents = await kept(path, [resolved("late"), resolved("all")], retention=few)
    assert list(contents.events) == [lives[-1].order]
    assert {entry.command.command_id for entry in contents.registered} == {lives[-1].command, "all"}


async def test_what_is_old_is_dropped_but_for_its_ids(path: Path) -> None:
    """No more ended orders are kept than is said, a few more at most; of the others the ids, and these bounded too."""
    keep = Retention(settled=50, recent=10, ids=60, reports=7, set_aside=3)
    opened = Life("open")
    batches: list[list[Entry]] = [opened.working()]
    batches += [[*Life(str(number)).whole(), report(number + 1), set_aside(f"{number}")] for number in range(200)]
    contents = await kept(path, *batches, retention=keep)
    ((orders,),) = rows(path, "SELECT count(*) FROM orders")
    assert 50 <= orders <= 60
    assert rows(path, 'SELECT count(*) FROM events WHERE "order" NOT IN (SELECT number FROM orders)') == [(0,)]
    assert rows(path, "SELECT count(*) FROM steps WHERE command NOT IN (SELECT position FROM commands)") == [(0,)]
    assert rows(path, "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM steps)") == [
        (4 * orders - 2, 2 * orders)
    ]
    assert [one.sequence for one in contents.reports] == list(range(194, 201))
    assert rows(path, "SELECT count(*) FROM set_aside") == [(3,)]
    assert rows(path, "SELECT count(*) <= 60 FROM bygone") == [(1,)]
    assert opened.order in contents.events
    assert (contents.bygone[-1], len(contents.bygone)) == ("V-189", 60)


async def test_what_is_older_than_so_many_days_is_dropped(path: Path) -> None:
    """By the time of an order's last event, measured from the newest."""
    lives = [Life(str(number), NOW + timedelta(days=number)) for number in range(10)]
    batches = [life.whole() for life in lives]
    contents = await kept(path, *batches, retention=Retention(days=3))
    assert sorted(contents.events) == sorted(life.order for life in lives[6:])
    assert lives[0].venue_id in contents.bygone


async def test_the_log_stays_small(path: Path) -> None:
    """However much is written in one life, the write-ahead log is moved into the file and begun anew."""
    journal = open_on(path, sync="normal")
    life = Life("1")
    await journal.append(life.working())
    for _ in range(60):
        await journal.append([life.filled() for _ in range(1_000)])
    assert (path.parent / "kraken.journal-wal").stat().st_size < 16 << 20
    await journal.close()


async def test_of_a_forgotten_order_the_ids_are_given_whatever_is_open(path: Path) -> None:
    """A cancel that came after the order was forgotten, and is unknown: its fills must not be a stranger's."""
    old = Life("old", wire_id="w")
    journal = open_on(path)
    await journal.append(old.whole())
    await journal.forget([old.order], [old.command])
    await journal.append([old.cancel("late")])
    contents = await journal.read()
    await journal.close()
    assert not contents.events
    assert [entry.command.command_id for entry in contents.registered] == ["late"]
    assert sorted(contents.bygone) == sorted([old.order, "w", old.venue_id])


async def test_an_old_order_with_an_open_command_is_not_dropped(path: Path) -> None:
    """However many have ended since: while a command about it has no verdict, it is kept."""
    old = Life("old")
    batches: list[list[Entry]] = [[*old.whole(), old.cancel("late")], *(Life(str(one)).whole() for one in range(40))]
    contents = await kept(path, *batches, retention=Retention(settled=10, recent=3))
    assert old.order in contents.events
    assert rows(path, "SELECT count(*) <= 13 FROM orders") == [(1,)]


async def test_what_is_told_of_a_dropped_order_belongs_to_it(path: Path) -> None:
    """A late event or step of an order whose rows are gone leaves no row that belongs to nothing."""
    old = Life("old")
    batches: list[list[Entry]] = [old.whole(), *(Life(str(one)).whole() for one in range(40))]
    await kept(path, *batches, [old.filled(), old.resolved()], retention=Retention(settled=10))
    assert rows(path, 'SELECT count(*) FROM events WHERE "order" NOT IN (SELECT number FROM orders)') == [(0,)]
    assert rows(path, "SELECT count(*) FROM steps WHERE command NOT IN (SELECT position FROM commands)") == [(0,)]


# Waiting.


def test_what_has_begun_off_the_loop_is_waited_for() -> None:
    """A cancellation in the middle of it waits, so that nothing else begins beside it."""

    async def main() -> None:
        began, may_end, ended = threading.Event(), threading.Event(), threading.Event()

        def work() -> None:
            began.set()
            may_end.wait(5.0)
            ended.set()

        async with trio.open_nursery() as nursery:

            async def cancelled() -> None:
                with trio.CancelScope() as scope:
                    nursery.start_soon(cancel_in_the_middle, scope)
                    await off_loop(work)
                assert ended.is_set()

            async def cancel_in_the_middle(scope: trio.CancelScope) -> None:
                await trio.sleep(0.05)
                assert began.is_set()
                scope.cancel()
                await trio.sleep(0.01)
                may_end.set()

            nursery.start_soon(cancelled)

    trio.run(main)


async def test_a_cancelled_append_is_written_whole_or_not_begun(path: Path) -> None:
    """Whoever is cancelled at once has written nothing; and the journal is to be used again."""
    journal = open_on(path)
    with trio.CancelScope() as scope:
        scope.cancel()
        await journal.append(Life("1").working())
    assert not (await journal.read()).registered
    await journal.append(Life("1").working())
    assert (await journal.read()).registered
    await journal.close()


def test_a_commit_that_has_begun_off_the_loop_is_finished(path: Path) -> None:
    """In a thread: a cancellation in the middle waits for the disk, and what was begun is there."""

    async def main() -> None:
        journal = SqliteJournal(path, account="kraken", venue="kraken-spot")
        await journal.read()
        entries = [entry for number in range(2_000) for entry in Life(str(number)).working()]
        with trio.move_on_after(0.01) as scope:
            await journal.append(entries)
        assert len((await journal.read()).registered) == 2_000
        assert scope.cancel_called
        await journal.close()

    trio.run(main)


def test_the_loop_goes_on_while_the_disk_is_waited_for(path: Path) -> None:
    """A slow disk stalls nobody else: other tasks run during a long commit."""

    async def main() -> None:
        journal = SqliteJournal(path, account="kraken", venue="kraken-spot")
        await journal.read()
        entries = [entry for number in range(2_000) for entry in Life(str(number)).working()]
        turns = 0
        async with trio.open_nursery() as nursery:
            nursery.start_soon(journal.append, entries)
            while nursery.child_tasks:
                turns += 1
                await trio.sleep(0.001)
        assert turns > 5
        await journal.close()

    trio.run(main)


async def test_a_closed_journal_says_so(path: Path) -> None:
    """After its closing nothing is written, and closing it again does nothing."""
    journal = open_on(path)
    await journal.append(Life("1").working())
    await journal.close()
    await journal.close()
    with pytest.raises(JournalError, match="it was closed"):
        await journal.append([report(1)])


async def test_a_long_read_tells_how_far_it_is(path: Path) -> None:
    """So that a terminal can show it."""
    life, told = Life("1"), list[tuple[int, int]]()
    await kept(path, [*life.working(), *(life.filled() for _ in range(3_000))])
    journal = open_on(path)
    await journal.read(lambda done, total: told.append((done, total)))
    await journal.close()
    assert told == [(1_000, 3_005), (2_000, 3_005), (3_000, 3_005)]


def test_a_long_read_off_the_loop_tells_in_the_loop(path: Path) -> None:
    """Whoever is told may touch what belongs to the loop, wherever the disk is waited for."""

    async def main() -> None:
        journal, life, told = SqliteJournal(path, account="kraken", venue="kraken-spot"), Life("1"), list[int]()

        def tell(done: int, total: int) -> None:
            trio.lowlevel.current_task()  # an error anywhere but in the loop
            assert total == 3_005
            told.append(done)

        await journal.append([*life.working(), *(life.filled() for _ in range(3_000))])
        await journal.read(tell)
        await trio.sleep(0.01)
        assert told == sorted(told)
        assert told[-1] == 3_000
        await journal.close()

    trio.run(main)


async def test_a_damaged_row_that_a_restart_needs_is_named(path: Path) -> None:
    """And nothing is opened, so that nothing is sent."""
    life = Life("1")
    await kept(path, [*life.working(), *(life.filled() for _ in range(300))])
    rows(path, "UPDATE events SET payload = replace(payload, '0.1', '0.2') WHERE sequence = 9")
    with pytest.raises(JournalDamaged, match=r"row 12 of the table events .*journal verify"):
        await open_on(path).read()
