"""``batactors journal``: a look into a journal, beside an engine or after it. It never touches the file itself."""

from cyclopts import App

from batactors.cli.journal.export import export
from batactors.cli.journal.show import show
from batactors.cli.journal.tail import tail
from batactors.cli.journal.verify import verify

journal = App(name="journal", help="Look into a journal: what it holds, its end, whether it is sound, all of it.")
journal.command(show)
journal.command(tail)
journal.command(verify)
journal.command(export)
