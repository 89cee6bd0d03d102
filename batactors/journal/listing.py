"""The entries of a journal in the order in which they were appended, for those who look at it."""

import heapq
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

import apsw
from attrs import frozen

from batactors.journal.schema import ENTRIES
from batactors.journal.store import Entry
from batactors.journal.tail import Row, is_there, looked_at, rows_of


@frozen(kw_only=True)
class Listed:
    """One entry.

    Attributes:
        text: As it is written, JSON.
        entry: ``None`` where the row is damaged; ``row.wrong`` says how.
    """

    row: Row
    text: str
    entry: Entry | None


@frozen(kw_only=True)
class Torn:
    """Where the rows of a table could not be read on."""

    table: str
    after: int
    why: str


def count_of(connection: apsw.Connection) -> int:
    """How many entries there are, by the places of the last of each table: at least as many as can be read."""
    total = 0
    for table in ENTRIES:
        if is_there(connection, table):
            try:
                total += int(str(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]))
            except apsw.CorruptError:
                continue
    return total


def entries_of(connection: apsw.Connection, torn: list[Torn]) -> Iterator[Listed]:
    """All of them; what cannot be read is left out, and told in ``torn``."""
    tables = [table for table in ENTRIES if is_there(connection, table)]
    streams = [_rows(connection, table, torn) for table in tables]
    for _, table, row in heapq.merge(*streams, key=itemgetter(0)):
        yield _listed(table, row)


def last_entries(connection: apsw.Connection, count: int) -> list[Listed]:
    """The last so many of them, oldest first.

    Raises:
        apsw.CorruptError: They cannot be read.
    """
    found = []
    for table in ENTRIES:
        if is_there(connection, table):
            sql = f"{rows_of(table)} ORDER BY position DESC LIMIT ?"
            found += [_listed(table, row) for row in connection.execute(sql, (count,))]
    return sorted(found, key=lambda listed: listed.row.position)[-count:]


_ABOUT = {
    "commands": 'WHERE "order" = ?',
    "events": 'WHERE "order" = ?',
    "steps": 'WHERE command IN (SELECT position FROM commands WHERE "order" = ?)',
}


def entries_about(connection: apsw.Connection, client_order_id: str) -> list[Listed]:
    """All about one order, oldest first; none if it is not known.

    Raises:
        apsw.CorruptError: They cannot be read.
    """
    found = []
    for (number,) in connection.execute("SELECT number FROM orders WHERE client_order_id = ?", (client_order_id,)):
        for table, where in _ABOUT.items():
            found += [_listed(table, row) for row in connection.execute(f"{rows_of(table)} {where}", (number,))]
    return sorted(found, key=lambda listed: listed.row.position)


def _listed(table: str, row: Sequence[Any]) -> Listed:
    looked, entry = looked_at(table, row)
    return Listed(row=looked, text=bytes(row[3] or b"").decode("utf-8", "replace"), entry=entry)


def _rows(connection: apsw.Connection, table: str, torn: list[Torn]) -> Iterator[tuple[int, str, Sequence[Any]]]:
    """The rows of a table, around what cannot be read: from the front up to it, and then from the back."""
    last = 0
    try:
        for row in connection.execute(f"{rows_of(table)} ORDER BY position"):
            last = int(str(row[0]))
            yield last, table, row
    except apsw.CorruptError as error:
        torn.append(Torn(table=table, after=last, why=str(error)))
        yield from reversed(_from_the_back(connection, table, last))


def _from_the_back(connection: apsw.Connection, table: str, after: int) -> list[tuple[int, str, Sequence[Any]]]:
    rows: list[tuple[int, str, Sequence[Any]]] = []
    try:
        for row in connection.execute(f"{rows_of(table)} WHERE position > ? ORDER BY position DESC", (after,)):
            rows.append((int(str(row[0])), table, row))
    except apsw.CorruptError:
        pass
    return rows
