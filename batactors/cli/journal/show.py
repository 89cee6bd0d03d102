"""``batactors journal show``: whose journal it is, how much it holds, and what is open in it."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

from cyclopts import Parameter
from rich.table import Table
from rich.text import Text

from batactors.cli.journal.progress import bar, console
from batactors.cli.journal.tail import print_table
from batactors.cli.journal.words import as_json as line_of
from batactors.journal.complaints import naming
from batactors.journal.copying import Copy, copied
from batactors.journal.database import about_of, value
from batactors.journal.listing import Listed, entries_about
from batactors.model.errors import ConfigError

MOST = 100
"""Open orders, and open commands, that are listed; their number is told in any case."""
_ORDERS = """
SELECT client_order_id, venue_ids, (SELECT payload ->> 'state' FROM events WHERE "order" = number
  ORDER BY sequence DESC LIMIT 1) FROM orders WHERE settled IS NULL ORDER BY number LIMIT ?
"""
_COMMANDS = "SELECT command_id, kind FROM commands WHERE settled IS NULL ORDER BY position LIMIT ?"
_COUNTS = {
    "orders": "SELECT count(*) FROM orders",
    "open orders": "SELECT count(*) FROM orders WHERE settled IS NULL",
    "commands": "SELECT count(*) FROM commands",
    "open commands": "SELECT count(*) FROM commands WHERE settled IS NULL",
    "events": "SELECT count(*) FROM events",
    "steps": "SELECT count(*) FROM steps",
    "reports": "SELECT count(*) FROM reports",
    "ids of dropped orders": "SELECT count(*) FROM bygone",
}


def show(
    file: str,
    /,
    *,
    order: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Print whose journal it is, how much it holds, and what is open in it; or all about one order.

    Args:
        file: The journal. An engine may have it: what is looked at is a copy, as of this moment.
        order: The client order id of one order: print everything about it instead.
        as_json: Print one JSON object; of one order, one for each entry on a line of its own.
    """
    with bar("copying") as told, copied(file, told) as copy, naming(file):
        if order is not None:
            return _about(file, order, entries_about(copy.connection, order), as_json)
        found = _found(copy)
    if as_json:
        print(json.dumps(found))
    else:
        _print(found)
    return 0


def _about(file: str, order: str, entries: Sequence[Listed], as_json: bool) -> int:
    if not entries:
        raise ConfigError(f"{file}: there is no order {order!r} in it, or only its id is left")
    if as_json:
        for one in entries:
            print(line_of(one))
    else:
        print_table(entries)
    return 1 if any(one.entry is None for one in entries) else 0


def _found(copy: Copy) -> dict[str, Any]:
    connection = copy.connection
    return {
        "file": copy.file,
        **about_of(connection),
        "held now": copy.held,
        "version": value(connection, "PRAGMA user_version"),
        "bytes": copy.size,
        "bytes of its log": copy.log,
        "counts": {name: value(connection, sql) for name, sql in _COUNTS.items()},
        "open orders": [
            {"client_order_id": own, "venue_order_ids": str(venue).split(), "state": state}
            for own, venue, state in connection.execute(_ORDERS, (MOST,))
        ],
        "open commands": [
            {"command_id": command, "kind": kind} for command, kind in connection.execute(_COMMANDS, (MOST,))
        ],
    }


def _print(found: dict[str, Any]) -> None:
    screen = console()
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    counts = found["counts"]
    for name, said in {**found, **counts}.items():
        if name not in ("counts", "open orders", "open commands"):
            table.add_row(name, Text(str(said), overflow="fold"))
    for name in ("open orders", "open commands"):
        table.add_row(name, str(counts[name]))
    screen.print(table)
    for name in ("open orders", "open commands"):
        if found[name]:
            columns = list(found[name][0])
            rows = Table(*columns, title=name, title_justify="left", box=None, padding=(0, 2, 0, 0))
            for one in found[name]:
                rows.add_row(*(Text(" ".join(v) if isinstance(v, list) else str(v)) for v in one.values()))
            screen.print(rows)
