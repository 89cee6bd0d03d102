"""Files of a journal as bytes, on whatever disk it is.

They are opened through SQLite's own layer: on the machine's disk, a file that is opened and closed beside it would take
the locks of this process with it, the journal's own among them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import apsw

CHUNK = 1 << 16
"""Bytes that are read or written at once: SQLite's own layer cannot do with 128 kB or more."""
_READ = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_MAIN_DB
_MAKE = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_MAIN_DB


@contextmanager
def opened(file: str, vfs: str | None, flags: int = _READ) -> Iterator[apsw.VFSFile]:
    """A file, to be read and written at any place.

    Raises:
        apsw.CantOpenError: It is not there, or not to be had.
    """
    raw = apsw.VFSFile(vfs or "", file, [flags, 0])
    try:
        yield raw
    finally:
        raw.xClose()


def exists(file: str, vfs: str | None) -> bool:
    """Whether there is such a file."""
    try:
        with opened(file, vfs):
            return True
    except apsw.CantOpenError:
        return False


def copy(source: str, target: str, vfs: str | None, done: Callable[[int], None] = lambda size: None) -> None:
    """Copy a file that is there to one that is not, and wait until it is on the disk.

    Args:
        source: What is copied.
        target: Where to.
        vfs: The disk of both.
        done: Is told how many bytes each step has copied.
    """
    with opened(source, vfs) as reader, opened(target, vfs, _MAKE) as writer:
        size = reader.xFileSize()
        for offset in range(0, size, CHUNK):
            amount = min(CHUNK, size - offset)
            writer.xWrite(reader.xRead(amount, offset), offset)
            done(amount)
        writer.xSync(apsw.SQLITE_SYNC_NORMAL)
