"""What a crash leaves: after any number of kills and power cuts, what was kept is there, and nothing else is."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batactors.journal.loop import in_loop
from batactors.journal.sqlite import SqliteJournal
from batactors.journal.store import Entry
from batactors.model.errors import JournalError, JournalFull, JournalLocked, JournalReadOnly
from batactors.testing import VirtualClock, run_in_virtual_time
from batactors.testing.disk import SECTOR, SimulatedDisk
from tests.journal.entries import Life, report


def open_on(disk: SimulatedDisk, **options: Any) -> SqliteJournal:
    own = {"account": "kraken", "venue": "kraken-spot", "run": in_loop, "clock": VirtualClock(), "vfs": disk.vfs}
    return SqliteJournal("a.journal", **{**own, **options})


@pytest.fixture
def disk() -> Any:
    disk = SimulatedDisk()
    yield disk
    disk.close()


CRASHES = st.lists(st.tuples(st.integers(1, 12), st.sampled_from(["kill", "cut", "close"])), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), crashes=CRASHES)
def test_what_was_kept_survives_any_crash(seed: int, crashes: list[tuple[int, str]]) -> None:
    """With full sync, every commit that was told as kept is there after kills and power cuts, each row as it was."""

    async def main() -> None:
        disk, told, life, number = SimulatedDisk(seed), list[Entry](), Life("1"), 0
        told += life.working()
        batches: list[list[Entry]] = [told[:]]
        for commits, crash in crashes:
            journal = open_on(disk)
            for _ in range(commits):
                number += 1
                batches.append([life.filled(), report(number)])
                await journal.append(batches[-1])
            if crash == "close":
                await journal.close()
            elif crash == "kill":
                disk.kill()
            else:
                disk.cut_power()
            again = open_on(disk)
            contents = await again.read()
            assert [event.sequence for event in contents.events.get(life.order, ())] == [
                entry.sequence for batch in batches[1:] for entry in batch[:1] if hasattr(entry, "sequence")
            ]
            assert list(contents.reports) == [batch[1] for batch in batches[1:]]
            disk.kill()
        disk.close()

    run_in_virtual_time(main)


LIFE = Life("1")
WORKING = LIFE.working()
FILLS: list[Entry] = [LIFE.filled() for _ in range(40)]


async def filled(disk: SimulatedDisk, **options: Any) -> SqliteJournal:
    """A journal with an order and ten fills, each a commit, as a process leaves it that is killed."""
    journal = open_on(disk, **options)
    await journal.append(WORKING)
    for fill in FILLS[:10]:
        await journal.append([fill])
    return journal


async def fills_on(disk: SimulatedDisk) -> int:
    """How many fills another process reads."""
    disk.kill()
    journal = open_on(disk)
    contents = await journal.read()
    return len(contents.events[LIFE.order]) - 2


async def test_a_full_disk_is_said_and_loses_nothing(disk: SimulatedDisk) -> None:
    """The commit that finds no room is refused whole, as is every later one; with room, the next life goes on."""
    journal = await filled(disk)
    disk.room = 10_000
    with pytest.raises(JournalFull, match=r"a\.journal: the disk is full: make room and start again"):
        for fill in FILLS[10:]:
            await journal.append([fill])
    with pytest.raises(JournalFull):
        await journal.append([FILLS[-1]])
    disk.room = None
    with pytest.raises(JournalFull):
        await journal.append([FILLS[-1]])
    kept = await fills_on(disk)
    assert 10 <= kept < 14
    again = open_on(disk)
    disk.kill()
    again = open_on(disk)
    await again.append(FILLS)
    assert await fills_on(disk) == 40


@pytest.mark.parametrize("room", range(0, 160_000, 5_000))
async def test_a_journal_that_could_not_be_made_is_made_by_the_next_start(disk: SimulatedDisk, room: int) -> None:
    """Wherever in its making the disk was full: what is left of it stands in nobody's way."""
    disk.room = room
    try:
        await open_on(disk).read()
    except JournalFull:
        pass
    else:
        assert room > 80_000
    disk.kill()
    disk.room = None
    await filled(disk)
    assert await fills_on(disk) == 10


async def test_a_sync_that_fails_ends_the_journal(disk: SimulatedDisk) -> None:
    """A commit whose sync failed is not told as kept, and nothing more is taken: only the next start knows."""
    journal = await filled(disk)
    disk.failing_syncs = 1
    with pytest.raises(JournalError, match=r"a\.journal: the disk failed \(.*\), or a quota .*: see the system's log"):
        await journal.append([FILLS[10]])
    with pytest.raises(JournalError, match="the disk failed"):
        await journal.append([FILLS[11]])
    disk.cut_power()
    assert await fills_on(disk) in (10, 11)


async def test_a_read_only_disk_is_said(disk: SimulatedDisk) -> None:
    """Of a file that is there, of one that is not, and of one that becomes so."""
    disk.read_only = True
    with pytest.raises(JournalReadOnly, match=r"a\.journal: it cannot be opened for writing"):
        await open_on(disk).read()
    disk.read_only = False
    journal = await filled(disk)
    disk.read_only = True
    with pytest.raises(JournalReadOnly):
        await journal.append([FILLS[10]])
    disk.kill()
    with pytest.raises(JournalReadOnly, match=r"a\.journal: it is not to be written"):
        await open_on(disk).read()
    disk.read_only = False
    assert await fills_on(disk) == 10


async def test_a_second_engine_is_refused(disk: SimulatedDisk) -> None:
    """Until the first one's process is gone, however it goes."""
    journal = await filled(disk)
    with pytest.raises(JournalLocked, match=r"process \d+ has had it since"):
        await open_on(disk).read()
    await journal.append([FILLS[10]])
    assert await fills_on(disk) == 11


async def test_normal_sync_keeps_what_it_says(disk: SimulatedDisk) -> None:
    """A killed process loses nothing; a power cut may take the last commits, from some point on, and no more."""
    journal = await filled(disk, sync="normal")
    assert await fills_on(disk) == 10
    lost = []
    for seed in range(30):
        other = SimulatedDisk(seed)
        journal = await filled(other, sync="normal")
        other.cut_power()
        journal = open_on(other)
        contents = await journal.read()
        told = [event.sequence for event in contents.events.get(LIFE.order, ())]
        assert told == list(range(1, len(told) + 1))
        lost.append(12 - len(told))
        other.close()
    assert any(lost), "the policy would be free of charge"


def test_a_torn_sector_is_torn() -> None:
    """What a power cut leaves of what was not synced: some of it, sector by sector, the same for the same seed."""
    left = []
    for _ in range(2):
        disk = SimulatedDisk("torn")
        disk.write("a", b"o" * 64 * SECTOR)
        connection_file = disk.files["a"]
        connection_file.write(b"n" * 64 * SECTOR, 0)
        disk.cut_power()
        left.append(disk.read("a"))
        disk.close()
    assert left[0] == left[1]
    sectors = [left[0][begin : begin + SECTOR] for begin in range(0, 64 * SECTOR, SECTOR)]
    whole = sum(sector == b"n" * SECTOR for sector in sectors)
    none = sum(sector == b"o" * SECTOR for sector in sectors)
    torn = [sector for sector in sectors if sector.strip(b"n") not in (b"", sector)]
    assert min(whole, none, len(torn)) > 5
    assert all(sector.strip(b"n").strip(b"o") == b"" for sector in torn)
