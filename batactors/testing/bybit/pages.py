"""Lists in pages: a cursor is made of the row that ended a page, so that rows which come between change none."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import quote, unquote

from batactors.testing.bybit.calls import Arguments
from batactors.testing.bybit.refusals import bad
from batactors.testing.venue.text import Json

Row = TypeVar("Row")
MARK = "page_args:"


def page_of(
    arguments: Arguments,
    rows: Sequence[Row],
    name: Callable[[Row], str],
    row: Callable[[Row], Json],
    *,
    limit: int,
    most: int,
    cursor_at_end: bool = True,
) -> Json:
    """One page of the rows, which come in their order, and where the next one begins.

    Args:
        arguments: Those of the request, with its limit and cursor.
        rows: All of them.
        name: What a cursor calls a row.
        row: How a row is told.
        limit: How many rows a page has unless said.
        most: How many it may have.
        cursor_at_end: Whether the last page has a cursor, too.
    """
    wanted = arguments.integer("limit")
    size = limit if wanted is None else wanted
    if not 1 <= size <= most:
        raise bad("params error: limit invalid")
    first = 0
    if cursor := arguments.text("cursor"):
        names = [name(one) for one in rows]
        last = _name_in(cursor)
        if last not in names:
            raise bad("params error: cursor invalid")
        first = names.index(last) + 1
    page = rows[first : first + size]
    more = first + size < len(rows) or (cursor_at_end and page)
    next_cursor = quote(f"{MARK}{name(page[-1])}", safe="") if page and more else ""
    return {"category": "linear", "nextPageCursor": next_cursor, "list": [row(one) for one in page]}


def _name_in(cursor: str) -> str:
    """Clients send it as it is, or encode it once more."""
    text = unquote(cursor)
    text = unquote(text) if not text.startswith(MARK) else text
    if not text.startswith(MARK):
        raise bad("params error: cursor invalid")
    return text.removeprefix(MARK)
