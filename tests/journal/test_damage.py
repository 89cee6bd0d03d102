"""A journal that is not as it was written: a torn end is cut, with a copy and a word; more than that is refused."""

import logging
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batactors.journal.store import Entry
from batactors.journal.wal import FRAME, HEADER
from batactors.model.errors import JournalDamaged, JournalForeign, JournalVersion
from batactors.testing import run_in_virtual_time
from batactors.testing.disk import SimulatedDisk
from tests.journal.entries import Life
from tests.journal.test_disk import FILLS, WORKING, filled, fills_on, open_on

FILE, LOG = "a.journal", "a.journal-wal"
PAGE = 4096


@pytest.fixture
def disk() -> Any:
    disk = SimulatedDisk()
    yield disk
    disk.close()


def flip(disk: SimulatedDisk, name: str, offset: int) -> None:
    """One bit is another."""
    content = bytearray(disk.read(name))
    content[offset] ^= 0x10
    disk.write(name, bytes(content))


async def killed(disk: SimulatedDisk, **options: Any) -> None:
    """What a process leaves that is killed after ten fills."""
    journal = await filled(disk, **options)
    disk.kill()
    await journal.close()


def frames(disk: SimulatedDisk) -> int:
    """How many pages the log has."""
    return (len(disk.read(LOG)) - HEADER) // (FRAME + PAGE)


async def test_a_torn_last_commit_is_cut_with_a_copy_and_a_word(
    disk: SimulatedDisk, caplog: pytest.LogCaptureFixture
) -> None:
    """The log's last commit is damaged: it is left out, the files are kept as they were, and the log says so."""
    await killed(disk)
    last = HEADER + (frames(disk) - 1) * (FRAME + PAGE) + FRAME + 100
    flip(disk, LOG, last)
    before = disk.read(LOG)
    with caplog.at_level(logging.WARNING, "batactors"):
        assert await fills_on(disk) == 9
    assert "write-ahead log a.journal-wal is damaged at byte" in caplog.text
    assert "1 commit after that not taken; it is kept as it was in a.journal.cut-1-wal" in caplog.text
    assert disk.read("a.journal.cut-1-wal") == before


async def test_a_log_damaged_in_the_middle_is_refused(disk: SimulatedDisk) -> None:
    """SQLite alone would leave out every later commit without a word. Nothing is opened, and nothing is changed."""
    await killed(disk)
    flip(disk, LOG, HEADER + 4 * (FRAME + PAGE) + FRAME + 100)
    before = disk.read(LOG)
    disk.kill()
    with pytest.raises(JournalDamaged, match=r"at byte \d+, and \d+ commits after that would be lost; .*verify"):
        await open_on(disk).read()
    disk.kill()
    assert disk.read(LOG) == before
    with pytest.raises(JournalDamaged):
        await open_on(disk).read()


async def test_with_normal_sync_any_end_of_the_log_may_be_torn(
    disk: SimulatedDisk, caplog: pytest.LogCaptureFixture
) -> None:
    """That policy promises no more: what comes after the damage is left out, with a copy and a word."""
    await killed(disk, sync="normal")
    flip(disk, LOG, HEADER + (frames(disk) - 8) * (FRAME + PAGE) + FRAME + 100)
    with caplog.at_level(logging.WARNING, "batactors"):
        assert 0 < await fills_on(disk) < 9
    assert "commits after that not taken" in caplog.text


async def test_a_log_whose_header_is_damaged_is_refused(disk: SimulatedDisk) -> None:
    """SQLite alone would take such a log for empty."""
    await killed(disk)
    flip(disk, LOG, 13)
    disk.kill()
    with pytest.raises(JournalDamaged, match="would be lost"):
        await open_on(disk).read()


async def test_a_header_torn_by_a_crash_is_no_damage(disk: SimulatedDisk, caplog: pytest.LogCaptureFixture) -> None:
    """Where all that the log has is in the file already, nothing would be lost."""
    journal = await filled(disk)
    await journal.close()
    again = await filled(disk)
    log = disk.read(LOG)
    await again.close()
    disk.write(LOG, log)
    flip(disk, LOG, 13)
    assert await fills_on(disk) == 10
    assert not caplog.records


async def test_an_unfinished_commit_is_no_damage(disk: SimulatedDisk, caplog: pytest.LogCaptureFixture) -> None:
    """The last commit was never finished, so nobody was told of it: no word is lost about it."""
    await killed(disk)
    disk.write(LOG, disk.read(LOG)[: -(FRAME + PAGE)])
    assert await fills_on(disk) == 9
    assert not caplog.records


