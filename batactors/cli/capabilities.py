"""``batactors venue capabilities``: what an account can do at each venue."""

import json
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from batactors.config.rules import listed, suggestion
from batactors.model.errors import ConfigError
from batactors.testing.conformance import CAPABILITIES, Entry, Matrix, kept_matrix
from batactors.testing.conformance.matrix import as_json as json_of
from batactors.testing.conformance.matrix import cell
from batactors.testing.conformance.progress import play_all
from batactors.testing.simulation.stages import STAGES

STYLES = {"yes": "green", "no": "dim"}


def capabilities(
    name: str | None = None,
    /,
    *,
    as_json: Annotated[bool, Parameter("--json", negative="")] = False,
    measure: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Show what an account can do at each venue, and by which road; of one venue also why not.

    The table came out of a suite of scenes, each played against the simulated venue; a test plays them all again.

    Args:
        name: One venue; all of them if none is given.
        as_json: Print one JSON object.
        measure: Play the scenes now, in virtual time, in place of showing what came out last. It takes some seconds
            for each venue.
    """
    if name is not None and name not in STAGES:
        there = f"{suggestion(name, STAGES) or '.'} There is {listed(sorted(STAGES))}"
        raise ConfigError(f"there is no simulated venue {name!r}{there}")
    venues = [name] if name is not None else list(STAGES)
    matrix: Matrix = play_all(venues) if measure else {venue: kept_matrix()[venue] for venue in venues}
    if as_json:
        print(json.dumps(json_of(matrix)))
    else:
        _show(matrix)


def _show(matrix: Matrix) -> None:
    console = Console(highlight=False)
    whys = len(matrix) == 1
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for venue in matrix:
        table.add_column(venue)
    if whys:
        table.add_column("why not")
    group = None
    for capability in CAPABILITIES.values():
        if capability.group is not group:
            group = capability.group
            table.add_row(Text(str(group), "bold"))
        entries = [entries[capability.id] for entries in matrix.values()]
        table.add_row(f"  {capability.title}", *map(_cell, entries), *([entries[0].why_not or ""] if whys else []))
    console.print(table)


def _cell(entry: Entry) -> Text:
    shown = cell(entry)
    return Text(shown, STYLES.get(shown, ""))
