"""``batactors journal tail``: what was written last."""

from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table
from rich.text import Text

from batactors.cli.journal.progress import bar, console
from batactors.cli.journal.words import as_json, subject_of, when_of, words_of
from batactors.journal.complaints import naming
from batactors.journal.copying import copied
from batactors.journal.listing import Listed, last_entries
from batactors.model.errors import ConfigError

FAILED = 1


def tail(
    file: str, /, *, count: int = 20, as_json_lines: Annotated[bool, Parameter(name="--json", negative="")] = False
) -> int:
    """Print the last entries of a journal, oldest first. Exit status 1 if one of them is damaged.

    Args:
        file: The journal. An engine may have it: what is looked at is a copy, as of this moment.
        count: How many.
        as_json_lines: Print a JSON object for each on a line of its own.
    """
    if count < 1:
        raise ConfigError(f"--count is {count}: give a whole number from 1")
    with bar("copying") as told, copied(file, told) as copy, naming(file):
        entries = last_entries(copy.connection, count)
    if as_json_lines:
        for one in entries:
            print(as_json(one))
    else:
        print_table(entries)
    return FAILED if any(one.entry is None for one in entries) else 0


def print_table(entries: Sequence[Listed]) -> None:
    """A row for each."""
    table = Table("place", "when (UTC)", "what", "of", "", box=None, padding=(0, 2, 0, 0))
    for one in entries:
        if one.entry is None:
            table.add_row(str(one.row.position), "", one.row.kind, "", Text(f"DAMAGED: {one.row.wrong}", "bold red"))
        else:
            when = f"{when_of(one.entry):%Y-%m-%d %H:%M:%S.%f}"
            table.add_row(
                str(one.row.position), when, one.row.kind, Text(subject_of(one.entry)), Text(words_of(one.entry))
            )
    console().print(table)