async def damaged_row(disk: SimulatedDisk, fill: int) -> None:
    """A fill's price is another than was written, in the file itself."""
    journal = await filled(disk)
    await journal.append(FILLS[10:])
    await journal.close()
    content = disk.read(FILE)
    price = content.index(b"49999.9", content.index(b'"F-%d"' % fill))
    disk.write(FILE, content[:price] + b"49999.8" + content[price + 7 :])


async def test_damaged_last_rows_are_cut_with_a_copy_and_a_word(
    disk: SimulatedDisk, caplog: pytest.LogCaptureFixture
) -> None:
    """Rows at the very end that are not as they were written are named, and go; what was told before them stays."""
    await damaged_row(disk, 41)
    before = disk.read(FILE)
    with caplog.at_level(logging.WARNING, "batactors"):
        assert await fills_on(disk) == 39
    assert "its end is damaged and was cut: row 45 of events, OrderFilled 1/42: its checksum is not" in caplog.text
    assert "asked for at the venue" in caplog.text
    assert disk.read("a.journal.cut-1") == before
    assert await fills_on(disk) == 39


async def test_a_damaged_row_in_the_middle_is_refused(disk: SimulatedDisk) -> None:
    """With good rows after it, it is no torn end: the error names it, and nothing is changed."""
    await damaged_row(disk, 20)
    before = disk.read(FILE)
    for _ in range(2):
        disk.kill()
        with pytest.raises(JournalDamaged, match=r"row 24 of the table events .* nothing was changed in it"):
            await open_on(disk).read()
    assert len(before) == len(disk.read(FILE))


async def test_what_an_older_round_of_the_log_left_is_no_damage(
    disk: SimulatedDisk, caplog: pytest.LogCaptureFixture
) -> None:
    """A log that was begun anew still has pages of the round before behind its end."""
    journal = await filled(disk)
    assert journal._opened is not None
    journal._opened.connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
    await journal.append([FILLS[10]])
    assert frames(disk) > 10
    assert await fills_on(disk) == 11
    assert not caplog.records


async def test_an_order_whose_end_was_cut_is_open_again(disk: SimulatedDisk) -> None:
    """What says that it has ended goes with the row that said so."""
    journal = open_on(disk)
    await journal.append(Life("a").whole())
    await journal.close()
    disk.write(FILE, disk.read(FILE).replace(b'"reason":"user"', b'"reason":"usar"'))
    disk.kill()
    journal = open_on(disk)
    await journal.read()
    assert journal._opened is not None
    assert journal._opened.connection.execute("SELECT settled FROM orders").fetchall() == [(None,)]


async def test_a_header_of_another_version_is_damage(disk: SimulatedDisk) -> None:
    """SQLite would call such a file read-only, which is no help."""
    journal = await filled(disk)
    await journal.close()
    flip(disk, FILE, 18)
    disk.kill()
    with pytest.raises(JournalDamaged, match="its header names versions"):
        await open_on(disk).read()


async def test_a_schema_that_is_another_is_damage(disk: SimulatedDisk) -> None:
    """A column of another name is no error of the disk's, and a number that has become text no bug of ours."""
    journal = await filled(disk)
    await journal.close()
    content = disk.read(FILE)
    disk.write(FILE, content.replace(b"events (position", b"events (pocition", 1))
    disk.kill()
    with pytest.raises(JournalDamaged, match="no such column: position"):
        await open_on(disk).read()


@settings(max_examples=150, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), log=st.booleans(), cut=st.booleans())
def test_no_damage_makes_another_story(place: float, bit: int, log: bool, cut: bool) -> None:
    """Wherever a bit flips or a file ends too soon: what is read is a beginning of what was told, or nothing is."""

    async def main() -> None:
        disk = SimulatedDisk()
        journal = await filled(disk)
        if not log:
            await journal.close()
        disk.kill()
        await journal.close()
        name = LOG if log else FILE
        content = bytearray(disk.read(name))
        offset = int(place * len(content))
        if cut:
            del content[offset:]
        else:
            content[offset] ^= 1 << bit
        disk.write(name, bytes(content))
        try:
            contents = await open_on(disk).read()
        except (JournalDamaged, JournalForeign, JournalVersion):
            return  # any other error, or a plain JournalError, would say the wrong thing
        finally:
            disk.close()
        told: list[Entry] = [*WORKING, *FILLS[:10]]
        for events in contents.events.values():
            assert list(events) == [entry for entry in told if hasattr(entry, "client_order_id")][: len(events)]
        assert list(contents.registered) in ([], [told[0]])

    run_in_virtual_time(main)


def test_the_life_of_the_tests_is_as_they_think() -> None:
    """The rows that are named above: a command, two events, two steps, and then the fills."""
    assert [type(entry).__name__ for entry in WORKING] == [type(entry).__name__ for entry in Life("1").working()]
    assert len(WORKING) == 5
