"""``batactors journal export``: all entries, for other programs, and for what can be saved of a damaged journal."""

import sys
from contextlib import ExitStack
from pathlib import Path

from batactors.cli.journal.progress import bar
from batactors.cli.journal.words import as_json
from batactors.journal.copying import copied
from batactors.journal.listing import Torn, count_of, entries_of
from batactors.model.errors import ConfigError


def export(file: str, /, *, output: Path | None = None) -> int:
    """Print every entry of a journal as a line of JSON, in the order in which they were written.

    A damaged row is a line that says so; exit status 1 if there are any, or if some cannot be read at all.

    Args:
        file: The journal. An engine may have it: what is read is a copy, as of this moment.
        output: Write into this new file instead of printing.
    """
    torn: list[Torn] = []
    bad = done = 0
    with ExitStack() as stack:
        copy = stack.enter_context(copied(file, stack.enter_context(bar("copying"))))
        to = sys.stdout
        if output is not None:
            try:
                to = stack.enter_context(output.open("x", encoding="utf-8"))
            except FileExistsError:
                raise ConfigError(f"--output is {output}, which is there: give the name of a new file") from None
        # A bar between the lines that are printed would be in their way.
        told = stack.enter_context(bar("exporting")) if output is not None else None
        total = count_of(copy.connection)
        for one in entries_of(copy.connection, torn):
            print(as_json(one), file=to)
            bad += one.entry is None
            done += 1
            if told is not None and done % 1_000 == 0:
                told(done, total)
    for part in torn:
        print(f"warning: {file}: table {part.table} cannot be read after row {part.after}: {part.why}", file=sys.stderr)
    if bad:
        print(f"warning: {file}: {bad} damaged rows", file=sys.stderr)
    return 1 if bad or torn else 0
