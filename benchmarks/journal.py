"""What the journal costs, beside writing the same bytes and waiting for the disk, on the same disk in the same run.

`python -m benchmarks.journal [--events 1000000] [--open 10000] [--directory .] [--json]`: a commit and an event, for
each policy and size of commit; and restarts on a journal of so many events, with few open orders and with so many, and
on a short one with as many: how long, and how much memory. Rounds alternate between what is compared; ratios are those
of one round, told as their median with their range.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import trio
from rich.console import Console
from rich.table import Table

from batactors.journal.codec import encode
from batactors.journal.retention import Sync
from batactors.journal.sqlite import SqliteJournal
from batactors.journal.store import Entry
from benchmarks.journal_orders import Fills
from benchmarks.journal_restart import restarts

SIZES = (1, 10, 100)
ROUNDS, SECONDS = 5, 1.0
POLICIES: tuple[Sync, ...] = ("full", "normal")
FEW = 100
"""Open orders of an account that has few."""


class Raw:
    """The yardstick: the entries' own bytes, appended to a file and synced."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def append(self, entries: Sequence[Entry]) -> None:
        os.write(self._file, "\n".join(encode(entry)[1] for entry in entries).encode())
        os.fdatasync(self._file)


async def commits(directory: Path) -> list[dict[str, Any]]:
    """Each policy and size against the yardstick, round by round."""
    found: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for sync in POLICIES:
        journal = SqliteJournal(directory / f"{sync}.journal", account="kraken", venue="kraken-spot", sync=sync)
        raw, fills = Raw(directory / f"{sync}.raw"), Fills()
        await journal.append(fills.before)
        for _ in range(ROUNDS):
            for size in SIZES:
                batches = [fills.take(size) for _ in range(max(20, 400 // size))]
                done, ours, theirs = 0, 0.0, 0.0
                # Turn by turn, so that both meet the same disk.
                while done < len(batches) and ours + theirs < SECONDS:
                    began = time.perf_counter()
                    await journal.append(batches[done])
                    between = time.perf_counter()
                    raw.append(batches[done])
                    ours, theirs, done = ours + between - began, theirs + time.perf_counter() - between, done + 1
                found.setdefault((sync, size), []).append((ours / done, theirs / done))
        await journal.close()
    return [row(sync, size, rounds) for (sync, size), rounds in found.items()]


def row(sync: str, size: int, rounds: list[tuple[float, float]]) -> dict[str, Any]:
    ratios = [ours / theirs for ours, theirs in rounds]
    ours = median(one for one, _ in rounds)
    return {
        "sync": sync,
        "events in a commit": size,
        "commit_microseconds": round(ours * 1e6),
        "raw_microseconds": round(median(theirs for _, theirs in rounds) * 1e6),
        "ratio": round(median(ratios), 2),
        "ratio_range": [round(min(ratios), 2), round(max(ratios), 2)],
        "events_per_second": round(size / ours),
    }


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--open", type=int, default=10_000, help="orders that are open at a restart")
    parser.add_argument("--directory", default=".", help="on which disk")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.directory, prefix="journal-benchmark-") as name:
        rows = trio.run(commits, Path(name))
        speed, again = restarts(Path(name), asked.events, FEW, max(asked.open, FEW))
    report = {"commits": rows, "events": asked.events, "events_per_second_in_bursts": round(speed), "restarts": again}
    if asked.json:
        print(json.dumps(report))
        return
    table = Table("sync", "events", "commit, us", "raw, us", "ratio", "range", "events/s", title="commits")
    for one in rows:
        least, most = one["ratio_range"]
        table.add_row(*map(str, (
            one["sync"], one["events in a commit"], one["commit_microseconds"], one["raw_microseconds"], one["ratio"],
            f"{least} to {most}", one["events_per_second"],
        )))  # fmt: skip
    console = Console()
    console.print(table)
    console.print(f"{asked.events} events in bursts of 100 orders: {speed:.0f} events/s")
    table = Table(*again[0], title="restarts")
    for one in again:
        table.add_row(*map(str, one.values()))
    console.print(table)


if __name__ == "__main__":
    main()
