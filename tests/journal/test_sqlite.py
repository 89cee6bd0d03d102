"""A journal in a file keeps what it is given, once, in order, and for nobody else."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import apsw
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batactors.journal.memory import MemoryJournal
from batactors.journal.schema import APPLICATION_ID, MIGRATIONS, VERSION
from batactors.journal.store import Entry
from batactors.model.errors import (
    JournalForeign,
    JournalLocked,
    JournalReadOnly,
    JournalVersion,
)
from batactors.model.order_events import OrderCanceled
from batactors.testing import run_in_virtual_time
from tests.journal.bench import bytes_of, keep, kept, open_on, plain, rows, write
from tests.journal.entries import Life, cancel_all, report, set_aside


async def test_another_life_reads_what_was_appended(path: Path) -> None:
    """Commands with their wire ids, events, steps and reports come back as they were, each in its order."""
    one, two = Life("1", wire_id="w1"), Life("2")
    entries = [*one.working(), *two.whole(), report(1), one.filled(), report(2), set_aside("{}"), cancel_all("all")]
    memory = MemoryJournal()
    await memory.append(entries)
    contents = await kept(path, entries[:3], entries[3:7], [], entries[7:])
    assert plain(contents) == plain(await memory.read())


_LIVES = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 7)), min_size=1, max_size=5)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives=_LIVES, batch=st.integers(1, 9), again=st.lists(st.integers(0, 30), max_size=8), data=st.data())
def test_it_keeps_what_the_journal_in_memory_keeps(
    tmp_path_factory: pytest.TempPathFactory, lives: list[tuple[int, int]], batch: int, again: list[int], data: Any
) -> None:
    """Whatever is appended in whatever commits, some of it again, and forgotten: both tell a restart the same."""

    async def main() -> None:
        journal, memory = open_on(tmp_path_factory.mktemp("journal") / "a"), MemoryJournal()
        told: list[Entry] = []
        for number, (_, length) in enumerate(lives):
            told += Life(str(number)).whole()[:length]
        told += [told[place] for place in again if place < len(told)]
        for start in range(0, len(told), batch):
            await journal.append(told[start : start + batch])
            await memory.append(told[start : start + batch])
        assert plain(await journal.read()) == plain(await memory.read())
        gone = [
            Life(str(number)) for number, (_, length) in enumerate(lives) if length == 7 and data.draw(st.booleans())
        ]
        for store in (journal, memory):
            await store.forget([life.order for life in gone], [life.command for life in gone])
        ours, theirs = await journal.read(), await memory.read()
        assert plain(ours)[:-1] == plain(theirs)[:-1]
        assert sorted(ours.bygone) == sorted(theirs.bygone)
        await journal.close()

    run_in_virtual_time(main)


async def test_an_entry_is_kept_once_and_as_it_was_first(path: Path) -> None:
    """By its identity: what is appended again, in the same commit or another life, changes nothing."""
    life = Life("1")
    entries = [*life.whole(), report(1), set_aside("x")]
    other = [evolve(entry, reason="another") for entry in entries if isinstance(entry, OrderCanceled)]
    contents = await kept(path, [*entries, *entries], entries)
    assert plain(await kept(path, entries, other)) == plain(contents)
    assert (len(contents.registered), len(contents.reports)) == (1, 1)
    assert [event.sequence for event in contents.events[life.order]] == [1, 2, 3, 4]
    assert rows(path, "SELECT count(*) FROM set_aside") == [(1,)]


async def test_an_old_event_told_again_does_not_open_its_order(path: Path) -> None:
    """That an order has ended is what its last event says, not the one that was written last."""
    life = Life("1")
    entries = life.whole()
    await kept(path, entries, [entries[3]])
    ((settled,),) = rows(path, "SELECT settled IS NOT NULL FROM orders")
    assert settled


async def test_a_frame_is_kept_without_secrets_and_cut(path: Path) -> None:
    """What could not be taken in is kept whole for the audit, up to a length, and never with a token or a key."""
    frame = '{"method":"subscribe","params":{"token":"hush","api_Key": "hush\\"hush", "x":"' + "y" * 20_000 + '"}}'
    await kept(path, [set_aside(frame)])
    ((payload,),) = rows(path, "SELECT payload FROM set_aside")
    assert "hush" not in payload
    assert '\\"token\\":\\"***\\"' in payload
    assert 16_000 < len(payload) < 17_000


async def test_a_frame_cut_within_a_secret_does_not_show_it(path: Path) -> None:
    """Also where the cut falls into the middle of a secret."""
    for cut in (16_370, 32_760):
        frame = " " * (cut - 12) + '{"token":"hushhushhushhushhushhush"}'
        await kept(path, [set_aside(frame)])
    assert not rows(path, "SELECT 1 FROM set_aside WHERE payload LIKE '%hush%'")


# Who may have it.


async def test_a_second_engine_is_told_who_has_it(path: Path) -> None:
    """The journal is locked for as long as its process lives; the error names that one, and since when."""
    first = open_on(path)
    await first.append(Life("1").working())
    second = open_on(path)
    with pytest.raises(JournalLocked, match=rf"{path}: process {os.getpid()} has had it since \d+-.* UTC: stop"):
        await second.read()
    await first.append([report(1)])
    await first.close()
    third = open_on(path)
    assert len((await third.read()).reports) == 1
    await third.close()


HOLD = """
import sys, time, trio
from batactors.journal.sqlite import SqliteJournal
async def main():
    journal = SqliteJournal(sys.argv[1], account="kraken", venue="kraken-spot")
    await journal.read()
    print("held", flush=True)
    time.sleep(60)
