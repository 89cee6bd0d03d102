"""What a restart reads: what is open, what ended lately, and of everything else the ids.

However long the journal is, this takes only as long as what is open and lately ended.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, cast

import apsw

from batactors.journal.codec import CodecError, decode
from batactors.journal.complaints import damaged
from batactors.journal.database import value
from batactors.journal.retention import Retention
from batactors.journal.rows import checksum
from batactors.journal.store import Contents, Progress
from batactors.model.ids import ClientOrderId, CommandId
from batactors.model.inputs import Registered
from batactors.model.lifecycle import LifecycleEvent
from batactors.model.order_events import OrderEvent
from batactors.model.reports import Report

TOLD_EVERY = 1_000
"""Entries, from one word about the progress to the next."""

Wanted = TypeVar("Wanted")

# Of an order that was forgotten only the ids are given, also when a command about it came later and is open.
# A cancel of all concerns every order that was open when it was sent: while it is open itself, so are they.
_WANTED = """
CREATE TEMP TABLE wanted AS
SELECT number FROM orders WHERE settled IS NULL AND NOT forgotten
UNION SELECT number FROM commands JOIN orders ON number = "order"
  WHERE commands.settled IS NULL AND NOT orders.forgotten
UNION SELECT number FROM orders
  WHERE settled > (SELECT min(position) FROM commands WHERE settled IS NULL AND kind = 'CancelAll') AND NOT forgotten
UNION SELECT number FROM (
  SELECT number FROM orders WHERE settled IS NOT NULL AND NOT forgotten ORDER BY settled DESC LIMIT ?)
"""
_CALLED = """
CREATE TEMP TABLE called AS
SELECT position FROM commands WHERE "order" IN (SELECT number FROM wanted) AND NOT forgotten
UNION SELECT position FROM commands WHERE settled IS NULL
UNION SELECT position FROM (
  SELECT position FROM commands WHERE "order" IS NULL AND settled IS NOT NULL AND NOT forgotten
  ORDER BY settled DESC LIMIT ?)
"""
_COMMANDS = """
SELECT 'commands', position, command_id, kind, payload, checksum, command_id FROM commands
WHERE position IN (SELECT position FROM called) ORDER BY position
"""
_EVENTS = """
SELECT 'events', position, number || '/' || sequence, kind, payload, checksum, client_order_id
FROM wanted JOIN orders USING (number) JOIN events ON events."order" = number ORDER BY number, sequence
"""
_STEPS = """
SELECT 'steps', steps.position, command || '/' || sequence, steps.kind, steps.payload, steps.checksum, command_id
FROM called JOIN commands USING (position) JOIN steps ON command = commands.position ORDER BY command, sequence
"""
_REPORTS = "SELECT 'reports', position, sequence, kind, payload, checksum, '' FROM reports ORDER BY sequence"
_IDS = """
SELECT client_order_id, wire_id, venue_ids FROM orders WHERE number NOT IN (SELECT number FROM wanted)
ORDER BY coalesce(settled, 0) DESC LIMIT ?
"""


class Reader:
    """Reads a journal for a restart."""

    def __init__(
        self, connection: apsw.Connection, file: str, retention: Retention, progress: Progress | None = None
    ) -> None:
        self._connection = connection
        self._file = file
        self._keep = retention
        self._progress = progress
        self._done = self._total = 0

    def read(self) -> Contents:
        """What a restart needs.

        Raises:
            JournalDamaged: A row of it is not as it was written.
        """
        execute = self._connection.execute
        for table in ("wanted", "called"):
            execute(f"DROP TABLE IF EXISTS temp.{table}")
        execute(_WANTED, (self._keep.recent,))
        execute(_CALLED, (self._keep.recent,))
        self._total = value(self._connection, _TOTAL)
        registered = [cast("Registered", entry) for _, entry in self._entries(_COMMANDS)]
        events: dict[ClientOrderId, list[OrderEvent]] = {}
        for of, entry in self._entries(_EVENTS):
            events.setdefault(ClientOrderId(of), []).append(cast("OrderEvent", entry))
        steps: dict[CommandId, list[LifecycleEvent]] = {}
        for of, entry in self._entries(_STEPS):
            steps.setdefault(CommandId(of), []).append(cast("LifecycleEvent", entry))
        reports = [cast("Report", entry) for _, entry in self._entries(_REPORTS)]
        bygone = self._ids()
        execute("DROP TABLE temp.wanted; DROP TABLE temp.called")
        return Contents(registered=registered, events=events, steps=steps, reports=reports, bygone=bygone)

    def _entries(self, sql: str) -> Iterator[tuple[str, Any]]:
        for table, position, identity, kind, payload, crc, of in self._connection.execute(sql):
            self._done += 1
            if self._progress is not None and self._done % TOLD_EVERY == 0:
                self._progress(self._done, self._total)
            if checksum(table, position, identity, kind, payload) != crc:
                raise damaged(self._file, f"row {position} of the table {table} is not as it was written")
            try:
                yield of, decode(kind, payload)
            except CodecError as error:
                raise damaged(self._file, f"row {position} of the table {table}: {error}") from error

    def _ids(self) -> Sequence[str]:
        """The ids of what is not read, the oldest first, no more than are to be known."""
        most = self._keep.ids
        dropped = "SELECT id FROM bygone ORDER BY number DESC LIMIT ?"
        orders = self._connection.execute(_IDS, (most,)).fetchall()
        there = [one for row in reversed(orders) for one in dict.fromkeys((*row[:2], *row[2].split("\n"))) if one]
        older = [row[0] for row in self._connection.execute(dropped, (max(0, most - len(there)),))]
        return [*reversed(older), *there][-most:]


_TOTAL = """
SELECT (SELECT count(*) FROM called) + (SELECT count(*) FROM reports)
  + (SELECT count(*) FROM wanted JOIN events ON "order" = number)
  + (SELECT count(*) FROM called JOIN steps ON command = called.position)
"""
