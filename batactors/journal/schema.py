"""What the file looks like, from its first version on.

Every row of an entry has its place in the order of appending as its key, its own identity, which is unique, and a
checksum over both and its content. Nothing in such a row but what says that it has ended is ever changed.
"""

APPLICATION_ID = 0x62617461
"""The letters "bata", in SQLite's header, where ``file`` and others look for what a file is of."""

_ROW = "kind TEXT NOT NULL, payload TEXT NOT NULL, checksum INTEGER NOT NULL"

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    # 1: what was registered, what was told, and the ids of what was dropped. "settled" is the place of the entry that
    # ended it, NULL while it is open; "venue_ids" has a line for each id that the venue gave.
    (
        "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE orders (number INTEGER PRIMARY KEY, client_order_id TEXT NOT NULL UNIQUE, wire_id TEXT, "
        "venue_ids TEXT NOT NULL DEFAULT '', settled INTEGER, settled_on INTEGER, "
        "forgotten INTEGER NOT NULL DEFAULT 0)",
        "CREATE INDEX orders_settled ON orders (settled)",
        'CREATE TABLE commands (position INTEGER PRIMARY KEY, command_id TEXT NOT NULL UNIQUE, "order" INTEGER, '
        f"settled INTEGER, forgotten INTEGER NOT NULL DEFAULT 0, {_ROW})",
        "CREATE INDEX commands_settled ON commands (settled)",
        'CREATE INDEX commands_order ON commands ("order")',
        'CREATE TABLE events (position INTEGER PRIMARY KEY, "order" INTEGER NOT NULL, sequence INTEGER NOT NULL, '
        f'{_ROW}, UNIQUE ("order", sequence))',
        "CREATE TABLE steps (position INTEGER PRIMARY KEY, command INTEGER NOT NULL, sequence INTEGER NOT NULL, "
        f"{_ROW}, UNIQUE (command, sequence))",
        f"CREATE TABLE reports (position INTEGER PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, {_ROW})",
        "CREATE TABLE bygone (number INTEGER PRIMARY KEY, id TEXT NOT NULL)",
    ),
    # 2: frames that could not be taken in.
    (f"CREATE TABLE set_aside (position INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, {_ROW})",),
)
"""What makes a file of each version out of one of the version before; an empty file has version 0."""

VERSION = len(MIGRATIONS)
ENTRIES = ("commands", "events", "steps", "reports", "set_aside")
"""The tables whose rows are entries."""
