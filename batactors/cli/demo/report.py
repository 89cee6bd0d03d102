"""The verdict as the reader gets it: a table, or one JSON object."""

import json
from typing import Any

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from batactors.cli.demo.stage import Stage
from batactors.cli.demo.verdict import Verdict

MOST_NAMED = 20
"""Wrong cases that are named for each check; the rest is counted."""


def print_verdict(console: Console, stage: Stage, verdict: Verdict) -> None:
    """Every check with its count, what was wrong by name, and the figures."""
    figures = verdict.figures
    table = Table(title="VERDICT", title_style="bold", title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("what must hold")
    table.add_column("checked", justify="right")
    table.add_column("wrong", justify="right")
    table.add_column("")
    for one in verdict.checks:
        mark = Text("ok", "green") if one.holds else Text("WRONG", "bold red")
        table.add_row(one.name, str(one.checked), str(len(one.wrong)), mark)
    faults = " · ".join(f"{kind} {number}" for kind, number in sorted(verdict.faults.items()))
    console.print(
        Group(
            table,
            Text(),
            Text(
                f"{figures['orders']} orders, {figures['commands']} commands: {figures.get('accepted', 0)} accepted, "
                f"{figures.get('rejected', 0)} rejected, {figures.get('not_executed', 0)} not executed; "
                f"{figures['recovered']} were unknown for a time"
            ),
            Text(
                f"{figures['fills_in_ledger']} fills in the venue's ledger, {figures['fills_told']} told, "
                f"{figures['replayed_fills']} of them from replay"
            ),
            Text(f"{sum(verdict.faults.values())} faults: {faults or 'none'}"),
            Text(),
        )
    )
    for one in verdict.checks:
        for wrong in one.wrong[:MOST_NAMED]:
            console.print(Text(f"{one.name}: {wrong}", "red"), soft_wrap=True)
        if len(one.wrong) > MOST_NAMED:
            console.print(Text(f"{one.name}: and {len(one.wrong) - MOST_NAMED} more", "red"))
    seconds = f"{stage.seconds:.1f} s, {stage.scene.title}, seed {stage.settings.seed}"
    if verdict.good:
        console.print(
            Text(f"GOOD: every fill told once, every command resolved ({seconds})", "bold green"), soft_wrap=True
        )
    else:
        console.print(Text(f"NOT GOOD: see above ({seconds})", "bold red"), soft_wrap=True)


def to_json(stage: Stage, verdict: Verdict) -> str:
    """The same as one object."""
    return json.dumps(as_object(stage, verdict))


def as_object(stage: Stage, verdict: Verdict) -> dict[str, Any]:
    """The same as plain values."""
    settings = stage.settings
    about = {
        "venue": settings.venue,
        "seed": settings.seed,
        "seconds": round(stage.seconds, 2),
        "reconnects": stage.reconnects,
    }
    return {**about, **verdict.as_json()}
