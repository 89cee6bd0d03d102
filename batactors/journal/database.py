"""A journal's file, opened so that nobody else has it, and known to be ours.

The lock is SQLite's own, on the file: it ends with the process, however that ends.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import apsw
from attrs import frozen

from batactors.journal.complaints import damaged, foreign, naming
from batactors.journal.raw import opened
from batactors.journal.retention import Sync
from batactors.journal.schema import APPLICATION_ID, MIGRATIONS, VERSION
from batactors.model.errors import JournalError, JournalForeign, JournalLocked, JournalReadOnly, JournalVersion

CHECKPOINT_PAGES = 2_000
"""Pages in the write-ahead log (8 MB) from which on a commit moves them into the file, so that the log stays small."""

INCREMENTAL = 2
"""SQLite's number for a file that gives its free pages back a few at a time."""


@frozen(kw_only=True)
class Place:
    """Where a journal is, and whose it is.

    Attributes:
        vfs: SQLite's name for the disk that it is on; ``None`` for the machine's own.
    """

    file: str
    account: str
    venue: str
    vfs: str | None = None


def value(connection: apsw.Connection, sql: str, *given: Any) -> Any:
    """The only value that a query gives; ``None`` if it gives no row."""
    for row in connection.execute(sql, given):
        return row[0]
    return None


def open_database(place: Place, sync: Sync, since: str) -> apsw.Connection:
    """Open the file, or make it, and bring it to this version.

    Args:
        place: Where it is, and whose.
        sync: When the disk is asked to have written.
        since: What the time is, for whoever finds the file locked.

    Raises:
        JournalError: It is not to be had, not ours, or of a newer version; each has its class.
    """
    file = place.file
    if place.vfs is None:
        check_path(Path(file))
    with naming(file), ExitStack() as stack:
        connection = apsw.Connection(
            file, flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE, vfs=place.vfs, statementcachesize=64
        )
        stack.callback(let_go, connection)
        try:
            _prepare(connection, place, sync, since)
        except apsw.BusyError:
            raise _locked(place) from None
        stack.pop_all()
    return connection


def let_go(connection: apsw.Connection) -> None:
    """Close it as it is, with its log: whatever is committed is safe, and who may not have it changes nothing."""
    with suppress(apsw.Error):
        connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        connection.close(True)


def tidy_up(connection: apsw.Connection) -> None:
    """Close it so that all is in the one file, if the disk allows it."""
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.close(True)
    except apsw.Error:
        let_go(connection)


@contextmanager
def transaction(connection: apsw.Connection, kind: str = "IMMEDIATE") -> Iterator[None]:
    """All that is written within, or none of it."""
    connection.execute(f"BEGIN {kind}")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            with suppress(
                apsw.Error
            ):  # of a disk that fails: what was not committed is left out by the next to open it
                connection.execute("ROLLBACK")


def check_path(path: Path) -> None:
    """See whether there can be a file of this name.

    Raises:
        JournalError: There is a directory of it, or none for it, or it cannot be reached.
    """
    try:
        if path.is_dir():
            raise JournalForeign("it is a directory: give the path of a file", file=str(path))
        if not path.parent.is_dir():
            raise JournalReadOnly(f"there is no directory {path.parent}: make it", file=str(path))
    except OSError as error:
        raise JournalReadOnly(
            f"it cannot be reached ({error.strerror}): the file and its directory must be there and writable",
            file=str(path),
        ) from error


