"""The one who writes: entries become rows, in one transaction for all that are given at once."""

from collections.abc import Sequence
from typing import Any

import apsw
from attrs import define

from batactors.journal.database import transaction, value
from batactors.journal.pruning import Pruner
from batactors.journal.retention import Retention
from batactors.journal.rows import content_of
from batactors.journal.schema import ENTRIES
from batactors.journal.secrets_out import fit_to_keep
from batactors.journal.store import Entry, SetAside
from batactors.model.commands import CreateOrder, order_of
from batactors.model.ids import ClientOrderId, CommandId
from batactors.model.inputs import Registered
from batactors.model.lifecycle import LifecycleEvent, Resolved
from batactors.model.order_events import OrderEvent
from batactors.model.reports import Report

KNOWN = 20_000
"""Orders and commands, each, whose place in the file is remembered; of others it is looked up."""

_INSERT = {
    "commands": 'INSERT OR IGNORE INTO commands (position, command_id, "order", kind, payload, checksum) '
    "VALUES (?, ?, ?, ?, ?, ?)",
    "events": 'INSERT OR IGNORE INTO events (position, "order", sequence, kind, payload, checksum) '
    "VALUES (?, ?, ?, ?, ?, ?)",
    "steps": "INSERT OR IGNORE INTO steps (position, command, sequence, kind, payload, checksum) "
    "VALUES (?, ?, ?, ?, ?, ?)",
    "reports": "INSERT OR IGNORE INTO reports (position, sequence, kind, payload, checksum) VALUES (?, ?, ?, ?, ?)",
    "set_aside": "INSERT OR IGNORE INTO set_aside (position, identity, kind, payload, checksum) VALUES (?, ?, ?, ?, ?)",
}
_ORDER = """
SELECT number, (SELECT coalesce(max(sequence), 0) FROM events WHERE "order" = number), venue_ids
FROM orders WHERE client_order_id = ?
"""


@define
class _Order:
    """What has to be known of an order to write its next event.

    Attributes:
        number: Its key.
        last: The sequence number of its last event; 0 if it has none.
        venue_ids: A line for each id that the venue gave it.
    """

    number: int
    last: int
    venue_ids: str


