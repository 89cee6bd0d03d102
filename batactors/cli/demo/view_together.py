"""The live view of all venues at once: a column for each, and what happened last at any of them."""

from collections.abc import Sequence

import trio
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from batactors import HealthStatus
from batactors.cli.demo.stage import Stage
from batactors.cli.demo.verdict import figures
from batactors.cli.demo.view import PER_SECOND

ROWS = (
    ("orders", "orders"),
    ("commands", "commands"),
    ("accepted", "accepted"),
    ("rejected", "rejected"),
    ("not executed", "not_executed"),
    ("were unknown", "recovered"),
    ("fills in the ledger", "fills_in_ledger"),
    ("told", "fills_told"),
    ("of them replayed", "replayed_fills"),
)
LATEST = 8
"""Lines of what happened last."""


class ViewTogether:
    """Shows stages on a terminal until it is cancelled."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def watch(self, stages: Sequence[Stage]) -> None:
        """Draw, again and again."""
        with Live(draw_all(stages), console=self._console, screen=True, auto_refresh=False) as live:
            while True:
                live.update(draw_all(stages), refresh=True)
                await trio.sleep(1 / PER_SECOND)


def draw_all(stages: Sequence[Stage]) -> RenderableType:
    """The whole screen at this moment; made for 80 columns by 24 lines."""
    done, wanted = sum(len(stage.seen.orders) for stage in stages), sum(stage.settings.orders for stage in stages)
    table = Table(box=None, expand=True, padding=(0, 1, 0, 0), show_header=False)
    table.add_column(min_width=19)
    for _ in stages:
        table.add_column(justify="right")
    table.add_row("", *(Text(stage.settings.venue, "bold cyan") for stage in stages))
    table.add_row("", *(Text(stage.phase, "bold") for stage in stages))
    table.add_row("health", *map(_health, stages))
    numbers = [figures(stage.seen, stage.ledger) for stage in stages]
    for row, key in ROWS:
        table.add_row(row, *(str(one.get(key, 0)) for one in numbers))
    table.add_row("faults fired", *(Text(str(sum(stage.fired.values())), "red") for stage in stages))
    latest = sorted((at, stage.settings.venue, text) for stage in stages for at, text in stage.happenings)
    lines = [
        Text(f"{at:5.1f}  {venue}: {text}", overflow="ellipsis", no_wrap=True)
        for at, venue, text in reversed(latest[-LATEST:])
    ]
    title = Text.assemble(("batactors demo", "bold cyan"), f"  four venues  seed {stages[0].settings.seed}")
    return Group(title, ProgressBar(total=wanted, completed=done), table, Text(), *lines)


def _health(stage: Stage) -> Text:
    health = stage.health
    if health is None:
        return Text("opening", "dim")
    return Text(str(health.status), "green" if health.status is HealthStatus.HEALTHY else "yellow")
