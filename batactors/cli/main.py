"""The command line, put together. To add a command is to add a line here."""

import sys
from collections.abc import Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version

from cyclopts import App

from batactors.cli.capabilities import capabilities
from batactors.cli.check import check
from batactors.cli.demo import demo
from batactors.cli.errors import status_of
from batactors.cli.journal import journal
from batactors.cli.replay import replay
from batactors.cli.simulate import simulate
from batactors.cli.venue import venue


def _version() -> str:
    try:
        return version("batactors")
    except PackageNotFoundError:
        return "not installed"


app = App(
    name="batactors",
    help="An order-execution engine for crypto venues.",
    version=_version,
    backend="trio",
    result_action="return_value",
    exit_on_error=False,
    print_error=False,
    suppress_keyboard_interrupt=False,
)
app.command(check)
app.command(demo)
app.command(journal)
app.command(replay)
app.command(simulate)
app.command(venue)
venue.command(capabilities)


def run(tokens: Sequence[str]) -> int:
    """Run one command line, without the program's name, and return its exit status."""
    return status_of(partial(app, list(tokens)))


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:]))
