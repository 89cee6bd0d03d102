"""The verdict on all venues at once: a table with a column for each, or one JSON object with an entry for each."""

import json
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from batactors.cli.demo.report import MOST_NAMED, as_object
from batactors.cli.demo.stage import Stage
from batactors.cli.demo.verdict import Verdict
from batactors.cli.demo.view_together import ROWS

Judged = Sequence[tuple[Stage, Verdict]]


def print_all(console: Console, judged: Judged) -> None:
    """Every check with how many cases it had at each venue, what was wrong by name, and the figures."""
    table = Table(title="VERDICT", title_style="bold", title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("what must hold")
    for stage, _ in judged:
        table.add_column(stage.settings.venue, justify="right")
    names = dict.fromkeys(one.name for _, verdict in judged for one in verdict.checks)
    for name in names:
        table.add_row(name, *(_cell(verdict, name) for _, verdict in judged))
    table.add_section()
    for title, key in ROWS:
        table.add_row(Text(title, "dim"), *(str(verdict.figures.get(key, 0)) for _, verdict in judged))
    table.add_row(Text("faults", "dim"), *(str(sum(verdict.faults.values())) for _, verdict in judged))
    console.print(table)
    console.print()
    for stage, verdict in judged:
        for one in verdict.checks:
            for wrong in one.wrong[:MOST_NAMED]:
                console.print(Text(f"{stage.settings.venue}: {one.name}: {wrong}", "red"), soft_wrap=True)
    seconds = (
        f"{max(stage.seconds for stage, _ in judged):.1f} s, {len(judged)} venues, seed {judged[0][0].settings.seed}"
    )
    if all(verdict.good for _, verdict in judged):
        words = Text(f"GOOD: every fill told once, every command resolved ({seconds})", "bold green")
    else:
        words = Text(f"NOT GOOD: see above ({seconds})", "bold red")
    console.print(words, soft_wrap=True)


def all_to_json(judged: Judged) -> str:
    """The same as one object, in which each venue has what a run there alone prints."""
    told: dict[str, Any] = {
        "ok": all(verdict.good for _, verdict in judged),
        "seed": judged[0][0].settings.seed,
        "venues": {stage.settings.venue: as_object(stage, verdict) for stage, verdict in judged},
    }
    return json.dumps(told)


def _cell(verdict: Verdict, name: str) -> Text:
    found = next((one for one in verdict.checks if one.name == name), None)
    if found is None:
        return Text("")
    if found.holds:
        return Text(f"{found.checked} ok", "green")
    return Text(f"{len(found.wrong)} WRONG", "bold red")
