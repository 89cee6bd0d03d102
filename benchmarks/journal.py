"""What the journal costs, beside writing the same bytes and waiting for the disk, on the same disk in the same run.

`python -m benchmarks.journal [--events 1000000] [--directory .] [--json]`: a commit and an event, for each policy and
size of commit; and a restart on a journal of so many events: how long, and how much memory. Rounds alternate between
what is compared; ratios are those of one round, told as their median with their range.
"""

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import trio
from attrs import evolve
from rich.console import Console
from rich.table import Table

from batactors.journal.codec import encode
from batactors.journal.retention import Retention, Sync
from batactors.journal.sqlite import SqliteJournal
from batactors.journal.store import Entry
from batactors.model.commands import CreateOrder, Operation
from batactors.model.ids import (
    AccountName,
    Asset,
    ClientOrderId,
    CommandId,
    FillId,
    InstrumentId,
    RequestId,
    VenueOrderId,
)
from batactors.model.inputs import Registered
from batactors.model.lifecycle import Resolved, Sent
from batactors.model.order_events import Fee, OrderAccepted, OrderCanceled, OrderFilled, OrderSubmitted
from batactors.model.receipts import CommandReceipt, CommandStatus, Verdict
from batactors.model.terms import OrderState, OrderType, Origin, Side, Transport

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ACCOUNT, BTC = AccountName("kraken"), InstrumentId("BTC/USD")
SIZES = (1, 10, 100)
ROUNDS, SECONDS = 5, 1.0
POLICIES: tuple[Sync, ...] = ("full", "normal")
FILLS = 4
"""Of each order; with them it has seven events and two steps."""


def order(number: int, *, ended: bool = True) -> list[Entry]:
    """All that is written about one order of a market maker."""
    own, command_id = ClientOrderId(f"{number:032x}"), CommandId(f"{number:032d}")
    on = NOW + timedelta(milliseconds=number)
    common: dict[str, Any] = {
        "account": ACCOUNT, "instrument": BTC, "client_order_id": own, "received_at": on, "origin": Origin.STREAM,
        "venue_order_id": VenueOrderId(f"O{number:05d}-ABCDE-FGHIJK"), "occurred_at": on,
    }  # fmt: skip
    create = CreateOrder(
        command_id=command_id, account=ACCOUNT, client_order_id=own, instrument=BTC, side=Side.BUY,
        order_type=OrderType.LIMIT, quantity=Decimal("1.25"), price=Decimal("64000.1"),
    )  # fmt: skip
    receipt = CommandReceipt(
        command_id=command_id, operation=Operation.CREATE_ORDER, status=CommandStatus.ACCEPTED, account=ACCOUNT,
        venue="kraken-spot", instrument=BTC, client_order_id=own,
    )  # fmt: skip
    fills = [fill(common, sequence) for sequence in range(3, 3 + FILLS)]
    entries: list[Entry] = [
        Registered(at=1.0, on=on, command=create, wire_id=own),
        OrderSubmitted(sequence=1, state=OrderState.SUBMITTED, **common),
        Sent(
            command_id=command_id, sequence=1, at=on, transport=Transport.WEBSOCKET, request_id=RequestId(number),
            valid_until=on,
        ),
        OrderAccepted(sequence=2, state=OrderState.ACCEPTED, **common),
        Resolved(
            command_id=command_id, sequence=2, at=on, receipt=receipt, verdict=Verdict(status=CommandStatus.ACCEPTED)
        ),
        *fills,
    ]  # fmt: skip
    if ended:
        entries.append(OrderCanceled(sequence=3 + FILLS, state=OrderState.CANCELED, filled=Decimal(1), **common))
    return entries


def fill(common: dict[str, Any], sequence: int) -> OrderFilled:
    """One of its fills."""
    return OrderFilled(
        sequence=sequence, state=OrderState.PARTIALLY_FILLED, fill_id=FillId(f"T{sequence:05d}-00001-AAAAAA"),
        side=Side.BUY, order_type=OrderType.LIMIT, quantity=Decimal("0.25"), price=Decimal("64000.1"),
        filled=Decimal("0.25"), fees=(Fee(asset=Asset("USD"), amount=Decimal("0.32")),), **common,
    )  # fmt: skip


class Raw:
    """The yardstick: the entries' own bytes, appended to a file and synced."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def append(self, entries: Sequence[Entry]) -> None:
        os.write(self._file, "\n".join(encode(entry)[1] for entry in entries).encode())
        os.fdatasync(self._file)


class Fills:
    """Fills of one order that works on and on, in commits of a size."""

    def __init__(self) -> None:
        self._sequence = 10
        life = order(1, ended=False)
        self._like = next(entry for entry in life if isinstance(entry, OrderFilled))
        self.before = life

    def take(self, count: int) -> list[Entry]:
        self._sequence += count
        return [evolve(self._like, sequence=self._sequence - count + number) for number in range(count)]


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


async def fill_up(path: Path, events: int) -> float:
    """A journal of so many events, and 100 orders that are open; how many events a second it took."""
    keep = Retention(settled=10_000_000)
    journal = SqliteJournal(path, account="kraken", venue="kraken-spot", retention=keep)
    each = 3 + FILLS
    began = time.perf_counter()
    for first in range(0, events // each, 100):
        await journal.append([entry for number in range(first, first + 100) for entry in order(number)])
    took = time.perf_counter() - began
    await journal.append([entry for number in range(events, events + 100) for entry in order(number, ended=False)])
    await journal.close()
    return events / took


def megabytes(path: Path) -> int:
    return round(path.stat().st_size / 2**20)


async def restart(path: Path) -> dict[str, Any]:
    """Open it as an engine does, in a process of its own."""
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    journal = SqliteJournal(path, account="kraken", venue="kraken-spot", retention=Retention(settled=10_000_000))
    contents = await journal.read()
    took = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await journal.close()
    return {
        "seconds": round(took, 2),
        "megabytes": round((after - before) / 1024, 1),
        "orders": len(contents.events),
        "events": sum(map(len, contents.events.values())),
        "ids": len(contents.bygone),
        "file_megabytes": megabytes(path),
    }


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--directory", default=".", help="on which disk")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--restart", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.restart:
        print(json.dumps(trio.run(restart, Path(asked.restart))))
        return
    with tempfile.TemporaryDirectory(dir=asked.directory, prefix="journal-benchmark-") as name:
        directory = Path(name)
        rows = trio.run(commits, directory)
        path = directory / "long.journal"
        speed = trio.run(fill_up, path, asked.events)
        command = [sys.executable, "-m", "benchmarks.journal", "--restart", str(path)]
        again = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    report = {"commits": rows, "events": asked.events, "events_per_second_in_bursts": round(speed), "restart": again}
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
    console.print(f"restart on {asked.events} events: {again}")


if __name__ == "__main__":
    main()
