"""The end of a journal, seen to when it is opened: what a crash left half-written there is cut off, after a copy.

Only the end is ever cut, and never without a word. Where more is missing, nothing is opened.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import Any, cast

import apsw
from attrs import frozen

from batactors.journal.codec import CodecError, decode
from batactors.journal.complaints import damaged, naming
from batactors.journal.database import Place, about_of, value
from batactors.journal.raw import copy, exists
from batactors.journal.rows import IDENTITY, checksum
from batactors.journal.schema import ENTRIES
from batactors.journal.store import Entry
from batactors.journal.wal import leftovers

logger = logging.getLogger("batactors.journal")

LAST = 256
"""Rows at the end that are looked at: as many as one commit of a burst has. Damage that goes further is no torn end."""


@frozen(kw_only=True)
class Row:
    """A row of an entry, and what is wrong with it, if anything is."""

    table: str
    position: int
    identity: str
    kind: str
    wrong: str | None = None


def cut_tail(connection: apsw.Connection, place: Place) -> None:
    """See to the end of a journal that has just been opened, before anything is written to it.

    Raises:
        JournalDamaged: More than the end is damaged.
    """
    with naming(place.file):
        _look_at_the_log(connection, place)
        _look_at_the_rows(connection, place)


def _look_at_the_log(connection: apsw.Connection, place: Place) -> None:
    (checkpoint,) = connection.execute("PRAGMA wal_checkpoint(NOOP)").fetchall()
    left = leftovers(place.file, place.vfs, max(0, cast("int", checkpoint[1])))
    if not left.commits:
        return
    where = f"its write-ahead log {place.file}-wal is damaged at byte {left.offset if not left.header else 0}"
    # With each commit on the disk before the next begins, only the last can be half there.
    if left.header or (left.commits > 1 and about_of(connection).get("sync") != "normal"):
        raise damaged(place.file, f"{where}, and {_commits(left.commits)} after that would be lost")
    kept = _back_up(place, ("-wal",))
    logger.warning(
        "%s: %s: cut there, %s after that not taken; it is kept as it was in %s",
        place.file, where, _commits(left.commits), kept,
    )  # fmt: skip


def _commits(count: int) -> str:
    return "1 commit" if count == 1 else f"{count} commits"


def _look_at_the_rows(connection: apsw.Connection, place: Place) -> None:
    rows = sorted(last_rows(connection), key=lambda row: -row.position)
    bad = []
    for row in rows:
        if row.wrong is None:
            break
        bad.append(row)
    if not bad:
        return
    if len(bad) == len(rows):
        raise damaged(place.file, f"its last {len(bad)} rows are not as they were written")
    kept = _back_up(place, ("", "-wal"))
    with connection:
        for row in bad:
            connection.execute(f"DELETE FROM {row.table} WHERE position = ?", (row.position,))
        stand_again(connection)
    told = "; ".join(f"row {row.position} of {row.table}, {row.kind} {row.identity}: {row.wrong}" for row in bad)
    logger.error(
        "%s: its end is damaged and was cut: %s. What these told is asked for at the venue, and told again; the file "
        "as it was is kept in %s", place.file, told, kept,
    )  # fmt: skip


def last_rows(connection: apsw.Connection) -> Iterator[Row]:
    """The last rows of all entries."""
    tables = [table for table in ENTRIES if is_there(connection, table)]
    union = " UNION ALL ".join(f"SELECT max(position) AS last FROM {table}" for table in tables)
    last = value(connection, f"SELECT coalesce(max(last), 0) FROM ({union})")
    for table in tables:
        for row in connection.execute(f"{rows_of(table)} WHERE position > ?", (last - LAST,)):
            yield looked_at(table, row)[0]


def rows_of(table: str) -> str:
    """SQL for the rows of a table as ``looked_at`` takes them: as bytes, for damaged text may be no text at all."""
    texts = ", ".join(f"CAST({column} AS BLOB)" for column in (IDENTITY[table], "kind", "payload"))
    return f"SELECT position, {texts}, checksum FROM {table}"


def is_there(connection: apsw.Connection, table: str) -> bool:
    """Whether the file has this table: one of an older version lacks some."""
    return bool(connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)).fetchall())


def looked_at(table: str, row: Sequence[Any]) -> tuple[Row, Entry | None]:
    """What a row is, and the entry in it, if it is as it was written."""
    position, crc = row[0], row[-1]
    identity, kind, payload = (bytes(text or b"").decode("utf-8", "replace") for text in row[1:-1])
    wrong, entry = None, None
    if checksum(table, position, identity, kind, payload) != crc:
        wrong = "its checksum is not that of its content"
    else:
        try:
            entry = decode(kind, payload)
        except CodecError as error:
            wrong = str(error)
    return Row(table=table, position=position, identity=identity, kind=kind, wrong=wrong), entry


_TERMINAL = "('filled', 'canceled', 'expired', 'rejected', 'not_executed')"
_LAST = 'SELECT {} FROM events WHERE "order" = number ORDER BY sequence DESC LIMIT 1'
SETTLED = _LAST.format(f"CASE WHEN payload ->> 'state' IN {_TERMINAL} THEN position END")
RESOLVED = "SELECT max(steps.position) FROM steps WHERE command = commands.position AND steps.kind = 'Resolved'"


def stand_again(connection: apsw.Connection) -> None:
    """What says that orders and commands have ended, made anew from their entries."""
    connection.execute(f"UPDATE orders SET settled = ({SETTLED}) WHERE settled IS NOT ({SETTLED})")
    connection.execute(f"UPDATE commands SET settled = ({RESOLVED}) WHERE settled IS NOT ({RESOLVED})")


def _back_up(place: Place, parts: Sequence[str]) -> str:
    """Copies of parts of the journal, beside them, under the first name that is free."""
    number = 1
    while any(exists(f"{place.file}.cut-{number}{part}", place.vfs) for part in ("", "-wal")):
        number += 1
    name = f"{place.file}.cut-{number}"
    for part in parts:
        if exists(f"{place.file}{part}", place.vfs):
            copy(f"{place.file}{part}", f"{name}{part}", place.vfs)
    return f"{name}{parts[0]}"
