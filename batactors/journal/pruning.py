"""What is too old is dropped a little at a time, in the same commit as what takes its room."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import apsw

from batactors.journal.database import value
from batactors.journal.retention import Retention

AT_ONCE = 100
"""Orders that one commit drops at most, which takes a few milliseconds: nobody waits long for an old order's sake."""
DAY = 86_400

_OLD_ORDERS = """
SELECT number, client_order_id, wire_id, venue_ids FROM orders
WHERE settled IS NOT NULL AND {age}
AND NOT EXISTS (SELECT 1 FROM commands WHERE "order" = number AND commands.settled IS NULL)
ORDER BY settled LIMIT ?
"""
_OLD_COMMANDS = """
SELECT position FROM commands WHERE "order" IS NULL AND settled IS NOT NULL
ORDER BY settled DESC LIMIT ? OFFSET ?
"""


class Pruner:
    """Drops what is older than is to be kept. What is open is never dropped."""

    def __init__(self, connection: apsw.Connection, retention: Retention) -> None:
        self._connection = connection
        self._keep = retention
        self._slack = min(AT_ONCE, retention.settled // 10)
        self._ended = value(connection, "SELECT count(*) FROM orders WHERE settled IS NOT NULL")
        self._loose = 0

    def after(
        self,
        changed: Collection[tuple[Any, ...]],
        settled: Sequence[tuple[int, int]],
        rows: Mapping[str, Sequence[tuple[Any, ...]]],
    ) -> bool:
        """Within the transaction that wrote these: make room, and say whether any orders or commands went.

        Args:
            changed: Orders as they stand now: ids, place of the end, time of the last event, number.
            settled: Commands that have ended.
            rows: What was written, by table.
        """
        execute, gone = self._connection.execute, 0
        self._ended += sum(order[1] is not None for order in changed)  # too many rather than too few
        if changed and (self._keep.days is not None or self._ended > self._keep.settled + self._slack):
            gone += self._drop_orders(max(order[2] for order in changed))
        self._loose += len(settled)
        if self._loose > self._slack:
            self._loose = 0
            gone += self._drop_commands()
        if rows["reports"]:
            execute("DELETE FROM reports WHERE sequence <= ?", (rows["reports"][-1][1] - self._keep.reports,))
        if rows["set_aside"]:
            oldest = "SELECT position FROM set_aside ORDER BY position DESC LIMIT 1 OFFSET ?"
            execute(f"DELETE FROM set_aside WHERE position <= ({oldest})", (self._keep.set_aside,))
        return gone > 0

    def _drop_orders(self, now: int) -> int:
        execute, gone = self._connection.execute, 0
        if self._ended > self._keep.settled + self._slack:
            # What was counted twice is counted anew before anything is dropped for it.
            self._ended = value(self._connection, "SELECT count(*) FROM orders WHERE settled IS NOT NULL")
            excess = max(0, self._ended - self._keep.settled)
            gone += self._drop(execute(_OLD_ORDERS.format(age="1"), (min(excess, AT_ONCE),)).fetchall())
        if self._keep.days is not None:
            age = _OLD_ORDERS.format(age="settled_on < ?")
            gone += self._drop(execute(age, (now - self._keep.days * DAY, AT_ONCE)).fetchall())
        return gone

    def _drop(self, orders: Sequence[tuple[Any, ...]]) -> int:
        """Of these orders only the ids stay."""
        many = self._connection.executemany
        ids = [one for _, own, wire, venue in orders for one in dict.fromkeys((own, wire, *venue.split("\n"))) if one]
        numbers = [(order[0],) for order in orders]
        many("INSERT INTO bygone (id) VALUES (?)", ((one,) for one in ids))
        many('DELETE FROM steps WHERE command IN (SELECT position FROM commands WHERE "order" = ?)', numbers)
        many('DELETE FROM commands WHERE "order" = ?', numbers)
        many('DELETE FROM events WHERE "order" = ?', numbers)
        many("DELETE FROM orders WHERE number = ?", numbers)
        self._connection.execute(
            "DELETE FROM bygone WHERE number <= (SELECT max(number) FROM bygone) - ?", (self._keep.ids,)
        )
        self._ended -= len(orders)
        return len(orders)

    def _drop_commands(self) -> int:
        """Commands that belong to no order of ours."""
        old = self._connection.execute(_OLD_COMMANDS, (AT_ONCE * 2, self._keep.settled)).fetchall()
        self._connection.executemany("DELETE FROM steps WHERE command = ?", old)
        self._connection.executemany("DELETE FROM commands WHERE position = ?", old)
        return len(old)
