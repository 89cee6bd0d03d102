"""A journal on the machine's own disk, in virtual time, and what is in its file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apsw

from batactors.journal.loop import in_loop
from batactors.journal.sqlite import SqliteJournal
from batactors.journal.store import Contents, Entry
from batactors.testing import VirtualClock


def open_on(path: Path, **options: Any) -> SqliteJournal:
    """A journal that waits in the loop."""
    own = {"account": "kraken", "venue": "kraken-spot", "run": in_loop, "clock": VirtualClock(), "sync": "normal"}
    return SqliteJournal(path, **{**own, **options})


async def kept(path: Path, *batches: Sequence[Entry], **options: Any) -> Contents:
    """What another life reads, after this one has appended these and was closed."""
    await keep(path, *batches, **options)
    again = open_on(path, **options)
    contents = await again.read()
    await again.close()
    return contents


async def keep(path: Path, *batches: Sequence[Entry], **options: Any) -> None:
    """Append these, in as many commits, and close."""
    journal = open_on(path, **options)
    for batch in batches:
        await journal.append(batch)
    await journal.close()


def plain(contents: Contents) -> Any:
    """As it compares."""
    return (
        list(contents.registered),
        {key: list(events) for key, events in contents.events.items()},
        {key: list(steps) for key, steps in contents.steps.items()},
        list(contents.reports),
        list(contents.bygone),
    )


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """What somebody else does to the file, or sees in it, once it is closed."""
    connection = apsw.Connection(str(path))
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def bytes_of(path: Path) -> bytes:
    """What is in a file."""
    return path.read_bytes()


def write(path: Path, content: bytes) -> None:
    """Put this into a file, and nothing else."""
    path.write_bytes(content)
