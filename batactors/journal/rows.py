"""One row of one entry: its place, its identity, its content, and the checksum over all three."""

from zlib import crc32

from batactors.journal.codec import encode
from batactors.journal.store import Entry

IDENTITY: dict[str, str] = {
    "commands": "command_id",
    "events": "\"order\" || '/' || sequence",
    "steps": "command || '/' || sequence",
    "reports": "sequence",
    "set_aside": "identity",
}
"""By table: the identity of a row, as SQL that gives it as text."""


def checksum(table: str, position: int, identity: object, kind: str, payload: str) -> int:
    """What must come out again for a row that is as it was written."""
    return crc32(f"{table} {position} {identity} {kind} {payload}".encode())


def content_of(entry: Entry, table: str, position: int, identity: object) -> tuple[str, str, int]:
    """The last columns of an entry's row: kind, payload and checksum."""
    kind, payload = encode(entry)
    return kind, payload, checksum(table, position, identity, kind, payload)