trio.run(main)
"""


def test_the_lock_dies_with_its_process(path: Path) -> None:
    """Another process keeps us out while it lives, is named, and once it is killed the journal is to be had."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"

        async def blocked() -> None:
            with pytest.raises(JournalLocked, match=f"process {process.pid} has had it since"):
                await open_on(path).read()

        run_in_virtual_time(blocked)
        process.kill()
        process.wait()
        run_in_virtual_time(keep, path, Life("1").working())


@pytest.mark.parametrize(
    ("own", "place"), [({"account": "other"}, "account 'other'"), ({"venue": "bybit"}, "at bybit")]
)
async def test_the_journal_of_another_account_is_refused(path: Path, own: dict[str, str], place: str) -> None:
    """Each account has a journal of its own, and each venue: the error names both."""
    await kept(path, Life("1").working())
    with pytest.raises(JournalForeign, match=f"of account 'kraken' at kraken-spot, and this is .*{place}"):
        await open_on(path, **own).read()
    assert (await kept(path)).registered


async def test_a_file_of_something_else_is_refused_and_left_as_it_is(path: Path) -> None:
    """Neither a text nor somebody's database is written to."""
    write(path, b"dear diary\n" * 200)
    before = bytes_of(path)
    with pytest.raises(JournalForeign, match="no journal of batactors"):
        await open_on(path).append(Life("1").working())
    assert bytes_of(path) == before
    write(path, b"")
    rows(path, "CREATE TABLE diary (line)")
    before = bytes_of(path)
    with pytest.raises(JournalForeign, match="no journal of batactors"):
        await open_on(path).append(Life("1").working())
    assert bytes_of(path) == before


async def test_a_newer_version_is_refused(path: Path) -> None:
    """A file that a newer batactors wrote is not touched; the error names both versions."""
    await kept(path, Life("1").working())
    rows(path, f"PRAGMA user_version={VERSION + 1}")
    with pytest.raises(JournalVersion, match=f"version {VERSION + 1} .* knows {VERSION} at most"):
        await open_on(path).read()


async def test_no_directory_and_a_directory_are_named(tmp_path: Path) -> None:
    """A path that cannot be a journal's says what is wrong with it."""
    with pytest.raises(JournalForeign, match="it is a directory"):
        await open_on(tmp_path).read()
    with pytest.raises(JournalReadOnly, match=r"there is no directory .*/nowhere: make it"):
        await open_on(tmp_path / "nowhere" / "a").read()


async def test_an_empty_file_becomes_a_journal(path: Path) -> None:
    """Killed while it was being made, a file is empty: the next start makes it."""
    write(path, b"")
    assert (await kept(path, Life("1").working())).registered
    ((mark,),) = rows(path, "PRAGMA application_id")
    assert mark == APPLICATION_ID


# Versions.


async def test_a_journal_of_version_1_is_brought_to_this_one(path: Path) -> None:
    """What the first version held is read, and what only later ones hold can be appended."""
    life = Life("1")
    await kept(path, life.whole(), [report(1)])
    connection = apsw.Connection(str(path))
    old = [(table, connection.execute(f"SELECT * FROM {table}").fetchall()) for table in TABLES_OF_1]
    connection.close()
    write(path, b"")
    connection = apsw.Connection(str(path))
    for sql in MIGRATIONS[0]:
        connection.execute(sql)
    for table, there in old:
        for row in there:
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    connection.execute(f"PRAGMA user_version=1; PRAGMA application_id={APPLICATION_ID}")
    connection.close()
    contents = await kept(path, [set_aside("new")])
    assert [entry.command.command_id for entry in contents.registered] == [life.command]
    assert len(contents.events[life.order]) == 4
    assert rows(path, "PRAGMA user_version") == [(VERSION,)]
    assert rows(path, "SELECT count(*) FROM set_aside") == [(1,)]


TABLES_OF_1 = ("about", "orders", "commands", "events", "steps", "reports", "bygone")
