"""``python -m tests.crash_drill --kills 500``: exit status 1 if anything was lost, doubled or left unknown."""

import argparse
import sys
from pathlib import Path
from tempfile import mkdtemp

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tests.crash_drill.drill import Drill, Result


def main() -> int:
    """Do the drill, and tell what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash_drill", description=(__doc__ or "").partition(":")[2])
    parser.add_argument("--kills", type=int, default=500, help="how often the process is killed")
    parser.add_argument("--seed", type=int, default=0, help="of the trading, the faults and the moments of death")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--directory", type=Path, help="where the journal and the logs are to be; a new one by default")
    asked = parser.parse_args()
    directory = asked.directory or Path(mkdtemp(prefix="crash-drill-"))
    directory.mkdir(parents=True, exist_ok=True)
    drill = Drill(directory, asked.seed, asked.kills)
    columns = (TextColumn("killed"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, auto_refresh=False, disable=not console.is_terminal) as progress:
        bar = progress.add_task("kills", total=asked.kills)
        # No thread of its own for the bar: the processes are forked off this one.
        result = drill.run(lambda kills: progress.update(bar, completed=kills, refresh=True))
    print(result.as_json() if asked.json else told(result, directory))
    return 0 if result.good else 1


def told(result: Result, directory: Path) -> str:
    """The result, for people."""
    lines = [f"{count:5}  killed {moment}" for moment, count in sorted(result.kills.items())]
    lines += [
        f"{result.starting:5}  of them before the engine was ready",
        f"{result.orders:5}  orders at the venue, {result.fills} fills, {result.events} events, {result.faults} faults",
        *(f"LOSS: {loss}" for loss in result.losses),
        f"{'GOOD: nothing was lost or doubled' if result.good else f'NOT GOOD: see {directory}'}, "
        f"{result.kills.total()} kills in {result.seconds:g} s",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
