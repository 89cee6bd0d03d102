"""What it costs to measure: ratios to `json.loads` of one frame with a fill, and to a turn of trio's loop, in one run.

`python -m benchmarks.diagnostics [--json]`. The rounds alternate, and each ratio is that of one round, told as its
median with its range.
"""

import json
import sys
import time
from statistics import median

import trio
from rich.console import Console
from rich.table import Table

from batactors.actors.loop_watch import LoopWatch
from batactors.actors.meter import FRAME_TO_TOLD, Meter
from batactors.seams import Seams
from benchmarks.frame_to_event import frames, parse, seconds

TURNS = 20_000
ROUNDS = 7


def note_each(given: list[bytes]) -> None:
    """What is noted of each frame that is told."""
    meter = Meter()
    for place in range(len(given)):
        meter.note(FRAME_TO_TOLD, place * 1e-6)


async def turn(count: int) -> None:
    """So many turns of the loop, with one task and nothing to do."""
    for _ in range(count):
        await trio.lowlevel.checkpoint()


async def watched(count: int) -> None:
    """The same, watched for stalls."""
    with LoopWatch(Seams().clock).watching():
        await turn(count)


def timed(work: object) -> float:
    """How long a run takes."""
    began = time.perf_counter()
    trio.run(work, TURNS)  # type: ignore[arg-type]
    return time.perf_counter() - began


def main() -> None:
    """Measure and report."""
    given, ratios = frames(), dict[str, list[float]]()
    for _ in range(ROUNDS):
        unit, bare = seconds(parse, given), timed(turn)
        ratios.setdefault("a noted duration, as a part of json.loads", []).append(seconds(note_each, given) / unit)
        ratios.setdefault("a watched turn that does nothing, to a bare one", []).append(timed(watched) / bare)
    report = {
        name: {"median": round(median(some), 2), "least": round(min(some), 2), "most": round(max(some), 2)}
        for name, some in ratios.items()
    }
    if "--json" in sys.argv:
        print(json.dumps(report))
        return
    table = Table("what", "median", "range")
    for name, one in report.items():
        table.add_row(name, f"{one['median']:.2f}", f"{one['least']:.2f} to {one['most']:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