def _prepare(connection: apsw.Connection, place: Place, sync: Sync, since: str) -> None:
    with opened(place.file, place.vfs) as raw:
        head = raw.xRead(20, 0) if raw.xFileSize() >= 20 else b""
    # SQLite takes versions that it does not know for those of a file that must not be written.
    if head.startswith(b"SQLite format 3\0") and not {*head[18:20]} <= {1, 2}:
        raise damaged(place.file, "its header names versions that no journal has")
    if connection.readonly("main"):
        raise JournalReadOnly("it is not to be written: allow it, or give the path of another", file=place.file)
    connection.execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY").fetchall()  # else only the first runs
    if is_unmade(connection):
        connection.execute(f"PRAGMA auto_vacuum={INCREMENTAL}")
        _create(connection, place, since)
    else:
        with connection:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
            require_ours(connection, place.file)
        _require_whose(connection, place)
    connection.execute("PRAGMA journal_mode=WAL").fetchall()
    connection.execute(f"PRAGMA synchronous={sync.upper()}; PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}").fetchall()


def is_unmade(connection: apsw.Connection) -> bool:
    """Whether there is nothing in it yet. A disk that is full when it is made leaves a first page that is empty."""
    pages = cast("int", value(connection, "PRAGMA page_count"))
    if pages != 1:
        return pages == 0
    marks = [value(connection, f"PRAGMA {name}") for name in ("application_id", "user_version", "auto_vacuum")]
    return marks == [0, 0, INCREMENTAL] and not connection.execute("SELECT 1 FROM sqlite_schema").fetchall()


def take(connection: apsw.Connection, place: Place, sync: Sync, since: str) -> None:
    """Make it ours to write: of this version, with our name on it, where others can read that in spite of the lock."""
    with naming(place.file):
        migrate(connection)
        with connection:
            holder = (("holder", f"process {os.getpid()}"), ("held since", since), ("sync", sync))
            connection.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", holder)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _create(connection: apsw.Connection, place: Place, since: str) -> None:
    """Make an empty file a journal, all at once: who is killed in the middle leaves an empty file."""
    with transaction(connection, "EXCLUSIVE"):
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        migrate(connection)
        about = (("account", place.account), ("venue", place.venue), ("created", since))
        connection.executemany("INSERT INTO about VALUES (?, ?)", about)


def migrate(connection: apsw.Connection, upto: int = VERSION) -> None:
    """Bring the file from its version to this one, all at once."""
    version = cast("int", value(connection, "PRAGMA user_version"))
    if version >= upto:
        return
    with connection:
        for steps in MIGRATIONS[version:upto]:
            for sql in steps:
                connection.execute(sql)
        connection.execute(f"PRAGMA user_version={upto}")


def require_ours(connection: apsw.Connection, file: str) -> None:
    """See that it is a journal, of a version that this program can read.

    Raises:
        JournalForeign: It is of something else.
        JournalVersion: It is of a newer version.
    """
    if value(connection, "PRAGMA application_id") != APPLICATION_ID:
        raise foreign(file)
    version = value(connection, "PRAGMA user_version")
    if version > VERSION:
        raise JournalVersion(
            f"it has version {version} of the journal's format, and this batactors knows {VERSION} at most: use the "
            "newer batactors that wrote it",
            file=file,
        )


def _require_whose(connection: apsw.Connection, place: Place) -> None:
    about = about_of(connection)
    if (about.get("account"), about.get("venue")) != (place.account, place.venue):
        raise JournalForeign(
            f"it is the journal of account {about.get('account')!r} at {about.get('venue')}, and this is account "
            f"{place.account!r} at {place.venue}: give each account its own",
            file=place.file,
        )


def about_of(connection: apsw.Connection) -> dict[str, str]:
    """What the file says of itself: whose it is, and who has it."""
    return dict(connection.execute("SELECT name, value FROM about"))


def _locked(place: Place) -> JournalError:
    """Who has it, as it wrote into the file when it took it; a reader that locks nothing can see that much."""
    try:
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        reader = apsw.Connection(f"file:{quote(place.file)}?immutable=1", flags=flags, vfs=place.vfs)
        try:
            about = about_of(reader)
        finally:
            reader.close(True)
        holder = f"{about['holder']} has had it since {about['held since']}"
    except (apsw.Error, KeyError):
        holder = "another process has it"
    return JournalLocked(f"{holder}: stop that engine first, or give each its own journal", file=place.file)
