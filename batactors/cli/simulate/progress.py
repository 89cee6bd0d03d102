"""What is shown on a terminal while the runs go on."""

from collections.abc import Callable, Iterator, Sequence

import trio
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from batactors.cli.simulate.campaign import RUNNING, Campaign
from batactors.cli.simulate.shrinking import Finding
from batactors.cli.simulate.words import counted, duration

PER_SECOND = 8
BAR = 24


class Progress:
    """Shows how far something is until it is cancelled, and leaves nothing behind."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def watch(self, draw: Callable[[], RenderableType]) -> None:
        """Draw, again and again. No thread takes part: rich draws only when it is told to."""
        with Live(draw(), console=self._console, transient=True, auto_refresh=False) as live:
            while True:
                live.update(draw(), refresh=True)
                await trio.sleep(1 / PER_SECOND)


def draw_campaign(campaign: Campaign) -> RenderableType:
    """The runs, and the searches when these are over."""
    tally = campaign.tally
    done, total = campaign.done()
    row = Table.grid(padding=(0, 1))
    row.add_row(
        ProgressBar(total=total, completed=done, width=BAR),
        counted(tally.runs, "run"),
        f"{campaign.runs_per_second:.1f}/s",
        Text(counted(len(tally.failed), "violation"), "bold red" if tally.failed else "green"),
        Text(f"{duration(tally.virtual_seconds)} simulated", "dim"),
    )
    return row if campaign.phase == RUNNING else Group(row, draw_searches(campaign.findings))


def draw_searches(findings: Sequence[Finding]) -> RenderableType:
    """How far the searches for the shortest plans are."""
    return Group(Text("looking for the shortest plan"), *_searches(findings))


def _searches(findings: Sequence[Finding]) -> Iterator[Text]:
    for finding in findings:
        shrunk = finding.shrunk
        if shrunk is not None:
            parts = f"{counted(shrunk.steps, 'step')}, {counted(shrunk.faults, 'fault')}"
            seed = f"  seed {finding.outcome.seed}"
            yield Text(f"{seed}: {parts} after {counted(shrunk.runs, 'run')}{', done' if shrunk.done else ''}")