class Writer:
    """Writes entries, and drops what is older than is to be kept."""

    def __init__(self, connection: apsw.Connection, retention: Retention) -> None:
        self._connection = connection
        self._position = max(value(connection, f"SELECT coalesce(max(position), 0) FROM {table}") for table in ENTRIES)
        self._number = value(connection, "SELECT coalesce(max(number), 0) FROM orders")
        self._orders: dict[str, _Order] = {}
        self._commands: dict[str, int] = {}
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self._new: list[tuple[Any, ...]] = []
        self._changed: dict[int, tuple[Any, ...]] = {}
        self._settled: list[tuple[int, int]] = []
        self._forgotten: dict[str, list[str]] = {"orders": [], "commands": []}
        self._pruner = Pruner(connection, retention)

    def append(self, entries: Sequence[Entry]) -> None:
        """Write these, all or none, and what is to be forgotten.

        After an error this writer is of no more use: it no longer knows what is there.
        """
        if not entries and not any(self._forgotten.values()):
            return
        self._rows = {table: [] for table in ENTRIES}
        self._new, self._changed, self._settled = [], {}, []
        many = self._connection.executemany
        with transaction(self._connection):
            for entry in entries:
                self._take(entry)
            many("INSERT INTO orders (number, client_order_id, wire_id) VALUES (?, ?, ?)", self._new)
            for table, rows in self._rows.items():
                if rows:
                    many(_INSERT[table], rows)
            many(
                "UPDATE orders SET venue_ids = ?, settled = ?, settled_on = ? WHERE number = ?", self._changed.values()
            )
            many("UPDATE commands SET settled = ? WHERE position = ?", self._settled)
            for table, name in (("orders", "client_order_id"), ("commands", "command_id")):
                gone = [(one,) for one in self._forgotten[table]]
                many(f"UPDATE {table} SET forgotten = 1 WHERE {name} = ?", gone)
            dropped = self._pruner.after(self._changed.values(), self._settled, self._rows)
        self._forgotten = {"orders": [], "commands": []}
        self._forget_the_known(0 if dropped else KNOWN)

    def _take(self, entry: Entry) -> None:
        self._position += 1
        match entry:
            case OrderEvent():
                self._event(entry)
            case LifecycleEvent():
                self._step(entry)
            case Registered():
                self._command(entry)
            case Report():
                content = content_of(entry, "reports", self._position, entry.sequence)
                self._rows["reports"].append((self._position, entry.sequence, *content))
            case SetAside():
                entry = fit_to_keep(entry)
                identity = f"{entry.on.isoformat()} {entry.reason} {entry.text}"
                content = content_of(entry, "set_aside", self._position, identity)
                self._rows["set_aside"].append((self._position, identity, *content))

    def _command(self, entry: Registered) -> None:
        command, order = entry.command, None
        if self._found(command.command_id) is not None:
            return
        if isinstance(command, CreateOrder):
            order = self._order(command.client_order_id, entry.wire_id).number
        elif (about := order_of(command)) is not None:
            known = self._known(about)
            order = known.number if known is not None else None
        self._commands[command.command_id] = self._position
        content = content_of(entry, "commands", self._position, command.command_id)
        self._rows["commands"].append((self._position, command.command_id, order, *content))

    def _event(self, event: OrderEvent) -> None:
        order = self._order(event.client_order_id, None)
        content = content_of(event, "events", self._position, f"{order.number}/{event.sequence}")
        self._rows["events"].append((self._position, order.number, event.sequence, *content))
        venue_id = event.venue_order_id
        if event.sequence <= order.last:
            return  # kept before, or out of turn: what comes after it says how the order stands
        order.last = event.sequence
        if venue_id is not None and venue_id not in order.venue_ids.split("\n"):
            order.venue_ids = f"{order.venue_ids}\n{venue_id}" if order.venue_ids else venue_id
        settled = self._position if event.is_terminal else None
        on = int(event.received_at.timestamp())
        self._changed[order.number] = (order.venue_ids, settled, on, order.number)

    def _step(self, step: LifecycleEvent) -> None:
        command = self._found(step.command_id)
        if command is None:
            return  # so old that it was dropped, and nothing more of it is kept
        content = content_of(step, "steps", self._position, f"{command}/{step.sequence}")
        self._rows["steps"].append((self._position, command, step.sequence, *content))
        if isinstance(step, Resolved):
            self._settled.append((self._position, command))

    def _order(self, client_order_id: str, wire_id: str | None) -> _Order:
        """What is known of an order, which is entered if it is new."""
        order = self._known(client_order_id)
        if order is None:
            self._number += 1
            order = self._orders[client_order_id] = _Order(self._number, 0, "")
            self._new.append((order.number, client_order_id, wire_id))
        return order

    def _known(self, client_order_id: str) -> _Order | None:
        if client_order_id not in self._orders:
            for row in self._connection.execute(_ORDER, (client_order_id,)):
                self._orders[client_order_id] = _Order(*row)
        return self._orders.get(client_order_id)

    def _found(self, command_id: str) -> int | None:
        """The place of a command."""
        if command_id not in self._commands:
            place = value(self._connection, "SELECT position FROM commands WHERE command_id = ?", command_id)
            if place is None:
                return None
            self._commands[command_id] = place
        return self._commands[command_id]

    def _forget_the_known(self, most: int) -> None:
        for known in (self._orders, self._commands):
            for one in list(known)[: len(known) - most // 2] if len(known) > most else ():
                del known[one]

    def forget(self, orders: Sequence[ClientOrderId], commands: Sequence[CommandId]) -> None:
        """With the next commit, let no restart read these any more. Their rows stay as long as they are to be kept."""
        self._forgotten["orders"] += orders
        self._forgotten["commands"] += commands
