"""What is shown on a terminal while the runs go on."""

import trio
from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from batactors.cli.simulate.campaign import Campaign
from batactors.cli.simulate.words import counted, duration

PER_SECOND = 8


class Progress:
    """Shows a campaign on a terminal until it is cancelled, and leaves nothing behind."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def watch(self, campaign: Campaign) -> None:
        """Draw, again and again. No thread takes part: rich draws only when it is told to."""
        with Live(draw(campaign), console=self._console, transient=True, auto_refresh=False) as live:
            while True:
                live.update(draw(campaign), refresh=True)
                await trio.sleep(1 / PER_SECOND)


def draw(campaign: Campaign) -> RenderableType:
    """One line."""
    tally = campaign.tally
    row = Table.grid(padding=(0, 1))
    done, total = campaign.done()
    failed = Text(counted(len(tally.failed), "violation"), "bold red" if tally.failed else "green")
    row.add_row(
        campaign.phase,
        ProgressBar(total=total, completed=done, width=24),
        counted(tally.runs, "run"),
        f"{campaign.runs_per_second:.1f}/s",
        failed,
        Text(f"{duration(tally.virtual_seconds)} simulated", "dim"),
    )
    return row
