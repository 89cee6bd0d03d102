"""A restart on a long journal: how long it takes until an engine knows its orders, and how much memory that is."""

import argparse
import gc
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import trio

from batactors.core.dispatch import Dispatch, Rules
from batactors.core.news import News
from batactors.core.restore import restore
from batactors.journal.retention import Retention
from batactors.journal.sqlite import SqliteJournal
from batactors.model.terms import Origin
from benchmarks.journal_orders import ACCOUNT, FILLS, NOW, order

EACH = 3 + FILLS
"""Events of an order that has ended."""
AT_ONCE = 100
"""Orders in a commit."""


def opened(path: Path) -> SqliteJournal:
    return SqliteJournal(path, account="kraken", venue="kraken-spot", retention=Retention(settled=10_000_000))


async def add_ended(path: Path, events: int) -> float:
    """Orders that have ended, with so many events; how many events a second that took."""
    journal = opened(path)
    began = time.perf_counter()
    for first in range(0, events // EACH, AT_ONCE):
        await journal.append([entry for number in range(first, first + AT_ONCE) for entry in order(number)])
    took = time.perf_counter() - began
    await journal.close()
    return events / took


async def add_open(path: Path, first: int, count: int) -> None:
    """So many orders that are open, numbered from one on."""
    journal = opened(path)
    for begin in range(first, first + count, AT_ONCE):
        numbers = range(begin, min(begin + AT_ONCE, first + count))
        await journal.append([entry for number in numbers for entry in order(number, ended=False)])
    await journal.close()


def restarts(directory: Path, events: int, few: int, many: int) -> tuple[float, list[dict[str, Any]]]:
    """How fast the long journal was written, and the restarts: on it with few and with many open orders, and on a
    short one with as many.
    """
    long, short, beyond = directory / "long.journal", directory / "short.journal", 10 * events
    speed = trio.run(add_ended, long, events)
    trio.run(add_open, long, beyond, few)
    rows = [measured(long, few)]
    trio.run(add_open, long, beyond + few, many - few)
    rows.append(measured(long, many))
    trio.run(add_open, short, beyond, many)
    rows.append(measured(short, many))
    return speed, rows


def measured(path: Path, count: int) -> dict[str, Any]:
    """A restart, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.journal_restart", str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {"open_orders": count, **json.loads(told), "file_megabytes": round(path.stat().st_size / 2**20)}


async def restart(path: Path) -> dict[str, Any]:
    """What an engine does before it connects: read the journal, and rebuild its account of everything from it."""
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    journal = opened(path)
    contents = await journal.read()
    read = time.perf_counter()
    dispatch = Dispatch(ACCOUNT, "kraken-spot", Rules(), NOW)
    restore(
        dispatch, contents.registered, contents.events, contents.steps, contents.reports,
        News(at=trio.current_time(), on=NOW, origin=Origin.JOURNAL), bygone=contents.bygone, process_ended=True,
    )  # fmt: skip
    rebuilt = time.perf_counter()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await journal.close()
    return {
        "seconds": round(rebuilt - began, 2),
        "reading_seconds": round(read - began, 2),
        "rebuilding_seconds": round(rebuilt - read, 2),
        "megabytes": round((after - before) / 1024, 1),
        "orders": len(dispatch.book.orders),
        "events": sum(map(len, contents.events.values())),
        "ids": len(contents.bygone),
    }


def main() -> None:
    """Restart on a journal that is there, and print the measurement as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("journal")
    print(json.dumps(trio.run(restart, Path(parser.parse_args().journal))))


if __name__ == "__main__":
    main()
