"""A journal as it is at one moment, for those who look at it: a copy, taken beside an engine that goes on writing.

The engine's lock keeps everybody else out, and a reader of the file itself could change it. So the file and its log are
copied. What the engine moves from the log into the file meanwhile is still in the log, which is copied after the file;
only when the log was begun anew in between, which its header tells, the copy is good for nothing and is taken again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
from attrs import frozen

from batactors.journal.complaints import naming
from batactors.journal.database import require_ours
from batactors.journal.raw import copy, exists, opened
from batactors.journal.wal import HEADER
from batactors.model.errors import JournalError, JournalLocked

TRIES = 5
"""Copies that are taken: an engine begins its log anew every few thousand commits, and no copy takes as long."""

Told = Callable[[int, int], None]
"""Is told how many bytes of how many are copied."""


@frozen(kw_only=True)
class Copy:
    """A journal's copy.

    Attributes:
        file: What it is a copy of.
        path: Where it is.
        size: Bytes of the file; ``log`` those of its write-ahead log.
        held: Whether an engine has the journal now.
        connection: Open on the copy.
    """

    file: str
    path: str
    size: int
    log: int
    held: bool
    connection: apsw.Connection


@contextmanager
def copied(file: str, told: Told = lambda done, total: None) -> Iterator[Copy]:
    """A copy of a journal, gone at the end; the journal itself is not touched.

    Raises:
        JournalError: There is none, it is none, or it is of a newer version.
    """
    try:
        is_there = Path(file).is_file()
    except OSError as error:
        raise JournalError(f"it cannot be reached ({error.strerror}): allow it", file=file) from error
    if not is_there:
        raise JournalError("there is no such file", file=file)
    with TemporaryDirectory(prefix="batactors-journal-") as directory:
        path = str(Path(directory) / "copy")
        with naming(file):
            size, log = _take(file, path, told)
            held = _is_held(file)
            connection = apsw.Connection(path)
        try:
            with naming(file):
                connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
                connection.execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY").fetchall()
                require_ours(connection, file)
            yield Copy(file=file, path=path, size=size, log=log, held=held, connection=connection)
        finally:
            connection.close(True)


def _take(file: str, path: str, told: Told) -> tuple[int, int]:
    log = f"{file}-wal"
    for number in range(TRIES):
        target = path if number == TRIES - 1 else f"{path}-{number}"
        before = _header(log)
        with opened(file, None) as raw:
            size = raw.xFileSize()
        done = 0

        def step(amount: int, size: int = size) -> None:
            nonlocal done
            done += amount
            told(min(done, size), size)

        copy(file, target, None, step)
        if before is not None:
            copy(log, f"{target}-wal", None)
        if _header(log) == before:
            if target != path:
                Path(target).rename(path)
                if before is not None:
                    Path(f"{target}-wal").rename(f"{path}-wal")
            return size, Path(f"{path}-wal").stat().st_size if before is not None else 0
        for part in ("", "-wal"):
            Path(f"{target}{part}").unlink(missing_ok=True)
    raise JournalLocked("its engine writes faster than it can be copied: try again when there is less to do", file=file)


def _header(log: str) -> bytes | None:
    if not exists(log, None):
        return None
    with opened(log, None) as raw:
        return bytes(raw.xRead(HEADER, 0)) if raw.xFileSize() >= HEADER else b""


def _is_held(file: str) -> bool:
    with opened(file, None) as raw:
        try:
            raw.xLock(apsw.SQLITE_LOCK_SHARED)
        except apsw.BusyError:
            return True
        raw.xUnlock(apsw.SQLITE_LOCK_NONE)
        return False
