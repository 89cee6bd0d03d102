"""Everything in a journal looked at once: what is damaged, where it is, and what it would lose."""

import re
from collections.abc import Callable, Iterator

import apsw
from attrs import field, frozen

from batactors.journal.copying import Copy
from batactors.journal.database import value
from batactors.journal.listing import Torn, count_of, entries_of
from batactors.journal.tail import RESOLVED, SETTLED, Row
from batactors.journal.wal import leftovers

MOST = 1_000
"""Findings that are told; a file with more of them is not mended row by row."""
_PAGE = re.compile(r"page (\d+)", re.IGNORECASE)


@frozen(kw_only=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        where: The table and row, the page, or the file.
        offset: In bytes, where that is known.
        what: What is wrong with it.
        loses: What is lost with it.
        tail: Whether it is at the very end, which the next start cuts off by itself, with a copy.
    """

    where: str
    what: str
    loses: str
    offset: int | None = None
    tail: bool = False


@frozen(kw_only=True)
class Verdict:
    """What became of looking.

    Attributes:
        entries: How many were looked at.
    """

    entries: int
    findings: tuple[Finding, ...] = field(default=())

    @property
    def opens(self) -> bool:
        """Whether an engine would start on it."""
        return all(finding.tail for finding in self.findings)


def verify(copy: Copy, told: Callable[[int, int], None] = lambda done, total: None) -> Verdict:
    """Look at every page and every row.

    Args:
        copy: The journal.
        told: Is told how many entries of how many were looked at.
    """
    findings: list[Finding] = []
    connection = copy.connection
    findings += _log(copy)
    findings += _pages(copy)
    total, done, last = count_of(connection), 0, 0
    torn: list[Torn] = []
    bad: list[Row] = []
    for listed in entries_of(connection, torn):
        done += 1
        last = max(last, listed.row.position if listed.row.wrong is None else 0)
        if listed.row.wrong is not None and len(bad) < MOST:
            bad.append(listed.row)
        if done % 1_000 == 0:
            told(done, max(total, done))
    findings += [_row(row, tail=row.position > last) for row in bad]
    findings += [
        Finding(
            where=f"table {one.table}, after row {one.after}", what=f"its rows cannot be read on: {one.why}",
            loses="every row from there to the next that can be read",
        )
        for one in torn
    ]  # fmt: skip
    if not torn:
        findings += _sums(connection)
    return Verdict(entries=done, findings=tuple(findings[:MOST]))


def _log(copy: Copy) -> Iterator[Finding]:
    taken = (
        value(copy.connection, "SELECT 1 FROM sqlite_schema")
        and copy.connection.execute("PRAGMA wal_checkpoint(NOOP)").fetchall()
    )
    left = leftovers(copy.path, None, max(0, int(str(taken[0][1]))) if taken else 0)
    if left.commits:
        full = value(copy.connection, "SELECT value FROM about WHERE name = 'sync'") != "normal"
        yield Finding(
            where=f"{copy.file}-wal", offset=0 if left.header else left.offset,
            what="the log's header is damaged" if left.header else "the log is damaged there",
            loses=f"{left.commits} commit{'s' * (left.commits > 1)} after it, {left.frames} pages",
            tail=not left.header and (left.commits == 1 or not full),
        )  # fmt: skip


def _pages(copy: Copy) -> Iterator[Finding]:
    size = value(copy.connection, "PRAGMA page_size")
    try:
        for (text,) in copy.connection.execute(f"PRAGMA integrity_check({MOST})"):
            if text == "ok":
                continue
            for line in str(text).splitlines():
                page = _PAGE.search(line)
                yield Finding(
                    where=f"page {page[1]}" if page else copy.file, what=line,
                    offset=(int(page[1]) - 1) * size if page else None,
                    loses="the rows on it, which are named below where they can be" if page else "nothing by itself",
                )  # fmt: skip
    except apsw.CorruptError as error:
        yield Finding(where=copy.file, what=str(error), loses="what cannot be read below")


def _row(row: Row, *, tail: bool) -> Finding:
    losses = {
        "commands": f"that command {row.identity} was sent or is to be: its order would be taken for somebody else's",
        "events": f"{row.kind}, an event of an order that was told (order/number {row.identity})",
        "steps": f"{row.kind}, a step of a command that was told (command/number {row.identity})",
        "reports": f"report {row.identity} about somebody else's order",
        "set_aside": "a frame that was set aside for the audit",
    }
    return Finding(
        where=f"table {row.table}, row {row.position}", what=str(row.wrong), loses=losses[row.table], tail=tail
    )


_HOLES = """
SELECT client_order_id, count(*), max(sequence) FROM events JOIN orders ON number = "order"
GROUP BY number HAVING count(*) <> max(sequence) LIMIT 100
"""
_STRAY = {
    "events": 'SELECT count(*) FROM events WHERE "order" NOT IN (SELECT number FROM orders)',
    "steps": "SELECT count(*) FROM steps WHERE command NOT IN (SELECT position FROM commands)",
}
_OPEN = {
    "orders": f"SELECT client_order_id FROM orders WHERE (settled IS NULL) IS NOT (({SETTLED}) IS NULL) LIMIT 100",
    "commands": f"SELECT command_id FROM commands WHERE (settled IS NULL) IS NOT (({RESOLVED}) IS NULL) LIMIT 100",
}


def _sums(connection: apsw.Connection) -> Iterator[Finding]:
    """What fits in each row, and does not fit together."""
    for order, there, last in connection.execute(_HOLES):
        yield Finding(
            where="table events", what=f"order {order} has {there} events, and the last has the number {last}",
            loses=f"{int(str(last)) - int(str(there))} events of it",
        )  # fmt: skip
    for table, sql in _STRAY.items():
        count = value(connection, sql)
        if count:
            yield Finding(where=f"table {table}", what=f"{count} rows belong to nothing", loses="what they belong to")
    for table, sql in _OPEN.items():
        for (name,) in connection.execute(sql):
            yield Finding(
                where=f"table {table}", what=f"{name} is noted as open or ended, and its entries say otherwise",
                loses="a restart may take it for ended, or read it for nothing",
            )  # fmt: skip
