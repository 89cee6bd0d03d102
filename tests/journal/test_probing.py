"""Whether a journal could be used is said without touching it, and as an engine would say it."""

import os
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from batactors.journal.copying import copied
from batactors.journal.probing import probe
from batactors.model.errors import JournalError, JournalReadOnly
from tests.journal.bench import bytes_of, open_on

NOBODY = 65_534


def unmade(path: Path) -> bytes:
    """What is left where there was no room to make a journal: SQLite's empty first page."""
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA auto_vacuum=INCREMENTAL; VACUUM").fetchall()
    connection.close()
    return bytes_of(path)


async def test_a_journal_that_could_not_be_made_can_be_used(path: Path) -> None:
    """What a full disk left of it is no foreign file: to `batactors check` as little as to an engine."""
    left = unmade(path)
    assert len(left) == 4096
    probe(str(path), account="kraken", venue="kraken-spot")
    assert bytes_of(path) == left
    journal = open_on(path)
    await journal.read()
    await journal.close()
    probe(str(path), account="kraken", venue="kraken-spot")


@pytest.fixture
def hidden(tmp_path: Path) -> Iterator[Path]:
    """A path that we may not reach; root, who may reach all, is somebody else meanwhile."""
    directory, us = tmp_path / "hidden", os.geteuid()
    directory.mkdir(mode=0o000)
    if us == 0:
        os.seteuid(NOBODY)
    yield directory / "a.journal"
    os.seteuid(us)
    directory.chmod(0o755)


def test_a_journal_out_of_reach_is_named_to_whoever_looks(hidden: Path) -> None:
    """By `batactors check` and by `batactors journal`: one of our errors, with the file."""
    with pytest.raises(JournalReadOnly, match=f"{hidden}: it cannot be reached"):
        probe(str(hidden), account="kraken", venue="kraken-spot")
    with pytest.raises(JournalError, match=f"{hidden}: it cannot be reached"), copied(str(hidden)):
        pytest.fail("it was copied")
